"""Handlers of the requests that unpack a board."""

import base64
import binascii

import msgspec

from bbs.clock import instant
from bbs.errors import BadParams
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.packs.unpack_messages import (
    BeginUnpacking,
    BoardOrigin,
    GetUnpacking,
    ListOldActs,
    OldAct,
    OldActPage,
    SendPiece,
    StopUnpacking,
    UnpackingResult,
    UnpackState,
)
from bbs.features.packs.unpack_rules import ENDED, check_disk, check_piece
from bbs.features.packs.views import PackHeading, PackKind
from bbs.ids import COMMONS, BoardId, PackId
from bbs.move_refusals import PerhapsOnlyCopy
from bbs.refusals import Conflict, NotFound
from bbs_server.features.packs import coming_home
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.unpack_records import UnpackingRow
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Outcome, WakeJobs
from bbs_server.store.api import Tx

_BEYOND = 2**53


def begin_unpacking(tx: Tx, ctx: Context, command: BeginUnpacking) -> Outcome[UnpackingResult]:
    """Begin to receive a pack, or say how far it has come."""
    row = records.find_unpacking(tx, command.pack)
    if row is not None and UnpackState(row.state) not in ENDED:
        same = (row.board, row.size, row.file_digest) == (
            command.board,
            command.size,
            command.digest,
        )
        if not same:
            raise Conflict(what="another file has this id")
        if row.moved != command.moved:
            how = "as a move" if row.moved else "as a copy"
            raise Conflict(what=f"this pack was begun {how}, and is {row.state}")
        return Outcome(_result(tx, row), act=UNCHANGED)
    if (other := records.find_on_its_way(tx)) is not None:
        what = f"another pack is on its way ({other.state}), and one comes at a time"
        raise Conflict(what=what)
    coming_home.refuse_board(tx, ctx, command.board, moved=command.moved)
    ctx.readers.check_unpacked_place(tx, ctx, command.board, command.slug)
    check_disk(command.size, ctx.ceilings.room_bytes(), is_stored=False)
    row = UnpackingRow(
        pack=command.pack,
        board=command.board,
        slug=command.slug,
        size=command.size,
        file_digest=command.digest,
        moved=int(command.moved),
        began_at=ctx.now,
    )
    records.insert_unpacking(tx, row)
    change = Change(field="size_bytes", after=command.size)
    return Outcome(_result(tx, row), act=_did(command.board, change))


def send_piece(tx: Tx, ctx: Context, command: SendPiece) -> Outcome[UnpackingResult]:
    """Store a piece; with the last one the check begins."""
    row = _get(tx, command.pack)
    try:
        data = base64.b64decode(command.data, validate=True)
    except binascii.Error:
        raise BadParams(field="data", rule="it is not base64") from None
    is_new = check_piece(command.offset, len(data), row.arrived, row.size)
    if not is_new:
        return Outcome(_result(tx, row), act=UNCHANGED)
    if row.state != UnpackState.RECEIVING:
        raise Conflict(what=f"the pack is {row.state} already")
    records.insert_piece(tx, row.pack, command.offset, data)
    row = records.update_unpacking(tx, row, arrived=row.arrived + len(data))
    if row.arrived < row.size:
        return Outcome(_result(tx, row), act=UNCHANGED)
    row = records.update_unpacking(tx, row, state=UnpackState.CHECKING.value)
    return Outcome(_result(tx, row), (WakeJobs(),), act=UNCHANGED)


def get_unpacking(tx: Tx, ctx: Context, query: GetUnpacking) -> UnpackingResult:
    """Return how far a pack has come."""
    return _result(tx, _get(tx, query.pack))


def stop_unpacking(tx: Tx, ctx: Context, command: StopUnpacking) -> Outcome[UnpackingResult]:
    """Stop a pack; what was written of its board goes again, in slices."""
    row = _get(tx, command.pack)
    if row.state == UnpackState.WHOLE and not command.not_handed_over:
        # From then on the receipt can be had, as often as somebody asks; nobody notes who carried it.
        raise PerhapsOnlyCopy
    if row.state == UnpackState.CLEARING:
        # It is stopped already: said to be at its end now, what was written of it would stay.
        return Outcome(_result(tx, row), act=UNCHANGED)
    writes = row.state in (UnpackState.WRITING, UnpackState.WHOLE)
    after = UnpackState.CLEARING if writes else UnpackState.STOPPED
    change = Change(field="unpacking", before=row.state, after=UnpackState.STOPPED.value)
    row = records.update_unpacking(tx, row, state=after.value)
    return Outcome(_result(tx, row), (WakeJobs(),), act=_did(row.board, change))


def list_old_acts(tx: Tx, ctx: Context, query: ListOldActs) -> OldActPage:
    """Return acts of a board from before it came here."""
    before = query.before or _BEYOND
    rows = records.list_newest_acts(tx, ctx.board.id, before, query.limit)
    return OldActPage(
        acts=tuple(OldAct(line=bytes(row.line).decode()) for row in rows),
        origin=_origin(tx, ctx.board.id),
        next_before=rows[-1].number if len(rows) == query.limit else None,
    )


def _origin(tx: Tx, board: BoardId) -> BoardOrigin | None:
    pack = records.find_pack(tx, board)
    if pack is None or pack.opened_at is None:
        return None
    home = msgspec.json.decode(pack.heading, type=PackHeading).homes[-1]
    return BoardOrigin(
        digest=pack.digest,
        pack_kind=PackKind(pack.kind),
        host=home.host,
        key=home.key,
        opened_at=instant(pack.opened_at),
    )


def _get(tx: Tx, pack: PackId) -> UnpackingRow:
    row = records.find_unpacking(tx, pack)
    if row is None:
        raise NotFound(what="pack")
    return row


def _result(tx: Tx, row: UnpackingRow) -> UnpackingResult:
    return UnpackingResult(unpacking=records.view(tx, row))


def _did(board: BoardId, change: Change) -> Did:
    # On the commons: the board is not there yet. Its name is not said: it may be private.
    return Did(thing=Thing(kind=ThingKind.BOARD, id=board), board=COMMONS, changes=(change,))
