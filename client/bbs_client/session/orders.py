"""Destinations of commands in the outbox, and the ends of texts sent now."""

from datetime import datetime, timedelta

from bbs.features.threads.messages import EditPost, Say, StartThread, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem


def edit_destination(session: Session, post: Post) -> Destination:
    """Return the destination of an edit of the reader's post, with the title of their thread."""
    row = session.cache.thread(post.thread)
    begins = post.parent is None and (post.number == 1 or not (row and row.thread.number))
    titled = begins and row is not None and session.is_mine(row.thread)
    kind = DestinationKind.FIRST if titled else DestinationKind.EDIT
    return Destination(kind, post.board, post.thread, post.id)


def find_destination(session: Session, item: UnsentItem) -> Destination | None:
    """Return the destination of an item of the outbox; None if it holds no text of a post."""
    match item.method:
        case Say.method if item.board:
            return Destination(DestinationKind.LINE, item.board)
        case StartThread.method if item.board:
            return Destination(DestinationKind.THREAD, item.board)
        case WritePost.method if parent := session.cache.post(item.parent or ""):
            return Destination(DestinationKind.POST, parent.board, parent.thread, parent.id)
        case EditPost.method if post := session.cache.post(item.post or ""):
            return edit_destination(session, post)
    return None


def is_held(session: Session, destination: Destination) -> bool:
    """Return whether the edited post is still held, as far as is known: no trace is left (P9)."""
    post = session.cache.post(destination.post or "")
    return destination.is_edit and (post is None or post.state is ContentState.HELD)


def fades_at(session: Session, destination: Destination) -> datetime | None:
    """Return when a text sent now will fade (P10); None for never, and for an edit."""
    row = session.cache.board(destination.board)
    if row is None or destination.is_edit:
        return None
    if destination.is_line:
        return session.now() + timedelta(hours=row.board.lounge_hours)
    days = row.board.retention_days
    return session.now() + timedelta(days=days) if days else None


def refused_for(session: Session, destination: Destination) -> UnsentItem | None:
    """Return the oldest refused item of a destination; None if there is none."""
    for item in session.pending():
        if item.reason and find_destination(session, item) == destination:
            return item
    return None
