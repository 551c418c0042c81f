"""Words that a purge waits for, over real sockets: in no frame and in no mirror of others (protocol 15.10)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Resume
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import Clause
from bbs.features.ownership.messages import Export
from bbs.features.proposals.messages import GetProposalWords, ListProposals, WithdrawProposal
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    GetUnread,
    ListMentions,
    Resolve,
    Search,
)
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    GetSkeleton,
    GetThread,
    ListLines,
    ListPosts,
    ListRecent,
    ListThreads,
    Say,
    StartThread,
    WritePost,
)
from bbs.features.threads.views import ContentState, Post
from bbs.ids import BoardId, ThreadId, new_id
from bbs.refusals import CommandWaits
from bbs.streams import board_stream, lounge_stream, member_stream
from bbs.wire.messages import Sync
from tests.journeys.community import House, house
from tests.support.kept import bytes_in
from tests.support.raw import Raw, raw

TITLE, BODY, LINE = "Heliotrope", "quincunx", "zephyrine"
WORDS = (TITLE, BODY, LINE)
NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as found:
        for handle in ("ana", "bo", "cy"):
            await found.join(handle)
        yield found


async def _written(hall: House) -> tuple[BoardId, ThreadId, str]:
    """Return a board where three sit, a thread of bo's there that answers cy, and a line of bo's."""
    board, thread, post, line = (new_id() for _ in range(4))
    ana, bo, cy = (hall.voices[handle] for handle in ("ana", "bo", "cy"))
    await ana.call(
        OpenBoard(board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0)
    )
    for voice in (bo, cy):
        await voice.call(TakeSeat(board=board, norms_version=1))
    await bo.call(StartThread(board=board, thread=thread, post=post, title=TITLE, body="First."))
    await bo.call(WritePost(thread=thread, post=new_id(), parent=post, body=f"{BODY} @cy"))
    await bo.call(Say(board=board, line=line, body=f"{LINE} @cy"))
    await hall.running.dispatcher.store.update_index()  # what is hidden had been found by then
    return board, thread, line


async def _purged(hall: House, **what: str) -> CommandWaits:
    with pytest.raises(CommandWaits) as waits:
        await hall.voices["ana"].call(Purge(law="A law", reason="It has to go", **what))
    return waits.value


async def _ask_for_all(socket: Raw, member: str, board: BoardId, thread: ThreadId) -> None:
    """Ask for all that shows words, and listen from the beginning."""
    streams = (board_stream(board), lounge_stream(board), member_stream(member))
    asked: tuple[Any, ...] = (
        Sync(cursors=dict.fromkeys(streams, 0)),
        ListThreads(board=board),
        GetThread(thread=thread),
        ListPosts(thread=thread),
        GetSkeleton(thread=thread),
        ListRecent(board=board),
        ListLines(board=board),
        *(Search(query=word) for word in WORDS),
        GetUnread(),
        GetRound(),
        GetInbox(),
        ListMentions(),
        ListProposals(),
        GetLog(board=board),
        Resolve(address="garden/1/2"),
        Resolve(address="garden/lounge/1"),
        Export(),
    )
    for request in asked:
        found = await socket.ask(request)
        assert "error" not in found, found


async def test_no_frame_to_others_has_a_byte_of_hidden_words(hall: House) -> None:
    """A reader who asks for everything, listens from the beginning, and fills a mirror anew gets not a
    byte of the words; the mirror that had them has them no more (P10)."""
    board, thread, line = await _written(hall)
    old = await hall.front("cy", "old")
    await old.link.open_board(board)
    await old.link.open_thread(thread)
    await old.until(lambda: BODY.encode() in bytes_in(hall.folder / "old"))
    await _purged(hall, thread=thread)
    await _purged(hall, line=line)
    profile = hall.members["cy"]
    async with raw(hall.running.url) as socket:
        await socket.hello()
        await socket.ask(Resume(token=profile.token))
        await _ask_for_all(socket, profile.member, board, thread)
        sent = b"".join(socket.seen)
    assert b"threads.hidden" in sent
    assert not [word for word in WORDS if word.encode() in sent]
    fresh = await hall.front("cy", "fresh")
    for front in (old, fresh):
        await front.link.open_board(board)
        await front.link.open_thread(thread)
        await front.until(lambda front=front: _states(front, thread) == {ContentState.HIDDEN})
        await front.close()
    for name in ("old", "fresh"):
        held = bytes_in(hall.folder / name)
        assert not [word for word in WORDS if word.encode() in held]


async def test_shown_again_a_mirror_has_the_words_by_itself(hall: House) -> None:
    """Withdrawn, the purge leaves everything as it was, also in a mirror whose reader does nothing."""
    board, thread, _ = await _written(hall)
    front = await hall.front("cy", "cy")
    await front.link.open_board(board)
    await front.link.open_thread(thread)
    waits = await _purged(hall, thread=thread)
    await front.until(lambda: _states(front, thread) == {ContentState.HIDDEN})
    assert waits.proposal is not None
    bo = hall.voices["bo"]
    shown = (await bo.call(GetProposalWords(proposal=waits.proposal))).words
    assert [post.body for post in shown.posts] == ["First.", f"{BODY} @cy"]
    await hall.voices["ana"].call(WithdrawProposal(board=board, proposal=waits.proposal))
    await front.until(lambda: _bodies(front, thread) == ["First.", f"{BODY} @cy"])
    row = front.cache.thread(thread)
    assert row is not None
    assert row.thread.title == TITLE
    await front.close()


def _posts(front: Any, thread: ThreadId) -> list[Any]:
    rows = front.cache._db.execute(
        "SELECT doc FROM posts WHERE thread = ? AND id IS NOT NULL ORDER BY number", (thread,)
    )
    return [msgspec.json.decode(doc, type=Post) for (doc,) in rows.fetchall()]


def _states(front: Any, thread: ThreadId) -> set[ContentState]:
    return {post.state for post in _posts(front, thread)}


def _bodies(front: Any, thread: ThreadId) -> list[str | None]:
    return [post.body for post in _posts(front, thread)]
