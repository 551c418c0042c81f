"""A board that is to move to another community, and who wrote on it."""

from dataclasses import dataclass
from typing import Any

from bbs import signatures
from bbs.clock import instant, to_ms
from bbs.features.packs import move_limits
from bbs.features.packs.move_messages import BringReceipt, GetMove, MoveBoard
from bbs.features.packs.move_views import MoveState, Receipt
from bbs.features.packs.signing import receipt_text
from bbs.ids import BoardId
from bbs.refusals import CommandWaits
from bbs_server.features.packs import handing
from tests.features.proposals.motions import back, moved
from tests.support.moot import Line, Moot
from tests.support.talk import Begun

WHY = "The garden outgrew this house."
SEED = bytes(32)
KEY = signatures.public_key_of(SEED)
DIGEST = "5" * 64


@dataclass
class Garden:
    """A board of the sysop's with two who sit there and wrote.

    Attributes:
        ana, bo: Each wrote one thread.
    """

    moot: Moot
    board: BoardId
    ana: Line
    bo: Line
    of_ana: Begun
    of_bo: Begun

    async def pass_days(self, days: float) -> None:
        """Let days pass, do what is due, and connect everybody anew."""
        self.moot.clock.jump(days=days)
        await self.moot.do_jobs()
        self.ana = await back(self.moot, self.ana)
        self.bo = await back(self.moot, self.bo)
        self.moot._sysop = await back(self.moot, self.moot.sysop)

    async def announce(self, **fields: Any) -> CommandWaits:
        """Announce the move."""
        return await moved(self.moot.sysop, moving(self.board, **fields))

    async def ready(self) -> None:
        """Announce the move, and let its days pass."""
        await self.announce()
        await self.pass_days(move_limits.MOVE_DAYS)
        assert await self.state() is MoveState.READY

    async def packed(self, digest: str = DIGEST) -> None:
        """Let the server note that it signed a pack of the board."""
        await self.moot.change(lambda tx: handing.note_signed(tx, self.board, digest))

    async def handed(self) -> None:
        """Let the board be ready, packed, and handed over."""
        await self.ready()
        await self.packed()
        await self.moot.sysop.ask(BringReceipt(board=self.board, receipt=receipt(self.board)))

    async def state(self) -> MoveState | None:
        """Return how far the move has come; None where the board does not move."""
        move = (await self.moot.sysop.ask(GetMove(board=self.board))).move
        return None if move is None else move.state


def receipt(board: BoardId, seed: bytes = SEED, **fields: Any) -> Receipt:
    """Return the receipt of a new server that has unpacked a board."""
    at, host = instant(1_800_000_000_000), "new.example:7000"
    given = {
        "host": host,
        "epoch": "e",
        "board": board,
        "slug": "garden",
        "digest": DIGEST,
        "at": at,
        **fields,
    }
    named = ("host", "epoch", "board", "slug", "digest")
    parts = (*(given[name] for name in named), to_ms(given["at"]))
    signed = signatures.sign(seed, receipt_text(*parts))
    return Receipt(**{"key": signatures.public_key_of(seed), "signature": signed, **given})


def moving(board: BoardId, **fields: Any) -> MoveBoard:
    """Return the command that announces a move."""
    given = {"host": "new.example:7000", "key": KEY, "slug": "garden", "visibility": "members"}
    return MoveBoard(board=board, reason=WHY, **{**given, **fields})
