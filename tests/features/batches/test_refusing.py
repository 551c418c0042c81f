"""What cannot be in a plan, and what stops one before anything is done (protocol 26)."""

from typing import Any

import pytest

from bbs import limits
from bbs.batch_refusals import Moved, NoItem, OtherDigest
from bbs.errors import BadParams, Throttled
from bbs.features.batches.messages import (
    AddItems,
    BeginBatch,
    GetBatch,
    ListBatches,
    RehearseItems,
    StartBatch,
    StopBatch,
)
from bbs.features.batches.rules import batch_id_of, digest_of
from bbs.features.batches.views import BatchState, PlanItem
from bbs.features.boards.seat_messages import OfferSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import AmendNorms
from bbs.features.threads.messages import EditPost
from bbs.features.threads.tending_messages import PinThread
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, DeviceNeeded, NotAllowed, NotFound
from tests.features.batches.plans import (
    WHY,
    added,
    applied,
    epoch_of,
    hides,
    item,
    page,
    rehearsed,
)
from tests.support.moot import NORMS, Line, Moot
from tests.support.talk import start, write


async def test_a_rehearsal_changes_nothing(moot: Moot, board: BoardId, ana: Line) -> None:
    """Items see what those before them did, and afterwards no row is another (26.2)."""
    thread, post = await start(ana, board)
    pin = item(PinThread(thread=thread, reason="It is worth it"))
    before = await moot.dump()
    first, again = (await moot.sysop.ask(RehearseItems(board=board, items=(pin, pin)))).found
    assert await moot.dump() == before
    assert first.thing is not None
    assert first.thing.id == thread
    assert again.unchanged or again.refused is not None
    [hide] = await rehearsed(moot.sysop, board, hides([post]))
    assert hide.found is not None
    assert (hide.found.about, hide.found.norm, hide.found.revision) == (ana.id, 1, 2)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("threads.nothing", {}),
        ("threads.write", {"thread": new_id(), "post": new_id(), "body": "Hello"}),
        ("batches.start", {"board": new_id(), "batch": new_id(), "digest": "0" * 64}),
        ("threads.hide", {"post": new_id(), "norm": 1, "reason": WHY, "op": new_id()}),
        ("threads.hide", {"post": new_id(), "norm": 1, "reason": WHY, "dry_run": True}),
    ],
)
async def test_no_item(moot: Moot, board: BoardId, method: str, params: dict[str, Any]) -> None:
    """Only a command that another one undoes is an item, without an op of its own (26.1)."""
    wanted = RehearseItems(board=board, items=(PlanItem(method=method, params=params),))
    refusal = await moot.sysop.refused(wanted)
    assert isinstance(refusal, NoItem), refusal
    assert refusal.number == 1


async def test_what_waits_by_itself_is_sent_alone(moot: Moot, board: BoardId, ana: Line) -> None:
    """Norms that all there would have to accept are put to them, and not hidden in a plan: the item is
    found to be refused, and the others are done (26.1)."""
    _, post = await start(ana, board)
    amend = AmendNorms(board=board, norms=(*NORMS, *NORMS), reason="We need more of them")
    items = await rehearsed(moot.sysop, board, [item(amend), *hides([post])])
    assert [each.found.refused for each in items if each.found] == ["batches.no_item", None]
    batch = await applied(moot.sysop, board, items)
    assert (batch.done, batch.refused) == (1, 1)
    assert (await page(moot.sysop, batch.id)).items[0].refused == "batches.no_item"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"norm": 0}, "norm"), ({"nothing": 1}, "nothing"), ({"reason": ""}, "reason")],
)
async def test_items_are_as_strict_as_frames(
    moot: Moot, board: BoardId, change: dict[str, Any], field: str
) -> None:
    """A field that a frame may not have, an item may not either; the error names both (26.1)."""
    params = {"post": new_id(), "norm": 1, "reason": WHY, **change}
    wanted = RehearseItems(board=board, items=(PlanItem(method="threads.hide", params=params),))
    refusal = await moot.sysop.refused(wanted)
    assert isinstance(refusal, BadParams), refusal
    assert refusal.field == f"item 1: {field}"


async def test_a_plan_is_of_one_board(moot: Moot, board: BoardId, ana: Line) -> None:
    """A post of another board is no item, whoever may hide it there (26.1)."""
    _, post = await start(ana, board)
    other = await moot.board(moot.sysop, "kitchen")
    refusal = await moot.sysop.refused(RehearseItems(board=other, items=tuple(hides([post]))))
    assert isinstance(refusal, NoItem), refusal


async def test_an_item_that_moved_stops_the_plan(moot: Moot, board: BoardId, ana: Line) -> None:
    """Its number, its address and what moved are told, and nothing of the plan is done (26.4)."""
    thread, _ = await start(ana, board)
    posts = [await write(ana, thread) for _ in range(3)]
    items = await rehearsed(moot.sysop, board, hides(posts))
    await ana.ask(EditPost(post=posts[1], body="Something else"))
    digest = digest_of(board, epoch_of(ana), WHY, None, items)
    batch = batch_id_of(digest, "n", moot.sysop.id)
    await moot.sysop.ask(BeginBatch(board=board, batch=batch, reason=WHY, count=3))
    add = AddItems(board=board, batch=batch, first=1, items=tuple(items))
    refusal = await moot.sysop.refused(add)
    assert isinstance(refusal, Moved), refusal
    assert (refusal.number, refusal.thing) == (2, "garden/1/3")
    assert "revision" in refusal.what
    assert not (await page(moot.sysop, batch)).items
    start_it = StartBatch(board=board, batch=batch, digest=digest)
    assert isinstance(await moot.sysop.refused(start_it), Conflict)


async def test_another_digest_starts_nothing(moot: Moot, board: BoardId, ana: Line) -> None:
    """What was read is what is done, or nothing is (26.5)."""
    _, post = await start(ana, board)
    items = await rehearsed(moot.sysop, board, hides([post]))
    batch, digest = await added(moot.sysop, board, items)
    other = StartBatch(board=board, batch=batch, digest="0" * 64)
    refusal = await moot.sysop.refused(other)
    assert isinstance(refusal, OtherDigest), refusal
    assert refusal.digest == digest
    await moot.do_jobs("batches")
    assert (await page(moot.sysop, batch)).batch.state is BatchState.DRAFT


async def test_only_those_in_office_plan(moot: Moot, board: BoardId, ana: Line) -> None:
    """A seat is no office, a script's token applies nothing, and drafts are their author's (26.3, 26.11)."""
    _, post = await start(ana, board)
    wanted = RehearseItems(board=board, items=tuple(hides([post])))
    assert isinstance(await ana.refused(wanted), NotAllowed)
    assert isinstance(await ana.refused(ListBatches(board=board)), NotAllowed)
    batch, digest = await added(moot.sysop, board, hides([post]))
    for asked in (GetBatch(batch=batch), StartBatch(board=board, batch=batch, digest=digest)):
        assert isinstance(await ana.refused(asked), NotFound)
    script = await moot.with_token(moot.sysop, ["read"])  # type: ignore[list-item]  # by its name
    started = await script.refused(StartBatch(board=board, batch=batch, digest=digest))
    assert isinstance(started, DeviceNeeded)


async def test_a_member_has_one_draft(moot: Moot, board: BoardId, ana: Line) -> None:
    """A new one takes its place, with all words of the old one (26.3, P10)."""
    _, post = await start(ana, board)
    first, _ = await added(moot.sysop, board, hides([post]), reason="Nowhere kept")
    second, _ = await added(moot.sysop, board, hides([post]), reason="Another reason")
    assert [each.id for each in (await moot.sysop.ask(ListBatches(board=board))).batches] == [
        second
    ]
    assert isinstance(await moot.sysop.refused(GetBatch(batch=first)), NotFound)
    kept = await moot.read(
        lambda tx: tx.fetch_all("SELECT body FROM texts WHERE body LIKE 'Nowhere%'")
    )
    assert not kept


async def test_a_draft_ends_in_a_day(moot: Moot, board: BoardId, ana: Line) -> None:
    """Then it is dropped, and forgotten a day later; its plan can begin anew meanwhile (26.3, 26.14)."""
    _, post = await start(ana, board)
    batch, digest = await added(moot.sysop, board, hides([post]))
    moot.clock.jump(seconds=limits.BATCH_DRAFT_HOURS * 3_600 + 1)
    refusal = await moot.sysop.refused(StartBatch(board=board, batch=batch, digest=digest))
    assert isinstance(refusal, Conflict)
    await moot.do_jobs("end batches")
    assert (await page(moot.sysop, batch)).batch.state is BatchState.DROPPED
    assert (await applied(moot.sysop, board, hides([post]))).id == batch
    other, _ = await added(moot.sysop, board, hides([post]), reason="Later")
    moot.clock.jump(seconds=limits.BATCH_DRAFT_HOURS * 3_600 + 1)
    await moot.do_jobs("end batches")
    moot.clock.jump(seconds=limits.BATCH_DRAFT_HOURS * 3_600 + 1)
    await moot.do_jobs("forget batches")
    assert isinstance(await moot.sysop.refused(GetBatch(batch=other)), NotFound)


async def test_rehearsals_have_a_budget_of_their_own(moot: Moot, board: BoardId, ana: Line) -> None:
    """A long plan costs its author no other command, and nobody keeps the writer busy with rehearsals:
    both are bounded for themselves (26.13)."""
    throttle = moot.running.dispatcher.throttle
    burst = limits.REHEARSAL_BURST
    bucket = throttle.rehearsals.of(moot.sysop.id, moot.clock())
    writes = throttle.writes.of(moot.sysop.id, moot.clock())
    bucket.level, before = 1.0, writes.level
    _, post = await start(ana, board)
    asked = RehearseItems(board=board, items=tuple(hides([post])))
    await moot.sysop.ask(asked)
    assert writes.level == before
    assert isinstance(await moot.sysop.refused(asked), Throttled)
    assert burst * limits.BATCH_SLICE_ITEMS >= limits.BATCH_ITEMS_MAX
    assert not (await ana.ask(GetLog(board=board, batch=new_id()))).acts


async def test_nothing_is_stopped_that_does_not_run(moot: Moot, board: BoardId, ana: Line) -> None:
    """A batch that is over stays as it ended (26.9)."""
    _, post = await start(ana, board)
    batch = await applied(moot.sysop, board, hides([post]))
    refusal = await moot.sysop.refused(StopBatch(board=board, batch=batch.id))
    assert isinstance(refusal, Conflict)


async def test_whom_a_refused_item_names_can_go(moot: Moot, board: BoardId, ana: Line) -> None:
    """A plan may hold an item that is refused: it keeps no member who left either (P10)."""
    await start(ana, board)
    refused = item(OfferSeat(board=board, member=ana.id))
    batch, _ = await added(moot.sysop, board, await rehearsed(moot.sysop, board, [refused]))
    sql = "SELECT about FROM batch_items WHERE batch = ?"
    assert await moot.read(lambda tx: tx.fetch_value(sql, batch)) == ana.id
