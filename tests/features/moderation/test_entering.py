"""The sysop on a private board of others: by a law or a clause, seen by all, over after a day (P8)."""

from typing import Any

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.boards.seat_messages import Appoint
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Acted, GetLog, RestrictionChanged
from bbs.features.proposals.messages import ListProposals, ProposalEnded, ProposalMoved
from bbs.features.reading.messages import GetInbox, ListNotices, ListSaved, SavePost, Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import ListPosts, ListRecent, PostPublished
from bbs.ids import COMMONS, BoardId, new_id
from bbs.powers import Office, Power
from bbs.refusals import CommandWaits, Conflict, NoSay, NotAllowed, NotFound
from bbs.streams import board_stream, member_stream
from bbs.terminal.proposal_text import describe_wait
from tests.features.proposals.motions import back, friends, moved, oppose, second, sysop_again
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


async def _commons_key(moot: Moot) -> tuple[BoardId, list[Line]]:
    """Return a private board that the sysop entered lately, with ana on it, and cy and dov.

    Both know the community for long: cy moderates the commons, dov is another sysop.
    """
    _, [ana, cy, dov] = await friends(moot, "ana", "cy", "dov")
    cellar = await private_of_others(moot, ana)
    await moot.sysop.ask(Appoint(board=COMMONS, member=cy.id))
    sql = "INSERT INTO offices (board, member, office, since) VALUES (?, ?, 'sysop', ?)"
    now = moot.clock()
    await moot.change(lambda tx: tx.execute(sql, COMMONS, dov.id, now))
    moot.clock.jump(days=limits.KEY_SEATED_DAYS)
    await sysop_again(moot)
    await moot.sysop.ask(_enter(cellar))
    moot.clock.jump(hours=limits.ENTER_HOURS)
    await moot.do_jobs("announce edges")
    return cellar, [await back(moot, line) for line in (ana, cy, dov)]


async def test_a_second_visit_takes_the_key_of_a_commons_moderator(moot: Moot) -> None:
    """They see the command and not the board; no other sysop has that key; the board is told (P8)."""
    cellar, [ana, cy, dov] = await _commons_key(moot)
    await ana.listen(board_stream(cellar))
    for line in (cy, dov, moot.sysop):
        await line.listen(member_stream(line.id))
    waits = await moved(moot.sysop, _enter(cellar))
    assert waits.way == "second_key"
    for line in (ana, cy, moot.sysop):
        [told] = await line.told(ProposalMoved)
        assert told.proposal.key_of_commons
        assert not told.proposal.to_few
    assert "waits for the key of a moderator of the commons until" in describe_wait(told.proposal)
    [asked] = (await cy.ask(ListProposals())).proposals
    assert (asked.id, asked.reason, asked.law) == (waits.proposal, "A court asks", LAW)
    assert (await cy.ask(ListProposals())).may_second == (waits.proposal,)
    for query in (GetBoard(board=cellar), GetLog(board=cellar)):
        assert isinstance(await cy.refused(query), NotFound)
    assert (await dov.ask(ListProposals())).proposals == ()
    assert isinstance(await dov.refused(second(dov, waits)), NotFound)
    refused = await ana.refused(oppose(ana, waits))
    assert isinstance(refused, NoSay)
    assert isinstance(await moot.sysop.refused(second(moot.sysop, waits)), NoSay)
    assert isinstance(await moot.sysop.refused(GetBoard(board=cellar)), NotFound)
    await cy.ask(second(cy, waits))
    [entered] = await moot.sysop.told(RestrictionChanged)
    assert entered.restriction.board == cellar, "told on the mover's own stream, for their devices"
    assert dov.events(ProposalMoved) == []
    assert (await moot.sysop.ask(GetBoard(board=cellar))).board.id == cellar
    act = (await ana.ask(GetLog(board=cellar))).acts[0]
    assert (act.method, act.seconded_by) == ("moderation.enter", cy.id)
    for line in (ana, cy, moot.sysop):
        await line.told(ProposalEnded)
    assert isinstance(await cy.refused(GetBoard(board=cellar)), NotFound)


async def test_without_that_key_nobody_enters(moot: Moot) -> None:
    """Where somebody could give it and does not, the command lapses."""
    cellar, [_, cy, _] = await _commons_key(moot)
    await moved(moot.sysop, _enter(cellar))
    moot.clock.jump(hours=limits.SECOND_KEY_HOURS)
    await moot.do_jobs("commands that wait")
    assert (await cy.ask(ListProposals())).proposals == ()
    assert isinstance(await moot.sysop.refused(GetBoard(board=cellar)), NotFound)


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


async def test_what_was_read_on_a_visit_reaches_nobody_else(moot: Moot) -> None:
    """Nobody without a seat is sent a word, a reason or the board's id; nor is the sysop after the day:
    no page, no search, and no answer again (P8)."""
    cellar, ana, _ = await _cellar(moot)
    dot = await moot.join("dot")
    await dot.listen(board_stream(COMMONS), member_stream(dot.id))
    begun = await start(ana, cellar, "rhizomecanary")
    await moot.sysop.ask(_enter(cellar))
    saving = SavePost(post=begun.post, op=new_id())
    await moot.sysop.ask(saving)
    assert (await moot.sysop.ask(ListSaved())).found
    assert (await moot.sysop.ask(Search(query="rhizomecanary"))).found
    queries = (
        *(Search(query="rhizomecanary"), ListBoards(), GetLog(board=COMMONS), ListNotices()),
        *(GetInbox(), ListProposals(), ListSaved(), ListRecent(board=COMMONS)),
    )
    for query in queries:
        await dot.ask(query)
    for words in (b"canary", b"A court asks", cellar.encode()):
        assert words not in dot.sent
    moot.clock.jump(hours=limits.ENTER_HOURS)
    before = len(moot.sysop.sent)
    assert isinstance(await moot.sysop.refused(saving), NotFound)
    await moot.do_jobs("announce edges")
    assert isinstance(await moot.sysop.refused(saving), NotFound)
    await write(ana, begun.thread, "latercanary")
    await moot.sysop.settle()
    for query in queries:
        await moot.sysop.ask(query)
    assert b"canary" not in moot.sysop.sent[before:]
