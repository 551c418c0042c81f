"""The order of a thread in the mirror: that of the rules, only cheaper."""

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.threads.rules import tree_order
from bbs_client.mirror.places import in_tree

_numbers = st.lists(st.integers(1, 60), unique=True, max_size=40).map(sorted)
_parents = st.lists(st.none() | st.integers(0, 70), min_size=40, max_size=40)


@given(_numbers, _parents)
def test_posts_stand_in_the_order_of_the_rules(
    numbers: list[int], parents: list[int | None]
) -> None:
    """Whatever a server says of parents, the mirror's order and depths are `tree_order`'s (P1)."""
    order, depths, above = in_tree(numbers, parents[: len(numbers)])
    nodes = list(zip(numbers, parents, strict=False))
    assert [(numbers[place], depths[place]) for place in order] == tree_order(nodes)
    assert all(numbers[over] == parents[place] for place, over in enumerate(above) if over >= 0)
