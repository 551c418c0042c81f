"""The communities in which a board stood: what its pack says of them, and what came from them."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.moderation.messages import Acted
from bbs.features.packs.consent_messages import ConsentChanged
from bbs.features.packs.pack_limits import PACK_HOMES_MAX, PACK_VERSION
from bbs.features.packs.views import (
    PackAct,
    PackHeading,
    PackHome,
    PackKind,
    PackSettings,
    PackSignature,
)
from bbs.ids import COMMONS, BoardId
from bbs.messages import Seq
from bbs.pack_refusals import NotPacked
from bbs.streams import board_stream
from bbs_server.features.packs import unpack_records
from bbs_server.features.packs.unpack_records import PackRow
from bbs_server.handler_api import Context
from bbs_server.store import event_log, signing_key
from bbs_server.store.api import Tx

OF_PACKING = "packs."
"""How the methods begin whose acts at the end of a board's log are not packed: they change no line."""

_HOST = "localhost"  # where the connection names no host, as on a socket in the file system
_CHANGE_NO_LINE = frozenset({SeatChanged.kind, ConsentChanged.kind})
_act_decoder = msgspec.json.Decoder(PackAct)
_heading_decoder = msgspec.json.Decoder(PackHeading)
_settings_decoder = msgspec.json.Decoder(PackSettings)
_signatures_decoder = msgspec.json.Decoder(tuple[PackSignature, ...])


class _Method(Struct, frozen=True):
    method: str


class _Acted(Struct, frozen=True):
    act: _Method


_acted_decoder = msgspec.json.Decoder(_Acted)


class _Happened(NamedTuple):
    """An event of a board, without the rest of it."""

    seq: Seq
    kind: str
    data: bytes


class Homes(Struct, frozen=True, kw_only=True):
    """Where a board stood.

    Attributes:
        own: The place of this community among the homes; None for a board that came as a pack and has
            not changed here.
        pack: The pack that the board came from; None for one that was opened here.
        settings: The settings as they came; None once the board has changed here.
        threads: How many threads of it came in a pack, by their numbers.
    """

    heading: PackHeading
    own: int | None
    pack: PackRow | None = None
    settings: PackSettings | None = None
    threads: int = 0

    @property
    def last(self) -> int:
        """The place of the last home, of which new authors are."""
        return len(self.heading.homes) - 1


def own_home(tx: Tx, ctx: Context, board: BoardId) -> PackHome:
    """Return this community as a home of a board."""
    commons, found = ctx.readers.board(tx, COMMONS), ctx.readers.board(tx, board)
    key = signing_key.public_key(tx)
    assert commons is not None
    assert found is not None
    assert key is not None
    return PackHome(
        host=ctx.host or _HOST,
        community=commons.title or commons.label,
        epoch=ctx.epoch,
        key=key,
        slug=found.label,
    )


def find_homes(tx: Tx, ctx: Context, board: BoardId) -> Homes:
    """Return where a board stood.

    Raises:
        NotPacked: If it stood in too many communities already.
    """
    pack = unpack_records.find_pack(tx, board)
    if pack is None:
        home = own_home(tx, ctx, board)
        heading = PackHeading(
            version=PACK_VERSION, board=board, kind=PackKind.SERVER, homes=(home,)
        )
        return Homes(heading=heading, own=0)
    came = _heading_decoder.decode(pack.heading)
    settings = _settings_decoder.decode(pack.settings)
    if not _has_changed(tx, ctx, pack):
        return Homes(heading=came, own=None, pack=pack, settings=settings, threads=settings.threads)
    if len(came.homes) == PACK_HOMES_MAX:
        raise NotPacked(
            why=f"it stood in {PACK_HOMES_MAX} communities before, and no pack has more"
        )
    homes = (*came.homes, own_home(tx, ctx, board))
    heading = PackHeading(version=PACK_VERSION, board=board, kind=came.kind, homes=homes)
    return Homes(heading=heading, own=len(homes) - 1, pack=pack, threads=settings.threads)


def _has_changed(tx: Tx, ctx: Context, pack: PackRow) -> bool:
    """Return whether a board has lines that it did not come with, or lost some."""
    seq, stream = pack.seq, board_stream(pack.board)
    if seq is None or pack.has_ended or event_log.head(tx, stream).base_seq > seq:
        return True  # what happened since is not known any more
    if ctx.readers.has_ended_since_packed(tx, pack.board, pack.posts_upto, ctx.now):
        return True
    while rows := tx.select(
        _Happened,
        "FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?",
        *(stream, seq, limits.SLICE_ROWS),
    ):
        if any(_changes_lines(row) for row in rows):
            return True
        seq = rows[-1].seq
    return False


def _changes_lines(row: _Happened) -> bool:
    if row.kind == Acted.kind:
        return not _acted_decoder.decode(row.data).act.method.startswith(OF_PACKING)
    return row.kind not in _CHANGE_NO_LINE


def signatures_of(pack: PackRow) -> tuple[PackSignature, ...]:
    """Return the signatures that came with a pack."""
    return _signatures_decoder.decode(pack.signatures)


def former_acts(tx: Tx, board: BoardId) -> Iterator[PackAct | None]:
    """Yield the acts of a board in its former homes, as they came; None where a read may pause."""
    after = 0
    while rows := unpack_records.list_acts(tx, board, after, limits.READ_PIECE_ROWS):
        for row in rows:
            yield _act_decoder.decode(row.line)
        yield None
        after = rows[-1].number
