"""Urgent holds and removed newcomers, from the first moment to the last byte (protocol 24)."""

import pytest

from bbs import limits
from bbs.clock import HOUR_MS, to_ms
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.appeal_messages import AskAppeal, DecideAppeal, Verdict
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.judging_messages import DecideCase
from bbs.features.cases.messages import AskPerson, PassCaseOn
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import CaseState, HoldOf, SanctionKind
from bbs.features.members.about_messages import SetProfile
from bbs.features.members.messages import ListMembers
from bbs.features.proposals.messages import SecondProposal
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.messages import ListPosts, Say, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS, AppealId, CaseId, ThreadId, new_id
from bbs.refusals import CommandWaits
from bbs.restricted import Restricted
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.writer import SqliteStore
from tests.journeys.matter import WORDS, Place, again, open_matter, pass_hours
from tests.support.erased import files_with
from tests.support.voices import PASSWORD, Hall, Voice

WHY = "It is unkind to people who ask."
SAID = "It is said that you insult people."
PROFILE, LINE = "quincunxprofile", "obsidianline"
ALL = (WORDS, PROFILE, LINE)


@pytest.fixture
async def place(hall: Hall) -> Place:
    """A board with two moderators who do not moderate the commons."""
    return await open_matter(hall)


async def _thread(hall: Hall, place: Place) -> ThreadId:
    sql = "SELECT thread FROM posts WHERE id = ?"
    thread: ThreadId = await hall.read(lambda tx: tx.fetch_value(sql, place.post))
    return thread


async def _seen(hall: Hall, place: Place, voice: Voice) -> Post:
    """Return the reported post as a member reads it."""
    return (await voice.ask(ListPosts(thread=await _thread(hall, place)))).posts[0]


async def _writing(hall: Hall, place: Place) -> WritePost:
    return WritePost(thread=await _thread(hall, place), post=new_id(), body="Again")


async def _held(hall: Hall, place: Place) -> CaseId:
    """Hold words and writing, and check that nobody beside author and desk is told the words."""
    case = await place.report()
    start = len(place.rita.happened)
    await place.vera.ask(HoldCase(case=case, of=(HoldOf.WORDS, HoldOf.WRITING), text=SAID))
    [hidden] = await place.rita.told(TextHidden)
    assert hidden.post.hold_until is not None
    seen = await _seen(hall, place, place.rita)
    assert (seen.state, seen.body) == (ContentState.HIDDEN, None)
    assert (await place.rita.ask(Search(query="fools"))).found == ()
    assert WORDS not in str(place.rita.happened[start:])
    refused = await place.tom.refused(await _writing(hall, place))
    assert isinstance(refused, Restricted)
    assert refused.until == hidden.post.hold_until
    return case


async def _is_over(hall: Hall, place: Place) -> None:
    """Check that words and writing are back, told to who listens, and that nothing is left."""
    [shown] = await place.rita.told(TextShown)
    assert shown.post.body == WORDS
    assert (await _seen(hall, place, place.rita)).hold_until is None
    await place.tom.ask(await _writing(hall, place))
    assert (await hall.dump())["hidings"] == []


async def test_nobody_decides_and_it_dissolves(hall: Hall, place: Place) -> None:
    """After 36 hours words and writing are back, over a restart too (P7)."""
    await _held(hall, place)
    await pass_hours(hall, limits.HOLD_HOURS_MAX - 1)
    assert (await _seen(hall, place, place.rita)).body is None
    await hall.stop()
    await hall.start()
    place.rita, place.tom = await again(hall, place.rita), await again(hall, place.tom)
    await place.rita.listen(place.board)
    await pass_hours(hall, 1)
    await _is_over(hall, place)


async def test_it_dissolves_12_hours_after_the_answer(hall: Hall, place: Place) -> None:
    """Who answers early waits no longer than that, and readers are told the new end."""
    case = await _held(hall, place)
    await pass_hours(hall, 2)
    await place.tom.ask(AnswerCase(case=case, text="I was quoting."))
    await hall.do_jobs()
    seen = await _seen(hall, place, place.rita)
    assert seen.hold_until is not None
    ends = limits.HOLD_AFTER_ANSWER_HOURS * HOUR_MS
    assert to_ms(seen.hold_until) == hall.clock() + ends
    await pass_hours(hall, limits.HOLD_AFTER_ANSWER_HOURS)
    await _is_over(hall, place)


def _decision(case: CaseId) -> DecideCase:
    return DecideCase(
        case=case, norm=1, hides=True, sanction=SanctionKind.SILENCE, days=3, reason=WHY
    )


async def _is_decided(hall: Hall, place: Place) -> None:
    """Check that the clause took the place of the hold, and that the words were never shown."""
    seen = await _seen(hall, place, place.rita)
    assert (seen.state, seen.norm, seen.hold_until) == (ContentState.HIDDEN, 1, None)
    refused = await place.tom.refused(await _writing(hall, place))
    assert isinstance(refused, Restricted)
    assert refused.norm == 1
    assert place.rita.events(kind=TextShown) == []


async def test_a_decision_confirms_it(hall: Hall, place: Place) -> None:
    """A clause is cited within the hold: what was held stays hidden, with an end of its own (P5)."""
    case = await _held(hall, place)
    await place.tom.ask(AnswerCase(case=case, text="I was quoting."))
    await place.vera.ask(_decision(case))
    await pass_hours(hall, limits.HOLD_HOURS_MAX)
    await _is_decided(hall, place)


async def test_where_only_a_wait_confirms_it_stands(hall: Hall, place: Place) -> None:
    """Nobody can give the second key: held until the decision takes effect after 72 hours (P8)."""
    case = await _held(hall, place)
    await hall.change(lambda tx: tx.execute("UPDATE norms SET judgement = 1"))
    await pass_hours(hall, limits.ANSWER_HOURS)
    waits = await place.vera.refused(_decision(case))
    assert isinstance(waits, CommandWaits)
    assert waits.way == "delay"
    await pass_hours(hall, limits.HOLD_HOURS_MAX)
    seen = await _seen(hall, place, place.rita)
    assert (seen.body, seen.hold_until) == (None, waits.until)
    await pass_hours(hall, (to_ms(waits.until) - hall.clock()) / HOUR_MS)
    await hall.do_jobs()
    await _is_decided(hall, place)


async def _long_in_office(hall: Hall, newcomer: Voice) -> None:
    """Let everybody be here for years but the newcomer: who came a moment ago gives no second key."""

    def age(tx: Tx) -> None:
        tx.execute("UPDATE offices SET since = 0")
        tx.execute("UPDATE seats SET since = 0 WHERE member <> ?", newcomer.id)
        tx.execute("UPDATE members SET joined_at = 0 WHERE id <> ?", newcomer.id)

    await hall.change(age)


async def _removed(hall: Hall, place: Place) -> CaseId:
    """Remove tom by two keys: the warden moves it, another moderator of the commons seconds."""
    mo, tom = place.mo, place.tom
    for moderator in (mo, place.vera):  # the host hears no appeal, nor who decided
        await hall.sysop.ask(Appoint(board=COMMONS, member=moderator.id))
    await tom.ask(SetProfile(text=PROFILE))
    await tom.ask(Say(board=place.board, line=new_id(), body=LINE))
    case = await place.report()
    await place.vera.ask(AskPerson(case=case, text=SAID))
    await tom.ask(AnswerCase(case=case, text="So what."))
    await place.vera.ask(PassCaseOn(case=case, text="A newcomer who only insults."))
    await _long_in_office(hall, tom)
    waits = await place.warden.refused(RemoveNewcomer(case=case, norm=1, reason=WHY))
    assert isinstance(waits, CommandWaits)
    assert waits.way == "second_key"
    start = len(place.rita.happened)
    assert waits.proposal is not None
    yes = SecondProposal(board=waits.board, proposal=waits.proposal, password=PASSWORD)
    await mo.ask(yes)
    seen = await _seen(hall, place, place.rita)
    assert (seen.body, seen.of_removed) == (None, True)
    await hall.do_jobs()
    await place.rita.told(TextHidden)
    assert not [words for words in ALL if words in str(place.rita.happened[start:])]
    return case


async def _appeal(hall: Hall, place: Place) -> tuple[Voice, AppealId]:
    """Let tom sign in again and appeal: that door stays open."""
    tom = await hall.phone(place.tom, listen=False)
    [act] = (await tom.ask(ListOwnCases())).can_appeal
    appeal = new_id()
    await tom.ask(AskAppeal(appeal=appeal, act=act.id, words="It was a quote."))
    return tom, appeal


async def _bytes(hall: Hall) -> list[str]:
    """Return which of tom's words are in any byte of the files, once the store did its housekeeping."""
    store = hall.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    await store.run_maintenance()
    await store.checkpoint()
    return sorted({word for found in files_with(hall.folder, ALL).values() for word in found})


async def test_removed_and_after_the_appeal_gone_from_every_byte(hall: Hall, place: Place) -> None:
    """Nothing is erased while the appeal is open; upheld, account and words go, and the copies of the
    case in their time. Members see a marker of nobody (P7, P10)."""
    await _removed(hall, place)
    await pass_hours(hall, 24 * 13)
    tom, appeal = await _appeal(hall, place)
    assert isinstance(await tom.refused(await _writing(hall, place)), Restricted)
    # The day comes while it is open, which otherwise nobody can bring about in 14 days.
    await hall.change(lambda tx: tx.execute("UPDATE removed_members SET erase_at = 0"))
    await hall.do_jobs()
    assert {WORDS, PROFILE} <= set(await _bytes(hall))
    uphold = DecideAppeal(appeal=appeal, verdict=Verdict.UPHOLD, reason="It was none.")
    await place.vera.ask(uphold)
    await hall.do_jobs()
    await pass_hours(hall, 24 * (limits.EVIDENCE_DAYS + limits.APPEAL_DAYS))
    assert await _bytes(hall) == []
    rita = await hall.phone(place.rita)  # her session ended meanwhile
    seen = await _seen(hall, place, rita)
    assert (seen.state, seen.body) == (ContentState.WITHDRAWN, None)
    assert place.tom.id not in str(seen)
    members = (await rita.ask(ListMembers())).members
    assert place.tom.id not in {member.id for member in members}


async def test_lifted_by_an_appeal_all_is_back(hall: Hall, place: Place) -> None:
    """Words, profile and writing; readers who listen are told the words (P7)."""
    await _removed(hall, place)
    tom, appeal = await _appeal(hall, place)
    lift = DecideAppeal(appeal=appeal, verdict=Verdict.LIFT, reason="It was a quote.")
    await place.vera.ask(lift)
    await hall.do_jobs()
    assert (await _seen(hall, place, place.rita)).body == WORDS
    shown = [event.post for event in await place.rita.told(TextShown)]
    assert WORDS in {post.body for post in shown if post is not None}
    await tom.ask(await _writing(hall, place))
    [own, *_] = (await tom.ask(ListOwnCases())).cases
    assert own.state is CaseState.CLOSED
    assert (await hall.dump())["removed_members"] == []
    await pass_hours(hall, 24 * (limits.REMOVED_DAYS + 1))
    assert {WORDS, PROFILE} <= set(await _bytes(hall))
