"""Queries of letters, requests and blocks.

The first painting loads this module, so the writers are in another one.
"""

from collections.abc import Iterable
from contextlib import suppress

from msgspec.json import Decoder

from bbs.features.letters.views import Letter, LetterState
from bbs.streams import StreamKind, stream_prefix
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.reads import LetterRow

_letter_decoder = Decoder(Letter)
_ROWS = (
    "SELECT l.doc, coalesce(l.last_at, 0),"
    " coalesce((SELECT sum(unread) FROM threads WHERE board = l.board), 0),"
    " coalesce(a.handles, '') FROM letters l LEFT JOIN asked_of a ON a.board = l.board"
)


def letters(mirror: MirrorDatabase) -> list[LetterRow]:
    """Return the open letters, the one with the newest post first (P1)."""
    newest = (
        "SELECT l.board, max(p.visible_at) FROM letters l JOIN posts p ON p.board = l.board"
        " WHERE l.state = ? AND p.number IS NOT NULL GROUP BY l.board"
    )
    latest = dict(mirror.fetch_all(newest, LetterState.OPEN.value))
    rows = [
        row._replace(last_ms=max(row.last_ms, latest.get(row.letter.id, 0)))
        for row in _rows(mirror, "WHERE l.state = ?", LetterState.OPEN.value)
    ]
    return sorted(rows, key=lambda row: (-row.last_ms, row.letter.id))


def requests(mirror: MirrorDatabase) -> list[LetterRow]:
    """Return the requests for letters that wait, to the reader and of the reader, newest first."""
    where = "WHERE l.state = ? AND l.until > ?"
    rows = _rows(mirror, where, LetterState.ASKED.value, mirror.now_ms())
    return sorted(rows, key=lambda row: (row.letter.asked_at, row.letter.id), reverse=True)


def letter(mirror: MirrorDatabase, letter: str) -> LetterRow | None:
    """Return one letter or request by its id; None if it is not here."""
    return next(iter(_rows(mirror, "WHERE l.board = ?", letter)), None)


def _rows(mirror: MirrorDatabase, where: str, *args: object) -> list[LetterRow]:
    return [
        LetterRow(_letter_decoder.decode(doc), unread, last, tuple(handles.split()))
        for doc, last, unread, handles in mirror.fetch_all(f"{_ROWS} {where}", *args)
    ]


def behind(mirror: MirrorDatabase, limit: int = -1) -> list[str]:
    """Return the open letters with news that is not here, those with the newest first.

    Args:
        limit: At most so many; -1 for all.
    """
    rows = mirror.fetch_all(
        "SELECT l.board FROM letters l LEFT JOIN cursors c ON c.stream = ? || l.board"
        " WHERE l.state = 'open' AND coalesce(c.seq < l.seq, 1)"
        " ORDER BY coalesce(l.last_at, 0) DESC, l.board LIMIT ?",
        *(stream_prefix(StreamKind.BOARD), limit),
    )
    return [board for (board,) in rows]


def is_letter(mirror: MirrorDatabase, board: str) -> bool:
    """Return whether a board is a letter of the reader's."""
    return mirror.fetch_value("SELECT 1 FROM letters WHERE board = ?", board) is not None


def unread_letters(mirror: MirrorDatabase) -> int:
    """Return how many letters have something new, and how many requests wait for the reader's answer."""
    new = mirror.fetch_value(
        "SELECT count(*) FROM letters l WHERE l.state = 'open' AND EXISTS"
        " (SELECT 1 FROM threads t WHERE t.board = l.board AND t.unread > 0)"
    )
    return int(new) + len(asked_of_me(mirror))


def asked_of_me(mirror: MirrorDatabase) -> list[LetterRow]:
    """Return the requests that wait for the reader's answer, newest first."""
    return [row for row in requests(mirror) if row.letter.asked_by != mirror.reader]


def keep_asked(mirror: MirrorDatabase, letter: str, handles: Iterable[str]) -> None:
    """Keep whom the reader asked for a letter, as they typed it; no server keeps that."""
    with suppress(MirrorUnwritable):
        sql = "INSERT OR REPLACE INTO asked_of(board, handles) VALUES (?, ?)"
        mirror.execute(sql, letter, " ".join(sorted(handles)))


def blocks(mirror: MirrorDatabase) -> list[str]:
    """Return whom the reader blocks, by id."""
    return [member for (member,) in mirror.fetch_all("SELECT member FROM blocks ORDER BY member")]
