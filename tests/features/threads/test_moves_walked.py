"""A post on random ways through its states: after each move all is as the one table says (protocol 12.5)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bbs.errors import FolkmootError
from bbs.features.boards.messages import ListBoards
from bbs.features.threads.messages import ListPosts
from bbs.features.threads.moves import BY_TIME, STATES, Move, Shown, refusal
from bbs.features.threads.views import ContentState, Post
from bbs.ids import new_id
from bbs.streams import board_stream, member_stream
from bbs.wire import client_protocol
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.widgets import markdown
from tests.features.threads.test_moves import Place, check_shown, make_place
from tests.support.moot import Line, open_moot

RETENTION_DAYS = 2
BY_OTHERS = {Move.HIDE, Move.RESTORE, Move.PURGE}
"""Moves that others make: to them a post that was never published is not there."""
QUOTED = {
    Shown.WORDS: "obsidian",
    Shown.MARKER: "its words are gone",
    Shown.NOTHING: "not on this device",
}


class Device:
    """A mirror that is told what a line is told, and nothing else."""

    def __init__(self, line: Line, file: Path) -> None:
        self.line = line
        self.cache = Mirror.open(file, line.id, line.moot.clock)
        self._heard = 0

    async def begin(self, board: str) -> None:
        """Listen from now on."""
        await self.line.listen(board_stream(board), member_stream(self.line.id))
        self.cache.apply(fold(await self.line.ask(ListBoards())))

    async def catch_up(self) -> None:
        """Fold every event that was told meanwhile."""
        await self.line.settle()
        frames = self.line.frames
        for frame in frames[self._heard :]:
            event = client_protocol.typed_event(frame)
            place = EventPlace(frame.stream, frame.seq, frame.at, frame.tag)
            self.cache.apply(fold(event) if event else (), place)
        self._heard = len(frames)


class Walk:
    """A community through which posts walk, with a mirror of their author and one of a reader.

    Attributes:
        state: In which the post is by the table.
        is_known: Whether others than author and desk ever knew of it.
    """

    def __init__(self, place: Place, folder: Path) -> None:
        self.place = place
        self.author = Device(place.ana, folder / "ana.db")
        self.reader = Device(place.cy, folder / "cy.db")
        self.state = ContentState.PUBLISHED
        self.address = ""
        self.is_known = False

    async def begin(self, *, held: bool) -> None:
        """Write a post, in a thread of its own."""
        self.place.word = f"zephyrine{new_id()[:8]}"
        self.state = ContentState.HELD if held else ContentState.PUBLISHED
        self.is_known = False
        await self.place.reach(self.state)
        await self.author.catch_up()
        await self.reader.catch_up()
        row = self.reader.cache.thread(self.place.thread)
        assert row is not None
        self.address = f"garden/{row.thread.number}/2"

    async def make(self, move: Move) -> None:
        """Make a move, or see it refused as the table refuses it."""
        self.is_known |= self.state is ContentState.PUBLISHED
        to, error = STATES[self.state].moves.get(move), refusal(self.state, move)
        if move is Move.FADE:
            await self._fade()
        elif not self.is_known and move in BY_OTHERS:
            assert (await self._refused(move)).code in ("not_found", "conflict")
        elif to is not None or move in BY_TIME:
            await self.place.make(move)
        else:
            assert error is not None
            assert (await self._refused(move)).code == error.code
        self.state = to or self.state

    async def _refused(self, move: Move) -> FolkmootError:
        with pytest.raises(FolkmootError) as refused:
            await self.place.make(move)
        assert str(refused.value)
        return refused.value

    async def _fade(self) -> None:
        """Let the post's end come that its board set; where it has none, let some time pass."""
        end = await self.place.moot.read(
            lambda tx: tx.fetch_value("SELECT fades_at FROM posts WHERE id = ?", self.place.post)
        )
        left_ms = 1 if end is None else max(end - self.place.moot.clock(), 1)
        self.place.moot.clock.jump(seconds=left_ms / 1_000)
        await self.place.moot.do_jobs("fade posts")

    async def check(self) -> None:
        """Compare tables, search, pages, mirrors, answers, quotations and export with the table."""
        await check_shown(self.place, self.state)
        await self.author.catch_up()
        await self.reader.catch_up()
        told = await self.place.cy.ask(ListPosts(thread=self.place.thread))
        page = {post.id: post for post in told.posts}
        shown = await self.place.seen()
        rules = STATES[self.state]
        for device in (self.author, self.reader):
            mine = device is self.author
            kept = device.cache.post(self.place.post)
            if shown is None or (rules.mirror is Shown.AUTHOR and not mine):
                assert kept is None or kept.body is None
                continue
            assert kept is not None
            _check_kept(kept, shown if self.state is ContentState.HELD else page[shown.id])
            assert (kept.body is not None) == (rules.mirror in (Shown.WORDS, Shown.AUTHOR))
        self._check_quoted(Shown.NOTHING if shown is None else rules.quoted)

    def _check_quoted(self, shown: Shown) -> None:
        """See what a post shows that quotes this one by its address (protocol 10.4)."""

        def quoted(address: str) -> tuple[str, str | None] | None:
            said = self.reader.cache.said_at(address)
            return None if said is None else ("ana", said.body)

        drawn = markdown.rows(f"Look at this:\n\n> {self.address}", quoted=quoted)
        text = "\n".join(row.text.plain for row in drawn)
        wanted = self.place.word if shown is Shown.WORDS else QUOTED[shown]
        assert wanted in text
        assert (self.place.word in text) == (shown is Shown.WORDS)


def _check_kept(kept: Post, page: Post) -> None:
    """A mirror has what a page would give."""
    assert (kept.state, kept.body, kept.number) == (page.state, page.body, page.number)


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def walk(loop: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """A community for all ways: each has a thread of its own."""
    folder = tmp_path_factory.mktemp("walks")
    opened = open_moot(folder / "data")

    async def begin() -> Walk:
        moot = await opened.__aenter__()
        walk = Walk(await make_place(moot, retention_days=RETENTION_DAYS), folder)
        await walk.author.begin(walk.place.board)
        await walk.reader.begin(walk.place.board)
        return walk

    begun = loop.run(begin())
    yield begun
    for device in (begun.author, begun.reader):
        device.cache.close()
    loop.run(opened.__aexit__(None, None, None))


@given(held=st.booleans(), moves=st.lists(st.sampled_from(Move), min_size=2, max_size=6))
@example(held=True, moves=[Move.WITHDRAW, *Move])
@example(held=True, moves=[Move.EDIT, Move.PUBLISH, Move.HIDE, Move.EDIT, Move.RESTORE, *Move])
@example(held=False, moves=[Move.HIDE, Move.HIDE, Move.WITHDRAW, *Move])
@example(held=False, moves=[Move.HIDE, Move.PURGE, *Move])
@example(held=False, moves=[Move.FADE, *Move])
@settings(max_examples=12)
def test_every_way_is_as_the_table_says(
    loop: asyncio.Runner, walk: Walk, held: bool, moves: list[Move]
) -> None:
    """Whatever is done to a post in whatever order, and after each: tables, search, pages, the mirrors
    of its author and of a reader, answers, quotations and export are what the table says (P10)."""

    async def go() -> None:
        await walk.begin(held=held)
        await walk.check()
        for move in moves:
            await walk.make(move)
            await walk.check()

    loop.run(go())
