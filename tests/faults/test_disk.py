"""A disk that is full, fails, or forgets: said so, nothing acknowledged falsely, healed by itself."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bbs.errors import StorageUnavailable
from bbs.features.reading.messages import Search
from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.sdk.community import Community
from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.rounds import rounds
from tests.faults.server_process import BBS, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(60, 900))]

BODY = "Is there room? " * 400
REFUSALS = 5
TINY_BYTES = 16_384  # less than the database and its log have already
DISK_BYTES = 16_777_216  # the log alone grows to 4 MiB before it is written back


def _post(thread: ThreadId) -> WritePost:
    """Return a post long enough to be felt, with words of its own."""
    post = new_id()
    return WritePost(op=new_id(), thread=thread, post=post, body=f"{post}\n{BODY}")


async def _ills_and_heals(
    community: Community,
    thread: ThreadId,
    oracle: Oracle,
    ill: Callable[[], object],
    heal: Callable[[], object],
) -> set[str]:
    """Post while the disk is well, ill, and healed, a few times; return the reasons told.

    What was refused is sent again with its op once the disk is healed.
    """
    reasons: set[str] = set()
    refused: list[WritePost] = []

    async def try_post() -> None:
        command = refused.pop() if refused and not ailing else _post(thread)
        oracle.note_sent(command)
        try:
            oracle.note_acked(await community.call(command))
        except StorageUnavailable as error:
            if not ailing:
                raise
            reasons.add(error.reason)
            refused.append(command)

    for n in range(rounds(3, 10)):
        ailing = False
        await try_post()
        while not (await community.call(Search(query="room"))).found:
            pass  # it can be found within a second
        ill()
        ailing = True
        # What the log has room for may still be taken; then nothing is.
        while len(refused) <= n + REFUSALS:
            await try_post()
        shown = {post.id for post in await all_posts(community, thread)}
        assert shown.issuperset(oracle.acked)
        assert shown.isdisjoint(command.post for command in refused)
        assert (await community.call(Search(query="room"))).found
        heal()
        ailing = False
        await try_post()
    shown = {post.id for post in await all_posts(community, thread)}
    assert shown.isdisjoint(command.post for command in refused)
    assert len(shown) == len(oracle.acked) + 1
    return reasons


async def test_a_failing_write_is_told_and_heals_without_a_restart(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Writes that fail are refused, reads go on, and what was refused may be sent again (P12).

    Fails where a refusal comes after an announcement, where one failed group leaves the writer
    in a transaction, and where a neighbour in the group is acknowledged all the same.
    """
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    oracle = Oracle()
    async with line(server.url, person) as community:
        reasons = await _ills_and_heals(
            community,
            thread,
            oracle,
            lambda: server.limit_files(TINY_BYTES),
            lambda: server.limit_files(None),
        )
    assert reasons == {"failed"}
    server.kill()
    with copied(server.database, tmp_path / "copy") as connection:
        assert faults_of(connection, oracle) == []


def _on_small_disk(folder: Path) -> tuple[str, ...]:
    """Return the words that run `bbs` with a small disk of its own mounted on a folder."""
    folder.mkdir()
    alone = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-Urm")
    mount = f'mount -t tmpfs -o size={DISK_BYTES} none "$0" && exec "$@"'
    words = (*alone, "sh", "-c", mount, str(folder))
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not here, so no small disk can be mounted")
    if subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    return (*words, *BBS)


def _fill(ballast: Path) -> None:
    """Write a file until the disk it is on takes no more."""
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4_096)


async def test_a_full_disk_is_called_full_and_heals_without_a_restart(tmp_path: Path) -> None:
    """A disk without room is named as such; freeing room is enough (P12)."""
    disk = tmp_path / "disk"
    program = _on_small_disk(disk)
    with ServerProcess(tmp_path, program=program, data=disk / "data") as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        thread = await open_thread(server.url, person)
        # The disk is seen by the server's process alone, and through it.
        ballast = Path(f"/proc/{server.pid}/root{disk}/ballast")
        async with line(server.url, person) as community:
            reasons = await _ills_and_heals(
                community, thread, Oracle(), lambda: _fill(ballast), ballast.unlink
            )
        assert reasons == {"full"}
