"""Guards, notes and posts that wait for a person, in the sentences that all surfaces show."""

from typing import TYPE_CHECKING, NamedTuple

from bbs import limits
from bbs.plural import counted
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.arriving.views import Note, NoteLine

_LOOKED = "looked at the note of "


class NoteRow(NamedTuple):
    """A line of a note in words; cleaned.

    Attributes:
        id: The line's id.
        author: Its author's id.
        who: The author's handle.
        when: When it was written, for people.
        text: The line, or what stands for it.
        is_mine: Whether the reader wrote it.
        is_new: Whether the reader has not seen it on this device.
    """

    id: str
    author: str
    who: str
    when: str
    text: str
    is_mine: bool
    is_new: bool


def describe_guards(session: Session, where: Destination) -> str:
    """Return what the guards of a board do to the reader's next words there; empty for nothing.

    One short sentence, as it stands below a text that is being written. Lines of a lounge meet no
    guard that it could name.
    """
    if where.kind is DestinationKind.LINE:
        return ""
    now = session.cache.time()
    on = {guard.kind.value: guard for guard in session.cache.guards(where.board, now)}
    if where.kind in (DestinationKind.EDIT, DestinationKind.FIRST):
        if (links := on.get("links")) is None:
            return ""
        until = session.times.day(links.until)
        return (
            f"An edit adds no link, until {until} at most; a new post with it goes to a moderator."
        )
    if (first := on.get("first_posts")) is not None:
        left = counted(limits.GUARD_POSTS - (first.posts or 0), "post")
        until = session.times.day(first.until)
        return f"A moderator reads your next {left} here first, until {until} at most."
    if (links := on.get("links")) is not None:
        until = session.times.day(links.until)
        return f"With a link, a moderator reads it first, until {until} at most."
    return ""


def note_here(session: Session, newcomer: str) -> "Note | None":
    """Return a note that is on this device."""
    return next((note for note in session.cache.notes() if note.newcomer == newcomer), None)


def note_heading(session: Session, note: "Note") -> str:
    """Return whose note it is, for people."""
    if session.me is not None and note.newcomer == session.me.id:
        return "Your note"
    return f"The note of {_handle(session, note.newcomer)}"


def note_about(session: Session, note: "Note") -> tuple[str, ...]:
    """Return who reads a note, why it began, and how long it is kept."""
    me = session.me.id if session.me is not None else ""
    row = session.cache.board(note.board)
    where = board_title(row.board) if row is not None else "a board"
    readers = [_you(session, note.newcomer, me)]
    if note.host is not None:
        until = f" until {session.times.day(note.host_until)}" if note.host_until else ""
        readers.append(f"{_you(session, note.host, me)} as host{until}")
    why = _BEGAN.get(note.why.value, _BEGAN["first_posts"])
    ends = (
        f"It is erased on {session.times.day(note.ends_at)}."
        if note.ends_at is not None
        else f"It is erased {limits.NOTE_DAYS} days after the last guard has ended."
    )
    return (
        f"Who reads this: {', '.join(readers)}, and the moderators of {where}. Nobody else.",
        f"It began when {why} on {where}. {ends}",
    )


_BEGAN = {
    "first_posts": "a first post was held for a person",
    "links": "a post with a link was held for a person",
    "locked_down": "a first post was held because the community was locked down",
    "behind": "an answer was held behind the first post of its thread",
    "declined": "a post was declined",
}


def note_rows(session: Session, newcomer: str) -> list[NoteRow]:
    """Return the lines of a note in words, in their order."""
    looked, me = _looked(session, newcomer), session.me.id if session.me is not None else ""
    return [
        NoteRow(
            id=line.id,
            author=line.author,
            who=_handle(session, line.author),
            when=session.times.moment(line.at),
            text=_line_text(session, line),
            is_mine=line.author == me,
            is_new=line.number > looked and line.author != me,
        )
        for line in session.cache.note_lines(newcomer)
    ]


def note_looked(session: Session, newcomer: str) -> None:
    """Note that the reader has seen all lines of a note, which is told to nobody (P2).

    Raises:
        MirrorUnwritable: If this device's disk cannot be written.
    """
    lines = session.cache.note_lines(newcomer)
    last = lines[-1].number if lines else 0
    if last > _looked(session, newcomer) or session.cache.meta(_LOOKED + newcomer) is None:
        session.cache.set_meta(_LOOKED + newcomer, str(last))


def note_news(session: Session) -> list[tuple[str, str]]:
    """Return each note with something new to the reader: whose it is, and a sentence."""
    found = []
    for note in session.cache.notes():
        new = sum(row.is_new for row in note_rows(session, note.newcomer))
        if session.cache.meta(_LOOKED + note.newcomer) is None and not new:
            found.append((note.newcomer, f"{note_heading(session, note)} has begun"))
        elif new:
            says = f"{counted(new, 'new line')} in {note_heading(session, note).lower()}"
            found.append((note.newcomer, says))
    return found


def _line_text(session: Session, line: "NoteLine") -> str:
    """Return a line as it is read: a decision says what was decided, and by which norm."""
    if line.withdrawn:
        return "(taken back)"
    if line.post is None:
        return safe_line(line.text)
    by = f" by norm {line.norm}" if line.norm is not None else ""
    said = f": {safe_line(line.text)}" if line.text else "."
    post = session.cache.post(line.post)
    row = session.cache.thread(post.thread) if post is not None else None
    title = safe_line(row.thread.title) if row is not None else ""
    what = f"the post in “{title}”" if title else "a post"
    return f"declined {what}{by}{said}"


def _looked(session: Session, newcomer: str) -> int:
    return int(session.cache.meta(_LOOKED + newcomer) or 0)


def _handle(session: Session, member: str) -> str:
    found = session.members.get(member)
    return found.label if found is not None else "a member"


def _you(session: Session, member: str, me: str) -> str:
    return "you" if member == me else _handle(session, member)
