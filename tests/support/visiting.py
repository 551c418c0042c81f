"""A private board of others: the sysop opened it, and has neither a seat nor an office there any more."""

from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.ids import BoardId
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot


async def private_of_others(moot: Moot, *lines: Line) -> BoardId:
    """Return a private board on which these sit, and nobody else."""
    cellar = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    for line in lines:
        await moot.sysop.ask(OfferSeat(board=cellar, member=line.id))
        await line.ask(TakeSeat(board=cellar, norms_version=1))
    sysop = moot.sysop.id

    def leave(tx: Tx) -> None:
        tx.execute("DELETE FROM seats WHERE board = ? AND member = ?", cellar, sysop)
        tx.execute("DELETE FROM offices WHERE board = ? AND member = ?", cellar, sysop)

    await moot.change(leave)
    return cellar
