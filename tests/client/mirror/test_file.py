"""The mirror's file: what it shows, what it forgets, and what becomes of it when it is broken."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import (
    MemberAuthor,
)
from bbs.features.presence.messages import PresenceChanged
from bbs.features.reading.messages import Floor
from bbs.features.threads.messages import PostsFaded
from bbs.features.threads.views import ContentState, Skeleton
from bbs.ids import COMMONS, new_id
from bbs.testing import FakeClock, a_board, a_line, a_member, a_post, a_seat, a_thread
from bbs.testing.clock import NOON
from bbs_client.mirror.changes import DropStream, ForgetBoard
from bbs_client.mirror.errors import MirrorTooNew
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.places import EventPlace
from tests.client.mirror.bones import a_bone
from tests.client.mirror.outline import outline

ME = a_member(handle="ana")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "mirror.db"


@pytest.fixture
def cache(path: Path) -> Iterator[Mirror]:
    cache = Mirror.open(path, ME.id, FakeClock())
    cache.apply([ME, a_board(id=COMMONS), a_seat(member=ME.id)])
    yield cache
    cache.close()


def on_disk(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.iterdir())


def test_only_its_owner_may_read_it(cache: Mirror, path: Path) -> None:
    """The mirror is 0600 in a 0700 folder."""
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for one in path.parent.iterdir():
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    cache.close()


def test_it_is_there_at_the_next_start(cache: Mirror, path: Path) -> None:
    """What was mirrored is shown at the next start without a network."""
    before = cache.boards()
    cache.close()
    again = Mirror.open(path)
    assert again.me() == ME
    assert again.boards() == before
    again.close()


@pytest.mark.parametrize("cut", [0, 1, 60, 4096, 5000])
def test_a_broken_file_is_begun_anew(cache: Mirror, path: Path, cut: int) -> None:
    """A damaged mirror costs time, not words: it starts empty and works."""
    cache.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:cut] + b"\xff" * (len(whole) - cut))
    again = Mirror.open(path, ME.id)
    assert again.boards() == []
    assert again.epoch() is None
    again.apply([a_board(id=COMMONS)])
    assert len(again.boards()) == 1
    again.close()


def test_a_file_that_breaks_while_it_is_open_is_begun_anew(cache: Mirror, path: Path) -> None:
    """Damage found while reading empties the mirror, says so, and reading goes on."""
    cache.set_epoch("first")
    cache.apply([a_thread(number=n) for n in range(1, 200)])
    cache.close()
    again = Mirror.open(path, ME.id)
    assert again.epoch() == "first"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * (size - 4096 * 2))
    again.boards()
    again.threads(COMMONS)
    again.members()
    assert again.lost
    assert again.epoch() is None
    again.apply([a_board(id=COMMONS)])
    assert len(again.boards()) == 1
    again.close()


def test_a_later_versions_file_is_left_alone(cache: Mirror, path: Path) -> None:
    """An older program refuses a newer mirror politely and does not touch it."""
    cache.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    before = path.read_bytes()
    with pytest.raises(MirrorTooNew, match="99"):
        Mirror.open(path, ME.id)
    assert path.read_bytes() == before


def test_an_older_versions_file_is_begun_anew(cache: Mirror, path: Path) -> None:
    """A mirror in an older form is thrown away: it is only a copy."""
    cache.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 0")
    db.close()
    again = Mirror.open(path, ME.id)
    assert again.boards() == []
    again.close()


def test_somebody_elses_mirror_is_not_shown(cache: Mirror, path: Path) -> None:
    """A profile that changes its member begins with an empty mirror (P11)."""
    cache.close()
    again = Mirror.open(path, new_id())
    assert again.boards() == []
    again.close()


def test_wiping_leaves_no_words_on_the_disk(cache: Mirror, path: Path) -> None:
    """A wiped mirror holds nothing of what it held, in any file (P10)."""
    cache.apply([a_thread(title="SECRETTITLE")])
    assert b"SECRETTITLE" in on_disk(path)
    cache.wipe()
    assert b"SECRETTITLE" not in on_disk(path)
    cache.close()


@pytest.mark.parametrize("how", ["withdrawn", "faded", "offline", "dropped", "forgotten"])
def test_words_that_are_gone_are_gone_from_the_disk(cache: Mirror, path: Path, how: str) -> None:
    """What was withdrawn or faded is in no file of the mirror any more (P10)."""
    thread = a_thread(title="SECRETTITLE")
    end = instant(NOON + DAY_MS)
    post = a_post(thread=thread.id, body="SECRETWORDS", fades_at=end)
    line = a_line(body="SECRETLINE", fades_at=end)
    cache.apply([thread, post, line])
    assert b"SECRETWORDS" in on_disk(path)
    assert b"secretwords" in on_disk(path), "for searching"
    match how:
        case "withdrawn":
            gone = {"body": None, "state": ContentState.WITHDRAWN, "revision": 2}
            blank = a_thread(id=thread.id, title=None, state=ContentState.WITHDRAWN, revision=2)
            cache.apply(
                [
                    a_post(id=post.id, thread=thread.id, fades_at=end, **gone),
                    blank,
                    a_line(id=line.id, fades_at=end, **gone),
                ]
            )
        case "faded":
            cache.apply([PostsFaded(board=COMMONS, until=end)])
            cache.erase_faded(NOON + DAY_MS)
        case "offline":
            cache.erase_faded(NOON + DAY_MS)
        case "dropped":
            cache.apply([DropStream(f"board:{COMMONS}"), DropStream(f"lounge:{COMMONS}")])
        case "forgotten":
            cache.apply([ForgetBoard(COMMONS)])
    assert b"secret" not in on_disk(path).lower()
    cache.close()


def test_fading_waits_for_its_moment(cache: Mirror) -> None:
    """Nothing fades a millisecond early, everything at its time (P10)."""
    end = NOON + HOUR_MS
    thread = a_thread()
    cache.apply([thread, a_post(thread=thread.id, fades_at=instant(end))])
    cache.erase_faded(end - 1)
    assert cache.posts(thread.id, [1])[0].body == "A post."
    cache.erase_faded(end)
    post = cache.posts(thread.id, [1])[0]
    row = cache.thread(thread.id)
    assert row is not None
    assert (post.body, post.state) == (None, ContentState.FADED)
    assert (row.thread.title, row.thread.state) == (None, ContentState.FADED)


def test_a_title_fades_though_its_first_post_is_not_here(cache: Mirror) -> None:
    """A thread of which only the title was fetched fades by its board's retention (P10)."""
    board = a_board(retention_days=2, hold_s=60)
    thread = a_thread(board=board.id)
    cache.apply([board, thread])
    cache.erase_faded(NOON + 2 * DAY_MS)
    assert cache.threads(board.id)[0].thread.title is not None
    cache.erase_faded(NOON + 2 * DAY_MS + 60_000)
    assert cache.threads(board.id)[0].thread.title is None


def test_a_title_that_is_held_has_no_end_yet(cache: Mirror) -> None:
    """The retention of a thread runs from when it is published, however long it is held (P10)."""
    board = a_board(retention_days=2, hold_s=60)
    held = a_thread(board=board.id, number=None, posts=0, last_at=None, state=ContentState.HELD)
    cache.apply([board, held])
    cache.erase_faded(NOON + 3 * DAY_MS)
    assert cache.threads(board.id)[0].thread.title is not None


def test_boards_come_in_the_order_of_opening(cache: Mirror) -> None:
    """The commons is first, then the boards as they were opened, whatever came first (P1)."""
    later, earlier = a_board(number=9), a_board(number=4)
    cache.apply([later, earlier])
    assert [row.board.id for row in cache.boards()] == [COMMONS, earlier.id, later.id]


def test_threads_come_newest_first(cache: Mirror) -> None:
    """Threads are listed by number, newest first, what waits to be published on top (P1)."""
    threads = [a_thread(number=n) for n in (2, 30, 4)]
    held = a_thread(number=None, posts=0, last_at=None, state=ContentState.HELD)
    cache.apply(one for one in (*threads, held))
    assert [row.thread.number for row in cache.threads(COMMONS)] == [None, 30, 4, 2]


def test_an_outline_is_a_tree_with_what_waits_at_its_end(cache: Mirror) -> None:
    """Answers stand below what they answer, by number; one's own that waits is last (P1)."""
    thread = a_thread(posts=4)
    one = a_post(thread=thread.id, number=1)
    two = a_post(thread=thread.id, number=2, parent=one.id)
    three = a_post(thread=thread.id, number=3)
    four = a_post(thread=thread.id, number=4, parent=two.id)
    waits = a_post(thread=thread.id, number=None, seq=None, parent=four.id, state=ContentState.HELD)
    # Children come before their parents, as the newest page first brings them.
    cache.apply([thread, *(post for post in (waits, four, three, two, one))])
    rows = [(row.number, row.depth, row.post, row.parent) for row in outline(cache, thread.id)]
    assert rows == [
        (1, 0, one.id, None),
        (2, 1, two.id, 1),
        (4, 2, four.id, 2),
        (3, 0, three.id, None),
        (None, 3, waits.id, 4),
    ]
    assert cache.missing(thread.id) == []


def test_a_shape_shows_the_tree_before_the_words_are_there(cache: Mirror) -> None:
    """A long thread has its tree at once; its words come by page and take their places."""
    thread = a_thread(posts=3)
    author = MemberAuthor(id=new_id())
    bones = tuple(a_bone(n, parent, author, seq=n) for n, parent in ((1, None), (2, 1), (3, 2)))
    cache.apply([thread, Skeleton(thread=thread, bones=bones)])
    assert [(row.number, row.depth, row.post) for row in outline(cache, thread.id)] == [
        (1, 0, None),
        (2, 1, None),
        (3, 2, None),
    ]
    assert cache.missing(thread.id) == [(1, 3)]
    # Its parent is not here, but the shape knew its place.
    cache.apply([a_post(thread=thread.id, number=3, parent=new_id())])
    assert [row.depth for row in outline(cache, thread.id)] == [0, 1, 2]
    assert cache.missing(thread.id) == [(1, 2)]


def test_a_published_post_takes_the_place_of_the_held_one(cache: Mirror) -> None:
    """A held post is shown once, whether its two streams agree on the order or not."""
    thread = a_thread(posts=1)
    held = a_post(
        thread=thread.id, number=None, seq=None, state=ContentState.HELD, revision=3, body="late"
    )
    published = a_post(id=held.id, thread=thread.id, number=2, seq=5, revision=2)
    cache.apply([thread, published, held])
    assert [row.number for row in outline(cache, thread.id)] == [2]
    assert cache.post(held.id) == published


def test_lines_come_by_number(cache: Mirror) -> None:
    """A lounge is read in the order in which it was said, from its newest lines (P1)."""
    cache.apply(a_line(number=n) for n in (3, 1, 2, 5, 4))
    assert [line.number for line in cache.lines(COMMONS, limit=3)] == [3, 4, 5]
    assert cache.first_line(COMMONS) == 1


def test_a_private_board_goes_with_ones_seat(cache: Mirror) -> None:
    """Leaving a private board takes it and its words out of the mirror; others stay (P11)."""
    for visibility in (Visibility.PRIVATE, Visibility.MEMBERS):
        board = a_board(visibility=visibility, number=2)
        thread = a_thread(board=board.id)
        seat = a_seat(board=board.id, member=ME.id)
        left = a_seat(board=board.id, member=ME.id, state=SeatState.LEFT, revision=2)
        cache.apply([board, seat, thread])
        cache.apply([left])
        private = visibility is Visibility.PRIVATE
        assert (cache.board(board.id) is None) is private
        assert (cache.thread(thread.id) is None) is private


def test_who_comes_back_has_a_new_seat(cache: Mirror) -> None:
    """A seat asked for anew counts from its higher position, whatever its revision (P12)."""
    board = a_board(number=2)
    fields = {"board": board.id, "member": ME.id}
    left = a_seat(**fields, state=SeatState.LEFT, revision=4)
    back = a_seat(**fields, position=7)
    cache.apply([board, left, back, left])
    row = cache.board(board.id)
    assert row is not None
    assert row.seat == back


def test_an_answer_that_comes_after_the_end_brings_nothing_back(cache: Mirror) -> None:
    """Once a board is forgotten, a page of it that was on its way is not kept (P11)."""
    board = a_board(visibility=Visibility.PRIVATE)
    thread = a_thread(board=board.id)
    late = [
        thread,
        a_post(board=board.id, thread=thread.id),
        a_line(board=board.id),
        Skeleton(thread=thread, bones=()),
    ]
    cache.apply([board, *late, ForgetBoard(board.id), *late])
    assert cache.threads(board.id) == []
    assert cache.lines(board.id) == []
    assert cache.posts(thread.id, [1]) == []


def test_an_application_is_all_or_nothing(cache: Mirror) -> None:
    """An event's changes and its cursor are one transaction (protocol 6.4)."""
    stream = f"board:{COMMONS}"
    cache.set_cursor(stream, 3)
    with pytest.raises(KeyError):
        cache.apply([a_thread(), object()], EventPlace(stream, 4, instant(0)))  # type: ignore[list-item]  # wrong on purpose
    assert cache.threads(COMMONS) == []
    assert cache.cursor(stream) == 3


def test_posts_of_unknown_threads_are_asked_for(cache: Mirror) -> None:
    """A post in a thread that is not here yet says which thread to fetch."""
    thread = a_thread(posts=9)
    touched = cache.apply([a_post(thread=thread.id, number=9)])
    assert touched.wanting == {thread.id}
    assert cache.apply([thread]).wanting == frozenset()


def test_presence_is_never_written_down(cache: Mirror, path: Path) -> None:
    """Who is here is known while one looks, and in no file (P11)."""
    somebody = new_id()
    cache.apply([PresenceChanged(members=(somebody,))])
    assert cache.here == {somebody}
    assert somebody.encode() not in on_disk(path)
    cache.close()


def test_nothing_is_new_on_a_board_without_a_seat(cache: Mirror) -> None:
    """Unread is counted where one sits; leaving ends it, coming back begins anew (P4)."""
    board = a_board(number=2)
    fields = {"board": board.id, "member": ME.id}
    thread = a_thread(board=board.id)
    post = a_post(board=board.id, thread=thread.id, seq=9)
    cache.apply([board, thread, post])
    cache.apply([Floor(board=board.id, seq=3)])
    unread = []
    for seat in (
        a_seat(**fields),
        a_seat(**fields, state=SeatState.LEFT, revision=2),
        a_seat(**fields, position=2),
    ):
        cache.apply([seat])
        row = cache.board(board.id)
        assert row is not None
        unread.append(row.unread)
    assert unread == [1, 0, 0]
