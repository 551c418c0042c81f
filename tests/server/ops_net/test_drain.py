"""ServerStopping: what is under way is finished, everybody is told, and nobody can make it last (protocol 8.3)."""

import asyncio
import json
import signal
import socket
from pathlib import Path

from bbs.address import parse_invitation_link
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs.wire import codec
from tests.server.ops_net.serving import Served, Start, http_get, served
from tests.support.people import Person
from tests.support.raw import Raw, raw

END_WITHIN_S = 10.0
POSTS = 30


async def _enter(server: Served, client: Raw) -> str:
    """Sign the first member up and start a thread; return its id."""
    await client.hello()
    code = parse_invitation_link(server.ready["invitation"]).code
    assert "result" in await client.ask(Person("ana").sign_up(code))
    thread = new_id()
    start = StartThread(board=COMMONS, thread=thread, post=new_id(), title="Bread", body="Fresh.")
    assert "result" in await client.ask(start)
    return thread


async def test_what_is_under_way_is_answered_and_the_close_says_come_back(tmp_path: Path) -> None:
    """Requests sent before SIGTERM are answered, then 1012 with a hint to spread over (protocol 8.3).

    Fails where the store closes first, or where lines are cut without a close.
    """
    async with served(Start(tmp_path, ("--sample",))) as server:
        async with raw(f"bbs://127.0.0.1:{server.port}") as client:
            thread = await _enter(server, client)
            for n in range(POSTS):
                post = WritePost(op=new_id(), thread=thread, post=new_id(), body=f"Loaf {n}.")
                await client.send(codec.encode_call(100 + n, post).decode())
            first = await client.receive()
            ending = asyncio.create_task(server.end(signal.SIGTERM, END_WITHIN_S))
            assert await client.end() == (1012, "the server is stopping")
            assert await ending == 0
        frames = [first, *map(json.loads, client.seen)]
    answers = {frame["id"]: frame for frame in frames if "id" in frame}
    assert set(range(100, 100 + POSTS)) <= set(answers)
    outcomes = {
        frame.get("error", {}).get("data", {}).get("code", "ok") for frame in answers.values()
    }
    assert outcomes <= {"ok", "stopping", "throttled"}
    hints = [f for f in frames if f.get("params", {}).get("kind") == "server.stopping"]
    assert [hint["params"]["data"]["retry_after_s"] for hint in hints] == [5.0]
    assert "Traceback" not in server.log.read_text()


async def test_peers_that_ignore_the_close_do_not_keep_the_server(tmp_path: Path) -> None:
    """A member that never answers the close, a handshake never finished: gone in time (protocol 8.3)."""
    async with served(Start(tmp_path, ("--sample",))) as server:
        where = ("127.0.0.1", server.port)
        with socket.create_connection(where), socket.create_connection(where) as half:
            half.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
            async with raw(f"bbs://127.0.0.1:{server.port}", close_timeout=0) as client:
                await _enter(server, client)
                client.socket.transport.pause_reading()
                assert await server.end(signal.SIGTERM, END_WITHIN_S) == 0
                client.socket.transport.abort()
        assert "Traceback" not in server.log.read_text()


async def test_a_server_that_drains_takes_nobody_new(tmp_path: Path) -> None:
    """While one peer dawdles, others are refused at once and go elsewhere or wait (protocol 8.3)."""
    async with (
        served(Start(tmp_path, ("--sample",))) as server,
        raw(f"bbs://127.0.0.1:{server.port}", close_timeout=0) as client,
    ):
        await _enter(server, client)
        client.socket.transport.pause_reading()
        ending = asyncio.create_task(server.end(signal.SIGTERM, END_WITHIN_S))
        refused = False
        while not refused and not ending.done():
            try:
                await http_get(server.port, "/readyz")
            except (ConnectionError, IndexError):
                refused = True
        assert refused
        client.socket.transport.abort()
        assert await ending == 0
