"""What undoing leaves as it is: later acts, served time, ends that are past (P7, P8, protocol 26)."""

from typing import Any

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.cases.ladder import days_allowed
from bbs.features.cases.views import SanctionKind, SanctionState
from bbs.features.moderation.messages import Act
from bbs.features.moderation.tending_messages import LockThread, UnlockThread
from bbs.features.norms.messages import AmendNorms, Clause, GetNorms
from bbs.features.threads.hiding_messages import HidePost, RestorePost
from bbs.features.threads.messages import Retitle
from bbs.features.threads.tending_messages import ChangeTitle, PinThread
from bbs.ids import BoardId
from bbs.messages import Command
from bbs_server.composition import make_table
from bbs_server.features.cases import sanction_records
from bbs_server.undoing import CannotComeBack
from tests.features.batches.items import FOR_ITS_SAKE
from tests.features.batches.undoing import applied, snapshot, what_undoes
from tests.features.cases.court import decision, heard, written
from tests.features.cases.desk import open_desk
from tests.support.moot import Line, Moot
from tests.support.talk import start

TABLE = make_table()


async def _later(moot: Moot, act: Act) -> str | None:
    found = await moot.read(lambda tx: TABLE.readers.later_act(tx, act))
    return None if found is None else found.id


async def _undone(moot: Moot, line: Line, done: Command[Any], act: Act) -> tuple[Command[Any], ...]:
    found = await what_undoes(moot, line, done, act)
    assert not isinstance(found, CannotComeBack), found
    return found


async def test_a_later_act_on_the_same_thing_is_found(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Whoever pinned a thread after its title was changed meant the thread as it was then (P8)."""
    one, other = await start(ana, board), await start(ana, board)
    title = ChangeTitle(thread=one.thread, title="Beans", reason=FOR_ITS_SAKE)
    act = await applied(moot, moot.sysop, title)
    await applied(moot, moot.sysop, PinThread(thread=other.thread, reason=FOR_ITS_SAKE))
    assert await _later(moot, act) is None
    pinned = await applied(moot, moot.sysop, PinThread(thread=one.thread, reason=FOR_ITS_SAKE))
    assert await _later(moot, act) == pinned.id
    # The log has no id of a member: it is known by whom the act is about.
    bo = await moot.join("bo")
    offer = OfferSeat(board=board, member=bo.id)
    act = await applied(moot, moot.sysop, offer)
    assert await _later(moot, act) is None
    [back] = await _undone(moot, moot.sysop, offer, act)
    taken_back = await applied(moot, moot.sysop, back)
    assert await _later(moot, act) == taken_back.id


async def test_an_undone_sanction_counts_nowhere_and_its_time_stays_served(moot: Moot) -> None:
    """The next sanction is on the first step again; a sanction that is over was served, and is appealed (P7)."""
    desk = await open_desk(moot)
    done = decision(await heard(desk), SanctionKind.SILENCE)
    act = await applied(moot, desk.vera, done)
    moot.clock.jump(days=1)
    told = await what_undoes(moot, desk.ann, done, act)
    assert isinstance(told, CannotComeBack)
    assert "handles this case" in told.why
    [lift] = await _undone(moot, desk.vera, done, act)
    assert await _later(moot, act) is None
    lifted_by = await applied(moot, desk.vera, lift)
    assert await _later(moot, act) == lifted_by.id
    lifted = await moot.read(lambda tx: sanction_records.find_sanction(tx, done.case))
    assert lifted is not None
    assert (lifted.state, lifted.until - lifted.since) == (SanctionState.LIFTED, DAY_MS)
    steps = await moot.read(lambda tx: sanction_records.list_steps(tx, desk.tom.id, desk.board))
    assert days_allowed(steps, moot.clock()) == limits.LADDER_DAYS[0]
    again = decision(await heard(desk, await written(desk)), SanctionKind.SILENCE)
    act = await applied(moot, desk.vera, again)
    moot.clock.jump(days=4)
    assert isinstance(await what_undoes(moot, desk.vera, again, act), CannotComeBack)


async def test_a_restriction_comes_back_with_its_end_and_not_once_it_is_past(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Undoing begins nothing anew for longer than what was left (P7)."""
    thread = (await start(ana, board)).thread
    until = instant(moot.clock() + DAY_MS)
    await applied(moot, moot.sysop, LockThread(thread=thread, until=until, reason=FOR_ITS_SAKE))
    done = UnlockThread(thread=thread, reason=FOR_ITS_SAKE)
    act = await applied(moot, moot.sysop, done)
    moot.clock.jump(days=0.9)
    [again] = await _undone(moot, moot.sysop, done, act)
    assert isinstance(again, LockThread)
    assert again.until == until
    moot.clock.jump(days=0.2)
    assert isinstance(await what_undoes(moot, moot.sysop, done, act), CannotComeBack)


async def test_what_members_did_since_is_theirs(moot: Moot, board: BoardId, ana: Line) -> None:
    """A seat that was taken stays, and so does the title that an author gave a thread since (P9)."""
    bo = await moot.join("bo")
    offer = OfferSeat(board=board, member=bo.id)
    act = await applied(moot, moot.sysop, offer)
    await bo.ask(TakeSeat(board=board, norms_version=1))
    assert isinstance(await what_undoes(moot, moot.sysop, offer, act), CannotComeBack)
    thread = (await start(ana, board)).thread
    title = ChangeTitle(thread=thread, title="Beans", reason=FOR_ITS_SAKE)
    act = await applied(moot, moot.sysop, title)
    await ana.ask(Retitle(thread=thread, title="Peas"))
    assert isinstance(await what_undoes(moot, moot.sysop, title, act), CannotComeBack)


async def test_an_undo_is_undone(moot: Moot, board: BoardId, ana: Line) -> None:
    """Words that were shown again are hidden by the same clause, and shown once more (P5)."""
    post = (await start(ana, board)).post
    done = HidePost(post=post, norm=1, of_commons=True, reason=FOR_ITS_SAKE)
    before = await snapshot(moot)
    act = await applied(moot, moot.sysop, done)
    hidden = await snapshot(moot)
    [shown] = await _undone(moot, moot.sysop, done, act)
    act = await applied(moot, moot.sysop, shown)
    [again] = await _undone(moot, moot.sysop, shown, act)
    assert isinstance(again, HidePost)
    assert (again.post, again.norm, again.of_commons) == (done.post, 1, True)
    act = await applied(moot, moot.sysop, again)
    assert await snapshot(moot) == hidden
    [last] = await _undone(moot, moot.sysop, again, act)
    assert isinstance(last, RestorePost)
    await applied(moot, moot.sysop, last)
    assert await snapshot(moot) == before


async def test_norms_come_back_as_a_new_version(moot: Moot, board: BoardId, ana: Line) -> None:
    """The same clauses hold again, and what was cited meanwhile names its own version (P5)."""
    before = await moot.sysop.ask(GetNorms(board=board))
    clauses = (Clause(text="Be brief.", why="Time is short."),)
    done = AmendNorms(board=board, norms=clauses, reason=FOR_ITS_SAKE)
    act = await applied(moot, moot.sysop, done)
    [back] = await _undone(moot, moot.sysop, done, act)
    await applied(moot, moot.sysop, back)
    after = await moot.sysop.ask(GetNorms(board=board))
    assert after.clauses == before.clauses
    assert after.version == before.version + 2
