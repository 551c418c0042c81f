"""Notes of newcomers, in lines."""

from bbs_client.actions.arriving import NoteAnswer
from bbs_client.plain.lines import Lines, choose
from bbs_client.session.arriving import (
    note_about,
    note_heading,
    note_here,
    note_rows,
)
from bbs_client.session.session import Session


async def ask_which_note(session: Session, lines: Lines) -> str | None:
    """Ask which note to read; return its newcomer, or None."""
    lines.tell("Notes that you read:")
    notes = {note.newcomer: f"{note_heading(session, note)}." for note in session.cache.notes()}
    chosen: str | None = await choose(lines, notes)
    return chosen


async def ask_note(session: Session, lines: Lines, newcomer: str) -> NoteAnswer | None:
    """Print a note, who reads it first; ask whether to write a line."""
    note = note_here(session, newcomer)
    if note is None:
        return None
    lines.tell(f"{note_heading(session, note)}:", *note_about(session, note))
    for row in note_rows(session, newcomer):
        new = "new, " if row.is_new else ""
        lines.tell(f"  {new}{row.when}, {'you' if row.is_mine else row.who}: {row.text}")
    ways = {
        NoteAnswer.SAY: "Write a line.",
        NoteAnswer.UNSAY: "Take your last line back.",
    }
    answer: NoteAnswer | None = await choose(lines, ways)
    return answer
