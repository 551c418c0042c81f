"""Forgetting what the server has faded, and what a shorter retention does to what is here (P10)."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bbs.clock import DAY_MS, instant, to_ms
from bbs.features.boards.messages import Board, BoardConfigured, BoardOpened
from bbs.features.members.author_text import without_name
from bbs.features.threads.erasing_messages import TextHidden, TextPurged, TextShown
from bbs.features.threads.messages import PostsFaded
from bbs.features.threads.rules import shortened_fades_at
from bbs.features.threads.views import GONE, ContentState, Post, Thread
from bbs.streams import board_stream
from bbs_client.features.threads.lounge import drop_faded_lines, shorten_lines
from bbs_client.features.threads.mirror import blank_thread, estimated_end
from bbs_client.features.threads.thanks import forget_thanks
from bbs_client.mirror.places import EventPlace
from bbs_client.mirror.rows import encode, post_decoder, thread_decoder
from bbs_client.mirror.transaction import MirrorTransaction

WITH_WORDS = "state IN ('published', 'hidden')"
"""Says of a row that its words are there, or may be shown again."""


class Fade(Struct, frozen=True):
    """Whatever has faded by `until` is forgotten, posts and lines of all boards (P10)."""

    until: datetime


def fade(pen: MirrorTransaction, change: Fade | PostsFaded) -> None:
    """Take the words of every post that has faded, and the titles that go with them."""
    board = None if isinstance(change, Fade) else change.board
    over = (to_ms(change.until), board, board is None)
    rows = pen.fetch_all(
        f"SELECT key, doc FROM posts WHERE fades_at <= ? AND {WITH_WORDS}"  # noqa: S608 - a constant
        " AND (board = ? OR ?) AND id IS NOT NULL",
        *over,
    )
    for key, doc in rows:
        _erase(pen, key, post_decoder.decode(doc), ContentState.FADED)
    titles = pen.fetch_all(
        f"SELECT id FROM threads WHERE fades_at <= ? AND {WITH_WORDS} AND (board = ? OR ?)",  # noqa: S608 - a constant
        *over,
    )
    for (thread,) in titles:
        blank_thread(pen, thread, ContentState.FADED)
    if board is None:
        drop_faded_lines(pen, *over)
    else:
        # A bone does not say when it fades; without it, the shape is fetched again.
        pen.run("DELETE FROM posts WHERE board = ? AND id IS NULL", board)
        # Nor can it be told whether a post that is not here has faded.
        pen.run(
            "DELETE FROM thanks WHERE board = ?"
            " AND post NOT IN (SELECT id FROM posts WHERE board = ? AND id IS NOT NULL)",
            *(board, board),
        )
    pen.erased |= bool(rows)


def _erase(pen: MirrorTransaction, key: int, post: Post, state: ContentState) -> None:
    # As the server does it: an erased or hidden post is one revision on, and calls nobody.
    erased = replace(
        post,
        subject=None,
        body=None,
        state=state,
        author=without_name(post.author),
        mentions=(),
        revision=post.revision + 1,
    )
    pen.run(
        "UPDATE posts SET state = ?, words = 0, fresh = 0, for_me = iif(for_me = 2, 2, 0),"
        " revision = ?, doc = ? WHERE key = ?",
        state.value,
        erased.revision,
        encode(erased),
        key,
    )
    if state in GONE:
        forget_thanks(pen, post.id)
    pen.touch("posts", post.board, post.thread)


def purge_thread(pen: MirrorTransaction, told: TextPurged) -> None:
    """Take every word of a thread that is purged as a whole, before its posts are told slice by slice."""
    if told.thread is None or told.upto is None:
        return
    rows = pen.fetch_all(
        f"SELECT key, doc FROM posts WHERE thread = ? AND number <= ? AND {WITH_WORDS}"  # noqa: S608 - a constant
        " AND id IS NOT NULL",
        *(told.thread, told.upto),
    )
    for key, doc in rows:
        post = replace(post_decoder.decode(doc), fades_at=None)  # what was purged ends no more
        pen.run("UPDATE posts SET fades_at = NULL WHERE key = ?", key)
        _erase(pen, key, post, ContentState.PURGED)
    # A bone that is there already would say that the words still are.
    pen.run("DELETE FROM posts WHERE thread = ? AND id IS NULL", told.thread)
    pen.erased |= bool(rows)


def hide_thread(pen: MirrorTransaction, told: TextHidden) -> None:
    """Take every word of a thread that is hidden as a whole; its title goes with the thread told."""
    if told.thread is None or told.upto is None:
        return
    _fetch_hidden_again(pen, told.thread, told.upto)
    rows = pen.fetch_all(
        "SELECT key, doc FROM posts"
        " WHERE thread = ? AND number <= ? AND state = 'published' AND id IS NOT NULL",
        *(told.thread.id, told.upto),
    )
    for key, doc in rows:
        _erase(pen, key, post_decoder.decode(doc), ContentState.HIDDEN)
    # A bone that is there already would say that the words still are.
    pen.run("DELETE FROM posts WHERE thread = ? AND id IS NULL", told.thread.id)
    pen.erased |= bool(rows)


def _fetch_hidden_again(pen: MirrorTransaction, thread: Thread, upto: int) -> None:
    """Drop what was gone or hidden by a clause before its thread was hidden: it is fetched anew.

    It is a revision on, too, and nothing here says whether a page told of that already.
    """
    rows = pen.fetch_all(
        "SELECT key, doc FROM posts"
        " WHERE thread = ? AND number <= ? AND state != 'published' AND id IS NOT NULL",
        *(thread.id, upto),
    )
    for key, doc in rows:
        post = post_decoder.decode(doc)
        if post.state is ContentState.HIDDEN and post.norm is None:
            continue
        pen.run("DELETE FROM posts WHERE key = ?", key)
        pen.shown.add(thread.id)
        pen.touch("posts", thread.board, thread.id)


def show_thread(pen: MirrorTransaction, told: TextShown) -> None:
    """Drop what is hidden of a thread that is shown again as a whole: it is fetched anew."""
    if told.thread is None or told.upto is None:
        return
    pen.run(
        "DELETE FROM posts WHERE thread = ? AND (id IS NULL OR number <= ?)",
        *(told.thread.id, told.upto),
    )
    pen.shown.add(told.thread.id)
    pen.touch("posts", told.thread.board, told.thread.id)


def shorten(pen: MirrorTransaction, told: BoardOpened | BoardConfigured) -> None:
    """Let what was written before a board's retention changed fade no later than by it."""
    if pen.place is None:
        return
    board = told.board
    if board.retention_days > 0:
        _shorten_posts(pen, board, pen.place)
        _shorten_titles(pen, board, pen.place.at)
    shorten_lines(pen, board.id, board.lounge_hours, to_ms(pen.place.at))


def _shorten_posts(pen: MirrorTransaction, board: Board, place: EventPlace) -> None:
    rows = pen.fetch_all(
        f"SELECT key, visible_at, fades_at, doc FROM posts WHERE board = :board AND {WITH_WORDS} AND id IS NOT NULL"  # noqa: S608 - a constant
        " AND iif(:seq IS NULL, visible_at <= :at, seq < :seq)"
        " AND (fades_at IS NULL OR fades_at > visible_at + :retention)",
        board=board.id,
        # Settings are told on the commons too, whose seq says nothing of the board's posts.
        seq=place.seq if place.stream == board_stream(board.id) else None,
        at=to_ms(place.at),
        retention=board.retention_days * DAY_MS,
    )
    for key, visible_at, fades_at, doc in rows:
        end = shortened_fades_at(fades_at, visible_at, board.retention_days)
        assert end is not None
        post = replace(post_decoder.decode(doc), fades_at=instant(end))
        pen.run("UPDATE posts SET fades_at = ?, doc = ? WHERE key = ?", end, encode(post), key)
        pen.touch("posts", post.board, post.thread)


def _shorten_titles(pen: MirrorTransaction, board: Board, at: datetime) -> None:
    pen.run(
        "UPDATE threads SET fades_at = p.fades_at FROM posts p WHERE threads.board = ?"
        " AND p.thread = threads.id AND p.number = 1 AND p.id IS NOT NULL",
        board.id,
    )
    rows = pen.fetch_all(
        f"SELECT id, fades_at, doc FROM threads WHERE board = ? AND {WITH_WORDS}"  # noqa: S608 - a constant
        " AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.thread = threads.id AND p.number = 1"
        " AND p.id IS NOT NULL)",
        board.id,
    )
    for key, fades_at, doc in rows:
        thread = thread_decoder.decode(doc)
        end = estimated_end(pen, thread)
        if end is not None and thread.at <= at and (fades_at is None or end < fades_at):
            pen.run("UPDATE threads SET fades_at = ? WHERE id = ?", end, key)
