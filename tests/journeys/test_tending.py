"""Tended threads in mirrors: two devices, one of them offline, and a round under way (P4, protocol 6.4)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.reading.messages import GetUnread
from bbs.features.threads.messages import StartThread, WritePost
from bbs.features.threads.tending_messages import MergeThread, MovePosts, PinThread, SplitThread
from bbs.ids import BoardId, PostId, ThreadId, new_id
from bbs.streams import board_stream
from bbs_client.session.round_reader import RoundProgress
from tests.journeys.community import Front, House, house
from tests.journeys.mirrored import dump

WHY = "It is about something else"


@pytest.fixture
async def community(tmp_path: Path) -> AsyncIterator[House]:
    """A community with a sysop and ana."""
    async with house(tmp_path) as running:
        await running.join("sysanne")
        await running.join("ana")
        yield running


async def _garden(
    community: House,
) -> tuple[BoardId, list[ThreadId], list[PostId]]:
    """Open a board where ana sits, with a thread that has a branch, and another thread."""
    board, threads, posts = new_id(), [new_id(), new_id()], [new_id() for _ in range(6)]
    sysop = community.voices["sysanne"]
    norms = (Clause(text="Stay with plants.", why="That is what people come for."),)
    opening = OpenBoard(board=board, slug="garden", title="G", charter="C.", norms=norms, hold_s=0)
    await sysop.call(opening)
    await community.voices["ana"].call(TakeSeat(board=board, norms_version=1))
    for thread, post, body in zip(threads, posts, ("one", "other"), strict=False):
        start = StartThread(board=board, thread=thread, post=post, title=body, body=body)
        await sysop.call(start)
    answers = ((2, 0), (3, 0), (4, 2), (5, 4))
    for at, above in answers:
        write = WritePost(thread=threads[0], post=posts[at], parent=posts[above], body=f"p{at}")
        await sysop.call(write)
    return board, threads, posts


async def _reached(community: House, front: Front, board: BoardId) -> None:
    stream = board_stream(board)
    seq = (await community.heads())[stream]
    await front.until(lambda: (front.cache.cursor(stream) or 0) >= seq)


def _unread(front: Front, threads: list[ThreadId]) -> int:
    return sum(len(front.cache.unread(thread)) for thread in threads)


Tending = Callable[[House, list[ThreadId], list[PostId]], Awaitable[None]]


async def _pin(community: House, threads: list[ThreadId], posts: list[PostId]) -> None:
    await community.voices["sysanne"].call(PinThread(thread=threads[0], reason=WHY))


async def _move(community: House, threads: list[ThreadId], posts: list[PostId]) -> None:
    move = MovePosts(post=posts[2], to=threads[1], reason=WHY)
    await community.voices["sysanne"].call(move)


async def _split(community: House, threads: list[ThreadId], posts: list[PostId]) -> None:
    threads.append(new_id())
    split = SplitThread(post=posts[2], thread=threads[-1], title="Apart", reason=WHY)
    await community.voices["sysanne"].call(split)


async def _merge(community: House, threads: list[ThreadId], posts: list[PostId]) -> None:
    merge = MergeThread(thread=threads[0], into=threads[1], reason=WHY)
    await community.voices["sysanne"].call(merge)
    await community.do_jobs("move posts")


@pytest.mark.parametrize("tend", [_pin, _move, _split, _merge])
async def test_every_device_ends_with_the_same(community: House, tend: Tending) -> None:
    """A device that heard it, one that was offline and one made now hold the same; nothing
    became unread or read, also not what was marked on the device that was offline (P2, P4)."""
    board, threads, posts = await _garden(community)
    laptop = await community.front("ana", "laptop")
    phone = await community.front("ana", "phone")
    for front in (laptop, phone):
        await front.link.open_board(board)
        await _reached(community, front, board)
    laptop.link.mark(threads[0], 1, 2)
    await phone.until(lambda: phone.cache.read_ranges(threads[0]) == ((1, 2),))
    await phone.close()
    await tend(community, threads, posts)
    await _reached(community, laptop, board)
    again = await community.front("ana", "phone")
    fresh = await community.front("ana", "fresh")
    for front in (again, fresh):
        await front.link.open_board(board)
        await _reached(community, front, board)
    for front in (laptop, again, fresh):
        await front.until(lambda front=front: _unread(front, threads) == 4)
    await laptop.until(lambda: dump(laptop, {board}) == dump(fresh, {board}))
    await again.until(lambda: dump(again, {board}) == dump(fresh, {board}))
    unread = (await community.voices["ana"].call(GetUnread())).threads
    assert sum(each.posts for each in unread if each.board == board) == 4
    for number, post in ((1, posts[0]), (2, posts[2]), (4, posts[4]), (5, posts[5])):
        for front in (laptop, again, fresh):
            said = front.cache.said_at(f"garden/1/{number}")
            assert said is not None
            assert said.id == post
    for front in (laptop, again, fresh):
        await front.close()


async def test_marks_of_an_offline_device_follow(community: House) -> None:
    """What was read offline before the device heard of the move is read where it stands now."""
    board, threads, posts = await _garden(community)
    laptop = await community.front("ana", "laptop")
    await laptop.link.open_board(board)
    await _reached(community, laptop, board)
    laptop.link.mark(threads[0], 2, 2)
    await laptop.close()
    await _move(community, threads, posts)
    again = await community.front("ana", "laptop")
    await again.link.open_board(board)
    await _reached(community, again, board)
    await again.until(lambda: again.cache.unread(threads[1]) == [1, 3, 4])
    await again.close()


async def test_a_round_under_way_shows_each_item_once(community: House) -> None:
    """Posts that are moved while the round goes on are shown where they stand, and it ends (P4)."""
    board, threads, posts = await _garden(community)
    laptop = await community.front("ana", "laptop")
    await laptop.link.open_board(board)
    await _reached(community, laptop, board)
    from bbs.features.reading.rounds import build_round

    cache = laptop.cache
    progress = RoundProgress(build_round(cache.waiting(), cache.wishes(), cache.vector()))
    seen: list[PostId] = []
    steps = 0
    while (stop := progress.here(cache.unread, cache.moved)) is not None:
        [post] = cache.posts(stop.thread, [stop.numbers[0]])
        if post.board == board:
            seen.append(post.id)
        laptop.link.mark(stop.thread, stop.numbers[0], stop.numbers[0])
        steps += 1
        if post.id == posts[0]:
            await _move(community, threads, posts)
            await _reached(community, laptop, board)
        if post.id == posts[3]:
            await _merge(community, threads, posts)
            await _reached(community, laptop, board)
        assert steps < 50
    assert sorted(seen) == sorted(posts)
    await laptop.close()
