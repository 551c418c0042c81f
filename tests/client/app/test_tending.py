"""Tending on the screen: what moderators do to the thread under the cursor, with a reason (P5, P8)."""

from datetime import timedelta

from bbs.features.moderation.tending_messages import LockThread, RestrictionResult
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.threads.tending_messages import PinThread
from bbs.features.threads.views import ThreadResult
from bbs.ids import new_id
from bbs.testing import a_thread
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import CELLAR, NOW, an_app
from tests.client.app.test_board_form import asked, told


async def test_a_moderator_pins_the_thread_that_is_here(session: Session) -> None:
    """What is done is chosen, and why is typed; without a reason nothing is sent."""
    thread = a_thread(number=9, board=CELLAR, title="Casks")
    session.cache.apply([thread])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[PinThread] = ThreadResult(thread=thread)
        await into(pilot, "j", "j", "j", "2", "Z")
        shown = screen_text(app)
        assert "It stands at the head of the list." in shown
        assert "it is read on," in shown
        assert "and words can be taken back." in shown  # wrapped, not cut
        await into(pilot, "enter", "enter")
        assert "reason: this cannot be empty." in screen_text(app)
        assert not connection_of(app).asked
        await into(pilot, *"Why", "enter")
        command = asked(app, PinThread)
        assert command == PinThread(thread=thread.id, reason="Why", op=command.op)
        assert told(app) == "Pinned cellar/9."


async def test_others_are_told_whose_it_is(session: Session) -> None:
    """Who does not moderate the board is told so at once."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "Z")
        assert told(app) == "Only moderators of a board tend it."
        assert not connection_of(app).asked


async def test_pinned_threads_stand_on_top_and_in_the_head(session: Session) -> None:
    """Newest first among themselves, named in the board's head (P1)."""
    pinned = [a_thread(number=n, board=CELLAR, title=f"T{n}", pinned=n < 3) for n in range(1, 5)]
    session.cache.apply(pinned)
    rows = [row.thread.title for row in session.cache.threads(CELLAR)]
    assert rows == ["T2", "T1", "T4", "T3"]
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "j", "j", "2")
        shown = screen_text(app)
        assert "pinned: T2 · T1" in shown
        assert "(pinned) T2" in shown


async def test_a_lock_asks_for_its_days_and_then_offers_the_end(session: Session) -> None:
    """Days that cannot be are said where they were typed; of a locked thread the lock is ended."""
    thread = a_thread(number=9, board=CELLAR, title="Casks")
    session.cache.apply([thread])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[LockThread] = RestrictionResult()
        await into(pilot, "j", "j", "j", "2", "Z", "down", "enter")
        await into(pilot, "end", "ctrl+u", *"100", "tab", *"Why", "enter")
        assert "days: type a number from 1 to 90." in screen_text(app)
        await into(pilot, "end", "ctrl+u", *"2", "enter")
        command = asked(app, LockThread)
        assert (command.thread, command.reason) == (thread.id, "Why")
        assert command.until == session.now() + timedelta(days=2)
        lock = Restriction(
            id=new_id(),
            board=CELLAR,
            kind=RestrictionKind.LOCKED,
            thread=thread.id,
            since=NOW - timedelta(hours=1),
            until=NOW + timedelta(days=2),
            reason="Sleep over it",
        )
        session.cache.apply([lock])
        app.main.refresh_all()
        await into(pilot, "Z")
        assert "Members can write in it again." in screen_text(app)
        await into(pilot, "escape", "enter")
        assert "“Sleep over it”" in " ".join(screen_text(app).split())
