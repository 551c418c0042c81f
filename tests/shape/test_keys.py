"""The key table: every function is reached by key, palette and help, with every preset of keys."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import BindingsMap

from bbs_client import keys
from bbs_client.actions.action import Action, KeyScope
from bbs_client.actions.table import ACTIONS, BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.app import FolkmootApp
from bbs_client.keymap import PRESETS, preset
from bbs_client.keys import FOOTER_MAX, FOOTERS, Pane, footer, format_keys, keys_of
from bbs_client.shell.help import help_sections
from bbs_client.shell.main import MainScreen
from bbs_client.shell.palette import ActionProvider
from bbs_client.widgets.composer import Editor
from bbs_client.widgets.thread_view import ThreadView
from tests.client.app.driving import into
from tests.client.app.sample import a_session, an_app

OWNERS: dict[KeyScope, type[MainScreen] | type[Editor] | type[FolkmootApp]] = {
    KeyScope.READING: MainScreen,
    KeyScope.COMPOSER: Editor,
    KeyScope.EVERYWHERE: FolkmootApp,
}


@pytest.fixture(params=PRESETS)
def in_force(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A preset in force, as Textual is told of it."""
    chosen = preset(request.param)
    keys.activate_keymap(chosen.differences())
    yield chosen.for_textual()
    keys.activate_keymap({})


@pytest.mark.parametrize("entry", ACTIONS, ids=lambda entry: entry.id)
def test_every_entry_has_a_key_and_an_action(entry: Action, in_force: dict[str, str]) -> None:
    """Each function's keys are bound where it works, to an action that is there."""
    owner = OWNERS[entry.context]
    bound_to = f"do({entry.id!r})" if owner is MainScreen or entry.run else entry.id
    views = (ThreadView,) if owner is MainScreen else ()
    own = [getattr(one, f"action_{entry.id}", None) for one in (owner, *views)]
    assert callable(find_run(entry)) if entry.run else any(own)
    assert owner._merged_bindings is not None
    bound = owner._merged_bindings.copy()
    bound.apply_keymap(in_force)
    assert keys_of(entry.id)
    for key in BindingsMap([(",".join(keys_of(entry.id)), entry.id)]).key_to_bindings:
        assert {binding.action for binding in bound.key_to_bindings[key]} == {bound_to}


def test_every_entry_is_in_the_help(in_force: dict[str, str]) -> None:
    """Help shows every function's keys in force with what it does, a sentence."""
    rows = {(row.sign, row.says) for rows in help_sections().values() for row in rows}
    for entry in ACTIONS:
        assert (format_keys(entry), entry.help) in rows
        assert entry.help.endswith(".")


@pytest.mark.parametrize("context", KeyScope)
def test_no_key_means_two_things(context: KeyScope, in_force: dict[str, str]) -> None:
    """Within a context a key belongs to one function."""
    found = Counter(
        key
        for entry in ACTIONS
        if entry.context in (context, KeyScope.EVERYWHERE)
        for key in keys_of(entry.id)
    )
    assert {key for key, times in found.items() if times > 1} == set()


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


async def test_every_entry_is_in_the_palette(tmp_path: Path) -> None:
    """Whatever has a key is found in the palette by name, where it can be done."""
    session = a_session(tmp_path)
    app = an_app(session)
    offered = set()
    async with app.run_test(size=(80, 24)) as pilot:
        for typed in ((), ("j", "enter", "t")):
            await into(pilot, *typed)
            provider = ActionProvider(app.screen)
            provider._post_init()
            offered |= {hit.text async for hit in provider._search("")}
    session.cache.close()
    session.outbox.close()
    assert {entry.label for entry in ACTIONS} <= offered


def test_every_key_of_a_footer_is_in_the_table() -> None:
    """Footers name functions, never keys of their own."""
    assert {id for ids in FOOTERS.values() for id in ids} <= BY_ID.keys()
