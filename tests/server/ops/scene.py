"""A small community that says things, takes some back, and is copied and brought back in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import bbs
from bbs.cli.account.save_profile import profile_from_credentials
from bbs.features.boards.messages import ConfigureBoard, OpenBoard
from bbs.features.members.messages import ChangeName, Invite
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import (
    EditPost,
    Retitle,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, new_id
from bbs.sdk.community import Community
from bbs.sdk.credentials import new_secret, sign_in_password
from bbs_server.ops.backup import Manifest, take_backup
from bbs_server.ops.restore import RestoreReport, restore
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.journeys.community import PASSWORD, House

REMOVED = (
    "opening-withdrawn",
    "title-withdrawn",
    "first-wording-withdrawn",
    "answer-withdrawn",
    "answer-faded",
    "title-replaced",
    "line-unsaid",
    "line-faded",
    "held-withdrawn",
    "held-title-withdrawn",
    "Name Replaced",
)
"""What is there when the backup is taken, and removed after."""
OFFICE = ("board-title-of-before", "charter-of-before")
"""Words of office, replaced after the backup: they stay in the board's acts, to their end (P8)."""
STAYS = ("opening-stays", "answer-stays", "line-stays", "held-stays", "charter-of-the-commons")


@dataclass
class Scene:
    """Ids of what was said, by the words it was said with."""

    house: House
    posts: dict[str, str] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    boards: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The server's data folder."""
        return self.house.folder / "data"

    @property
    def ana(self) -> Community:
        """The sysop, who does everything here."""
        return self.house.voices["ana"]

    async def open(self, slug: str, title: str, charter: str, hold_s: int = 0) -> str:
        """Open a board."""
        board = self.boards[slug] = new_id()
        norms = (Clause(text="Stay.", why="Why not."),)
        await self.ana.call(
            OpenBoard(
                board=board, slug=slug, title=title, charter=charter, norms=norms, hold_s=hold_s
            )
        )
        return board

    async def start(self, board: str, title: str, body: str) -> str:
        """Start a thread."""
        thread = self.threads[title] = new_id()
        post = self.posts[body] = new_id()
        await self.ana.call(
            StartThread(board=board, thread=thread, post=post, title=title, body=body)
        )
        return thread

    async def answer(self, thread: str, body: str) -> str:
        """Write a post."""
        post = self.posts[body] = new_id()
        await self.ana.call(WritePost(thread=thread, post=post, body=body))
        return post

    async def say(self, board: str, body: str) -> None:
        """Say a line."""
        line = self.lines[body] = new_id()
        await self.ana.call(Say(board=board, line=line, body=body))

    async def say_all(self) -> None:
        """Say everything of `REMOVED` and `STAYS`."""
        await self.house.join("ana")
        await self.ana.call(ChangeName(name="Name Replaced"))
        await self.ana.call(ConfigureBoard(board=COMMONS, charter="charter-of-the-commons"))
        fading = await self.open("fading", *OFFICE)
        held = await self.open("held", "Held", "Slowly.", hold_s=600)
        await self.ana.call(ConfigureBoard(board=fading, retention_days=30, lounge_hours=24))
        await self.start(COMMONS, "title-withdrawn", "first-wording-withdrawn")
        post = self.posts["first-wording-withdrawn"]
        await self.ana.call(EditPost(post=post, body="opening-withdrawn"))
        stays = await self.start(COMMONS, "title-replaced", "opening-stays")
        await self.answer(stays, "answer-stays")
        await self.answer(stays, "answer-withdrawn")
        await self.start(fading, "Fading", "answer-faded")
        await self.say(fading, "line-faded")
        await self.say(COMMONS, "line-unsaid")
        await self.say(COMMONS, "line-stays")
        await self.start(held, "held-title-withdrawn", "held-withdrawn")
        await self.start(held, "Held", "held-stays")
        await self.ana.call(Invite(invitation=new_id(), code=new_secret(), note="For a friend"))

    async def remove_all(self) -> None:
        """Withdraw, replace and let fade everything of `REMOVED`."""
        for body in ("first-wording-withdrawn", "answer-withdrawn", "held-withdrawn"):
            await self.ana.call(WithdrawPost(post=self.posts[body]))
        await self.ana.call(Unsay(line=self.lines["line-unsaid"]))
        await self.ana.call(Retitle(thread=self.threads["title-replaced"], title="Better"))
        await self.ana.call(ChangeName(name="Ana Again"))
        fading = self.boards["fading"]
        await self.ana.call(ConfigureBoard(board=fading, title="Other", charter="Other."))
        # Shorter than the backup knows: only the record can tell that these have faded.
        await self.ana.call(ConfigureBoard(board=fading, retention_days=1, lounge_hours=1))
        self.house.clock.jump(hours=25)
        await self.house.do_jobs("fade posts", "fade lounge lines")


async def backed_up(scene: Scene, name: str = "backup") -> tuple[Path, Manifest]:
    """Take a backup beside the data folder while the server runs."""
    target = scene.house.folder / name
    manifest = await asyncio.to_thread(take_backup, SQLITE, scene.data, target, scene.house.clock())
    return target, manifest


async def brought_back(
    scene: Scene, backup: Path, folder: Path, *, accept: bool = False
) -> RestoreReport:
    """Restore into `folder/data`, with the record of the running server or without any."""
    return await asyncio.to_thread(
        restore,
        SQLITE,
        backup,
        folder / "data",
        scene.house.clock,
        record=None if accept else scene.data / REMOVALS,
        accept_returning_words=accept,
    )


def words_in(folder: Path, words: tuple[str, ...]) -> set[str]:
    """Return which words are in any byte of any file of a folder."""
    files = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words if any(word.lower().encode() in file for file in files)}


@contextlib.asynccontextmanager
async def signed_in(house: House, handle: str) -> AsyncIterator[Community]:
    """Sign a member in anew with the password; their profile is this house's from then on."""
    url = house.running.url
    async with bbs.connect(url, listen=False) as community:
        who = await sign_in_password(community, handle, PASSWORD, "again", with_key=False)
        host = url.removeprefix("bbs://")
        house.members[handle] = profile_from_credentials(who, host=host, name=handle)
        house.voices[handle] = community
        yield community
