"""How thread, post and lounge events and results change the mirror."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.threads.messages import (
    LineSaid,
    LineUnsaid,
    LoungeFaded,
    PostEdited,
    PostHeld,
    PostPublished,
    PostsFaded,
    PostWithdrawn,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.views import (
    ContentState,
    LineResult,
    PostPage,
    PostResult,
    RecentPage,
    Skeleton,
    StartThreadResult,
    ThreadPage,
)
from bbs.ids import COMMONS
from bbs.streams import board_stream
from bbs.testing import a_board, a_line, a_post, a_thread
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace

THREAD = a_thread()
POST = a_post(thread=THREAD.id, number=2)
FIRST = a_post(thread=THREAD.id, number=1)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Mirror]:
    with closing(Mirror.open(tmp_path / "mirror.db")) as opened:
        yield opened


def held(**fields: Any) -> Any:
    return a_post(thread=THREAD.id, number=None, seq=None, **fields)


def test_a_published_post_is_put_and_raises_its_thread(cache: Mirror) -> None:
    """A thread reaches to its newest published post, told or fetched (protocol 6.4)."""
    for message in (PostPublished(post=POST), PostResult(post=POST)):
        assert fold(message) == (POST, message)
        cache.apply([a_board(id=THREAD.board), THREAD, *fold(message)])
        row = cache.thread(THREAD.id)
        assert row is not None
        assert (row.thread.posts, row.thread.last_at) == (2, POST.visible_at)
    begun = {"thread": THREAD, "post": FIRST}
    for message in (ThreadPublished(**begun), StartThreadResult(**begun)):
        assert fold(message) == (THREAD, FIRST, message)


def test_a_mail_raises_its_thread_by_when_it_was_written(cache: Mirror) -> None:
    """A thread's newest moment is not that of an import; the mirror is told both (P1)."""
    mail = a_post(thread=THREAD.id, number=2, at=instant(5), visible_at=instant(9), imported=True)
    thread = replace(THREAD, posts=1, last_at=instant(3))
    cache.apply([a_board(id=THREAD.board), thread, *fold(PostPublished(post=mail))])
    row = cache.thread(THREAD.id)
    assert row is not None
    assert (row.thread.posts, row.thread.last_at) == (2, instant(5))


@pytest.mark.parametrize("answered_first", [True, False])
def test_the_readers_own_words_are_written_once(cache: Mirror, answered_first: bool) -> None:
    """An answer and the event of the same act change the mirror once, whichever comes first."""
    line, stream = a_line(), board_stream(COMMONS)
    begun = (
        ThreadPublished(thread=THREAD, post=FIRST),
        StartThreadResult(thread=THREAD, post=FIRST),
    )
    posted = (PostPublished(post=POST), PostResult(post=POST))
    said = (LineSaid(line=line), LineResult(line=line))
    cache.apply([a_board(id=COMMONS)])
    cache.set_cursor(stream, 0)
    for seq, (event, answer) in enumerate((begun, posted, said), start=1):
        touched = []
        for message in (answer, event) if answered_first else (event, answer):
            place = EventPlace(stream, seq, FIRST.at) if message is event else None
            touched.append(bool(cache.apply(fold(message), place).tables))
        assert touched == [True, False]
        assert cache.cursor(stream) == seq
    assert [row.thread.posts for row in cache.threads(COMMONS)] == [2]


def test_edits_and_titles_are_put() -> None:
    """An edit replaces the words, a new title the title."""
    assert fold(PostEdited(post=POST)) == (POST,)
    assert fold(ThreadRetitled(thread=THREAD)) == (THREAD,)


def test_withdrawing_the_first_post_takes_the_title(cache: Mirror) -> None:
    """A title goes with the words of its thread's first post (P10)."""
    gone = a_post(thread=THREAD.id, number=1, body=None, state=ContentState.WITHDRAWN)
    later = a_post(thread=THREAD.id, number=2, body=None, state=ContentState.WITHDRAWN)
    cache.apply([a_board(id=THREAD.board), *fold(ThreadPublished(thread=THREAD, post=FIRST))])
    for post, title in ((later, THREAD.title), (gone, None)):
        cache.apply(fold(PostWithdrawn(post=post)))
        row = cache.thread(THREAD.id)
        assert row is not None
        assert row.thread.title == title


def test_what_is_withdrawn_while_held_leaves_nothing(cache: Mirror) -> None:
    """A post withdrawn before it was published leaves no marker (P9)."""
    waiting = held(state=ContentState.HELD)
    thread = a_thread(id=THREAD.id, number=None, state=ContentState.HELD)
    message = PostHeld(post=waiting, thread=thread)
    told = fold(message)
    assert told == (waiting, thread, message)  # the last for whose desk it waits at
    gone = held(id=waiting.id, state=ContentState.WITHDRAWN, body=None)
    for message in (PostHeld(post=gone), PostResult(post=gone)):
        cache.apply([a_board(id=THREAD.board), *told])
        assert cache.post(waiting.id) == waiting
        cache.apply(fold(message))
        assert (cache.post(waiting.id), cache.thread(THREAD.id)) == (None, None)


def test_fading_is_one_range() -> None:
    """One event fades everything that has had its time (P10)."""
    until = instant(5)
    for faded in (PostsFaded(board=COMMONS, until=until), LoungeFaded(board=COMMONS, until=until)):
        assert fold(faded) == (faded,)


def test_lines_are_put_said_or_taken_back() -> None:
    """A line taken back is put as its marker."""
    line = a_line()
    gone = a_line(id=line.id, body=None, state=ContentState.WITHDRAWN)
    assert fold(LineSaid(line=line)) == (line,)
    assert fold(LineUnsaid(line=gone)) == (gone,)


def test_pages_are_put_whole() -> None:
    """A page says nothing about what is not on it (protocol 6.4)."""
    assert fold(ThreadPage(threads=(THREAD,))) == (THREAD,)
    page = PostPage(thread=THREAD, posts=(FIRST, POST))
    assert fold(page) == (THREAD, FIRST, POST)
    recent = RecentPage(posts=(POST,), threads=(THREAD,))
    assert fold(recent) == (POST, THREAD)
    shape = Skeleton(thread=THREAD, bones=())
    assert fold(shape) == (THREAD, shape)
