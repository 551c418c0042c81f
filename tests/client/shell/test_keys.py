"""The key table: one list, and everything made from it."""

from collections import Counter

import pytest
from textual.binding import BindingsMap

from bbs_client.app import FolkmootApp
from bbs_client.keys import FOOTER_MAX, FOOTERS, KEYS, Context, Key, Pane, footer, shown_keys
from bbs_client.shell.help import help_sections
from bbs_client.shell.main import MainScreen
from bbs_client.shell.palette import Functions
from bbs_client.widgets.composer import Editor
from bbs_client.widgets.house import House
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import an_app

OWNERS: dict[Context, type[MainScreen] | type[Editor] | type[FolkmootApp]] = {
    Context.READING: MainScreen,
    Context.COMPOSER: Editor,
    Context.EVERYWHERE: FolkmootApp,
}


@pytest.mark.parametrize("entry", KEYS, ids=lambda entry: entry.id)
def test_every_entry_has_a_key_and_an_action(entry: Key) -> None:
    """Each entry's keys are bound where it works, to an action that is there (DESIGN 9)."""
    owner = OWNERS[entry.context]
    bound = owner._merged_bindings
    assert bound is not None
    assert callable(getattr(owner, f"action_{entry.id}"))
    wanted = BindingsMap([(",".join(entry.keys), entry.id)])
    for key in wanted.key_to_bindings:
        assert [binding.action for binding in bound.key_to_bindings[key]] == [entry.id]


@pytest.mark.parametrize("entry", KEYS, ids=lambda entry: entry.id)
def test_every_entry_is_in_the_help(entry: Key) -> None:
    """Help shows every entry's keys with what it does, and nothing else."""
    rows = [row for rows in help_sections().values() for row in rows]
    assert (shown_keys(entry), entry.help) in rows
    assert entry.help.endswith(".")


@pytest.mark.parametrize("context", Context)
def test_no_key_means_two_things(context: Context) -> None:
    """Within a context a key belongs to one entry."""
    keys = Counter(key for entry in KEYS if entry.context is context for key in entry.keys)
    if context is Context.READING:
        keys.update(
            key for entry in KEYS if entry.context is Context.EVERYWHERE for key in entry.keys
        )
    assert {key for key, times in keys.items() if times > 1} == set()


@pytest.mark.parametrize("pane", Pane)
def test_footers_are_short(pane: Pane) -> None:
    """A footer shows at most six keys, all of them from the table."""
    assert 1 <= len(FOOTERS[pane]) <= FOOTER_MAX
    assert len(footer(pane)) == len(FOOTERS[pane])


def test_no_key_is_one_that_terminals_confuse() -> None:
    """^I, ^M and ^H are Tab, Enter and Backspace; nothing needs Alt alone (product 4)."""
    for entry in KEYS:
        assert not {"ctrl+i", "ctrl+m", "ctrl+h"} & set(entry.keys)
        assert any(not key.startswith("alt+") for key in entry.keys)


async def test_every_entry_is_in_the_palette(house: House) -> None:
    """Whatever has a key is found in the palette by name, where it can be done."""
    app = an_app(house)
    offered = set()
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in ((), ("j", "enter", "t")):
            await into(pilot, *keys)
            provider = Functions(app.screen)
            provider._post_init()
            offered |= {hit.text async for hit in provider._search("")}
    assert {entry.label for entry in KEYS} <= offered


async def test_the_palette_does_what_the_key_does(house: House) -> None:
    """Choosing an entry in the palette runs it on the screen below."""
    app = an_app(house)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "colon")
        await pilot.press(*"who", "space", *"is", "space", *"here")
        await pilot.pause(0.2)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert "You are offline" in screen_text(app)


async def test_the_palette_finds_threads(house: House) -> None:
    """Boards and threads are in the palette too."""
    app = an_app(house)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "ctrl+p")
        await pilot.press(*"tomatoes")
        await pilot.pause(0.2)
        await pilot.press("enter")
        await pilot.pause(0.2)
        assert app.main.pane is Pane.THREAD
        assert "Tomatoes after the frost" in screen_text(app)


async def test_what_is_typed_ahead_goes_where_it_leads(house: House) -> None:
    """Keys typed faster than the screen follows act on what the ones before led to."""
    app = an_app(house)
    async with app.run_test(size=(80, 24)) as pilot:
        from textual import events

        for key in ("j", "enter", "j", "enter", "r", *"quick"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause(0.3)
        assert app.main.composer.editor.text == "quick"
