"""A thread as a tree: places, depths and parents fit together."""

from hypothesis import given
from hypothesis import strategies as st

from bbs.features.threads.tree import Tree, depth_first, tree_order

_numbers = st.lists(st.integers(1, 60), unique=True, max_size=40).map(sorted)
_parents = st.lists(st.none() | st.integers(0, 70), min_size=40, max_size=40)


@given(_numbers, _parents)
def test_every_post_has_its_place_and_its_parents(
    numbers: list[int], parents: list[int | None]
) -> None:
    """Whatever a peer says of parents, each post has one place, below a lower one or none (P1)."""
    order, depths, above = depth_first(numbers, parents[: len(numbers)])
    nodes = list(zip(numbers, parents, strict=False))
    assert sorted(order) == list(range(len(numbers)))
    assert [(numbers[place], depths[place]) for place in order] == tree_order(nodes)
    assert all(numbers[over] == parents[place] for place, over in enumerate(above) if over >= 0)


def columns(tree: Tree) -> list[list[int]]:
    """Return all that a tree knows."""
    return [list(one) for one in (tree.numbers, tree.depths, tree.parents, tree.levels)]


@given(_numbers, _parents, st.integers(0, 40))
def test_a_post_put_in_stands_where_it_would_have(
    numbers: list[int], parents: list[int | None], known: int
) -> None:
    """A tree that grows post by post equals one made of all, also when kept meanwhile (P1)."""
    whole = Tree.build(numbers, parents[: len(numbers)])
    grown = Tree.from_bytes(Tree.build(numbers[:known], parents[: len(numbers[:known])]).to_bytes())
    for number, parent in list(zip(numbers, parents, strict=False))[known:]:
        grown.add(number, parent)
    assert columns(grown) == columns(whole)


@given(_numbers, _parents, st.sets(st.integers(1, 60), max_size=4))
def test_folding_hides_answers_and_nothing_else(
    numbers: list[int], parents: list[int | None], folded: set[int]
) -> None:
    """What is left in a folded tree is every post that answers no folded one, in its order."""
    tree = Tree.build(numbers, parents[: len(numbers)])
    shown = tree.visible_numbers(folded)
    assert list(shown) == [one for one in tree.numbers if not folded & set(tree.ancestors(one))]


@given(_numbers, _parents)
def test_siblings_answer_the_same_post(numbers: list[int], parents: list[int | None]) -> None:
    """From sibling to sibling one meets every answer to a post, in the order of their numbers."""
    tree = Tree.build(numbers, parents[: len(numbers)])
    above = dict(zip(tree.numbers, tree.parents, strict=True))
    for number in numbers:
        kin = [one for one in numbers if above[one] == above[number]]
        place = kin.index(number)
        assert tree.sibling(number, 1) == (kin[place + 1] if place + 1 < len(kin) else None)
        assert tree.sibling(number, -1) == (kin[place - 1] if place else None)


@given(_numbers, _parents)
def test_only_answers_go_straight(numbers: list[int], parents: list[int | None]) -> None:
    """An answer to a beginning, or one of several, is a level deeper; an only one is in line (looks 4)."""
    tree = Tree.build(numbers, parents[: len(numbers)])
    level = dict(zip(tree.numbers, tree.levels, strict=True))
    above = dict(zip(tree.numbers, tree.parents, strict=True))
    answers = list(above.values())
    for place, number in enumerate(tree.numbers):
        parent = above[number]
        branches = bool(parent) and (answers.count(parent) > 1 or above[parent] == 0)
        assert level[number] == (level[parent] + branches if parent else 0)
        assert tree.goes_straight(place) == (bool(parent) and not branches)


def test_a_conversation_of_two_stays_straight() -> None:
    """However long it is; a second answer makes branches, the answers to a beginning always are."""
    tree = Tree.build((1, 2, 3, 4, 5, 6), (None, 1, 2, 2, 3, None))
    levels = {1: 0, 2: 1, 3: 2, 5: 2, 4: 2, 6: 0}
    assert dict(zip(tree.numbers, tree.levels, strict=True)) == levels
