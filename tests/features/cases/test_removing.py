"""Removing a newcomer who "never was a member": hidden at once, erased after 30 days, or brought back (P7)."""

from collections.abc import Awaitable, Callable

import pytest

from bbs import limits
from bbs.features.arriving.messages import ListGuards
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.cases.appeal_messages import AskAppeal, Verdict
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.judging_messages import LiftSanction
from bbs.features.cases.messages import AskPerson, PassCaseOn
from bbs.features.cases.own_messages import ListOwnCases
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import CaseState, HoldOf, SanctionKind
from bbs.features.members.about_messages import GetProfile, SetProfile
from bbs.features.members.messages import Invite, ListMembers
from bbs.features.moderation.messages import GetLog
from bbs.features.ownership.messages import Export
from bbs.features.reading.messages import ListNotices, Search
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListLines, ListPosts, Say
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS, CaseId, new_id
from bbs.refusals import CommandWaits, Conflict
from bbs.restricted import Restricted
from tests.features.cases.court import WHY, answered
from tests.features.cases.desk import WORDS, Desk, open_desk
from tests.features.proposals.motions import back
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import write

MORE, SAID, ABOUT = "zephyrine", "obsidian", "quincunx"
ALL = (WORDS, MORE, SAID, ABOUT)
Below = Callable[[Desk, CaseId], Awaitable[None]]


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators; tom, who wrote what is reported, is new."""
    desk = await open_desk(moot)
    # The sysop invited everybody, and hears no appeal of theirs.
    await moot.sysop.ask(Appoint(board=COMMONS, member=desk.mo.id))
    desk.moot.clock.jump(seconds=100)
    await write(desk.tom, desk.thread.thread, MORE)
    await desk.tom.ask(Say(board=desk.board, line=new_id(), body=SAID))
    await desk.tom.ask(SetProfile(text=ABOUT))
    return desk


async def _heard(desk: Desk, *, held: bool = True, until: Below | None = None) -> CaseId:
    """Report words, hold them, let the time to answer pass, and pass the case on to the commons."""
    case = await desk.report()
    if held:
        await desk.vera.ask(HoldCase(case=case, of=(HoldOf.WORDS,), text="It is said."))
    else:
        await desk.vera.ask(AskPerson(case=case, text="It is said."))
    await desk.jump(limits.ANSWER_HOURS)
    if until is not None:
        await until(desk, case)
    await desk.vera.ask(PassCaseOn(case=case, text="A newcomer who only insults."))
    return case


async def _refused_below(desk: Desk, case: CaseId) -> None:
    """Let a moderator of the board try what the commons decide about."""
    error = await desk.vera.refused(_removing(case))
    assert isinstance(error, Conflict)
    assert "pass the case on" in str(error)


def _removing(case: CaseId) -> RemoveNewcomer:
    return RemoveNewcomer(case=case, norm=1, reason=WHY)


async def _removed(desk: Desk) -> CaseId:
    case = await _heard(desk)
    await desk.warden.ask(_removing(case))
    return case


async def _posts(desk: Desk) -> list[Post]:
    page = await desk.ann.ask(ListPosts(thread=desk.thread.thread))
    return [post for post in page.posts if post.id != desk.thread.post]


async def _due(desk: Desk) -> None:
    """Let the day come on which account and words are erased, and do what is due."""
    desk.moot.clock.jump(days=limits.REMOVED_DAYS + 1)
    await desk.moot.do_jobs()
    desk.ann = await back(desk.moot, desk.ann)


async def _bytes(desk: Desk) -> set[str]:
    """Return which of tom's words are anywhere in the files."""
    assert await desk.moot.running.dispatcher.store.run_maintenance()
    kept = bytes_in(desk.moot.folder)
    return {words for words in ALL if words.encode() in kept}


async def test_all_is_hidden_at_once_and_two_doors_stay_open(desk: Desk) -> None:
    """Every word is hidden in the moment of the act, sessions end, invitations are revoked; signing in
    again leads to appeal and export alone. Person and host are told, and the log says why."""
    code = new_id()
    await desk.tom.ask(Invite(invitation=code, code=secret("a guest"), uses=1))
    before = len(desk.ann.answers)
    await _removed(desk)
    assert [(post.state, post.of_removed) for post in await _posts(desk)] == [
        (ContentState.HIDDEN, True)
    ] * 2
    [line] = (await desk.ann.ask(ListLines(board=desk.board))).lines
    assert (line.body, line.of_removed) == (None, True)
    assert (await desk.ann.ask(GetProfile(member=desk.tom.id))).text is None
    assert (await desk.ann.ask(Search(query=MORE))).found == ()
    sent = b"".join(desk.ann.answers[before:])
    assert not any(words.encode() in sent for words in ALL)
    sql = "SELECT revoked FROM invitations WHERE id = ?"
    assert await desk.moot.read(lambda tx: tx.fetch_value(sql, code)) == 1
    sessions = "SELECT count(*) FROM sessions WHERE member = ?"
    assert await desk.moot.read(lambda tx: tx.fetch_value(sessions, desk.tom.id)) == 0
    tom = await back(desk.moot, desk.tom)
    [own] = (await tom.ask(ListOwnCases())).cases
    assert own.sanction is not None
    assert (own.state, own.sanction.kind) == (CaseState.DECIDED, SanctionKind.REMOVE)
    await tom.ask(Export())
    error = await tom.refused(ListPosts(thread=desk.thread.thread))
    assert isinstance(error, Restricted)
    assert (error.kind, error.norm) == ("suspended", 1)
    [told, *_] = (await desk.moot.sysop.ask(ListNotices())).notices
    assert told.kind is NoticeKind.GUEST
    assert told.act is not None
    assert told.act.reason == WHY
    [act, *_] = (await desk.ann.ask(GetLog(board=desk.board))).acts
    assert (act.method, act.norm, act.thing.number) == ("cases.remove_newcomer", 1, 1)


async def _released(desk: Desk, case: CaseId) -> None:
    await desk.vera.ask(ReleaseHold(case=case))


async def test_a_hold_that_is_over_is_no_first_key(desk: Desk) -> None:
    """Who held and released at once decides alone as little as who never held."""
    case = await _heard(desk, until=_released)
    assert isinstance(await desk.warden.refused(_removing(case)), CommandWaits)


async def test_after_30_days_account_and_words_are_gone(desk: Desk) -> None:
    """Not before; then from every byte of the files. The handle stays taken, and no one answers to it."""
    await _removed(desk)
    desk.moot.clock.jump(days=limits.REMOVED_DAYS - 1)
    await desk.moot.do_jobs()
    assert await _bytes(desk) == set(ALL) - {SAID}  # talk ends soon by itself
    await _due(desk)
    # The copies in the case are evidence: they end 30 days after it was closed.
    desk.moot.clock.jump(days=limits.EVIDENCE_DAYS)
    await desk.moot.do_jobs()
    assert await _bytes(desk) == set()
    desk.ann = await back(desk.moot, desk.ann)
    assert [(post.state, post.author.__class__.__name__) for post in await _posts(desk)] == [
        (ContentState.WITHDRAWN, "FormerAuthor")
    ] * 2
    members = (await desk.ann.ask(ListMembers())).members
    assert desk.tom.id not in {member.id for member in members}
    tom = desk.moot.line(desk.tom.person)
    await tom.refused(desk.tom.person.with_password())
    states = "SELECT state FROM removed_members"
    assert await desk.moot.read(lambda tx: tx.fetch_value(states)) == "erased"


async def test_nothing_is_erased_while_an_appeal_is_open(desk: Desk) -> None:
    """Its day may come: the words are there until the appeal is decided; upheld, they are erased."""
    await _removed(desk)
    tom = await back(desk.moot, desk.tom)
    appeal = await _appeal(tom)
    await desk.moot.change(lambda tx: tx.execute("UPDATE removed_members SET erase_at = 0"))
    await desk.moot.do_jobs()
    assert await _bytes(desk) == set(ALL)
    await answered(desk.mo, appeal, Verdict.UPHOLD)
    await desk.moot.do_jobs()
    assert MORE not in await _bytes(desk)


async def _appeal(tom: Line) -> str:
    [act, *_] = (await tom.ask(ListOwnCases())).can_appeal
    appeal = new_id()
    await tom.ask(AskAppeal(appeal=appeal, act=act.id, words="I was quoting."))
    return appeal


async def test_a_clock_in_doubt_erases_nothing(desk: Desk) -> None:
    """A wall clock that jumped by a month proves nothing."""
    await _removed(desk)
    await desk.moot.do_jobs()
    desk.moot.clock.step(days=limits.REMOVED_DAYS + 1)
    await desk.moot.do_jobs("go on with removals")
    assert await _bytes(desk) == set(ALL)


@pytest.mark.parametrize("by_appeal", [True, False])
async def test_lifted_all_is_back(desk: Desk, by_appeal: bool) -> None:
    """By an appeal or a moderator: every word is shown again, they write again, nothing is left of it."""
    case = await _removed(desk)
    await desk.moot.do_jobs()
    tom = await back(desk.moot, desk.tom)
    if by_appeal:
        await answered(desk.mo, await _appeal(tom), Verdict.LIFT)
    else:
        await desk.warden.ask(LiftSanction(case=case, reason="I was wrong"))
    assert [post.body for post in await _posts(desk)] == [WORDS, MORE]
    await desk.moot.do_jobs()
    removed = await desk.moot.read(lambda tx: tx.fetch_all("SELECT * FROM removed_members"))
    assert removed == []
    assert (await desk.ann.ask(GetProfile(member=desk.tom.id))).text == ABOUT
    assert (await desk.ann.ask(ListLines(board=desk.board))).lines[0].body == SAID
    await write(tom, desk.thread.thread, "I am back")
    await _due(desk)
    assert await _bytes(desk) == set(ALL) - {SAID}


async def test_who_is_a_member_is_not_removed(desk: Desk) -> None:
    """Below the commons nobody is; after 14 days without a guard the ladder holds; without a hold it
    takes two keys."""
    case = await _heard(desk, held=False, until=_refused_below)
    error = await desk.warden.refused(_removing(case))
    assert isinstance(error, CommandWaits)


async def test_private_words_take_two_also_with_a_hold(desk: Desk) -> None:
    """Nobody is removed by one person for words that few could read (P7)."""
    case = await _heard(desk)
    await desk.moot.change(lambda tx: tx.execute("UPDATE cases SET is_letter = 1"))
    assert isinstance(await desk.warden.refused(_removing(case)), CommandWaits)


async def test_who_holds_an_office_is_not_removed(desk: Desk) -> None:
    """Whom others trusted with an office is a member, however lately they joined."""
    case = await _heard(desk)
    await desk.moot.sysop.ask(Appoint(board=COMMONS, member=desk.tom.id))
    error = await desk.warden.refused(_removing(case))
    assert isinstance(error, Conflict)
    assert "office" in str(error)


async def test_the_ladder_holds_after_14_days(desk: Desk) -> None:
    """Somebody who joined earlier, and for whom no guard is on, is a member."""
    desk.moot.clock.jump(days=limits.REMOVAL_DAYS_FROM_JOINING)
    for name in ("vera", "warden", "rita", "tom", "ann"):
        setattr(desk, name, await back(desk.moot, getattr(desk, name)))
    case = await _heard(desk)
    error = await desk.warden.refused(_removing(case))
    assert isinstance(error, Conflict)
    assert "the ladder holds" in str(error)


async def test_a_guard_of_another_board_makes_nobody_new(desk: Desk) -> None:
    """A member of months who sits down on a board with guards is no newcomer (P7, protocol 24.4)."""
    desk.moot.clock.jump(days=limits.REMOVAL_DAYS_FROM_JOINING)
    for name in ("vera", "warden", "rita", "tom", "ann"):
        setattr(desk, name, await back(desk.moot, getattr(desk, name)))
    sysop = await back(desk.moot, desk.moot.sysop)
    board = await desk.moot.board(sysop, "orchard")
    await sysop.ask(ConfigureBoard(board=board, guard_first_posts=True))
    await desk.tom.ask(TakeSeat(board=board, norms_version=1))
    assert (await desk.tom.ask(ListGuards())).guards
    error = await desk.warden.refused(_removing(await _heard(desk)))
    assert isinstance(error, Conflict)
    assert "the ladder holds" in str(error)


async def test_nothing_is_erased_while_another_appeal_is_open(desk: Desk) -> None:
    """Of a removed newcomer, also against an act that hid words before (P7, protocol 24.5)."""
    post = (await _posts(desk))[-1].id
    await desk.vera.ask(HidePost(post=post, norm=1, reason=WHY))
    await _appeal(desk.tom)
    await _removed(desk)
    await desk.moot.change(lambda tx: tx.execute("UPDATE removed_members SET erase_at = 0"))
    await desk.moot.do_jobs()
    assert await _bytes(desk) == set(ALL)
