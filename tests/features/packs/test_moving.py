"""A board that moves: announced to all, asked of each author, read-only at last, and open again."""

from typing import Any
from unittest.mock import patch

import pytest

from bbs import limits
from bbs.clock import DAY_MS, to_ms
from bbs.errors import BadParams
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import LeaveSeat, TakeSeat
from bbs.features.cases.judging_messages import LetBe
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.members.messages import Invite
from bbs.features.moderation.messages import GetLog
from bbs.features.packs import move_limits
from bbs.features.packs.move_messages import CancelMove, GetMove, MoveChanged
from bbs.features.packs.move_rules import MOVE_TRANSITIONS, ends_at
from bbs.features.packs.move_views import MoveState
from bbs.features.proposals.messages import WithdrawProposal
from bbs.features.reading.messages import GetInbox, ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import ListThreads, WithdrawPost, WritePost
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict
from bbs.restricted import Restricted
from bbs.streams import board_stream
from bbs.terminal.act_text import describe_act
from tests.features.packs.gardens import KEY, WHY, Garden, moving
from tests.features.proposals.motions import back, oppose
from tests.support.moot import Line
from tests.support.people import secret
from tests.support.talk import Begun, start


async def test_it_is_announced_and_its_authors_are_asked(garden: Garden) -> None:
    """The command waits 14 days, readers see where to at once, and each author is told (protocol 30.1)."""
    await garden.ana.listen(board_stream(garden.board))
    waits = await garden.announce()
    days = (to_ms(waits.until) - garden.moot.clock()) / DAY_MS
    assert (waits.way, days) == ("delay", move_limits.MOVE_DAYS)
    [told] = await garden.ana.told(MoveChanged)
    assert told.state is MoveState.ANNOUNCED
    move = (await garden.ana.ask(GetMove(board=garden.board))).move
    assert move is not None
    assert (move.host, move.key, move.slug, move.visibility) == (
        *("new.example:7000", KEY, "garden"),
        Visibility.MEMBERS,
    )
    await garden.moot.do_jobs()
    await garden.moot.do_jobs()
    for line in (garden.ana, garden.bo):
        inbox = await line.ask(GetInbox())
        asked = [each.notice for each in inbox.items if each.notice is not None]
        [notice] = [each for each in asked if each.kind is NoticeKind.MOVE]
        assert (notice.board, notice.proposal, notice.until) == (
            *(garden.board, waits.proposal),
            waits.until,
        )


async def test_who_sits_there_and_wrote_nothing_is_told_too(garden: Garden) -> None:
    """Every seat holder has a notice, once, in slices where many sit (protocol 30.2)."""
    garden.moot.code = secret("one more invitation")
    await garden.moot.sysop.ask(Invite(invitation=new_id(), code=garden.moot.code, uses=9))
    cy = await garden.moot.join("cy")
    await cy.ask(TakeSeat(board=garden.board, norms_version=1))
    with patch.object(limits, "SLICE_ROWS", 1):
        await garden.announce()
        for _ in range(9):
            await garden.moot.do_jobs()
    for line in (cy, garden.ana, garden.bo, garden.moot.sysop):
        notices = (await line.ask(ListNotices())).notices
        assert [each.board for each in notices if each.kind is NoticeKind.MOVE] == [garden.board]


async def test_then_only_what_ends_words_is_done(garden: Garden) -> None:
    """Once it is ready nobody writes, sits down or changes anything; words can be taken back, and seats
    left, and all is read (protocol 30.4)."""
    garden.moot.code = secret("another invitation")
    await garden.moot.sysop.ask(Invite(invitation=new_id(), code=garden.moot.code, uses=9))
    cy = await garden.moot.join("cy")
    await garden.ready()
    cy = await back(garden.moot, cy)
    write = WritePost(thread=garden.of_ana.thread, post=new_id(), body="More.")
    refused: list[tuple[Line, Any]] = [
        (garden.bo, write),
        (cy, TakeSeat(board=garden.board, norms_version=1)),
        (garden.moot.sysop, ConfigureBoard(board=garden.board, title="Other")),
    ]
    for line, request in refused:
        error = await line.refused(request)
        assert isinstance(error, Restricted)
        assert (error.kind, error.reason) == ("moving", WHY)
    assert len((await cy.ask(ListThreads(board=garden.board))).threads) == 2
    await garden.ana.ask(WithdrawPost(post=garden.of_ana.post))
    await garden.bo.ask(LeaveSeat(board=garden.board))


async def test_enough_objections_end_it(garden: Garden) -> None:
    """Members object as to any delay; then the board does not move, and is as before (protocol 30.2)."""
    waits = await garden.announce()
    await garden.ana.ask(oppose(garden.ana, waits))
    await garden.bo.ask(oppose(garden.bo, waits))
    assert await garden.state() is None
    await garden.pass_days(move_limits.MOVE_DAYS)
    assert await garden.state() is None
    await start(garden.ana, garden.board, "Still here.")


async def test_its_mover_withdraws_it_before_and_opens_it_after(garden: Garden) -> None:
    """Until it is ready its mover takes the command back; then who has the power cancels, and the log
    says so (protocol 30.2, P8)."""
    waits = await garden.announce(community="The Allotments")
    cancel = CancelMove(board=garden.board, reason="We stay.")
    assert isinstance(await garden.moot.sysop.refused(cancel), Conflict)
    assert waits.proposal is not None
    await garden.moot.sysop.ask(WithdrawProposal(board=garden.board, proposal=waits.proposal))
    assert isinstance(await garden.moot.sysop.refused(cancel), Conflict)
    await garden.ready()
    await garden.moot.sysop.ask(cancel)
    await start(garden.ana, garden.board, "Still here.")
    acts = (await garden.ana.ask(GetLog(board=garden.board))).acts
    said = [(act.method, act.reason, act.changes[0].said_before) for act in acts]
    assert (
        "packs.cancel_move",
        "We stay.",
        "garden at bbs://new.example:7000, visible to every member",
    ) in said
    *_, ended, announced = (describe_act(act, {}, lambda _: "garden") for act in acts)
    assert "announced that garden moves to another community: it is to be garden at" in announced
    assert "visible to every member; that is The Allotments: " in announced
    assert ended.endswith("visible to every member: Its mover withdrew it.")


async def _report(garden: Garden, of: Begun) -> str:
    """Let ana report words of bo's; return the case."""
    report = ReportPost(post=of.post, report=new_id(), norm=1, words="This hurts.")
    await garden.ana.ask(report)
    sql = "SELECT id FROM cases WHERE matter = ?"
    case: str = await garden.moot.read(lambda tx: tx.fetch_value(sql, of.post))
    return case


async def test_it_waits_for_open_cases(garden: Garden) -> None:
    """Refused with how many while any is open; one that is opened during its days goes on, and the board
    is closed once it is over (protocol 30.1, 30.3)."""
    case = await _report(garden, garden.of_bo)
    error = await garden.moot.sysop.refused(moving(garden.board))
    assert isinstance(error, Conflict)
    assert "1 case is open" in str(error)
    await garden.moot.sysop.ask(LetBe(case=case))
    await garden.announce()
    second = await start(garden.bo, garden.board, "More beans.")
    case = await _report(garden, second)
    await garden.moot.change(lambda tx: tx.execute("UPDATE proposals SET until = moved_at"))
    await garden.moot.do_jobs("commands that wait", "bring moves on")
    assert await garden.state() is MoveState.WAITING
    await start(garden.ana, garden.board, "Written meanwhile.")
    await garden.moot.sysop.ask(LetBe(case=case))
    await garden.moot.do_jobs("bring moves on")
    assert await garden.state() is MoveState.READY
    acts = (await garden.ana.ask(GetLog(board=garden.board))).acts
    assert "The cases that were open there are over." in [act.reason for act in acts]


async def test_without_a_receipt_it_opens_again(garden: Garden) -> None:
    """30 days without the new server's receipt, by the proven time: it is open, and the log says why
    (protocol 30.5)."""
    await garden.ready()
    await garden.pass_days(move_limits.RECEIPT_DAYS - 1)
    assert await garden.state() is MoveState.READY
    await garden.pass_days(1)
    assert await garden.state() is None
    await start(garden.ana, garden.board, "Still here.")
    acts = (await garden.ana.ask(GetLog(board=garden.board))).acts
    [why] = [act.reason for act in acts if act.method == "packs.bring_on"]
    assert why == "No receipt of the new server came in 30 days."


@pytest.mark.parametrize(
    "fields",
    [
        {"host": "-x-"},
        {"host": "new.example:0"},
        {"host": "1.2.3"},
    ],
)
async def test_an_address_that_is_none_is_refused(garden: Garden, fields: dict[str, Any]) -> None:
    """What no client could reach is not announced (protocol 30.1)."""
    assert isinstance(await garden.moot.sysop.refused(moving(garden.board, **fields)), BadParams)


async def test_what_cannot_move_is_refused(garden: Garden) -> None:
    """The commons stays; nothing moves to where more people could read it, nor twice (protocol 30.1)."""
    sysop = garden.moot.sysop
    assert isinstance(await sysop.refused(moving(COMMONS)), Conflict)
    await garden.moot.change(
        lambda tx: tx.execute(
            "UPDATE boards SET visibility = 'unlisted' WHERE id = ?", garden.board
        )
    )
    assert isinstance(await sysop.refused(moving(garden.board)), BadParams)
    await garden.announce(visibility="private")
    assert isinstance(await sysop.refused(moving(garden.board, visibility="private")), Conflict)


def test_the_table_of_moves_leads_from_announced_to_rest() -> None:
    """Each state is reached, and none but the last is an end; as long as the address leads on, a board
    may be here again: it never went, or it came home (protocol 30.3, 30.11)."""
    reached = {state for follow in MOVE_TRANSITIONS.values() for state in follow} - {None}
    assert reached == set(MoveState)
    ends = [state for state, follow in MOVE_TRANSITIONS.items() if not follow]
    assert ends == [MoveState.REST]
    opens = [state for state, follow in MOVE_TRANSITIONS.items() if None in follow]
    assert opens == [state for state in MoveState if state is not MoveState.REST]
    assert ends_at(MoveState.REST, 0, 0) is None
