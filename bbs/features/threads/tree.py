"""A thread as a tree, in the order of reading. Pure, and fast, because first paint waits for it."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct


def depth_first(
    numbers: Sequence[int], parents: Sequence[int | None]
) -> tuple[list[int], list[int], list[int]]:
    """Arrange a thread's posts depth first, answers in the order of their numbers (P1). Pure.

    It makes a few passes over integers only, because opening ten thousand posts waits for it.

    Args:
        numbers: Numbers of the posts, rising.
        parents: The number of each post's parent. A post whose parent is None, missing or not lower
            is a beginning, so that data of a peer cannot make a ring.

    Returns:
        The places of the posts in the order they are read; of each post, by place, its depth; and
        its parent's place, -1 for a beginning.
    """
    count = len(numbers)
    place_of = dict(zip(numbers, range(count), strict=True))
    above, depths, sizes = [-1] * count, [0] * count, [1] * count
    for place, parent in enumerate(parents):
        if parent is not None and (over := place_of.get(parent, count)) < place:
            above[place] = over
            depths[place] = depths[over] + 1
    for place in range(count - 1, -1, -1):
        if above[place] >= 0:
            sizes[above[place]] += sizes[place]
    order, free, begin = [0] * count, [0] * count, 0
    for place in range(count):
        over = above[place]
        if over < 0:
            at, begin = begin, begin + sizes[place]
        else:
            at = free[over]
            free[over] = at + sizes[place]
        order[at] = place
        free[place] = at + 1
    return order, depths, above


def tree_order(nodes: Sequence[tuple[int, int | None]]) -> list[tuple[int, int]]:
    """Return a thread's posts depth first, answers in the order of their numbers (P1).

    Args:
        nodes: Number and parent's number of every post, in any order, all numbers different. See
            `depth_first` for parents.

    Returns:
        Number and depth of each post; beginnings have depth 0.
    """
    rising = sorted(nodes, key=lambda node: node[0])
    numbers = [number for number, _ in rising]
    order, depths, _ = depth_first(numbers, [parent for _, parent in rising])
    return [(numbers[place], depths[place]) for place in order]


class Tree(Struct, eq=False, dict=True):
    """A thread's posts in the order they are read, as columns of integers.

    The arrays are stored and read back as bytes; adding a later post does not rebuild them.

    Attributes:
        numbers: Numbers of the posts, in the order of reading.
        depths: The depth of each post, at the same index; 0 for a beginning.
        parents: The number of each post's parent; 0 for a beginning.
        levels: How many rails a post hangs from. A beginning is at level 0. Its answers, and those of
            a post with several, are a level deeper; an only answer is at the level of its post, so
            that a conversation of two stays straight.
    """

    numbers: "array[int]"
    depths: "array[int]"
    parents: "array[int]"
    levels: "array[int]"

    @classmethod
    def build(cls, numbers: Sequence[int], parents: Sequence[int | None]) -> "Tree":
        """Return the tree of posts.

        Args:
            numbers: Numbers of the posts, rising.
            parents: The number of each post's parent; see `depth_first`.
        """
        order, depths, above = depth_first(numbers, parents)
        answers, levels = Counter(above), [0] * len(numbers)
        for place, over in enumerate(above):
            if over >= 0:
                levels[place] = levels[over] + (answers[over] > 1 or above[over] < 0)
        return cls(
            array("q", [numbers[place] for place in order]),
            array("q", [depths[place] for place in order]),
            array("q", [numbers[above[at]] if above[at] >= 0 else 0 for at in order]),
            array("q", [levels[place] for place in order]),
        )

    @classmethod
    def from_bytes(cls, kept: bytes) -> "Tree":
        """Return the tree from the result of `to_bytes` on this machine.

        Raises:
            ValueError: If `kept` does not have the length of equal columns.
        """
        columns = array("q")
        columns.frombytes(kept)
        count = len(cls.__struct_fields__)
        size, rest = divmod(len(columns), count)
        if rest:
            raise ValueError("not the columns of a tree")
        return cls(*(columns[at * size : (at + 1) * size] for at in range(count)))

    def to_bytes(self) -> bytes:
        """Return the columns as bytes, for this machine's `from_bytes`."""
        return b"".join(column.tobytes() for column in self._columns())

    def copy(self) -> "Tree":
        """Return another tree of the same posts."""
        return Tree(*(column[:] for column in self._columns()))

    def _columns(self) -> "tuple[array[int], array[int], array[int], array[int]]":
        return self.numbers, self.depths, self.parents, self.levels

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, number: int, parent: int | None) -> None:
        """Insert a post after all other answers to the same post.

        Args:
            number: Its number, higher than those of the other answers and not in the tree yet.
            parent: The number of the post it answers. If that is None or not in the tree, the new
                post is a beginning.
        """
        over = self.numbers.index(parent) if parent and parent in self.numbers else None
        if over is None:
            at, row = len(self), (number, 0, 0, 0)
        else:
            at = self.subtree_end(over)
            parent, answers = self.numbers[over], self.parents.count(self.numbers[over])
            branches = self.depths[over] == 0  # its answers do so, however few they are
            if answers == 1 and not branches:
                for place in range(over + 1, at):
                    self.levels[place] += 1
            level = self.levels[over] + (answers > 0 or branches)
            row = (number, self.depths[over] + 1, parent, level)
        for column, value in zip(self._columns(), row, strict=True):
            column.insert(at, value)
        self.__dict__.pop("_places", None)

    @cached_property
    def _places(self) -> dict[int, int]:
        return dict(zip(self.numbers, range(len(self)), strict=True))

    def index_of(self, number: int) -> int | None:
        """Return the index of a post; None if it is not in the tree."""
        return self._places.get(number)

    def goes_straight(self, place: int) -> bool:
        """Return whether a post is its parent's only answer and stands in line with it."""
        return (
            place > 0
            and self.levels[place] == self.levels[place - 1]
            and self.parents[place] == self.numbers[place - 1]
        )

    def subtree_end(self, place: int) -> int:
        """Return the index after the last direct or indirect answer to the post at `place`."""
        depth, depths = self.depths[place], self.depths
        at = place + 1
        while at < len(depths) and depths[at] > depth:
            at += 1
        return at

    def ancestors(self, number: int) -> list[int]:
        """Return the numbers of all posts above a post, the beginning first."""
        chain: list[int] = []
        while number := self.parents[self._places[number]]:
            chain.append(number)
        return chain[::-1]

    def sibling(self, number: int, step: int) -> int | None:
        """Return the next or previous answer to the same post; for a beginning, a beginning.

        Args:
            number: The number of a post in the tree.
            step: 1 for the next, -1 for the previous.

        Returns:
            Its number; None if there is none.
        """
        at = self._places[number]
        depth, depths = self.depths[at], self.depths
        at = self.subtree_end(at) if step > 0 else at - 1
        while 0 <= at < len(depths) and depths[at] > depth:
            at -= 1
        return self.numbers[at] if 0 <= at < len(depths) and depths[at] == depth else None

    def visible_numbers(self, folded: Iterable[int]) -> "array[int]":
        """Return the numbers in the order of reading, without the answers below folded posts.

        Args:
            folded: Numbers of folded posts; numbers that are not in the tree are ignored.
        """
        places = sorted(place for number in folded if (place := self.index_of(number)) is not None)
        shown, begin = array("q"), 0
        for place in places:
            if place >= begin:
                shown.extend(self.numbers[begin : place + 1])
                begin = self.subtree_end(place)
        shown.extend(self.numbers[begin:])
        return shown
