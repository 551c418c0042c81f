"""One use of each command by which moderators tend a board, as the sysop would send it."""

from collections.abc import Awaitable, Callable
from typing import Any

from bbs.clock import DAY_MS, instant
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.calm_messages import EndLockDown, EndSlow, LockDown, SlowDown
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.ids import BoardId, new_id
from bbs.messages import Command
from tests.support.moot import Line, Moot
from tests.support.talk import start, write
from tests.support.visiting import private_of_others

WHY = "It keeps the board readable"


async def _pin(moot: Moot, ana: Line, board: BoardId) -> PinThread:
    return PinThread(thread=(await start(ana, board)).thread, reason=WHY)


async def _unpin(moot: Moot, ana: Line, board: BoardId) -> UnpinThread:
    pin = await _pin(moot, ana, board)
    await moot.sysop.ask(pin)
    return UnpinThread(thread=pin.thread, reason=WHY)


async def _change_title(moot: Moot, ana: Line, board: BoardId) -> ChangeTitle:
    thread = (await start(ana, board)).thread
    return ChangeTitle(thread=thread, title="What it is about", reason=WHY)


async def _move(moot: Moot, ana: Line, board: BoardId) -> MovePosts:
    one, other = await start(ana, board), await start(ana, board)
    return MovePosts(post=await write(ana, one.thread), to=other.thread, reason=WHY)


async def _split(moot: Moot, ana: Line, board: BoardId) -> SplitThread:
    post = (await _move(moot, ana, board)).post
    return SplitThread(post=post, thread=new_id(), title="Apart", reason=WHY)


async def _merge(moot: Moot, ana: Line, board: BoardId) -> MergeThread:
    one, other = await start(ana, board), await start(ana, board)
    return MergeThread(thread=one.thread, into=other.thread, reason=WHY)


async def _move_to_board(moot: Moot, ana: Line, board: BoardId) -> MoveThread:
    there = await moot.board(moot.sysop, "elsewhere")
    thread = (await start(ana, board)).thread
    return MoveThread(thread=thread, to_board=there, becomes=new_id(), reason=WHY)


async def _lock(moot: Moot, ana: Line, board: BoardId) -> LockThread:
    until = instant(moot.clock() + DAY_MS)
    return LockThread(thread=(await start(ana, board)).thread, until=until, reason=WHY)


async def _unlock(moot: Moot, ana: Line, board: BoardId) -> UnlockThread:
    lock = await _lock(moot, ana, board)
    await moot.sysop.ask(lock)
    return UnlockThread(thread=lock.thread, reason=WHY)


async def _read_only(moot: Moot, ana: Line, board: BoardId) -> MakeReadOnly:
    return MakeReadOnly(board=board, reason=WHY)


async def _archive(moot: Moot, ana: Line, board: BoardId) -> ArchiveBoard:
    return ArchiveBoard(board=board, reason=WHY)


async def _reopen(moot: Moot, ana: Line, board: BoardId) -> ReopenBoard:
    await moot.sysop.ask(MakeReadOnly(board=board, reason=WHY))
    return ReopenBoard(board=board, reason=WHY)


async def _slow_down(moot: Moot, ana: Line, board: BoardId) -> SlowDown:
    return SlowDown(board=board, seconds=60, until=instant(moot.clock() + DAY_MS), reason=WHY)


async def _end_slow(moot: Moot, ana: Line, board: BoardId) -> EndSlow:
    await moot.sysop.ask(await _slow_down(moot, ana, board))
    return EndSlow(board=board, reason=WHY)


async def _lock_down(moot: Moot, ana: Line, board: BoardId) -> LockDown:
    return LockDown(reason=WHY)


async def _end_lock_down(moot: Moot, ana: Line, board: BoardId) -> EndLockDown:
    await moot.sysop.carry(LockDown(reason=WHY))
    return EndLockDown(reason=WHY)


async def _enter(moot: Moot, ana: Line, board: BoardId) -> EnterBoard:
    return EnterBoard(board=await private_of_others(moot, ana), law="A law", reason=WHY)


async def _notice(moot: Moot, ana: Line, board: BoardId) -> GiveUrgentNotice:
    return GiveUrgentNotice(board=board, text=WHY)


TENDING: dict[type[Command[Any]], Callable[[Moot, Line, BoardId], Awaitable[Command[Any]]]] = {
    PinThread: _pin,
    UnpinThread: _unpin,
    ChangeTitle: _change_title,
    MovePosts: _move,
    SplitThread: _split,
    MergeThread: _merge,
    MoveThread: _move_to_board,
    LockThread: _lock,
    UnlockThread: _unlock,
    MakeReadOnly: _read_only,
    ArchiveBoard: _archive,
    ReopenBoard: _reopen,
    SlowDown: _slow_down,
    EndSlow: _end_slow,
    LockDown: _lock_down,
    EnterBoard: _enter,
    GiveUrgentNotice: _notice,
    EndLockDown: _end_lock_down,
}
"""By the command: makes one that changes something on a board where the sysop moderates."""
