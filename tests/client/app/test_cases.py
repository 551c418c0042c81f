"""Cases on the screen: the desk and its keys, what the person sees, and who is kept out (protocol 22, 23)."""

from typing import Any

import pytest
from msgspec.structs import replace
from textual.widgets import Static

from bbs.case_refusals import Barred, Why
from bbs.features.cases.appeal_messages import AskAppeal
from bbs.features.cases.hold_messages import ReleaseHold
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import (
    AskPerson,
    CaseChanged,
    CaseResult,
    ClaimCase,
    GetCase,
    NoteInCase,
)
from bbs.features.cases.own_messages import AnswerCase, OwnCaseList
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import (
    AppealState,
    CaseEnding,
    CaseLevel,
    CaseState,
    SanctionKind,
)
from bbs.refusals import CommandWaits
from bbs_client.actions.desk import fetch_desk
from bbs_client.session.events import CaseHappened, CasesFetched
from bbs_client.session.own_sheets import OwnWord, community_sheet
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.cases_sample import (
    APPEAL,
    CASE,
    CASE_HEARD,
    DECIDED,
    HEAD,
    HOURS,
    OWN,
    SUSPENDED,
    WORDS,
    about_ana,
    at_desk,
)
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import BEN, CELLAR, NOW, an_app


def sent(app: FolkmootApp, *kinds: type) -> list[Any]:
    """Return the commands of some kinds that the server was sent, dry runs left out."""
    asked = connection_of(app).asked
    return [each for each in asked if isinstance(each, kinds) and not getattr(each, "dry_run", 0)]


def asked(app: FolkmootApp) -> str:
    """Return the sentences of the question that is open."""
    return " ".join(str(text.render()) for text in app.screen.query(Static))


async def test_the_desk_shows_a_case_in_a_row_and_enter_opens_it(session: Session) -> None:
    """The hold is told first; the page has evidence, clause, path and standing, with the keys that act."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        await into(pilot, "d")
        assert "case 12 on cellar  about ben, norm 1  held until Tue 04:30" in screen_text(app)
        await into(pilot, "enter")
        shown = screen_text(app)
        for words in (
            "The Cellar › Case 12",
            f"▎ {WORDS}",
            "before it: cellar/3/6, by cleo",
            "Norm 1  Speak as at a kitchen table.",
            "├  12:30  A member reported it: “Aimed at cleo.”",
            "├  13:30  ana held it until Tue 04:30 (urgent hold, no clause needed)",
            "╰  14:00  ben answered: “At June, the month.”",
            "Spoken to on 22 Feb: a word, by norm 1. “Be kind.”",
            "nobody has taken it on",
            "1 release",
            "4 decide, up to 7 days",
            "Each asks first.",
            "1 hold ends in 14 h",
        ):
            assert words in shown, words
        assert connection_of(app).opened[-1] == f"case:{CASE}", (
            "its stream is heard while it is open"
        )
        await into(pilot, "escape", "escape")
        assert connection_of(app).opened[-1] == "case:"


async def test_each_key_asks_before_it_acts(session: Session) -> None:
    """Claiming, releasing, noting and letting be; Esc sends nothing."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        answers = connection_of(app).answers
        answers |= dict.fromkeys((ClaimCase, ReleaseHold, NoteInCase), CaseResult(case=CASE_HEARD))
        await into(pilot, "d", "enter", "c", "escape")
        assert not sent(app, ClaimCase)
        await into(pilot, "c", "enter", "1", "enter")
        assert len(sent(app, ClaimCase)) == len(sent(app, ReleaseHold)) == 1
        await into(pilot, "r", *"A word is enough.", "ctrl+s")
        (note,) = sent(app, NoteInCase)
        assert (note.text, note.names_reporter, note.until) == ("A word is enough.", False, None)
        await into(pilot, "3")
        assert "In how many days the desk looks again: 3 to 7." in screen_text(app)  # due in 70 h
        await into(pilot, *"Look again.", "ctrl+s")
        assert sent(app, NoteInCase)[-1].until == NOW + 3 * 24 * HOURS
        await into(pilot, "5", "ctrl+s")
        (let_be,) = sent(app, LetBe)
        assert let_be.word is None


async def test_a_decision_says_what_it_does_before_it_is_sent(session: Session) -> None:
    """Clause, hiding, sanction, days and reason; nothing is sent before the last yes."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        way = (
            "right",
            "tab",
            "right",
            "tab",
            *("right",) * 3,
            "tab",
            "tab",
            "tab",
            *"Aimed.",
            "ctrl+s",
        )
        await into(pilot, "d", "enter", "4", *way[1:])
        shown = asked(app)
        assert (
            "the reported words are hidden and ben may read and not write on The Cellar for 3 days."
            in shown
        )
        assert "It takes effect at once." in shown
        assert not sent(app, DecideCase)
        await into(pilot, "enter")
        (command,) = sent(app, DecideCase)
        assert (command.norm, command.hides, command.sanction) == (1, True, SanctionKind.SILENCE)
        assert (command.days, command.seconds, command.reason) == (3, None, "Aimed.")


async def test_a_decision_that_waits_says_for_whom(session: Session) -> None:
    """The second key, or the delay of a person's matter, stands in the question; it is moved then."""
    waits = CommandWaits(
        way="second_key",
        until=NOW + 72 * HOURS,
        why=["this norm takes two"],
        board=CELLAR,
        to_few=True,
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        connection_of(app).answers[DecideCase] = waits
        await into(
            pilot, "d", "enter", "4", "tab", "tab", "right", "tab", "tab", "tab", *"So.", "ctrl+s"
        )
        shown = asked(app)
        assert "It waits for a second key, because this norm takes two" in shown
        assert "a moderator of the commons, or else the sysop agrees by Thu 14:30" in shown
        await into(pilot, "enter")
        assert "Moved: it waits for its second key." in notes(app)


async def test_who_never_was_a_member_is_removed_at_the_commons(session: Session) -> None:
    """Only of a newcomer, and above the board; the question says all that it does."""
    ben = replace(session.members[BEN], joined_at=NOW - 72 * HOURS, revision=9)
    session.cache.apply((ben,))
    above = replace(CASE_HEARD, head=replace(HEAD, level=CaseLevel.COMMONS))
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app, above)
        connection_of(app).answers[RemoveNewcomer] = CaseResult(case=above)
        way = ("tab", "tab", "left", *("tab",) * 3, *"A seller.", "ctrl+s")
        await into(pilot, "d", "enter", "4", *way)
        assert "all that ben wrote is hidden, and they are suspended for 30 days" in asked(app)
        await into(pilot, "enter")
        (command,) = sent(app, RemoveNewcomer)
        assert (command.norm, command.of_commons, command.reason) == (1, False, "A seller.")


async def test_the_form_of_a_decision_teaches(session: Session) -> None:
    """Nothing chosen, and days beyond the ladder, are told in the form; nothing is lost."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        await into(pilot, "d", "enter", "4", *("tab",) * 5, *"So.", "ctrl+s")
        assert "Nothing would be done" in screen_text(app)
        assert not sent(app, DecideCase)


async def test_who_was_not_heard_is_asked_first(session: Session) -> None:
    """The key to decide says what comes before; asking sends the words."""
    unheard = replace(CASE_HEARD, head=replace(HEAD, state=CaseState.OPEN))
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app, unheard)
        connection_of(app).answers[AskPerson] = CaseResult(case=unheard)
        await into(pilot, "d", "enter", "4")
        assert "First ben has to be heard: 2 asks them." in notes(app)
        await into(pilot, "2", *"What did you mean?", "ctrl+s")
        (command,) = sent(app, AskPerson)
        assert command.text == "What did you mean?"


async def test_who_is_party_reads_why_they_do_not_handle_it(session: Session) -> None:
    """The page says the reason, and has no key that acts."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        connection_of(app).answers[GetCase] = Barred(case=CASE, why=Why.ANSWERED.value)
        await into(pilot, "d", "enter")
        shown = screen_text(app)
        assert "You do not handle this case." in shown
        assert "These words answer yours" in " ".join(shown.split())


async def test_an_open_page_follows_its_case(session: Session) -> None:
    """What another moderator does stands there without a key."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        await into(pilot, "d", "enter")
        claimed = replace(CASE_HEARD, head=replace(HEAD, claimed_by=session.me.id, revision=2))  # type: ignore[union-attr]  # a member
        connection_of(app).answers[GetCase] = CaseResult(case=claimed)
        session.hear(CaseHappened(CaseChanged(head=claimed.head)))
        await into(pilot)
        assert "ana has it" in screen_text(app)


async def test_the_help_leads_back_to_the_case(session: Session) -> None:
    """The action of the help ends above the page of the case, and the case leads back to the desk."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        await into(pilot, "d", "enter", "question_mark")
        shown = screen_text(app)
        assert "keys of a page" in shown
        for key, says in (("1", "Release"), ("4", "Decide by a clause"), ("p", "Pass it on")):
            assert f" {key:<8} {says}" in shown, key
        await into(pilot, "q")
        assert "Case 12: what ben wrote" in screen_text(app)
        await into(pilot, "q")
        assert "Moderators’ desk" in screen_text(app), "the desk is asked anew"


async def test_what_is_due_first_stands_first(session: Session) -> None:
    """Of all desks together; the time of opening does not count."""
    from bbs.features.cases.messages import CaseList, ListCases

    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True):
        at_desk(app)
        late = replace(HEAD, id=OWN.id, number=13, hold_until=None, decide_by=NOW + 99 * HOURS)
        connection_of(app).answers[ListCases] = CaseList(cases=(late, HEAD), appeals=(APPEAL,))
        items = (await fetch_desk(session)).items
        assert [item.heading.split(" on ")[0] for item in items] == ["case 12", "appeal of ana"]


async def test_the_person_reads_what_is_said_and_answers_once(session: Session) -> None:
    """Copies, clause, until when; the answer that is left half keeps its draft."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        about_ana(app, OWN)
        await into(pilot, "f9")
        shown = screen_text(app)
        for words in (
            "Somebody took it for themselves.",
            f"▎ {WORDS}",
            "Norm 1",
            "You can answer until Tue 13:30",
        ):
            assert words in shown, words
        await into(pilot, "r", *"At Ju", "escape", "r")
        assert "At Ju" in screen_text(app)
        await into(pilot, *"ne.", "ctrl+s")
        (command,) = sent(app, AnswerCase)
        assert command.case == OWN.id
        assert "ne." in command.text


async def test_a_sanction_is_a_page_at_the_first_visit_and_no_longer_after(
    session: Session,
) -> None:
    """What, why, clause, until when with a clock, what still works, and the appeal (P7)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        about_ana(app, DECIDED)
        await into(pilot)
        session.hear(CasesFetched(own=OwnCaseList(cases=(DECIDED,))))
        await into(pilot)
        shown = screen_text(app)
        for words in (
            "A decision about you",
            "ends in 2 days 23 h",
            "You may read and not write on Garden, until Thu 13:30.",
            "Why: “It was aimed at a person.”",
            "You read as before, and withdraw and export your own words.",
            "Norm 1  Speak as at a kitchen table. (version 1)",
            "a appeal",
        ):
            assert words in shown, words
        await into(pilot, "a", *"It was the month.", "ctrl+s")
        (command,) = sent(app, AskAppeal)
        assert (command.act, command.words) == (
            DECIDED.sanction and DECIDED.sanction.act,
            "It was the month.",
        )
        await into(pilot, "escape")
        session.hear(CasesFetched(own=OwnCaseList(cases=(DECIDED,))))
        await into(pilot, "0")
        assert "A decision about you" not in screen_text(app)
        assert "Silence on Garden until Thu 13:30" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_the_suspended_see_one_page_with_two_doors(
    session: Session, size: tuple[int, int]
) -> None:
    """No key leads into the community; the appeal and the export stay."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        about_ana(app, SUSPENDED)
        await into(pilot)
        session.hear(CasesFetched(own=OwnCaseList(cases=(SUSPENDED,))))
        await into(pilot)
        assert "You are suspended from this community until Thu 13:30." in screen_text(app)
        await into(pilot, "b", "0", "slash", "4", "q", "escape")
        shown = screen_text(app)
        assert "You are suspended" in shown
        assert "take your words" in shown.lower()
        assert "you can appeal" in " ".join(shown.lower().split())
        await into(pilot, "a")
        assert "It goes to somebody who did not decide." in screen_text(app)


@pytest.mark.parametrize("kind", [SanctionKind.SUSPEND, SanctionKind.REMOVE])
def test_an_appeal_that_was_used_is_no_door(session: Session, kind: SanctionKind) -> None:
    """Who is outside the community reads of the appeal only while they can use it."""
    assert SUSPENDED.sanction is not None
    can = replace(SUSPENDED, sanction=replace(SUSPENDED.sanction, kind=kind))
    answered = replace(APPEAL, state=AppealState.UPHELD)
    used = replace(can, state=CaseState.APPEALED, appeal=APPEAL)
    over = replace(can, state=CaseState.CLOSED, ending=CaseEnding.DECIDED, appeal=answered)
    for case, says in ((can, "Three doors"), (used, "Two doors"), (over, "Two doors")):
        sheet = community_sheet(session, case, "")
        rows = [row.text for row in sheet.rows]
        assert sheet.words[-1].word == OwnWord.LEAVE
        assert sum(row.startswith(f"{says} stay") for row in rows) == 1
        assert any("you can appeal" in row for row in rows) is (case is can)


async def test_an_appeal_says_until_when_it_is_answered_and_then_how(session: Session) -> None:
    """While it waits it can be taken back; once answered, the reason stands there."""
    waits = replace(DECIDED, state=CaseState.APPEALED, appeal=APPEAL, revision=3)
    over = replace(APPEAL, state=AppealState.UPHELD, reason="Three days are few.")
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        about_ana(app, waits)
        await into(pilot, "f9")
        shown = screen_text(app)
        assert "answers by 16 Mar 14:30" in " ".join(shown.split())
        assert "x take back" in shown
        await into(pilot, "escape")
        about_ana(
            app, replace(waits, state=CaseState.CLOSED, ending=CaseEnding.DECIDED, appeal=over)
        )
        await into(pilot, "f9")
        shown = " ".join(screen_text(app).split())
        assert "The appeal was answered: the decision stands. “Three days are few.”" in shown
        assert "take back" not in shown


async def test_home_tells_what_asks_the_reader_and_what_waits_at_the_desk(session: Session) -> None:
    """Below what is new, in words; nothing opens by itself over what is read."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        at_desk(app)
        about_ana(app, OWN)
        await into(pilot, "0")
        from bbs.features.cases.messages import CaseList

        session.hear(CasesFetched(own=OwnCaseList(cases=(OWN,)), desk=CaseList(cases=(HEAD,))))
        await into(pilot)
        shown = screen_text(app)
        assert "Until Tue 13:30: answer the moderators of Garden about your words" in shown
        assert "1 case waits for your desk" in shown
        assert "F9 shows it." in notes(app)
