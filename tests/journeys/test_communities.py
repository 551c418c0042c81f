"""Several communities in one client: each with its own session, mirror, drafts and screen."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from bbs.features.boards.messages import ConfigureBoard, OpenBoard
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, new_id
from bbs.profiles import save_profile
from bbs_client.communities import Communities
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import into, screen_text, until_shown
from tests.journeys.community import House, house

ROUNDS = 200


async def until(pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Let the client run until something is true; fail if it never is."""
    for _ in range(ROUNDS):
        if true():
            return
        await into(pilot)
    raise AssertionError("it never came")


async def joined(one: House, name: str) -> None:
    """Have ana and ben join, and keep ana's session as a profile of this device."""
    await one.join("ana")
    await one.join("ben")
    save_profile(replace(one.members["ana"], name=name))


def here(one: House) -> int:
    """Return how many connections of ana's clients a server has, her voice not counted."""
    ana = one.members["ana"].member
    return sum(found.caller.member == ana for found in one.running.listener.connections) - 1


async def test_one_client_goes_from_community_to_community(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """W goes to another community and back: links stay, drafts and sessions never cross (P11)."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    async with house(tmp_path / "dell") as dell, house(tmp_path / "moss") as moss:
        await joined(dell, "dell")
        await joined(moss, "moss")
        norms = (Clause(text="Be kind.", why="We stay."),)
        await moss.voices["ana"].call(
            OpenBoard(board=new_id(), slug="peat", title="Peat", charter="Bogs.", norms=norms)
        )
        await moss.voices["ana"].call(ConfigureBoard(board=COMMONS, hold_s=0))
        communities = Communities(replace(dell.members["ana"], name="dell"))
        with closing(communities):
            opened = communities.open("dell")
            app = FolkmootApp(opened, communities=communities)
            async with app.run_test(size=(100, 30)) as pilot:
                await until(pilot, lambda: app.session.online)
                await into(pilot, "W")
                assert "not here yet" in await until_shown(pilot, "not here yet")
                assert here(moss) == 0

                await into(pilot, "j", "enter")
                await until(pilot, lambda: app.program.here == "moss" and app.session.online)
                assert "Peat" in await until_shown(pilot, "Peat")
                await into(pilot, "t", *"Only here")
                await into(pilot, "escape")
                assert (here(dell), here(moss)) == (1, 1)

                await into(pilot, "colon", *"communities dell", "enter")
                await until(pilot, lambda: app.program.here == "dell")
                assert "Peat" not in screen_text(app)
                assert opened.drafts.all() == []
                await moss.voices["ben"].call(
                    StartThread(
                        board=COMMONS, thread=new_id(), post=new_id(), title="Moss", body="Soft."
                    )
                )
                row = communities.rows
                await until(pilot, lambda: row()[1].unread == 1)
                await into(pilot, "W")
                assert " 1 new" in await until_shown(pilot, " 1 new")
                await into(pilot, "j", "enter")
                await until(pilot, lambda: app.program.here == "moss")
                assert [draft.meta["title"] for draft in app.session.drafts.all()] == ["Only here"]
                app.leave()
        assert communities.names() == ["dell", "moss"]


async def test_what_is_wrong_with_a_profile_stands_in_its_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile that others can read is not opened, says why, and hides none of the others."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    async with house(tmp_path / "dell") as dell:
        await joined(dell, "dell")
        save_profile(replace(dell.members["ana"], name="open")).chmod(0o644)
        first, broken = Communities(replace(dell.members["ana"], name="dell")).rows()
        assert (first.wrong, first.unread) == ("", None)
        assert "others on this machine may read its token" in broken.wrong
