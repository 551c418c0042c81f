"""What the commands about threads and posts do."""

from typing import Any

from bbs.features.threads import rules
from bbs.features.threads.messages import (
    Edited,
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    Held,
    ImportPosts,
    ListHeld,
    ListLines,
    ListPosts,
    ListRecent,
    ListThanks,
    ListThreads,
    Posted,
    Purge,
    Retitle,
    Retitled,
    Say,
    Started,
    StartThread,
    Thank,
    Unsay,
    Withdrawn,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import GONE, PostShown, ThreadShown, ThreadStarted, WordsState
from bbs.ids import MemberId, PostId, ThreadId
from bbs.messages import Event
from bbs.refusals import Conflict, Gone, NotFound
from bbs.streams import board_stream
from bbs_server.acting import At, Emit, Foresee, Handler, Outcome, Reaction, Reader
from bbs_server.features.threads import (
    imports,
    lounge,
    pages,
    publishing,
    purges,
    purging,
    records,
    sizes,
    thanks,
    words,
)
from bbs_server.store.engine import Row, Tx


def start(tx: Tx, at: At, command: StartThread) -> Outcome[ThreadStarted]:
    """Start a thread with its first post."""
    rules.check_title(command.title)
    rules.check_post_body(command.body)
    _refuse_known(tx, command.post)
    if tx.look(records.THREADS, command.thread) is not None:
        raise Conflict(what="a thread with this id exists")
    title = sizes.keep(tx, at, at.board.id, command.title)
    publishing.begin_thread(tx, at, command.thread, records.MEMBER, at.member, title, at.now)
    emissions = _write(tx, at, command.post, command.thread, None, command.body)
    told = emissions[0].event
    assert isinstance(told, Started | Held)
    assert told.thread is not None
    return Outcome(ThreadStarted(thread=told.thread, post=told.post), tuple(emissions))


def write(tx: Tx, at: At, command: WritePost) -> Outcome[PostShown]:
    """Answer a thread, or one of its posts."""
    rules.check_post_body(command.body)
    _refuse_known(tx, command.post)
    if command.parent is not None:
        parent = tx.look(records.POSTS, command.parent)
        if parent is None or parent[3] != command.thread or parent[4] is None:
            raise NotFound(what="parent")
    emissions = _write(tx, at, command.post, command.thread, command.parent, command.body)
    told = emissions[0].event
    assert isinstance(told, Posted | Started | Held)
    return Outcome(PostShown(post=told.post), tuple(emissions))


def _refuse_known(tx: Tx, post: PostId) -> None:
    """A post's id is kept for ever: what was withdrawn does not come back by being sent again."""
    row = tx.look(records.POSTS, post)
    if row is None:
        return
    if purges.is_hidden(row, purges.hidden(tx)):
        raise Gone(state=WordsState.PURGED.value)
    if row[14] in GONE:
        raise Gone(state=row[14])
    raise Conflict(what="a post with this id exists")


def _write(
    tx: Tx, at: At, post: PostId, thread: ThreadId, parent: PostId | None, body: str
) -> list[Emit]:
    row = publishing.written(
        *(tx, at, post, thread, parent, records.MEMBER, at.member, at.now),
        text=sizes.keep(tx, at, at.board.id, body),
        mentions=mentions(tx, at, body),
        answers=answered(tx, at, thread, parent),
    )
    if at.board.hold_s:
        tx.put(records.POSTS, (post,), row)
        return publishing.held(tx, post, at.moment)
    return publishing.published(tx, row, at.moment)


def mentions(tx: Tx, at: At, body: str) -> str:
    """Return the ids of members a text calls who may read it, as its column keeps them."""
    if not (handles := rules.find_mentions(body)):
        return ""
    called = at.readers.members_by_handle(tx, handles)
    may_read = at.readers.who_may_read(tx, at.board, called.values())
    return " ".join(member for member in called.values() if member in may_read)


def answered(tx: Tx, at: At, thread: ThreadId, parent: PostId | None) -> MemberId | None:
    """Return the member a new post answers: the parent's author, or who began the thread."""
    if parent is None:
        row = tx.look(records.THREADS, thread)
        kind, author = row[3:5] if row is not None else (None, None)
    else:
        row = tx.look(records.POSTS, parent)
        kind, author = row[6:8] if row is not None else (None, None)
    return author if kind == records.MEMBER and author != at.member else None


def _row_with_words(tx: Tx, at: At, post: PostId, if_revision: int | None = None) -> Row:
    row = records.post_row(tx, post)
    assert row is not None
    words.refuse_over(row, at.moment)
    if if_revision is not None and if_revision != row[19]:
        raise Conflict(what="the post was changed meanwhile", revision=row[19])
    return row


def edit(tx: Tx, at: At, command: EditPost) -> Outcome[PostShown]:
    """Put a post in other words."""
    rules.check_post_body(command.body)
    row = _row_with_words(tx, at, command.post, command.if_revision)
    called = mentions(tx, at, command.body)
    text = words.reword(tx, at, row, command.body, called)
    if row[4] is None:
        emissions = list(publishing.held(tx, command.post, at.moment))
        return Outcome(PostShown(post=records.post(tx, command.post, at.moment)), tuple(emissions))
    tx.run("DELETE FROM mentions WHERE row = ?", row[0])
    tx.many(
        "INSERT INTO mentions (member, row) VALUES (?, ?)",
        [(member, row[0]) for member in called.split()],
    )
    view = records.post(tx, command.post, at.moment)
    emit = Emit(board_stream(row[2]), Edited(post=view), view.id, {"post.body": text})
    return Outcome(PostShown(post=view), (emit,))


def withdraw(tx: Tx, at: At, command: WithdrawPost) -> Outcome[PostShown]:
    """Erase one's post; only a marker stays."""
    row = records.post_row(tx, command.post)
    assert row is not None
    if row[14] == WordsState.WITHDRAWN.value:
        return Outcome(PostShown(post=records.post(tx, command.post, at.moment)))
    words.refuse_gone(row, at.moment)
    words.erase(tx, row, WordsState.WITHDRAWN.value)
    if row[4] is None:
        emissions = tuple(publishing.held(tx, command.post, at.moment))
        return Outcome(PostShown(post=records.post(tx, command.post, at.moment)), emissions)
    view = records.post(tx, command.post, at.moment)
    emit = Emit(board_stream(row[2]), Withdrawn(post=view), view.id)
    return Outcome(PostShown(post=view), (emit,))


def retitle(tx: Tx, at: At, command: Retitle) -> Outcome[ThreadShown]:
    """Give one's thread another title."""
    rules.check_title(command.title)
    thread = records.thread(tx, command.thread, at.moment)
    if thread.title is None and thread.state is WordsState.PUBLISHED:
        raise words.text_in_doubt()
    if thread.title is None:
        raise Gone(state=thread.state.value)
    if command.if_revision is not None and command.if_revision != thread.revision:
        raise Conflict(what="the thread was changed meanwhile", revision=thread.revision)
    first = records.first_post(tx, command.thread)
    assert first is not None
    old = tx.one("SELECT title_text FROM threads WHERE id = ?", command.thread)
    assert old is not None
    words.unindex(tx, first[1])
    text = sizes.keep(tx, at, at.board.id, command.title)
    tx.run(
        "UPDATE threads SET title_text = ?, revision = revision + 1 WHERE id = ?",
        *(text, command.thread),
    )
    words.index(tx, first[1])
    sizes.drop(tx, at.board.id, [old[0]])
    thread = records.thread(tx, command.thread, at.moment)
    if thread.number is None:
        return Outcome(ThreadShown(thread=thread), tuple(publishing.held(tx, first[1], at.moment)))
    emit = Emit(
        board_stream(thread.board), Retitled(thread=thread), thread.id, {"thread.title": text}
    )
    return Outcome(ThreadShown(thread=thread), (emit,))


COMMANDS: dict[Any, Handler] = {
    StartThread: start,
    WritePost: write,
    EditPost: edit,
    WithdrawPost: withdraw,
    Purge: purging.purge,
    Retitle: retitle,
    Say: lounge.say,
    Unsay: lounge.unsay,
    Thank: thanks.thank,
    ImportPosts: imports.import_posts,
}
FORESEEN: dict[Any, Foresee] = {
    StartThread: lambda command: [
        (records.THREADS, (command.thread,)),
        (records.POSTS, (command.post,)),
    ],
    WritePost: lambda command: [(records.POSTS, (command.post,))],
    ImportPosts: lambda command: [(records.POSTS, (mail.id,)) for mail in command.posts],
}
QUERIES: dict[Any, Reader] = {
    ListThreads: pages.list_threads,
    GetThread: pages.get_thread,
    ListPosts: pages.list_posts,
    ListRecent: pages.list_recent,
    GetSkeleton: pages.get_skeleton,
    GetHistory: pages.get_history,
    ListHeld: pages.list_held,
    ListLines: pages.list_lines,
    ListThanks: thanks.list_thanks,
}
REACTIONS: list[tuple[type[Event], Reaction]] = []
