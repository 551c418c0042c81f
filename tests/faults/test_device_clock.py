"""This device's clock is never believed for forgetting: it hides, and erases nothing (P4, P10)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import Floor
from bbs.features.reading.rules import parse_search
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.testing import FakeClock, a_board, a_line, a_member, a_post, a_seat, a_thread
from bbs.testing.clock import NOON
from bbs.wire.messages import Welcome
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.server_time import ServerTime

pytestmark = pytest.mark.faults

ME, OTHER = a_member(), a_member(handle="ben")
THREAD = a_thread(posts=3)
ENDS = instant(NOON + 5 * DAY_MS)


@pytest.fixture
def clock() -> FakeClock:
    """The device's clocks."""
    return FakeClock()


@pytest.fixture
def cache(tmp_path: Path, clock: FakeClock) -> Iterator[Mirror]:
    """A mirror with a thread of three unread posts and a lounge line, all of which end in 5 days."""
    made = Mirror.open(tmp_path / "mirror.db", ME.id, clock)
    made.apply([ME, OTHER, a_board(id=COMMONS)])
    made.apply([a_seat(board=COMMONS, member=ME.id, state=SeatState.SEATED)])
    made.apply([Floor(board=COMMONS, seq=0), THREAD])
    made.apply([post for post in _posts()])
    made.apply([a_line(board=COMMONS, fades_at=ENDS)])
    yield made
    made.close()


def _posts() -> list[Any]:
    author = MemberAuthor(id=OTHER.id)
    return [
        a_post(
            thread=THREAD.id,
            board=COMMONS,
            number=number,
            seq=number,
            author=author,
            fades_at=ENDS,
            body=f"word{number}",
        )
        for number in (1, 2, 3)
    ]


def _seen(cache: Mirror) -> tuple[Any, ...]:
    """Return what a reader sees."""
    (board,) = cache.boards()
    row = cache.thread(THREAD.id)
    assert row is not None
    return (
        *(board.unread, row.unread, cache.unread(THREAD.id), row.thread.title),
        [post.body for post in cache.posts(THREAD.id, (1, 2, 3))],
        [line.body for line in cache.lines(COMMONS)],
        [one.number for one in cache.waiting()],
        len(cache.find(parse_search("word2"))),
    )


def _stored(cache: Mirror) -> list[Any]:
    """Return every row of the file."""
    with closing(sqlite3.connect(cache._path)) as db:
        return [
            db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("posts", "threads", "lines", "marks", "cursors")
        ]


@pytest.mark.parametrize("days", [10, 100])
def test_a_clock_that_was_ahead_for_a_moment_changed_nothing(
    cache: Mirror, clock: FakeClock, days: int
) -> None:
    """Ten or a hundred days ahead for 8 s, a device hides what would be over; then all is as before,
    unread included (P4).
    """
    seen, stored = _seen(cache), _stored(cache)
    assert seen[:3] == (3, 3, [1, 2, 3])
    clock.step(days=days)
    assert _seen(cache) == (0, 0, [], None, [None] * 3, [], [], 0)
    assert {post.state for post in cache.posts(THREAD.id, (1, 2, 3))} == {ContentState.FADED}
    assert _stored(cache) == stored
    clock.jump(seconds=8)
    clock.step(days=-days)
    assert _seen(cache) == seen


def test_what_is_over_is_erased_by_a_time_the_server_has_proven(
    cache: Mirror, clock: FakeClock
) -> None:
    """Offline, faded words stay in the file, hidden; the server's proven time erases them (P10)."""
    clock.jump(days=6)
    assert _seen(cache)[4] == [None] * 3
    assert cache.time.proven() is None
    cache.time.note(instant(clock()), instant(clock()))
    proven = cache.time.proven()
    assert proven == clock()
    cache.erase_faded(proven)
    with closing(sqlite3.connect(cache._path)) as db:
        docs = db.execute("SELECT doc FROM posts").fetchall()
    assert all(b"word" not in doc for (doc,) in docs)
    assert cache.lines(COMMONS) == []
    cache.time.disconnected()
    assert cache.time.proven() is None


def test_the_servers_time_is_kept_for_a_device_that_is_wrong(tmp_path: Path) -> None:
    """A device whose clock is off goes by the server's time, also offline and after a start (P10)."""
    right = FakeClock()
    wrong = FakeClock(right() + 3 * DAY_MS)
    time = ServerTime(wrong)
    assert time() == wrong()
    time.note(instant(right()), instant(right()))
    assert time() == right()
    wrong.step(days=50)  # the wall clock is not asked any more
    wrong.jump(hours=2)
    right.jump(hours=2)
    assert time() == right()
    wrong.step(days=-50)
    again = ServerTime(wrong, time.offset_ms)
    assert again() == right()


def test_a_server_in_doubt_moves_no_device() -> None:
    """A server that does not believe its own clock is not followed by anybody."""
    clock = FakeClock()
    time = ServerTime(clock)
    time.note(instant(NOON + 365 * DAY_MS), instant(NOON - HOUR_MS))
    assert time() == NOON
    assert time.proven() == NOON - HOUR_MS


def test_what_comes_without_words_while_the_servers_clock_is_wrong_is_fetched_again(
    cache: Mirror,
) -> None:
    """A post that was hidden by the server's wrong clock is missing here, and nothing is lost that
    was here with its words (P4).
    """
    known = cache.posts(THREAD.id, (3,))[0]
    cache.apply([a_post(**{**_fields(known), "body": None})])
    assert cache.posts(THREAD.id, (3,))[0].body == "word3"
    fresh = a_thread(posts=1)
    cache.apply([fresh])
    cache.apply([a_post(id=new_id(), thread=fresh.id, number=1, body=None, fades_at=ENDS)])
    assert cache.missing(fresh.id) == [(1, 1)]


def _fields(post: Any) -> dict[str, Any]:
    return {name: getattr(post, name) for name in post.__struct_fields__}


def test_what_a_server_in_doubt_left_out_is_fetched_again(cache: Mirror, clock: FakeClock) -> None:
    """What was fetched while the server's own clock was ahead is fetched anew once it is right: posts
    and titles without words, and lounges (P4). The doubt uses nothing up.
    """
    board = a_board()
    cache.apply([board, a_thread(board=board.id, title=None)])
    for stream in (f"board:{COMMONS}", f"board:{board.id}", f"lounge:{COMMONS}"):
        cache.set_cursor(stream, 7)
    ahead = clock() + 365 * DAY_MS
    cache.note_time(_welcome(ahead, clock() - HOUR_MS))
    cache.note_time(_welcome(ahead, clock() - HOUR_MS))
    assert len(cache.cursors()) == 3
    cache.note_time(_welcome(clock()))
    assert set(cache.cursors()) == {f"board:{COMMONS}"}


def _welcome(now: int | None, proven_now: int | None = None) -> Welcome:
    told = None if now is None else instant(now)
    proven = told if proven_now is None else instant(proven_now)
    more: dict[str, Any] = {"features": (), "limits": {}, "now": told, "proven_now": proven}
    return Welcome(version="bbs.v1", server="", community="", epoch="e", **more)
