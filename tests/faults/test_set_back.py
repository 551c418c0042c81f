"""A database set back behind its record of removals: words that went with an answer stay gone (P10)."""

import shutil
from pathlib import Path

import pytest

from bbs.features.threads.messages import EditPost, GetThread, Retitle, WithdrawPost, WritePost
from bbs.ids import ThreadId, new_id
from bbs_server.store.removals import REMOVALS
from tests.faults.oracle import copied
from tests.faults.people import Person, all_posts, line, move_in, open_thread
from tests.faults.rounds import rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 600))]

OLD_TITLE = "Talk"


async def _set_back(server: ServerProcess, folder: Path, person: Person, act: object) -> None:
    """Let a server answer one act, kill it, and put back the database of the moment before."""
    assert await server.end() == 0
    shutil.copyfile(server.database, folder / "before.db")
    await server.start()
    async with line(server.url, person) as community:
        await community.call(act)  # type: ignore[call-overload]  # any command
    server.kill()
    for path in server.data.glob("folkmoot.db*"):
        path.unlink()
    (folder / "before.db").replace(server.database)
    await server.start()


async def _bodies(server: ServerProcess, person: Person, thread: ThreadId) -> set[str | None]:
    async with line(server.url, person) as community:
        return {post.body for post in await all_posts(community, thread)}


async def test_a_database_one_answer_behind_brings_no_words_back(
    server: ServerProcess, tmp_path: Path
) -> None:
    """A post withdrawn and a title replaced, each the very last thing that was answered: with the
    database of the moment before, neither can be read again, nor is it in the database (P10, P12).

    The title is what only the mark can tell: without it, words that were replaced are all there is.
    """
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    posts = [new_id(), new_id()]
    async with line(server.url, person) as community:
        for post in posts:
            body = f"words-of-{post}"
            await community.call(WritePost(op=new_id(), thread=thread, post=post, body=body))
    await _set_back(server, tmp_path, person, WithdrawPost(op=new_id(), post=posts[0]))
    assert f"words-of-{posts[0]}" not in await _bodies(server, person, thread)
    await _set_back(server, tmp_path, person, Retitle(op=new_id(), thread=thread, title="Better"))
    async with line(server.url, person) as community:
        assert (await community.call(GetThread(thread=thread))).thread.title != OLD_TITLE
    assert f"words-of-{posts[1]}" in await _bodies(server, person, thread)
    server.kill()
    with copied(server.database, tmp_path / "copy") as connection:
        bodies = {body for (body,) in connection.execute("SELECT body FROM texts")}
        assert bodies.isdisjoint({f"words-of-{posts[0]}", OLD_TITLE})


async def test_a_removal_cut_short_before_its_commit_is_finished_or_never_was(
    server: ServerProcess, tmp_path: Path
) -> None:
    """The record of a newer moment with a last line that has no mark: the next start goes on from
    it, whatever that line removed, and a second start finds nothing more to do (P10, P12)."""
    await server.start()
    [person] = await move_in(server.url, server.invitation, 1)
    thread = await open_thread(server.url, person)
    post = new_id()
    async with line(server.url, person) as community:
        first = WritePost(op=new_id(), thread=thread, post=post, body=f"words-of-{post}")
        await community.call(first)
    assert await server.end() == 0
    record = server.data / REMOVALS
    for act in (
        EditPost(op=new_id(), post=post, body=f"better-words-of-{post}"),
        Retitle(op=new_id(), thread=thread, title="Better"),
        WithdrawPost(op=new_id(), post=post),
    ):
        shutil.copyfile(server.database, tmp_path / "before.db")
        await server.start()
        async with line(server.url, person) as community:
            await community.call(act)  # type: ignore[call-overload]  # any command
        assert await server.end() == 0
        lines = record.read_bytes().splitlines(keepends=True)
        if lines[-1].startswith(b'{"committed"'):
            record.write_bytes(b"".join(lines[:-1]))
        shutil.copyfile(tmp_path / "before.db", server.database)
        for _ in range(2):
            await server.start()
            assert await server.end() == 0
        after = record.read_bytes()
        assert after.count(b'"at"') == after.count(b'"committed"')
    with copied(server.database, tmp_path / "copy") as connection:
        bodies = {body for (body,) in connection.execute("SELECT body FROM texts")}
        assert OLD_TITLE in bodies
        assert f"words-of-{post}" not in bodies
