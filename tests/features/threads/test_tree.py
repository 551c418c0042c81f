"""A thread as a tree: places, depths and parents fit together."""

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.threads.tree import in_tree, tree_order

_numbers = st.lists(st.integers(1, 60), unique=True, max_size=40).map(sorted)
_parents = st.lists(st.none() | st.integers(0, 70), min_size=40, max_size=40)


@given(_numbers, _parents)
def test_every_post_has_its_place_and_its_parents(
    numbers: list[int], parents: list[int | None]
) -> None:
    """Whatever a peer says of parents, each post has one place, below a lower one or none (P1)."""
    order, depths, above = in_tree(numbers, parents[: len(numbers)])
    nodes = list(zip(numbers, parents, strict=False))
    assert sorted(order) == list(range(len(numbers)))
    assert [(numbers[place], depths[place]) for place in order] == tree_order(nodes)
    assert all(numbers[over] == parents[place] for place, over in enumerate(above) if over >= 0)
