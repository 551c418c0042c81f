"""Letters on the screen: the page, what is asked, a letter's own place, and keys in it (protocol 20)."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.cases.reporting_messages import OwnReportResult
from bbs.features.cases.views import CaseState, OwnReport
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    ReportLetter,
    RequestLetter,
)
from bbs.features.letters.views import (
    BlockList,
    LeaveWords,
    Letter,
    LetterHead,
    LetterResult,
    LetterState,
)
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.reading.messages import Floor
from bbs.features.threads.views import Thread
from bbs.ids import COMMONS
from bbs.streams import board_stream
from bbs_client.mirror.changes import Change
from bbs_client.session.letters import who_may_come
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import (
    ANA,
    BEN,
    CLEO,
    NOW,
    TOMATOES,
    a_post,
    a_session,
    an_app,
    post_id,
    uid,
)

WITH_BEN, ASKED, ASKING = uid(501), uid(502), uid(503)
TALK = uid(601)


def a_letter(id: str, state: LetterState, by: str, **more: Any) -> Letter:
    """Return a letter, or a request that waits for four weeks more."""
    asked = {"asked_at": NOW - timedelta(days=2), "until": NOW + timedelta(days=28), "asked": 1}
    return Letter(id=id, state=state, asked_by=by, **(asked | more))


def letters() -> Iterable[Change]:
    """Yield a letter with ben, a request of ben's, and one of the reader's own."""
    open_one = a_letter(WITH_BEN, LetterState.OPEN, BEN, members=(BEN, ANA), thread=TALK)
    yield LetterHead(letter=open_one, seq=9, last_at=NOW)
    yield Floor(board=WITH_BEN, seq=0)
    yield Thread(
        id=TALK, board=WITH_BEN, number=1, author=SystemAuthor(), at=NOW, posts=2, last_at=NOW
    )
    for number, who, body in ((1, ANA, "Where is the comb?"), (2, BEN, "It was in the sugar.")):
        yield a_post(number, body, thread=TALK, board=WITH_BEN, author=MemberAuthor(id=who))
    yield a_letter(ASKED, LetterState.ASKED, BEN, others=(CLEO,), asked=2)
    yield a_letter(ASKING, LetterState.ASKED, ANA)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session with letters in its mirror."""
    session = a_session(tmp_path, letters())
    session.cache.set_cursor(board_stream(WITH_BEN), 9)
    session.cache.keep_asked(ASKING, ("cleo",))
    yield session
    session.cache.close()
    session.outbox.close()


def said(app: FolkmootApp) -> str:
    """Return the words on the screen, as they go on from row to row of a box."""
    return " ".join(screen_text(app).replace("│", " ").split())


async def test_letters_are_apart_from_boards_and_come_before_them(session: Session) -> None:
    """Home and sidebar have letters before the boards; no list of boards has one (P1)."""
    app = an_app(session)
    async with app.run_test(size=(120, 30)) as pilot:
        await into(pilot, "0")
        shown = screen_text(app)
        assert "~ben" in shown
        assert "no title" not in shown
        assert shown.index("●  Letters") < shown.index("●  Garden")
        assert "ben asks you for a letter" in shown
        assert WITH_BEN not in app.main.boards.boards
        row = next(line for line in shown.splitlines() if "Letters" in line and "│" in line)
        assert "2" in row[:26]  # a letter with news, and a request


async def test_the_page_shows_who_and_what_is_asked(session: Session) -> None:
    """People, newest words, requests of both kinds; a letter is opened and left by its keys."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "~")
        shown = screen_text(app)
        assert "● ben  1 new" in shown
        assert "ben: It was in the sugar." in shown
        assert "Asked of you" in shown
        assert "ben asks to write to you, with cleo" in shown
        assert "If you decline, ben sees only that no letter opened." in shown
        assert "you asked cleo" in shown
        await into(pilot, "enter")
        assert "Letters › ~ben" in screen_text(app)
        await into(pilot, "q")
        assert "Asked of you" in screen_text(app)


async def test_the_writers_read_who_may_still_come_in(session: Session) -> None:
    """In the list and above the words, named to who saw the names, until the request ends (20.2)."""
    late = a_letter(
        WITH_BEN, LetterState.OPEN, BEN, members=(BEN, ANA), thread=TALK, revision=2, asked=2,
        others=(CLEO,), awaited=1,
    )  # fmt: skip
    session.cache.apply((late,))
    app = an_app(session)
    says = "cleo was asked, too, and would read all of it from the beginning"
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "~")
        assert says in said(app)
        await into(pilot, "enter")
        assert says in said(app)
        session.cache.apply((replace(late, others=(), awaited=0, revision=3),))
        app.main.refresh_all()
        await into(pilot)
        assert "was asked, too" not in said(app)


async def test_who_asked_reads_what_they_typed_of_who_may_come(session: Session) -> None:
    """On the device that asked, by the typed handles; on another one, how many (20.3)."""
    mine = a_letter(
        WITH_BEN, LetterState.OPEN, ANA, members=(ANA, BEN), thread=TALK, asked=2, awaited=1
    )
    session.cache.apply((replace(mine, revision=2),))
    assert who_may_come(session, WITH_BEN).startswith("1 member was asked, too")
    session.cache.keep_asked(WITH_BEN, ("ben", "nobody"))
    assert who_may_come(session, WITH_BEN).startswith("nobody was asked, too")


async def test_a_request_is_accepted_or_declined(session: Session) -> None:
    """A yes opens the letter; of a no the reader is told what the other sees."""
    app = an_app(session)
    opened = a_letter(ASKED, LetterState.OPEN, BEN, members=(BEN, ANA), thread=uid(602))
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        ended = a_letter(ASKED, LetterState.ENDED, BEN)
        connection.answers[AnswerRequest] = LetterResult(letter=ended)
        await into(pilot, "~", "j", "x")
        answered = [each for each in connection.asked if isinstance(each, AnswerRequest)]
        assert [(each.letter, each.accept) for each in answered] == [(ASKED, False)]
        assert "ben sees only that no letter opened" in notes(app)
        connection.answers[AnswerRequest] = LetterResult(letter=opened)
        await into(pilot, "enter")
        assert "They see only that no letter opened." in said(app)
        await into(pilot, "escape", "a")
        assert (
            connection.asked[-1].accept if isinstance(connection.asked[-1], AnswerRequest) else True
        )


async def test_a_new_letter_is_asked_for_without_words(session: Session) -> None:
    """The form says that no words go along; handles are completed, one's own alone is refused."""
    session.cache.apply((a_letter(ASKING, LetterState.ENDED, ANA),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        asked = a_letter(uid(504), LetterState.ASKED, ANA)
        connection.answers[RequestLetter] = LetterResult(letter=asked)
        await into(pilot, "~", "t")
        assert "No words go along" in said(app)
        await into(pilot, *"ana", "enter")
        assert "a letter to yourself has no reader" in screen_text(app)
        await into(pilot, "backspace", "backspace", "backspace", *"cleo b", "right", "enter")
        sent = [each for each in connection.asked if isinstance(each, RequestLetter)]
        assert [each.handles for each in sent] == [("ben", "cleo")]
        assert "Asked: ~ben+cleo" in notes(app)


async def test_who_was_asked_lately_is_not_asked_again(session: Session) -> None:
    """The device says so before it sends a request that would not reach them (20.4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "~", "t", *"cleo ben", "right", "enter")
        assert "you asked cleo on" in said(app)
        assert "they are not asked again before" in said(app)
        assert not [each for each in connection_of(app).asked if isinstance(each, RequestLetter)]


async def test_at_on_a_post_leads_to_its_author(session: Session) -> None:
    """On ben's post the letter with ben opens; where there is none yet, it is asked for, once."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        app.main.surface.show_thread(TOMATOES)
        await into(pilot, "@")
        assert "Letters › ~ben" in screen_text(app)
        app.main.surface.show_thread(TOMATOES, post_id(TOMATOES, 3))
        await into(pilot, "@")
        assert "You asked for ~cleo already" in notes(app)
        session.cache.apply((a_letter(ASKING, LetterState.ENDED, ANA),))
        await into(pilot, "@")
        assert "Ask for a letter, ~cleo?" in screen_text(app)


async def test_what_is_quoted_in_a_letter_is_named_by_its_id(session: Session) -> None:
    """Handles change, ids do not: the quotation is stored by the post's id, and drawn from the post."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        app.main.surface.show_thread(TALK)
        await into(pilot, "G", "R")
        post = session.cache.posts(TALK, (2,))[0]
        assert app.main.composer.editor.text.startswith(f"> {post.id}\n")
        session.cache.apply(
            (a_post(3, f"> {post.id}\n\nWell.", thread=TALK, board=WITH_BEN, seq=3),)
        )
        app.main.composer.close()
        app.main.refresh_all()
        await into(pilot)
        shown = screen_text(app)
        assert post.id not in shown
        assert "It was in the sugar.  ben #2" in shown


async def test_a_letter_is_left_with_words_or_without(session: Session) -> None:
    """The reader chooses what becomes of their words, and is told that there is no way back."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        gone = a_letter(WITH_BEN, LetterState.ENDED, BEN)
        connection.answers[LeaveLetter] = LetterResult(letter=gone)
        await into(pilot)
        app.main.surface.show_thread(TALK)
        await into(pilot, "S")
        assert "3  taken back: Nobody reads them from now on" in screen_text(app)
        await into(pilot, "3")
        assert "Leave the letter ~ben for good?" in screen_text(app)
        await into(pilot, "y")
        left = [each for each in connection.asked if isinstance(each, LeaveLetter)]
        assert [(each.letter, each.words) for each in left] == [(WITH_BEN, LeaveWords.TAKEN)]


async def test_who_stays_alone_reads_and_leaves_by_the_own_handle(session: Session) -> None:
    """A letter that everybody else has left has an address that the reader can type (protocol 20)."""
    alone = a_letter(WITH_BEN, LetterState.OPEN, BEN, members=(ANA,), thread=TALK, revision=2)
    session.cache.apply((alone,))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "tilde")
        assert "nobody else any more" in screen_text(app)
        await into(pilot, "escape", ":", *"go ~ana", "enter")
        assert "It was in the sugar." in screen_text(app)
        await into(pilot, "S", "1")
        assert "Leave the letter ~ana for good?" in screen_text(app)


async def test_posts_are_reported_and_two_will_guess(session: Session) -> None:
    """Only chosen posts go along; in a letter of two the reporter is told beforehand."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        report = OwnReport(id=uid(1), board=COMMONS, at=NOW, norm=1, state=CaseState.OPEN)
        connection.answers[ReportLetter] = OwnReportResult(report=report)
        await into(pilot)
        app.main.surface.show_thread(TALK)
        await into(pilot, "G", "!")
        assert "the other will guess who reported" in said(app)
        await into(pilot, "r", "1", "enter")
        sent = [each for each in connection.asked if isinstance(each, ReportLetter)]
        post = session.cache.posts(TALK, (2,))[0]
        assert [(each.posts, each.clause) for each in sent] == [((post.id,), 1)]


async def test_somebody_is_blocked_for_the_reader_alone(session: Session) -> None:
    """The question says what a block does and what not."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        connection.answers[BlockMember] = BlockList(members=(BEN,))
        await into(pilot, ":", *"block @ben", "enter")
        assert "they see no difference" in said(app)
        await into(pilot, "y")
        blocked = [each for each in connection.asked if isinstance(each, BlockMember)]
        assert [each.member for each in blocked] == [BEN]
