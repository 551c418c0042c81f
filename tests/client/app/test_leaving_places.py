"""Leaving a board, a letter or the community on the screen, with the reader's words or without (P9)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.members.views import MemberState
from bbs.features.ownership.leaving_messages import ComeBack, Leave
from bbs.features.ownership.views import (
    LeaveWords,
    Leaving,
    LeavingPart,
    LeavingResult,
    LeavingState,
)
from bbs.leaving_refusals import SysopLeaves
from bbs.profiles import LeftNote, find_left
from bbs_client.kept_boards import keep_board
from bbs_client.session.events import MirrorChanged, SignedOut
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import CELLAR, GARDEN, NOW, PROFILE, READERS, an_app

WEEK = timedelta(days=7)
PARTS = (
    LeavingPart(board=GARDEN, posts=40, lines=3, threads=4),
    LeavingPart(board=CELLAR, posts=1),
)


def a_leaving(board: str | None, words: LeaveWords, posts: int = 41, **more: Any) -> Leaving:
    """Return what the server keeps of somebody who left just now."""
    return Leaving(
        board=board, words=words, left_at=NOW, erase_at=NOW + WEEK, posts=posts, lines=3, **more
    )


def who_may_leave(session: Session, **more: Any) -> FolkmootApp:
    """Return the client of ana, who wrote 41 posts; the server lets her leave and come back."""
    app = an_app(session)
    answers = connection_of(app).answers

    def leave(command: Leave) -> LeavingResult:
        leaving = a_leaving(command.board, command.words, **more)
        if not command.dry_run:
            session.cache.apply((leaving,))
        return LeavingResult(leaving=leaving, boards=PARTS)

    def come_back(command: ComeBack) -> LeavingResult:
        before = session.cache.leaving(command.board)
        assert before is not None
        back = a_leaving(command.board, before.words, state=LeavingState.BACK, revision=2)
        session.cache.apply((back,))
        return LeavingResult(leaving=back)

    answers[Leave], answers[ComeBack] = leave, come_back
    return app


def sent(app: FolkmootApp) -> list[Any]:
    """Return the commands that changed something on the server."""
    return [each for each in connection_of(app).asked if not getattr(each, "dry_run", False)]


async def test_the_sheet_says_all_of_it_at_once(session: Session) -> None:
    """At 80x24: how much it is, three choices in sentences, the day, what stays, and the export (P9)."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "underscore")
        shown = " ".join(screen_text(app).split())
        assert "You wrote 41 posts and 3 lines on Garden." in shown
        assert "1 under my name: They stay, and you are named as who wrote them." in shown
        assert "2 former member: They stay, with “a former member” where your name stood." in shown
        assert "3 taken back: Nobody reads them from now on; each leaves a marker." in shown
        assert "Until 9 Mar" in shown
        assert "A file that somebody took away is theirs" in shown
        assert "X export first" in shown
        assert not sent(app)


@pytest.mark.parametrize(("key", "words"), [*zip("123", ("left", "former", "taken"), strict=True)])
async def test_a_board_is_left_as_was_chosen(session: Session, key: str, words: str) -> None:
    """What a yes does is asked once more; then the board says that the reader is leaving it."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "underscore", key)
        assert "Leave Garden?" in screen_text(app)
        await into(pilot, "y")
        assert sent(app) == [Leave(board=GARDEN, words=LeaveWords(words), op=sent(app)[0].op)]
        assert "You are leaving Garden" in notes(app)
        await into(pilot, "2")
        shown = " ".join(screen_text(app).split())
        assert "You are leaving Garden; your words" in shown


async def test_a_no_leaves_nothing(session: Session) -> None:
    """Esc at the question goes back to the sheet, and nothing is sent."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "underscore", "3", "escape")
        assert "What becomes of your words?" in " ".join(screen_text(app).split())
        await into(pilot, "q")
        assert not sent(app)


async def test_the_same_key_brings_back(session: Session) -> None:
    """On a board that the reader is leaving, the sheet says until when, and c comes back."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "underscore", "2", "y", "underscore")
        shown = " ".join(screen_text(app).split())
        assert "You can come back until" in shown
        assert "Then the server forgets whose these words are, for good." in shown
        await into(pilot, "c")
        assert isinstance(sent(app)[-1], ComeBack)
        assert "You are back in Garden" in notes(app)
        assert "You are leaving Garden" not in screen_text(app)


async def test_who_wrote_nothing_is_not_asked_about_words(session: Session) -> None:
    """Five friends are asked nothing: there is one key to leave by."""
    app = an_app(session)
    nothing = LeavingResult(
        leaving=Leaving(board=GARDEN, words=LeaveWords.LEFT, left_at=NOW, erase_at=NOW + WEEK)
    )
    connection_of(app).answers[Leave] = nothing
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "underscore")
        shown = screen_text(app)
        assert "You wrote nothing on Garden." in shown
        assert "taken back" not in shown


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))


async def test_the_community_is_left_from_home(session: Session) -> None:
    """The sheet says where the words stand; then one page alone says until when the reader can come back (P9)."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0", "underscore")
        shown = " ".join(screen_text(app).split())
        assert "in The Village Hall" in shown
        assert "40 posts and 3 lines on garden, 1 post on cellar." in shown
        assert "sessions, tokens and invitations end at once" in shown
        await into(pilot, "3", "y")
        assert sent(app)[-1].board is None
        session.cache.wipe()
        session.hear(MirrorChanged(whole=True))
        session.hear(SignedOut("this session was ended"))
        await into(pilot)
        shown = " ".join(screen_text(app).split())
        assert "You left The Village Hall. Until 9 Mar" in shown
        assert "bbs sign-in bbs://moot.example:8765 --handle ana" in shown
        assert "come back c" not in shown, "this device has no key"
    kept = find_left(PROFILE)
    assert kept == LeftNote(NOW + WEEK, "The Village Hall"), "the device knows it after a restart"


@pytest.mark.parametrize("keeps", [True, False])
async def test_who_keeps_a_board_reads_before_that_it_is_erased(
    session: Session, keeps: bool
) -> None:
    """The page and the question say it of the community, while a file can still be made (P10)."""
    app = who_may_leave(session)
    if keeps:
        keep_board(PROFILE.name, GARDEN)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0", "underscore")
        shown = " ".join(screen_text(app).split())
        assert ("keeps as lifeboats is erased here" in shown) is keeps
        await into(pilot, "3")
        asked = " ".join(screen_text(app).split())
        assert "Leave The Village Hall?" in asked
        assert ("keeps as lifeboats" in asked) is keeps
        assert not sent(app)


async def test_several_places_are_listed_at_home(session: Session) -> None:
    """Home says that the reader is leaving several places, and the key lists them."""
    session.cache.apply((a_leaving(GARDEN, LeaveWords.TAKEN), a_leaving(READERS, LeaveWords.LEFT)))
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        assert "You are leaving 2 places" in " ".join(screen_text(app).split())
        await into(pilot, "underscore")
        shown = screen_text(app)
        assert "Garden" in shown
        assert "Slow Readers" in shown
        assert "The Village Hall" in shown
        await into(pilot, "enter", "c")
        assert sent(app) == [ComeBack(board=GARDEN, op=sent(app)[0].op)]


async def test_a_sysop_is_told_before_any_question(session: Session) -> None:
    """Who runs the server learns at once what comes first."""
    app = an_app(session)
    connection_of(app).answers[Leave] = SysopLeaves()
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0", *":leave community", "enter")
        assert "Hand it over first" in notes(app)


async def test_who_left_the_community_sees_the_doors_alone(session: Session) -> None:
    """The only page is the way back and the export; q says so, and leads nowhere."""
    app = who_may_leave(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert session.me is not None
        me = replace(session.me, state=MemberState.LEAVING, revision=session.me.revision + 1)
        session.cache.apply((me, a_leaving(None, LeaveWords.TAKEN)))
        connection_of(app).notify(MirrorChanged(tables=frozenset({"leavings"})))
        await into(pilot)
        shown = screen_text(app)
        assert "You are leaving The Village Hall; your words are taken back." in " ".join(
            shown.split()
        )
        await into(pilot, "q")
        assert "This page is all that is left for now" in notes(app)
        await into(pilot, "c")
        assert sent(app) == [ComeBack(board=None, op=sent(app)[0].op)]
