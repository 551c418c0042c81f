"""The communities in which a board stood: what its pack says of them, and what came from them."""

from collections.abc import Iterator

from msgspec import Struct

from bbs.features.packs.pack_limits import PACK_VERSION
from bbs.features.packs.views import PackAct, PackHeading, PackHome, PackKind, PackSettings
from bbs.ids import COMMONS, BoardId
from bbs_server.handler_api import Context
from bbs_server.store import signing_key
from bbs_server.store.api import Tx

_HOST = "localhost"  # where the connection names no host, as on a socket in the file system


class Homes(Struct, frozen=True, kw_only=True):
    """Where a board stood.

    Attributes:
        own: The place of this community among the homes; None for a board that came as a pack and has
            not changed here.
        settings: The settings as they came with such a board.
    """

    heading: PackHeading
    own: int | None
    settings: PackSettings | None = None


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
    """Return where a board stood."""
    home = own_home(tx, ctx, board)
    heading = PackHeading(version=PACK_VERSION, board=board, kind=PackKind.SERVER, homes=(home,))
    return Homes(heading=heading, own=0)


def former_acts(tx: Tx, board: BoardId) -> Iterator[PackAct | None]:
    """Yield the acts of a board in its former homes, as they came."""
    yield from ()
