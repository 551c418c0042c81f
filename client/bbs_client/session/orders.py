"""What was written and the commands that send it: from the composer to the outbox, and back."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from bbs.features.threads.messages import EditPost, Retitle, Say, StartThread, WritePost
from bbs.features.threads.views import Post
from bbs.messages import Command
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem


def commands_for(
    session: Session, destination: Destination, op: str, title: str, body: str
) -> list[Command[Any]]:
    """Return the commands that send what was written; none if nothing is different.

    Their ids come from the op, so that a draft that outlived its sending names the same post (P12).

    Args:
        session: Knows how what is edited stands.
        destination: Where it goes.
        op: What names the act, and from which the names of what it makes are drawn.
        title: Of a thread; empty where none was asked for.
        body: The words.
    """

    def drawn(name: str) -> str:
        return str(uuid.uuid5(uuid.UUID(op), name))

    match destination.kind:
        case DestinationKind.LINE:
            return [Say(board=destination.board, line=drawn("line"), body=body, op=op)]
        case DestinationKind.THREAD:
            start = StartThread(
                board=destination.board,
                thread=drawn("thread"),
                post=drawn("post"),
                title=title,
                body=body,
                op=op,
            )
            return [start]
        case DestinationKind.POST:
            answer = WritePost(
                thread=destination.thread or "",
                post=drawn("post"),
                parent=destination.post,
                body=body,
                op=op,
            )
            return [answer]
        case DestinationKind.EDIT | DestinationKind.FIRST:
            return _changes(session, destination, op, title, body)


def _changes(
    session: Session, destination: Destination, op: str, title: str, body: str
) -> list[Command[Any]]:
    """Return what puts a post, and the title of its thread, in other words."""
    post = session.cache.post(destination.post or "")
    row = session.cache.thread(destination.thread or "")
    changes: list[Command[Any]] = []
    if post is None or post.body != body:
        changes.append(EditPost(post=destination.post or "", body=body, op=op))
    if title and row is not None and row.thread.title != title:
        other = str(uuid.uuid5(uuid.UUID(op), "title")) if changes else op
        changes.append(Retitle(thread=destination.thread or "", title=title, op=other))
    return changes


def edit_destination(session: Session, post: Post) -> Destination:
    """Return where another wording of the reader's post goes: with the title where it begins their thread."""
    row = session.cache.thread(post.thread)
    begins = post.parent is None and (post.number == 1 or not (row and row.thread.number))
    titled = begins and row is not None and session.is_mine(row.thread)
    kind = DestinationKind.FIRST if titled else DestinationKind.EDIT
    return Destination(kind, post.board, post.thread, post.id)


def find_destination(session: Session, item: UnsentItem) -> Destination | None:
    """Return where something from the outbox was going; None for what holds no words of a post."""
    if item.method == Say.method and item.board:
        return Destination(DestinationKind.LINE, item.board)
    if item.method == StartThread.method and item.board:
        return Destination(DestinationKind.THREAD, item.board)
    if item.method == WritePost.method and item.thread and item.parent:
        parent = session.cache.post(item.parent)
        return (
            Destination(DestinationKind.POST, parent.board, item.thread, item.parent)
            if parent
            else None
        )
    if item.method == EditPost.method and item.post:
        post = session.cache.post(item.post)
        return edit_destination(session, post) if post else None
    return None


def fades_at(session: Session, destination: Destination) -> datetime | None:
    """Return when what is sent now will be gone (P10); None for never, and for another wording."""
    row = session.cache.board(destination.board)
    if row is None or destination.is_edit:
        return None
    if destination.is_line:
        return session.now() + timedelta(hours=row.board.lounge_hours)
    days = row.board.retention_days
    return session.now() + timedelta(days=days) if days else None


def refused_for(session: Session, destination: Destination) -> UnsentItem | None:
    """Return what was refused at a destination, the oldest; None if nothing was."""
    for item in session.pending():
        if item.reason and find_destination(session, item) == destination:
            return item
    return None
