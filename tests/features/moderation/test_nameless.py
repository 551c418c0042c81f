"""What decides about a case names nobody: seat holders read who is restricted, while it lasts (P7)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.cases.appeal_messages import Verdict
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.judging_messages import DecideCase
from bbs.features.cases.views import HoldOf, SanctionKind
from bbs.features.members.views import OfficeAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.numbers_messages import GetNumbers
from bbs.features.moderation.standing_messages import ListRestricted
from bbs.features.reading.messages import ListNotices
from bbs.powers import Office
from bbs.streams import COMMONS_STREAM, board_streams, member_stream
from tests.features.cases.court import answered, appealed, decision, heard, silenced
from tests.features.cases.desk import Desk, open_desk
from tests.features.moderation.test_acts import returned
from tests.support.moot import Line, open_moot
from tests.support.talk import seated


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A board with a desk, in a community of its own."""
    async with open_moot(tmp_path) as moot:
        yield await open_desk(moot)


async def listening(desk: Desk, handle: str) -> Line:
    """Return somebody without a seat on the board, who listens to all that they may."""
    line = await desk.moot.join(handle)
    await listen(desk, line)
    return line


async def listen(desk: Desk, line: Line) -> None:
    """Let somebody listen to the board, the commons and their own stream from now on."""
    await line.listen(*board_streams(desk.board), COMMONS_STREAM, member_stream(line.id))


async def test_a_silence_names_nobody_but_to_seat_holders(desk: Desk) -> None:
    """No byte to people without a seat has the name; seat holders read it, until the end (P7, P11)."""
    olga = await listening(desk, "olga")
    await listen(desk, desk.ann)
    upto = len(olga.tape.frames), len(olga.answers), len(desk.ann.tape.frames)
    await silenced(desk)
    await desk.ann.settle()
    await olga.settle()
    await olga.ask(GetLog(board=desk.board))
    await olga.ask(ListNotices())
    for request in (ListRestricted(board=desk.board), GetNumbers(board=desk.board)):
        assert (await olga.refused(request)).code == "boards.seat_needed"
    sent = [*olga.tape.frames[upto[0] :], *olga.answers[upto[1] :]]
    assert [each for each in sent if desk.tom.id.encode() in each] == []
    frames = desk.ann.tape.frames[upto[2] :]
    assert [each for each in frames if desk.tom.id.encode() in each] == []
    [one] = (await desk.ann.ask(ListRestricted(board=desk.board))).members
    [act] = [
        each
        for each in (await desk.ann.ask(GetLog(board=desk.board))).acts
        if each.method == DecideCase.method
    ]
    assert (one.member, one.restriction.act) == (desk.tom.id, act.id)
    assert (act.about, act.norm) == (None, 1)
    await desk.jump(3 * 24)
    ann = await desk.moot.again(desk.ann)
    assert (await ann.ask(ListRestricted(board=desk.board))).members == ()
    ann_answers = len(ann.answers)
    await ann.ask(GetLog(board=desk.board))
    assert desk.tom.id.encode() not in b"".join(ann.answers[ann_answers:])


async def test_who_was_judged_is_told_in_person(desk: Desk) -> None:
    """The notice of the act is theirs, with clause and reason, though the log has no name (P8)."""
    await silenced(desk)
    notices = (await desk.tom.ask(ListNotices())).notices
    [act] = [each.act for each in notices if each.act and each.act.method == DecideCase.method]
    assert (act.about, act.norm) == (desk.tom.id, 1)


async def test_lifting_and_appeals_name_nobody_either(desk: Desk) -> None:
    """The acts by which a decision ends say no more than the one that it was."""
    olga = await listening(desk, "olga")
    await silenced(desk)
    appeal = await appealed(desk)
    await answered(desk.mo, appeal, Verdict.LIFT)
    upto = len(olga.answers)
    log = (await olga.ask(GetLog(board=desk.board, of_cases=True))).acts
    assert {each.about for each in log} == {None}
    assert len(log) == 2
    await olga.settle()
    sent = [*olga.tape.frames, *olga.answers[upto:]]
    assert [each for each in sent if desk.tom.id.encode() in each] == []
    assert (await desk.ann.ask(ListRestricted(board=desk.board))).members == ()


async def test_a_decision_by_office_names_neither(desk: Desk) -> None:
    """Where the log names offices, nor who decided; the person's own notice has the office, too."""
    await desk.vera.ask(ConfigureBoard(board=desk.board, log_by_office=True))
    olga = await listening(desk, "olga")
    case = await heard(desk)
    upto = len(olga.tape.frames)
    await desk.vera.ask(decision(case, SanctionKind.SILENCE))
    await olga.settle()
    sent = b"\n".join(olga.tape.frames[upto:])
    assert desk.vera.id.encode() not in sent
    assert desk.tom.id.encode() not in sent
    [act, *_] = (await olga.ask(GetLog(board=desk.board, of_cases=True))).acts
    assert act.author == OfficeAuthor(office=Office.MODERATOR)
    told_tom = (await desk.tom.ask(ListNotices())).notices
    [mine] = [each.act for each in told_tom if each.act and each.act.method == DecideCase.method]
    assert mine.author == OfficeAuthor(office=Office.MODERATOR)
    assert (await desk.mo.ask(GetLog(board=desk.board))).acts[0].author != act.author


async def test_an_urgent_hold_is_nobodys_to_read(desk: Desk) -> None:
    """Nothing is decided yet, so that seat holders read no name."""
    case = await desk.report()
    await desk.vera.ask(HoldCase(case=case, of=(HoldOf.WRITING,), text="It is said to be unkind."))
    assert (await desk.ann.ask(ListRestricted(board=desk.board))).members == ()


async def test_appeals_are_counted_by_what_became_of_them(desk: Desk) -> None:
    """A silence that an appeal lifted is a decision within three days, and one overturned."""
    for number in range(limits.NUMBERS_SEATS_MIN):
        await seated(desk.moot, f"person{number}", desk.board)
    await silenced(desk)
    await answered(desk.mo, await appealed(desk), Verdict.LIFT)
    desk.moot.clock.jump(days=32)
    found = (await (await returned(desk.moot, desk.ann)).ask(GetNumbers(board=desk.board))).numbers
    assert found is not None
    assert (found.reports, found.posts, found.cases, found.decided) == (1, 2, 1, 1)
    assert (found.appealed, found.upheld, found.overturned) == (1, 0, 1)
    assert found.within_day + found.within_three_days == 1
    assert desk.tom.id not in str(found)
