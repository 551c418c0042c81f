"""The acts by which a board that came as a pack opens: who brought it, and where it came from (P8)."""

from typing import ClassVar

import msgspec

from bbs.features.members.views import Author, SystemAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.packs.unpack_messages import BeginUnpacking
from bbs.features.packs.views import PackHeading
from bbs.ids import COMMONS, BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, Power
from bbs_server.features.packs import unpack_opening, unpack_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Effect, Outcome
from bbs_server.store.api import Tx

_MOVE = "move"
"""What the log calls the kind of a pack with which a board moved here; else it is the pack's own kind."""


class OpenUnpacked(Command[Done], frozen=True, kw_only=True):
    """Open a board of which all is written; only the server sends it."""

    method: ClassVar[str] = "packs.open_unpacked"
    needs: ClassVar[Need] = Need(Power.DUE)
    board: BoardId


def open_unpacked(tx: Tx, ctx: Context, command: OpenUnpacked) -> Outcome[Done]:
    """Open a board; its own log begins with where it came from, and the commons' says that it is open."""
    author = _unpacked_by(tx, ctx, command.board)
    effects = unpack_opening.open_board(tx, ctx, command.board)
    effects += effects_of_arrival(tx, ctx, command.board, author)
    act = Did(board=COMMONS, author=author, power=Power.OPEN_BOARD, thing=_thing_of(command.board))
    return Outcome(Done(), tuple(effects), act=act)


def effects_of_arrival(tx: Tx, ctx: Context, board: BoardId, author: Author) -> list[Effect]:
    """Write into the log of a board that opens who brought it, and where it came from.

    Args:
        author: Who brought it.
    """
    pack = unpack_records.find_pack(tx, board)
    assert pack is not None
    home = msgspec.json.decode(pack.heading, type=PackHeading).homes[-1]
    did = Did(
        board=board,
        author=author,
        power=Power.OPEN_BOARD,
        thing=_thing_of(board),
        changes=(
            Change(field="came_from", said_after=f"{home.slug} at {home.host}, {home.community}"),
            Change(field="pack_kind", after=_MOVE if pack.moved else pack.kind),
            Change(field="signed_with", after=pack.key),
            Change(field="digest", after=pack.digest),
        ),
    )
    return ctx.readers.effects_of_act(tx, ctx, did)


def _unpacked_by(tx: Tx, ctx: Context, board: BoardId) -> Author:
    """Return who sent the pack of a board, as the commons' log names them."""
    found = ctx.readers.last_act_on(tx, COMMONS, board)
    is_theirs = found is not None and found[0].method == BeginUnpacking.method
    return found[0].author if found is not None and is_theirs else SystemAuthor()


def _thing_of(board: BoardId) -> Thing:
    return Thing(kind=ThingKind.BOARD, id=board)
