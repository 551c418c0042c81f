"""A clause of the commons' norms, which hold everywhere, is cited on any board, and told apart (P5)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.messages import Act, GetLog
from bbs.features.norms.clause_text import ClauseNumber, clause_name, parse_clause_number
from bbs.features.norms.messages import AmendNorms, Clause, ListNormsVersions
from bbs.features.reading.messages import ListNotices
from bbs.features.threads.hiding_messages import HideLine, HidePost, RestoreLine, RestorePost
from bbs.features.threads.messages import ListPosts, Say
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import Conflict
from bbs.terminal.act_text import describe_act
from tests.features.proposals.motions import moved, waiting
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start

WHY = "It threatens somebody"
FLOOR = (
    Clause(text="Threaten nobody.", why="We meet."),
    Clause(text="Be kind.", why="We stay.", judgement=True),
    Clause(text="Name no employer.", why="It follows home."),
)


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community with a sysop."""
    async with open_founded(tmp_path / "data") as running:
        yield running


async def _garden(moot: Moot) -> tuple[BoardId, Line, Line]:
    """Return a board, ana who writes there, and bo who moderates it."""
    board = await moot.board(moot.sysop, "garden")
    ana, bo = await seated(moot, "ana", board), await seated(moot, "bo", board)
    await moot.sysop.ask(Appoint(board=board, member=bo.id))
    return board, ana, bo


async def _acts(line: Line, board: BoardId, *, of_commons: bool = False) -> list[Act]:
    return list((await line.ask(GetLog(board=board, norm=1, of_commons=of_commons))).acts)


async def test_the_floor_is_cited_on_any_board(moot: Moot) -> None:
    """Marker, log, notice and restoring name the commons; the board's own clause 1 is another one, and
    citations are counted where the clause stands (P5, P8)."""
    board, ana, bo = await _garden(moot)
    thread, post = await start(ana, board)
    other, line = (await start(ana, board)).post, new_id()
    await ana.ask(Say(board=board, line=line, body="Silly"))
    await bo.ask(HidePost(post=other, norm=1, reason=WHY))
    hidden = (await bo.ask(HidePost(post=post, norm=1, of_commons=True, reason=WHY))).post
    assert (hidden.norm, hidden.of_commons) == (1, True)
    [marker] = (await ana.ask(ListPosts(thread=thread))).posts
    assert (marker.norm, marker.of_commons) == (1, True)
    said = (await bo.ask(HideLine(line=line, norm=1, of_commons=True, reason=WHY))).line
    assert (said.norm, said.of_commons) == (1, True)
    again = await bo.refused(HidePost(post=post, norm=1, reason=WHY))
    assert isinstance(again, Conflict)
    [own] = await _acts(ana, board)
    assert (own.thing.id, own.norms_board) == (other, None)
    acts = await _acts(ana, board, of_commons=True)
    assert [(act.thing.id, act.norms_board, act.norms_version) for act in acts] == [
        (line, COMMONS, 1),
        (post, COMMONS, 1),
    ]
    told = describe_act(acts[0], {}, lambda key: "garden")
    assert "by norm 1 of the commons: It threatens" in told
    of_line, of_post, _ = (await ana.ask(ListNotices())).notices
    for notice in (of_line, of_post):
        assert notice.act is not None
        assert notice.act.norms_board == COMMONS
    cited = [(await ana.ask(ListNormsVersions(board=each))).cited[0] for each in (board, COMMONS)]
    assert cited == [1, 2]
    await bo.ask(RestorePost(post=post, reason=WHY))
    await bo.ask(RestoreLine(line=line, reason=WHY))
    assert {act.norms_board for act in await _acts(ana, board, of_commons=True)} == {COMMONS}
    assert len(await _acts(ana, board)) == 1


async def test_the_floor_is_cited_as_it_was_when_the_words_were_written(moot: Moot) -> None:
    """A clause that the commons' norms got later is cited against nothing written before (P5)."""
    board, ana, bo = await _garden(moot)
    before = (await start(ana, board)).post
    moot.clock.jump(hours=1)
    await moot.sysop.carry(AmendNorms(board=COMMONS, norms=FLOOR, reason="More"))
    for line in (ana, bo):
        await line.ask(TakeSeat(board=COMMONS, norms_version=2))
    after = (await start(ana, board)).post
    norm = len(FLOOR)
    refused = await bo.refused(HidePost(post=before, norm=20, of_commons=True, reason=WHY))
    assert isinstance(refused, BadParams)
    assert "version 1 of the commons' norms" in str(refused)
    await bo.ask(HidePost(post=after, norm=norm, of_commons=True, reason=WHY))
    await bo.ask(HidePost(post=before, norm=1, of_commons=True, reason=WHY))
    versions = [act.norms_version for act in (await bo.ask(GetLog(board=board))).acts[:2]]
    assert versions == [1, 2]


async def test_a_judgement_of_the_floor_takes_two_everywhere(moot: Moot) -> None:
    """The mark of the commons' clause counts, and what waits names whose clause it is (15.11)."""
    board, ana, bo = await _garden(moot)
    await moot.sysop.carry(AmendNorms(board=COMMONS, norms=FLOOR, reason="More"))
    for line in (ana, bo):
        await line.ask(TakeSeat(board=COMMONS, norms_version=2))
    post = (await start(ana, board)).post
    waits = await moved(bo, HidePost(post=post, norm=2, of_commons=True, reason=WHY))
    [proposal] = await waiting(bo, board)
    assert proposal.id == waits.proposal
    assert (proposal.norm, proposal.norms_version, proposal.norms_board) == (2, 2, COMMONS)


async def test_on_the_commons_it_is_their_own(moot: Moot) -> None:
    """There both ways of naming a clause name the same."""
    ana = await moot.join("ana")
    post = (await start(ana, COMMONS)).post
    hidden = (await moot.sysop.ask(HidePost(post=post, norm=1, of_commons=True, reason=WHY))).post
    assert (hidden.norm, hidden.of_commons) == (1, False)
    assert len(await _acts(ana, COMMONS)) == len(await _acts(ana, COMMONS, of_commons=True)) == 1


@given(st.integers(1, limits.NORMS_MAX), st.booleans())
def test_a_clause_is_named_as_it_is_typed(number: int, of_commons: bool) -> None:
    """`3` is the board's, `commons 3` the commons'; nothing else names one."""
    typed = f"commons {number}" if of_commons else str(number)
    assert parse_clause_number(typed) == ClauseNumber(number, of_commons)
    assert clause_name(number, of_commons=of_commons).endswith("commons") == of_commons
    for wrong in ("", "0", f"{limits.NORMS_MAX + 1}", "garden 1", "commons", "one", f"-{number}"):
        assert parse_clause_number(wrong) is None
