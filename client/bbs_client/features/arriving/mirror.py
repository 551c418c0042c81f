"""Guards of the reader, notes and their lines: how they are written into the mirror (protocol 21)."""

from bbs.features.arriving.messages import GuardList, HeldList, NoteList
from bbs.features.arriving.views import Guard, Note, NoteLine
from bbs.streams import member_stream
from bbs_client.mirror.transaction import MirrorTransaction

HELD = "held_for_me"
"""Under this name the posts that wait for the reader's decision are kept, in memory only."""


def put_guard(pen: MirrorTransaction, guard: Guard) -> None:
    """Keep a guard of the reader's own, unless a later revision is known."""
    if guard.member == pen.me and pen.put(
        "guards", guard, "board, kind", "guards.revision <= excluded.revision"
    ):
        pen.touch("guards", guard.board)


def keep_guards(pen: MirrorTransaction, listed: GuardList) -> None:
    """Forget guards that the list of the reader's own does not show any more."""
    if pen.me is None or member_stream(pen.me) not in listed.as_of:
        return
    known = {(guard.board, guard.kind.value) for guard in listed.guards}
    for board, kind in pen.fetch_all("SELECT board, kind FROM guards"):
        if (board, kind) not in known:
            pen.run("DELETE FROM guards WHERE board = ? AND kind = ?", board, kind)
            pen.touch("guards", board)


def put_note(pen: MirrorTransaction, note: Note) -> None:
    """Keep a note, unless a later revision is known."""
    if pen.put("notes", note, "newcomer", "notes.revision <= excluded.revision"):
        pen.touch("notes", note.board)


def put_line(pen: MirrorTransaction, line: NoteLine) -> None:
    """Keep a line of a note; of one that was taken back, no words (P10)."""
    pen.erased |= line.withdrawn
    if pen.put("note_lines", line, "id", "note_lines.revision <= excluded.revision"):
        pen.touch("notes")


def keep_notes(pen: MirrorTransaction, listed: NoteList) -> None:
    """Forget the notes that the reader does not read any more, with their lines."""
    known = {note.newcomer for note in listed.notes}
    for (newcomer,) in pen.fetch_all("SELECT newcomer FROM notes"):
        if newcomer not in known:
            drop_note(pen, newcomer)


def drop_note(pen: MirrorTransaction, newcomer: str) -> None:
    """Drop a note with its lines."""
    lines = pen.run("DELETE FROM note_lines WHERE note = ?", newcomer)
    if pen.run("DELETE FROM notes WHERE newcomer = ?", newcomer) or lines:
        pen.erased = True
        pen.touch("notes")


def drop_guards(pen: MirrorTransaction, member: str) -> None:
    """Drop what the reader's own stream told of guards."""
    if member == pen.me and pen.run("DELETE FROM guards"):
        pen.touch("guards")


def remember_held(pen: MirrorTransaction, listed: HeldList) -> None:
    """Remember the posts that wait for the reader's decision, without a copy on the disk."""
    pen.remember(HELD, listed.held)
