"""Letters in the mirror: only those with news are fetched, and what has ended is gone (protocol 20)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.kinds import BoardKind
from bbs.features.letters.messages import LetterChanged, LetterNews, ListBlocks, ListLetters
from bbs.features.letters.views import BlockList, Letter, LetterHead, LetterList, LetterState
from bbs.features.members.views import SystemAuthor
from bbs.features.reading.rounds import order_boards
from bbs.ids import COMMONS, BoardId, new_id
from bbs.sdk.updates import EphemeralHappened
from bbs.streams import board_stream, member_stream, stream_parts
from bbs.testing import a_board, a_thread
from bbs_client.mirror.fold import fold
from bbs_client.session.letters_sync import LIVE_MAX
from tests.client.mirror.linked import House

MANY = 300


class Post:
    """The letters of a member's, as a server lists them."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.letters: dict[BoardId, Letter] = {}
        self.requests: dict[BoardId, Letter] = {}
        house.community.features += ("letters",)
        house.community.answers[ListLetters] = self.list
        house.community.answers[ListBlocks] = lambda query: BlockList(members=())

    def open(self) -> BoardId:
        """Let a letter with the other member be open."""
        model = self.house.model
        thread = a_thread(board=new_id(), number=1, author=SystemAuthor(), title=None, posts=0)
        model.threads[thread.id] = thread
        now = instant(model.clock())
        model.boards[thread.board] = a_board(
            id=thread.board, kind=BoardKind.LETTER, number=0, retention_days=365
        )
        self.letters[thread.board] = Letter(
            id=thread.board,
            state=LetterState.OPEN,
            asked_by=model.other.id,
            asked_at=now,
            asked=1,
            until=now + timedelta(days=30),
            members=(model.other.id, model.me.id),
            thread=thread.id,
        )
        model.floors[thread.board] = 0
        return thread.board

    def write(self, letter: BoardId) -> None:
        """Let the other write in a letter."""
        thread = self.letters[letter].thread
        assert thread is not None
        self.house.model.reply(thread)
        self.letters = {letter: self.letters.pop(letter), **self.letters}

    def list(self, query: ListLetters) -> LetterList:
        """Answer as the server does, a page at a time."""
        begin, model = int((query.before or "0").partition(":")[0]), self.house.model
        heads = [
            LetterHead(letter=each, seq=model.head(board_stream(each.id)))
            for each in self.letters.values()
        ]
        end = begin + query.limit
        return LetterList(
            heads=tuple(heads[begin:end]),
            requests=tuple(self.requests.values()) if not begin else (),
            next_before=f"{end}:page" if end < len(heads) else None,
            as_of={member_stream(model.me.id): model.head(member_stream(model.me.id))},
        )


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    """A house whose server has letters."""
    house = House(tmp_path)
    yield Post(house)
    await house.stop()


async def fetched(house: House) -> None:
    """Let the loop turn until no letter has news that is not here; many take many turns."""
    for _ in range(MANY):
        if not house.cache.letters_behind() and house.cache.epoch() is not None:
            break
        await house.settle()
    await house.settle()


async def test_of_many_letters_only_those_with_news_are_fetched(post: Post) -> None:
    """A member in 300 letters asks once which have news, and syncs those alone (20)."""
    house = post.house
    letters = [post.open() for _ in range(MANY)]
    post.write(letters[0])
    await house.start()
    await fetched(house)
    assert len(house.cache.letters()) == MANY
    listened = [each for each in house.community.heard if stream_parts(each)[1] in letters]
    assert len(listened) <= LIVE_MAX
    await house.settle()
    # Another visit, with one letter's news.
    post.write(letters[7])
    house.community.asked.clear()
    house.community.heard.clear()
    house.link._keeper.add("bring_up")
    await fetched(house)
    await house.settle()
    pages = [each for each in house.community.asked if isinstance(each, ListLetters)]
    assert len(pages) == 1
    listened = [each for each in house.community.heard if stream_parts(each)[1] in letters]
    assert listened == [board_stream(letters[7])]
    assert len(house.community.heard) < limits.SYNC_STREAMS_MAX


async def test_news_that_are_told_fetch_a_letter(post: Post) -> None:
    """A letter that is not listened to is fetched when the server tells of news; its posts are new."""
    house = post.house
    letter = post.open()
    await house.start()
    await house.until(lambda: not house.cache.letters_behind())
    thread = post.letters[letter].thread
    assert thread is not None
    house.community.unlisten(board_stream(letter))
    post.write(letter)
    assert house.link._keeper.sync is not None
    house.link._keeper.sync.stream_lost(board_stream(letter))
    news = LetterNews(letter=letter, seq=house.model.head(board_stream(letter)))
    house.community.push(EphemeralHappened(news))
    await house.until(lambda: house.cache.unread(thread) == [1])
    assert house.cache.unread_letters() == 1


async def test_a_letter_is_no_board(post: Post) -> None:
    """It is in no list of boards, and none of `boards.list` takes it away; rounds have it first (P1)."""
    house = post.house
    letter = post.open()
    del house.model.boards[letter]
    await house.start()
    await house.until(lambda: house.cache.is_letter(letter))
    assert letter not in {row.board.id for row in house.cache.boards()}
    row = house.cache.board(letter)
    assert row is not None
    assert row.is_seated
    assert not house.cache.lacks_norms(letter)
    assert house.cache.wishes().order[0] == letter
    assert order_boards((), {COMMONS: 1, letter: 0}) == (letter, COMMONS)


async def test_what_has_ended_is_gone_with_its_words(post: Post) -> None:
    """After leaving, and where a right ends, nothing of a letter stays on the device (P10)."""
    house = post.house
    left, lost = post.open(), post.open()
    for letter in (left, lost):
        post.write(letter)
    await house.start()
    await house.until(lambda: not house.cache.letters_behind())
    threads = {letter: post.letters[letter].thread for letter in (left, lost)}
    ended = Letter(
        **{
            name: getattr(post.letters[left], name)
            for name in ("id", "asked_by", "asked_at", "asked", "until")
        },
        state=LetterState.ENDED,
        revision=9,
    )
    house.cache.apply(fold(LetterChanged(letter=ended)))
    house.link._keeper.end_stream(board_stream(lost))
    for letter in (left, lost):
        assert house.cache.letter(letter) is None
        assert house.cache.board(letter) is None
        assert house.cache.thread(threads[letter] or "") is None


async def test_requests_end_with_their_time(post: Post) -> None:
    """A request is shown until its end, and not when another device has answered it (20)."""
    house = post.house
    now = instant(house.model.clock())
    letter = new_id()
    post.requests[letter] = Letter(
        id=letter,
        state=LetterState.ASKED,
        asked_by=house.model.other.id,
        asked_at=now,
        asked=1,
        until=now + timedelta(days=30),
    )
    await house.start()
    await house.until(lambda: len(house.cache.asked_of_me()) == 1)
    post.requests.clear()
    house.link._keeper.add("letters")
    await house.until(lambda: not house.cache.asked_of_me())


async def test_posts_on_boards_cost_the_list_of_letters_nothing(post: Post) -> None:
    """The sidebar counts letters with each painting: it looks at no post of a board (P14)."""
    house = post.house
    post.write(post.open())
    await house.start()
    await fetched(house)

    def steps() -> int:
        count = 0

        def step() -> None:
            nonlocal count
            count += 1

        house.cache._db.set_progress_handler(step, 1)
        house.cache.unread_letters()
        house.cache.letters()
        house.cache._db.set_progress_handler(None, 1)
        return count

    before = steps()
    fields = "id, board, thread, number, state, imported, visible_at, fresh, words, revision"
    house.cache._db.executemany(
        f"INSERT INTO posts ({fields}) VALUES (?, ?, 't', ?, 'published', 0, 0, 0, 0, 1)",
        [(new_id(), COMMONS, number) for number in range(1, 500)],
    )
    assert steps() == before
