"""Changing one's own words: edited, taken back, held, refused."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import (
    EditPost,
    Retitle,
    Unsay,
    WithdrawPost,
)
from bbs.features.threads.views import ContentState
from bbs_client.session.events import CommandRefused
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import at_once, into, screen_text, until_shown
from tests.client.app.sample import ANA, GARDEN, NOW, TOMATOES, a_post, an_app, post_id

THREAD_KEYS = ("j", "enter", "j", "enter")


def refuse_first(app: FolkmootApp) -> None:
    """Have the server refuse the oldest thing in the outbox."""
    outbox = app.session.outbox
    item = outbox.pending()[0]
    outbox.mark_sent(item.id)
    outbox.mark_refused(item.id, "this board is read-only")
    [refused] = outbox.pending()[:1]
    app.session.hear(CommandRefused(refused))


def told(app: FolkmootApp) -> str:
    """Return what was said last."""
    return str(list(app._notifications)[-1].message)


async def test_only_ones_own_words_can_be_edited_or_withdrawn(session: Session) -> None:
    """e and D do nothing to others' posts, and D asks before it takes one's own back (P9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "e", "D")
        assert app.screen is app.main
        assert not app.main.composer.display
        await into(pilot, "j", "e", "X", "ctrl+s")
        await into(pilot, "D", "escape")
        (edit,) = session.outbox.pending()
        assert isinstance(edit.command, EditPost)
        assert edit.command.body == "Nothing, I had `fleece` on.X"
        await into(pilot, "D", "enter")
        command = session.outbox.pending()[1].command
        assert isinstance(command, WithdrawPost)
        assert command.post == post_id(TOMATOES, 2)


async def test_what_destroys_is_answered_only_when_it_was_seen(session: Session) -> None:
    """A key typed before the question or the list is painted takes nothing back and away (P9, P12)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "j", "r", "a", "ctrl+s")
        await into(pilot, "home", "j")
        await at_once(pilot, "D", "enter")
        assert "Take this post back?" in screen_text(app)
        await into(pilot, "escape")
        await at_once(pilot, "o", "x")
        assert "To be sent" in screen_text(app)
        assert [item.body for item in session.pending()] == ["a"]
        await into(pilot, "x", "escape")
        assert session.pending() == []


async def test_of_what_is_not_sent_yet_withdrawing_says_how_it_comes_back(session: Session) -> None:
    """D on what waits withdraws nothing and names the key that takes it back (P9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "ctrl+s", "D")
        assert told(app) == "It was not sent yet: e puts it back into the composer."
        [item] = session.outbox.pending()
        session.outbox.mark_sent(item.id)
        app.main.refresh_all()
        await into(pilot, "D")
        assert told(app).startswith("This is being sent.")


async def test_a_line_of_ones_own_can_be_taken_back(session: Session) -> None:
    """D in a lounge takes one's own line back."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "k", "D", "enter")
        assert isinstance(session.outbox.pending()[0].command, Unsay)


async def test_a_refused_post_keeps_its_words_and_says_why(session: Session) -> None:
    """A refusal is shown where the post stands; o gives the words back to be mended."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "ctrl+s")
        refuse_first(app)
        text = await until_shown(pilot, "1 refused o")
        assert "refused: this board is read-only" in text
        assert "1 refused o" in text
        await into(pilot, "o", "e")
        assert session.outbox.pending() == []
        assert app.main.composer.editor.text == "a"
        assert "refused: this board is read-only" in screen_text(app)


@pytest.mark.parametrize("keys", [("e",), ("home", "j", "r")])
async def test_what_was_refused_comes_back_where_one_writes(
    session: Session, keys: tuple[str, ...]
) -> None:
    """On what was refused, or answering there again, one finds the words and the reason."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "j", "r", *"words", "ctrl+s")
        refuse_first(app)
        await into(pilot, *keys)
        assert app.main.composer.editor.text == "words"
        assert "refused: this board is read-only" in screen_text(app)
        assert session.outbox.pending() == []
        assert len(session.drafts.all()) == 1


async def test_a_refused_line_returns_to_its_writer(session: Session) -> None:
    """Who still writes in the lounge gets a refused line back at once, unless they write the next."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "r", *"one", "enter")
        refuse_first(app)
        await into(pilot)
        assert app.main.composer.editor.text == "one"
        await into(pilot, "enter", "b")
        refuse_first(app)
        await into(pilot)
        assert app.main.composer.editor.text == "b"


async def test_a_refused_post_can_be_sent_again_or_thrown_away(session: Session) -> None:
    """Nothing leaves the outbox but by its writer's word."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "ctrl+s")
        session.outbox.mark_sent(session.outbox.pending()[0].id)
        await into(pilot, "o", "x")
        assert len(session.outbox.pending()) == 1
        refuse_first(app)
        await into(pilot, "r")
        assert session.outbox.pending()[0].state == "queued"
        refuse_first(app)
        await into(pilot, "x", "escape")
        assert session.outbox.pending() == []


async def test_a_disk_that_refuses_loses_no_words(session: Session, tmp_path: Path) -> None:
    """What cannot be kept stays in the composer, and what cannot be thrown away in the list (P12)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", *"one", "ctrl+s")
        with closing(sqlite3.connect(tmp_path / "outbox.db")) as disk:
            for change in ("INSERT", "DELETE"):
                refuse = "SELECT RAISE(FAIL, 'disk is full');"
                disk.execute(
                    f"CREATE TRIGGER full_{change} BEFORE {change} ON items BEGIN {refuse} END"
                )
        await into(pilot, "home", "r", *"two", "ctrl+s")
        assert app.main.composer.editor.text == "two"
        assert "disk is full" in told(app)
        await into(pilot, "escape", "o", "x")
        assert "disk is full" in told(app)
        assert "To be sent" in screen_text(app)
        assert [item.body for item in session.pending()] == ["one"]
        assert [draft.text for draft in session.drafts.all()] == ["two"]


async def test_a_held_post_counts_down(session: Session) -> None:
    """A held post says when it goes out, and can be edited until then."""
    held = a_post(
        None,
        "Wait.",
        author=session.cache.posts(TOMATOES, [2])[0].author,
        state=ContentState.HELD,
        visible_at=NOW + timedelta(seconds=40),
    )
    session.cache.apply((held,))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "G")
        assert "◌ ana  yours, published in 40 s  e edit  D take back" in screen_text(app)
        await into(pilot, "e", "!")
        assert "without a trace while it is held" in screen_text(app)
        session.cache.apply((replace(held, number=7, seq=7, state=ContentState.PUBLISHED),))
        await into(pilot, "ctrl+s")
        assert "the wording before stays readable" in screen_text(app)
        assert session.outbox.pending() == []
        await into(pilot, "ctrl+s")
        (item,) = session.outbox.pending()
        assert isinstance(item.command, EditPost)


async def test_the_cursor_stays_on_ones_post_as_it_is_published(session: Session) -> None:
    """What one is looking at does not move away when its hold ends."""
    me = session.cache.posts(TOMATOES, [2])[0].author
    held = a_post(None, "Wait.", author=me, state=ContentState.HELD, visible_at=NOW)
    session.cache.apply((held,))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "G")
        session.cache.apply((replace(held, number=7, seq=7, state=ContentState.PUBLISHED),))
        app.main.refresh_all()
        post = app.main.thread.current_post()
        assert post is not None
        assert post.number == 7


async def test_ones_thread_is_edited_with_its_title(session: Session) -> None:
    """Editing the post that begins one's thread offers the title too; only what changed is sent."""
    me = MemberAuthor(id=ANA)
    mine = session.cache.threads(GARDEN)[0].thread
    first = a_post(1, "Mine leaks.", thread=mine.id, author=me, seq=11, revision=2)
    session.cache.apply((replace(mine, author=me, revision=2), first))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "enter", "k", "e")
        assert app.main.composer.query_one(Input).value == "Rain barrels, again"
        await into(pilot, "x", "escape", "q", "q", "0")
        assert "draft of an edit in garden" in screen_text(app)
        await into(pilot, "end", "enter")
        assert app.main.composer.editor.text == "Mine leaks.x"
        assert "Edit garden/2/1; the wording before stays readable" in screen_text(app)
        await into(pilot, "backspace")
        await into(pilot, "tab", "end", "!", "ctrl+s")
        (item,) = session.outbox.pending()
        assert isinstance(item.command, Retitle)
        assert (item.command.thread, item.command.title) == (mine.id, "Rain barrels, again!")
