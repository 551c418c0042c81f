"""Purging text that a law forbids: tell it, erase it (protocol 12.2); it waits as `hiding` says."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs import limits
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Acted, Thing, ThingKind
from bbs.features.threads import rules
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.moves import Move
from bbs.features.threads.views import ContentState, PurgeResult
from bbs.ids import BoardId, LineId, MemberId, PostId, ThreadId
from bbs.messages import Done
from bbs.refusals import NotFound
from bbs.streams import StreamKind, board_stream, lounge_stream, member_stream, stream_parts
from bbs_server.features.threads import hiding, post_text, publishing, records, word_states
from bbs_server.features.threads.rows import MEMBER, POST, PURGES, THREADS, PostRow, ThreadPurge
from bbs_server.handler_api import ActTexts, Context, Told
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Effect, EraseNow, Outcome
from bbs_server.store import texts
from bbs_server.store.api import GoneThread, Tx
from bbs_server.store.hops import in_time


def purge(tx: Tx, ctx: Context, command: Purge) -> Outcome[PurgeResult]:
    """Erase a post or a line, or hide a thread whose words go in slices, and tell its board why.

    The gate does not ask whether the sysop may read the board, because a law holds on every board;
    the result tells nothing of the board but a number of posts.
    """
    rules.check_purge(command)
    cited = TextPurged(posts=(), law=command.law, reason=command.reason)
    if command.line is not None:
        return _purge_line(tx, ctx, cited, command.line)
    if command.post is not None:
        return _purge_post(tx, ctx, cited, command.post)
    return _purge_thread(tx, ctx, cited, str(command.thread))


def _purge_post(tx: Tx, ctx: Context, cited: TextPurged, post: PostId) -> Outcome[PurgeResult]:
    row = records.post_row(tx, post)
    # Only its author and the desk know a held post; the sysop can purge it once it is published.
    if row is None or row.number is None:
        raise NotFound(what="post")
    to = word_states.check_post(tx, row, Move.PURGE, ctx.moment)
    # Of words that are gone a case may keep a copy: a law reaches that too.
    if to is None and not ctx.readers.keeps_copy(tx, post):
        return Outcome(PurgeResult(posts=0), act=UNCHANGED)
    hiding.take_over(tx, ctx, ThingKind.POST, post)
    thread = tx.get(THREADS, row.thread)
    thing = Thing(kind=ThingKind.POST, id=post, thread=thread and thread.number, number=row.number)
    if to is not None:
        post_text.erase(tx, row, to.value)
    told = _told_of_posts(tx, ctx, cited, row.board, [row], post)
    act = _act(cited, row.board, thing)
    return Outcome(PurgeResult(posts=1), (*told, EraseNow()), act=act)


def _act(cited: TextPurged, board: BoardId, thing: Thing) -> Did:
    return Did(thing=thing, board=board, law=cited.law, reason=cited.reason)


def _purge_thread(
    tx: Tx, ctx: Context, cited: TextPurged, thread: ThreadId
) -> Outcome[PurgeResult]:
    """Hide a thread and tell it, in a single commit; `erase_purged` erases it in slices.

    This erases the first post and the title. The cost does not depend on the thread's length.
    """
    found = tx.get(THREADS, thread)
    was = hiding.take_over(tx, ctx, ThingKind.THREAD, thread)
    newest = tx.fetch_one(
        "SELECT n, at FROM posts WHERE n <= ? ORDER BY n DESC LIMIT 1", was.upto if was else 2**53
    )
    if found is None or newest is None:
        raise NotFound(what="thread")
    (last, last_at), numbers = newest, was.numbers if was else found.posts
    before = tx.get(PURGES, thread) or ThreadPurge(thread, 0, 0, 0, ctx.member, None, None, None)
    held = tx.fetch_value(
        "SELECT count(*) FROM posts WHERE thread = ? AND number IS NULL AND n > ? AND n <= ?"
        " AND body_text IS NOT NULL",
        *(thread, before.upto, last),
    )
    posts = numbers - before.numbers + held
    if not posts:
        return Outcome(PurgeResult(posts=0), act=UNCHANGED)
    texts.delete_texts(tx, [before.law_text, before.reason_text])
    law = texts.insert_text(tx, ctx, str(cited.law))
    reason = texts.insert_text(tx, ctx, str(cited.reason))
    purge = ThreadPurge(*(thread, last, numbers, before.below, ctx.member, None, law, reason))
    tx.upsert(PURGES, (thread,), purge)
    # A clock that was set back dates the purge before what it purges.
    tx.forget_thread(GoneThread(thread, purge.upto, max(ctx.now, last_at)))
    first = records.first_post(tx, thread)
    opening = [] if first is None or first.body_text is None else [first]
    for row in opening:
        post_text.erase(tx, row, ContentState.PURGED.value)
    if found.number is not None:
        cited = replace(cited, thread=thread, upto=numbers)
    told = _told_of_posts(tx, ctx, cited, found.board, opening, thread)
    thing = Thing(kind=ThingKind.THREAD, id=thread, thread=found.number, count=posts)
    act = _act(cited, found.board, thing)
    return Outcome(PurgeResult(posts=posts), tuple(told), act=act)


def erase_purged(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of a thread that is being purged, and tell the authors (P7, P10)."""
    purge = _find_undone(tx)
    if purge is None:
        return Outcome(Done())
    below, gone = purge.below, list[PostRow]()
    rows = _next_rows(tx, purge)
    for row in in_time(tx, rows):
        below = row.number or below
        if row.body_text is not None:
            post_text.erase(tx, row, ContentState.PURGED.value)
            gone.append(row)
        elif ctx.readers.keeps_copy(tx, row.id):
            gone.append(row)
    if not rows:
        texts.delete_texts(tx, [purge.law_text, purge.reason_text])
        done = purge._replace(law_text=None, reason_text=None)
        tx.upsert(PURGES, (purge.thread,), done)
        return Outcome(Done(), (EraseNow(),), more=True)
    tx.upsert(PURGES, (purge.thread,), purge._replace(below=below))
    found = texts.load_bodies(tx, [purge.law_text, purge.reason_text])
    law, reason = (found.get(key or "") for key in (purge.law_text, purge.reason_text))
    cited = TextPurged(posts=(), norm=purge.norm, law=law, reason=reason, thread=purge.thread)
    board = rows[0].board
    told = _told_of_posts(tx, ctx, cited, board, gone, purge.thread, purge.author)
    return Outcome(Done(), tuple(told), more=True)


def _find_undone(tx: Tx) -> ThreadPurge | None:
    """Return a purge that is under way; None if there is none."""
    return tx.select_one(
        ThreadPurge,
        'FROM purges WHERE reason_text IS NOT NULL ORDER BY thread COLLATE "binary" LIMIT 1',
    )


def _next_rows(tx: Tx, purge: ThreadPurge) -> list[PostRow]:
    """Return the next posts to purge of a thread: by number, markers included, then held posts."""
    if purge.below < purge.numbers:
        return tx.select(
            PostRow,
            f"{POST} WHERE thread = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?",
            *(purge.thread, purge.below, purge.numbers, limits.PURGED_AT_ONCE_MAX),
        )
    return tx.select(
        PostRow,
        f"{POST} WHERE thread = ? AND number IS NULL AND n <= ? AND body_text IS NOT NULL"
        " ORDER BY n LIMIT ?",
        *(purge.thread, purge.upto, limits.PURGED_AT_ONCE_MAX),
    )


def _told_of_posts(
    tx: Tx,
    ctx: Context,
    event: TextPurged,
    board: BoardId,
    rows: list[PostRow],
    subject: str,
    by: MemberId | None = None,
) -> list[Effect]:
    """Return the events about posts that were just erased, for their board and their authors.

    Only its author is told of a held post; everybody is told that power was used (P8).

    Args:
        event: What all are told, still without the posts.
        rows: The posts' rows as they were before.
        by: As `_told` takes it. If it is given, the board was told before that power is used.
    """
    emissions: list[Effect] = []
    for row in rows:
        if row.number is None:
            emissions += publishing.held_post_events(tx, row.id, ctx.moment)
    erased = records.posts_by_row(tx, [row.n for row in rows], ctx.moment)
    shown = tuple(post for post in erased if post.number is not None)
    if shown or by is None:
        told = replace(event, posts=shown)
        emissions.append(_told(tx, ctx, told, board_stream(board), subject, by))
    for author in dict.fromkeys(post.author for post in erased):
        if isinstance(author, MemberAuthor):
            told = replace(event, posts=tuple(post for post in erased if post.author == author))
            emissions.append(_told(tx, ctx, told, member_stream(author.id), subject, by))
    return emissions


def _purge_line(tx: Tx, ctx: Context, cited: TextPurged, key: LineId) -> Outcome[PurgeResult]:
    row = records.line_row(tx, key)
    if row is None:
        raise NotFound(what="line")
    to = word_states.check_line(row, Move.PURGE, ctx.moment)
    if to is None:
        return Outcome(PurgeResult(posts=0), act=UNCHANGED)
    hiding.take_over(tx, ctx, ThingKind.LINE, key)
    post_text.erase_line(tx, row.board, key, row.body_text, to.value)
    # The lounge's readers drop the text, the board's log shows the power used, the author is told.
    streams = [lounge_stream(row.board), board_stream(row.board)]
    if row.author_kind == MEMBER:
        streams.append(member_stream(row.author))
    event = replace(cited, lines=(records.get_line(tx, key),))
    told = [_told(tx, ctx, event, stream, key) for stream in streams]
    thing = Thing(kind=ThingKind.LINE, id=key, number=row.number)
    act = _act(cited, row.board, thing)
    return Outcome(PurgeResult(posts=0, lines=1), (*told, EraseNow()), act=act)


def _told(
    tx: Tx,
    ctx: Context,
    event: TextPurged,
    stream: str,
    subject: str,
    by: MemberId | None = None,
) -> AppendEvent:
    """Return the event for a stream, with texts of its own, because each log is trimmed by itself.

    Args:
        by: The member who purges; None for the actor.
    """
    kept = {
        name: texts.insert_text(tx, ctx, text)
        for name, text in (("reason", event.reason), ("law", event.law))
        if text is not None
    }
    author = None if by is None else MemberAuthor(id=by)
    return AppendEvent(stream, event, subject, kept, author)


def tell_of_act(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell the author of words that were purged, hidden or restored.

    Of a purged thread it is the author of its first post; the rest is told in slices.
    """
    assert isinstance(emit.event, Acted)
    act = emit.event.act
    if act.method in _TOLD and act.thing.id is not None:
        located = _LOCATE[act.thing.kind](tx, act.thing.id)
        owner = located.owner if located else None
        if ctx.author != MemberAuthor(id=owner or ""):
            yield from _told_owner(owner, act, emit.texts)


_TOLD = {command.method for command in (Purge, HidePost, HideLine, RestorePost, RestoreLine)}
_LOCATE = {
    ThingKind.THREAD: records.locate_thread,
    ThingKind.POST: records.locate_post,
    ThingKind.LINE: records.locate_line,
}


def tell_of_slice(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell an author whose words a slice of a purged thread has erased."""
    assert isinstance(emit.event, TextPurged)
    kind, owner = stream_parts(emit.stream)
    if ctx.actor is not None or kind != StreamKind.MEMBER:
        return
    board = emit.event.posts[0].board
    found = ctx.readers.last_act_on(tx, board, emit.subject)
    if found is not None:
        yield from _told_owner(owner, *found)


def _told_owner(owner: MemberId | None, act: Act, texts: ActTexts) -> Iterable[Told]:
    if owner is not None and act.author != MemberAuthor(id=owner):
        yield Told(member=owner, board=act.board, act=act, texts=texts)
