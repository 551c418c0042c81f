"""What is not as usual, said where the eye is, with the way back (looks, section 7)."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs_client.keys import Pane
from bbs_client.session.events import MirrorChanged, OnlineChanged, SendingSlowed, SignedOut
from bbs_client.session.session import Session
from bbs_client.tui.app import QUIET
from bbs_client.tui.fetching import SLOW_ANSWERS
from bbs_client.widgets.lounge_rows import writing_row
from tests.client.app.driving import connection_of, into, notes, pane_of, screen_text, until_shown
from tests.client.app.sample import GARDEN, NOW, a_session, an_app

THREAD_KEYS = ("j", "enter", "j", "enter")
AT_HOME = replace(QUIET, opens="home")


def bar_of(text: str) -> str:
    """Return the status bar of a screen."""
    return text.splitlines()[-2]


async def test_a_healthy_state_has_no_words(session: Session) -> None:
    """Before the first answer the bar says so; once online it says nothing."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert bar_of(screen_text(app)).endswith("connecting")
        session.hear(OnlineChanged(online=True))
        await into(pilot)
        assert bar_of(screen_text(app)).split() == ["READING", "ana"]


async def test_an_offline_reader_sees_why_and_when_the_next_try_is(session: Session) -> None:
    """The bar counts down and names the key for a try now; home says what still works."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        session.hear(OnlineChanged(online=False, reason="nobody answers there", retry_s=9.0))
        await into(pilot)
        text = screen_text(app)
        assert bar_of(text).endswith("offline, next try in 9 s  F5 tries now")
        assert "You are offline since 14:30: nobody answers there. You can read what is on" in text
        assert "this device and write; it is sent when the connection is back." in text
        session.next_try_at = NOW + timedelta(seconds=5)
        app.main.show_state()
        await into(pilot)
        assert "next try in 5 s" in bar_of(screen_text(app))
        session.next_try_at = NOW
        app.main.show_state()
        await into(pilot)
        assert bar_of(screen_text(app)).endswith("offline, trying now")
        session.hear(OnlineChanged(online=False, reason="nobody answers there", retry_s=15.0))
        session.hear(OnlineChanged(online=True))
        await into(pilot)
        assert "offline" not in screen_text(app)


async def test_f5_tries_now(session: Session) -> None:
    """Everywhere, also while writing; online it says that there is nothing to do."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.hear(OnlineChanged(online=False, reason="", retry_s=15.0))
        await into(pilot, *THREAD_KEYS, "r", "f5")
        assert connection_of(app).tried == 1
        session.hear(OnlineChanged(online=True))
        await into(pilot, "f5")
        assert connection_of(app).tried == 1
        assert notes(app) == "You are connected."


async def test_who_comes_back_hears_what_is_being_sent(session: Session) -> None:
    """Unsent words are counted in the bar while offline, and named once the connection is back."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.hear(OnlineChanged(online=False, reason="", retry_s=9.0))
        await into(pilot, *THREAD_KEYS)
        for word in ("one", "two"):
            await into(pilot, "home", "r", *word, "ctrl+s")
        assert bar_of(screen_text(app)).endswith("2 to be sent o")
        await into(pilot, "home", "r")
        assert bar_of(screen_text(app)).endswith("2 to be sent"), (
            "a letter is text while one writes"
        )
        await into(pilot, "escape")
        session.hear(OnlineChanged(online=True))
        await into(pilot)
        assert notes(app) == "Back. 2 posts are being sent."
        app.clear_notifications()
        session.hear(OnlineChanged(online=True))
        await into(pilot)
        assert notes(app) == ""


@pytest.mark.parametrize("was_online", [False, True])
async def test_a_signed_out_device_says_how_to_come_back(
    session: Session, *, was_online: bool
) -> None:
    """The mirror is gone; the page says so, with the command, the address and the handle."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.hear(OnlineChanged(online=was_online, reason=""))
        await into(pilot, *THREAD_KEYS, "r", *"half")
        session.cache.wipe()
        session.hear(MirrorChanged(whole=True))
        session.hear(SignedOut("this session was ended"))
        text = await until_shown(pilot, "To come back")
        assert pane_of(app) is Pane.HOME
        how = (
            "was signed out from another one, or by the server." if was_online else "is signed out."
        )
        assert f"This device {how}" in text
        assert "bbs sign-in bbs://moot.example:8765 --handle ana" in text
        assert bar_of(text).endswith("signed out")
        assert "caught up" not in text
        assert "Nothing new" not in text
        assert session.drafts.all(), "what was being written is a draft"
        assert "A draft of an answer: half" in text, "its board is gone, and has no name here"
        await into(pilot, "r")
        assert notes(app) == "This device is signed out."
        invites = writing_row(session, GARDEN, 80, is_open=False).plain
        assert invites.endswith("› This device is signed out."), "and promises no seat"


async def test_an_empty_device_claims_nothing(tmp_path: Path) -> None:
    """It says what is true: connecting, offline, being fetched; never that nothing is new."""
    session = a_session(tmp_path, only=())
    app = an_app(session, settings=AT_HOME)
    async with app.run_test(size=(80, 24)) as pilot:
        for news, says in (
            (None, "Connecting to the server."),
            (OnlineChanged(online=False, reason="x"), "nothing was fetched to this device yet"),
            (OnlineChanged(online=True), "Being fetched for the first time."),
        ):
            if news is not None:
                session.hear(news)
            await into(pilot)
            text = screen_text(app)
            assert says in text
            assert "Nothing" not in text
            assert "caught up" not in text
    session.cache.close()
    session.outbox.close()


async def test_a_slow_answer_is_said_until_it_comes(session: Session) -> None:
    """After one second, after ten; then the note goes by itself."""
    app = an_app(session)
    assert [after_s for after_s, _ in SLOW_ANSWERS] == [1.0, 10.0]
    async with app.run_test(size=(80, 24)) as pilot:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        waiting = asyncio.ensure_future(app.main.watched(answer))
        await pilot.pause(1.2)
        assert notes(app) == "waiting for the server"
        answer.set_result("here")
        assert await waiting == "here"
        await into(pilot)
        assert notes(app) == ""


async def test_a_planned_stop_is_said_until_it_comes(session: Session) -> None:
    """`server rests from 15:30`, beside what else is not as usual."""
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        session.maintenance_at = NOW + timedelta(hours=1)
        session.hear(OnlineChanged(online=True))
        await into(pilot)
        assert bar_of(screen_text(app)).endswith("server rests from 15:30")


async def test_words_sent_too_fast_are_said_to_be_kept(session: Session) -> None:
    """A throttled writer hears when the next words go, and that nothing is lost."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.hear(SendingSlowed(11.2))
        await into(pilot)
        says = "That was quick. You can send the next one in 12 s; your words are kept."
        assert notes(app) == says
