"""What undoes commands about words and threads that were items of a batch (protocol 26)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    MovePosts,
    MoveThread,
    PinThread,
    SplitThread,
    UnpinThread,
)
from bbs.ids import COMMONS, PostId, ThreadId
from bbs.messages import Command
from bbs_server.features.threads.rows import THREADS
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing, Undone


def _show_post(tx: Tx, ctx: Context, done: HidePost, undoing: Undoing) -> Undone:
    return (RestorePost(post=done.post, reason=undoing.reason),)


def _show_line(tx: Tx, ctx: Context, done: HideLine, undoing: Undoing) -> Undone:
    return (RestoreLine(line=done.line, reason=undoing.reason),)


def _hide_again(tx: Tx, ctx: Context, done: RestorePost | RestoreLine, undoing: Undoing) -> Undone:
    """Hide words again by the clause by which they were hidden: the act that showed them cites it."""
    norm, of_commons = undoing.act.norm, undoing.act.norms_board == COMMONS
    if norm is None:
        return CannotComeBack(
            "The log does not say any more by which clause these words were hidden."
        )
    if isinstance(done, RestorePost):
        return (HidePost(post=done.post, norm=norm, of_commons=of_commons, reason=undoing.reason),)
    return (HideLine(line=done.line, norm=norm, of_commons=of_commons, reason=undoing.reason),)


def _unpin(tx: Tx, ctx: Context, done: PinThread, undoing: Undoing) -> Undone:
    return (UnpinThread(thread=done.thread, reason=undoing.reason),)


def _pin(tx: Tx, ctx: Context, done: UnpinThread, undoing: Undoing) -> Undone:
    return (PinThread(thread=done.thread, reason=undoing.reason),)


class _OldTitle(NamedTuple):
    title_text: str


def _title_back(tx: Tx, ctx: Context, done: ChangeTitle, undoing: Undoing) -> Undone:
    """Give a thread the title back that it had: the server keeps it as long as the thread has one.

    Of several changes, the one is found after which the thread had the title that this one gave it.
    """
    row = tx.get(THREADS, done.thread)
    if row is None or row.title_text is None:
        return CannotComeBack("This thread has no title any more.")
    sql = "FROM old_titles WHERE thread = ? ORDER BY revision DESC"
    keys = [row.title_text, *(old.title_text for old in tx.select(_OldTitle, sql, row.id))]
    words = texts.load_bodies(tx, keys)
    said = [words.get(key) for key in keys]
    for after, before in pairwise(said):
        if after == done.title and before is not None:
            return (ChangeTitle(thread=row.id, title=before, reason=undoing.reason),)
    return CannotComeBack("This thread was given another title since, by who began it.")


def _move_back(tx: Tx, ctx: Context, done: MovePosts, undoing: Undoing) -> Undone:
    """Move posts back to the thread in which they stood; the act has its number."""
    place = undoing.change("place")
    board, number = undoing.act.board, str(place.before if place else "").partition("/")[0]
    found: ThreadId | None = tx.fetch_value(
        "SELECT id FROM threads WHERE board = ? AND number = ?", board, int(number or 0)
    )
    if found is None:
        return CannotComeBack("The thread in which these posts stood is not there any more.")
    return (MovePosts(post=done.post, to=found, reason=undoing.reason),)


def _merge_back(tx: Tx, ctx: Context, done: SplitThread, undoing: Undoing) -> Undone:
    """Merge a thread that was split off with the one in which its posts stood."""
    place = undoing.act.thing.thread
    found: ThreadId | None = tx.fetch_value(
        "SELECT id FROM threads WHERE board = ? AND number = ?", undoing.act.board, place or 0
    )
    if found is None:
        return CannotComeBack("The thread in which these posts stood is not there any more.")
    return (MergeThread(thread=done.thread, into=found, reason=undoing.reason),)


class _Began(NamedTuple):
    id: PostId
    subject_text: str | None


def _split_back(tx: Tx, ctx: Context, done: MergeThread, undoing: Undoing) -> Undone:
    """Make a thread again of the posts of one that was merged: its title is their subject now."""
    sql = (
        "FROM posts WHERE id = (SELECT moved_to FROM posts WHERE thread = ? AND number = 1)"
        " AND body_text IS NOT NULL"
    )
    began = tx.select_one(_Began, sql, done.thread)
    title = None if began is None else texts.load_bodies(tx, [began.subject_text])
    if began is None or not title:
        return CannotComeBack("The title of this thread is not kept any more.")
    said = title[began.subject_text or ""]
    return (SplitThread(post=began.id, thread=ctx.new_id(), title=said, reason=undoing.reason),)


def _board_back(tx: Tx, ctx: Context, done: MoveThread, undoing: Undoing) -> Undone:
    """Move a thread back to the board that it left, where it is another new thread."""
    left, moved = tx.get(THREADS, done.thread), tx.get(THREADS, done.becomes)
    if left is None or moved is None or moved.moved_to is not None:
        return CannotComeBack("This thread was merged or moved on since.")
    return (
        MoveThread(
            thread=done.becomes,
            to_board=left.board,
            becomes=ctx.new_id(),
            reason=undoing.reason,
        ),
    )


UNDO: Mapping[type[Command[Any]], Undo] = {
    HidePost: Undo(
        _show_post,
        (RestorePost,),
        "Words whose time is over, or that their author withdrew, stay away.",
    ),
    HideLine: Undo(_show_line, (RestoreLine,), "A line that has faded stays away."),
    RestorePost: Undo(_hide_again, (HidePost,), "By the clause by which they were hidden before."),
    RestoreLine: Undo(_hide_again, (HideLine,), "By the clause by which it was hidden before."),
    PinThread: Undo(_unpin, (UnpinThread,)),
    UnpinThread: Undo(_pin, (PinThread,)),
    ChangeTitle: Undo(
        _title_back,
        (ChangeTitle,),
        "If who began the thread gave it another title since, that stays.",
    ),
    MovePosts: Undo(
        _move_back,
        (MovePosts,),
        "They get numbers after the last one there; the markers of both moves lead to them.",
    ),
    SplitThread: Undo(
        _merge_back,
        (MergeThread,),
        "They get numbers after the last one there; the address of the new thread leads to them.",
    ),
    MergeThread: Undo(
        _split_back,
        (SplitThread,),
        "It is a new thread with its title and posts; what answered the thread answers its first"
        " post, and the old address leads on.",
    ),
    MoveThread: Undo(
        _board_back,
        (MoveThread,),
        "It is a new thread, not pinned; posts that would have ended later end when they do now.",
    ),
}
"""What undoes each of them."""
