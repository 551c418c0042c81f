"""An older copy of the data folder put in place of the younger one, and gone on with (P12, protocol 6.7)."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bbs.clock import system_clock
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.reading.messages import MarkPosts, SetThreadChoice
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import EditPost, Say, StartThread, WithdrawPost, WritePost
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.sdk.updates import EventHappened, StreamReset
from bbs.streams import COMMONS_STREAM
from bbs_client.mirror.schema import VERSION
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import FAIL
from bbs_server.store.sqlite.files import SQLITE
from tests.faults.clients import Client, Shown
from tests.faults.people import Person, all_posts, line, move_in, open_thread
from tests.faults.rounds import rounds
from tests.faults.server_process import ServerProcess
from tests.server.ops_net.serving import http_get

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(60, 300))]

CATCH_UP_S = 20.0
KEPT = ("members", "boards", "seats", "norms", "threads", "lines", "shortenings", "marks")
KEPT += ("thanks", "choices", "floors")
POSTS = "id, board, thread, number, parent, author, seq, state, visible_at, fades_at, revision, doc"
"""All of a mirror but what only orders or remembers what is there; no cursors: two clients came
at different times."""


class Bot:
    """A script that keeps its cursors and their tags, and goes on from them."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {"cursors": {COMMONS_STREAM: 0}}
        self.heard: list[EventHappened] = []
        self.resets: list[StreamReset] = []

    async def reads(self, url: str, person: Person, upto: int) -> None:
        """Read the commons' stream up to a seq, from where one was."""
        async with line(url, person, listen=True, **self.kept) as community:
            async for happened in community.events():
                if isinstance(happened, StreamReset) and happened.stream == COMMONS_STREAM:
                    self.resets.append(happened)
                    break
                if isinstance(happened, EventHappened) and happened.stream == COMMONS_STREAM:
                    self.heard.append(happened)
                    if happened.seq >= upto:
                        break
            assert community.welcome is not None
            self.kept = {
                "cursors": {COMMONS_STREAM: community.cursors[COMMONS_STREAM]},
                "tags": community.tags,
                "epoch": community.welcome.epoch,
            }


async def _talk(url: str, people: Sequence[Person], thread: ThreadId, what: str, n: int) -> None:
    """Let things happen: posts, an edit, a withdrawal, lines, settings, marks and a mute."""
    first, last = new_id(), new_id()
    async with line(url, people[0]) as sysop, line(url, people[1]) as reader:
        await sysop.call(WritePost(thread=thread, post=first, body=f"{what} first"))
        await sysop.call(EditPost(post=first, body=f"{what} first, edited"))
        for k in range(n):
            await reader.call(WritePost(thread=thread, post=new_id(), body=f"{what} {k}"))
        await sysop.call(WritePost(thread=thread, post=last, body=f"{what} last"))
        await sysop.call(WithdrawPost(post=last))
        own = new_id()
        await sysop.call(
            StartThread(board=COMMONS, thread=own, post=new_id(), title=what, body=what)
        )
        await sysop.call(Say(board=COMMONS, line=new_id(), body=what))
        await sysop.call(ConfigureBoard(board=COMMONS, charter=f"About {what}."))
        await reader.call(MarkPosts(thread=thread, first=1, last=n))
        await reader.call(SetThreadChoice(thread=own, stance=Stance.MUTE))


async def _truth(url: str, person: Person, thread: ThreadId) -> list[Shown]:
    async with line(url, person) as community:
        return [(post.number, post.id, post.body) for post in await all_posts(community, thread)]


async def _mirrored(folder: Path, url: str, person: Person, thread: ThreadId) -> dict[str, Any]:
    """Let a client with a mirror in `folder` run until a thread is as it is; return all it has.

    Raises:
        TimeoutError: If it goes on to show something else.
    """
    truth = await _truth(url, person, thread)
    with closing(Client(folder, url, person)) as client:
        await client.comes_to_show(thread, truth, CATCH_UP_S)
    with closing(sqlite3.connect(folder / "mirror.db")) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        found = {t: sorted(db.execute(f"SELECT * FROM {t}"), key=repr) for t in KEPT}
        return {**found, "posts": sorted(db.execute(f"SELECT {POSTS} FROM posts"), key=repr)}


async def test_who_followed_what_was_lost_ends_with_what_there_is(tmp_path: Path) -> None:
    """A folder rolled back and grown past everybody's cursors: a client's mirror becomes what a new
    one is, a script is told, and the sysop as well (P4, P12, protocol 6.7).
    """
    with ServerProcess(tmp_path) as server:
        await server.start()
        people = await move_in(server.url, server.invitation, 2)
        reader = people[1]
        thread = await open_thread(server.url, people[0])
        await _talk(server.url, people, thread, "before", 3)
        await server.end()
        shutil.copytree(server.data, tmp_path / "older")
        await server.start()
        await _talk(server.url, people, thread, "lost", 5)
        await _mirrored(tmp_path / "mirror", server.url, reader, thread)
        bot = Bot()
        async with line(server.url, reader) as community:
            head = (await community.listen({COMMONS_STREAM: -1}))[COMMONS_STREAM].seq
        await bot.reads(server.url, reader, head)
        assert len(bot.heard) == head
        await server.end()
        shutil.rmtree(server.data)
        shutil.copytree(tmp_path / "older", server.data)
        await server.start()
        await _talk(server.url, people, thread, "new", 25)
        kept = await _mirrored(tmp_path / "mirror", server.url, reader, thread)
        assert kept == await _mirrored(tmp_path / "fresh", server.url, reader, thread)
        await bot.reads(server.url, reader, 10_000)
        assert len(bot.heard) == head
        assert [reset.lost for reset in bot.resets] == [True]
        page = await http_get(server.port, "/healthz")
        assert (page.status, json.loads(page.body)["history"]) == (503, "lost")
        assert server.log().count("history was lost") >= 1
        found = await asyncio.to_thread(examine, SQLITE, server.data, system_clock())
        assert [one.status for one in found if one.name == "history"] == [FAIL]
