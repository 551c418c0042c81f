"""When a member wrote last under a pace: kept where a pace holds, so that no other post pays for it."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import SECOND_MS, Ms
from bbs.features.moderation.rules import PACES, holds
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.messages import Done
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store.api import TableSpec, Tx

_WHOLE_BOARD = ""


class PacedWriting(NamedTuple):
    """When a member wrote last while a pace held; `thread` is empty for one of the whole board."""

    board: BoardId
    thread: str
    member: MemberId
    at: Ms


PACED_WRITINGS = TableSpec(
    "paced_writings",
    PacedWriting,
    ("board", "thread", "member"),
    write_order=4,
    updated_columns=("at",),
)


def note_writing(tx: Tx, ctx: Context, thread: ThreadId | None = None) -> None:
    """Keep that the actor writes now on the request's board, for each pace that holds there.

    Args:
        thread: The thread of the post; None for a line of the lounge.
    """
    board, member = ctx.board.id, ctx.member
    for pace in ctx.readers.restrictions_on(tx, board, member):
        is_here = pace.board == board and pace.thread in (None, thread)
        if pace.kind in PACES and is_here and holds(pace, ctx.now):
            row = PacedWriting(board, pace.thread or _WHOLE_BOARD, member, ctx.now)
            tx.upsert(PACED_WRITINGS, PACED_WRITINGS.key_of(row), row)


def last_written(
    tx: Tx, board: BoardId, member: MemberId, since: Ms, thread: ThreadId | None = None
) -> Ms | None:
    """Return when a member wrote last under a pace on a board, a post or a line, or in one thread.

    Args:
        since: In ms.
        thread: The thread whose pace it is; None for a pace of the whole board with its lounge.

    Returns:
        In ms, held posts too; None if they wrote nothing after `since`, or no pace held then.
    """
    row = tx.get(PACED_WRITINGS, board, thread or _WHOLE_BOARD, member)
    return row.at if row is not None and row.at > since else None


def forget_writings(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget what no pace counts from any more."""
    before = ctx.proven_now - limits.SLOW_SECONDS_MAX * SECOND_MS
    tx.execute("DELETE FROM paced_writings WHERE at < ?", before)
    return Outcome(Done())
