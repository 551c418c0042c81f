"""The key table: every function is reached by key, palette and help, with every preset of keys."""

import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs_client import keys
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import ACTIONS, BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.keymap import PRESETS, preset
from bbs_client.keys import FOOTER_MAX, FOOTERS, Pane, footer, format_key, format_keys, keys_of
from bbs_client.tui.app import FolkmootApp
from bbs_client.tui.help import help_sections
from bbs_client.tui.main_screen import MainScreen
from bbs_client.tui.palette import entries
from bbs_client.widgets.composer import Composer, Editor
from bbs_client.widgets.thread_view import ThreadView
from tests.client.app.sample import a_session
from tests.shape.tree import ROOT


@pytest.fixture(params=PRESETS)
def in_force(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A preset in force, as Textual is told of it."""
    chosen = preset(request.param)
    keys.activate_keymap(chosen.differences())
    yield chosen.for_textual()
    keys.activate_keymap({})


def test_every_entry_has_a_key_and_something_that_does_it(in_force: dict[str, str]) -> None:
    """Each function has a key; what does it is there: which, when a key is pressed, is tried elsewhere."""
    for entry in ACTIONS:
        assert keys_of(entry.id)
        places = (MainScreen, ThreadView, Composer, Editor, FolkmootApp)
        own = [getattr(one, f"action_{entry.id}", None) for one in places]
        assert callable(find_run(entry)) if entry.run else any(own), entry.id


@pytest.mark.parametrize("scope", [KeyScope.READING, KeyScope.COMPOSER])
def test_no_key_belongs_to_two_functions(scope: KeyScope, in_force: dict[str, str]) -> None:
    """Where letters are commands, and where they are letters, a key is one function's."""
    owners: dict[str, list[str]] = {}
    for entry in ACTIONS:
        for key in keys_of(entry.id) if entry.context in (scope, KeyScope.EVERYWHERE) else ():
            owners.setdefault(key, []).append(entry.id)
    free = [key for key in string.ascii_letters if key not in owners]
    twice = {key: ids for key, ids in owners.items() if len(ids) > 1}
    assert not twice, f"of the letters, {' '.join(free)} are free"


def test_every_entry_is_in_the_reference() -> None:
    """docs/reference/keys.md shows every function with all its keys and its help."""
    rows = (ROOT / "docs/reference/keys.md").read_text("utf-8").splitlines()
    for entry in ACTIONS:
        signs = " ".join(f"`{format_key(key)}`" for key in entry.keys).replace("|", r"\|")
        assert any(row.startswith(f"| {signs} | {entry.label} | {entry.help}") for row in rows), (
            entry.id
        )


def test_every_entry_is_in_the_help(in_force: dict[str, str]) -> None:
    """Help shows every function's keys in force with what it does, a sentence."""
    rows = {(row.sign, row.says) for rows in help_sections().values() for row in rows}
    for entry in ACTIONS:
        assert (format_keys(entry), entry.help) in rows
        assert entry.help.endswith(".")


@pytest.mark.parametrize("pane", Pane)
def test_footers_are_short(pane: Pane, in_force: dict[str, str]) -> None:
    """A footer shows at most six keys, all of them from the table, all of them different."""
    assert 1 <= len(FOOTERS[pane]) <= FOOTER_MAX
    shown = [key for key, _ in footer(pane)]
    assert len(set(shown)) == len(FOOTERS[pane])


def test_no_key_is_one_that_terminals_confuse(in_force: dict[str, str]) -> None:
    """^I, ^M and ^H are Tab, Enter and Backspace; nothing needs Alt alone (product 4)."""
    for entry in ACTIONS:
        assert not {"ctrl+i", "ctrl+m", "ctrl+h"} & set(keys_of(entry.id))
        assert any(not key.startswith("alt+") for key in keys_of(entry.id))


def test_every_entry_is_in_the_palette(tmp_path: Path) -> None:
    """Whatever has a key is found in the palette by name, where it can be done."""
    session = a_session(tmp_path)
    offered = [entry for way in (False, True) for entry in entries(session, composing=way)]
    session.cache.close()
    session.outbox.close()
    assert {entry.label for entry in ACTIONS} <= {row.name for row in offered if row.kind == "do"}


def test_every_key_of_a_footer_is_in_the_table() -> None:
    """Footers name functions, never keys of their own."""
    assert {id for ids in FOOTERS.values() for id in ids} <= BY_ID.keys()
