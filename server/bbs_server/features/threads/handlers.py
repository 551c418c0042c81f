"""What the commands about threads and posts do."""

from collections.abc import Sequence

from msgspec.structs import replace

from bbs.clock import SECOND_MS
from bbs.features.arriving.rules import published_at
from bbs.features.arriving.views import HeldState
from bbs.features.moderation.rules import holds, refusal_of
from bbs.features.threads import rules
from bbs.features.threads.messages import (
    EditPost,
    PostEdited,
    PostHeld,
    PostPublished,
    PostWithdrawn,
    Retitle,
    StartThread,
    ThreadPublished,
    ThreadRetitled,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import (
    GONE,
    Approval,
    ContentState,
    PostResult,
    StartThreadResult,
    Thread,
    ThreadResult,
)
from bbs.ids import MemberId, PostId, ThreadId
from bbs.messages import Revision
from bbs.refusals import Conflict, Gone, NotFound
from bbs.streams import board_stream
from bbs_server.features.threads import (
    approving,
    forwarding,
    hidden,
    pace,
    post_text,
    publishing,
    records,
    word_states,
)
from bbs_server.features.threads.rows import (
    HELD,
    MEMBER,
    POSTS,
    PUBLISHED,
    THREADS,
    PostRow,
    ThreadRow,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import AnyTable, RowKey, Tx


def start_thread(tx: Tx, ctx: Context, command: StartThread) -> Outcome[StartThreadResult]:
    """Start a thread with its first post."""
    rules.check_title(command.title)
    rules.check_post_body(command.body)
    rules.check_not_letter(ctx.board.kind)
    _refuse_known(tx, command.post)
    if tx.get(THREADS, command.thread) is not None:
        raise Conflict(what="a thread with this id exists")
    title = post_text.store_text(tx, ctx, ctx.board.id, command.title)
    thread = ThreadRow(
        command.thread, ctx.board.id, MEMBER, ctx.member, title, ctx.now, via=ctx.acting.via
    )
    tx.upsert(THREADS, (command.thread,), thread)
    pace.note_writing(tx, ctx, command.thread)
    why = approving.why_held(tx, ctx, f"{command.title}\n{command.body}")
    told, effects = _write(tx, ctx, command.post, thread, None, command.body, why)
    assert isinstance(told, ThreadPublished | PostHeld)
    assert told.thread is not None
    return Outcome(
        StartThreadResult(thread=told.thread, post=told.post),
        effects,
        told=isinstance(told, ThreadPublished),
    )


def write_post(tx: Tx, ctx: Context, command: WritePost) -> Outcome[PostResult]:
    """Answer a thread, or one of its posts."""
    rules.check_post_body(command.body)
    _refuse_known(tx, command.post)
    thread, answers = forwarding.place_of_answer(tx, command.thread, command.parent)
    if answers is not None:
        parent = tx.get(POSTS, answers)
        if parent is None or parent.thread != thread or parent.number is None:
            raise NotFound(what="parent")
    if thread != command.thread:
        ctx = _where_it_stands(tx, ctx, replace(command, thread=thread, parent=answers))
        _refuse_locked(tx, ctx, thread)
    begun = tx.get(THREADS, thread)
    assert begun is not None
    _refuse_leaving(tx, begun)
    pace.note_writing(tx, ctx, thread)
    why = approving.why_held(tx, ctx, command.body, begun)
    told, effects = _write(tx, ctx, command.post, begun, answers, command.body, why)
    return Outcome(PostResult(post=told.post), effects, told=isinstance(told, PostPublished))


def _where_it_stands(tx: Tx, ctx: Context, led: WritePost) -> Context:
    """Return the context for an answer that is led on: on another board the gate judges it anew.

    Args:
        led: The command, with the thread and the post that it answers where they stand now.

    Raises:
        Conflict: If the member may not know of that board.
        FolkmootError: As the gate does: without a seat there, or with norms to accept first.
    """
    thread = tx.get(THREADS, led.thread)
    if thread is None or thread.board == ctx.board.id:
        return ctx
    try:
        return ctx.judged(tx, led)
    except NotFound:
        what = (
            "what you answer was moved to a board that you cannot read: nobody was sent your words"
        )
        raise Conflict(what=what) from None


def _refuse_leaving(tx: Tx, thread: ThreadRow) -> None:
    """Refuse to write in a thread while its posts go to another board: it may be held there.

    Raises:
        Conflict: If they do.
    """
    if thread.moved_to is not None and forwarding.is_leaving(tx, thread.id):
        what = "this thread is being moved to another board; send your answer again in a moment"
        raise Conflict(what=what)


def _refuse_locked(tx: Tx, ctx: Context, thread: ThreadId) -> None:
    """Refuse to write in the thread to which a post was moved as the gate does in the one it names.

    Raises:
        Restricted: If that thread is locked, or the member is silenced in it.
    """
    for restriction in ctx.readers.restrictions_on(tx, ctx.board.id, ctx.member):
        if restriction.thread == thread and holds(restriction, ctx.now):
            raise refusal_of(restriction, reason=ctx.readers.restriction_reason(tx, restriction.id))


def keys_of_new_thread(command: StartThread) -> Sequence[tuple[AnyTable, RowKey]]:
    """Tell which rows `start_thread` looks up by their keys."""
    return (THREADS, (command.thread,)), (POSTS, (command.post,))


def keys_of_new_post(command: WritePost) -> Sequence[tuple[AnyTable, RowKey]]:
    """Tell which rows `write_post` looks up by their keys."""
    return ((POSTS, (command.post,)),)


def _refuse_known(tx: Tx, post: PostId) -> None:
    """Refuse a post whose id is stored: a withdrawn post does not come back if it is sent again."""
    row = tx.get(POSTS, post)
    if row is None:
        return
    if hidden.is_purged(row, hidden.find_hidden(tx)):
        raise Gone(state=ContentState.PURGED.value)
    if row.state in GONE:
        raise Gone(state=row.state)
    raise Conflict(what="a post with this id exists")


def _write(
    tx: Tx,
    ctx: Context,
    post: PostId,
    thread: ThreadRow,
    parent: PostId | None,
    body: str,
    why: Approval | None,
) -> tuple[PostPublished | ThreadPublished | PostHeld, tuple[Effect, ...]]:
    """Store a new post; return the event that tells how it stands, and all effects.

    Args:
        why: Why it waits for a moderator; None if it does not.
    """
    board, now = ctx.board, ctx.now
    is_held = board.hold_s > 0 or why is not None
    body_text = post_text.store_text(tx, ctx, board.id, body)
    called = post_text.mentions(tx, ctx, body)
    place = (
        publishing.NO_PLACE if is_held else publishing.take_place(tx, board.id, thread.id, now, now)
    )
    row = PostRow(
        n=tx.next_number(POSTS),
        id=post,
        board=board.id,
        thread=thread.id,
        parent=parent,
        author_kind=MEMBER,
        author=ctx.member,
        at=now,
        visible_at=now + board.hold_s * SECOND_MS if why is None else published_at(now),
        norms_version=board.norms_version,
        body_text=body_text,
        mentions=called,
        answers=_answered(tx, ctx, thread, parent),
        number=place.number,
        seq=place.seq,
        fades_at=place.fades_at,
        state=HELD if is_held else PUBLISHED,
        revision=1 if is_held else 2,  # to be published is a change of a held post
        via=ctx.acting.via,
        approval="" if why is None else why.value,
    )
    if not is_held:
        published = publishing.publish_new(tx, row, body, place.title_text, ctx.moment)
        assert isinstance(published.event, PostPublished | ThreadPublished)
        return published.event, (published,)
    tx.upsert(POSTS, (post,), row)
    held = publishing.held_post_events(tx, post, ctx.moment)
    assert isinstance(held[0].event, PostHeld)
    first = () if why is None else ctx.readers.hold_post(tx, ctx, post, row.n, why)
    return held[0].event, (*first, *held)


def _answered(tx: Tx, ctx: Context, thread: ThreadRow, parent: PostId | None) -> MemberId | None:
    """Return the member a new post answers: the author of its parent, or of the thread."""
    row = thread if parent is None else tx.get(POSTS, parent)
    if row is None or row.author_kind != MEMBER or row.author == ctx.member:
        return None
    return row.author


def edit_post(tx: Tx, ctx: Context, command: EditPost) -> Outcome[PostResult]:
    """Give the actor's post another wording."""
    rules.check_post_body(command.body)
    row = records.post_row(tx, command.post)
    assert row is not None
    word_states.check_post(tx, row, Move.EDIT, ctx.moment)
    approving.refuse_declined(row)
    if command.if_revision not in (None, row.revision):
        raise Conflict(what="the post was changed meanwhile", revision=row.revision)
    if not row.approval:
        approving.refuse_new_link(tx, ctx, command.body, lambda: post_text.wording(tx, row))
    text = post_text.replace_body(tx, ctx, row, command.body)
    return _changed(tx, ctx, row, PostEdited, {"post.body": text})


def withdraw_post(tx: Tx, ctx: Context, command: WithdrawPost) -> Outcome[PostResult]:
    """Erase the actor's post; only a marker stays."""
    row = records.post_row(tx, command.post)
    assert row is not None
    to = word_states.check_post(tx, row, Move.WITHDRAW, ctx.moment)
    if to is None:
        return Outcome(PostResult(post=records.get_post(tx, command.post, ctx.moment)))
    post_text.erase(tx, row, to.value)
    done = _changed(tx, ctx, row, PostWithdrawn, {})
    return replace(done, result=replace(done.result, copy_kept=ctx.readers.keeps_copy(tx, row.id)))


def _changed(
    tx: Tx,
    ctx: Context,
    row: PostRow,
    kind: type[PostEdited | PostWithdrawn],
    texts: dict[str, str],
) -> Outcome[PostResult]:
    """Tell the board's readers how a post now stands; if it is held, tell its author and the desk.

    Args:
        row: The post's as it was before.
        kind: What the board's readers are told.
        texts: The ids of the texts that are told, by their paths.
    """
    view = records.get_post(tx, row.id, ctx.moment)
    effects: tuple[Effect, ...]
    if row.number is None:
        effects = tuple(publishing.held_post_events(tx, row.id, ctx.moment))
        if row.approval and kind is PostWithdrawn:
            effects += ctx.readers.end_approval(tx, ctx, row.id, HeldState.WITHDRAWN)
    else:
        effects = (AppendEvent(board_stream(row.board), kind(post=view), row.id, texts),)
    return Outcome(PostResult(post=view), effects)


def retitle_thread(tx: Tx, ctx: Context, command: Retitle) -> Outcome[ThreadResult]:
    """Give the actor's thread another title."""
    old = retitle(tx, ctx, command.thread, command.title, command.if_revision)
    thread = records.get_thread(tx, command.thread, ctx.moment)
    first = records.first_post(tx, command.thread) if thread.number is None else None
    if first is None or not first.approval:
        approving.refuse_new_link(tx, ctx, command.title, lambda: old or "")
    if first is not None:
        told = publishing.held_post_events(tx, first.id, ctx.moment)
        return Outcome(ThreadResult(thread=thread), tuple(told))
    return Outcome(ThreadResult(thread=thread), (retitled_event(tx, thread),))


def retitled_event(tx: Tx, thread: Thread) -> AppendEvent:
    """Return what tells a board's readers of a thread's title."""
    text = tx.fetch_value("SELECT title_text FROM threads WHERE id = ?", thread.id)
    told = ThreadRetitled(thread=thread)
    return AppendEvent(board_stream(thread.board), told, thread.id, {"thread.title": text})


def retitle(
    tx: Tx, ctx: Context, key: ThreadId, title: str, if_revision: Revision | None
) -> str | None:
    """Give a thread another title; return the one before, None if its words are not here.

    Raises:
        TextRefused: If it cannot be a title.
        Gone: If the thread has no title any more.
        ClockInDoubt: If that is so by a clock that is not proven.
        Conflict: If the thread was changed after `if_revision`.
    """
    rules.check_title(title)
    thread = records.get_thread(tx, key, ctx.moment)
    found = hidden.find_hidden(tx)
    if thread.state not in GONE and hidden.is_title_hidden(thread.id, found):
        why = hidden.why_hidden(hidden.clause_of_title(thread.id, found))
        check_move(ContentState.HIDDEN, Move.EDIT, why)
    old = tx.fetch_value("SELECT title_text FROM threads WHERE id = ?", key)
    if old is not None and thread.title is None and thread.state is ContentState.PUBLISHED:
        raise post_text.text_in_doubt()
    check_move(thread.state, Move.EDIT)
    if if_revision is not None and if_revision != thread.revision:
        raise Conflict(what="the thread was changed meanwhile", revision=thread.revision)
    first = records.first_post(tx, key)  # a letter's thread may have none yet
    if first is not None:
        tx.remove_from_index(first.n)
    text = post_text.store_text(tx, ctx, ctx.board.id, title)
    tx.execute(
        "UPDATE threads SET title_text = ?, via = ?, revision = revision + 1 WHERE id = ?",
        *(text, post_text.via_of(ctx), key),
    )
    if first is not None:
        tx.add_to_index(first.n)
    post_text.delete_texts(tx, ctx.board.id, [old])
    return thread.title
