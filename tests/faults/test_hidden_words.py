"""Killed at any write between a purge that is moved and its end: words are hidden or shown, never half."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from bbs.errors import FolkmootError
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.proposals.messages import ListProposals, Proposal, WithdrawProposal
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, ThreadId, new_id
from bbs.messages import Command
from bbs.sdk.community import Community
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.people import Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
POSTS = 3


async def _written(folder: Path) -> tuple[ServerProcess, Person, BoardId, ThreadId]:
    """Return a community with a thread of two members' words, ended, and its sysop."""
    server = ServerProcess(folder)
    board, thread = new_id(), new_id()
    with server:
        await server.start()
        founder, ana = await move_in(server.url, server.invitation, 2)
        async with line(server.url, founder) as community, line(server.url, ana) as other:
            await community.call(
                OpenBoard(
                    board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0
                )
            )
            await other.call(TakeSeat(board=board, norms_version=1))
            first = StartThread(board=board, thread=thread, post=new_id(), title="T", body="B")
            await other.call(first)
            for voice in (community, other):
                await voice.call(WritePost(thread=thread, post=new_id(), body="B"))
        await server.end()
    return server, founder, board, thread


async def _look(community: Community, board: BoardId, thread: ThreadId) -> Proposal | None:
    """Return what waits; the words are hidden, all of them, if it does, and else shown."""
    found = (await community.call(ListProposals(board=board))).proposals
    page = await community.call(ListPosts(thread=thread))
    state = ContentState.HIDDEN if found else ContentState.PUBLISHED
    assert [post.state for post in page.posts] == [state] * POSTS
    assert [post.body for post in page.posts] == [None if found else "B"] * POSTS
    assert page.thread.title == (None if found else "T")
    return found[0] if found else None


async def test_killed_at_any_write_words_are_hidden_or_shown(tmp_path: Path, shim: Path) -> None:
    """From the first write on the disk stands still, then the server is killed: the command waits and
    all its words are hidden, or neither; and so it is when it is taken back."""
    (tmp_path / "model").mkdir()
    model, founder, board, thread = await _written(tmp_path / "model")
    folder = tmp_path / "try"
    disk = FaultFs(shim, folder / "data", tmp_path)
    tried = 0
    for n in chance("hidden").sample(range(1, 9), rounds(3, 8)):
        shutil.copytree(model.data, folder / "data")
        with ServerProcess(folder, program=disk.under(BBS)) as server:
            await server.start()
            purge = Purge(thread=thread, law="A law", reason="It has to go", op=new_id())
            found = await _killed(server, founder, disk, n, purge, board, thread)
            if found is None:
                async with line(server.url, founder) as community:
                    with suppress(FolkmootError):
                        await community.call(purge)
                    found = await _look(community, board, thread)
            assert found is not None
            back = WithdrawProposal(board=board, proposal=found.id, op=new_id())
            await _killed(server, founder, disk, n, back, board, thread)
            async with line(server.url, founder) as community:
                with suppress(FolkmootError):
                    await community.call(back)
                assert await _look(community, board, thread) is None
            tried += 1
        shutil.rmtree(folder)
    assert tried


async def _killed(
    server: ServerProcess,
    founder: Person,
    disk: FaultFs,
    n: int,
    command: Command,  # type: ignore[type-arg]  # whatever it answers
    board: BoardId,
    thread: ThreadId,
) -> Proposal | None:
    """Send a command of which the disk takes `n` writes, kill the server, and look when it is back."""
    async with line(server.url, founder) as community:
        disk.arm(n, HARMS["EIO"], lasting=True)
        with suppress(FolkmootError):
            await community.call(command, retry=False)
        server.kill()
        disk.disarm()
    await server.start()
    async with line(server.url, founder) as community:
        return await _look(community, board, thread)
