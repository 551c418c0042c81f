"""The sysop on a private board of others: by a law or a clause, seen by all, over after a day (P8)."""

from typing import Any

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Acted, GetLog, RestrictionChanged
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import ListPosts, PostPublished
from bbs.ids import BoardId
from bbs.powers import Office, Power
from bbs.refusals import CommandWaits, Conflict, NotAllowed, NotFound
from bbs.streams import board_stream
from tests.features.proposals.motions import sysop_again
from tests.support.letters import letter_between
from tests.support.moot import Line, Moot
from tests.support.talk import start, write
from tests.support.visiting import private_of_others

LAW = "GDPR art. 17"


async def _cellar(moot: Moot) -> tuple[BoardId, Line, Line]:
    """Return a private board of others, ana's and bo's."""
    ana, bo = await moot.join("ana"), await moot.join("bo")
    return await private_of_others(moot, ana, bo), ana, bo


def _enter(board: BoardId, **cited: Any) -> EnterBoard:
    return EnterBoard(board=board, reason="A court asks", **(cited or {"law": LAW}))


async def test_the_sysop_reads_and_acts_for_a_day(moot: Moot) -> None:
    """All there are told at once; what is done there says so; with the day the reading ends (P8)."""
    cellar, ana, _ = await _cellar(moot)
    begun = await start(ana, cellar)
    await ana.listen(board_stream(cellar))
    assert isinstance(await moot.sysop.refused(GetBoard(board=cellar)), NotFound)
    assert cellar not in {row.id for row in (await moot.sysop.ask(ListBoards())).boards}
    await moot.sysop.ask(_enter(cellar))
    [acted] = await ana.told(Acted)
    assert (acted.act.method, acted.act.law, acted.act.office) == (
        *("moderation.enter", LAW, Office.SYSOP),
    )
    [told] = await ana.told(RestrictionChanged)
    assert (told.restriction.kind, told.restriction.reason) == ("entered", "A court asks")
    assert (await moot.sysop.ask(ListPosts(thread=begun.thread))).posts
    assert cellar in {row.id for row in (await moot.sysop.ask(ListBoards())).boards}
    await moot.sysop.listen(board_stream(cellar))
    await write(ana, begun.thread)
    await moot.sysop.told(PostPublished)
    await moot.sysop.carry(Purge(post=begun.post, law=LAW, reason="A court asks"))
    purged = (await ana.ask(GetLog(board=cellar))).acts[0]
    assert (purged.method, purged.office) == ("threads.purge", Office.VISITOR)
    moot.clock.jump(hours=limits.ENTER_HOURS)
    await moot.do_jobs("announce edges")
    assert isinstance(await moot.sysop.refused(ListPosts(thread=begun.thread)), NotFound)
    await write(ana, begun.thread)
    await moot.sysop.settle()
    assert len(moot.sysop.events(PostPublished)) == 1
    [banner] = (await ana.ask(GetBoard(board=cellar))).restrictions
    assert banner.kind == "entered"
    moot.clock.jump(days=limits.ENTER_BANNER_DAYS)
    assert (await ana.ask(GetBoard(board=cellar))).restrictions == ()


async def test_a_second_visit_within_a_month_waits(moot: Moot) -> None:
    """Those who sit there are told before, and can object; after a month it is a first one again."""
    cellar, ana, _ = await _cellar(moot)
    await moot.sysop.ask(_enter(cellar))
    assert isinstance(await moot.sysop.refused(_enter(cellar)), Conflict)
    moot.clock.jump(hours=limits.ENTER_HOURS)
    await moot.do_jobs("announce edges")
    waits = await moot.sysop.refused(_enter(cellar, norm=1))
    assert isinstance(waits, CommandWaits)
    assert (waits.way, waits.board) == ("delay", cellar)
    assert isinstance(await moot.sysop.refused(GetBoard(board=cellar)), NotFound)
    moot.clock.jump(days=limits.ENTER_AGAIN_DAYS - 2)
    for job in ("announce edges", "forget restrictions"):
        await moot.do_jobs(job)
    other = await moot.sysop.refused(_enter(cellar, law="Another law"))
    assert isinstance(other, CommandWaits | Conflict)
    moot.clock.jump(days=2)
    await sysop_again(moot)
    await moot.do_jobs("commands that wait")
    assert (await ana.ask(GetLog(board=cellar))).acts[0].norm == 1


async def test_nobody_enters_what_is_not_theirs_to_enter(moot: Moot) -> None:
    """No letter, no board that is read anyway, no other member, no token; one ground is cited."""
    cellar, ana, bo = await _cellar(moot)
    letter = await letter_between(moot, ana, bo)
    assert isinstance(await moot.sysop.refused(_enter(letter.id)), NotFound)
    garden = await moot.board(moot.sysop, "garden")
    assert isinstance(await moot.sysop.refused(_enter(garden)), Conflict)
    assert isinstance(await ana.refused(_enter(cellar)), NotAllowed)
    for wrong in ({"norm": 9}, {"norm": 1, "law": LAW}, {"norm": None}):
        assert isinstance(await moot.sysop.refused(_enter(cellar, **wrong)), BadParams)
    script = await moot.with_token(moot.sysop, [Power.READ])
    await moot.sysop.ask(_enter(cellar, norm=1))
    assert isinstance(await script.refused(GetBoard(board=cellar)), NotFound)
