"""Commands that wait, with two clients over real sockets (protocol 15)."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from bbs.profiles import load_profile
from bbs_client.communities import Communities
from bbs_client.tui.app import FolkmootApp
from tests.cli.house import PASSWORD, House
from tests.client.app.driving import into, notes, screen_text, until_shown


@pytest.fixture
def bo_of_old(house: House) -> Iterator[None]:
    """Bo joined long ago, so that ana, who invited bo, can agree with them."""
    with house.joined_long_ago("bo"):
        yield


@pytest.mark.usefixtures("bo_of_old")
async def test_two_clients_one_moves_and_the_other_agrees(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over real sockets: the head, the list and the note follow the events, and the password ends it."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    for command in (
        "ana admin boards open barn --norm Shut::Rain",
        "bo seat barn --accept-norms 1",
        "ana admin boards appoint barn bo",
    ):
        await asyncio.to_thread(house.ok, *(word.replace("::", " :: ") for word in command.split()))
    communities = Communities(load_profile("ana"))
    app = FolkmootApp(communities.open("ana"))
    try:
        async with app.run_test(size=(120, 30)) as pilot:
            await until_online(pilot, "barn")
            await into(pilot, *":open barn", "enter")
            await asyncio.to_thread(
                house.bbs,
                *("admin", "boards", "configure", "barn", "--retention-days", "1"),
                *("--profile", "bo"),
            )
            shown = await until_shown(pilot, "waits for you (V)", rounds=200)
            assert "retention: 1 day" in shown
            assert "@bo wants to change barn" in notes(app)
            await into(pilot, "V", "a", *PASSWORD.replace(" ", "_"), "enter")
            assert "That is not your password." in await until_shown(pilot, "not your", rounds=200)
            spaced = ("space" if key == " " else key for key in PASSWORD)
            await into(pilot, *spaced, "enter")
            await until_shown(pilot, "posts fade after 1 day", rounds=200)
            assert "You agreed: carried out." in notes(app)
            assert "waits for you" not in screen_text(app)
            assert app.session.pending() == []
    finally:
        communities.close()


async def test_an_author_hears_of_a_citation_and_of_its_end(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What few are told comes by the author's own stream: head, list and note follow it. The author has
    no say in it, and is told so (protocol 15.11)."""
    # On a device of its own: what later tests visit as bo knows nothing yet.
    monkeypatch.setenv("BBS_HOME", str(shutil.copytree(house.home, tmp_path / "home")))
    norms = tmp_path / "judged.toml"
    norms.write_text('[[norms]]\ntext = "Be kind."\nwhy = "We meet."\njudgement = true\n')
    for words in (
        ("ana", "admin", "boards", "open", "belfry", "--norms-file", str(norms), "--hold-s", "0"),
        ("bo", "seat", "belfry", "--accept-norms", "1"),
        ("bo", "write", "belfry", "--title", "Beginners", "-m", "They ask silly things."),
    ):
        await asyncio.to_thread(house.ok, *words)
    communities = Communities(load_profile("bo"))
    app = FolkmootApp(communities.open("bo"))
    try:
        async with app.run_test(size=(120, 30)) as pilot:
            await until_online(pilot, "belfry")
            await into(pilot, *":open belfry", "enter")
            hide = ("admin", "posts", "hide", "belfry/1/1", "--norm", "1", "--reason", "Rude")
            await asyncio.to_thread(house.bbs, *hide, "--profile", "ana")
            shown = await until_shown(pilot, "1 waits (V)", rounds=200)
            assert "hide the post belfry/1/1" in shown
            assert "@ana wants to hide the post belfry/1/1 by norm 1" in notes(app)
            assert "nobody can object; V)" in notes(app)
            await into(pilot, "V", "o")
            shown = await until_shown(pilot, "nobody can object", rounds=200)
            assert "you may" not in shown
            assert "what concerns a person is put to no vote" in notes(app)
            take_back = ("admin", "proposals", "withdraw", "belfry", "1")
            await asyncio.to_thread(house.ok, "ana", *take_back)
            await until_shown(pilot, "Nothing waits for others.", rounds=200)
            assert "@ana wants to hide the post belfry/1/1 by norm 1 (withdrawn; V)" in notes(app)
            await into(pilot, "escape")
            shown = screen_text(app)
            assert "Beginners" in shown
            assert "1 waits" not in shown
    finally:
        communities.close()


async def until_online(pilot: Pilot[None], board: str) -> None:
    """Wait until a board is on the screen of a client that has just begun."""
    assert board in await until_shown(pilot, board, rounds=200)
