"""The event log: streams with a gapless seq, chained by digest, which may start at a base."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct

from bbs import limits
from bbs.chain import NO_DIGEST, digest_of
from bbs.clock import Ms, instant
from bbs.features.members.views import Author
from bbs.messages import Event
from bbs.wire import codec
from bbs_server.store import leavers, tags, texts
from bbs_server.store.api import TableSpec, Tx
from bbs_server.store.hops import in_time

E = TypeVar("E", bound=Event)


class StreamRow(NamedTuple):
    """The end of a stream, and the base at which its kept events begin.

    What else changes with each event of a board stands here too, because a row of its own would cost
    each post a page and a statement.

    Attributes:
        base_seq: Events up to this one are deleted; 0 if none is.
        words_bytes: Of a board's stream: the size of the board's text.
        quota_bytes: Of a board's stream: how much text the board may have; 0 for no limit.
        lines: Of a board's stream: how many lines its lounge has had; the number of the last one.
    """

    stream: str
    seq: int
    digest: bytes
    base_seq: int
    base_digest: bytes
    words_bytes: int = 0
    quota_bytes: int = 0
    lines: int = 0


class EventRow(NamedTuple):
    """An event as it is stored."""

    stream: str
    seq: int
    at: Ms
    kind: str
    author: str
    subject: str
    data: bytes
    texts: str
    digest: bytes
    unproven: int


class StoredEvent(NamedTuple):
    """An event of a stream that the caller names."""

    seq: int
    at: Ms
    kind: str
    author: str
    subject: str
    data: bytes
    texts: str
    digest: bytes


STREAMS = TableSpec(
    "streams",
    StreamRow,
    ("stream",),
    write_order=4,
    updated_columns=("seq", "digest", "words_bytes", "quota_bytes", "lines"),
    cached_rows_max=1_000,
)
EVENTS = TableSpec("events", EventRow, ("stream", "seq"), write_order=5)
_AFTER = "FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?"

_author_decoder: msgspec.json.Decoder[Author] = msgspec.json.Decoder(Author)
_paths_decoder = msgspec.json.Decoder(dict[str, str])

HiddenAmong = Callable[[Tx, str, Sequence[tuple[str, str]]], frozenset[tuple[str, str]]]


@cache
def _owning() -> tuple[str, ...]:
    """Return the kinds of events whose text is theirs alone."""
    from bbs.wire.registry import EVENTS  # late: a server says hello without it

    return tuple(kind for kind, event in EVENTS.items() if event.own_words)


class AppendEvent(Struct, frozen=True):
    """An event to append to a stream, with the ids of its texts.

    Attributes:
        subject: The id of the thing it is about.
        texts: The id of each text, under its path of the event's `text_paths`.
        author: The author; None for the actor.
        bare: The event without its texts, where its maker had it first; None to make it of the event.
    """

    stream: str
    event: Event
    subject: str
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    author: Author | None = None
    bare: Event | None = None


class AppendedEvent(NamedTuple):
    """An event with its place, the place's tag, and the frame, the same for every reader.

    Attributes:
        data: The event's own fields as they are in the frame; empty in a replay.
    """

    stream: str
    seq: int
    frame: bytes
    tag: str = ""
    data: bytes = b""


def head(tx: Tx, stream: str) -> StreamRow:
    """Return the row of a stream; an unknown stream is empty."""
    return tx.get(STREAMS, stream) or StreamRow(stream, 0, NO_DIGEST, 0, NO_DIGEST)


def heads(tx: Tx, streams: Sequence[str]) -> dict[str, int]:
    """Return the seq of each of a few streams, for a result's `as_of`."""
    return {stream: head(tx, stream).seq for stream in streams}


def digest_at(tx: Tx, stream: str, seq: int) -> bytes | None:
    """Return the digest of an event, or of a stream's beginning; None if the event is deleted."""
    row = head(tx, stream)
    if seq in (row.seq, row.base_seq):
        return row.digest if seq == row.seq else row.base_digest
    return _kept_digest(tx, stream, seq)


def _kept_digest(tx: Tx, stream: str, seq: int) -> bytes | None:
    sql = "SELECT digest FROM events WHERE stream = ? AND seq = ?"
    digest: bytes | None = tx.fetch_value(sql, stream, seq)
    return digest


def stored_author(author: Author) -> str:
    """Return an author as the column `author` stores it."""
    return msgspec.json.encode(author).decode()


def append(
    tx: Tx, now: Ms, emit: AppendEvent, author: Author, *, unproven: bool = False
) -> AppendedEvent:
    """Append an event to its stream, in this transaction.

    Args:
        author: The author if `emit` names none.
        unproven: Whether `now` comes from a wall clock that is not proven yet.
    """
    stream = emit.stream
    top = head(tx, stream)
    seq, before = top.seq + 1, top.digest
    full, stored = codec.encode_for_readers_and_log(emit.event, emit.bare)
    author_json = stored_author(emit.author or author)
    texts_json = msgspec.json.encode(emit.texts).decode()
    kind = emit.event.kind
    fields = (now, kind, author_json, emit.subject, stored.decode(), texts_json)
    digest = digest_of(before, stream, seq, fields)
    at_base = top.base_seq, top.base_digest
    counts = top.words_bytes, top.quota_bytes, top.lines
    tx.upsert(STREAMS, (stream,), StreamRow(stream, seq, digest, *at_base, *counts))
    tx.upsert(
        EVENTS,
        (stream, seq),
        EventRow(
            stream=stream,
            seq=seq,
            at=now,
            kind=kind,
            author=author_json,
            subject=emit.subject,
            data=stored,
            texts=texts_json,
            digest=digest,
            unproven=int(unproven),
        ),
    )
    tag = tags.maker_for(tx, stream)(seq, digest)
    told_by = Raw(author_json)
    frame = codec.encode_event(stream, seq, instant(now), kind, told_by, emit.subject, full, tag)
    return AppendedEvent(stream, seq, frame, tag, full)


def replay(
    tx: Tx,
    stream: str,
    after: int,
    limit: int,
    bytes_max: int,
    hidden: HiddenAmong = lambda tx, stream, events: frozenset(),
) -> list[AppendedEvent]:
    """Return the events after a seq as frames, in order, with the text that still exists.

    Ends early, after at least 1 event, when the frames exceed `bytes_max`.

    Args:
        hidden: Returns those events of the stream, each a kind and a subject, whose text is stored
            still, but must not be shown now.
    """
    rows = tx.select(StoredEvent, _AFTER, stream, after, limit)
    unseen = hidden(
        tx, stream, [(row.kind, row.subject) for row in rows if row.kind not in _owning()]
    )
    paths = [
        {} if (row.kind, row.subject) in unseen else _paths_decoder.decode(row.texts)
        for row in rows
    ]
    words = texts.load_bodies(tx, [key for path in paths for key in path.values()])
    found: list[AppendedEvent] = []
    size = 0
    tag_of, told = tags.maker_for(tx, stream), leavers.teller(tx, stream)
    for row, path in zip(rows, paths, strict=True):
        filled = codec.fill_text(row.data, {field: words.get(key) for field, key in path.items()})
        tag, author = tag_of(row.seq, row.digest), row.author
        if told is not None:
            filled, author = told(row.seq, row.kind, filled, author)
        at, told_by = instant(row.at), Raw(author)
        frame = codec.encode_event(stream, row.seq, at, row.kind, told_by, row.subject, filled, tag)
        found.append(AppendedEvent(stream, row.seq, frame, tag))
        size += len(frame)
        if size > bytes_max:
            break
    return found


def load(tx: Tx, stream: str, seqs: Sequence[int], kind: type[E]) -> dict[int, E]:
    """Return events of one kind by their seqs, with the text that still exists.

    Args:
        seqs: At most a page of them; deleted events are left out.
    """
    marks = ",".join("?" * len(seqs))
    sql = f"FROM events WHERE stream = ? AND seq IN ({marks})"
    rows = [
        (row, _paths_decoder.decode(row.texts))
        for row in tx.select(StoredEvent, sql, stream, *seqs)
    ]
    words = texts.load_bodies(tx, [key for _, paths in rows for key in paths.values()])
    return {
        row.seq: msgspec.json.decode(
            codec.fill_text(row.data, {at: words.get(key) for at, key in paths.items()}),
            type=kind,
        )
        for row, paths in rows
    }


def texts_of(tx: Tx, stream: str, seqs: Sequence[int]) -> list[dict[str, str]]:
    """Return the ids of the texts of some events, at most a page of them, by their paths."""
    marks = ",".join("?" * len(seqs))
    sql = f"SELECT texts FROM events WHERE stream = ? AND seq IN ({marks})"  # noqa: S608 - only question marks
    rows = tx.fetch_all(sql, stream, *seqs)
    return [_paths_decoder.decode(paths) for (paths,) in rows]


def streams_kept(tx: Tx, now: Ms) -> list[tuple[str, Ms | None]]:
    """Return the streams that have events, in the order of their names.

    Args:
        now: The proven time, ms.

    Returns:
        Each with the time of its oldest event; None if that time is not proven.
    """
    rows = tx.fetch_all(
        "SELECT s.stream, CASE WHEN e.at <= ? AND e.unproven = 0 THEN e.at END FROM streams s"
        " JOIN events e ON e.stream = s.stream AND e.seq = s.base_seq + 1"
        ' ORDER BY s.stream COLLATE "binary"',
        now,
    )
    return [(stream, oldest) for stream, oldest in rows]


def forget_before(tx: Tx, stream: str, before: Ms, limit: int, *, now: Ms) -> int:
    """Delete up to `limit` of a stream's events older than `before`, while there is time.

    The digest of the last deleted event becomes the base, so the rest of the chain stays checkable.
    An event dated after `now` was written while the clock was ahead; an event marked as unproven
    may have been. It is deleted together with the next event whose time is proven, because it is
    older than that event (docs/architecture.md, Which time is believed).

    Args:
        now: The proven time, ms.

    Returns:
        The number of deleted events.
    """
    oldest = tx.fetch_all(
        "SELECT seq, at > ? OR unproven <> 0, at, digest FROM events"
        " WHERE stream = ? ORDER BY seq LIMIT ?",
        *(now, stream, limit),
    )
    due = 0
    for count, (seq, doubted, at, _) in enumerate(oldest, start=1):
        if doubted:
            # If all events of a slice have unproven times, the event after the slice decides.
            if count == len(oldest) and _next_believed(tx, stream, seq, now) < before:
                due = count
        elif at < before:
            due = count
        else:
            break
    if not due:
        return 0
    gone = 0
    for seq, *_ in in_time(tx, oldest[:due]):
        texts.delete_texts(tx, own_texts(tx, stream, seq))
        tx.execute("DELETE FROM events WHERE stream = ? AND seq = ?", stream, seq)
        gone += 1
    seq, _, _, digest = oldest[gone - 1]
    tx.execute(
        "UPDATE streams SET base_seq = ?, base_digest = ? WHERE stream = ?",
        *(seq, digest, stream),
    )
    return gone


def own_texts(tx: Tx, stream: str, seq: int) -> list[str]:
    """Return the ids of the texts that belong to this event alone."""
    marks = ",".join("?" * len(_owning()))
    sql = f"SELECT texts FROM events WHERE stream = ? AND seq = ? AND kind IN ({marks})"  # noqa: S608 - only question marks
    rows = tx.fetch_all(sql, stream, seq, *_owning())
    return [key for (path,) in rows for key in _paths_decoder.decode(path).values()]


def _next_believed(tx: Tx, stream: str, after: int, now: Ms) -> Ms:
    """Return the time of the next event with a proven time; `now` if there is none."""
    found: Ms | None = tx.fetch_value(
        "SELECT at FROM events WHERE stream = ? AND seq > ? AND at <= ? AND unproven = 0"
        " ORDER BY seq LIMIT 1",
        *(stream, after, now),
    )
    return now if found is None else found


def find_broken_seq(tx: Tx, stream: str, last: int) -> int | None:
    """Check the digest chain over the `last` newest events of a stream.

    Returns:
        The seq of the first event that does not match its digest; None if all match.
    """
    top = head(tx, stream)
    start, before = max(top.base_seq, top.seq - last), top.base_digest
    if start > top.base_seq:
        if (kept := _kept_digest(tx, stream, start)) is None:
            return start
        before = kept
    expected = start
    for row in _events_after(tx, stream, start):
        expected += 1
        fields = (row.at, row.kind, row.author, row.subject, row.data.decode(), row.texts)
        found = digest_of(before, stream, expected, fields)
        if row.seq != expected or found != row.digest:
            return expected
        before = row.digest
    return None if (expected, before) == (top.seq, top.digest) else expected + 1


def _events_after(tx: Tx, stream: str, seq: int) -> Iterator[StoredEvent]:
    """Read a stream in slices, because it may not fit into memory."""
    while rows := tx.select(StoredEvent, _AFTER, stream, seq, limits.SLICE_ROWS):
        yield from rows
        seq = rows[-1].seq
