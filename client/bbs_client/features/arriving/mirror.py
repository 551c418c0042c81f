"""Guards, notes, and what waits at a desk: how they are written into the mirror (protocol 21)."""

from bbs.features.arriving.messages import (
    GuardList,
    HeldList,
    NoteList,
    PostAsked,
    PostDecided,
)
from bbs.features.arriving.views import Guard, HeldState, Note, NoteLine
from bbs.features.threads.messages import PostHeld
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS
from bbs.streams import StreamKind, member_stream, stream_parts
from bbs_client.mirror.transaction import MirrorTransaction


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


def keep_held(pen: MirrorTransaction, listed: HeldList) -> None:
    """Store which posts wait at the desks of which the list tells; of what they say, nothing."""
    for stream in listed.as_of:
        kind, desk = stream_parts(stream)
        if kind == StreamKind.DESK:
            drop_desk(pen, desk)
            for held in listed.held:
                is_asked = desk == COMMONS and held.state is HeldState.ASKED
                if held.post.board == desk or is_asked:
                    _note_at_desk(pen, held.post.id, desk)


def note_held(pen: MirrorTransaction, told: PostHeld) -> None:
    """Note at the desk that was told whether a post waits for a moderator, and for nothing else."""
    post = told.post
    if not pen.is_at_desk:
        return
    if post.state is ContentState.HELD and post.approval not in (None, Approval.DECLINED):
        _note_at_desk(pen, post.id, post.board)
    else:
        _forget_at_desk(pen, post.id, post.board)


def note_asked(pen: MirrorTransaction, told: PostAsked) -> None:
    """Note that a post has waited for so long that the commons' desk is asked, too."""
    if pen.place is not None:
        _note_at_desk(pen, told.held.post.id, stream_parts(pen.place.stream).owner)


def note_decided(pen: MirrorTransaction, told: PostDecided) -> None:
    """Note that a post does not wait any more at the desk that was told."""
    if pen.place is not None:
        _forget_at_desk(pen, told.post, stream_parts(pen.place.stream).owner)


def _note_at_desk(pen: MirrorTransaction, post: str, desk: str) -> None:
    pen.run("INSERT OR IGNORE INTO held_at_desk(board, post) VALUES (?, ?)", desk, post)
    pen.touch("held_at_desk", desk)


def _forget_at_desk(pen: MirrorTransaction, post: str, desk: str) -> None:
    if pen.run("DELETE FROM held_at_desk WHERE board = ? AND post = ?", desk, post):
        pen.touch("held_at_desk", desk)


def drop_desk(pen: MirrorTransaction, board: str) -> None:
    """Drop which posts wait at the desk of a board."""
    pen.run("DELETE FROM held_at_desk WHERE board = ?", board)
    pen.touch("held_at_desk", board)
