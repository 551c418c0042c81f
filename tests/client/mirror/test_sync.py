"""Filling the mirror: by pages, interrupted, reset, while everything changes."""

from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import Disconnected
from bbs.features.boards.messages import ListBoards
from bbs.features.members.messages import ListMembers
from bbs.features.threads.messages import (
    GetSkeleton,
    ListLines,
    ListPosts,
    ListRecent,
    ListThreads,
    PostPublished,
)
from bbs.features.threads.views import Thread
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotFound, OnWaitingList
from bbs.testing import a_post
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.session.sync import MirrorSync
from tests.client.mirror.model import PAGE, Model
from tests.client.mirror.outline import outline
from tests.client.mirror.scripted import Scripted
from tests.client.mirror.test_truth import drain


class House:
    """A model, its community, and a mirror of it."""

    def __init__(self, folder: Path) -> None:
        self.model = Model()
        self.community = Scripted(self.model)
        self.cache = Mirror.open(folder / "mirror.db", self.model.me.id, self.model.clock)
        self.progress: list[tuple[int, int, str]] = []

    def sync(self) -> MirrorSync:
        """Return the sync of a new start."""
        return MirrorSync(
            self.community,
            self.cache,
            write=self.cache.apply,
            progress=lambda *told: self.progress.append(told),
            clock=self.model.clock,
        )

    def asked(self, kind: type) -> list[Any]:
        return [request for request in self.community.asked if isinstance(request, kind)]


@pytest.fixture
def house(tmp_path: Path) -> Any:
    house = House(tmp_path)
    yield house
    house.cache.close()


async def test_a_first_sync_brings_what_one_needs(house: House) -> None:
    """Members, boards, norms, floors and the threads of one's boards are there afterwards."""
    garden = house.model.open_board(new_id())
    elsewhere = house.model.open_board(new_id(), seat=False)
    thread = house.model.start(garden.id)
    house.model.start(elsewhere.id)
    house.model.say(garden.id)
    await house.sync().sync_all()
    cache, model = house.cache, house.model
    assert cache.me() == model.me
    assert set(cache.members()) == {model.me.id, model.other.id}
    assert [row.board.id for row in cache.boards()] == [COMMONS, garden.id, elsewhere.id]
    assert [row.thread.id for row in cache.threads(garden.id)] == [thread.id]
    assert cache.threads(elsewhere.id) == []
    assert len(cache.lines(garden.id)) == 1
    assert cache.norms(garden.id) is not None
    assert cache.board(garden.id) is not None
    assert [row.unread for row in cache.boards()] == [0, 1, 0]
    assert cache.epoch() == model.epoch
    listened = {f"{kind}:{b}" for kind in ("board", "lounge") for b in (COMMONS, garden.id)}
    assert set(cache.cursors()) == listened | {f"member:{model.me.id}"}
    assert house.progress[-1] == (2, 2, "")


async def test_pages_go_back_to_the_floor_or_ninety_days(house: House) -> None:
    """A first sync takes what is unread and the last 90 days, never everything."""
    model = house.model
    thread = model.start()
    for _ in range(4 * PAGE):
        model.reply(thread.id)
    model.floors[COMMONS] = model.head(f"board:{COMMONS}")
    model.clock.jump(days=limits.MIRROR_DAYS + 1)
    model.reply(thread.id)
    await house.sync().sync_all()
    assert len(house.asked(ListRecent)) == 1
    assert len(house.cache.posts(thread.id, range(1, 100))) == PAGE
    assert house.cache.boards()[0].unread == 1

    house.cache.wipe()
    house.community.asked.clear()
    model.floors[COMMONS] = 0
    await house.sync().sync_all()
    assert house.cache.boards()[0].unread == 4 * PAGE + 2


async def test_thread_lists_stop_after_a_few_pages(house: House) -> None:
    """A board's older threads are fetched when somebody looks for them."""
    for _ in range(limits.MIRROR_THREAD_PAGES * PAGE + 2):
        house.model.start()
    house.model.floors[COMMONS] = house.model.head(f"board:{COMMONS}")
    house.model.clock.jump(days=limits.MIRROR_DAYS + 1)
    sync = house.sync()
    await sync.sync_all()
    assert len(house.asked(ListThreads)) == limits.MIRROR_THREAD_PAGES
    assert len(house.cache.threads(COMMONS)) == limits.MIRROR_THREAD_PAGES * PAGE
    assert await sync.older_threads(COMMONS) is False
    assert len(house.cache.threads(COMMONS)) == limits.MIRROR_THREAD_PAGES * PAGE + 2


async def test_older_lines_come_by_page(house: House) -> None:
    """A lounge is read backwards page by page until there is nothing older."""
    for _ in range(2 * PAGE):
        house.model.say()
    sync = house.sync()
    await sync.sync_all()
    assert len(house.cache.lines(COMMONS)) == PAGE
    assert await sync.older_lines(COMMONS) is False
    assert len(house.cache.lines(COMMONS)) == 2 * PAGE


async def test_nothing_that_changes_during_the_fetch_is_lost(house: House) -> None:
    """What happens between two pages is told by the events from the lowest of them (6.4)."""
    model = house.model
    threads = [model.start() for _ in range(PAGE)]
    later: list[Thread] = []

    def change(request: Any) -> None:
        if isinstance(request, ListThreads | ListRecent | ListLines):
            model.reply(threads[0].id)
            later.append(model.start())
            model.say()
            model.withdraw(next(iter(model.posts.values())))

    house.community.before = change
    await house.sync().sync_all()
    house.community.before = lambda request: None
    drain(house.cache, house.community)
    assert {row.thread.id for row in house.cache.threads(COMMONS)} == set(model.threads)
    row = house.cache.thread(threads[0].id)
    assert row is not None
    assert row.thread.posts == model.threads[threads[0].id].posts
    assert house.cache.missing(threads[0].id) == []
    assert house.cache.lines(COMMONS) == list(model.lines.values())[-PAGE:]
    first = next(iter(model.posts))
    assert house.cache.post(first) == model.posts[first]
    assert later


async def test_a_later_start_asks_only_for_what_happened(house: House) -> None:
    """A mirror that is there resumes from its cursors; marks and floors are read anew (7.5)."""
    await house.sync().sync_all()
    drain(house.cache, house.community)
    house.community.asked.clear()
    thread = house.model.start()
    house.model.floors[COMMONS] = 0
    await house.sync().sync_all()
    drain(house.cache, house.community)
    assert house.cache.thread(thread.id) is not None
    assert house.cache.boards()[0].unread == 1
    fetches = ListMembers | ListBoards | ListThreads | ListRecent | ListLines
    assert not [one for one in house.community.asked if isinstance(one, fetches)]


async def test_an_interrupted_sync_goes_on_where_it_was(house: House) -> None:
    """A first sync that is cut off keeps the boards it had; a board half here is done again."""
    boards = [house.model.open_board(new_id()) for _ in range(3)]
    for board in boards:
        house.model.start(board.id)

    def cut(request: Any) -> None:
        if isinstance(request, ListRecent) and request.board == boards[1].id:
            raise Disconnected("cut")

    house.community.before = cut
    with pytest.raises(Disconnected):
        await house.sync().sync_all()
    half = house.cache.cursors()
    assert f"board:{boards[0].id}" in half
    assert f"board:{boards[1].id}" not in half
    house.model.withdraw(next(iter(house.model.posts.values())))
    house.community.before = lambda request: None
    house.community.asked.clear()
    await house.sync().sync_all()
    assert {one.board for one in house.asked(ListRecent)} == {boards[1].id, boards[2].id}
    assert all(len(house.cache.threads(board.id)) == 1 for board in boards)


async def test_a_sync_cut_before_the_boards_begins_anew(house: House) -> None:
    """What an interrupted start left is not kept: nobody kept it true meanwhile (6.4)."""
    thread = house.model.start()

    def cut(request: Any) -> None:
        if isinstance(request, ListLines):
            raise Disconnected("cut")

    house.community.before = cut
    with pytest.raises(Disconnected):
        await house.sync().sync_all()
    assert house.cache.epoch() is None
    house.community.before = lambda request: None
    house.model.withdraw(next(iter(house.model.posts.values())))
    await house.sync().sync_all()
    row = house.cache.thread(thread.id)
    assert row is not None
    assert row.thread.title is None


async def test_a_restored_server_gets_a_new_mirror(house: House) -> None:
    """Another epoch empties the mirror before anything is folded into it (protocol 6.5)."""
    thread = house.model.start()
    await house.sync().sync_all()
    restored = Model(me=house.model.me, epoch="second")
    house.community.model = restored
    await house.sync().sync_all()
    assert house.cache.thread(thread.id) is None
    assert house.cache.epoch() == "second"


async def test_a_reset_stream_is_fetched_afresh(house: House) -> None:
    """A stream whose events are gone is dropped and read by pages, once (6.5)."""
    kept = house.model.open_board(new_id())
    other = house.model.start(kept.id)
    thread = house.model.start()
    sync = house.sync()
    await sync.sync_all()
    drain(house.cache, house.community)
    house.model.withdraw(next(iter(house.model.posts.values())))
    house.model.reply(thread.id)
    stream = f"board:{COMMONS}"
    house.model.base[stream] = house.model.head(stream)
    house.community.asked.clear()
    again = house.sync()
    await again.sync_all()
    house.cache.forget_cursor(stream)
    await again.reset(stream)
    await again.reset(stream)
    assert len(house.asked(ListRecent)) == 1
    assert {one.board for one in house.asked(ListRecent)} == {COMMONS}
    assert house.cache.cursor(stream) == house.model.head(stream)
    assert house.cache.missing(thread.id) == []
    assert house.cache.thread(other.id) is not None
    assert set(house.cache.members()) == {house.model.me.id, house.model.other.id}


async def test_a_board_without_a_seat_is_fetched_when_opened(house: House) -> None:
    """What one only visits is mirrored from the visit on, and kept true then."""
    board = house.model.open_board(new_id(), seat=False)
    thread = house.model.start(board.id)
    sync = house.sync()
    await sync.sync_all()
    assert house.cache.threads(board.id) == []
    await sync.board(board.id)
    asked = len(house.community.asked)
    await sync.board(board.id)
    assert len(house.community.asked) == asked
    house.model.reply(thread.id)
    drain(house.cache, house.community)
    row = house.cache.thread(thread.id)
    assert row is not None
    assert (row.thread.posts, row.unread) == (2, 0)
    await house.sync().sync_all()
    assert house.cache.cursor(f"board:{board.id}") == house.model.head(f"board:{board.id}")


async def test_a_board_one_may_not_know_is_forgotten(house: House) -> None:
    """A board that answers as if it did not exist leaves the mirror (P11)."""
    board = house.model.open_board(new_id(), seat=False)
    sync = house.sync()
    await sync.sync_all()
    del house.model.boards[board.id]
    await sync.board(board.id)
    assert house.cache.board(board.id) is None


async def test_who_is_offered_a_seat_keeps_the_board_and_its_norms(house: House) -> None:
    """Somebody to whom a seat is offered knows the board and reads its norms first (P5)."""
    board = house.model.open_board(new_id(), seat=False)
    sync = house.sync()
    await sync.sync_all()

    def outside(request: Any) -> None:
        if isinstance(request, ListThreads):
            raise NotFound("board")

    house.community.before = outside
    await sync.board(board.id)
    assert house.cache.board(board.id) is not None
    assert house.cache.norms(board.id) is not None


async def test_a_long_thread_has_its_shape_first(house: House) -> None:
    """A thread of many posts is there as a tree before its words are."""
    model = house.model
    thread = model.start()
    posts = [model.reply(thread.id) for _ in range(limits.PAGE_ITEMS_MAX + PAGE)]
    model.floors[COMMONS] = model.head(f"board:{COMMONS}")
    model.clock.jump(days=limits.MIRROR_DAYS + 1)
    sync = house.sync()
    await sync.sync_all()
    shapes: list[int] = []

    def look(request: Any) -> None:
        if isinstance(request, ListPosts):
            shapes.append(len(outline(house.cache, thread.id)))

    house.community.before = look
    await sync.thread(thread.id)
    assert len(house.asked(GetSkeleton)) == 1
    assert set(shapes) == {len(posts) + 1}
    assert house.cache.missing(thread.id) == []
    assert len(house.cache.posts(thread.id, range(1, 1000))) == len(posts) + 1


async def test_a_page_older_than_what_was_folded_is_asked_again(house: House) -> None:
    """A slow answer that events have overtaken does not undo them (6.4)."""
    model = house.model
    model.configure(COMMONS, retention_days=1)
    thread = model.start()
    for _ in range(PAGE + 1):
        model.reply(thread.id)
    model.floors[COMMONS] = model.head(f"board:{COMMONS}")
    model.clock.jump(days=limits.MIRROR_DAYS + 1)
    sync = house.sync()
    await sync.sync_all()
    drain(house.cache, house.community)
    stale = model.answer(ListPosts(thread=thread.id))
    model.fade()
    drain(house.cache, house.community)
    answers = [stale]
    house.community.answers[ListPosts] = lambda request: (
        answers.pop() if answers else model.answer(request)
    )
    await sync.thread(thread.id)
    assert not answers
    assert {post.body for post in house.cache.posts(thread.id, range(1, 50))} == {None}


async def test_a_server_that_leads_in_circles_is_not_followed(house: House) -> None:
    """A page that names itself as the next one ends the fetching (P14)."""
    thread = house.model.start()

    def circle(request: ListRecent) -> Any:
        page = house.model.answer(request)
        return type(page)(posts=page.posts, threads=page.threads, next_before=2**40)  # type: ignore[attr-defined]  # the test's own attribute

    house.community.answers[ListRecent] = circle
    house.model.floors[COMMONS] = 0
    await house.sync().sync_all()
    assert len(house.asked(ListRecent)) == 2
    assert house.cache.thread(thread.id) is not None


async def test_who_waits_for_a_seat_is_told_by_their_own_stream(house: House) -> None:
    """On the waiting list one hears of one's seat, and the next sync brings the rest."""

    def wait(request: Any) -> None:
        raise OnWaitingList

    house.community.before = wait
    sync = house.sync()
    with pytest.raises(OnWaitingList):
        await sync.sync_all()
    assert set(house.community.heard) == {f"member:{house.model.me.id}"}
    house.community.before = lambda request: None
    await sync.sync_all()
    assert house.cache.epoch() == house.model.epoch


async def test_threads_known_by_a_post_only_are_fetched(house: House) -> None:
    """A new post in an old thread brings the thread into its list."""
    model = house.model
    old = model.start()
    for _ in range(limits.MIRROR_THREAD_PAGES * PAGE + PAGE):
        model.start()
    model.floors[COMMONS] = model.head(f"board:{COMMONS}")
    model.clock.jump(days=limits.MIRROR_DAYS + 1)
    sync = house.sync()
    await sync.sync_all()
    assert house.cache.thread(old.id) is None
    post = a_post(thread=old.id, number=2, seq=99)
    facts = fold(PostPublished(post=post))
    sync.pages.wanting |= house.cache.apply(facts).wanting
    await sync.fetch_missing_threads()
    assert house.cache.thread(old.id) is not None
