"""The names of event streams, made and taken apart here and nowhere else (protocol 6.1)."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from msgspec import Meta

from bbs.ids import COMMONS, BoardId, CaseId, MemberId


class StreamKind(StrEnum):
    """Whose events a stream holds."""

    BOARD = "board"  # a board's own log
    LOUNGE = "lounge"  # apart from the board's log, because it ends sooner
    DESK = "desk"  # only the board's moderators read it
    MEMBER = "member"  # only this member reads it
    NOTE = "note"  # a newcomer's note: the newcomer, the host and some moderators read it
    CASE = "case"  # a case: those read it who handle it
    ACTS = "acts"  # a board's acts: pages show them, no connection listens


_PATTERN = f"^({'|'.join(StreamKind)}):[0-9a-f-]{{36}}$"

Stream = Annotated[str, Meta(max_length=48, pattern=_PATTERN)]
"""The name of an event stream: a kind, a colon, the id of the board, member or case it belongs to."""


class StreamParts(NamedTuple):
    """The parts of a stream's name.

    Attributes:
        kind: A `StreamKind`, or a kind that only a newer server knows.
        owner: The id of the board or member it belongs to.
    """

    kind: str
    owner: str


def stream_name(kind: StreamKind, owner: BoardId | CaseId | MemberId) -> Stream:
    """Return the name of the stream of this kind that belongs to a board or a member."""
    return f"{kind}:{owner}"


def stream_parts(stream: Stream) -> StreamParts:
    """Return the parts of a stream's name; the inverse of `stream_name`."""
    kind, _, owner = stream.partition(":")
    return StreamParts(kind, owner)


_BOARD = stream_name(StreamKind.BOARD, "")


def board_stream(board: BoardId) -> Stream:
    """Return the stream of a board's own log."""
    return _BOARD + board  # every post needs it: formatting the enum takes six times as long


def lounge_stream(board: BoardId) -> Stream:
    """Return the stream of a board's lounge."""
    return stream_name(StreamKind.LOUNGE, board)


def desk_stream(board: BoardId) -> Stream:
    """Return the stream that only a board's moderators read."""
    return stream_name(StreamKind.DESK, board)


def acts_stream(board: BoardId) -> Stream:
    """Return the stream in which a board's acts are kept (P8)."""
    return stream_name(StreamKind.ACTS, board)


def member_stream(member: MemberId) -> Stream:
    """Return the stream that only one member reads."""
    return stream_name(StreamKind.MEMBER, member)


def note_stream(newcomer: MemberId) -> Stream:
    """Return the stream of a newcomer's note."""
    return stream_name(StreamKind.NOTE, newcomer)


def case_stream(case: CaseId) -> Stream:
    """Return the stream that those read who handle a case."""
    return stream_name(StreamKind.CASE, case)


def board_streams(board: BoardId) -> tuple[Stream, Stream]:
    """Return the streams of a board that its readers listen to: its log and its lounge."""
    return board_stream(board), lounge_stream(board)


def all_board_streams(board: BoardId) -> tuple[Stream, Stream, Stream]:
    """Return every stream of a board, its moderators' desk included."""
    return *board_streams(board), desk_stream(board)


def stream_prefix(kind: StreamKind) -> str:
    """Return a stream's name without the owner's id, for SQL that joins streams to owners."""
    return stream_name(kind, "")


def stream_bounds(kind: StreamKind) -> tuple[str, str]:
    """Return bounds between which the names of all streams of a kind lie, by their bytes."""
    return f"{kind}:", f"{kind};"


COMMONS_STREAM: Stream = board_stream(COMMONS)
