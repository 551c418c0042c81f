"""A server that means ill: an honest one behind it, and every word of every message turned into an attack.

Which fields hold words is read from the registry's structs, so that a new message is attacked too.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import cycle
from typing import Any

import msgspec
from msgspec import inspect as mi
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bbs.wire.messages import PROTOCOL, EventFrame
from bbs.wire.registry import EPHEMERALS, EVENTS, REQUESTS, result_type

MARK = "7331"  # stands in every sequence: what of them reaches a terminal is found by it
EVIL = (
    f"\x1b[{MARK};1H\x1b[{MARK}n\x1b[{MARK}m at home",
    f"\x1b]2;{MARK}\x07\x1b]52;c;{MARK}\x1b\\title",
    f"\x9b{MARK}H\x9d2;{MARK}\x9c\x90{MARK}\x9cC1",
    f"\x1bP{MARK}q\x1b\\\x1b_{MARK}\x1b\\\x1bc\x1b(0reset",
    "\u202eabc\u2066def\u2069\u200f\u061c\u200bmirror",
    "[red]x[/red][/][@click=app.quit]hit[/][link=file:///x][$x]]]",
    "wide 漢字 👩‍👩‍👧‍👦 ﷽ ｗｉｄｅ 한글 ᄒ" + "\u0301" * 30,
    "a\r\n\x00\x08\x7f\tb\u2028c\u2029d\x0be\x0cf\ufdd0\ufffeg\U000e0041h",
    "[see](javascript:x) `" + "\u3000├─● ana calls you  #1  14:02\n" * 3 + "\x1b[?1049l> " * 4,
    "x" * 400,
    "$(touch pwned)`touch pwned`;touch pwned\n|touch pwned\n",
    "h\U000e0168i\ufe00d\ufe0fd\u200de\u2062n\u034f",
)
TRACES = (MARK, "mirror", "$x]]]", "漢字", "ana calls you", "x" * 20, "pwned")
"""Words of the attacks that are shown as text, some of them in whatever a reader is shown."""
KEPT = frozenset({"epoch", "version", "state", "token", "code"})
"""Fields the conversation itself hangs on: an attack there ends it, which is another test."""
JUNK: tuple[str | bytes, ...] = (
    "no json at all \x1b]2;7331\x07",
    "[]",
    "null",
    "[" * 40_000,
    '{"jsonrpc":"2.0","id":1,"id":2,"result":{}}',
    '{"jsonrpc":"2.0","id":99999999,"result":{}}',
    '{"jsonrpc":"2.0","id":"\\ud800","error":{"code":1,"message":"\\u001b[7331n"}}',
    '{"jsonrpc":"2.0","method":"event","params":{"stream":"board:x","seq":-1}}',
    '{"jsonrpc":"2.0","method":"event","params":' + "9" * 9_000 + "}",
    '{"jsonrpc":"2.0","method":"ephemeral","params":{"kind":"\\u001b]2;7331","data":{}}}',
    '{"jsonrpc":"2.0","method":"\\u001b[7331m","params":{}}',
    b"\x00\xff\xfe binary \x1b[7331m",
    '{"jsonrpc":"2.0","method":"event","params":{"x":"' + "y" * 1_100_000 + '"}}',
)


class Hostile:
    """Turns what an honest server says.

    Attributes:
        junk: Frames still to be sent, one for each connection, when it has settled.
        frames: How many messages were turned.
    """

    def __init__(
        self, upstream: str, junk: Sequence[str | bytes] = (), words: Sequence[str] = EVIL
    ) -> None:
        """Stand before an honest server.

        Args:
            upstream: Its address, `ws://`.
            junk: Frames that are no messages.
            words: What it says instead, in turn.
        """
        self.junk = list(junk)
        self.frames = 0
        self._upstream = upstream
        self._words: Iterator[str] = cycle(words)

    def turn(self, frame: str, methods: dict[Any, str]) -> str:
        """Return a message with every word in it replaced."""
        self.frames += 1
        message = json.loads(frame)
        if "result" in message:
            cls = result_type(REQUESTS[methods.pop(message["id"])])
            message["result"] = self._turned(message["result"], mi.type_info(cls))
        elif "error" in message:
            message["error"]["message"] = next(self._words)
            message["error"]["data"]["hint"] = next(self._words)
        else:
            params = message["params"]
            kinds: dict[str, Any] = {**EVENTS, **EPHEMERALS}
            params["data"] = self._turned(params["data"], mi.type_info(kinds[params["kind"]]))
            if "author" in params:
                author = msgspec.inspect.type_info(EventFrame).fields[4].type  # type: ignore[union-attr]  # a struct
                params["author"] = self._turned(params["author"], author)
        return json.dumps(message)

    def _turned(self, value: Any, kind: mi.Type) -> Any:
        match kind, value:
            case mi.Metadata(), _:
                return self._turned(value, kind.type)
            case mi.StructType(), dict():
                types = {field.encode_name: field.type for field in kind.fields}
                return {
                    name: part
                    if name in KEPT
                    else self._turned(part, types.get(name, mi.AnyType()))
                    for name, part in value.items()
                }
            case mi.UnionType(), _:
                return self._turned(value, _member(kind, value))
            case ((mi.VarTupleType() | mi.ListType()), list()):
                return [self._turned(part, kind.item_type) for part in value]
            case mi.DictType(), dict():
                return {key: self._turned(part, kind.value_type) for key, part in value.items()}
            case mi.StrType(pattern=None), str():
                return next(self._words)[: kind.max_length]
            case _:
                return value

    async def _serve(self, client: ServerConnection) -> None:
        methods: dict[Any, str] = {}
        async with connect(
            self._upstream, subprotocols=[Subprotocol(PROTOCOL)], compression=None
        ) as server:

            async def asks() -> None:
                async for frame in client:
                    call = json.loads(frame)
                    methods[call["id"]] = call["method"]
                    await server.send(frame)

            async def answers() -> None:
                async for frame in server:
                    settled = not self.junk or '"live"' in str(frame)
                    await client.send(self.turn(str(frame), methods))
                    if settled and self.junk:
                        await client.send(self.junk.pop(0))

            tasks = [asyncio.ensure_future(asks()), asyncio.ensure_future(answers())]
            with contextlib.suppress(ConnectionClosed):
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def _member(kind: mi.UnionType, value: Any) -> mi.Type:
    """Return which member of a union a value is."""
    for one in kind.types:
        if isinstance(one, mi.StructType):
            if isinstance(value, dict) and value.get(one.tag_field) == one.tag:
                return one
        elif isinstance(one, mi.NoneType) == (value is None) and not isinstance(value, dict):
            return one
    return mi.AnyType()


@contextlib.asynccontextmanager
async def hostile(
    upstream: str, junk: Sequence[str | bytes] = (), words: Sequence[str] = EVIL
) -> AsyncIterator[tuple[Hostile, str]]:
    """Serve ill will on loopback; yield it and its address."""
    proxy = Hostile(upstream.replace("bbs://", "ws://"), junk, words)
    async with serve(
        proxy._serve,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol(PROTOCOL)],
        compression=None,
        max_size=None,
    ) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield proxy, f"bbs://127.0.0.1:{port}"
