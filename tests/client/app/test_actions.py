"""Actions on the screen: keys typed ahead wait for the dialog, and Esc leaves nothing half done."""

import asyncio

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from bbs.features.reading.views import BoardChoice, NotificationLevel
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.session.session import Session
from tests.client.app.driving import into
from tests.client.app.sample import GARDEN, an_app


def at_once(pilot: Pilot[None], *keys: str) -> None:
    """Type keys before anything can happen about the first of them."""
    for key in keys:
        name = _character_to_key(key) if len(key) == 1 else key
        pilot.app.post_message(events.Key(name, key if len(key) == 1 else None))


async def test_keys_typed_ahead_answer_the_dialog_that_opens(session: Session) -> None:
    """B, down and Enter in one burst choose the level below the one in force."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j")
        at_once(pilot, "B", "j", "enter")
        await into(pilot)
        await into(pilot)
        chosen = session.cache.choices()["board", GARDEN]
        assert isinstance(chosen, BoardChoice)
        assert chosen.level is NotificationLevel.NONE
        assert app.screen is app.main


async def test_no_key_typed_before_it_was_seen_answers_a_destructive_question(
    session: Session,
) -> None:
    """What cannot be undone asks for a key that was typed after the question was painted (P9)."""
    answers: list[bool | None] = []

    async def destroy(surface: Surface) -> None:
        answers.append(await surface.ask(Confirm("Burn it?", "It burns.", destructive=True)))

    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.main.surface.runner.start(destroy, asks=True)
        at_once(pilot, "y", "enter")
        await into(pilot)
        assert answers == []
        await into(pilot, "y")
        assert answers == [True]


async def test_keys_typed_behind_an_answer_act_on_what_it_leads_to(session: Session) -> None:
    """B, down, Enter and down in one burst: the last key moves in the list behind the dialog."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j")
        before = app.main.boards.cursor
        at_once(pilot, "B", "j", "enter", "j")
        await into(pilot)
        assert isinstance(session.cache.choices()["board", GARDEN], BoardChoice)
        assert app.screen is app.main
        assert app.main.boards.cursor == before + 1


async def test_keys_typed_behind_a_line_answer_the_dialog_it_opens(session: Session) -> None:
    """A line, Enter, and the keys for the list that it opens, in one burst, choose from the list."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j")
        before = app.main.boards.cursor
        at_once(pilot, "colon", *"level", "enter", "j", "enter", "j")
        await into(pilot)
        chosen = session.cache.choices()["board", GARDEN]
        assert isinstance(chosen, BoardChoice)
        assert chosen.level is NotificationLevel.NONE
        assert app.main.boards.cursor == before + 1


async def test_no_key_typed_behind_an_answer_answers_a_destructive_question(
    session: Session,
) -> None:
    """Of two questions, the second shown for the first's answer, one burst answers the first (P9)."""
    answers: list[bool | None] = []

    async def destroy(surface: Surface) -> None:
        for destructive in (False, True):
            question = Confirm("Burn it?", "It burns.", destructive=destructive)
            answers.append(await surface.ask(question))

    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.main.surface.runner.start(destroy, asks=True)
        at_once(pilot, "y", "y", "enter", "y")
        await into(pilot)
        assert answers == [True]
        await into(pilot, "y")
        assert answers == [True, True]


async def test_words_meant_for_the_composer_accept_no_norms(session: Session) -> None:
    """Where an answer needs a seat first, what was typed ahead decides nothing about it (P5)."""
    answers: list[bool | None] = []

    async def answer(surface: Surface) -> None:
        answers.append(await surface.ask(Confirm("Accept them?", "You take a seat.")))

    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.main.surface.runner.start(answer)
        at_once(pilot, *"yes", "enter")
        await into(pilot)
        assert answers == []
        await into(pilot, "n")
        assert answers == [False]


async def test_keys_meant_for_a_dialog_that_does_not_open_do_nothing(
    session: Session,
) -> None:
    """An action that may ask, and has nothing to ask, forgets what was typed for its answer."""

    typed = asyncio.Event()

    async def ask_nothing(surface: Surface) -> None:
        await typed.wait()

    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        before = app.main.boards.cursor
        app.main.surface.runner.start(ask_nothing, asks=True)
        at_once(pilot, "j")
        await pilot.pause()
        typed.set()
        await into(pilot)
        assert app.main.boards.cursor == before
        await into(pilot, "j")
        assert app.main.boards.cursor == before + 1


async def test_escape_ends_an_action_that_shows_nothing_yet(
    session: Session,
) -> None:
    """Esc typed while an action waits for the server cancels it, and nothing was done."""
    done: list[str] = []

    async def wait(surface: Surface) -> None:
        await asyncio.Event().wait()
        done.append("it")

    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.main.surface.runner.start(wait, asks=True)
        at_once(pilot, "escape")
        await into(pilot)
        assert not app.main.surface.runner.is_busy
        assert done == []
        await into(pilot, "j")
        assert app.main.boards.current == GARDEN
