"""The last list of a board that was handed over: what ended since it was packed, signed page by page."""

import io

from msgspec.structs import replace

from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.last_messages import GetLastList
from bbs.features.packs.last_rules import page_text
from bbs.features.packs.last_views import LastPage, LastWords
from bbs.features.packs.move_limits import LAST_PAGE_POSTS_MAX, SEALED_DAYS
from bbs.features.packs.move_messages import BringReceipt
from bbs.features.threads.messages import WithdrawPost
from bbs.refusals import Conflict, NotAllowed
from bbs.signatures import verify
from bbs.wire.messages import Hello
from bbs.wire.pack_reader import check_pack
from tests.features.packs.gardens import Garden, receipt
from tests.support.packing import pack_of
from tests.support.talk import write


async def last_list(garden: Garden) -> list[LastPage]:
    """Return the pages of a last list made now."""
    pages: list[LastPage] = []
    while not pages or pages[-1].upto is not None:
        after = pages[-1].upto if pages else None
        found = await garden.moot.sysop.ask(GetLastList(board=garden.board, after=after))
        pages.append(found.page)
    return pages


async def ended(garden: Garden) -> dict[str, LastWords]:
    """Return what the last list says, by thread."""
    return {words.thread: words for page in await last_list(garden) for words in page.threads}


async def packed(garden: Garden) -> str:
    """Let the server pack and sign the board; return the pack's digest."""
    pack = await pack_of(garden.moot.sysop, garden.board)
    return check_pack(io.BytesIO(pack)).digest


async def handed(garden: Garden) -> None:
    """Pack the board that is ready, and bring the receipt for that pack."""
    digest = await packed(garden)
    await garden.moot.sysop.ask(
        BringReceipt(board=garden.board, receipt=receipt(garden.board, digest=digest))
    )


async def test_what_ends_at_each_step_is_in_it(garden: Garden) -> None:
    """Withdrawn while it is announced, once it is ready, after packing and after the receipt: the list
    has all of them, and what still stands it does not name (protocol 30.8, P10)."""
    ana = garden.ana
    steps = [await write(ana, garden.of_bo.thread, f"Step {number}.") for number in range(4)]
    kept = await write(ana, garden.of_bo.thread, "This stays.")
    await garden.announce()
    await ana.ask(WithdrawPost(post=steps[0]))
    await garden.pass_days(14)
    await garden.ana.ask(WithdrawPost(post=steps[1]))
    digest = await packed(garden)
    await garden.ana.ask(WithdrawPost(post=steps[2]))
    await garden.moot.sysop.ask(
        BringReceipt(board=garden.board, receipt=receipt(garden.board, digest=digest))
    )
    assert (await ended(garden))[garden.of_bo.thread].gone == tuple(steps[:3])
    await garden.ana.ask(WithdrawPost(post=steps[3]))
    found = await ended(garden)
    assert found == {garden.of_bo.thread: LastWords(thread=garden.of_bo.thread, gone=tuple(steps))}
    assert kept not in str(found)


async def test_who_left_and_who_is_left_out(garden: Garden) -> None:
    """Since the pack ana left as a former member and bo is left out: her posts lose their name, his
    their words and the title (protocol 30.8, P9)."""
    await garden.ready()
    digest = await packed(garden)
    await garden.ana.ask(Leave(board=garden.board, words=LeaveWords.FORMER))
    await garden.bo.ask(SetConsent(board=garden.board, consent=PackConsent.LEFT_OUT))
    await garden.moot.sysop.ask(
        BringReceipt(board=garden.board, receipt=receipt(garden.board, digest=digest))
    )
    ana, bo = garden.of_ana, garden.of_bo
    assert await ended(garden) == {
        ana.thread: LastWords(thread=ana.thread, former=(ana.post,)),
        bo.thread: LastWords(thread=bo.thread, left_out=(bo.post,), has_title=False),
    }


async def test_each_page_is_signed_and_leads_to_the_next(garden: Garden) -> None:
    """Pages are cut anywhere, none can be left out unnoticed, and any change breaks the signature
    (protocol 30.8)."""
    posts = [await write(garden.bo, garden.of_ana.thread) for _ in range(LAST_PAGE_POSTS_MAX + 5)]
    await garden.ready()
    for post in posts:
        await garden.bo.ask(WithdrawPost(post=post))
    await handed(garden)
    first, second = await last_list(garden)
    assert (first.after, second.upto) == (None, None)
    assert first.upto == second.after
    gone = [post for page in (first, second) for words in page.threads for post in words.gone]
    assert gone == posts
    key = (await garden.moot.line().ask(Hello(versions=("bbs.v1",)))).key
    for page in (first, second):
        assert page.key == key
        assert verify(page.key, page.signature, page_text(page))
        fewer = replace(page, threads=())
        assert not verify(page.key, page.signature, page_text(fewer))


async def test_it_is_its_movers_from_the_receipt_on(garden: Garden) -> None:
    """No receipt, no list; nor without the power, nor once the words are erased here (protocol 30.8)."""
    ask = GetLastList(board=garden.board)
    assert isinstance(await garden.moot.sysop.refused(ask), Conflict)
    await garden.ready()
    await handed(garden)
    assert isinstance(await garden.ana.refused(ask), NotAllowed)
    await garden.pass_days(SEALED_DAYS)
    assert isinstance(await garden.moot.sysop.refused(ask), Conflict)
