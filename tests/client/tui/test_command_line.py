"""The `:` line: every function by name, about any place, with completion, history and lessons."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.features.reading.views import Stance
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import ACTIONS
from bbs_client.actions.verbs import (
    VERBS,
    CommandSyntaxError,
    ParsedCommand,
    complete,
    parse,
)
from bbs_client.keys import Pane
from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text, until_shown
from tests.client.app.sample import CLEO, GARDEN, TOMATOES, an_app


def test_every_function_of_reading_is_a_verb() -> None:
    """Palette, keys and the line know the same functions."""
    functions = {entry.id for entry in ACTIONS if entry.context is not KeyScope.COMPOSER}
    assert {verb.id for verb in VERBS.values()} == functions - {"command_line"}


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ("reply", ParsedCommand("reply")),
        (":reply garden/42/7", ParsedCommand("reply", "garden/42/7")),
        ("go garden/42", ParsedCommand("switch", "garden/42")),
        ("garden/42/7", ParsedCommand("switch", "garden/42/7")),
        ("garden", ParsedCommand("switch", "garden")),
        ("member @ana", ParsedCommand("member", "@ana")),
        ("search  two words", ParsedCommand("search", "two words")),
        ("q", ParsedCommand("quit")),
    ],
)
def test_lines_are_understood(typed: str, order: ParsedCommand) -> None:
    """A verb, what it is about, or an address alone."""
    assert parse(typed, {"garden"}) == order


def test_an_exact_name_is_completed_first() -> None:
    """Tab takes a verb or a name that is typed whole, though longer ones begin so."""
    assert complete("catch-up", ())[0][0].strip() == "catch-up"
    assert complete("folder", ())[0][0].strip() == "folder"
    assert [text for text, _ in complete("go garden", ["garden-club", "garden"])] == [
        "go garden",
        "go garden-club",
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("replay", "There is no verb 'replay'; did you mean reply?"),
        ("quit now", "quit takes nothing; Quit, when pressed twice"),
        ("reply @ana", "reply [garden/42/7]: name a post, as in garden/42/7"),
        ("reply Garden/42/7", "reply [garden/42/7]: a board is written in small letters: garden."),
        ("lounge @ana", "lounge [garden or garden/42]: name a board or a thread."),
        ("member garden", "member [@member]: name a member, as in @ana."),
    ],
)
def test_errors_teach(typed: str, told: str) -> None:
    """What is not understood is answered with what could be typed instead."""
    with pytest.raises(CommandSyntaxError) as refused:
        parse(typed)
    assert str(refused.value).startswith(told)


@given(st.text())
def test_no_line_breaks_it(text: str) -> None:
    """Whatever is typed is understood or refused, and can be completed or not."""
    complete(text, ["garden", "@ana"])
    with suppress(CommandSyntaxError):
        assert parse(text).id


def test_what_is_offered_is_understood() -> None:
    """Each completion is a line that is understood, apart from what it still lacks."""
    for text, _ in complete("", []):
        assert parse(text)
    assert [text for text, _ in complete("go gar", ["garden", "readers"])] == ["go garden"]


async def test_a_verb_is_done_where_the_line_says(session: Session) -> None:
    """:reply with an address goes there first; Tab writes the verb out."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "colon", *"repl", "tab", *"garden/1/3", "enter")
        assert " garden/1/3, on norms" in await until_shown(pilot, "Answer to")
        await into(pilot, "escape", "colon", *"lounge readers", "enter")
        assert app.main.pane is Pane.LOUNGE
        await into(pilot, "colon", "up", "up", "enter")
        assert " garden/1/3, on norms" in await until_shown(pilot, "Answer to")


async def test_what_is_followed_or_muted_is_named(session: Session) -> None:
    """:follow and :mute are about the board, thread or member they name; a stranger is none."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "colon", *"follow garden", "enter")
        await into(pilot, "colon", *"mute garden/1", "enter")
        await into(pilot, "colon", *"follow @cl", "tab", "enter")
        await into(pilot, "colon", *"mute @nobody", "enter")
        assert app.screen is app.main
    stances = {
        subject: getattr(one, "stance", None) for subject, one in session.cache.choices().items()
    }
    assert stances == {
        ("board", GARDEN): Stance.FOLLOW,
        ("thread", TOMATOES): Stance.MUTE,
        ("member", CLEO): Stance.FOLLOW,
    }


async def test_a_line_that_is_not_understood_stays_open(session: Session) -> None:
    """What was typed can be mended; Esc goes back without doing anything."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "colon", *"folow", "enter")
        assert "There is no verb 'folow'" in screen_text(app)
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_the_line_does_what_everywhere_keys_do(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Functions of the whole program are verbs too, and so are their choices by name."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path))
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "colon", *"help", "enter")
        assert "Moving about" in await until_shown(pilot, "Moving about")
        await into(pilot, "escape", "colon", *"keymap emacs", "enter")
        assert "neither" in await until_shown(pilot, "neither")
        await into(pilot, "colon", *"theme amber", "enter")
        assert app.theme == "amber"
        await into(pilot, "colon", *"theme ambre", "enter")
        assert "mean amber" in await until_shown(pilot, "mean amber")


async def test_what_is_in_the_mirror_opens_without_the_server(session: Session) -> None:
    """Offline, :go leads to boards, lounges, threads and posts that are here, and to no others."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "colon", *"go garden/1/3", "enter")
        assert (app.main.thread.thread, app.main.thread.current) == (TOMATOES, "#3")
        await into(pilot, "colon", *"go garden/lounge/2", "enter")
        assert app.main.pane is Pane.LOUNGE
        await into(pilot, "colon", *"garden", "enter")
        assert app.main.pane is Pane.THREADS
        await into(pilot, "colon", *"lounge garden/lounge", "enter")
        assert app.main.pane is Pane.LOUNGE
        assert "You are offline." not in screen_text(app)
        await into(pilot, "colon", *"go garden/1/77", "enter")
        assert "You are offline." in await until_shown(pilot, "You are offline.")
        assert app.main.pane is Pane.LOUNGE
