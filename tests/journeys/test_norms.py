"""Norms that change while people write, and while they are away: nobody's words are lost (P5, P12)."""

import asyncio

import pytest
from msgspec.structs import replace

from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import AmendNorms, Clause, GetNorms
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from bbs.refusals import NormsFirst
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import OutboxState
from bbs_client.session.events import YesNeeded
from tests.journeys.community import House, open_garden
from tests.support.inside import Inside
from tests.support.voices import NORMS, Hall, Voice

WRITERS = 20
BRIEF = Clause(text="Say a thing once.", why="Others read too.")


def amending(board: BoardId, *more: Clause) -> AmendNorms:
    """Return a command by which a board gets more clauses."""
    return AmendNorms(board=board, norms=(*NORMS, *more), reason="We talked about it.")


class Writer:
    """Somebody who writes, and says yes to norms when they are asked to.

    Attributes:
        written: The id of each post, with the version that the writer had accepted.
    """

    def __init__(self, voice: Voice, thread: ThreadId) -> None:
        self.voice = voice
        self.thread = thread
        self.version = 1
        self.written: dict[str, int] = {}

    async def write(self) -> None:
        """Write a post, and send it again after the yes."""
        command = WritePost(thread=self.thread, post=new_id(), body="words", op=new_id())
        while True:
            try:
                post = (await self.voice.ask(command)).post
            except NormsFirst as asked:
                yes = TakeSeat(board=asked.board, norms_version=asked.version)
                await self.voice.ask(yes)
                self.version = asked.version
            else:
                self.written[post.id] = post.norms_version
                assert post.norms_version == self.version
                return


async def test_norms_amended_while_twenty_people_write(hall: Hall) -> None:
    """Nobody's words are lost, each post stands once, in the version it was written in (P5, P12)."""
    board, thread = await hall.board("garden"), new_id()
    await hall.sysop.ask(
        StartThread(board=board, thread=thread, post=new_id(), title="T", body="begins")
    )
    voices = [await hall.join(f"writer-{number}", board) for number in range(WRITERS)]
    writers = [Writer(voice, thread) for voice in voices]
    begun, amended = asyncio.Event(), asyncio.Event()

    async def write_on(writer: Writer) -> None:
        await writer.write()
        begun.set()
        while not amended.is_set():
            await writer.write()
        for _ in range(2):
            await writer.write()

    async def amend() -> None:
        await begun.wait()
        await hall.carried(hall.sysop.ask(amending(board, BRIEF)))
        amended.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(amend())
        for writer in writers:
            group.create_task(write_on(writer))

    found: dict[str, int] = {}
    after: int | None = 1
    while after is not None:
        page = await hall.sysop.ask(ListPosts(thread=thread, after=after))
        found |= {post.id: post.norms_version for post in page.posts}
        after = page.posts[-1].number if page.more_after else None
    written = {id: version for writer in writers for id, version in writer.written.items()}
    assert found == written
    assert set(found.values()) == {1, 2}
    assert {writer.version for writer in writers} == {2}


@pytest.mark.parametrize("everywhere", [False, True])
async def test_what_was_written_offline_is_sent_after_the_yes(
    community: House, everywhere: bool
) -> None:
    """Norms changed while somebody was away: their words wait for the yes, and have its version (P5)."""
    board, thread = await open_garden(community)
    front = await community.front("ana", "laptop")
    await front.until(lambda: front.cache.thread(thread) is not None)
    await front.close()
    # Away: what is written now is in the file of the outbox alone.
    outbox = Outbox.open(community.folder / "laptop" / "outbox.db")
    bodies = ["from the train", "and one more"]
    for body in bodies:
        command = WritePost(thread=thread, post=new_id(), body=body, op=new_id())
        outbox.add(command, f"thread:{thread}")
    outbox.close()
    asked, inside = COMMONS if everywhere else board, Inside()
    inside.running = community.running
    await inside.carried(community.voices["sysanne"].call(amending(asked, BRIEF)))

    front = await community.front("ana", "laptop")
    await front.until(lambda: YesNeeded(asked) in front.news)
    assert [item.state for item in front.outbox.pending()] == [
        OutboxState.ASKED,
        OutboxState.QUEUED,
    ]
    # Reading goes on, and another start keeps what waits.
    assert front.cache.thread(thread) is not None
    await front.close()
    front = await community.front("ana", "laptop")
    await front.until(lambda: front.cache.norms(asked, 2) is not None)
    assert len(front.outbox.pending()) == 2
    front.link.submit(TakeSeat(board=asked, norms_version=2, op=new_id()), f"board:{asked}")
    await front.until(lambda: not front.outbox.pending())
    posts = (await community.voices["sysanne"].call(ListPosts(thread=thread, after=1))).posts
    assert [post.body for post in posts] == bodies
    assert {post.norms_version for post in posts} == {1 if everywhere else 2}
    await front.close()


async def test_a_mirror_has_the_norms_in_force_and_those_before(community: House) -> None:
    """A client that listens, one that was away and a fresh fetch show the same norms (protocol 6.4)."""
    board, _ = await open_garden(community)
    away = await community.front("ana", "desk")
    await away.until(lambda: away.cache.norms(board) is not None)
    await away.close()
    front = await community.front("ana", "laptop")
    inside = Inside()
    inside.running = community.running
    await inside.carried(community.voices["sysanne"].call(amending(board, BRIEF)))
    away = await community.front("ana", "desk")
    for each in (front, away):
        for version in (1, 2):
            await each.until(
                lambda each=each, version=version: each.cache.norms(board, version) is not None
            )
            fresh = await community.voices["ana"].call(GetNorms(board=board, version=version))
            kept = each.cache.norms(board, version)
            assert kept is not None
            assert replace(kept, as_of={}, tags={}) == replace(fresh, as_of={}, tags={})
        row = each.cache.board(board)
        assert row is not None
        assert row.board.norms_version == 2
        await each.close()


async def test_a_yes_on_another_device_is_enough(community: House) -> None:
    """What waits on one device is sent once the same member accepted the norms on another (P12)."""
    board, thread = await open_garden(community)
    front = await community.front("ana", "laptop")
    await front.until(lambda: front.cache.thread(thread) is not None)
    inside = Inside()
    inside.running = community.running
    await inside.carried(community.voices["sysanne"].call(amending(board, BRIEF)))
    command = WritePost(thread=thread, post=new_id(), body="words", op=new_id())
    front.link.submit(command, f"thread:{thread}")
    await front.until(lambda: YesNeeded(board) in front.news)
    await community.voices["ana"].call(TakeSeat(board=board, norms_version=2))
    await front.until(lambda: not front.outbox.pending())
    [post] = (await community.voices["sysanne"].call(ListPosts(thread=thread, after=1))).posts
    assert (post.body, post.norms_version) == ("words", 2)
    await front.close()
