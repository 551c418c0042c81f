"""A recorded session sent again byte for byte: nothing happens twice, nobody is let in by it (protocol 5.2)."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.members.messages import GetChallenge, Invite, Resume
from bbs.features.threads.messages import EditPost, Say, StartThread, WithdrawPost, WritePost
from bbs.ids import COMMONS, new_id
from bbs.messages import Command, Request
from bbs.wire import codec
from bbs.wire.messages import PROTOCOL, Hello
from tests.faults.people import move_in
from tests.faults.rounds import DEEP
from tests.faults.server_process import ServerProcess
from tests.faults.weakened import weakened
from tests.support.people import Person, secret
from tests.support.raw import Raw, raw

pytestmark = pytest.mark.faults

TAKEN_BACK = "Never mind."
TABLES = ("members", "keys", "seats", "threads", "posts", "texts", "lines", "events", "streams")


class _Recorder:
    """Sends requests over one line and keeps their bytes and what was answered."""

    def __init__(self, client: Raw) -> None:
        self.frames: list[str] = []
        self.answers: list[Any] = []
        self._client = client

    async def ask(self, request: Request[Any]) -> Any:
        """Send a request, with an op of its own if it needs one; return the answer."""
        if isinstance(request, Command):
            request = replace(request, op=new_id())
        self.frames.append(codec.encode_call(len(self.frames) + 1, request).decode())
        self.answers.append(await self._client.exchange(self.frames[-1]))
        return self.answers[-1]


async def _visit(url: str, host: str, person: Person) -> _Recorder:
    """Sign in with the key, then say, change and take back things; return what went over the line."""
    thread, post, withdrawn = new_id(), new_id(), new_id()
    async with raw(url) as client:
        session = _Recorder(client)
        hello = await session.ask(Hello(versions=(PROTOCOL,)))
        nonce = (await session.ask(GetChallenge()))["result"]["nonce"]
        epoch = hello["result"]["epoch"]
        await session.ask(person.with_key(host=host, epoch=epoch, nonce=nonce))
        for request in (
            StartThread(board=COMMONS, thread=thread, post=new_id(), title="Once", body="Once."),
            WritePost(thread=thread, post=post, body="First."),
            EditPost(post=post, body="Second."),
            WritePost(thread=thread, post=withdrawn, body=TAKEN_BACK),
            WithdrawPost(post=withdrawn),
            Say(board=COMMONS, line=new_id(), body="Hello."),
        ):
            assert "result" in await session.ask(request)
    return session


def _made(answer: Any) -> dict[str, str]:
    """Return the ids of the things that an answer shows: how they stand may have changed since."""
    return {name: view["id"] for name, view in answer.get("result", {}).items() if "id" in view}


def _tables(database: Path) -> dict[str, list[Any]]:
    """Return every row that a member's act may leave."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()
            for name in TABLES
        }


async def _replayed(server: ServerProcess) -> list[str]:
    """Record a visit, send its bytes again on new lines; return what is wrong."""
    await server.start()
    person = Person("replay")
    code = secret("a way in")
    [sysop] = await move_in(server.url, server.invitation, 1)
    async with raw(server.url) as client:
        await client.hello()
        await client.ask(Resume(token=sysop.token))
        await client.ask(Invite(invitation=new_id(), code=code, uses=1))
    async with raw(server.url) as client:
        await client.hello()
        assert "result" in await client.ask(person.sign_up(code))
    visit = await _visit(server.url, f"127.0.0.1:{server.port}", person)
    before, found = _tables(server.database), []
    # A stranger who kept every byte, the signed challenge among them, is not let in.
    async with raw(server.url) as client:
        answers = [await client.exchange(frame) for frame in visit.frames[:8]]
    if any("result" in answer for answer in answers[2:]):
        found.append("a replayed sign-in let somebody in")
    # A member's own device that sends them all again, as after a lost answer, gets them answered.
    async with raw(server.url) as client:
        await client.exchange(visit.frames[0])
        await client.ask(Resume(token=secret(person.session)))
        for frame, first in list(zip(visit.frames, visit.answers, strict=True))[3:]:
            again = await client.exchange(frame)
            if _made(again) != _made(first):
                found.append(f"answered otherwise: {frame[:60]}")
            if TAKEN_BACK in str(again):
                found.append("a replay brought words back")
    if _tables(server.database) != before:
        found.append("a replay changed something")
    return found


async def test_a_replayed_session_changes_nothing_and_opens_nothing(server: ServerProcess) -> None:
    """The same bytes again are answered with the same things, without words that were taken back, and
    leave the same tables; a signature is good once (P10, protocol 5.2). A build that looks up no op fails this: see below.
    """
    assert await _replayed(server) == []


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_server_that_forgets_ops_answers_a_replay_otherwise(tmp_path: Path) -> None:
    """Without ops a replayed request is a new one, and its answer shows it (protocol 5.2)."""
    with ServerProcess(tmp_path, program=weakened("forgets-ops")) as server:
        assert any("otherwise" in fault for fault in await _replayed(server))
