"""The SQL of notes and their lines."""

from typing import Any, NamedTuple

from bbs.clock import Ms, instant, optional_instant
from bbs.features.arriving.views import Note, NoteLine
from bbs.features.threads.views import Approval
from bbs.ids import BoardId, MemberId, NoteLineId, PostId
from bbs.rows import columns, marks, view_of
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx


class NoteRow(NamedTuple):
    """A note as it is stored; `lines` counts all lines it ever had."""

    newcomer: MemberId
    board: BoardId
    host: MemberId | None
    host_until: Ms | None
    post: PostId
    why: str
    opened_at: Ms
    ends_at: Ms | None = None
    lines: int = 0
    revision: int = 1


class NoteLineRow(NamedTuple):
    """A line of a note as it is stored.

    Attributes:
        apart: Whether the newcomer alone reads it: it tells of a private board where the note did
            not begin.
    """

    id: NoteLineId
    note: MemberId
    number: int
    author: MemberId
    at: Ms
    body_text: str | None
    post: PostId | None = None
    norm: int | None = None
    withdrawn: int = 0
    revision: int = 1
    apart: int = 0


def view(row: NoteRow, now: Ms) -> Note:
    """Return a note as its readers see it at `now`, in ms."""
    hosted = row.host_until is not None and now < row.host_until
    return Note(
        newcomer=row.newcomer,
        board=row.board,
        host=row.host if hosted else None,
        host_until=optional_instant(row.host_until) if hosted else None,
        post=row.post,
        why=Approval(row.why),
        opened_at=instant(row.opened_at),
        ends_at=optional_instant(row.ends_at),
        revision=row.revision,
    )


def line_views(tx: Tx, rows: list[NoteLineRow]) -> list[NoteLine]:
    """Return lines with their words, in their order."""
    words = texts.load_bodies(tx, [row.body_text for row in rows])
    return [
        view_of(
            NoteLine,
            row,
            at=instant(row.at),
            text=words.get(row.body_text or ""),
            # A restore erases again what was taken back after the backup (P10).
            withdrawn=bool(row.withdrawn) or row.body_text not in (None, *words),
        )
        for row in rows
    ]


def find_note(tx: Tx, newcomer: MemberId) -> NoteRow | None:
    """Return a newcomer's note; None if there is none."""
    return tx.select_one(NoteRow, "FROM notes WHERE newcomer = ?", newcomer)


def insert_note(tx: Tx, row: NoteRow) -> None:
    """Insert a note."""
    tx.execute(
        f"INSERT INTO notes ({columns(NoteRow)}) VALUES ({marks(NoteRow)})",  # noqa: S608 - names of ours
        *row,
    )


def update_note(tx: Tx, row: NoteRow, **changes: Any) -> NoteRow:
    """Write the changes of a note, with its next revision, and return it."""
    row = row._replace(**changes, revision=row.revision + 1)
    tx.execute(
        "UPDATE notes SET host = ?, host_until = ?, ends_at = ?, revision = ? WHERE newcomer = ?",
        *(row.host, row.host_until, row.ends_at, row.revision, row.newcomer),
    )
    return row


def newcomers_of_board(tx: Tx, board: BoardId) -> list[MemberId]:
    """Return whose notes began on a board."""
    rows = tx.fetch_all("SELECT newcomer FROM notes WHERE board = ?", board)
    return [newcomer for (newcomer,) in rows]


def list_notes(tx: Tx) -> list[NoteRow]:
    """Return all notes, those opened first before the others."""
    return tx.select(NoteRow, 'FROM notes ORDER BY opened_at, newcomer COLLATE "binary"')


def list_unhosted(tx: Tx, now: Ms, limit: int) -> list[NoteRow]:
    """Return notes whose host is over at `now`, in ms, and that still name one."""
    sql = "FROM notes WHERE host IS NOT NULL AND host_until <= ? LIMIT ?"
    return tx.select(NoteRow, sql, now, limit)


def find_ended(tx: Tx, now: Ms) -> NoteRow | None:
    """Return a note whose end has come at `now`, in ms; None if there is none."""
    return tx.select_one(NoteRow, "FROM notes WHERE ends_at <= ? ORDER BY ends_at LIMIT 1", now)


def list_lines(tx: Tx, newcomer: MemberId) -> list[NoteLineRow]:
    """Return all lines of a note, in their order."""
    return tx.select(NoteLineRow, "FROM note_lines WHERE note = ? ORDER BY number", newcomer)


def find_line(tx: Tx, line: NoteLineId) -> NoteLineRow | None:
    """Return a line; None if there is none."""
    return tx.select_one(NoteLineRow, "FROM note_lines WHERE id = ?", line)


def insert_line(tx: Tx, row: NoteLineRow) -> None:
    """Insert the next line of a note."""
    tx.execute(
        f"INSERT INTO note_lines ({columns(NoteLineRow)}) VALUES ({marks(NoteLineRow)})",  # noqa: S608 - names of ours
        *row,
    )
    tx.execute("UPDATE notes SET lines = lines + 1 WHERE newcomer = ?", row.note)


def withdraw_line(tx: Tx, row: NoteLineRow) -> NoteLineRow:
    """Erase the words of a line; it keeps its place."""
    texts.delete_texts(tx, [row.body_text], RemovalReason.WITHDRAWN)
    row = row._replace(body_text=None, withdrawn=1, revision=row.revision + 1)
    tx.execute(
        "UPDATE note_lines SET body_text = NULL, withdrawn = 1, revision = ? WHERE id = ?",
        *(row.revision, row.id),
    )
    return row


def delete_note(tx: Tx, row: NoteRow) -> None:
    """Erase a note with all its lines (P10)."""
    lines = list_lines(tx, row.newcomer)
    texts.delete_texts(tx, [line.body_text for line in lines], RemovalReason.FADED)
    tx.execute("DELETE FROM note_lines WHERE note = ?", row.newcomer)
    tx.execute("DELETE FROM notes WHERE newcomer = ?", row.newcomer)
