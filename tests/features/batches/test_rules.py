"""The rules of batches: the digest is the plan's, and what may follow what (protocol 26)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.features.batches.rules import (
    BATCH_TRANSITIONS,
    IS_OVER,
    batch_id_of,
    digest_of,
    find_moved,
    find_new_marks,
    op_of,
    waits_by_itself,
)
from bbs.features.batches.views import BatchState, Found, PlanItem
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.norms.messages import AmendNorms
from bbs.features.threads.hiding_messages import HidePost
from bbs.gravity import CITES_JUDGEMENT, HIDES_MANY, REMOVES_UNHELD
from bbs.ids import COMMONS, new_id

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
_ITEMS = st.builds(
    PlanItem,
    method=st.sampled_from(["threads.hide", "threads.pin"]),
    params=st.dictionaries(st.text(max_size=3), _JSON, max_size=3),
    if_revision=st.none() | st.integers(0, 9),
    found=st.none() | st.builds(Found, revision=st.integers(1, 9), unchanged=st.booleans()),
)
_HEADS = st.tuples(
    st.sampled_from(["b1", "b2"]), st.text(max_size=3), st.text(max_size=3), st.none() | st.text()
)


def _turned(value: Any) -> Any:
    """Return JSON with the keys of each object in another order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(list(value))}
    return [_turned(each) for each in value] if isinstance(value, list) else value


@given(_HEADS, st.lists(_ITEMS, max_size=4), _HEADS, st.lists(_ITEMS, max_size=4))
def test_equal_plans_have_equal_digests_and_no_others(
    head: tuple[Any, ...], items: list[PlanItem], other: tuple[Any, ...], others: list[PlanItem]
) -> None:
    """Two plans have one digest exactly if head, items and their order are the same; the order of keys
    in an item says nothing (26.5)."""
    turned = [replace(item, params=_turned(item.params)) for item in items]
    assert digest_of(*head, turned) == digest_of(*head, items)
    is_same = (head, [_exact(each) for each in items]) == (other, [_exact(each) for each in others])
    assert (digest_of(*head, items) == digest_of(*other, others)) is is_same


def _exact(item: PlanItem) -> tuple[Any, ...]:
    """Return what tells items apart as JSON does: 1 is not true."""
    return (item.method, _typed(item.params), item.if_revision, item.found)


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_typed(each) for each in value]
    return type(value).__name__, value


@given(st.lists(_ITEMS, min_size=2, max_size=5, unique_by=repr), st.randoms())
def test_the_order_of_items_counts(items: list[PlanItem], chance: Any) -> None:
    """The same items in another order are another plan (26.5)."""
    turned = list(items)
    chance.shuffle(turned)
    same = digest_of("b", "e", "r", None, turned) == digest_of("b", "e", "r", None, items)
    assert same is (turned == items)


def test_the_same_plan_of_the_same_member_is_the_same_batch() -> None:
    """So applying it again goes on with it, and two members never meet in one (26.3)."""
    ana, bo = new_id(), new_id()
    assert batch_id_of("d", "n", ana) == batch_id_of("d", "n", ana)
    assert (
        len(
            {
                batch_id_of("d", "n", ana),
                batch_id_of("d", "n", bo),
                batch_id_of("e", "n", ana),
                batch_id_of("d", "m", ana),
            }
        )
        == 4
    )
    batch = batch_id_of("d", "n", ana)
    assert len({op_of(batch, number) for number in range(1, 1_001)}) == 1_000


def test_what_is_over_stays_over() -> None:
    """Only what was dropped, of which nothing was done, can begin anew; each state can be reached."""
    assert set(BATCH_TRANSITIONS) == {None, *BatchState}
    reached = {state for states in BATCH_TRANSITIONS.values() for state in states}
    assert reached == set(BatchState)
    for state in IS_OVER - {BatchState.DROPPED}:
        assert not BATCH_TRANSITIONS[state]
    assert BATCH_TRANSITIONS[BatchState.DROPPED] == {BatchState.DRAFT}


def test_one_key_is_enough_for_what_waits_for_one() -> None:
    """What all may object to, or all moderators agree to, waits by itself (26.1)."""
    assert not waits_by_itself(HidePost.grave)
    assert waits_by_itself(AmendNorms.grave)


def test_each_move_of_the_world_is_found() -> None:
    """Another thing, member, clause, revision, value or refusal is a move; dates and sentences are
    none (26.4)."""
    kept = Found(
        thing=Thing(kind=ThingKind.POST, id="p", thread=1, number=2),
        about="ana",
        changes=(Change(field="kept_until", after="2026-12-01"), Change(field="title", before="A")),
        norm=1,
        norms_version=1,
        revision=3,
    )
    moves = (
        {"thing": Thing(kind=ThingKind.POST, id="q", thread=1, number=3)},
        {"about": "bo"},
        {"norms_version": 2},
        {"norms_board": COMMONS},
        {"revision": 4},
        {"changes": ()},
        {"unchanged": True},
        {"refused": "gone", "why": "it is gone"},
    )
    for move in moves:
        found = replace(kept, **move)
        assert find_moved(kept, found, {"kept_until"}), move
        assert find_moved(found, kept, {"kept_until"}), move
    dated = replace(kept, changes=(Change(field="kept_until", after="2027-01-01"), kept.changes[1]))
    assert find_moved(kept, dated, {"kept_until"}) is None
    assert find_moved(kept, dated) is not None
    said = replace(kept, refused="gone", why="gone since Monday")
    assert find_moved(said, replace(said, why="gone since Tuesday")) is None


def test_a_key_for_one_item_is_none_for_another() -> None:
    """Whoever agreed saw which items are grave, and why; what somebody hides alone is counted together
    (26.6, 26.8)."""
    of_batch = {CITES_JUDGEMENT.field, REMOVES_UNHELD.field, HIDES_MANY.field}
    marks = (CITES_JUDGEMENT, REMOVES_UNHELD, HIDES_MANY)
    assert find_new_marks(marks, of_batch, of_batch) == []
    assert find_new_marks(marks, {CITES_JUDGEMENT.field}, of_batch) == [REMOVES_UNHELD.why]
    assert find_new_marks([HIDES_MANY], (), ()) == [HIDES_MANY.why]


def test_a_plan_names_each_change_once() -> None:
    """A change that a plan says twice is not what the server finds: people read both (26.4)."""
    real = Change(field="to_board", before="garden", after="kitchen")
    said = replace(real, after="attic")
    found = Found(changes=(real,))
    assert find_moved(Found(changes=(said, real)), found) is not None
    assert find_moved(found, found) is None
