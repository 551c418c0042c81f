"""The words of members that items of a plan hold end when those words do (P10, protocol 26)."""

import asyncio
from pathlib import Path

from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.tending_messages import ChangeTitle
from tests.features.batches.plans import applied, item, rehearsed
from tests.support.kept import bytes_in
from tests.support.moot import PATIENCE_S, open_moot
from tests.support.talk import seated, start


async def test_a_title_ends_with_its_thread(tmp_path: Path) -> None:
    """A plan that gives a thread its old title back keeps no copy of it longer than the thread does."""
    async with open_moot(tmp_path) as moot:
        sysop = moot.sysop
        board = await moot.board(sysop, "garden", hold_s=0)
        ana = await seated(moot, "ana", board)
        thread, post = await start(ana, board, "B", "quincunx")
        for title in ("zephyrine", "quincunx"):
            change = item(ChangeTitle(thread=thread, title=title, reason="It says more"))
            assert (await applied(sysop, board, await rehearsed(sysop, board, [change]))).done == 1
        await sysop.carry(Purge(post=post, law="Art. 17 GDPR", reason="A court wants it gone"))
        await moot.do_jobs("forget titles of batches")
        async with asyncio.timeout(PATIENCE_S):
            while any(word in bytes_in(tmp_path) for word in (b"quincunx", b"zephyrine")):
                await moot.read(lambda tx: None)
