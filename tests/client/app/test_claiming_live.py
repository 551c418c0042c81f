"""Claiming old words on the screen, against a real server to which a board came in a lifeboat (protocol 31)."""

import asyncio
import shutil
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.features.members.views import MemberAuthor
from bbs.ids import BoardId, new_id
from bbs.profiles import Profile, load_profile
from bbs.testing import FakeClock, a_board, a_post, a_thread
from bbs_client.communities import Communities
from bbs_client.mirror.file import Mirror
from bbs_client.session.storage import mirror_path
from bbs_client.tui.app import FolkmootApp
from tests.cli.house import House
from tests.client.app.driving import into, screen_text, until_shown
from tests.support.old_words import a_lifeboat, keep_profile
from tests.support.packs import uuid

ROUNDS = 100
MOTHS, NEWTS = b"\x05" * 32, b"\x06" * 32


class Came(NamedTuple):
    """A board that came in a lifeboat, and what the device of bo kept of the old server."""

    board: BoardId
    link: str
    moths: Profile


@pytest.fixture
def came(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Came:
    """Unpack a board in which two old keys of bo's, from two old devices, wrote a thread each."""
    home, board, file = tmp_path / "home", new_id(), tmp_path / "sedge.pack"
    shutil.copytree(house.home, home)
    monkeypatch.setenv("BBS_HOME", str(home))
    file.write_bytes(a_lifeboat(board, {"Moths": MOTHS, "Newts": NEWTS}))
    house.ok("ana", "admin", "unpack", str(file), "--as", "sedge", "--yes")
    moths = keep_profile(home, "old-moths", MOTHS)
    keep_profile(home, "old-newts", NEWTS)
    return Came(board, house.url.rstrip("/") + "/sedge#claim", moths)


def _keep_copy(came: Came) -> None:
    """Let the old device have a copy of the board, in which a post of its own stands that did not come."""
    path, me = mirror_path(came.moths), MemberAuthor(id=came.moths.member)
    path.parent.mkdir(parents=True)
    with closing(Mirror.open(path, came.moths.member, FakeClock())) as mirror:
        thread = a_thread(board=came.board, number=7, author=me, id=uuid(7))
        lost = a_post(thread=uuid(7), board=came.board, number=1, author=me, body="Lost")
        mirror.apply([a_board(id=came.board, slug="bank"), thread, lost])


async def test_two_old_keys_claim_on_the_screen(house: House, came: Came) -> None:
    """By a link as a member of the server, then on the board itself: what differs is named, the answers
    hold at the server, a name stands and words taken back are gone (P9, protocol 31.4, 31.5, 31.6)."""
    _keep_copy(came)
    communities = Communities(load_profile("bo"))
    with closing(communities):
        app = FolkmootApp(communities.open("bo"))
        async with app.run_test(size=(100, 36)) as pilot:
            await until_shown(pilot, "garden", rounds=ROUNDS)
            await into(pilot, *f":claim {came.link}", "enter")
            assert "@uma on moot.example" in await until_shown(pilot, "old-newts", rounds=ROUNDS)
            await into(pilot, "enter")
            shown = await until_shown(pilot, "Your key claims", rounds=ROUNDS)
            assert "sedge came from moot.example." in shown
            assert "A member made the pack from their own copy: nothing proves its words." in shown
            assert "Your key claims 1 post in 1 thread." in shown
            assert "bank/7/1: yours, and not there" in shown
            await into(pilot, "1", "y")
            shown = await until_shown(pilot, "They get the name of @bo", rounds=ROUNDS)
            assert "Decided for 1 post: my name here." in shown
            assert "bbs join" not in shown
            await into(pilot, "escape")
            seat = ("seat", "sedge", "--accept-norms", "1")
            await asyncio.to_thread(house.ok, "bo", *seat)
            await until_shown(pilot, "sedge", rounds=ROUNDS)
            await into(pilot, *":open sedge", "enter", "f6")
            await until_shown(pilot, "old-newts", rounds=ROUNDS)
            await into(pilot, "j", "enter")
            await until_shown(pilot, "Your key claims 1 post in 1 thread.", rounds=ROUNDS)
            await into(pilot, "3", "y")
            assert "erased for good on" in await until_shown(pilot, "erased for", rounds=ROUNDS)
            await into(pilot, "escape")
            assert "Newts at dusk" not in screen_text(app)
    counts = await asyncio.to_thread(house.ok, "ana", "admin", "claims", "sedge")
    assert "1 thread: a member's now" in counts
    assert "1 thread: taken back" in counts
    moths = await asyncio.to_thread(house.ok, "bo", "read", "sedge/1")
    assert "@bo" in moths
    assert "Moths at dusk" in moths
    assert "Newts at dusk" not in await asyncio.to_thread(house.ok, "bo", "read", "sedge/2")
