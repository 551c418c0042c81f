"""What moderators do to threads so that a board stays readable (P5, P8)."""

from bbs import limits
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.threads.tending_messages import PinThread, ThreadPinned, UnpinThread
from bbs.features.threads.views import Thread, ThreadResult
from bbs.refusals import Conflict, LimitReached
from bbs.streams import board_stream
from bbs_server.features.threads import records
from bbs_server.features.threads.rows import IMPORTED, THREADS, ThreadRow
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Outcome
from bbs_server.store.api import Tx


def pin_thread(tx: Tx, ctx: Context, command: PinThread) -> Outcome[ThreadResult]:
    """Pin a thread to the head of its board's list."""
    return _set_pinned(tx, ctx, command, pinned=True)


def unpin_thread(tx: Tx, ctx: Context, command: UnpinThread) -> Outcome[ThreadResult]:
    """Take a thread from the head of its board's list."""
    return _set_pinned(tx, ctx, command, pinned=False)


def _set_pinned(
    tx: Tx, ctx: Context, command: PinThread | UnpinThread, *, pinned: bool
) -> Outcome[ThreadResult]:
    check_reason(command.reason)
    row = tx.get(THREADS, command.thread)
    assert row is not None
    _check_published(row)
    if row.pinned == pinned:
        shown = records.get_thread(tx, row.id, ctx.moment)
        return Outcome(ThreadResult(thread=shown), act=UNCHANGED)
    if pinned and len(records.list_pinned(tx, row.board)) >= limits.PINS_MAX:
        raise LimitReached(what="pinned threads of a board", limit=limits.PINS_MAX)
    tx.execute(
        "UPDATE threads SET pinned = ?, revision = revision + 1 WHERE id = ?",
        *(int(pinned), row.id),
    )
    thread = records.get_thread(tx, row.id, ctx.moment)
    told = AppendEvent(
        board_stream(row.board), ThreadPinned(thread=thread), row.id, title_texts(tx, row)
    )
    return Outcome(
        ThreadResult(thread=thread),
        (told,),
        act=Did(thing=thing_of(thread), reason=command.reason),
    )


def _check_published(row: ThreadRow) -> None:
    """Refuse to tend what only its author and the desk know of.

    Raises:
        Conflict: If the thread's first post is held.
    """
    if row.number is None:
        raise Conflict(what="this thread is held still; tend it once it is published")


def thing_of(thread: Thread) -> Thing:
    """Return a published thread as what an act was done to."""
    return Thing(kind=ThingKind.THREAD, id=thread.id, thread=thread.number, count=thread.posts)


def title_texts(tx: Tx, row: ThreadRow) -> dict[str, str]:
    """Return the ids of the words of a thread's view, by their paths in an event that shows it."""
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    parts = {"thread.title": row.title_text, "thread.author.name": name}
    # An imported name goes with the title (P10).
    return {path: key for path, key in parts.items() if key is not None and row.title_text}
