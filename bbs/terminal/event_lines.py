"""An event as a line of JSON for a moderator's script: ids and addresses, words only if they are asked for."""

import re
from datetime import datetime
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from bbs.clock import Instant
from bbs.features.cases.messages import CaseChanged, CaseWaits
from bbs.features.members.views import Author, ImportedAuthor
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.messages import Event, Seq
from bbs.sdk.following import StreamBegan, StreamLost, Why
from bbs.streams import Stream, StreamKind, stream_parts
from bbs.terminal.names import Names, structs_in
from bbs.wire.registry import EVENTS

if TYPE_CHECKING:
    from bbs.sdk.updates import EventHappened

VERSION = 1
"""Grows when a field of a line changes its meaning or goes; new fields and kinds come without it."""

Version = Annotated[int, Meta(ge=1)]

CODES = frozenset(
    {"after", "before", "field", "grave", "method", "undoes", "batch", "act", "id", "why_not"}
)
"""The fields that hold names of the protocol: of settings, commands, acts and errors."""

OWN_STREAM_KINDS = frozenset({"proposals.moved", "proposals.voted", "proposals.ended"})
"""What a member's own stream tells a moderator: commands that wait for the key of few (protocol 15.10)."""

OTHERS_KINDS = frozenset(
    {
        *("arriving.guard", "arriving.note_changed", "arriving.said", "arriving.unsaid"),
        *("boards.application_changed", "cases.appeal_changed", "cases.about_you"),
        *("cases.report_changed", "letters.blocks_changed", "letters.changed"),
        *("members.session_ended", "members.session_started", "moderation.recorded"),
        *("reading.noticed", "threads.thanked"),
    }
)
"""What is told to one member alone, or to nobody: no line is made of it."""

KINDS = frozenset(EVENTS) - OTHERS_KINDS
"""The kinds of events of which lines are made."""

_is_code = re.compile(r"[a-z0-9][a-z0-9_.:-]{0,63}").fullmatch
_is_id = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


class EventLine(Struct, frozen=True, kw_only=True):
    """Something that happened.

    Attributes:
        v: The version of this form.
        stream, seq: Its place; a line that comes again has the same.
        kind: The event's kind, as docs/reference/events.md names it.
        author: Who caused it.
        by: The author's handle; null for nobody with a handle.
        subject: The id of the thing that it is about.
        data: The event's own fields, as the protocol has them. Without --words all are left out that
            hold words.
        address: The thing's address, as `bbs read` takes it, or a case's; null for none.
        board: The slug of the board that it is about; null for none.
        cursor: Everything up to and including this line, for --since.
    """

    v: Version = VERSION
    stream: Stream
    seq: Seq
    at: Instant
    kind: str
    author: Author
    by: str | None
    subject: str
    data: dict[str, Any]
    address: str | None
    board: str | None
    cursor: str


class StartedLine(Struct, frozen=True, kw_only=True):
    """A stream that the cursor did not have: its events follow from here on.

    Attributes:
        v: The version of this form.
        seq: The last seq before them; 0 where the stream comes as a whole.
        board: The slug of its board; null for none.
        cursor: As in the line of an event.
    """

    v: Version = VERSION
    kind: Literal["started"] = "started"
    stream: Stream
    seq: Seq
    board: str | None
    cursor: str


class ResetLine(Struct, frozen=True, kw_only=True):
    """Events of a stream may be missing here; read its pages instead. It goes on by itself.

    Attributes:
        v: The version of this form.
        why: `rights`: the member may not read it any longer. `log`: the log does not reach back to
            the cursor. `epoch`: the server was restored from a backup. `history`: the server went
            back to an earlier state. `full`: more streams than one cursor holds.
        seq: Its events go on after this one; null if no more come.
        board: The slug of its board; null for none.
        cursor: As in the line of an event.
    """

    v: Version = VERSION
    kind: Literal["reset"] = "reset"
    stream: Stream
    why: Why
    seq: Seq | None
    board: str | None
    cursor: str


class PassedLine(Struct, frozen=True, kw_only=True):
    """Events went by that --kind or --board leaves out: the cursor alone came further.

    Attributes:
        v: The version of this form.
        events: How many since the line before.
        cursor: As in the line of an event.
    """

    v: Version = VERSION
    kind: Literal["passed"] = "passed"
    events: int
    cursor: str


Line = EventLine | StartedLine | ResetLine | PassedLine


def event_line(happened: "EventHappened", names: Names, cursor: str, *, words: bool) -> EventLine:
    """Return the line of an event.

    Args:
        happened: The event.
        names: What boards, threads and members are called, as far as it is known.
        cursor: The cursor after it.
        words: Whether the words of people are in it.
    """
    author, event = happened.author, happened.event
    if isinstance(author, ImportedAuthor) and not words:
        author = replace(author, name=None)
    plain = {} if event is None else msgspec.to_builtins(event, builtin_types=(datetime,))
    board = board_of(happened)
    return EventLine(
        stream=happened.stream,
        seq=happened.seq,
        at=happened.at,
        kind=happened.kind,
        author=author,
        by=names.author(author),
        subject=happened.subject,
        data=plain if words or event is None else _wordless(event, plain),
        address=_address(happened, names),
        board=None if board is None else names.board(board),
        cursor=cursor,
    )


def started_line(began: StreamBegan, names: Names, cursor: str) -> StartedLine:
    """Return the line of a stream that begins."""
    board = _owning_board(began.stream)
    return StartedLine(
        stream=began.stream, seq=began.seq, board=board and names.board(board), cursor=cursor
    )


def reset_line(lost: StreamLost, names: Names, cursor: str) -> ResetLine:
    """Return the line of a stream of which events may be missing."""
    board = _owning_board(lost.stream)
    return ResetLine(
        stream=lost.stream,
        why=lost.why,
        seq=lost.seq,
        board=board and names.board(board),
        cursor=cursor,
    )


def board_of(happened: "EventHappened") -> str | None:
    """Return the id of the board that an event is about; None for none."""
    for held in structs_in(happened.event):
        board = getattr(held, "board", None)
        board = getattr(board, "id", board)
        if isinstance(board, str):
            return board
    return _owning_board(happened.stream)


def _owning_board(stream: str) -> str | None:
    kind, owner = stream_parts(stream)
    return owner if kind in (StreamKind.BOARD, StreamKind.LOUNGE, StreamKind.DESK) else None


def _wordless(value: Struct, plain: dict[str, Any]) -> dict[str, Any]:
    """Return a struct's plain data without everything that could hold somebody's words.

    What is kept is named here, so that a field somebody adds later is left out until it is.
    """
    tag = value.__struct_config__.tag_field
    kept = {tag: plain[tag]} if tag in plain else {}
    fields = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
    for field, name in fields:
        if name in plain:
            held = _kept(field, getattr(value, field), plain[name])
            if held is not _LEFT_OUT:
                kept[name] = held
    return kept


_LEFT_OUT = object()


def _kept(field: str, value: Any, plain: Any) -> Any:
    if isinstance(value, Struct):
        return _wordless(value, plain)
    if isinstance(value, list | tuple):
        items = (_kept(field, *pair) for pair in zip(value, plain, strict=True))
        return [item for item in items if item is not _LEFT_OUT]
    if isinstance(value, str) and not isinstance(value, StrEnum):
        is_named = field in CODES and _is_code(value)
        return plain if _is_id(value) or is_named else _LEFT_OUT
    if value is None or isinstance(value, bool | int | float | datetime | Enum):
        return plain
    return _LEFT_OUT


def _address(happened: "EventHappened", names: Names) -> str | None:
    """Return the address of what an event is about."""
    event = happened.event
    if isinstance(event, CaseWaits):
        return _in_board(names.board(event.board), "case", event.number)
    if isinstance(event, CaseChanged):
        return _in_board(names.board(event.head.board), "case", event.head.number)
    told = _told_of(event)
    if told is not None:
        return _address_of_thing(told.thing, names.board(told.board), names, told.about)
    address: str | None = names.frame(happened)["address"]
    return address


def _told_of(event: Event | None) -> Any:
    """Return the act or the proposal that an event tells."""
    for name in ("act", "proposal"):
        held = getattr(event, name, None)
        if isinstance(getattr(held, "thing", None), Thing):
            return held
    return None


def _address_of_thing(
    thing: Thing, board: str | None, names: Names, about: str | None
) -> str | None:
    match thing.kind:
        case ThingKind.MEMBER:
            return names.member(about)
        case ThingKind.THREAD | ThingKind.POST:
            return _in_board(board, thing.thread, thing.number)
        case ThingKind.LINE:
            return _in_board(board, "lounge", thing.number)
        case ThingKind.CASE:
            return _in_board(board, "case", thing.number)
        case ThingKind.BOARD:
            return names.board(thing.id) or board
    return board


def _in_board(board: str | None, *parts: str | int | None) -> str | None:
    if board is None:
        return None
    given = [str(part) for part in parts if part is not None]
    return "/".join([board, *given])
