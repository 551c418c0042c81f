"""A backup from before the receipt: the board stays handed over in what is restored of it."""

import asyncio
from pathlib import Path

from bbs.features.packs.move_limits import SEALED_DAYS
from bbs.features.packs.move_messages import BringReceipt, GetMove
from bbs.features.packs.move_views import MoveState
from bbs.features.threads.messages import ListThreads
from bbs.move_refusals import BoardMoved
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import restore
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.packs.gardens import Garden, receipt
from tests.features.proposals.motions import back
from tests.support.moot import open_moot


async def test_a_backup_of_before_does_not_open_it_again(garden: Garden, tmp_path: Path) -> None:
    """Taken while it was ready, restored after the receipt: sealed before it serves, leading on, erased
    on the same day, and the same receipt changes nothing (protocol 30.10, P10)."""
    await garden.ready()
    moot, backup, folder = garden.moot, tmp_path / "backup", tmp_path / "again"
    await garden.packed()
    await asyncio.to_thread(take_backup, SQLITE, moot.folder, backup, moot.clock())
    await moot.sysop.ask(BringReceipt(board=garden.board, receipt=receipt(garden.board)))
    record = moot.folder / REMOVALS
    await asyncio.to_thread(restore, SQLITE, backup, folder, moot.clock, record=record)
    async with open_moot(folder, moot.clock) as again:
        sysop = await back(again, moot.sysop)
        move = (await sysop.ask(GetMove(board=garden.board))).move
        assert move is not None
        assert (move.state, move.host) == (MoveState.HANDED, "new.example:7000")
        assert isinstance(await sysop.refused(ListThreads(board=garden.board)), BoardMoved)
        await sysop.ask(BringReceipt(board=garden.board, receipt=receipt(garden.board)))
        again.clock.jump(days=SEALED_DAYS)
        await again.do_jobs()
        await again.do_jobs()
        words = "SELECT count(*) FROM texts WHERE body IN ('Peas.', 'Beans.')"
        assert await again.read(lambda tx: tx.fetch_value(words)) == 0
