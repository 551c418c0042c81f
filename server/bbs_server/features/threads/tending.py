"""What moderators do to threads so that a board stays readable (P5, P8)."""

from collections.abc import Iterable

from bbs import limits
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Acted, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MoveThread,
    PinThread,
    ThreadPinned,
    UnpinThread,
)
from bbs.features.threads.views import Thread, ThreadResult
from bbs.refusals import Conflict, LimitReached
from bbs.streams import board_stream
from bbs_server.features.threads import purge, records
from bbs_server.features.threads.handlers import retitle, retitled_event
from bbs_server.features.threads.rows import IMPORTED, MEMBER, THREADS, ThreadRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx


def pin_thread(tx: Tx, ctx: Context, command: PinThread) -> Outcome[ThreadResult]:
    """Pin a thread to the head of its board's list."""
    return _set_pinned(tx, ctx, command, pinned=True)


def unpin_thread(tx: Tx, ctx: Context, command: UnpinThread) -> Outcome[ThreadResult]:
    """Take a thread from the head of its board's list."""
    return _set_pinned(tx, ctx, command, pinned=False)


def change_title(tx: Tx, ctx: Context, command: ChangeTitle) -> Outcome[ThreadResult]:
    """Change the title of another member's thread; a notice shows its author the title before."""
    check_reason(command.reason)
    row = tx.get(THREADS, command.thread)
    assert row is not None
    check_published(row)
    before = records.get_thread(tx, row.id, ctx.moment)
    if before.title == command.title:
        return Outcome(ThreadResult(thread=before), act=UNCHANGED)
    title = retitle(tx, ctx, row.id, command.title, command.if_revision)
    if title is not None:
        # A copy that the author's notice shows: it ends with the thread's title.
        tx.execute(
            "INSERT INTO old_titles (thread, revision, title_text) VALUES (?, ?, ?)",
            *(row.id, before.revision, texts.insert_text(tx, ctx, title)),
        )
    thread = records.get_thread(tx, row.id, ctx.moment)
    act = Did(thing=thing_of(thread), reason=command.reason)
    return Outcome(ThreadResult(thread=thread), (retitled_event(tx, thread),), act=act)


def tell_of_act(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell authors of what was done to their words: purged, or given another title."""
    assert isinstance(emit.event, Acted)
    act = emit.event.act
    if act.method == MoveThread.method:
        yield from _tell_of_move(tx, ctx, emit, act)
        return
    if act.method != ChangeTitle.method:
        yield from purge.tell_of_act(tx, ctx, emit)
        return
    located = records.locate_thread(tx, str(act.thing.id))
    if located is None or located.owner is None or ctx.author == MemberAuthor(id=located.owner):
        return
    sql = "SELECT title_text FROM old_titles WHERE thread = ? ORDER BY revision DESC LIMIT 1"
    before: str | None = tx.fetch_value(sql, act.thing.id)
    words = dict(emit.texts) if before is None else {**emit.texts, "title": before}
    yield Told(member=located.owner, board=act.board, act=act, texts=words)


def _tell_of_move(tx: Tx, ctx: Context, emit: AppendEvent, act: Act) -> Iterable[Told]:
    """Tell who began a thread that it went to another board, by the act on the board that it left."""
    thread = tx.get(THREADS, str(act.thing.id))
    if thread is None or thread.moved_to is None or thread.author_kind != MEMBER:
        return
    if ctx.author != MemberAuthor(id=thread.author):
        yield Told(member=thread.author, board=act.board, act=act, texts=emit.texts)


def _set_pinned(
    tx: Tx, ctx: Context, command: PinThread | UnpinThread, *, pinned: bool
) -> Outcome[ThreadResult]:
    check_reason(command.reason)
    row = tx.get(THREADS, command.thread)
    assert row is not None
    check_published(row)
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


def check_published(row: ThreadRow) -> None:
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
