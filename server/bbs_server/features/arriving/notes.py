"""Notes: who reads them, how they open, are written and end (protocol 21.4)."""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import Ms, is_in_force
from bbs.features.arriving import rules
from bbs.features.arriving.messages import (
    GetNote,
    ListNotes,
    NoteChanged,
    NoteLineResult,
    NoteList,
    NoteOpened,
    NoteResult,
    NoteSaid,
    NoteUnsaid,
    SayInNote,
    UnsayInNote,
)
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.inviting import host_end, host_of
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.rules import is_suspended
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.views import Approval
from bbs.ids import COMMONS, BoardId, MemberId, PostId
from bbs.messages import Done, Event
from bbs.powers import Office
from bbs.refusals import Conflict, NotFound
from bbs.streams import StreamKind, desk_stream, member_stream, note_stream, stream_parts
from bbs_server.features.arriving import guard_records, note_records
from bbs_server.features.arriving.note_records import NoteLineRow, NoteRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome, RecheckListeners
from bbs_server.standing import Actor, ObjectLocator
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


def moderates(tx: Tx, places: ObjectLocator, actor: Actor, board: BoardId, now: Ms) -> bool:
    """Return whether a member may act as moderator of a board at `now`, in ms, from a device."""
    if actor.scope is not None or is_suspended(
        places.restrictions_on(tx, board, actor.member), now
    ):
        return False
    return any(
        term.board == board
        and term.office is Office.MODERATOR
        and is_in_force(now, term.since, term.until)
        for term in places.offices_of(tx, actor.member)
    )


def _reads(tx: Tx, places: ObjectLocator, actor: Actor, row: NoteRow, now: Ms) -> bool:
    """Return whether a member reads a note at `now`, in ms: its newcomer, host or moderator."""
    if actor.scope is not None or not actor.seated:
        return False
    if row.ends_at is not None and now >= row.ends_at:
        return False
    if is_suspended(places.restrictions_on(tx, COMMONS, actor.member), now):
        return False
    if actor.member == row.newcomer:
        return True
    return _hosts(tx, places, actor, row, now) or moderates(tx, places, actor, row.board, now)


def _hosts(tx: Tx, places: ObjectLocator, actor: Actor, row: NoteRow, now: Ms) -> bool:
    """Return whether a member reads a note as host; on a board that became private, with a seat."""
    if actor.member != row.host or row.host_until is None or now >= row.host_until:
        return False
    facts = places.board_facts(tx, row.board)
    if facts is None or facts.visibility is not Visibility.PRIVATE:
        return facts is not None
    seat = places.seat_of(tx, row.board, actor.member)
    return seat is not None and seat.state is SeatState.SEATED


def hears(tx: Tx, places: ObjectLocator, actor: Actor, owner: MemberId, now: Ms) -> bool:
    """Return whether a member may listen to the stream of a newcomer's note."""
    row = note_records.find_note(tx, owner)
    return row is not None and _reads(tx, places, actor, row, now)


def recheck_suspended(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Check again which notes a member hears who is suspended now, or is no more."""
    assert isinstance(emit.event, RestrictionChanged)
    kind, member = stream_parts(emit.stream)
    if emit.event.restriction.kind is not RestrictionKind.SUSPENDED or kind != StreamKind.MEMBER:
        return ()
    begun = note_records.list_notes(tx)
    return (RecheckListeners(tuple(note_stream(row.newcomer) for row in begun), member),)


def _note_of(tx: Tx, ctx: Context, newcomer: MemberId) -> NoteRow:
    """Return a note that the actor reads.

    Raises:
        NotFound: If there is none, or it is not the actor's to read.
    """
    row = note_records.find_note(tx, newcomer)
    if row is None or not _reads(tx, ctx.readers, ctx.acting, row, ctx.now):
        raise NotFound(what="note")
    return row


def open_note(tx: Tx, ctx: Context, post: PostId, why: Approval) -> list[Effect]:
    """Open the actor's note, unless there is one; return what tells its readers."""
    before, guarded = (
        note_records.find_note(tx, ctx.member),
        guard_records.has_guard(tx, ctx.member),
    )
    if before is not None:
        return _keep_open(tx, ctx, before) if guarded else []
    host, host_until = _host(tx, ctx)
    # What stands behind a post that still waits is held after the last guard has ended.
    ends_at = None if guarded else rules.note_end(ctx.now)
    row = NoteRow(ctx.member, ctx.board.id, host, host_until, post, why.value, ctx.now, ends_at)
    note_records.insert_note(tx, row)
    event = NoteOpened(note=note_records.view(row, ctx.now))
    streams = [note_stream(ctx.member), member_stream(ctx.member), desk_stream(ctx.board.id)]
    if host is not None:
        streams.append(member_stream(host))
    return [_append(stream, event, ctx.member) for stream in streams]


def is_private(tx: Tx, ctx: Context, board: BoardId) -> bool:
    """Return whether a board does not exist for members without a seat on it."""
    facts = ctx.readers.board_facts(tx, board)
    return facts is None or facts.visibility is Visibility.PRIVATE


def _host(tx: Tx, ctx: Context) -> tuple[MemberId | None, Ms | None]:
    """Return the actor's host, and until when, in ms, they are it."""
    member = ctx.readers.member(tx, ctx, ctx.member)
    host = None if member is None else host_of(member, ctx.now)
    if member is None or host is None:
        return None, None
    if is_private(tx, ctx, ctx.board.id) and not ctx.readers.who_may_read(tx, ctx.board, [host]):
        return None, None  # to them there is no such board
    return host, host_end(member)


def _append(stream: str, event: Event, newcomer: MemberId) -> AppendEvent:
    return AppendEvent(stream, event, newcomer, author=SystemAuthor())


def _keep_open(tx: Tx, ctx: Context, row: NoteRow) -> list[Effect]:
    """Take the end from a note of a member for whom a guard is on again."""
    if row.ends_at is None:
        return []
    return _changed(ctx, note_records.update_note(tx, row, ends_at=None))


def _changed(ctx: Context, row: NoteRow) -> list[Effect]:
    event = NoteChanged(note=note_records.view(row, ctx.now))
    return [_append(note_stream(row.newcomer), event, row.newcomer)]


def set_end(tx: Tx, ctx: Context, newcomer: MemberId, ended: Ms) -> list[Effect]:
    """Set when a note ends, if the newcomer's last guard ended at a moment, in ms."""
    row = note_records.find_note(tx, newcomer)
    if row is None or guard_records.has_guard(tx, newcomer):
        return []
    return _changed(ctx, note_records.update_note(tx, row, ends_at=rules.note_end(ended)))


def list_notes(tx: Tx, ctx: Context, query: ListNotes) -> NoteList:
    """Return the notes that the actor reads."""
    rows = note_records.list_notes(tx)
    mine = [row for row in rows if _reads(tx, ctx.readers, ctx.acting, row, ctx.now)]
    streams = [member_stream(ctx.member), *(note_stream(row.newcomer) for row in mine)]
    return NoteList(
        notes=tuple(note_records.view(row, ctx.now) for row in mine),
        as_of=event_log.heads(tx, streams),
    )


def get_note(tx: Tx, ctx: Context, query: GetNote) -> NoteResult:
    """Return a note with all its lines."""
    row = _note_of(tx, ctx, query.note)
    rows = note_records.list_lines(tx, row.newcomer)
    is_own = ctx.member == row.newcomer
    lines = note_records.line_views(tx, [line for line in rows if is_own or not line.apart])
    return NoteResult(
        note=note_records.view(row, ctx.now),
        lines=tuple(lines),
        as_of=event_log.heads(tx, [note_stream(row.newcomer)]),
    )


def say(tx: Tx, ctx: Context, command: SayInNote) -> Outcome[NoteLineResult]:
    """Write a line into a note; a line that is there already stays as it is."""
    rules.check_note_line(command.text)
    note = _note_of(tx, ctx, command.note)
    known = note_records.find_line(tx, command.line)
    if known is not None:
        if (known.note, known.author) != (note.newcomer, ctx.member):
            raise Conflict(what="a line with this id exists")
        return Outcome(NoteLineResult(line=note_records.line_views(tx, [known])[0]))
    text = texts.insert_text(tx, ctx, command.text)
    row = NoteLineRow(
        command.line, note.newcomer, note.lines + 1, ctx.member, ctx.now, body_text=text
    )
    told = add_line(tx, ctx, note, row)
    return Outcome(NoteLineResult(line=note_records.line_views(tx, [row])[0]), tuple(told))


def add_line(
    tx: Tx, ctx: Context, note: NoteRow, row: NoteLineRow, *, always: bool = False
) -> Iterable[Effect]:
    """Store a line as the next one of its note, and return what tells the note's readers.

    Args:
        always: Whether a full note takes it all the same: a decision is always told (P7).

    Raises:
        Conflict: If the note is full.
    """
    if not always and note.lines >= limits.NOTE_LINES_MAX:
        raise Conflict(what=f"this note has {note.lines} lines, and takes no more")
    note_records.insert_line(tx, row)
    event = NoteSaid(line=note_records.line_views(tx, [row])[0])
    paths = {} if row.body_text is None else {"line.text": row.body_text}
    stream = member_stream(row.note) if row.apart else note_stream(row.note)
    return (AppendEvent(stream, event, row.id, paths),)


def unsay(tx: Tx, ctx: Context, command: UnsayInNote) -> Outcome[NoteLineResult]:
    """Take back the actor's own line."""
    note = _note_of(tx, ctx, command.note)
    row = note_records.find_line(tx, command.line)
    if row is None or (row.note, row.author) != (note.newcomer, ctx.member):
        raise NotFound(what="line")
    if row.withdrawn:
        return Outcome(NoteLineResult(line=note_records.line_views(tx, [row])[0]))
    line = note_records.line_views(tx, [note_records.withdraw_line(tx, row)])[0]
    told = AppendEvent(note_stream(row.note), NoteUnsaid(line=line), row.id)
    return Outcome(NoteLineResult(line=line), (told,))


def end_hosts(tx: Tx, ctx: Context) -> list[Effect]:
    """Tell the readers of a slice of notes that the host's time is over."""
    effects: list[Effect] = []
    for row in note_records.list_unhosted(tx, ctx.proven_now, limits.SLICE_ROWS):
        effects.append(RecheckListeners((note_stream(row.newcomer),), row.host))
        effects += _changed(ctx, note_records.update_note(tx, row, host=None, host_until=None))
    return effects


def erase_ended(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a note whose end has come, after its events; its readers' devices drop it (P10)."""
    row = note_records.find_ended(tx, ctx.proven_now)
    if row is None:
        return Outcome(Done())
    stream, now = note_stream(row.newcomer), ctx.proven_now
    # A later note of the same member may have other readers.
    if event_log.forget_before(tx, stream, now + 1, limits.SLICE_ROWS, now=now):
        return Outcome(Done(), more=True)
    note_records.delete_note(tx, row)
    return Outcome(Done(), (RecheckListeners((stream,)),), more=True)
