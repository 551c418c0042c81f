"""Hostile input over raw WebSockets: one clear error each, and nobody else notices (protocol 1, 2, 8)."""

import asyncio
import json
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus

from bbs import limits
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import ListThreads
from bbs.ids import COMMONS, new_id
from bbs.wire.messages import Discover
from tests.server.ops_net.serving import http_get
from tests.support.founded import open_founded
from tests.support.moot import Moot, open_moot
from tests.support.people import secret
from tests.support.raw import PATIENCE_S, Raw, raw

ID = "00000000-0000-4000-8000-0000000000aa"


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_founded(tmp_path / "data") as running:
        yield running


def _call(method: Any, params: Any, **more: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 7, "method": method, "params": params, **more})


def _say(body: str) -> str:
    """Return a call with `body` spliced in as it is, escapes and all."""
    params = f'{{"op":"{new_id()}","board":"{COMMONS}","line":"{new_id()}","body":"{body}"}}'
    return f'{{"jsonrpc":"2.0","id":7,"method":"threads.say","params":{params}}}'


UNREADABLE = {
    "nothing": "",
    "no json": "hello",
    "half an object": '{"jsonrpc":',
    "two objects": '{"a":1}{"b":2}',
    "nested too deep": "[" * 40 + "]" * 40,
    "nested far too deep": '{"jsonrpc":"2.0","id":1,"method":"hello","params":' + "[" * 30_000,
    "a key twice": '{"jsonrpc":"2.0","id":7,"id":8,"method":"boards.list"}',
    "a key twice inside": _call("threads.list", {}).replace("{}", '{"board":1,"board":2}'),
    "an endless number": _call("threads.list", {}).replace("{}", '{"limit":1e999}'),
    "no number": _call("threads.list", {}).replace("{}", '{"limit":NaN}'),
    "a huge number": _call("threads.list", {}).replace("{}", '{"limit":' + "9" * 500 + "}"),
    "half a surrogate pair": _say("\\ud800"),
    "the other half": _say("\\udc00"),
    "a huge id": '{"jsonrpc":"2.0","id":9007199254740992,"method":"boards.list"}',
}
NO_REQUEST = {
    "a batch": f"[{_call('boards.list', {})}]",
    "an empty batch": "[]",
    "a number": "17",
    "a notification": '{"jsonrpc":"2.0","method":"boards.list","params":{}}',
    "an id that is an object": '{"jsonrpc":"2.0","id":{},"method":"boards.list"}',
    "an id that is too long": json.dumps(
        {"jsonrpc": "2.0", "id": "x" * 65, "method": "boards.list"}
    ),
    "an answer": '{"jsonrpc":"2.0","id":7,"result":{}}',
}
REFUSED = {
    "params by place": (_call("boards.list", [1]), "protocol.bad_request"),
    "another jsonrpc": (_call("boards.list", {}, jsonrpc="1.0"), "protocol.bad_request"),
    "a method that is a number": (_call(3, {}), "protocol.bad_request"),
    "hello again": (_call("hello", {"versions": ["bbs.v1"]}), "protocol.bad_request"),
    "an unknown method": (_call("boards.burn", {}), "protocol.unknown_method"),
    "a method of ours": (_call("__class__", {}), "protocol.unknown_method"),
    "an unknown field": (_call("boards.list", {"extra": 1}), "protocol.bad_params"),
    "a missing field": (_call("threads.list", {}), "protocol.bad_params"),
    "no id": (_call("threads.list", {"board": "garden"}), "protocol.bad_params"),
    "no op": (_call("presence.set", {"visible": True}), "protocol.bad_params"),
    "a page of nothing": (
        _call("threads.list", {"board": COMMONS, "limit": 0}),
        "protocol.bad_params",
    ),
    "a page of everything": (
        _call("threads.list", {"board": COMMONS, "limit": 10**9}),
        "protocol.bad_params",
    ),
    "a cursor below all": (_call("sync", {"cursors": {f"board:{ID}": -2}}), "protocol.bad_params"),
    "a stream that is none": (_call("sync", {"cursors": {"board:x": 0}}), "protocol.bad_params"),
    "nul": (_say("a\\u0000b"), "text_refused"),
    "an escape sequence": (_say("\\u001b[2J"), "text_refused"),
    "a c1 control": (_say("a\\u009bb"), "text_refused"),
    "a noncharacter": (_say("\\uffff"), "text_refused"),
    "too many marks": (_say("a" + "\\u0301" * 9), "text_refused"),
    "what is not NFC": (_say("e\\u0301"), "text_refused"),
    "nothing said": (_say(""), "text_refused"),
    "too long a line": (_say("x" * 1_001), "text_refused"),
}


async def _still_there(line: Raw) -> None:
    answer = await line.ask(ListThreads(board=COMMONS))
    assert "result" in answer


@pytest.mark.parametrize("what", UNREADABLE)
async def test_what_cannot_be_read_costs_one_error(member: Raw, what: str) -> None:
    """A frame that is no JSON within the limits is answered once; the connection lives (2.3)."""
    answer = await member.exchange(UNREADABLE[what])
    assert answer["id"] is None
    assert answer["error"]["code"] == -32700
    assert answer["error"]["data"]["code"] == "protocol.bad_json"
    await _still_there(member)


@pytest.mark.parametrize("what", NO_REQUEST)
async def test_what_is_no_request_costs_one_error(member: Raw, what: str) -> None:
    """JSON that is no request by name is answered with -32600, once (protocol 2.4)."""
    answer = await member.exchange(NO_REQUEST[what])
    assert answer["error"]["code"] == -32600
    await _still_there(member)


@pytest.mark.parametrize("what", REFUSED)
async def test_what_is_refused_says_why(member: Raw, what: str) -> None:
    """A request outside its bounds is refused under its id, with code and hint (protocol 4)."""
    frame, code = REFUSED[what]
    answer = await member.exchange(frame)
    assert (answer["id"], answer["error"]["data"]["code"]) == (7, code)
    assert answer["error"]["data"]["hint"]
    await _still_there(member)


async def test_a_refused_text_names_the_character(member: Raw) -> None:
    """The server refuses a text, never alters it, and names code point and place (P13)."""
    answer = await member.exchange(_say("ab\\u001bc"))
    facts = answer["error"]["data"]
    assert (facts["code_point"], facts["position"]) == ("U+001B", 2)


async def test_an_error_repeats_no_flood_of_what_was_sent(member: Raw) -> None:
    """What an error quotes of a request is cut: errors cannot be used to amplify (protocol 4)."""
    await member.exchange(_call("x" * 50_000, {}))
    await member.exchange(_call("boards.list", {"y" * 50_000: 1}))
    assert max(map(len, member.seen)) < 4_096


async def test_before_hello_nothing_else(moot: Moot) -> None:
    """The first call is hello; anything else is told so, except for what describes (3.1, 10)."""
    async with raw(moot.running.url) as line:
        answer = await line.exchange(_call("norms.commons", {}))
        assert answer["error"]["data"]["code"] == "protocol.hello_first"
        assert "openrpc" in (await line.ask(Discover()))["result"]
        await line.hello()
        assert "result" in await line.exchange(_call("norms.commons", {}))


async def test_a_binary_frame_ends_the_connection(member: Raw) -> None:
    """Only text frames are spoken: a binary one is closed with 1003 (protocol 1.3)."""
    await member.send(b"\x00\x01")
    assert await member.end() == (1003, "only text frames are spoken here")


async def test_bytes_that_are_no_utf8_end_the_connection(member: Raw) -> None:
    """A text frame that is no UTF-8 breaks WebSocket itself: 1007, by RFC 6455."""
    member.socket.protocol.send_text(b'{"a":"\xff\xfe"}')
    member.socket.transport.write(b"".join(member.socket.protocol.data_to_send()))
    assert (await member.end())[0] == 1007


async def test_too_large_a_frame_ends_the_connection(member: Raw) -> None:
    """A frame beyond the limit is not read: 1009 (protocol 2.2)."""
    await member.send('"' + "x" * limits.FRAME_TO_SERVER_BYTES_MAX + '"')
    assert (await member.end())[0] == 1009


async def test_a_program_that_mends_nothing_is_sent_away(member: Raw) -> None:
    """Too many unreadable frames in a row end the connection with 4400 (protocol 2.6)."""
    for _ in range(limits.UNREADABLE_FRAMES_MAX + 1):
        await member.send("{")
    assert (await member.end())[0] == 4400


async def test_readable_frames_in_between_are_forgiving(member: Raw) -> None:
    """Only unreadable frames in a row count (protocol 2.6)."""
    for _ in range(3):
        for _ in range(limits.UNREADABLE_FRAMES_MAX - 1):
            await member.exchange("{")
        await _still_there(member)


async def test_a_stranger_has_ten_frames(moot: Moot) -> None:
    """Nobody unknown needs more than ten frames: 4429 (protocol 2.5)."""
    async with raw(moot.running.url) as line:
        for _ in range(limits.STRANGER_FRAMES_MAX + 1):
            await line.send(_call("norms.commons", {}))
        assert (await line.end())[0] == 4429


async def test_a_stranger_has_small_frames(moot: Moot) -> None:
    """Nobody unknown needs a large frame: 1009 (protocol 2.5)."""
    async with raw(moot.running.url) as line:
        await line.send('"' + "x" * limits.STRANGER_FRAME_BYTES_MAX + '"')
        assert (await line.end())[0] == 1009


async def test_there_is_one_path(moot: Moot) -> None:
    """Any other path is 404 before the handshake (protocol 1.1)."""
    for path in ("/admin", "//", "/%2e%2e/", "/index.html"):
        with pytest.raises(InvalidStatus) as refused:
            async with raw(moot.running.url + path):
                pass
        assert refused.value.response.status_code == 404
    async with raw(moot.running.url + "/?anything") as line:
        await line.hello()


@pytest.mark.parametrize("offered", [None, ["chat"], ["bbs.v0"]])
async def test_the_subprotocol_is_asked_for(moot: Moot, offered: Any) -> None:
    """Whoever does not offer bbs.v1 gets no WebSocket (protocol 1.2)."""
    with pytest.raises(InvalidStatus) as refused:
        async with raw(moot.running.url, subprotocols=offered):
            pass
    assert refused.value.response.status_code == 400


async def test_foreign_origins_stay_out(tmp_path: Path) -> None:
    """A browser's page of another origin cannot connect; programs without one can (protocol 1.3)."""
    async with open_moot(tmp_path / "data", origins=("https://moot.example",)) as moot:
        for origin in ("https://evil.example", "null", "https://moot.example.evil.example"):
            with pytest.raises(InvalidStatus) as refused:
                async with raw(moot.running.url, origin=origin):
                    pass
            assert refused.value.response.status_code == 403
        for welcome in (None, "https://moot.example"):
            async with raw(moot.running.url, origin=welcome) as line:
                await line.hello()


async def test_other_hosts_are_not_served(tmp_path: Path) -> None:
    """Where host names are set, a request for another one is sent back: no rebinding (protocol 1.3)."""
    async with open_moot(tmp_path / "data", hosts=("127.0.0.1",)) as moot:
        async with raw(moot.running.url) as line:
            await line.hello()
        port = urlsplit(moot.running.url).port
        with pytest.raises(InvalidStatus) as refused:
            async with raw(f"bbs://localhost:{port}"):
                pass
        assert refused.value.response.status_code == 421


async def test_a_server_with_an_address_serves_no_other_host(tmp_path: Path) -> None:
    """What invitations name is served, and this machine for its own tools; who came to another host
    is sent back without anything being set (protocol 1.3)."""
    async with open_moot(tmp_path / "data", public="moot.example:443") as moot:
        port = moot.running.listener.port
        for host, status in (
            ("moot.example", 101),
            ("Moot.Example:443", 101),
            ("moot.example.", 101),
            ("MOOT.example.:443", 101),
            (f"localhost:{port}", 101),
            (f"127.0.0.1:{port}", 101),
            ("[::1]:1", 101),
            ("evil.example", 421),
            ("moot.example.evil.example", 421),
            ("", 421),
        ):
            assert await _status(port, f"Host: {host}\r\n") == status, host
        assert (await http_get(port, "/healthz")).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("Host: localhost\r\nhost: evil.example\r\n", 400),
        ("Host: localhost, evil.example\r\n", 400),
        ("Host: ana@localhost\r\n", 400),
        ("Host: local host\r\n", 400),
        ("Host: \xff\r\n", 400),
        ("Host: localhost\r\nOrigin: null\r\nOrigin: null\r\n", 400),
        ("Host: localhost\r\nAuthorization: a\r\nAuthorization: b\r\n", 400),
        ("Host: localhost\r\nSec-WebSocket-Version: 13\r\n", 400),
        ("Host: localhost\r\nX-Forwarded-For: a\r\nX-Forwarded-For: b\r\n", 101),
        ("Host: folk_moot:8765\r\n", 101),
        ("Host: 127.0.0.1:\r\n", 101),
        ("", 101),
    ],
)
@pytest.mark.parametrize("proxy", ["", "127.0.0.1"])
async def test_a_header_given_twice_is_the_clients_mistake(
    tmp_path: Path, headers: str, status: int, proxy: str
) -> None:
    """Two hosts, or one that is none, are 400, never a failure of the server (protocol 1.3)."""
    async with open_moot(tmp_path / "data", proxy=proxy) as moot:
        port = moot.running.listener.port
        assert await _status(port, headers) == status
        if status == 400 and "Sec-" not in headers:
            assert await _status(port, headers, "/healthz") == status


async def _status(port: int, headers: str, path: str = "/") -> int:
    """Ask for a WebSocket with these headers beside the usual ones; return the HTTP status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: bbs.v1\r\n{headers}\r\n".encode("latin-1")
    )
    async with asyncio.timeout(PATIENCE_S):
        status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(status.split()[1])


async def test_others_do_not_notice(moot: Moot, member: Raw) -> None:
    """Whatever one connection sends, another is answered as before (protocol 2.7)."""
    bob = await moot.join("bob")
    hostile = [*UNREADABLE.values(), *(frame for frame, _ in REFUSED.values())]
    async with raw(moot.running.url) as other:
        await other.hello()
        await other.ask(Resume(token=secret(bob.person.session)))
        for frame in hostile:
            await other.exchange(frame)
            await other.ask(ListThreads(board=COMMONS))
            await _still_there(member)
        await other.send(b"\x00")
        assert (await other.end())[0] == 1003
    await _still_there(member)
    assert moot.running.dispatcher.counters.broken == 0


def _ping() -> bytes:
    payload = b"p" * 125
    return struct.pack("!BB4s", 0x89, 0x80 | len(payload), b"\0\0\0\0") + payload


async def test_a_flood_of_pings_is_cut_off(moot: Moot, member: Raw) -> None:
    """Pongs nobody reads do not fill the memory: pings have their budget (P14, protocol 2.5)."""
    port = urlsplit(moot.running.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    key = "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="
    writer.write(
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"{key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: bbs.v1\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    (flooded,) = [one for one in moot.running.listener.connections if one.session.stranger]
    peak, chunk = 0, _ping() * 500
    try:
        async with asyncio.timeout(15):
            while flooded in moot.running.listener.connections:
                writer.write(chunk)
                await writer.drain()
                peak = max(peak, flooded.wire.unsent_bytes())
    except ConnectionError:
        pass
    writer.close()
    # The pongs of one piece more than the budget.
    assert peak < 2 * limits.CONTROL_FRAMES_BURST * len(_ping())
    await _still_there(member)


async def test_random_bytes_break_nothing(moot: Moot, member: Raw) -> None:
    """Noise is answered or closed, never crashes the server (P13)."""
    for size in (1, 7, 100, 4_000):
        async with raw(moot.running.url) as line:
            await line.send(os.urandom(size).decode("latin-1"))
            # A single digit is JSON, and no message.
            assert (await line.receive())["error"]["code"] in {-32700, -32600}
    assert moot.running.dispatcher.counters.broken == 0
    await _still_there(member)


async def test_every_call_is_answered_once(member: Raw) -> None:
    """Fired off at once, each call gets one answer under its id: done, or come back (2.7)."""
    calls = [_call("threads.list", {"board": COMMONS}, id=n) for n in range(100, 300)]
    for call in calls:
        await member.send(call)
    answers = [await member.receive() for _ in calls]
    assert sorted(answer["id"] for answer in answers) == list(range(100, 300))
    refused = {answer["error"]["data"]["code"] for answer in answers if "error" in answer}
    assert refused <= {"throttled"}
    await _still_there(member)


async def test_an_id_in_use_is_not_taken_again(member: Raw) -> None:
    """A second call under an id that still waits is refused, and the first one answered (2.4)."""
    call = _call("threads.list", {"board": COMMONS})
    for _ in range(5):
        await member.send(call)
    answers = [await member.receive() for _ in range(5)]
    assert {answer["id"] for answer in answers if "result" in answer} == {7}
    assert {answer["id"] for answer in answers if "error" in answer} <= {None}
