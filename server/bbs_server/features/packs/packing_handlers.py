"""Handlers of packing: a page of lines, and the signature under a whole that the server read again."""

from functools import partial
from typing import NamedTuple

from msgspec import Raw
from msgspec.structs import replace

from bbs import limits
from bbs.clock import instant
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.packs.messages import PackPage, ReadPack, SignPack, SignPackResult
from bbs.features.packs.pack_file import PackWriter, encode_line
from bbs.features.packs.places import PackPlace, PlaceFinder, parse_place
from bbs.features.packs.signing import pack_text
from bbs.features.packs.views import PackSignature
from bbs.ids import BoardId
from bbs.pack_refusals import PackChanged
from bbs.streams import acts_stream, board_stream
from bbs_server.features.packs import handing, packing, packing_homes, unpack_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Outcome
from bbs_server.preparing import PrepareContext
from bbs_server.store import event_log, signing_key
from bbs_server.store.api import Slices, Tx

_LINES_BYTES = 131_072  # read for a signature in one hop: 10 to 20 ms


def read_pack(tx: Tx, ctx: Context, query: ReadPack) -> Slices[PackPage]:
    """Return as many lines of a board's pack as fit a page by bytes."""
    packing.check_packable(tx, ctx, query.board)
    return _page(tx, ctx, query.board, query.after, limits.PAGE_BYTES_MAX)


def _page(
    tx: Tx, ctx: Context, board: BoardId, after: PackPlace | None, bytes_max: int
) -> Slices[PackPage]:
    """Return the lines behind a place, at least one if there is one."""
    place = parse_place(after)
    finder = PlaceFinder(0 if place is None else place.of)
    lines: list[Raw] = []
    size, last = 0, after
    for line in packing.lines_after(tx, ctx, board, place):
        if line is None:
            yield
            continue
        data = encode_line(line)
        size += len(data)
        if lines and size > bytes_max:
            return PackPage(lines=tuple(lines), next_after=last)
        lines.append(Raw(data[:-1]))
        last = finder.take(line)
    return PackPage(lines=tuple(lines))


class ReadAgain(NamedTuple):
    """What the server read for a signature.

    Attributes:
        seqs: Of the board's streams when it began.
    """

    digest: str
    lines: int
    seqs: dict[str, int]


async def prepare_signature(p: PrepareContext, command: SignPack) -> ReadAgain:
    """Read a board's pack again, in hops, before the transaction that signs it."""

    def begin(tx: Tx) -> dict[str, int]:
        packing.check_packable(tx, p.ctx, command.board)
        return _seqs(tx, command.board)

    seqs = await p.read(begin)
    digests = PackWriter(lambda data: None)
    after: PackPlace | None = None
    while True:
        ctx = replace(p.ctx, moment=p.store.time.moment())
        page: PackPage = await p.read(partial(_hop, ctx=ctx, command=command, after=after))
        for line in page.lines:
            digests.add(bytes(line) + b"\n")
        if (after := page.next_after) is None or digests.lines > command.lines:
            break
    return ReadAgain(digests.close().digest, digests.lines, seqs)


def _hop(tx: Tx, ctx: Context, command: SignPack, after: PackPlace | None) -> PackPage:
    slices = _page(tx, ctx, command.board, after, _LINES_BYTES)
    while True:
        try:
            next(slices)
        except StopIteration as stop:
            found: PackPage = stop.value
            return found


def _seqs(tx: Tx, board: BoardId) -> dict[str, int]:
    return event_log.heads(tx, [board_stream(board), acts_stream(board)])


def sign_pack(tx: Tx, ctx: Context, command: SignPack) -> Outcome[SignPackResult]:
    """Sign what was read, if the server read the same and the board did not change since."""
    found: ReadAgain | None = ctx.prepared
    told = (command.digest, command.lines)
    if (
        found is None
        or (found.digest, found.lines) != told
        or found.seqs != _seqs(tx, command.board)
    ):
        raise PackChanged
    home = packing_homes.own_home(tx, ctx, command.board)
    signature = PackSignature(
        host=home.host,
        epoch=home.epoch,
        key=home.key,
        at=instant(ctx.now),
        signature=signing_key.sign(tx, pack_text(home.host, home.epoch, command.digest, ctx.now)),
    )
    pack = unpack_records.find_pack(tx, command.board)
    is_as_it_came = pack is not None and pack.digest == command.digest
    came = packing_homes.signatures_of(pack) if pack is not None and is_as_it_came else ()
    signatures = [each for each in came if (each.host, each.key) != (home.host, home.key)]
    handing.note_signed(tx, command.board, command.digest)
    did = Did(
        thing=Thing(kind=ThingKind.BOARD, id=command.board),
        changes=(
            Change(field="digest", after=command.digest),
            Change(field="lines", after=command.lines),
        ),
    )
    return Outcome(SignPackResult(signatures=(*signatures, signature)), act=did)
