"""The personal data in the store itself: the log of events, and the answers of commands."""

from collections.abc import Iterator
from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms, instant
from bbs.ids import MemberId
from bbs.messages import Seq
from bbs.streams import Stream, StreamKind, member_stream, stream_parts
from bbs_server.forgetting import nothing
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow, Leaving, OwnedRows, PersonalData, Section
from bbs_server.slices import DONE, Slice
from bbs_server.store import ended_streams, event_log
from bbs_server.store.api import Tx

_PIECE = limits.READ_PIECE_ROWS


class _Event(NamedTuple):
    """An event, without its content."""

    seq: Seq
    at: Ms
    kind: str
    subject: str


class _Op(NamedTuple):
    """An executed command, without its answer."""

    n: int
    op: str
    method: str | None
    at: Ms


def give_events(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the events of the actor's own stream, and of others those that the actor caused.

    No index has the events of an author, so this reads the log, stream by stream, in pieces.
    """
    stream, seq = after or ("", 0)
    while top := tx.fetch_one(
        'SELECT stream, seq, base_seq FROM streams WHERE stream COLLATE "binary" >= ?'
        ' ORDER BY stream COLLATE "binary" LIMIT 1',
        stream,
    ):
        found, upto, base = top
        seq = max(seq, base) if found == stream else base
        while seq < upto:
            yield from _events(tx, ctx, found, seq)
            seq += _PIECE
            yield None
        stream, seq = f"{found} ", 0


def _events(tx: Tx, ctx: Context, stream: Stream, after: Seq) -> Iterator[GivenRow]:
    """Yield a piece of a stream: of the actor's own all events, of others the actor's events."""
    if stream_parts(stream).kind == StreamKind.ACTS:
        return  # the section of acts contains them in full
    rows = tx.select(
        _Event,
        "FROM events WHERE stream = ? AND seq > ? AND seq <= ? AND (author = ? OR stream = ?)"
        " ORDER BY seq",
        *(stream, after, after + _PIECE, event_log.stored_author(ctx.author)),
        member_stream(ctx.member),
    )
    for row in rows:
        yield GivenRow(
            (stream, row.seq), {"stream": stream, **row._asdict(), "at": instant(row.at)}
        )


def give_ops(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the ops of the actor, in the order of time."""
    (n,) = after or (0,)
    last = tx.fetch_value("SELECT max(n) FROM ops") or 0
    while n < last:
        rows = tx.select(
            _Op,
            "FROM ops WHERE n > ? AND n <= ? AND member = ? ORDER BY n",
            *(n, n + _PIECE, ctx.member),
        )
        for row in rows:
            yield GivenRow((row.n,), {**row._asdict(), "at": instant(row.at)})
        n += _PIECE
        yield None


def forget_events(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete a slice of the events that a member's devices were told."""
    left = ended_streams.forget_events(tx, member_stream(member), limits.SLICE_ROWS)
    return Slice(place if left else None)


def forget_stream(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete the end of the log of what a member's devices were told."""
    ended_streams.forget_stream(tx, member_stream(member))
    return DONE


def forget_ops(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete the commands that a member sent: a walk through all of 30 days, for no index has whose."""
    above, last = int(place or 0), tx.fetch_value("SELECT max(n) FROM ops") or 0
    while above < last:
        upto = above + limits.READ_PIECE_ROWS
        sql = "DELETE FROM ops WHERE n > ? AND n <= ? AND member = ?"
        tx.execute(sql, above, upto, member)
        above = upto
        if tx.time_is_up():
            return Slice(str(above))
    return DONE


LEAVINGS = Section(
    name="leavings",
    about="What you left in the last days: which board, with what words, and until when you can come back.",
    rows=OwnedRows(
        table="leavings",
        owner="member",
        key=("board",),
        columns=(
            *("board", "words", "state", "left_at", "erase_at", "posts", "lines"),
            *("told", "seats", "step", "place", "revision"),
        ),
        times=("left_at", "erase_at"),
    ),
)

SECTIONS = (
    Section(
        name="events",
        about="What the log holds of you: what you caused, and what your devices were told. No words.",
        rows=give_events,
        key=tuple[str, int],
        shows=("stream", "seq", "at", "kind", "subject"),
    ),
    Section(
        name="ops",
        about="The commands that you sent in the last 30 days, so that none is done twice.",
        rows=give_ops,
        shows=("n", "op", "method", "at"),
    ),
    LEAVINGS,
)

_UNTIL_TRIMMED = "events end after 90 days, or with what they are about"

PERSONAL = (
    PersonalData(
        column="leavings.member",
        what="that you left a board, a letter or the community, and with what words",
        sections=("leavings",),
        leaving=Leaving.STAYS,
        why="it says that the account is gone, and lets a replay say: a former member",
    ),
    PersonalData(
        column="settled_leavings.member",
        what="that you left a board once, how often you came back, and up to where its log names a former member",
        why_not="it tells nothing that you were not told when you left",
        leaving=Leaving.STAYS,
        why="without it a replay would name you, and a restore would take you for somebody who is there",
    ),
    PersonalData(
        column="events.author",
        what="that you caused an event, or did an act of power",
        sections=("events", "acts_done"),
        leaving=Leaving.STAYS,
        why=f"the chain of the log would break; {_UNTIL_TRIMMED}",
    ),
    PersonalData(
        column="events.subject",
        what="that an event is about you",
        why_not="what it told is in the other sections; an event of others is theirs",
        leaving=Leaving.STAYS,
        why=f"the chain of the log would break; {_UNTIL_TRIMMED}",
    ),
    PersonalData(
        column="events.data",
        what="your id in an event, without words",
        why_not="what it told is in the other sections",
        leaving=Leaving.STAYS,
        why=f"the chain of the log would break; {_UNTIL_TRIMMED}",
    ),
    PersonalData(
        column="events.stream",
        what="an event that your devices are told",
        sections=("events",),
        leaving=Leaving.GOES,
        why="nobody is left to be told",
        forget=forget_events,
    ),
    PersonalData(
        column="streams.stream",
        what="the end of the log of what your devices are told",
        why_not="it holds a number and a digest, and nothing of you but your id",
        leaving=Leaving.GOES,
        why="nobody is left to be told",
        forget=forget_stream,
    ),
    PersonalData(
        column="ops.member",
        what="that you sent a command",
        sections=("ops",),
        leaving=Leaving.GOES,
        why="nobody sends it again",
        secrets=("hash",),
        forget=forget_ops,
    ),
    PersonalData(
        column="ops.result",
        what="your id in the answer to a command, without words",
        why_not="what it told is in the other sections",
        leaving=Leaving.GOES,
        why="it ends after 30 days",
        forget=nothing,
    ),
)
