"""Files deleted under a running server: no false answer, and what was answered can be rescued (P12)."""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from bbs.errors import StorageUnavailable
from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.open import DATABASE, LOCK
from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.server_process import NotStarted, ServerProcess
from tests.server.ops_net.serving import http_get

pytestmark = pytest.mark.faults


def _post(thread: ThreadId, oracle: Oracle) -> WritePost:
    post = new_id()
    command = WritePost(op=new_id(), thread=thread, post=post, body=f"words of {post}")
    oracle.note_sent(command)
    return command


def _rescued(server: ServerProcess, to: Path) -> Path:
    """Copy the server's open files as its log says, from /proc; return the database."""
    to.mkdir()
    for handle in Path(f"/proc/{server.pid}/fd").iterdir():
        with suppress(OSError):
            name = Path(str(handle.readlink()).removesuffix(" (deleted)")).name
            if name in (DATABASE, f"{DATABASE}-wal"):
                shutil.copyfile(handle, to / name)
    return to / DATABASE


@pytest.mark.parametrize("name", [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", REMOVALS, LOCK])
async def test_no_post_is_acknowledged_into_a_deleted_file(
    server: ServerProcess, tmp_path: Path, name: str
) -> None:
    """From the next post on the server refuses, says `failed`, and reads on; its open files still
    hold every post it acknowledged, and a copy of them is a sound database (P12)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    oracle = Oracle()
    async with line(server.url, person) as community:
        for _ in range(5):
            oracle.note_acked(await community.call(_post(thread, oracle)))
        (server.data / name).unlink()
        for _ in range(3):
            with pytest.raises(StorageUnavailable) as refused:
                await community.call(_post(thread, oracle))
            assert refused.value.reason == "failed"
        shown = {post.id for post in await all_posts(community, thread)}
        assert shown.issuperset(oracle.acked)
    page = await http_get(server.port, "/healthz")
    assert (page.status, page.json()["storage"]) == (503, "failed")
    assert f"/proc/{server.pid}/fd" in server.log()
    with copied(_rescued(server, tmp_path / "rescued"), tmp_path / "copy") as connection:
        assert faults_of(connection, oracle) == []


async def test_a_second_server_is_refused_though_the_lock_file_was_deleted(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Two servers on one folder would ruin it: the folder itself is locked, too."""
    await server.start()
    (server.data / LOCK).unlink()
    (tmp_path / "second").mkdir()
    with (
        ServerProcess(tmp_path / "second", data=server.data) as second,
        pytest.raises(NotStarted, match="another server is running"),
    ):
        await second.start()
