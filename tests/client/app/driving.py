"""Using the client in a test: keys in, screen out."""

import asyncio

from textual import events
from textual.app import App
from textual.keys import key_to_character
from textual.pilot import Pilot

from bbs_client.keys import CHARACTERS, Pane, key_name
from bbs_client.tui.app import FolkmootApp
from tests.client.app.sample import FakeConnection

TURNS = 60
TURNS_MAX = 500 * TURNS  # an action that is stuck, as a test may want it, holds up no test
SETTLE_SECONDS = 0.06  # longer than the screen gathers changes before it draws them


def connection_of(app: FolkmootApp) -> FakeConnection:
    """Return the test's connection."""
    connection: object = app.session.connection
    assert isinstance(connection, FakeConnection)
    return connection


def pane_of(app: FolkmootApp) -> Pane:
    """Return the pane one is on."""
    return app.main.pane


async def into(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, each once what the one before led to was painted, and let everything settle."""
    app = pilot.app
    for key in keys:
        _post(app, key)
        await _settle(app)
        app.screen._on_timer_update()  # paints now, as the pilot's own pause does
    await pilot.pause(SETTLE_SECONDS)
    await _settle(app)


async def until_shown(pilot: Pilot[None], words: str, *, rounds: int = 40) -> str:
    """Return the screen's text once `words` are on it, or what it is after so many rounds."""
    assert isinstance(pilot.app, FolkmootApp)
    text = ""
    for _ in range(rounds):
        await into(pilot)
        text = screen_text(pilot.app)
        if words in text:
            break
    return text


async def at_once(pilot: Pilot[None], *keys: str) -> None:
    """Press keys as fast as nobody can, before anything is shown for the first; then settle."""
    _post(pilot.app, *keys)
    await into(pilot)


def _post(app: App[None], *keys: str) -> None:
    for key in keys:
        name = key_name(key) if len(key) == 1 else key
        app.post_message(events.Key(name, CHARACTERS.get(name) or key_to_character(name)))


async def _settle(app: App[None]) -> None:
    assert isinstance(app, FolkmootApp)
    # Turns of the loop, not time: a key takes a dozen messages to arrive everywhere.
    quiet = 0
    for _ in range(TURNS_MAX):
        await asyncio.sleep(0)
        # Nor is a key taken in while the action before it begins, or a dialog is at work.
        waits = app.main.surface.runner.is_busy or app._typed._events
        quiet = 0 if waits else quiet + 1
        if quiet == TURNS:
            break


def screen_text(app: FolkmootApp) -> str:
    """Return all text on the screen."""
    width, height = app.size
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text[:width].rstrip() for strip in strips[:height])


def drawn_after(app: FolkmootApp, words: str) -> tuple[str, str]:
    """Return what is drawn in one style after some words of ours, and the colour of its letters."""
    for strip in app.screen._compositor.render_strips():
        begin = strip.text.find(words)
        if begin < 0:
            continue
        at = 0
        for text, style, _ in strip:
            if at == begin + len(words) and style is not None and style.color is not None:
                return text, style.color.get_truecolor().hex
            at += len(text)
    return "", ""


def notes(app: FolkmootApp) -> str:
    """Return the notes that were shown, the oldest first."""
    return " ".join(note.message for note in app._notifications)
