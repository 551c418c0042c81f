"""Tending on the screen: what moderators do to the thread under the cursor, with a reason (P5, P8)."""

from datetime import timedelta

from msgspec.structs import replace

from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.tending_messages import LockThread, RestrictionResult
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.reading.messages import Resolve
from bbs.features.threads.tending_messages import MoveThread, PinThread
from bbs.features.threads.views import ContentState, ThreadResult
from bbs.ids import new_id
from bbs.refusals import Conflict, NotFound
from bbs.testing import a_thread
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import ANA, CELLAR, GARDEN, NOW, an_app
from tests.client.app.test_board_form import asked, told

THERE = ("j", "j", "j", "2", "Z")
"""The keys that ask what is to be done to the first thread of the cellar."""


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
        assert "reason: this cannot be empty; type a word at least." in screen_text(app)
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


async def test_pinned_threads_stand_on_top(session: Session) -> None:
    """Newest first among themselves, and each says that it is pinned (P1)."""
    pinned = [a_thread(number=n, board=CELLAR, title=f"T{n}", pinned=n < 3) for n in range(1, 5)]
    session.cache.apply(pinned)
    rows = [row.thread.title for row in session.cache.threads(CELLAR)]
    assert rows == ["T2", "T1", "T4", "T3"]
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "j", "j", "2")
        shown = screen_text(app)
        assert "T2  pinned" in shown


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
        await into(pilot, "end", "ctrl+u", "enter")
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


async def test_a_thread_goes_to_another_board(session: Session) -> None:
    """A name of no board is said in a sentence, and the reason stays; then the thread stands there."""
    thread = a_thread(number=9, board=CELLAR, title="Casks")
    session.cache.apply([thread])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        connection.answers[MoveThread] = ThreadResult(thread=thread)
        connection.answers[Resolve] = NotFound(what="address")
        await into(pilot, *THERE, "end", "enter")
        assert "Enter move" in screen_text(app)
        await into(pilot, *"attic", "tab", *"Why", "enter")
        assert "board: no board that you can read has this name; type another" in screen_text(app)
        await into(pilot, "end", "ctrl+u", *"garden", "enter")
        command = asked(app, MoveThread)
        assert (command.thread, command.to_board, command.reason) == (thread.id, GARDEN, "Why")
        assert told(app) == "Moved from cellar/9."
        there = replace(thread, id=command.becomes, board=GARDEN, number=3)
        gone = {"title": None, "state": ContentState.MOVED, "revision": 2}
        session.cache.apply([there, replace(thread, moved_to=there.id, **gone)])
        app.main.refresh_all()
        await into(pilot, "1", "k", "k", "2")
        assert "Casks" in screen_text(app)


async def test_a_refusal_takes_nothing_that_was_typed(session: Session) -> None:
    """The form comes back with the reason and what the server said, and its key says what it does (P12)."""
    thread = a_thread(number=9, board=CELLAR, title="Casks")
    session.cache.apply([thread])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers[PinThread] = Conflict(what="its first post is held")
        await into(pilot, *THERE, "enter", *"Why", "enter")
        shown = screen_text(app)
        assert "Its first post is held." in shown
        assert "current version" not in shown  # the hint for what was changed meanwhile
        assert "Why" in shown
        assert "Enter pin" in shown
        connection_of(app).answers[PinThread] = ThreadResult(thread=thread)
        await into(pilot, "enter")
        assert told(app) == "Pinned cellar/9."


async def test_the_same_title_is_not_sent(session: Session) -> None:
    """Who types a reason alone is told that the title stays."""
    session.cache.apply([a_thread(number=9, board=CELLAR, title="Casks")])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THERE, "down", "down", "enter", "tab", *"Why", "enter")
        assert told(app).startswith("The title stays as it is")
        assert not connection_of(app).asked


async def test_a_held_thread_is_not_tended_yet(session: Session) -> None:
    """It has no address and the server refuses all of it: a sentence says when it can be done."""
    held = {"number": None, "title": "Casks"}
    thread = a_thread(board=CELLAR, author=MemberAuthor(id=ANA), state=ContentState.HELD, **held)
    session.cache.apply([thread])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THERE)
        assert told(app).startswith("This thread is held: ")
        assert "None" not in screen_text(app)
