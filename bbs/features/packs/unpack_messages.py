"""The requests that unpack a board: begin, send the file, ask how far it is, stop (protocol 29.9)."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.features.packs import pack_limits
from bbs.features.packs.views import Digest, PackKind
from bbs.ids import BoardId, PackId
from bbs.messages import Command, Event, Query, Result, View
from bbs.powers import Need, NeedTarget, Power, Touches

_SYSOP = Need(Power.OPEN_BOARD, touches=Touches.ACCOUNT)
"""A new board, so the sysop's; a token brings in no board that others wrote."""

PIECE_BYTES = 32_768  # with base64 and the call around it well below a frame of 64 KiB

_Size = Annotated[int, Meta(ge=0, le=pack_limits.PACK_BYTES_MAX)]
_PIECE_CHARS_MAX = (PIECE_BYTES + 2) // 3 * 4


class UnpackState(StrEnum):
    """How far a pack has come. `PACK_TRANSITIONS` has the allowed moves."""

    RECEIVING = "receiving"  # the file arrives in pieces
    CHECKING = "checking"  # it is all there, and read from end to end before the first row
    WRITING = "writing"  # it is a pack; the board comes to be, seen by nobody
    CLEARING = "clearing"  # the board does not come to be: what was written goes again
    WHOLE = "whole"  # all of a board that moves is written: its old server's last list opens it
    OPEN = "open"
    REFUSED = "refused"  # nothing of it is left but the sentence why
    STOPPED = "stopped"  # by the sysop; nothing of it is left


class Unpacking(View, frozen=True, kw_only=True):
    """A pack on its way to being a board.

    Attributes:
        slug: The name that the board gets.
        size: The size of the file in bytes.
        arrived, checked, written: How many of its bytes have arrived, were checked, are rows.
        moved: Whether the board moves here: then it waits for its old server's last list.
        why: Why it was refused, a sentence.
    """

    pack: PackId
    board: BoardId
    state: UnpackState
    size: int
    slug: str | None = None
    arrived: int = 0
    checked: int = 0
    written: int = 0
    moved: bool = False
    why: str | None = None

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")


class UnpackingResult(Result, frozen=True, kw_only=True):
    """A pack as it stands now."""

    text_paths: ClassVar[tuple[str, ...]] = ("unpacking.slug", "unpacking.why")
    unpacking: Unpacking


class BeginUnpacking(Command[UnpackingResult], frozen=True, kw_only=True):
    """Begin to unpack a board; the same pack again is answered as it stands. Logged on the commons.

    Errors: `device_needed`, `text_refused` and `taken` for the slug, `conflict` if the board
    stands here or while another pack is on its way, `ceiling_reached`, `packs.no_disk`.

    Attributes:
        pack: An id that the client derives from the file, so that calling again goes on with it.
        slug: The board's name in addresses here.
        size, digest: Of the whole file.
        moved: Whether the board moves here.
    """

    method: ClassVar[str] = "packs.begin_unpacking"
    needs: ClassVar[Need] = _SYSOP
    pack: PackId
    board: BoardId
    slug: Annotated[str, Meta(max_length=limits.SLUG_CHARS_MAX)]
    size: Annotated[int, Meta(ge=1, le=pack_limits.PACK_BYTES_MAX)]
    digest: Digest
    moved: bool = False


class SendPiece(Command[UnpackingResult], frozen=True, kw_only=True):
    """Send the piece of the file that begins at an offset; a piece that is there changes nothing.

    Pieces come in their order, each of `PIECE_BYTES` but the last. Errors: `not_found`, `conflict`
    for a piece out of order, or once the file is not awaited any more.

    Attributes:
        data: In base64.
    """

    method: ClassVar[str] = "packs.send_piece"
    needs: ClassVar[Need] = _SYSOP
    pack: PackId
    offset: _Size
    data: Annotated[str, Meta(max_length=_PIECE_CHARS_MAX)]


class GetUnpacking(Query[UnpackingResult], frozen=True, kw_only=True):
    """Ask how far a pack has come. Errors: `not_found`."""

    method: ClassVar[str] = "packs.unpacking"
    needs: ClassVar[Need] = _SYSOP
    pack: PackId


class StopUnpacking(Command[UnpackingResult], frozen=True, kw_only=True):
    """Stop a pack before its board opens: nothing of it is left. Logged on the commons.

    Errors: `not_found`, `conflict` once it is open or over, `packs.perhaps_only_copy` of a board that
    moves here and is whole, of which its old server may have the receipt.

    Attributes:
        not_handed_over: The sysop looked there: the old server did not hand the board over.
    """

    method: ClassVar[str] = "packs.stop_unpacking"
    needs: ClassVar[Need] = _SYSOP
    pack: PackId
    not_handed_over: bool = False


class OldAct(View, frozen=True, kw_only=True):
    """An act of a board from before it came here, as its pack has it.

    Attributes:
        line: The line of the pack (29.3), with its number there and what proves it.
    """

    line: str


class BoardOrigin(View, frozen=True, kw_only=True):
    """Where a board came from.

    Attributes:
        digest: Of the pack's last check.
        pack_kind: Whether its server made the pack, or a member from their mirror.
        host, key: The server that it came from.
        opened_at: When it opened here.
    """

    digest: Digest
    pack_kind: PackKind
    host: str
    key: str
    opened_at: Instant


class OldActPage(Result, frozen=True, kw_only=True):
    """Acts from before, the newest first.

    Attributes:
        origin: Where the board came from; None for a board that was opened here.
        next_before: Pass it as `before` for the next page; None at the end.
    """

    acts: tuple[OldAct, ...]
    origin: BoardOrigin | None = None
    next_before: int | None = None


class ListOldActs(Query[OldActPage], frozen=True, kw_only=True):
    """List the acts of a board from before it came here, the newest first. Errors: `not_found`."""

    method: ClassVar[str] = "packs.old_acts"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId
    before: Annotated[int, Meta(ge=1, le=2**53 - 1)] | None = None
    limit: Annotated[int, Meta(ge=1, le=limits.PAGE_ITEMS_MAX)] = limits.PAGE_ITEMS_DEFAULT


class BoardUnpacked(Event, frozen=True, kw_only=True):
    """The first event of a board that came as a pack: everything before it stands in that pack.

    Attributes:
        digest: Of the pack's last check.
        pack_kind: Whether its server made it, or a member from their mirror.
        host, key: The server that the board comes from.
    """

    kind: ClassVar[str] = "packs.board_unpacked"
    board: BoardId
    digest: Digest
    pack_kind: PackKind
    host: str
    key: str
