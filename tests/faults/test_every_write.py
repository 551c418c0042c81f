"""The N-th write or sync fails, for every N of an act: done and kept, or refused and not there (P12)."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.errors import StorageUnavailable
from bbs.features.threads.messages import EditPost, ListPosts, WithdrawPost, WritePost
from bbs.ids import ThreadId, new_id
from bbs.messages import Command
from bbs.sdk.community import Community
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import line, move_in, open_thread
from tests.faults.rounds import DEEP, rounds
from tests.faults.server_process import BBS, ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 1_800))]

Shown = dict[str, str | None]
"""Words of every post, by its id."""


class _Acts:
    """Does one act after another on posts of its own, and knows what each has to leave."""

    def __init__(self, community: Community, thread: ThreadId, disk: FaultFs) -> None:
        self.oracle = Oracle()
        self.tried = self.refused = 0
        self._community = community
        self._thread = thread
        self._disk = disk
        self._last = 0

    async def for_every_call(self, make: Callable[[str, str], Command], how: int) -> list[str]:
        """Let the first call of an act fail, then the second, until the act has no more of them.

        Returns:
            What is wrong, a sentence each.
        """
        found: list[str] = []
        for n in range(1, 1_000):
            post = new_id()
            body = f"words of {post}"
            await self._write(post, body)
            before = await self._shown()
            command = replace(make(post, body), op=new_id())
            self._disk.arm(n, how)
            refused = False
            try:
                await self._community.call(command)
            except StorageUnavailable:
                refused = True
            failed = self._disk.disarm()
            what = f"{command.method}, call {n}, {how}"
            shown = await self._shown()
            if refused and shown != before:
                found.append(f"refused and done: {what}")
            if not refused and shown.get(_target(command)) != _words_after(command):
                found.append(f"acknowledged and not done: {what}")
            # Sent again with its op, it happens now, or is known to have happened.
            await self._community.call(command)
            if (await self._shown()).get(_target(command)) != _words_after(command):
                found.append(f"sent again and not done: {what}")
            self._note(command)
            self.tried += 1
            self.refused += refused
            if not failed:
                return found
        raise AssertionError("an act that never stops writing")

    def _note(self, command: Command) -> None:
        """Let the oracle know how the words of a post have changed."""
        if isinstance(command, WritePost):
            self.oracle.note_sent(command)
        elif isinstance(command, EditPost):
            self.oracle.sent[command.post] = command.body
        elif isinstance(command, WithdrawPost):
            self.oracle.sent.pop(command.post)
            self.oracle.acked.pop(command.post)

    async def _write(self, post: str, body: str) -> None:
        command = WritePost(op=new_id(), thread=self._thread, post=post, body=body)
        self.oracle.note_sent(command)
        shown = await self._community.call(command)
        self.oracle.note_acked(shown)
        self._last = shown.post.number or 0

    async def _shown(self) -> Shown:
        """Return the last few posts: the one of this act is among them."""
        page = await self._community.call(ListPosts(thread=self._thread, after=self._last - 2))
        return {post.id: post.body for post in page.posts}


def _target(command: Command) -> str:
    assert isinstance(command, WritePost | EditPost | WithdrawPost)
    return command.post


def _words_after(command: Command) -> str | None:
    return None if isinstance(command, WithdrawPost) else command.body


async def _acts_on_a_failing_disk(
    folder: Path, shim: Path, program: Sequence[str] = BBS
) -> tuple[list[str], int]:
    """Write, edit and withdraw while each call in turn fails in each way.

    Returns:
        What is wrong, a sentence each, and how often an act was refused.
    """
    data = folder / "data"
    disk = FaultFs(shim, data, folder)
    found: list[str] = []
    with ServerProcess(folder, program=disk.under(program)) as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        thread = await open_thread(server.url, person)
        async with line(server.url, person) as community:
            acts = _Acts(community, thread, disk)
            for name, how in HARMS.items():
                for make in (
                    lambda post, body: WritePost(
                        thread=thread, post=new_id(), body=f"{body}, answered"
                    ),
                    lambda post, body: EditPost(post=post, body=f"{body}, better"),
                    lambda post, body: WithdrawPost(post=post),
                ):
                    found += await acts.for_every_call(make, how)
                print(f"{name}: {acts.tried} acts so far, {acts.refused} refused")
        server.kill()
        with copied(server.database, folder / "copy") as connection:
            return found + faults_of(connection, acts.oracle), acts.refused


async def test_whichever_write_fails_an_act_is_done_or_refused(tmp_path: Path, shim: Path) -> None:
    """Of a post, an edit and a withdrawal, no failing call leaves a half or a false answer (P12).

    What was refused is not there and may be sent again at once, without a restart. A build that
    shrugs at a failed commit fails this: see below.
    """
    found, refused = await _acts_on_a_failing_disk(tmp_path, shim)
    assert found == []
    assert refused > 60


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_shrugs_at_a_failed_commit_is_noticed(
    tmp_path: Path, shim: Path
) -> None:
    """An answer after a commit that failed is found out: its words are not there (P12)."""
    found, _ = await _acts_on_a_failing_disk(tmp_path, shim, weakened("shrugs"))
    assert any("acknowledged and not done" in fault for fault in found)
