"""A community with much to read: five boards, sixty threads, twelve hundred posts, and one who has read none."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bbs.clock import system_clock
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import new_id
from bbs.testing import FakeClock
from tests.journeys.community import House, house

READER = "rosa"
VOICES = ("abel", "bert", "cleo", "dina")
SLUGS = ("garden", "kitchen", "library", "rivers", "workshop")
THREADS, POSTS = 60, 1_200
_NORMS = (Clause(text="Stay with the board.", why="That is what people come here for."),)
_TALK = (
    "The frost came early this year and took the tomatoes that stood by the wall. "
    "What was under glass is well, and the beans do not seem to mind at all. "
    "I left the seed heads on for the finches, who have been at them since Sunday."
)
_WORDS = _TALK.split()


@dataclass
class Backlog:
    """The community, and what waits in it for the reader.

    Attributes:
        house: The server and its people.
        waiting: The mark that stands in each waiting post's words, by thread and number.
        late: How many posts came after `waiting` was written.
        boards: Their ids, in order.
        threads: Their ids, in order.
    """

    house: House
    waiting: dict[tuple[str, int], str] = field(default_factory=dict)
    late: int = 0
    boards: list[str] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    _posts: dict[str, list[str]] = field(default_factory=dict)
    _chance: Random = field(default_factory=lambda: Random(60))

    async def talk(self) -> None:
        """Let the others write all that waits: trees of every shape, some posts calling the reader."""
        begun = await asyncio.gather(*(self._begin(n) for n in range(THREADS)))
        self.threads = list(begun)
        rest = POSTS - THREADS
        # One writer for each thread: numbers follow the order in which they are written here.
        shares = [rest // THREADS + (n < rest % THREADS) for n in range(THREADS)]
        await asyncio.gather(*(self._fill(n, share) for n, share in enumerate(shares)))

    async def go_on(self) -> None:
        """Write one post more: sometimes a new thread, mostly an answer to the end of one that is there."""
        n = self.late
        self.late += 1
        self.house.clock.jump(seconds=1)
        body = f"late{n:03}. Written while you read."
        voice = self.house.voices[VOICES[n % len(VOICES)]]
        if n % 10 == 0:
            board = self.boards[n // 10 % len(self.boards)]
            await voice.call(
                StartThread(
                    board=board, thread=new_id(), post=new_id(), title=f"Late {n}", body=body
                )
            )
            return
        thread = self.threads[n * 7 % THREADS]
        await voice.call(WritePost(thread=thread, post=new_id(), body=body))

    async def _begin(self, n: int) -> str:
        thread, post = new_id(), new_id()
        title = f"About {_WORDS[n % len(_WORDS)].strip('.,').lower()}, {n + 1}"
        voice = self.house.voices[VOICES[n % len(VOICES)]]
        await voice.call(
            StartThread(
                board=self.boards[n % len(self.boards)],
                thread=thread,
                post=post,
                title=title,
                body=self._body(thread, 1),
            )
        )
        self._posts[thread] = [post]
        return thread

    async def _fill(self, n: int, share: int) -> None:
        thread = self.threads[n]
        voices: Iterator[str] = islice(cycle(VOICES), n, None)
        posts = self._posts[thread]
        for number in range(2, share + 2):
            post = new_id()
            parent = None if number % 5 == 0 else self._chance.choice(posts[-4:])
            await self.house.voices[next(voices)].call(
                WritePost(thread=thread, post=post, parent=parent, body=self._body(thread, number))
            )
            posts.append(post)

    def _body(self, thread: str, number: int) -> str:
        """Return words that begin with a mark found nowhere else, never more than a screen of them.

        So every key passes something, which shows when it was taken in.
        """
        mark = f"post{len(self.waiting):04}"
        self.waiting[thread, number] = mark
        calls = f"@{READER} " if len(self.waiting) % 40 == 0 else ""
        start = self._chance.randrange(len(_WORDS))
        words = [*_WORDS[start:], *_WORDS[:start]]
        paragraphs = [
            " ".join(words[: self._chance.choice((4, 8, 8, 20, 40))])
            for _ in range(self._chance.choice((1, 1, 1, 1, 1, 2)))
        ]
        return f"{mark}. {calls}" + "\n\n".join(paragraphs)


@asynccontextmanager
async def backlog(folder: Path) -> AsyncIterator[Backlog]:
    """Run the community; the reader took every seat before anything was written, and reads nothing."""
    # The client counts days by the true time: what waits must not look months old to it.
    async with house(folder, clock=FakeClock(system_clock())) as home:
        found = Backlog(home)
        for handle in (*VOICES, READER):
            await home.join(handle)
        for slug in SLUGS:
            board = new_id()
            await home.voices[VOICES[0]].call(
                OpenBoard(
                    board=board,
                    slug=slug,
                    title=slug.title(),
                    charter=f"About {slug}.",
                    norms=_NORMS,
                    hold_s=0,
                )
            )
            for handle in (*VOICES[1:], READER):
                await home.voices[handle].call(TakeSeat(board=board, norms_version=1))
            found.boards.append(board)
        await found.talk()
        yield found
