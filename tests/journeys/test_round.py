"""A whole round on a real terminal, by Space and n alone, while others write on (P4)."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bbs.features.reading.messages import GetUnread
from bbs.profiles import save_profile
from tests.client.pty.terminal import Terminal
from tests.journeys.backlog import POSTS, READER, Backlog, backlog

# Half a minute of reading: with the long tests, not with those of every change.
pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

PATIENCE_S = 20.0
FRAME_S = 0.01
AGAIN_S = 2.0  # after so long without an effect, a reader presses a key again
FRAME_END = b"\x1b[?2026l"
PRESSES_A_POST = 5  # each so many presses somebody writes one more
TOP, BOTTOM = 2, 22  # the rows of the thread, between the pane's head and the bars
_MARKED = re.compile(r"│  ((?:post|late)\d+)\.")
_NEWER = re.compile(r"since then: (\d+) posts?, for your next round")
_HEADER = re.compile(r"^.(?:[│ ] )*(?:[├╰]─)?([●○]) \w+")


class Framed(Terminal):
    """A terminal that shows whole frames only, one after another: it says that it can."""

    on_frame: Callable[[], None] = staticmethod(lambda: None)
    _torn = b""

    def show(self, data: bytes) -> None:
        """Show each frame that is whole, and let it be looked at."""
        if b"\x1b[?2026$p" in data:
            self.press("\x1b[?2026;1$y")
        *frames, self._torn = (self._torn + data).split(FRAME_END)
        for frame in frames:
            super().show(frame + FRAME_END)
            self.on_frame()


@dataclass
class Reading:
    """Somebody who reads on a terminal: what they press, and what they then see.

    Attributes:
        seen: Marks of posts that were on the screen as new.
        read: Marks of posts that were on the screen, not new any more.
        transcript: A line for each key.
    """

    terminal: Framed
    seen: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    transcript: list[str] = field(default_factory=list)
    _rows: list[str] = field(default_factory=lambda: [""] * 24)

    def press(self, key: str) -> None:
        """Press a key and look at all it leads to: to another place, and to fewer posts left.

        Bar and thread are painted apart, so one of the two may come a frame later. A key before the
        thread's frame passes nothing, as nobody has seen what it would pass: it is pressed again.
        """
        where, left = self._where(), self._left()
        for turn in range(int(PATIENCE_S / FRAME_S)):
            if turn % int(AGAIN_S / FRAME_S) == 0:
                self.terminal.press(key)
            self.terminal.read(FRAME_S)
            if self._where() != where and self._left() != left:
                break
        else:
            raise AssertionError(f"{key!r} led nowhere:\n{self.terminal.text}")
        self.terminal.read(FRAME_S)
        name = {" ": "Space"}.get(key, key)
        self.transcript.append(f"{name:>5}  {self._rows[0][:34]:34}  {self.bar}")

    @property
    def bar(self) -> str:
        """What the bar says of the round."""
        return re.sub(r"^.*rosa", "", self._rows[-2]).strip()

    def _left(self) -> str:
        return self.bar.partition(" to the end")[0]

    def _where(self) -> tuple[str, int, list[str]]:
        """Return the first row, and where the cursor is and on what.

        The title and the scroll bar are painted apart from the thread, and what is read loses its
        mark a moment later: none of that says that a key was taken in.
        """
        rows = [row[:-1].replace("●", "○") for row in self._rows]
        cursor = next((n for n, row in enumerate(rows) if row.startswith("▌")), 0)
        return rows[TOP], cursor, rows[cursor : cursor + 2]

    def look(self) -> None:
        """Take in which posts are on the screen; what was read may not be new again."""
        self._rows = self.terminal.text.split("\n")
        new: bool | None = None
        for row in self._rows[TOP:BOTTOM]:
            if head := _HEADER.search(row):
                new = head[1] == "●"
            elif (mark := _MARKED.search(row)) and new is not None:
                assert not (new and mark[1] in self.read), f"{mark[1]} is new again"
                (self.seen if new else self.read).add(mark[1])
                new = None


async def _agreed(reader: Reading, found: Backlog) -> int:
    """Wait until the server knows what was read and the screen what came since; return how much."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            answer = await found.house.voices[READER].call(GetUnread())
            waits = sum(one.posts for one in answer.threads)
            shown = _NEWER.findall(reader.terminal.text)
            if waits == (int(shown[0]) if shown else 0):
                return waits
            await asyncio.to_thread(reader.terminal.read, FRAME_S)


async def _round(reader: Reading, found: Backlog, *, others_write: bool) -> None:
    """Press Space, now and then n, until all is read."""
    for presses in range(2 * POSTS):
        work = [asyncio.to_thread(reader.press, "n" if presses % 4 == 3 else " ")]
        if others_write and presses % PRESSES_A_POST == 0:
            work.append(found.go_on())
        await asyncio.gather(*work)
        if "All caught up" in reader.terminal.text:
            return
    raise AssertionError("the round does not end")


@pytest.fixture
async def reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Reading, Backlog]]:
    """The reader in front of a terminal of 80x24 on which everything has arrived."""
    home = tmp_path / "home"
    monkeypatch.setenv("BBS_HOME", str(home))
    async with backlog(tmp_path) as found:
        save_profile(found.house.members[READER], default=True)
        words = ("-m", "bbs.cli.main", "connect")
        with Framed(*words, env={"BBS_HOME": str(home), "BBS_TOUR": "taken"}) as terminal:
            await asyncio.to_thread(terminal.wait_for, f" {POSTS} posts wait for you")
            reading = Reading(terminal)
            terminal.on_frame = reading.look
            yield reading, found


async def test_space_and_n_read_everything_to_the_end(reader: tuple[Reading, Backlog]) -> None:
    """1,200 posts of 60 threads on 5 boards: each is seen once, the newer ones wait, the round ends (P4)."""
    reading, found = reader
    terminal = reading.terminal
    await _round(reading, found, others_write=True)
    waiting = set(found.waiting.values())
    assert len(waiting) == POSTS
    assert waiting <= reading.seen
    late = {mark for mark in reading.seen if mark.startswith("late")}
    left = await _agreed(reading, found)
    # Who is in a thread while somebody writes there may see it at once; the others wait.
    assert left >= found.late - len(late)

    await _round(reading, found, others_write=False)
    assert f"You read {left} posts" in terminal.text
    assert len({mark for mark in reading.seen if mark.startswith("late")}) == found.late
    assert await _agreed(reading, found) == 0
    for line in reading.transcript:
        print(line)
