"""Killed at each step of a move, either server goes on: one state on both sides (P12, protocol 30)."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bbs.clock import DAY_MS
from bbs.errors import FolkmootError
from bbs.features.boards.messages import OpenBoard, Visibility
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.packs.last_messages import BringLastPage, GetLastList, GiveReceipt
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.messages import PackPage, ReadPack, SignPack
from bbs.features.packs.move_limits import SEALED_DAYS
from bbs.features.packs.move_messages import BringReceipt, MoveBoard
from bbs.features.packs.pack_file import PackWriter
from bbs.features.packs.unpack_messages import GetUnpacking, UnpackState
from bbs.features.threads.messages import StartThread, WithdrawPost, WritePost
from bbs.ids import new_id
from bbs.refusals import CommandWaits
from bbs.sdk.community import Community
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.people import Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess
from tests.support.kept import bytes_in
from tests.support.unpacked import beginning, pieces

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
POSTS = rounds(150, 400)
ENDED = 40  # of the posts, withdrawn after packing: the last list has them
KILLS = rounds(1, 12)  # at each step
PATIENCE = 900  # tenths of a second
CANARY = "obsidiancanary"
STATE, WORDS = (
    "SELECT state FROM board_moves",
    "SELECT count(*) FROM posts WHERE body_text NOT NULL",
)


def _ask(server: ServerProcess, sql: str) -> Any:
    with closing(sqlite3.connect(server.data / DATABASE)) as connection, connection:
        found = connection.execute(sql).fetchone()
    return None if found is None else found[0]


class Side:
    """One of both servers, and who runs it."""

    def __init__(self, folder: Path, chances: Random) -> None:
        folder.mkdir()
        self.server = ServerProcess(folder)
        self.people: list[Person] = []
        self._chances = chances

    async def begin(self, count: int) -> None:
        """Start it, and let people move in."""
        await self.server.start()
        self.people = await move_in(self.server.url, self.server.invitation, count)

    async def call(self, work: Callable[[Community], Coroutine[Any, Any, Any]]) -> Any:
        """Do something as its sysop."""
        async with line(self.server.url, self.people[0]) as desk:
            return await work(desk)

    async def killed_in(
        self, work: Callable[[Community], Coroutine[Any, Any, Any]], most_s: float
    ) -> Any:
        """Begin something again and again, killing the server in it; then do it."""
        for _ in range(KILLS):
            task = asyncio.create_task(self.call(work))
            await asyncio.wait([task], timeout=self._chances.uniform(0.0, most_s))
            self.server.kill()
            task.cancel()
            with suppress(FolkmootError, asyncio.CancelledError):
                await task
            await self.server.start()
        return await self.call(work)

    async def until(self, sql: str, wanted: object) -> None:
        """Wait until the timed work has come to something."""
        for _ in range(PATIENCE):
            if _ask(self.server, sql) == wanted:
                return
            await asyncio.sleep(0.1)  # how often it looks
        raise AssertionError(f"{sql}: {_ask(self.server, sql)}")

    async def later(self, sql: str) -> None:
        """Let days pass: the database says so while the server is down."""
        await self.server.end()
        _ask(self.server, sql)
        await self.server.start()


async def _plant(old: Side, board: str) -> list[str]:
    """Open a board where somebody writes; return the posts."""
    opened = OpenBoard(
        board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0
    )
    await old.call(lambda desk: desk.call(opened))
    thread, posts = new_id(), [new_id() for _ in range(POSTS)]
    async with line(old.server.url, old.people[1]) as writer:
        await writer.call(TakeSeat(board=board, norms_version=1))
        begin = StartThread(board=board, thread=thread, post=posts[0], title="T", body="First")
        await writer.call(begin)
        for number, post in enumerate(posts[1:]):
            await writer.call(WritePost(thread=thread, post=post, body=f"{CANARY} {number}"))
    return posts


async def _packed(desk: Community, board: str) -> bytes:
    file, page = bytearray(), PackPage(lines=())
    writer = PackWriter(file.extend)
    while True:
        page = await desk.call(ReadPack(board=board, after=page.next_after))
        for each in page.lines:
            writer.add(bytes(each) + b"\n")
        if page.next_after is None:
            break
    digest = writer.close().digest
    writer.sign(
        (await desk.call(SignPack(board=board, digest=digest, lines=writer.lines))).signatures
    )
    return bytes(file)


async def _unpacked(desk: Community, data: bytes, board: str) -> None:
    begin = beginning(data, board=board, moved=True)
    shown = (await desk.call(begin)).unpacking
    for piece in pieces(data, shown.arrived):
        shown = (await desk.call(piece)).unpacking
    for _ in range(PATIENCE):
        if shown.state is UnpackState.WHOLE:
            return
        assert shown.state is not UnpackState.REFUSED, shown.why
        await asyncio.sleep(0.05)
        shown = (await desk.call(GetUnpacking(pack=begin.pack))).unpacking
    raise AssertionError(shown.state)


async def _last_list(desk: Community, board: str) -> list[LastPage]:
    pages: list[LastPage] = []
    while not pages or pages[-1].upto is not None:
        after = pages[-1].upto if pages else None
        pages.append((await desk.call(GetLastList(board=board, after=after))).page)
    return pages


async def _brought(desk: Community, pages: list[LastPage]) -> None:
    for page in pages:
        await desk.call(BringLastPage(page=page))


async def test_killed_at_each_step_both_sides_end_in_one_state(tmp_path: Path) -> None:
    """Receipt, last list, opening and erasing: there it is open and whole, here no byte is left."""
    chances = chance("killed while a board moves")
    old, new = Side(tmp_path / "old", chances), Side(tmp_path / "new", chances)
    board = new_id()
    with old.server, new.server:
        await old.begin(2)
        await new.begin(1)
        posts = await _plant(old, board)
        async with line(new.server.url, new.people[0]) as there:
            assert there.welcome is not None
            assert there.welcome.key is not None
            move = _moving(board, new, there.welcome.key)
        with pytest.raises(CommandWaits):
            await old.call(lambda desk: desk.call(move))
        await old.later("UPDATE proposals SET until = moved_at")
        await old.until(STATE, "ready")
        data = await old.call(lambda desk: _packed(desk, board))
        await new.killed_in(lambda desk: _unpacked(desk, data, board), 0.3)
        async with line(old.server.url, old.people[1]) as writer:
            for post in posts[-ENDED:]:
                await writer.call(WithdrawPost(post=post))
        given = await new.killed_in(lambda desk: desk.call(GiveReceipt(slug="garden")), 0.1)
        bring = BringReceipt(board=board, receipt=given.receipt)
        await old.killed_in(lambda desk: desk.call(bring), 0.1)
        assert _ask(old.server, STATE) == "handed"
        pages = await old.killed_in(lambda desk: _last_list(desk, board), 0.1)
        await new.killed_in(lambda desk: _brought(desk, pages), 0.15)
        assert _ask(new.server, "SELECT state FROM unpackings") == "open"
        past = (SEALED_DAYS + 1) * DAY_MS
        await old.later(
            f"UPDATE board_moves SET since = since - {past}, handed_at = handed_at - {past}"
        )
        for _ in range(KILLS):
            await asyncio.sleep(chances.uniform(0.0, 1.0))  # for the timed work to come some way
            old.server.kill()
            await old.server.start()
        await old.until(f"{WORDS} AND board = '{board}'", 0)
        await old.later("UPDATE board_moves SET since = since")  # timed work begins with the start
        await old.until(STATE, "leads_on")
        await _without(old.server, CANARY)
        await old.server.end()
        await new.server.end()
    assert CANARY.encode() not in bytes_in(old.server.data)
    _check_new(new.server, posts)


async def _without(server: ServerProcess, word: str) -> None:
    """Wait until no byte of a word is in a server's files."""
    for _ in range(PATIENCE):
        if word.encode() not in bytes_in(server.data):
            return
        await asyncio.sleep(0.1)  # how often it looks
    raise AssertionError("the words are still in the files")


def _check_new(server: ServerProcess, posts: list[str]) -> None:
    with closing(sqlite3.connect(server.data / DATABASE)) as connection:
        rows = connection.execute(
            "SELECT p.id, t.body FROM posts p LEFT JOIN texts t ON t.id = p.body_text ORDER BY p.seq"
        ).fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = len(posts) - ENDED
    wanted = ["First", *(f"{CANARY} {number}" for number in range(kept - 1)), *([None] * ENDED)]
    assert rows == list(zip(posts, wanted, strict=True))


def _moving(board: str, new: Side, key: str) -> MoveBoard:
    return MoveBoard(
        board=board,
        host=new.server.url.removeprefix("bbs://"),
        key=key,
        slug="garden",
        visibility=Visibility.MEMBERS,
        reason="The garden outgrew this house.",
    )
