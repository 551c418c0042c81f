"""A file and a server that mean ill: what `bbs pack check` and `bbs claim` write of them acts on no terminal (P13)."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import msgspec
from click.testing import CliRunner, Result
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bbs.cli.main import cli
from bbs.features.packs.claim_messages import (
    ClaimChallenge,
    ClaimPage,
    FindClaim,
    GetClaimChallenge,
)
from bbs.features.packs.claim_views import ClaimedHome, ClaimedPack, ClaimedPost, ClaimedThread
from bbs.features.packs.pack_file import encode_line
from bbs.features.packs.views import PackKind
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.wire.messages import PROTOCOL, Hello
from tests.client.hostile.proxy import EVIL
from tests.support.foreign import foreign_acts
from tests.support.founded import open_founded
from tests.support.old_words import keep_profile
from tests.support.packs import NOON, packed, small_board

Way = tuple[str | int, ...]
WRONG: tuple[Any, ...] = (-1, 2**53 - 1, 1.5, None, True, [], {}, [[[[]]]], "x" * 9_000)
HUGE = (10**400, 2**63)  # not the JSON of the protocol: a connection ends with it
CODES = {0, 1, 2, 3, 4, 5, 6, 75}


def leaves(value: Any, *way: str | int) -> Iterator[Way]:
    """Yield the way to each value that is neither an object nor a list."""
    match value:
        case dict():
            for name, part in value.items():
                yield from leaves(part, *way, name)
        case list():
            for place, part in enumerate(value):
                yield from leaves(part, *way, place)
        case _:
            yield way


def altered(value: Any, way: Way, bad: Any) -> Any:
    """Return a value in which something else stands at the end of a way."""
    found = copy.deepcopy(value)
    inside = found
    for step in way[:-1]:
        inside = inside[step]
    inside[way[-1]] = bad
    return found


def check(told: Result, what: object) -> None:
    """Check that a command ended as commands do, in words without a sign that acts."""
    assert told.exit_code in CODES, (what, told.output, told.exception)
    assert told.exception is None or isinstance(told.exception, SystemExit), (what, told.exception)
    assert not foreign_acts(told.output), (what, told.output)
    assert "Traceback" not in told.output, what


def run(home: Path, *words: str) -> Result:
    """Run a command."""
    env = {"BBS_HOME": str(home), "BBS_PROFILE": None, "BBS_URL": None, "BBS_TOKEN": None}
    return CliRunner(env=env).invoke(cli, list(words), prog_name="bbs")


def bad_packs() -> Iterator[tuple[object, bytes]]:
    """Yield packs of which each field of each kind of line is an attack or of a wrong type."""
    lines = small_board()
    words, wrong = cycle(EVIL), cycle((*WRONG, *HUGE))
    for place, line in enumerate(lines):
        if type(line) in map(type, lines[:place]):
            continue
        fields = json.loads(encode_line(line))
        for way in leaves(fields):
            for bad in (next(words), next(wrong)):
                data = json.dumps(altered(fields, way, bad)).encode() + b"\n"
                yield (way, bad), packed([*lines[:place], data, *lines[place + 1 :]])
        for word in EVIL[:4]:
            data = json.dumps({**fields, word: 1}).encode() + b"\n"
            yield word, packed([*lines[:place], data, *lines[place + 1 :]])
    good = packed(lines)
    for word in EVIL:
        raw = word.encode("utf-8", "replace")
        yield word, raw + b"\n" + good
        yield word, good + raw
        yield word, good.replace(b"moot.example", raw.replace(b"\n", b""))


def test_no_file_acts_on_the_terminal_of_who_checks_it(tmp_path: Path) -> None:
    """An attack or a wrong type in any field, another field, or bytes of any kind: it is one sentence (29.6)."""
    file = tmp_path / "bad.pack"
    for what, data in bad_packs():
        file.write_bytes(data)
        told = run(tmp_path, "pack", "check", str(file))
        check(told, what)


def _page() -> ClaimPage:
    post = ClaimedPost(
        id=new_id(),
        number=1,
        at=NOON,
        state=ContentState.PUBLISHED,
        subject="Moths",
        body="At dusk",
    )
    home = ClaimedHome(host="moot.example", epoch="e", key="A" * 43)
    pack = ClaimedPack(digest="a" * 64, kind=PackKind.SERVER, homes=(home,), key="A" * 43)
    thread = ClaimedThread(thread=new_id(), number=1, posts=(post,))
    return ClaimPage(board=new_id(), pack=pack, threads=(thread,))


class Liar:
    """A server that answers a claimant with what a test wants.

    Attributes:
        answers: The result of each method.
    """

    def __init__(self, welcome: Any) -> None:
        self.answers: dict[str, Any] = {Hello.method: welcome}

    async def serve(self, client: ServerConnection) -> None:
        """Answer until the other side has enough."""
        with suppress(ConnectionClosed):
            async for frame in client:
                call = json.loads(frame)
                said = {"id": call["id"], "result": self.answers[call["method"]]}
                await client.send(json.dumps({"jsonrpc": "2.0", **said}))


@asynccontextmanager
async def lying(welcome: Any) -> AsyncIterator[tuple[Liar, str]]:
    """Run such a server on loopback; yield it and its host."""
    liar = Liar(welcome)
    async with serve(
        liar.serve, "127.0.0.1", 0, subprotocols=[Subprotocol(PROTOCOL)], compression=None
    ) as server:
        yield liar, f"127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"


async def test_no_server_acts_on_the_terminal_of_a_claimant(tmp_path: Path) -> None:
    """An attack or a wrong type in any field of what it answers to a claim (P13, 31.4)."""
    async with open_founded(tmp_path / "data") as moot:
        welcome = msgspec.to_builtins(await moot.line().ask(Hello(versions=(PROTOCOL,))))
    keep_profile(tmp_path / "home", "old", b"\x05" * 32)
    words, wrong = cycle(EVIL), cycle(WRONG)
    async with lying(welcome) as (liar, host):
        challenge = ClaimChallenge(nonce="n" * 43, host=host, digest="a" * 64)
        good = {
            GetClaimChallenge.method: msgspec.to_builtins(challenge),
            FindClaim.method: msgspec.to_builtins(_page()),
        }
        claim = ("claim", f"bbs://{host}/garden#claim", "--profile", "old", "--dry-run")
        liar.answers |= good
        told = await asyncio.to_thread(run, tmp_path / "home", *claim)
        assert "Your key claims 1 post in 1 thread." in told.output
        for way in leaves(good):
            for bad in (next(words), next(wrong)):
                liar.answers |= altered(good, way, bad)
                told = await asyncio.to_thread(run, tmp_path / "home", *claim)
                check(told, (way, bad))
