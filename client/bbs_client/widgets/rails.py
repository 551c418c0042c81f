"""The signs in front of a post's rows: beads on rails in a tree, one rail and the clock by time.

In a tree beads and rails stand in even columns alone, and the words of a post begin in an odd one, three
after its bead (P13). Rails are found for the posts that come into view, never for a whole thread.
"""

from typing import NamedTuple

from textual.content import Content

from bbs.features.threads.tree import Tree
from bbs_client.widgets.grid import MEASURE, NARROW_BELOW_COLUMNS

LEVEL_COLUMNS = 2
WORDS_AFTER_BEAD = 3
EDGE = WORDS_AFTER_BEAD + MEASURE
"""The column where words and facts end, at every level."""

FREE_COLUMNS = 3  # between words and the right edge, of narrow views too
LEVEL_MAX = 8
NARROW_LEVEL_MAX = 2
WORDS_MIN = 40  # columns that words keep, whatever the level
DIARY_BEAD = 7  # by time: after the clock; no word reaches its column


class Frame(NamedTuple):
    """What stands before the rows of a post.

    Attributes:
        head: Before its bead.
        body: Before each row of its words.
        fold: Before the row in place of folded answers.
        gap: The row below the post.
        subject: Before each row of its own subject.
        room: The columns that its words have.
    """

    head: Content
    body: Content
    fold: Content
    gap: Content
    subject: Content
    room: int


def edge_of(width: int) -> int:
    """Return the column where words and facts end in a view of so many columns."""
    return max(WORDS_AFTER_BEAD + 4, min(EDGE, width - FREE_COLUMNS))


def level_max(width: int) -> int:
    """Return how many levels are drawn in a view of so many columns."""
    most = NARROW_LEVEL_MAX if width + 2 < NARROW_BELOW_COLUMNS else LEVEL_MAX
    room = edge_of(width) - WORDS_AFTER_BEAD - WORDS_MIN
    return max(0, min(most, room // LEVEL_COLUMNS))


class Rails:
    """The rails of one tree, as a view of one width draws them.

    Of each post it finds which rails go on below it: a bit for each level. It begins where that is
    certain, above the next post that hangs from a beginning, and goes up from there.
    """

    def __init__(self, tree: Tree, width: int) -> None:
        """Take a tree.

        Args:
            tree: It must not change any more.
            width: Columns of the view.
        """
        self._tree = tree
        self._edge = edge_of(width)
        self._level_max = level_max(width)
        self._below: dict[int, int] = {}

    def is_deeper(self, place: int) -> bool:
        """Return whether a post is at a level that is not drawn, so that its rails do not say whom it
        answers.
        """
        return self._tree.levels[place] > self._level_max

    def frame(self, place: int, *, folded: bool = False) -> Frame:
        """Return what stands before the rows of a post.

        Args:
            place: Its place in the tree.
            folded: Whether its answers are hidden.
        """
        level, goes_on = self._level(place), self._goes_on(place)
        if folded:
            last = self._tree.subtree_end(place) - 1
            # Of a beginning, the rail leads on to the next one.
            goes_on = self._goes_on(last) & ((1 << level) - 1 or 1)
        rails = ["│ " if goes_on >> at & 1 else "  " for at in range(level + 1)]
        above = "".join(rails[:level])
        own = rails[level][0]
        head = above
        if level and not self._is_straight(place):
            head = above[:-LEVEL_COLUMNS] + ("├─" if goes_on >> (level - 1) & 1 else "╰─")
        return Frame(
            head=_rail(head),
            body=_rail(f"{above}│  "),
            fold=_rail(above + ("├ " if own == "│" else "╰ ")),
            gap=_rail((above + own).rstrip()),
            subject=_rail(f"{above}├  "),
            room=self._edge - LEVEL_COLUMNS * level - WORDS_AFTER_BEAD,
        )

    def _level(self, place: int) -> int:
        return min(self._tree.levels[place], self._level_max)

    def _is_straight(self, place: int) -> bool:
        """Return whether a post continues the rail of its own level."""
        return self.is_deeper(place) or self._tree.goes_straight(place)

    def _goes_on(self, place: int) -> int:
        """Return the rails that go on below a post, as bits."""
        known = self._below.get(place)
        if known is None:
            self._find(place)
            known = self._below[place]
        return known

    def _find(self, place: int) -> None:
        """Find the rails below a post and those after it, as far as is needed.

        In a thread of thousands that may be all of them, once: the loops call nothing.
        """
        tree, below, most = self._tree, self._below, self._level_max
        levels, parents, numbers = tree.levels, tree.parents, tree.numbers
        end, count, goes_on = place + 1, len(levels), 0
        while end < count:
            level = levels[end]
            if end in below:
                goes_on = below[end]
            elif level > 1 or (level and levels[end - 1] == 1 and parents[end] == numbers[end - 1]):
                end += 1
                continue
            break  # a beginning, or what hangs from one, ends all rails but the first
        for at in range(min(end, count - 1), place - 1, -1):
            if at < end:
                below[at] = goes_on
            level = levels[at]
            straight = level > most or (
                level == levels[at - 1] and parents[at] == numbers[at - 1] and at > 0
            )
            level = min(level, most)
            if level == 0:
                goes_on = 1
            else:
                # Those that pass the post by, and the one that it is on.
                goes_on = goes_on & ((1 << level) - 1) | 1 << (level if straight else level - 1)


def diary(width: int, clock: str) -> Frame:
    """Return what stands before the rows of a post in the list by time.

    Args:
        width: Columns of the view.
        clock: When it was written.
    """
    space = " " * DIARY_BEAD
    words = DIARY_BEAD + WORDS_AFTER_BEAD
    return Frame(
        head=Content.styled(f"{clock:<{DIARY_BEAD}}", "dim"),
        body=_rail(f"{space}│  "),
        fold=Content(space),
        gap=Content(""),
        subject=_rail(f"{space}├  "),
        room=max(4, edge_of(width) - words),
    )


def _rail(signs: str) -> Content:
    return Content.styled(signs, "rail") if signs.strip() else Content(signs)
