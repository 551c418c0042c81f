"""A cursor names a history: what a rolled-back server says to those who know better (6.7, P4, P12)."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import msgspec
import pytest
from msgspec import Struct

from bbs.features.boards.messages import ListBoards
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import GetAccount
from bbs.features.threads.messages import ListLines, Say
from bbs.ids import BoardId, new_id
from bbs.streams import COMMONS_STREAM, lounge_stream
from bbs.wire.client_protocol import decode_message
from bbs.wire.cursors import Cursors
from bbs.wire.messages import CURSOR_TAGS, PROTOCOL, EventFrame, Hello, StreamState, Sync
from bbs_server.store import event_log, history, tags
from bbs_server.store.api import Tx
from bbs_server.store.history import Lost
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot, open_moot


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_founded(tmp_path / "data") as running:
        yield running


async def say(moot: Moot, board: BoardId, count: int) -> None:
    """Say so many lines in a lounge."""
    for _ in range(count):
        await moot.sysop.ask(Say(board=board, line=new_id(), body="a line"))


async def roll_back(moot: Moot, stream: str, seq: int) -> None:
    """Make a stream what it was when its last event was `seq`, as an older copy of the file does."""

    def cut(tx: Tx) -> None:
        digest = event_log.digest_at(tx, stream, seq)
        tx.execute("DELETE FROM events WHERE stream = ? AND seq > ?", stream, seq)
        tx.execute("UPDATE streams SET seq = ?, digest = ? WHERE stream = ?", seq, digest, stream)

    await moot.change(cut)


async def resumed(line: Line, stream: str, cursor: int, tag: str | None) -> StreamState:
    """Come back to a stream with a cursor, and its tag if there is one."""
    given = {} if tag is None else {stream: tag}
    answer = await line.ask(Sync(cursors={stream: cursor}, tags=given, epoch=line_epoch(line)))
    return answer.streams[stream]


def line_epoch(line: Line) -> str:
    return line.moot.running.dispatcher.epoch


async def tag_of(moot: Moot, stream: str, seq: int) -> str:
    return await moot.read(lambda tx: history.tag_at(tx, stream, seq))


async def noted(moot: Moot) -> Lost | None:
    """Return the evidence that is kept."""
    await moot.change(lambda tx: None)
    return await moot.read(history.noted)


async def test_every_frame_state_and_as_of_has_its_tag(moot: Moot) -> None:
    """Live, replayed, answered or as of: the same place has the same tag everywhere (6.7)."""
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    states = [(await moot.sysop.listen(stream))[stream]]
    await say(moot, board, 3)
    await moot.sysop.settle()
    other = await moot.again(moot.sysop)
    states += [(await other.listen(stream, cursor=seq))[stream] for seq in (0, 3, 99)]
    await other.settle()
    page = await other.ask(ListLines(board=board))
    told = [(frame.seq, frame.tag) for frame in moot.sysop.frames if frame.stream == stream]
    replayed = [(frame.seq, frame.tag) for frame in other.frames if frame.stream == stream]
    right = [(seq, await tag_of(moot, stream, seq)) for seq in range(4)]
    assert told == replayed == right[1:]
    assert [(state.seq, state.tag) for state in states] == [right[0], *[right[3]] * 3]
    assert [state.state for state in states] == ["live", "live", "live", "reset"]
    assert (page.as_of, page.tags) == ({stream: 3}, {stream: right[3][1]})
    boards = await other.ask(ListBoards())
    account = await other.ask(GetAccount())
    for result in (boards, account):
        assert result.tags.keys() == result.as_of.keys()


async def test_hello_names_tags(moot: Moot) -> None:
    """A client sends tags only to a server that says it takes them (6.7)."""
    assert CURSOR_TAGS in (await moot.line().ask(Hello(versions=(PROTOCOL,)))).features


async def test_the_base_of_a_stream_has_a_tag(moot: Moot) -> None:
    """Who is exactly where a cut log begins goes on from there; below it is a reset (6.5, 6.7)."""
    board = await moot.board(moot.sysop, "garden", lounge_hours=1)
    stream = lounge_stream(board)
    await say(moot, board, 3)
    before, at_base = await tag_of(moot, stream, 2), await tag_of(moot, stream, 3)
    await moot.change(lambda tx: event_log.forget_before(tx, stream, 2**60, 99, now=2**61))
    await say(moot, board, 1)
    assert await ends(moot, stream) == (4, 3)
    assert (await resumed(moot.sysop, stream, 3, at_base)).state == "live"
    assert (await resumed(moot.sysop, stream, 2, before)).state == "reset"
    assert await noted(moot) is None


@pytest.mark.parametrize("grown", [0, 1, 3, 9])
async def test_who_was_told_what_is_gone_is_reset_and_it_is_evidence(
    moot: Moot, grown: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Rolled back and short of, at, or past a cursor: reset, logged once, and kept (6.7, P12)."""
    caplog.set_level(logging.WARNING, "bbs.streams")
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    await say(moot, board, 5)
    cursors = [(seq, await tag_of(moot, stream, seq)) for seq in (2, 5)]
    await roll_back(moot, stream, 2)
    await say(moot, board, grown)
    assert (await resumed(moot.sysop, stream, *cursors[0])).state == "live"
    assert await noted(moot) is None
    for _ in range(2):
        state = await resumed(moot.sysop, stream, *cursors[1])
        assert (state.state, state.seq) == ("reset", 2 + grown)
        assert state.tag == await tag_of(moot, stream, 2 + grown)
    assert await noted(moot) == Lost(stream, 5, 2 + grown, moot.clock())
    assert moot.running.dispatcher.lost == await noted(moot)
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith(f"history was lost: a reader had {stream} up to 5")


async def test_nobody_makes_evidence_up(moot: Moot) -> None:
    """A tag that is made up, of another place, or of a stream one may not read proves nothing (6.7)."""
    garden, den = [await moot.board(moot.sysop, name) for name in ("garden", "den")]
    stream, other = lounge_stream(garden), lounge_stream(den)
    for board in (garden, den):
        await say(moot, board, 5)
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=garden, norms_version=1))
    true = await tag_of(moot, stream, 5)
    forged = [
        (5, "A" * 16),
        (5, true[:-1] + ("A" if true[-1] != "A" else "B")),
        (5, await tag_of(moot, other, 5)),
        (4, true),
        (6, true),
        (99, "not/base64~"),
    ]
    for seq, tag in forged:
        assert (await resumed(ana, stream, seq, tag)).state == "reset"
    desk = f"desk:{garden}"
    wrong = tags.maker(bytes(32), desk)(9, b"")
    assert (await resumed(ana, desk, 9, wrong)).state == "gone"
    assert (await resumed(ana, stream, 5, true)).state == "live"
    assert await noted(moot) is None
    assert moot.running.dispatcher.lost is None


async def test_a_dry_run_gives_no_tag(moot: Moot) -> None:
    """What was only tried has no place: a tag of it would be evidence of what never was (6.7)."""
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    await moot.sysop.listen(stream)
    moot.sysop.answers.clear()
    await moot.sysop.ask(Say(board=board, line=new_id(), body="a line", dry_run=True))
    await say(moot, board, 1)
    await moot.sysop.settle()
    assert b"tag" not in b"".join(moot.sysop.answers)
    assert [(frame.seq, frame.tag) for frame in moot.sysop.frames if frame.stream == stream] == [
        (1, await tag_of(moot, stream, 1))
    ]


async def test_cursors_of_before_are_judged_as_before_and_get_a_tag(moot: Moot) -> None:
    """Without a tag a cursor is good up to the head, and its answer brings one (6.5, 6.7)."""
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    await say(moot, board, 5)
    await roll_back(moot, stream, 2)
    await say(moot, board, 3)
    for cursor, state in ((5, "live"), (6, "reset"), (0, "live")):
        answer = await resumed(moot.sysop, stream, cursor, None)
        assert (answer.state, answer.tag) == (state, await tag_of(moot, stream, 5))
    assert await noted(moot) is None


async def test_another_epoch_is_no_evidence(moot: Moot) -> None:
    """After a restore what is gone is gone on purpose (6.5, 6.7)."""
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    await say(moot, board, 5)
    tag = await tag_of(moot, stream, 5)
    await roll_back(moot, stream, 2)
    request = Sync(cursors={stream: 5}, tags={stream: tag}, epoch=new_id())
    assert (await moot.sysop.ask(request)).streams[stream].state == "reset"
    assert await noted(moot) is None


class Copy:
    """What a client has of a stream, kept by the rules of the SDK: the frames, by seq.

    Attributes:
        have: The frames from `base` on.
        with_tags: Whether it is one of today; an older one knows of no tags.
    """

    def __init__(self, stream: str, *, with_tags: bool) -> None:
        self.stream = stream
        self.with_tags = with_tags
        self.cursors = Cursors()
        self.have: dict[int, bytes] = {}
        self.resets = 0

    async def catch_up(self, moot: Moot) -> None:
        """Come back over a new line; what was reset is fetched afresh."""
        line = await moot.again(moot.sysop)
        epoch = line_epoch(line)
        if self.stream not in self.cursors:
            await self._fetch(moot, epoch)
        self.cursors.disconnected()
        while batch := self.cursors.next_batch():
            given = batch.tags if self.with_tags else {}
            answer = await line.ask(Sync(cursors=batch.cursors, epoch=batch.epoch, tags=given))
            await line.settle()
            for frame in line.tape.frames:
                message = decode_message(frame)
                if not isinstance(message, EventFrame) or message.stream != self.stream:
                    continue
                if self.cursors.take(self.stream, message.seq, message.tag) is True:
                    self.have[message.seq] = frame
            state = answer.streams[self.stream]
            if state.state == "reset":
                self.resets += 1
                await self._fetch(moot, epoch)
            else:
                self.cursors.synced(self.stream, state, epoch)
        line.leave()

    async def _fetch(self, moot: Moot, epoch: str) -> None:
        """Take what there is, as pages give it, with their `as_of` and its tag."""
        self.have = await fresh(moot, self.stream)
        head = (await moot.read(lambda tx: event_log.head(tx, self.stream))).seq
        self.cursors.add(self.stream, head, epoch, await tag_of(moot, self.stream, head))


async def ends(moot: Moot, stream: str) -> tuple[int, int]:
    """Return the newest seq of a stream, and that below which nothing of it is kept."""
    row = await moot.read(lambda tx: event_log.head(tx, stream))
    return row.seq, row.base_seq


async def fresh(moot: Moot, stream: str) -> dict[int, bytes]:
    """Return the frames of a stream that a new client would have."""
    found = await moot.read(lambda tx: event_log.replay(tx, stream, 0, 10_000, 10**9))
    return {one.seq: one.frame for one in found}


@pytest.mark.parametrize("seed", range(6))
async def test_a_client_with_tags_ends_as_a_fresh_fetch_whatever_was_rolled_back(
    moot: Moot, seed: int
) -> None:
    """Random histories with rollbacks: with tags a copy is always what a new one is (6.4, 6.7).

    One without tags is reset only below the base and beyond the head, as it always was, and so
    may keep what never was.
    """
    chance = Random(seed)
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    today, before = Copy(stream, with_tags=True), Copy(stream, with_tags=False)
    for _ in range(25):
        await say(moot, board, chance.randrange(4))
        head, base = await ends(moot, stream)
        match chance.randrange(5):
            case 0:
                await roll_back(moot, stream, chance.randint(base, head))
                await say(moot, board, chance.randrange(5))
            case 1 if head > base:
                count = chance.randint(1, min(2, head - base))
                await moot.change(
                    lambda tx, n=count: event_log.forget_before(tx, stream, 2**60, n, now=2**61)
                )
        head, base = await ends(moot, stream)
        if chance.random() < 0.6:
            await today.catch_up(moot)
            mine = {seq: frame for seq, frame in today.have.items() if seq > base}
            assert mine == await fresh(moot, stream)
        if chance.random() < 0.6:
            had = before.cursors.position(stream) if stream in before.cursors else None
            resets = before.resets
            await before.catch_up(moot)
            must = had is not None and not base <= had <= head
            assert before.resets - resets == must
            assert before.cursors.position(stream) == head


class FrameOfBefore(Struct):
    """The params of an event as a client of the version before reads them."""

    stream: str
    seq: int
    kind: str
    subject: str


async def test_a_client_of_before_passes_over_tags(moot: Moot) -> None:
    """Events, states and results are open for new fields; nobody has to upgrade (6.7)."""
    board = await moot.board(moot.sysop, "garden")
    stream = lounge_stream(board)
    await moot.sysop.listen(stream)
    await say(moot, board, 1)
    await moot.sysop.settle()
    (frame,) = [json.loads(one) for one in moot.sysop.tape.frames if stream.encode() in one]
    read = msgspec.convert(frame["params"], FrameOfBefore)
    assert (read.stream, read.seq, read.kind) == (stream, 1, "threads.said")
    assert frame["params"]["tag"] == await tag_of(moot, stream, 1)


async def test_a_community_of_before_gets_a_key_that_stays(tmp_path: Path) -> None:
    """At its first start with this version a database gets a key; restarts keep it (6.7)."""
    stream, found = COMMONS_STREAM, []
    for n in range(3):
        async with open_moot(tmp_path / "data") as moot:
            found.append(await tag_of(moot, stream, 1))
            if n == 0:
                await moot.change(
                    lambda tx: tx.execute("DELETE FROM meta WHERE key = 'history_key'")
                )
                assert await tag_of(moot, stream, 1) == ""
    assert "" not in found
    assert found[0] != found[1] == found[2]
