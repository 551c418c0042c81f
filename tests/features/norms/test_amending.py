"""Norms that change: versions with date and act, accepted before writing goes on (P5, P8)."""

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.messages import BoardConfigured, GetBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, Acted, GetLog, Thing, ThingKind
from bbs.features.norms.messages import (
    AmendNorms,
    Clause,
    GetNorms,
    ListNormsVersions,
    NormsAmended,
)
from bbs.features.proposals.messages import ListProposals, ProposalEnded
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    ListPosts,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from bbs.powers import Office, Power
from bbs.refusals import CommandWaits, Conflict, NormsFirst, NotAllowed, NotFound, TextRefused
from bbs.streams import board_stream
from bbs_server.features.moderation.records import keep_act
from bbs_server.features.norms.records import clause_existed
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from tests.support.kept import DICE
from tests.support.moot import NORMS, Line, Moot
from tests.support.talk import seated, start

CLIMATE = Clause(
    text="Name the climate you write from.",
    why="Advice that fits one garden kills another.",
    example="“Zone 7, clay” is enough.",
    judgement=True,
)
REASON = "Too much advice was for other places."


def amending(board: BoardId, *clauses: Clause, **more: object) -> AmendNorms:
    """Return a command that gives a board other norms."""
    return AmendNorms(board=board, norms=clauses or (*NORMS, CLIMATE), reason=REASON, **more)


def answer(thread: ThreadId, body: str) -> WritePost:
    """Return an answer to a thread."""
    return WritePost(thread=thread, post=new_id(), body=body)


async def accept(line: Line, board: BoardId, version: int) -> None:
    """Accept norms on the seat that somebody has."""
    await line.ask(TakeSeat(board=board, norms_version=version))


async def test_a_new_version_says_since_when_why_and_by_which_act(moot: Moot) -> None:
    """Norms in force tell their date, reason and act; those before stay readable (P5, P8)."""
    board = await moot.board(moot.sysop, "garden")
    opened = moot.clock()
    moot.clock.jump(days=3)
    assert (await moot.sysop.ask(amending(board, if_version=1))).version == 2
    norms = await moot.sysop.ask(GetNorms(board=board))
    assert (norms.version, norms.clauses) == (2, (*NORMS, CLIMATE))
    assert (norms.since, norms.reason) == (instant(opened + 3 * DAY_MS), REASON)
    [act] = (await moot.sysop.ask(GetLog(board=board, power=Power.AMEND))).acts
    assert (act.id, act.reason, act.office) == (norms.act, REASON, Office.MODERATOR)
    assert {change.field: change.said_after for change in act.changes if change.said_after} == {
        "norm_2": CLIMATE.text,
        "why_of_norm_2": CLIMATE.why,
        "example_of_norm_2": CLIMATE.example,
    }
    first = await moot.sysop.ask(GetNorms(board=board, version=1))
    assert (first.clauses, first.since, first.reason) == (NORMS, instant(opened), None)
    versions = (await moot.sysop.ask(ListNormsVersions(board=board))).versions
    assert [(each.version, each.since, each.act) for each in versions] == [
        (2, norms.since, norms.act),
        (1, first.since, None),
    ]
    assert isinstance(await moot.sysop.refused(GetNorms(board=board, version=3)), NotFound)


async def test_writing_waits_for_the_yes_and_reading_goes_on(moot: Moot) -> None:
    """After a change a seat holder reads, takes back, and writes once the new norms are accepted (P5)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    thread, post = await start(ana, board, "before")
    await moot.sysop.carry(amending(board))
    refused = await ana.refused(answer(thread, "after"))
    assert isinstance(refused, NormsFirst)
    assert (refused.board, refused.version) == (board, 2)
    assert isinstance(await ana.refused(EditPost(post=post, body="again")), NormsFirst)
    assert len((await ana.ask(ListPosts(thread=thread))).posts) == 1
    await accept(ana, board, 2)
    written = (await ana.ask(answer(thread, "after"))).post
    assert written.norms_version == 2
    await ana.ask(WithdrawPost(post=written.id))


async def test_whoever_amended_norms_has_accepted_them(moot: Moot) -> None:
    """Who made the new version is not asked for it (P5)."""
    board = await moot.board(moot.sysop, "garden")
    await moot.sysop.ask(amending(board))
    await start(moot.sysop, board, "at once")


async def test_each_wording_keeps_the_version_in_force_when_it_was_written(moot: Moot) -> None:
    """An edit too: a clause that came later is never held against earlier words (P5)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    thread, post = await start(ana, board, "first wording")
    await moot.sysop.carry(amending(board))
    await accept(ana, board, 2)
    await ana.ask(EditPost(post=post, body="second wording"))
    [shown] = (await ana.ask(ListPosts(thread=thread))).posts
    wordings = (await ana.ask(GetHistory(post=post))).revisions
    assert shown.norms_version == 2
    assert [each.norms_version for each in wordings] == [1, 2]


async def test_other_norms_of_the_commons_are_asked_for_on_every_board_once(moot: Moot) -> None:
    """The commons' norms hold everywhere: one yes to them, and all boards can be written on (P5)."""
    garden = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", garden)
    shed = await moot.board(moot.sysop, "shed")
    await accept(ana, shed, 1)
    await moot.sysop.carry(amending(COMMONS))
    for board in (garden, shed, COMMONS):
        with pytest.raises(NormsFirst) as caught:
            await start(ana, board, "words")
        assert (caught.value.board, caught.value.version) == (COMMONS, 2)
    await accept(ana, COMMONS, 2)
    for board in (garden, shed, COMMONS):
        await start(ana, board, "words")


async def test_where_others_sit_an_amendment_waits(moot: Moot) -> None:
    """Amending is grave: with others there it waits, with its words, and is told (P8, protocol 15)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    await ana.listen(board_stream(board))
    waits = await moot.do_by_delay(moot.sysop, amending(board, if_version=1))
    assert waits.why == ["everybody there would have to accept other norms"]
    [ended] = await ana.told(ProposalEnded)
    assert ended.proposal.state == "carried_out"
    norms = await ana.ask(GetNorms(board=board))
    assert (norms.version, norms.clauses, norms.reason) == (2, (*NORMS, CLIMATE), REASON)
    [told] = await ana.told(NormsAmended)
    assert (told.board, told.version) == (board, 2)
    assert (await ana.told(BoardConfigured))[-1].board.norms_version == 2
    assert (await ana.told(Acted))[-1].act.method == "norms.amend"
    await start(moot.sysop, board, "the mover has accepted them")


async def test_of_two_amendments_that_wait_one_is_carried_out(moot: Moot) -> None:
    """A motion made from norms that are not in force any more changes nothing, and says so."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    assert isinstance(await moot.sysop.refused(amending(board)), CommandWaits)
    refused = await moot.sysop.refused(amending(board, CLIMATE))
    assert isinstance(refused, Conflict)
    await moot.change(
        lambda tx: tx.execute("UPDATE boards SET norms_version = 7 WHERE id = ?", board)
    )
    moot.clock.jump(days=1)
    await moot.do_jobs("commands that wait")
    [ended] = (await ana.ask(ListProposals(board=board, ended=True))).proposals
    assert (ended.state, ended.why_not) == ("could_not", "changed")


async def test_what_changes_nothing_leaves_no_act(moot: Moot) -> None:
    """The same norms again, a rehearsal and a version of before leave norms and log as they are (P8)."""
    board = await moot.board(moot.sysop, "garden")
    assert (await moot.sysop.ask(amending(board, *NORMS))).version == 1
    assert (await moot.sysop.ask(amending(board, dry_run=True))).version == 2
    conflict = await moot.sysop.refused(amending(board, if_version=2))
    assert isinstance(conflict, Conflict)
    assert conflict.revision == 1
    assert (await moot.sysop.ask(GetBoard(board=board))).board.norms_version == 1
    assert (await moot.sysop.ask(GetLog(board=board, power=Power.AMEND))).acts == ()


async def test_norms_nobody_could_accept_are_refused(moot: Moot) -> None:
    """An empty why, no clause, no reason: each is refused in a sentence that names the place."""
    board = await moot.board(moot.sysop, "garden")
    none = await moot.sysop.refused(AmendNorms(board=board, norms=(), reason=REASON))
    assert isinstance(none, BadParams)
    assert (none.field, str(limits.NORMS_MAX) in none.rule) == ("norms", True)
    empty = await moot.sysop.refused(amending(board, Clause(text="Be kind.", why="")))
    assert isinstance(empty, TextRefused)
    assert "norms 1, why" in str(empty)
    blank = await moot.sysop.refused(AmendNorms(board=board, norms=NORMS, reason=" "))
    assert isinstance(blank, TextRefused)


async def test_only_moderators_amend_and_no_token_does(moot: Moot) -> None:
    """Norms are changed in office and from a device (P8)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    assert isinstance(await ana.refused(amending(board)), NotAllowed)
    script = await moot.with_token(moot.sysop, [Power.READ, Power.CONFIGURE])
    assert (await script.refused(amending(board))).code in ("not_allowed", "device_needed")


async def cite(moot: Moot, board: BoardId, norm: int, version: int) -> None:
    """Leave an act that cites a clause, as commands of moderators do."""

    def write(tx: Tx) -> None:
        act = Act(
            id=new_id(),
            board=board,
            number=1,
            at=instant(moot.clock()),
            method="threads.hide",
            author=MemberAuthor(id=moot.sysop.id),
            office=Office.MODERATOR,
            thing=Thing(kind=ThingKind.BOARD, id=board),
            norm=norm,
            norms_version=version,
        )
        for event in keep_act(tx, DICE, act):
            event_log.append(tx, moot.clock(), event, act.author)

    await moot.change(write)


async def test_how_often_each_clause_was_cited_is_shown(moot: Moot) -> None:
    """The board sees how often a clause was cited, also in earlier versions: of the rule (P2, P8)."""
    board = await moot.board(moot.sysop, "garden")
    for _ in range(2):
        await cite(moot, board, norm=1, version=1)
    assert (await moot.sysop.ask(ListNormsVersions(board=board))).cited == (2,)
    await moot.sysop.ask(amending(board, CLIMATE, *NORMS))
    assert (await moot.sysop.ask(ListNormsVersions(board=board))).cited == (0, 2)
    await cite(moot, board, norm=2, version=2)
    assert (await moot.sysop.ask(ListNormsVersions(board=board))).cited == (0, 3)


async def test_a_clause_exists_in_the_versions_that_have_it(moot: Moot) -> None:
    """A clause that came after the words cannot be cited against them, one of their version can (P5)."""
    board = await moot.board(moot.sysop, "garden")
    await moot.sysop.ask(amending(board))
    exists = await moot.read(
        lambda tx: [clause_existed(tx, board, version, 2) for version in (1, 2, 3)]
    )
    assert exists == [False, True, False]
