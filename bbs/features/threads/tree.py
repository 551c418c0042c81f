"""A thread as a tree: the order its posts are read in. Pure, and light: first paint waits for it."""

from collections.abc import Sequence


def in_tree(
    numbers: Sequence[int], parents: Sequence[int | None]
) -> tuple[list[int], list[int], list[int]]:
    """Arrange a thread's posts depth first, answers in the order of their numbers (P1). Pure.

    A few passes over integers: opening ten thousand posts waits for this one function.

    Args:
        numbers: Of the posts, rising.
        parents: Of each post, its parent's number. One that is None, missing or not lower makes
            the post a beginning: what comes from a peer cannot make a ring.

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
        nodes: Number and parent's number of every post, in any order, numbers all different. A
            parent that is None, missing or not lower makes the post a beginning: what comes from a
            peer cannot make a ring.

    Returns:
        Number and depth of each post; beginnings have depth 0.
    """
    rising = sorted(nodes, key=lambda node: node[0])
    numbers = [number for number, _ in rising]
    order, depths, _ = in_tree(numbers, [parent for _, parent in rising])
    return [(numbers[place], depths[place]) for place in order]
