"""Trees that look like trees: every bead on its rail, every rail to a bead (looks 4)."""

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.threads.tree import Tree
from bbs_client.widgets.rails import EDGE, LEVEL_MAX, WORDS_MIN, Rails, edge_of, level_max

BEAD = "●"
_numbers = st.lists(st.integers(1, 60), unique=True, max_size=30).map(sorted)
_parents = st.lists(st.none() | st.integers(1, 60), min_size=30, max_size=30)
_widths = st.sampled_from((20, 44, 50, 54, 57, 58, 78, 140))


def drawn(tree: Tree, folded: set[int], width: int) -> list[str]:
    """Return a whole tree: of each post its header, a row of words, its fold, and the row below."""
    rails, rows = Rails(tree, width), []
    for number in tree.visible_numbers(folded):
        place = tree.index_of(number)
        assert place is not None
        is_folded = number in folded and tree.subtree_end(place) > place + 1
        at = rails.frame(place, folded=is_folded)
        rows += [f"{at.head.plain}{BEAD} {number}", f"{at.body.plain}words"]
        if is_folded:
            rows.append(f"{at.fold.plain}▸ folded")
        rows.append(at.gap.plain)
    return rows


@given(_numbers, _parents, st.sets(st.integers(1, 60), max_size=3), _widths)
def test_rails_meet(
    numbers: list[int], parents: list[int | None], folded: set[int], width: int
) -> None:
    """No bead is without its rail, no rail leads to nothing, and `╰` is on the last one alone."""
    rows = drawn(Tree.build(numbers, parents[: len(numbers)]), folded, width)

    def sign(row: int, column: int) -> str:
        inside = 0 <= row < len(rows) and column < len(rows[row])
        return rows[row][column] if inside else " "

    for row, text in enumerate(rows):
        for column, char in enumerate(text.partition("words")[0].partition("▸")[0]):
            above, below = sign(row - 1, column), sign(row + 1, column)
            if char == BEAD:
                assert column % 2 == 0
                hangs = sign(row, column - 1) == "─" if column else False
                assert hangs or above == "│" or row == 0
            if char in "│├╰":
                assert column % 2 == 0
                assert above in ("│", "├", BEAD)
            if char == "│":
                is_own = text[column:] == "│  words"
                assert is_own or below in ("│", "├", "╰", BEAD)
            if char == "├":
                assert below in ("│", "├", "╰", BEAD)
            if char == "╰":
                assert below not in ("│", "├", "╰")


@given(_numbers, _parents, st.integers(0, 29), _widths)
def test_rails_do_not_depend_on_what_was_looked_at(
    numbers: list[int], parents: list[int | None], first: int, width: int
) -> None:
    """Found from any post on, each post has the rails that it has in the whole."""
    tree = Tree.build(numbers, parents[: len(numbers)])
    places = list(range(len(numbers)))
    whole, some = Rails(tree, width), Rails(tree, width)
    expected = [whole.frame(place) for place in reversed(places)][::-1]
    order = places[first:] + places[:first]
    assert {place: some.frame(place) for place in order} == dict(enumerate(expected))


def test_a_thread_is_drawn_as_the_page_shows_it() -> None:
    """The thread of the pages: straight answers stay straight, the last branch ends its rail (looks 5)."""
    tree = Tree.build(range(1, 11), (None, 1, 2, 3, 1, 5, 5, None, 6, 6))
    assert drawn(tree, {6}, 78) == [
        "● 1", "│  words", "│",
        "├─● 2", "│ │  words", "│ │",
        "│ ● 3", "│ │  words", "│ │",
        "│ ● 4", "│ │  words", "│",
        "├─● 5", "│ │  words", "│ │",
        "│ ├─● 6", "│ │ │  words", "│ │ ╰ ▸ folded", "│ │",
        "│ ╰─● 7", "│   │  words", "│",
        "● 8", "│  words", "",
    ]  # fmt: skip


def test_words_keep_their_room() -> None:
    """At most eight levels, fewer where words would have less than forty columns, two below sixty."""
    assert [level_max(width) for width in (140, 78, 58, 57, 50, 44, 20)] == [8, 8, 6, 2, 2, 0, 0]
    assert edge_of(140) == edge_of(78) == EDGE == 75
    parents = [None, *(number - 1 - number % 2 for number in range(2, 60))]
    forks = Tree.build(range(1, 60), parents)
    assert max(forks.levels) > LEVEL_MAX
    rails = Rails(forks, 78)
    rooms = [rails.frame(place).room for place in range(len(forks))]
    assert min(rooms) == EDGE - 3 - 2 * LEVEL_MAX >= WORDS_MIN
    deeper = [rails.is_deeper(place) for place in range(len(forks))]
    assert deeper == [level > LEVEL_MAX for level in forks.levels]
