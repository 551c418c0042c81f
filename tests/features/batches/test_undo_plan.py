"""A batch is undone by a batch of ordinary commands, and what was done since stays (P8, protocol 26.15)."""

from bbs.clock import DAY_MS, instant
from bbs.features.batches.undo_messages import NotUndone, PlanUndo
from bbs.features.batches.views import BatchState, PlanItem
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.views import SanctionKind
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import LockThread, UnlockThread
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.tending_messages import ChangeTitle, MoveThread, PinThread
from bbs.ids import BatchId, BoardId, new_id
from bbs.refusals import Conflict, NotFound
from tests.features.batches.items import open_house
from tests.features.batches.plans import WHY, added, applied, item, rehearsed
from tests.features.batches.undoing import snapshot
from tests.features.cases.court import decision, heard
from tests.support.moot import Line, Moot
from tests.support.talk import start

UNDO = "It was a mistake"


async def _plan_undo(
    line: Line, board: BoardId, batch: BatchId, limit: int = 100
) -> tuple[list[PlanItem], list[NotUndone]]:
    """Return all pages of what undoes a batch, rehearsed."""
    items: list[PlanItem] = []
    stays: list[NotUndone] = []
    before = None
    while True:
        ask = PlanUndo(board=board, batch=batch, reason=UNDO, before=before, limit=limit)
        page = await line.ask(ask)
        items += page.items
        stays += page.stays
        before = page.next_before
        if before is None:
            return await rehearsed(line, board, items), stays


async def test_a_batch_is_undone_but_for_what_was_done_since(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Everything is as it was, a later act is named and kept, and an undo is undone the same way."""
    begun = [await start(ana, board, f"B{n}", title=f"T{n}") for n in range(4)]
    until = instant(moot.clock() + DAY_MS)
    commands = (
        *(HidePost(post=each.post, norm=1, reason=WHY) for each in begun[:2]),
        ChangeTitle(thread=begun[2].thread, title="Beans", reason=WHY),
        ChangeTitle(thread=begun[2].thread, title="Peas", reason=WHY),
        PinThread(thread=begun[3].thread, reason=WHY),
        LockThread(thread=begun[3].thread, until=until, reason=WHY),
        ConfigureBoard(board=board, title="Orchard", charter="Of trees.", hold_s=30),
    )
    before = await snapshot(moot)
    items = await rehearsed(moot.sysop, board, [item(each) for each in commands])
    batch = await applied(moot.sysop, board, items)
    assert (batch.state, batch.done) == (BatchState.DONE, len(commands))
    after = await snapshot(moot)
    undo, stays = await _plan_undo(moot.sysop, board, batch.id, limit=3)
    assert [each.method for each in undo] == [
        *("boards.configure", "moderation.unlock", "threads.unpin"),
        *("threads.change_title", "threads.change_title", "threads.restore", "threads.restore"),
    ]
    assert not stays
    undone = await applied(moot.sysop, board, undo, undoes=batch.id)
    assert (undone.undoes, undone.done, undone.refused) == (batch.id, len(undo), 0)
    assert await snapshot(moot) == before
    again, stays = await _plan_undo(moot.sysop, board, undone.id)
    assert not stays
    redone = await applied(moot.sysop, board, again, undoes=undone.id)
    assert redone.done == len(commands)
    assert await snapshot(moot) == after


async def test_what_was_done_since_is_named_and_stays(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Who decided later knew of the batch: their act is not undone with it (P8)."""
    one, other = await start(ana, board), await start(ana, board)
    until = instant(moot.clock() + DAY_MS)
    locks = [LockThread(thread=each.thread, until=until, reason=WHY) for each in (one, other)]
    items = await rehearsed(moot.sysop, board, [item(each) for each in locks])
    batch = await applied(moot.sysop, board, items)
    await moot.sysop.ask(UnlockThread(thread=one.thread, reason="It was calm"))
    later = (await moot.sysop.ask(GetLog(board=board))).acts[0]
    undo, [stay] = await _plan_undo(moot.sysop, board, batch.id)
    assert [each.params["thread"] for each in undo] == [other.thread]
    assert (stay.number, stay.later) == (1, later.id)
    assert stay.thing is not None
    assert stay.thing.id == one.thread
    # Undone by hand or by a batch is the same: nothing is undone twice.
    await applied(moot.sysop, board, undo, undoes=batch.id)
    undo, stays = await _plan_undo(moot.sysop, board, batch.id)
    assert not undo
    assert [each.number for each in stays] == [2, 1]


async def test_what_waits_for_others_is_named_and_the_rest_is_undone(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """To end an office is a new act with all its conditions; no batch hurries it (P8)."""
    begun = await start(ana, board)
    commands = (
        Appoint(board=board, member=ana.id),
        PinThread(thread=begun.thread, reason=WHY),
    )
    items = await rehearsed(moot.sysop, board, [item(each) for each in commands])
    batch = await applied(moot.sysop, board, items)
    undo, stays = await _plan_undo(moot.sysop, board, batch.id)
    assert not stays
    found = [each.found.refused for each in undo if each.found is not None]
    assert found == [None, "batches.no_item"]
    undone = await applied(moot.sysop, board, undo, undoes=batch.id)
    assert (undone.done, undone.refused) == (1, 1)


async def test_only_what_is_over_is_undone_and_by_who_may_read_it(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """A draft did nothing, and somebody without an office learns of no batch."""
    begun = await start(ana, board)
    pin = await rehearsed(moot.sysop, board, [item(PinThread(thread=begun.thread, reason=WHY))])
    batch, _ = await added(moot.sysop, board, pin)
    ask = PlanUndo(board=board, batch=batch, reason=UNDO)
    assert isinstance(await moot.sysop.refused(ask), Conflict)
    assert isinstance(await ana.refused(ask), NotFound)


async def test_a_decision_and_a_thread_that_went_away_come_back(moot: Moot) -> None:
    """One item may take several commands, and what went to another board is still of this one."""
    house = await open_house(moot)
    desk, vera = house.desk, house.vera
    decided = decision(await heard(desk), SanctionKind.SILENCE, hides=True)
    begun = await start(desk.ann, house.board)
    moved = MoveThread(thread=begun.thread, to_board=house.elsewhere, becomes=new_id(), reason=WHY)
    before = await snapshot(moot)
    items = await rehearsed(vera, house.board, [item(decided), item(moved)])
    batch = await applied(vera, house.board, items)
    assert (batch.done, batch.refused) == (2, 0)
    undo, stays = await _plan_undo(vera, house.board, batch.id)
    assert not stays
    assert [each.method for each in undo] == [
        *("threads.move_to_board", "cases.lift", "threads.restore"),
    ]
    undone = await applied(vera, house.board, undo, undoes=batch.id)
    assert (undone.done, undone.refused) == (3, 0)
    assert await snapshot(moot) == before
    again, stays = await _plan_undo(vera, house.board, undone.id)
    assert [each.method for each in again] == ["threads.hide", "threads.move_to_board"]
    assert [(each.number, each.later) for each in stays] == [(2, None)]
