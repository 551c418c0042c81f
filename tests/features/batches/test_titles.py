"""What items of a plan hold of words said elsewhere ends as those do (P10, protocol 26)."""

import asyncio
from pathlib import Path

from bbs.features.batches.views import ItemState
from bbs.features.cases.judging_messages import LetBe
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.tending_messages import ChangeTitle
from tests.features.batches.items import open_house
from tests.features.batches.plans import applied, item, page, rehearsed
from tests.features.cases.court import heard
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


async def test_a_word_is_kept_where_it_was_told(tmp_path: Path) -> None:
    """What a decision told those who reported is in no batch, once it was told; who decided reads the rest."""
    async with open_moot(tmp_path) as moot:
        house = await open_house(moot)
        case = await heard(house.desk)
        let_be = item(LetBe(case=case, word="Thank you for looking"))
        done = await applied(
            house.vera, house.board, await rehearsed(house.vera, house.board, [let_be])
        )
        [shown] = (await page(house.vera, done.id)).items
        assert shown.state is ItemState.DONE, shown
        assert shown.item.params == {"case": case}
