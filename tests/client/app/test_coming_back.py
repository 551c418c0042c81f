"""Leaving the community and coming back on the screen, with a real server (P9)."""

import asyncio

import pytest

from bbs.profiles import load_profile
from bbs_client.communities import Communities
from bbs_client.tui.app import FolkmootApp
from tests.cli.house import House
from tests.client.app.driving import into, notes, screen_text, until_shown


async def test_one_key_brings_back_who_left(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, three keys to leave, then one page; c signs in by this device's key and comes back (P9)."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    await asyncio.to_thread(house.join, "lou", house.invitation)
    communities = Communities(load_profile("lou"))
    app = FolkmootApp(communities.open("lou"))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            assert "Garden" in await until_shown(pilot, "Garden", rounds=200)
            title = app.session.community
            await into(pilot, "0", *":leave community", "enter")
            await until_shown(pilot, "You wrote nothing", rounds=200)
            await into(pilot, "1", "y")
            shown = " ".join((await until_shown(pilot, "You left", rounds=200)).split())
            assert f"You left {title}. Until" in shown
            assert "First steps" not in shown
            await into(pilot, "c")
            await until_shown(pilot, "Come back when you like", rounds=200)
            assert f"You are back in {title}" in notes(app)
            await into(pilot, "b")
            assert "Garden" in await until_shown(pilot, "Garden", rounds=200)
            assert "You left" not in screen_text(app)
            assert "1 of 2" not in screen_text(app), "nobody is welcomed twice"
    finally:
        communities.close()


async def test_the_export_comes_before(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who left by the shell sees the page at once; X signs in alone, and the one page that is left offers the export."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    await asyncio.to_thread(house.join, "max", house.invitation)
    await asyncio.to_thread(house.ok, "max", "leave", "--community", "--yes")
    communities = Communities(load_profile("max"))
    app = FolkmootApp(communities.open("max"))
    try:
        async with app.run_test(size=(80, 24)) as pilot:
            shown = " ".join((await until_shown(pilot, "You left", rounds=200)).split())
            assert "Folkmoot." not in shown, "the community is called by its title"
            await into(pilot, "X")
            await until_shown(pilot, "X export  ?", rounds=200)
            await into(pilot, "c")
            assert "You left" not in await until_shown(pilot, "Come back when you like", rounds=200)
            assert "You are back in" in notes(app)
    finally:
        communities.close()
