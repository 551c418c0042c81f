"""A device finds what the server finds: the same posts in the same order, by any query (protocol 9.3)."""

import random
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from bbs import limits
from bbs.features.boards.messages import GetBoard, ListBoards, Visibility
from bbs.features.members.messages import ListMembers
from bbs.features.reading.messages import Search
from bbs.features.reading.rules import parse_search
from bbs.features.threads.messages import (
    EditPost,
    ImportPosts,
    ListPosts,
    ListThreads,
    Retitle,
    WithdrawPost,
)
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, PostId, ThreadId, new_id
from bbs.streams import board_stream
from bbs.text import normalize_body, normalize_line
from bbs.wire import client_protocol
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write

QUERIES = 2 * settings().max_examples
POSTS = 120
VOCABULARY = (
    "frost frosty Fröste from a I node.js C++ snake_case don’t e-mail 2026 Straße STRASSE Łódź øre æther œuvre"
    " ı İstanbul ёлка Елка мой мои Σίσυφος שָׁלוֹם أحمد मिर्च คำ 東京都 京都 京 入門 Python入門 と カー ｶﾞ 한국어를 국어 〇 𠀀𠀁"
    ' m² №5 ﬁne so\u00adft ab\u200fc می\u200cروم — * " - … 👍'
)
WORDS = VOCABULARY.split(" ")


class Texts:
    """Texts and queries of few words, so that many queries find something."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.written: list[str] = []

    def text(self, words_max: int = 9) -> str:
        """Return words with anything between them."""
        draw = self.random
        words = draw.choices(WORDS, k=draw.randint(1, words_max))
        return "".join(word + draw.choice([" ", " ", " ", "", ", ", "\n", "-"]) for word in words)

    def body(self) -> str:
        """Return a text to post."""
        body, _ = normalize_body(f"{self.text()} x")
        self.written.append(body)
        return body

    def title(self) -> str:
        """Return a title."""
        title, _ = normalize_line(f"{self.text(3)} t", chars_max=limits.TITLE_CHARS_MAX)
        self.written.append(title)
        return title

    def query(self) -> str:
        """Return a query of one to three terms and perhaps an operator."""
        draw = self.random
        operators = ["from:ana", "from:bo", "board:garden", "board:shed", "board:attic"]
        operators += ["before:2026-03-02", "after:2026-03-02", "from:nobody"]
        terms = [self._term() for _ in range(draw.choice([1, 1, 1, 2, 3]))]
        return " ".join([*terms, *draw.sample(operators, draw.choice([0, 0, 0, 1, 2]))])

    def _term(self) -> str:
        draw = self.random
        word = draw.choice(WORDS)
        text = draw.choice(self.written)
        begin = draw.randrange(len(text))
        some = text[begin : begin + draw.randint(1, 12)].replace('"', " ")
        sign = draw.choice(["", "", "", "-"])
        match draw.randrange(6):
            case 0:
                return f"{sign}{word}"
            case 1:
                return f"{sign}{unicodedata.normalize('NFD', word.swapcase())}"
            case 2:
                return f"{sign}{word[: draw.randint(1, len(word))]}*"
            case 3:
                return f'{sign}"{some}"'
            case 4:
                return some
            case _:
                return f'{sign}"{word} {draw.choice(WORDS)}"'


class Both:
    """A community, and a mirror that listens to its boards."""

    def __init__(self, moot: Moot, texts: Texts, folder: Path) -> None:
        self.moot = moot
        self.texts = texts
        self.folder = folder
        self.boards: list[BoardId] = []
        self.threads: dict[ThreadId, tuple[Line, BoardId]] = {}
        self.posts: list[tuple[Line, PostId]] = []

    async def begin(self) -> None:
        """Open boards with two members and fill a mirror with what is there at first."""
        garden = await self.moot.board(self.moot.sysop, "garden")
        shed = await self.moot.board(self.moot.sysop, "shed", visibility=Visibility.UNLISTED)
        self.boards = [garden, shed]
        self.ana = await seated(self.moot, "ana", garden)
        self.bo = await seated(self.moot, "bo", garden)
        for _ in range(POSTS // 3):
            await self.write()
        self.mirror = Mirror.open(self.folder / "mirror.db", self.bo.id, self.moot.clock)
        for request in (ListMembers(), ListBoards(), GetBoard(board=shed)):
            self.mirror.apply(fold(await self.bo.ask(request)))
        await self.bo.listen(*map(board_stream, self.boards))
        for board in self.boards:
            self.mirror.apply(fold(await self.bo.ask(ListThreads(board=board))))
        for thread in self.threads:
            self.mirror.apply(fold(await self.bo.ask(ListPosts(thread=thread))))

    async def write(self) -> None:
        """Write a post, or begin a thread."""
        draw = self.texts.random
        self.moot.clock.jump(hours=draw.uniform(0.05, 1))
        by = draw.choice([self.ana, self.moot.sysop, self.bo])
        begins = len(self.threads) < 3 or draw.random() < 0.15
        _, board = (by, draw.choice(self.boards)) if begins else self.threads[self._thread()]
        if board != self.boards[0]:
            by = self.moot.sysop
        if begins:
            begun = await start(by, board, self.texts.body(), self.texts.title())
            self.threads[begun.thread] = by, board
            self.posts.append((by, begun.post))
        else:
            self.posts.append((by, await write(by, self._thread(board), self.texts.body())))

    def _thread(self, board: BoardId | None = None) -> ThreadId:
        on_it = [thread for thread, (_, on) in self.threads.items() if board in (None, on)]
        return self.texts.random.choice(on_it[-4:])

    async def change(self) -> None:
        """Edit, withdraw, retitle and import, while the mirror listens."""
        draw = self.texts.random
        for _ in range(POSTS // 3):
            await self.write()
        for by, post in draw.sample(self.posts, 16)[:8]:
            await by.ask(EditPost(post=post, body=self.texts.body()))
        for by, post in draw.sample(self.posts, 8):
            await by.ask(WithdrawPost(post=post))
        for thread, (by, _) in self.threads.items():
            read = await self.moot.sysop.ask(ListPosts(thread=thread))
            if read.thread.title is not None and draw.random() < 0.5:
                await by.ask(Retitle(thread=thread, title=self.texts.title()))
        await self._bring_mails()
        for _ in range(POSTS // 3):
            await self.write()
        await self._hear()

    async def _bring_mails(self) -> None:
        thread = new_id()
        day = datetime(1999, 12, 31, tzinfo=UTC)
        mails = tuple(
            Mail(
                id=new_id(),
                thread=thread,
                title=self.texts.title(),
                author="Zoë",
                at=day + timedelta(days=self.texts.random.randint(-9, 9)),
                body=self.texts.body(),
            )
            for _ in range(6)
        )
        await self.moot.sysop.ask(ImportPosts(board=self.boards[0], posts=mails))

    async def _hear(self) -> None:
        await self.bo.settle()
        for frame in self.bo.frames:
            event = client_protocol.typed_event(frame)
            place = EventPlace(frame.stream, frame.seq, frame.at, frame.tag)
            self.mirror.apply(fold(event) if event else (), place)

    async def on_server(self, query: str) -> list[PostId]:
        """Return what the server finds, all its pages together."""
        found: list[PostId] = []
        before: int | None = None
        while True:
            asked = Search(query=query, before=before, limit=limits.PAGE_ITEMS_MAX)
            page = await self.bo.ask(asked)
            found += [item.post.id for item in page.found]
            if (before := page.next_before) is None:
                return found

    def on_device(self, query: str) -> list[PostId]:
        """Return what the mirror finds."""
        return [item.post.id for item in self.mirror.find(parse_search(query), 10_000)]


@pytest.fixture
async def both(moot: Moot, tmp_path: Path) -> AsyncIterator[Both]:
    """A community and a mirror that hold the same posts."""
    place = Both(moot, Texts(16), tmp_path)
    await place.begin()
    await place.change()
    yield place
    place.mirror.close()


@pytest.mark.timeout(600)  # ten thousand times under the deep profile
async def test_a_device_finds_what_the_server_finds(both: Both) -> None:
    """Words, beginnings, phrases, signs, exclusions and operators: the same finds, newest first (P1)."""
    hits = 0
    for number in range(QUERIES):
        query = both.texts.query()
        on_server = await both.on_server(query)
        assert both.on_device(query) == on_server, (number, query)
        hits += bool(on_server)
    assert hits > QUERIES / 4, "most of the others ask for words that no text has side by side"
