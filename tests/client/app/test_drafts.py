"""Drafts: what is written is on the disk without anybody saving it, and goes when it is sent."""

import shutil
from pathlib import Path

from textual.widgets import Input

from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.session import Session
from tests.client.app.driving import into
from tests.client.app.sample import GARDEN, TOMATOES, an_app, post_id

THREAD_KEYS = ("j", "enter", "j", "enter")
REPLY = Destination(DestinationKind.POST, GARDEN, TOMATOES, post_id(TOMATOES, 1))


async def test_drafts_are_kept_without_leaving(session: Session) -> None:
    """A pause in typing puts the draft on disk: a crash takes no more than the last moment."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "b")
        await pilot.pause(0.4)
        draft = session.drafts.load(REPLY.key)
        assert draft is not None
        assert draft.text == "ab"


async def test_leaving_the_client_keeps_the_last_keystroke(session: Session) -> None:
    """Quitting writes the draft down without waiting for a timer."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r")
        await pilot.press("x")
        app.leave()
    draft = session.drafts.load(REPLY.key)
    assert draft is not None
    assert draft.text == "x"


async def test_a_sent_text_leaves_no_draft(session: Session) -> None:
    """Once in the outbox the words are there and nowhere else."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a")
        while not session.drafts.all():
            await into(pilot)
        await into(pilot, "ctrl+d")
        assert session.drafts.all() == []


async def test_titles_are_kept_with_their_draft(session: Session) -> None:
    """A half-written thread comes back with its title."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t", *"Figs", "tab", "a", "escape")
        await into(pilot, "t")
        assert app.main.composer.query_one(Input).value == "Figs"
        assert app.main.composer.editor.text == "a"
        assert app.main.composer.editor.has_focus


async def test_words_stay_in_the_outbox_until_their_draft_is_on_the_disk(
    session: Session, tmp_path: Path
) -> None:
    """A disk that refuses takes nothing: what is taken back leaves the outbox after that (P12)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", *"words", "ctrl+s")
        drafts = tmp_path / "drafts"
        shutil.rmtree(drafts, ignore_errors=True)  # there if the typing took long enough to be kept
        drafts.write_bytes(b"")
        await into(pilot, "e")
        [said] = app._notifications
        assert str(said.message).startswith("This device cannot store anything now")
        assert [item.body for item in session.pending()] == ["words"]
        drafts.unlink()
        await into(pilot, "e")
        assert app.main.composer.editor.text == "words"
        assert session.pending() == []
