"""A thread that goes to another board, in mirrors: of who may read that board, and of who may not (P4, P10)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.features.boards.messages import OpenBoard, Visibility
from bbs.features.boards.seat_messages import OfferSeat, TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.reading.messages import GetUnread
from bbs.features.reading.rounds import build_round
from bbs.features.threads.messages import StartThread, WritePost
from bbs.features.threads.tending_messages import MoveThread
from bbs.ids import BoardId, PostId, ThreadId, new_id
from bbs.streams import board_stream
from bbs_client.session.round_reader import RoundProgress
from tests.journeys.community import Front, House, house
from tests.journeys.mirrored import dump

WHY = "It is about jam"
CANARY = "canarywords"
NORMS = (Clause(text="Stay with plants.", why="That is what people come for."),)


class Talk(NamedTuple):
    """A board with a thread, the board it goes to, and the id that it gets there."""

    garden: BoardId
    kitchen: BoardId
    thread: ThreadId
    posts: list[PostId]
    becomes: ThreadId


@pytest.fixture
async def community(tmp_path: Path) -> AsyncIterator[House]:
    """A community with a sysop, ana, and bo who sits in the garden alone."""
    async with house(tmp_path) as running:
        for handle in ("sysanne", "ana", "bo"):
            await running.join(handle)
        yield running


async def _talk(community: House, visibility: Visibility = Visibility.MEMBERS) -> Talk:
    sysop, garden, kitchen = community.voices["sysanne"], new_id(), new_id()
    for board, slug, seen in (
        (garden, "garden", Visibility.MEMBERS),
        (kitchen, "kitchen", visibility),
    ):
        opening = OpenBoard(
            board=board, slug=slug, title=slug, charter="C.", norms=NORMS, hold_s=0, visibility=seen
        )
        await sysop.call(opening)
    if visibility is Visibility.PRIVATE:
        await sysop.call(OfferSeat(board=kitchen, member=community.members["ana"].member))
    for handle, boards in (("ana", (garden, kitchen)), ("bo", (garden,))):
        for board in boards:
            await community.voices[handle].call(TakeSeat(board=board, norms_version=1))
    thread, posts = new_id(), [new_id() for _ in range(5)]
    start = StartThread(
        board=garden, thread=thread, post=posts[0], title=f"{CANARY} t", body=f"{CANARY} 0"
    )
    await sysop.call(start)
    for at, above in ((1, 0), (2, 0), (3, 1), (4, 3)):
        body = f"{CANARY} {at}"
        await sysop.call(WritePost(thread=thread, post=posts[at], parent=posts[above], body=body))
    return Talk(garden, kitchen, thread, posts, new_id())


async def _move(community: House, talk: Talk) -> None:
    move = MoveThread(thread=talk.thread, to_board=talk.kitchen, becomes=talk.becomes, reason=WHY)
    await community.carried(community.voices["sysanne"].call(move))
    await community.do_jobs("move posts")


async def _opened(community: House, who: str, device: str, *boards: BoardId) -> Front:
    front = await community.front(who, device)
    for board in boards:
        await front.link.open_board(board)
        await _reached(community, front, board)
    return front


async def _reached(community: House, front: Front, board: BoardId) -> None:
    stream = board_stream(board)
    seq = (await community.heads())[stream]
    await front.until(lambda: (front.cache.cursor(stream) or 0) >= seq)


async def test_every_device_ends_with_the_same(community: House) -> None:
    """A device that heard it, one that was offline and one made now hold the same; nothing became
    unread or read, also not what was marked on the device that was offline (P2, P4)."""
    talk = await _talk(community)
    both = (talk.garden, talk.kitchen)
    laptop = await _opened(community, "ana", "laptop", *both)
    phone = await _opened(community, "ana", "phone", *both)
    laptop.link.mark(talk.thread, 1, 2)
    await phone.until(lambda: phone.cache.read_ranges(talk.thread) == ((1, 2),))
    await phone.close()
    await _move(community, talk)
    for board in both:
        await _reached(community, laptop, board)
    again = await _opened(community, "ana", "phone", *both)
    fresh = await _opened(community, "ana", "fresh", *both)
    for front in (laptop, again, fresh):
        await front.until(lambda front=front: front.cache.unread(talk.becomes) == [3, 4, 5])
        assert not front.cache.unread(talk.thread)
    for front in (laptop, again):
        await front.until(lambda front=front: dump(front, {*both}) == dump(fresh, {*both}))
    unread = (await community.voices["ana"].call(GetUnread())).threads
    assert [(each.thread, each.posts) for each in unread] == [(talk.becomes, 3)]
    for front in (laptop, again, fresh):
        for number, post in enumerate(talk.posts, start=1):
            said = front.cache.said_at(f"garden/1/{number}")
            assert said is not None
            assert (said.id, said.board) == (post, talk.kitchen)
        led = front.cache.thread_at(talk.garden, 1)
        assert led is not None
        assert led.thread.id == talk.becomes
        await front.close()


async def test_marks_of_an_offline_device_follow(community: House) -> None:
    """What was read offline before the device heard of the move is read where it stands now."""
    talk = await _talk(community)
    laptop = await _opened(community, "ana", "laptop", talk.garden, talk.kitchen)
    laptop.link.mark(talk.thread, 2, 3)
    await laptop.close()
    await _move(community, talk)
    again = await _opened(community, "ana", "laptop", talk.garden, talk.kitchen)
    await again.until(lambda: again.cache.unread(talk.becomes) == [1, 4, 5])
    await again.close()


@pytest.mark.parametrize("was_offline", [False, True])
async def test_whoever_may_not_read_it_there_keeps_markers(
    community: House, was_offline: bool
) -> None:
    """Their mirrors hold no word of it any more, not even in the file, and lead nowhere (P10)."""
    talk = await _talk(community, Visibility.PRIVATE)
    laptop = await _opened(community, "bo", "laptop", talk.garden)
    await laptop.until(lambda: laptop.cache.unread(talk.thread) == [1, 2, 3, 4, 5])
    if was_offline:
        await laptop.close()
    await _move(community, talk)
    if was_offline:
        laptop = await _opened(community, "bo", "laptop", talk.garden)
    await _reached(community, laptop, talk.garden)
    fresh = await _opened(community, "bo", "fresh", talk.garden)
    await laptop.until(lambda: dump(laptop, {talk.garden}) == dump(fresh, {talk.garden}))
    for front in (laptop, fresh):
        held = dump(front, {talk.garden})
        assert CANARY not in str(held)
        assert talk.kitchen not in str(held)
        assert not front.cache.unread(talk.thread)
        assert front.cache.said_at("garden/1/2") is None
        assert front.cache.thread_at(talk.garden, 1) is None
        await front.close()
    assert CANARY.encode() not in b"".join(
        path.read_bytes() for path in (community.folder / "laptop").glob("mirror.db*")
    )


async def test_a_round_under_way_follows_to_the_other_board(community: House) -> None:
    """Posts that go away while the round goes on are shown where they stand, each once (P4)."""
    talk = await _talk(community)
    laptop = await _opened(community, "ana", "laptop", talk.garden, talk.kitchen)
    cache = laptop.cache
    progress = RoundProgress(build_round(cache.waiting(), cache.wishes(), cache.vector()))
    seen: list[PostId] = []
    while (stop := progress.here(cache.unread, cache.moved)) is not None:
        [post] = cache.posts(stop.thread, [stop.numbers[0]])
        if post.board in (talk.garden, talk.kitchen):
            seen.append(post.id)
        laptop.link.mark(stop.thread, stop.numbers[0], stop.numbers[0])
        if post.id == talk.posts[1]:
            await _move(community, talk)
            for board in (talk.garden, talk.kitchen):
                await _reached(community, laptop, board)
        assert len(seen) < 20
    assert sorted(seen) == sorted(talk.posts)
    await laptop.close()
