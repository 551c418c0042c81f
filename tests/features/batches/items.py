"""One use of each command that can be an item of a plan and comes back, as a desk would send it."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.features.boards.end_messages import SetEnd
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, OfferSeat, TakeBackOffer, TakeSeat
from bbs.features.cases.messages import AskPerson, PassCaseOn
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import SanctionKind
from bbs.features.moderation.calm_messages import LockDown, SlowDown
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.norms.messages import AmendNorms, Clause
from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.messages import Say
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.ids import BoardId, PostId, ThreadId, new_id
from bbs.messages import Command
from tests.features.cases.court import decision, heard
from tests.features.cases.desk import Desk, open_desk
from tests.support.moot import Line, Moot
from tests.support.talk import start, write

FOR_ITS_SAKE = "It keeps the board readable"


class House(NamedTuple):
    """A board with a desk, and another one that one of its moderators has, too."""

    desk: Desk
    elsewhere: BoardId

    @property
    def vera(self) -> Line:
        """Who sends the items: she moderates both boards."""
        return self.desk.vera

    @property
    def board(self) -> BoardId:
        """The board with the desk."""
        return self.desk.board

    def until(self, days: float) -> Any:
        """Return a whole minute some days ahead, as people name ends."""
        at = self.desk.moot.clock() + int(days * DAY_MS)
        return instant(at - at % HOUR_MS)


async def open_house(moot: Moot) -> House:
    """Open both boards."""
    desk = await open_desk(moot)
    elsewhere = await moot.board(moot.sysop, "elsewhere")
    await desk.vera.ask(TakeSeat(board=elsewhere, norms_version=1))
    await moot.sysop.ask(Appoint(board=elsewhere, member=desk.vera.id))
    return House(desk, elsewhere)


class Words(NamedTuple):
    """A thread with an answer, and an answer to that."""

    thread: ThreadId
    post: PostId


async def _words(house: House) -> Words:
    begun = await start(house.desk.ann, house.board, "Beans", title="Of beans")
    post = await write(house.desk.tom, begun.thread, "Peas", begun.post)
    await write(house.desk.ann, begun.thread, "Leeks", post)
    return Words(begun.thread, post)


async def _hide(house: House) -> Command[Any]:
    return HidePost(post=(await _words(house)).post, norm=1, reason=FOR_ITS_SAKE)


async def _restore(house: House) -> Command[Any]:
    hidden = await _hide(house)
    await house.vera.ask(hidden)
    assert isinstance(hidden, HidePost)
    return RestorePost(post=hidden.post, reason=FOR_ITS_SAKE)


async def _hide_line(house: House) -> Command[Any]:
    line = new_id()
    await house.desk.tom.ask(Say(board=house.board, line=line, body="Weeds!"))
    return HideLine(line=line, norm=1, of_commons=True, reason=FOR_ITS_SAKE)


async def _restore_line(house: House) -> Command[Any]:
    hidden = await _hide_line(house)
    await house.vera.ask(hidden)
    assert isinstance(hidden, HideLine)
    return RestoreLine(line=hidden.line, reason=FOR_ITS_SAKE)


async def _pin(house: House) -> Command[Any]:
    return PinThread(thread=(await _words(house)).thread, reason=FOR_ITS_SAKE)


async def _unpin(house: House) -> Command[Any]:
    pinned = await _pin(house)
    await house.vera.ask(pinned)
    assert isinstance(pinned, PinThread)
    return UnpinThread(thread=pinned.thread, reason=FOR_ITS_SAKE)


async def _change_title(house: House) -> Command[Any]:
    thread = (await _words(house)).thread
    return ChangeTitle(thread=thread, title="Of pulses", reason=FOR_ITS_SAKE)


async def _move(house: House) -> Command[Any]:
    one, other = await _words(house), await _words(house)
    return MovePosts(post=one.post, to=other.thread, reason=FOR_ITS_SAKE)


async def _split(house: House) -> Command[Any]:
    post = (await _words(house)).post
    return SplitThread(post=post, thread=new_id(), title="Of peas", reason=FOR_ITS_SAKE)


async def _merge(house: House) -> Command[Any]:
    one, other = await _words(house), await _words(house)
    return MergeThread(thread=one.thread, into=other.thread, reason=FOR_ITS_SAKE)


async def _move_to_board(house: House) -> Command[Any]:
    thread, there = (await _words(house)).thread, house.elsewhere
    return MoveThread(thread=thread, to_board=there, becomes=new_id(), reason=FOR_ITS_SAKE)


async def _slow_down(house: House) -> Command[Any]:
    until = house.until(2)
    return SlowDown(board=house.board, seconds=90, until=until, reason=FOR_ITS_SAKE)


async def _other_pace(house: House) -> Command[Any]:
    thread, until = (await _words(house)).thread, house.until(2)
    where = {"board": house.board, "thread": thread, "until": until, "reason": FOR_ITS_SAKE}
    await house.vera.ask(SlowDown(seconds=300, **where))
    return SlowDown(seconds=60, **where)


async def _lock(house: House) -> Command[Any]:
    thread = (await _words(house)).thread
    return LockThread(thread=thread, until=house.until(3), reason=FOR_ITS_SAKE)


async def _shorter_lock(house: House) -> Command[Any]:
    locked = await _lock(house)
    await house.vera.ask(locked)
    assert isinstance(locked, LockThread)
    return LockThread(thread=locked.thread, until=house.until(1), reason=FOR_ITS_SAKE)


async def _unlock(house: House) -> Command[Any]:
    locked = await _lock(house)
    await house.vera.ask(locked)
    assert isinstance(locked, LockThread)
    return UnlockThread(thread=locked.thread, reason=FOR_ITS_SAKE)


async def _read_only(house: House) -> Command[Any]:
    return MakeReadOnly(board=house.board, until=house.until(5), reason=FOR_ITS_SAKE)


async def _archive(house: House) -> Command[Any]:
    """Archive a board that is read-only: both have to come back."""
    read_only = MakeReadOnly(board=house.elsewhere, until=house.until(4), reason=FOR_ITS_SAKE)
    await house.vera.ask(read_only)
    return ArchiveBoard(board=house.elsewhere, reason=FOR_ITS_SAKE)


async def _reopen(house: House) -> Command[Any]:
    """Open a board that is read-only and archived, which the items before left."""
    await house.vera.ask(ArchiveBoard(board=house.elsewhere, reason=FOR_ITS_SAKE))
    return ReopenBoard(board=house.elsewhere, reason=FOR_ITS_SAKE)


async def _open_for_writing(house: House) -> None:
    await house.vera.ask(ReopenBoard(board=house.elsewhere, reason=FOR_ITS_SAKE))


async def _configure(house: House) -> Command[Any]:
    await _open_for_writing(house)
    more = {"slug": "orchard", "title": "Orchard", "charter": "Of trees.", "hold_s": 30}
    return ConfigureBoard(board=house.board, seats=20, retention_days=400, **more)


async def _set_end(house: House) -> Command[Any]:
    return SetEnd(board=house.board, ends_at=house.until(100))


async def _other_end(house: House) -> Command[Any]:
    await house.vera.carry(SetEnd(board=house.board, ends_at=house.until(100), at_end=AtEnd.FORGET))
    return SetEnd(board=house.board, ends_at=house.until(200))


async def _offer_seat(house: House) -> Command[Any]:
    return OfferSeat(board=house.board, member=house.desk.warden.id)


async def _take_back_offer(house: House) -> Command[Any]:
    await house.vera.ask(OfferSeat(board=house.board, member=house.desk.warden.id))
    return TakeBackOffer(board=house.board, member=house.desk.warden.id)


async def _appoint(house: House) -> Command[Any]:
    return Appoint(board=house.board, member=house.desk.ann.id)


async def _end_office(house: House) -> Command[Any]:
    return Appoint(board=house.board, member=house.desk.mo.id, moderator=False)


async def _amend(house: House) -> Command[Any]:
    clauses = (
        Clause(text="Stay with trees.", why="They are taller.", judgement=True),
        Clause(text="Be kind.", why="It helps.", example="Say why."),
    )
    return AmendNorms(board=house.elsewhere, norms=clauses, reason=FOR_ITS_SAKE)


async def _decide(house: House) -> Command[Any]:
    return decision(await heard(house.desk), SanctionKind.SILENCE, hides=True)


async def _lock_down(house: House) -> Command[Any]:
    return LockDown(reason=FOR_ITS_SAKE)


async def _remove(house: House) -> Command[Any]:
    """Remove a newcomer who was heard, at the level of the commons."""
    desk = house.desk
    newcomer = await desk.moot.join("noa")
    await newcomer.ask(TakeSeat(board=house.board, norms_version=1))
    post = await write(newcomer, desk.thread.thread, "Buy my seeds!")
    case = await desk.report(post=post)
    await house.vera.ask(AskPerson(case=case, text="It is said to be an advertisement."))
    await house.vera.ask(PassCaseOn(case=case, text="It is a newcomer."))
    await desk.jump(limits.ANSWER_HOURS)
    return RemoveNewcomer(case=case, norm=1, reason=FOR_ITS_SAKE)


Make = Callable[[House], Awaitable[Command[Any]]]

BY_VERA: tuple[Make, ...] = (
    *(_hide, _restore, _hide_line, _restore_line, _pin, _unpin, _change_title),
    *(_move, _split, _merge, _move_to_board),
    *(_slow_down, _other_pace, _lock, _shorter_lock, _unlock),
    *(_set_end, _other_end, _offer_seat, _take_back_offer, _appoint, _end_office, _amend),
    *(_decide, _read_only, _archive, _reopen, _configure),
)
BY_SYSOP: tuple[Make, ...] = (_lock_down,)
BY_WARDEN: tuple[Make, ...] = (_remove,)
