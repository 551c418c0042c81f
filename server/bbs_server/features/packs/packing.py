"""Packs a board: its lines in their order, from a place on, as every reader sees them (protocol 29)."""

from collections.abc import Iterator

from msgspec.structs import replace

from bbs import limits
from bbs.features.boards.kinds import BoardKind
from bbs.features.packs.consent_messages import PackConsent
from bbs.features.packs.places import PARTS, PlaceParts
from bbs.features.packs.tags import author_tags
from bbs.features.packs.views import Line, PackModerator, PackSettings
from bbs.ids import COMMONS, BoardId
from bbs.pack_refusals import NotPacked
from bbs_server.features.packs import packing_homes
from bbs_server.features.packs.packing_homes import OF_PACKING, Homes
from bbs_server.features.packs.packing_threads import ThreadPacker
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx

_BEGIN = PlaceParts("", 0, 0)


def check_packable(tx: Tx, ctx: Context, board: BoardId) -> None:
    """Refuse a board that is none of those that are packed.

    Raises:
        NotPacked: If it is the commons or a letter.
    """
    facts = ctx.readers.board_facts(tx, board)
    if board == COMMONS:
        raise NotPacked(why="the commons is the community itself")
    if facts is None or facts.kind is BoardKind.LETTER:
        raise NotPacked(why="a letter is its members' own")


def lines_after(
    tx: Tx, ctx: Context, board: BoardId, after: PlaceParts | None
) -> Iterator[Line | None]:
    """Yield the lines of a board's pack behind a place, without checks and signatures.

    The board must not change meanwhile: each call reads what is there now.

    Args:
        after: None for the beginning.

    Yields:
        None where a read may pause.
    """
    place = after or _BEGIN
    begin = PARTS.index(place.part) if after is not None else -1
    homes = packing_homes.find_homes(tx, ctx, board)
    if begin < 0:
        yield homes.heading
    if begin < PARTS.index("settings"):
        yield _settings(tx, ctx, board, homes)
    if begin <= PARTS.index("norms"):
        version = place.of if place.part == "norms" else 0
        while (norms := ctx.readers.norms_to_pack(tx, board, version + 1)) is not None:
            yield norms
            version += 1
    yield None
    if begin < PARTS.index("act"):
        yield from ThreadPacker(tx, ctx, board, homes).lines_after(place)
    yield from _acts(tx, ctx, board, homes, place)


def _settings(tx: Tx, ctx: Context, board: BoardId, homes: Homes) -> PackSettings:
    if homes.settings is not None:
        return homes.settings
    moderators = ctx.readers.moderators_of(tx, ctx.now, board)
    consents = ctx.readers.consents_of(tx, board)
    hashes = ctx.readers.claim_hashes(
        tx, (each for each in moderators if consents.get(each) is not PackConsent.LEFT_OUT)
    )
    tags = sorted(author_tags(each, board) for each in hashes.values())
    found = ctx.readers.settings_to_pack(tx, board)
    return replace(found, moderators=tuple(PackModerator(tags=each) for each in tags))


def _acts(
    tx: Tx, ctx: Context, board: BoardId, homes: Homes, place: PlaceParts
) -> Iterator[Line | None]:
    """Yield the acts of former homes as they came, then those of this one."""
    is_act = place.part == "act"
    own = homes.own
    for act in packing_homes.former_acts(tx, board):
        if act is None or not is_act or (act.home, act.seq) > (place.of, place.number):
            yield act
    if own is None:
        return
    brought = 0 if homes.pack is None else homes.pack.acts_upto
    after = place.number if is_act and place.of == own else brought
    upto = ctx.readers.last_act_to_pack(tx, board, OF_PACKING)
    while acts := ctx.readers.acts_to_pack(tx, board, after, upto, limits.READ_PIECE_ROWS):
        for act in acts:
            yield replace(act, home=own)
        yield None
        after = acts[-1].seq
