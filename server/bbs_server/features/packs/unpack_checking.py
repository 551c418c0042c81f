"""Checking a pack whole before the first row of its board: in slices, in bounded memory (protocol 29.9)."""

import hashlib
from collections import OrderedDict
from typing import Protocol

import msgspec
from msgspec import Struct, field

from bbs import limits
from bbs.clock import to_ms
from bbs.features.boards.settings import values_of
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.packs.unpack_rules import check_disk
from bbs.features.packs.views import (
    PackAuthor,
    PackHeading,
    PackKind,
    PackPost,
    PackSettings,
    PackSignature,
    PackThread,
)
from bbs.ids import PackId
from bbs.refusals import Conflict
from bbs.streams import board_stream
from bbs.wire.pack_reader import PackReader, PackSummary
from bbs_server.features.packs import coming_home
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.unpack_records import PackIdRow, UnpackingRow
from bbs_server.handler_api import Context
from bbs_server.store import event_log
from bbs_server.store.api import Tx

_BITE_BYTES = 8_192  # a few dozen lines: what is read between two looks at the time
_READERS_MAX = 4  # one pack comes at a time; servers in one process, as in tests, share them


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class Found(Struct, frozen=True, kw_only=True):
    """What a check found out, kept until the board is written.

    Attributes:
        key: The key with which the board's last home signed; None for a lifeboat.
        seqs_after: The seq of the board's stream above which its posts get theirs: 0 unless it comes home.
        named, widest: How many different names are among its authors, at most `BOARD_SEATS_MAX`, and
            how many authors the thread with the most has: at least so many people wrote there.
    """

    heading: PackHeading
    settings: PackSettings
    signatures: tuple[PackSignature, ...]
    digest: str
    posts: int
    key: str | None
    seqs_after: int = 0
    named: int = 0
    widest: int = 0


class _Reading(Struct):
    """A check under way: the state after the first bytes of a file.

    Attributes:
        title: Of the thread that is read; None of a marker.
        names: The different names of authors so far, each with the number of its home.
        in_thread: How many authors the thread that is read has so far.
        widest: As `Found` has it, so far.
    """

    reader: PackReader
    file_hash: _Hash
    posts: int = 0
    title: str | None = None
    names: set[tuple[int, str]] = field(default_factory=set)
    in_thread: int = 0
    widest: int = 0

    def count_author(self, line: PackAuthor) -> None:
        """Count an author: opening the board asks how many there are, and has no time to count."""
        self.in_thread += 1
        self.widest = max(self.widest, self.in_thread)
        if line.handle is not None and len(self.names) < limits.BOARD_SEATS_MAX:
            self.names.add((line.home, line.handle))


_readings: OrderedDict[tuple[PackId, str, int], _Reading] = OrderedDict()
"""The checks under way, by pack, digest of the file, and how many of its bytes were read. What a key names
is the same whoever read it; whatever is missing, after a restart or a rollback, is read anew."""


def check_slice(tx: Tx, ctx: Context, row: UnpackingRow) -> UnpackingRow:
    """Check the next pieces of a pack; with the last one, it can be written.

    Raises:
        FolkmootError: If it is no pack, or its board cannot stand here.
    """
    if row.found is not None:
        return _give_seqs(tx, row)
    reading = _readings.pop((row.pack, row.file_digest, row.checked), None)
    if reading is None:
        if records.delete_ids(tx, row.pack, limits.SLICE_ROWS):
            return records.update_unpacking(tx, row, checked=0)
        row = row._replace(checked=0)
        reading = _Reading(PackReader(), hashlib.sha256())
    while row.checked < row.size:
        piece = records.read_bytes(tx, row.pack, row.checked)[:_BITE_BYTES]
        _take(tx, ctx, row, reading, piece)
        row = row._replace(checked=row.checked + len(piece))
        if tx.time_is_up():
            break
    if row.checked == row.size:
        found = _finish(tx, ctx, row, reading)
        row = row._replace(found=msgspec.json.encode(found).decode())
    else:
        _readings[row.pack, row.file_digest, row.checked] = reading
        while len(_readings) > _READERS_MAX:
            _readings.popitem(last=False)
    return records.update_unpacking(tx, row, checked=row.checked, found=row.found)


def _take(tx: Tx, ctx: Context, row: UnpackingRow, reading: _Reading, piece: bytes) -> None:
    reading.file_hash.update(piece)
    lines = reading.reader.feed(piece)
    ids = [line.id for line in lines if isinstance(line, PackThread | PackPost)]
    if ids and (standing := ctx.readers.find_standing_words(tx, ids, row.board)) is not None:
        raise Conflict(what=f"words of this pack stand here already, under the id {standing}")
    posts: list[PackIdRow] = []
    for line in lines:
        if isinstance(line, PackThread):
            reading.in_thread, reading.title = 0, line.title
        elif isinstance(line, PackAuthor):
            reading.count_author(line)
        elif isinstance(line, PackPost):
            reading.posts += 1
            at = to_ms(line.visible_at)
            title = reading.title if line.number == 1 else None
            words = (line.body, line.subject, title)
            is_same = ctx.readers.is_away_post(tx, row.board, line.id, words)
            posts.append(PackIdRow(row.pack, line.id, at, reading.posts, int(is_same)))
    records.insert_ids(tx, posts)


def _finish(tx: Tx, ctx: Context, row: UnpackingRow, reading: _Reading) -> Found:
    summary = reading.reader.finish()
    if reading.file_hash.hexdigest() != row.file_digest:
        raise Conflict(
            what="the file that arrived is another one than its digest says; send it anew"
        )
    heading, settings = summary.heading, summary.settings
    if heading.board != row.board:
        raise Conflict(what="the pack is of another board than was said")
    if row.moved and heading.kind is not PackKind.SERVER:
        raise Conflict(
            what="a lifeboat is no move: nobody at its old server can open the board here"
        )
    coming_home.refuse_board(tx, ctx, row.board, moved=bool(row.moved))
    coming_home.check_key(tx, row.board, summary)
    ctx.readers.check_unpacked_place(tx, ctx, row.board, row.slug)
    check_disk(row.size, ctx.ceilings.room_bytes(), is_stored=True)
    ctx.readers.check_unpacked_board(tx, ctx, values_of(settings.settings))
    return Found(
        heading=heading,
        settings=settings,
        signatures=summary.signatures,
        digest=summary.digest,
        posts=summary.posts,
        key=_key(summary),
        seqs_after=event_log.head(tx, board_stream(row.board)).seq,
        named=len(reading.names),
        widest=reading.widest,
    )


def _key(summary: PackSummary) -> str | None:
    """Return the key with which the last home of the board signed; the reader checked that it did."""
    return None if summary.heading.kind is PackKind.LIFEBOAT else summary.heading.homes[-1].key


def _give_seqs(tx: Tx, row: UnpackingRow) -> UnpackingRow:
    """Give a slice of the posts their seqs, by the time of their publication.

    So the newest posts of the board are those that were written last, and not those of its last thread.
    """
    seq, at, place = records.last_with_seq(tx, row.pack)
    seq = max(seq, found_of(row).seqs_after)
    posts = records.list_without_seq(tx, row.pack, (at, place), limits.SLICE_ROWS)
    records.set_seqs(tx, row.pack, [(seq + n, post.id) for n, post in enumerate(posts, start=1)])
    if posts:
        return row
    return records.update_unpacking(tx, row, state=UnpackState.WRITING.value)


def found_of(row: UnpackingRow) -> Found:
    """Return what the check of a pack found out."""
    assert row.found is not None
    return msgspec.json.decode(row.found, type=Found)
