"""Where things are: ranges of numbers, and what of the mirror was touched."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

_LAST_NUMBER = 2**53


class Touched(Struct, frozen=True):
    """What one application changed, so that only that is drawn again.

    Attributes:
        tables: Of members, boards, seats, norms, threads, posts, lines, marks, here.
        boards: Ids of boards whose row, threads, posts, lines or counts changed.
        threads: Ids of threads whose row, posts or counts changed.
        wanting: Ids of threads of which a post is here, but not the thread itself: fetch them.
    """

    tables: frozenset[str] = frozenset()
    boards: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    wanting: frozenset[str] = frozenset()


def gaps(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what lies between sorted, disjoint ranges of numbers, up to the last possible one."""
    found = []
    low = 1
    for first, last in ranges:
        if first > low:
            found.append((low, first - 1))
        low = last + 1
    found.append((low, _LAST_NUMBER))
    return found


def in_tree(
    numbers: Sequence[int], parents: Sequence[int | None]
) -> tuple[list[int], list[int], list[int]]:
    """Arrange a thread's posts depth first, as `tree_order` does, in a few passes over integers.

    Opening ten thousand posts waits for this one function; the order is that of the rules (P1).

    Args:
        numbers: Of the posts, rising.
        parents: Of each post, its parent's number. One that is None, missing or not lower makes
            the post a beginning.

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
