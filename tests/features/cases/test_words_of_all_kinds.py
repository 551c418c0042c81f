"""Decisions about lines, letters and many words at once (protocol 23.1 and 23.4)."""

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.appeal_messages import Verdict
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.messages import AskPerson, ListCases, PassCaseOn
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.reporting_messages import ReportLine
from bbs.features.cases.views import CaseState, HoldOf, SanctionKind
from bbs.features.letters.messages import ReportLetter
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts, Say, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, CaseId, new_id
from bbs.refusals import Conflict, NotFound
from bbs.restricted import Restricted
from tests.features.cases.court import WHY, answered, appealed, decision, heard, own, written
from tests.features.cases.desk import Desk, open_desk
from tests.features.proposals.motions import moved
from tests.support.letters import letter_between, write
from tests.support.moot import Moot
from tests.support.talk import start


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators."""
    return await open_desk(moot)


async def _answered(desk: Desk, case: CaseId) -> CaseId:
    await desk.vera.ask(AskPerson(case=case, text="It is said to be unkind."))
    await desk.tom.ask(AnswerCase(case=case, text="I was tired."))
    return case


async def test_a_line_is_hidden_and_restored(desk: Desk) -> None:
    """A line of a lounge is hidden by the decision, and shown again by the appeal."""
    line = new_id()
    await desk.tom.ask(Say(board=desk.board, line=line, body="You fools."))
    await desk.rita.ask(ReportLine(line=line, report=new_id(), norm=1))
    case = await _answered(desk, await desk.case_of(line))
    await desk.vera.ask(decision(case, SanctionKind.WORD, hides=True))

    async def state() -> ContentState:
        sql = "SELECT count(*) FROM hidings WHERE thing = ? AND ended_at IS NULL"
        count = await desk.moot.read(lambda tx: tx.fetch_value(sql, line))
        return ContentState.HIDDEN if count else ContentState.PUBLISHED

    assert await state() is ContentState.HIDDEN
    await answered(desk.mo, await appealed(desk), Verdict.LIFT)
    assert await state() is ContentState.PUBLISHED


async def test_private_words_take_two_and_are_not_hidden(desk: Desk) -> None:
    """Words of a letter are judged by the commons' norms, on the commons, by two (P2)."""
    letter = await letter_between(desk.moot, desk.ann, desk.tom)
    post = await write(desk.tom, letter, "You fool.")
    report = ReportLetter(letter=letter.id, report=new_id(), posts=(post.id,), clause=1)
    await desk.ann.ask(report)
    [head] = (await desk.warden.ask(ListCases())).cases
    assert head.is_letter
    await desk.warden.ask(AskPerson(case=head.id, text="It is said to be unkind."))
    await desk.tom.ask(AnswerCase(case=head.id, text="I was tired."))
    hides = decision(head.id, SanctionKind.WORD, hides=True)
    assert isinstance(await desk.warden.refused(hides), BadParams)
    waits = await moved(desk.warden, decision(head.id, SanctionKind.WORD))
    assert "private words" in str(waits)
    await desk.jump(limits.PERSON_WAIT_HOURS + 1)
    seen = await own(desk)
    assert seen.sanction is not None
    assert (seen.sanction.board, seen.sanction.kind) == (COMMONS, SanctionKind.WORD)


async def test_who_is_suspended_reads_nothing_there(desk: Desk) -> None:
    """Suspended from a public board, they read it as little as they write (P7)."""
    await desk.vera.ask(decision(await heard(desk), SanctionKind.SUSPEND))
    refused = await desk.tom.refused(ListPosts(thread=desk.thread.thread))
    assert isinstance(refused, Restricted | NotFound)
    assert (await desk.tom.ask(ListOwnCases())).cases[0].state is CaseState.DECIDED


async def test_many_hidden_words_take_two_however_split(desk: Desk) -> None:
    """What a moderator hid by hand counts together with what the decision hides (15.12)."""
    for _ in range(limits.HIDDEN_BY_ONE_MAX):
        post = await written(desk)
        await desk.vera.ask(HidePost(post=post, norm=1, reason=WHY))
    case = await _answered(desk, await desk.report())
    waits = await moved(desk.vera, decision(case, None, hides=True))
    assert waits.to_few
    assert (await desk.seen(desk.vera, case)).head.state is CaseState.MOVED


async def test_a_hold_stands_until_time_confirms_it(desk: Desk) -> None:
    """Where nobody can give the second key, held words stay held until the decision hides them."""
    for _ in range(limits.HIDDEN_BY_ONE_MAX):
        await desk.vera.ask(HidePost(post=await written(desk), norm=1, reason=WHY))
    case = await desk.report()
    hold = HoldCase(case=case, of=(HoldOf.WORDS, HoldOf.WRITING), text="It is said.")
    await desk.vera.ask(hold)
    await desk.tom.ask(AnswerCase(case=case, text="I was tired."))
    waits = await moved(desk.vera, decision(case, SanctionKind.SILENCE, hides=True))
    assert waits.way == "delay"
    await desk.jump(limits.PERSON_WAIT_HOURS - 1)
    assert (await desk.seen(desk.vera, case)).head.hold_until is not None
    writes = WritePost(thread=desk.thread.thread, post=new_id(), body="But")
    assert isinstance(await desk.tom.refused(writes), Restricted)
    await desk.jump(2)
    seen = await desk.seen(desk.vera, case)
    assert (seen.head.state, seen.head.hold_until, seen.held) == (CaseState.DECIDED, None, ())
    refused = await desk.tom.refused(writes)
    assert isinstance(refused, Restricted)
    assert (refused.kind, refused.norm) == (RestrictionKind.SILENCED, 1)
    acts = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert "cases.decide" in {act.method for act in acts}


async def test_the_last_one_above_suspends_from_the_community(desk: Desk) -> None:
    """Where nobody else is above to take the case, whoever handles it there and is above decides (23.2)."""
    case = await _answered(desk, await desk.report())
    whole = decision(case, SanctionKind.SUSPEND, of_community=True)
    above = (desk.warden.id, desk.moot.sysop.id)
    sql = "DELETE FROM offices WHERE member IN (?, ?)"
    await desk.moot.change(lambda tx: tx.execute(sql, *above))
    assert isinstance(await desk.vera.refused(PassCaseOn(case=case, text="To whom?")), Conflict)
    refused = await desk.vera.refused(whole)
    assert "none of them may handle this case; suspend from the board" in str(refused)
    sysop = "INSERT INTO offices (board, member, office, since) VALUES (?, ?, 'sysop', 0)"
    await desk.moot.change(lambda tx: tx.execute(sysop, COMMONS, desk.vera.id))
    await desk.vera.ask(whole)
    assert (await own(desk)).sanction is not None


async def test_from_the_community_only_above_the_board(desk: Desk) -> None:
    """Also whoever moderates both passes the case on before; a suspension on the commons is one from
    the community, and has to say so."""
    await desk.moot.sysop.ask(Appoint(board=COMMONS, member=desk.vera.id))
    case = await _answered(desk, await desk.report())
    whole = decision(case, SanctionKind.SUSPEND, of_community=True)
    assert isinstance(await desk.vera.refused(whole), BadParams)
    desk.moot.clock.jump(seconds=60)
    post = (await start(desk.tom, COMMONS, "You fools.")).post
    case = await desk.report(post=post)
    await desk.warden.ask(AskPerson(case=case, text="It is said to be unkind."))
    await desk.tom.ask(AnswerCase(case=case, text="I was tired."))
    part = decision(case, SanctionKind.SUSPEND)
    assert isinstance(await desk.warden.refused(part), BadParams)
    await desk.warden.ask(decision(case, SanctionKind.SUSPEND, of_community=True))
    assert (await own(desk)).sanction is not None
