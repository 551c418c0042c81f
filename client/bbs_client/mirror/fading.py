"""Forgetting what the server has faded, and what a shorter retention does to what is here (P10)."""

from typing import NamedTuple

from msgspec.structs import replace

from bbs.clock import DAY_MS, HOUR_MS, Ms, instant, to_ms
from bbs.features.threads.as_of import without_name
from bbs.features.threads.rules import shortened_fades_at
from bbs.features.threads.views import ContentState, Post
from bbs_client.mirror.changes import Fade, FadeLounge, PurgeThread, Shorten
from bbs_client.mirror.docs import line_decoder, post_decoder, thread_decoder
from bbs_client.mirror.transaction import MirrorTransaction, encode
from bbs_client.mirror.words import blank_thread, estimated_end, forget_thanks


class _PostDoc(NamedTuple):
    key: int
    doc: bytes


class _PostEnd(NamedTuple):
    key: int
    visible_at: Ms
    fades_at: Ms | None
    doc: bytes


class _ThreadEnd(NamedTuple):
    id: str
    fades_at: Ms | None
    doc: bytes


class _LineDoc(NamedTuple):
    id: str
    at: Ms
    doc: bytes


def fade(pen: MirrorTransaction, change: Fade) -> None:
    """Take the words of every post that has faded, and the titles that go with them."""
    until = to_ms(change.until)
    rows = pen.select(
        _PostDoc,
        "FROM posts WHERE fades_at <= ? AND state = 'published'"
        " AND fades_at IS NOT NULL AND (board = ? OR ?) AND id IS NOT NULL",
        *(until, change.board, change.board is None),
    )
    for key, doc in rows:
        _erase(pen, key, post_decoder.decode(doc), ContentState.FADED)
    titles = pen.fetch_all(
        "SELECT id FROM threads WHERE fades_at <= ? AND state = 'published' AND (board = ? OR ?)",
        *(until, change.board, change.board is None),
    )
    for (thread,) in titles:
        blank_thread(pen, thread, ContentState.FADED)
    if change.board is not None:
        # A bone does not say when it fades; without it, the shape is fetched again.
        pen.run("DELETE FROM posts WHERE board = ? AND id IS NULL", change.board)
        # Nor can it be told whether a post that is not here has faded.
        pen.run(
            "DELETE FROM thanks WHERE board = ?"
            " AND post NOT IN (SELECT id FROM posts WHERE board = ? AND id IS NOT NULL)",
            *(change.board, change.board),
        )
    pen.erased |= bool(rows)


def _erase(pen: MirrorTransaction, key: int, post: Post, state: ContentState) -> None:
    # As the server does it: an erased post is one revision on, and calls nobody.
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
        "UPDATE posts SET state = ?, words = 0, fresh = 0, revision = ?, doc = ? WHERE key = ?",
        state.value,
        erased.revision,
        encode(erased),
        key,
    )
    forget_thanks(pen, post.id)
    pen.touch("posts", post.board, post.thread)


def purge_thread(pen: MirrorTransaction, change: PurgeThread) -> None:
    """Take every word of a thread that is purged as a whole, before its posts are told slice by slice."""
    rows = pen.select(
        _PostDoc,
        "FROM posts WHERE thread = ? AND number <= ? AND state = 'published' AND id IS NOT NULL",
        *(change.thread, change.upto),
    )
    for key, doc in rows:
        post = replace(post_decoder.decode(doc), fades_at=None)  # what was purged ends no more
        pen.run("UPDATE posts SET fades_at = NULL WHERE key = ?", key)
        _erase(pen, key, post, ContentState.PURGED)
    # A bone that is there already would say that the words still are.
    pen.run("DELETE FROM posts WHERE thread = ? AND id IS NULL", change.thread)
    pen.erased |= bool(rows)


def fade_lounge(pen: MirrorTransaction, change: FadeLounge) -> None:
    """Drop every line that has faded."""
    gone = pen.fetch_all(
        "DELETE FROM lines WHERE fades_at <= ? AND (board = ? OR ?) RETURNING board",
        *(to_ms(change.until), change.board, change.board is None),
    )
    for (board,) in gone:
        pen.touch("lines", board)
    pen.erased |= bool(gone)


def shorten(pen: MirrorTransaction, change: Shorten) -> None:
    """Let what was written before a board's retention changed fade no later than by it."""
    if change.retention_days > 0:
        _shorten_posts(pen, change)
        _shorten_titles(pen, change)
    _shorten_lines(pen, change)


def _shorten_posts(pen: MirrorTransaction, change: Shorten) -> None:
    rows = pen.select(
        _PostEnd,
        "FROM posts WHERE board = :board AND state = 'published' AND id IS NOT NULL"
        " AND iif(:seq IS NULL, visible_at <= :at, seq < :seq)"
        " AND (fades_at IS NULL OR fades_at > visible_at + :retention)",
        board=change.board,
        seq=change.seq,
        at=to_ms(change.at),
        retention=change.retention_days * DAY_MS,
    )
    for key, visible_at, fades_at, doc in rows:
        end = shortened_fades_at(fades_at, visible_at, change.retention_days)
        assert end is not None
        post = replace(post_decoder.decode(doc), fades_at=instant(end))
        pen.run("UPDATE posts SET fades_at = ?, doc = ? WHERE key = ?", end, encode(post), key)
        pen.touch("posts", post.board, post.thread)


def _shorten_titles(pen: MirrorTransaction, change: Shorten) -> None:
    pen.run(
        "UPDATE threads SET fades_at = p.fades_at FROM posts p WHERE threads.board = ?"
        " AND p.thread = threads.id AND p.number = 1 AND p.id IS NOT NULL",
        change.board,
    )
    rows = pen.select(
        _ThreadEnd,
        "FROM threads WHERE board = ? AND state = 'published'"
        " AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.thread = threads.id AND p.number = 1"
        " AND p.id IS NOT NULL)",
        change.board,
    )
    for key, fades_at, doc in rows:
        thread = thread_decoder.decode(doc)
        end = estimated_end(pen, thread)
        if end is not None and thread.at <= change.at and (fades_at is None or end < fades_at):
            pen.run("UPDATE threads SET fades_at = ? WHERE id = ?", end, key)


def _shorten_lines(pen: MirrorTransaction, change: Shorten) -> None:
    """Shorten the lines that are here, and remember it for those that another stream tells late."""
    at_ms = to_ms(change.at)
    pen.run(
        "DELETE FROM shortenings WHERE board = ? AND at <= ? AND lounge_hours >= ?",
        change.board,
        at_ms,
        change.lounge_hours,
    )
    pen.run(
        "INSERT INTO shortenings VALUES (?, ?, ?) ON CONFLICT(board, at) DO UPDATE"
        " SET lounge_hours = min(shortenings.lounge_hours, excluded.lounge_hours)",
        change.board,
        at_ms,
        change.lounge_hours,
    )
    rows = pen.select(
        _LineDoc,
        "FROM lines WHERE board = ? AND at <= ? AND fades_at > at + ?",
        *(change.board, to_ms(change.at), change.lounge_hours * HOUR_MS),
    )
    for key, at, doc in rows:
        end = at + change.lounge_hours * HOUR_MS
        line = replace(line_decoder.decode(doc), fades_at=instant(end))
        pen.run("UPDATE lines SET fades_at = ?, doc = ? WHERE id = ?", end, encode(line), key)
        pen.touch("lines", change.board)
