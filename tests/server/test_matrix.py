"""Every method, asked by everybody about everything: the reviewed table against the running server."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bbs.errors import FolkmootError
from bbs.features.members.messages import GetChallenge, Resume
from bbs.ids import COMMONS
from bbs.messages import Command, Request
from bbs.powers import Power
from bbs.refusals import SignInFailed
from bbs.wire.messages import SyncResult
from bbs.wire.registry import REQUESTS
from tests.server.asking import ASKING
from tests.server.asking_row import Row
from tests.server.cast import ACTORS, Cast, gather
from tests.support.acting import OFFICES, act_as
from tests.support.moot import Line, open_moot
from tests.support.raw import Raw, raw

pytestmark = pytest.mark.asyncio(loop_scope="module")

TABLE: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8")
)
COLUMNS: list[str] = TABLE.pop("actors").split()
CODES = {
    "members.not_signed_in": "who",
    "members.waiting": "wait",
    "not_found": "404",
    "not_allowed": "no",
    "boards.seat_needed": "seat",
    "protocol.bad_params": "bad",
    "members.sign_in_failed": "proof",
    "threads.nobody_to_thank": "self",
    "proposals.waits": "waits",
    "device_needed": "dev",
    "cases.for_scripts": "scr",
    "moderation.restricted": "shut",
    "packs.not_packed": "unfit",
    "packs.changed": "other",
    "ownership.sysop_leaves": "runs",
}
UNASKED = "-"  # of a query: commands alone are carried out for the assembly and the system


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    """The whole cast, gathered once: rehearsals change nothing."""
    async with open_moot(tmp_path_factory.mktemp("matrix")) as moot:
        yield await gather(moot)


def row_of(cast: Cast, actor: str, name: str) -> Row:
    """Return what the row of a block, such as `public own`, is about for an actor."""
    where, _, whose = name.partition(" ")
    board = cast.boards.get(where, COMMONS)
    slug = cast.slugs.get(where, "commons")
    return Row(cast, actor, board, slug, cast.made(actor, where, whose), whose)


def _answer(result: Any) -> str:
    if isinstance(result, SyncResult):
        (state,) = result.streams.values()
        return "gone" if state.state == "gone" else "."
    return "."


async def _line(cast: Cast, actor: str, request: Request[Any]) -> Line:
    """Return a connection for a request; one that changes who it speaks for gets its own."""
    if request.needs.power is not Power.KNOCK:
        return cast.lines[actor]
    if actor in ("stranger", "reader", "elsewhere", "former"):
        return cast.moot.line()
    return await cast.moot.again(cast.lines[actor])


async def _in_memory(cast: Cast, actor: str, request: Request[Any]) -> str:
    line = await _line(cast, actor, request)
    try:
        return _answer(await line.ask(request))
    except FolkmootError as error:
        return CODES.get(error.code, error.code)


async def _in_office(cast: Cast, who: str, request: Request[Any]) -> str:
    if not isinstance(request, Command):
        return UNASKED
    try:
        await act_as(cast.moot, who, request)
    except FolkmootError as error:
        return CODES.get(error.code, error.code)
    return "."


async def _answers(cast: Cast, method: str, name: str) -> list[str]:
    found = [
        await _in_memory(cast, actor, ASKING[method](row_of(cast, actor, name))) for actor in ACTORS
    ]
    asked = ASKING[method](row_of(cast, "founder", name))
    return [*found, *[await _in_office(cast, who, asked) for who in OFFICES]]


async def test_the_table_is_whole() -> None:
    """Every method of the registry has its block and its request, and no row is too short."""
    assert [*ACTORS, *OFFICES] == COLUMNS
    assert set(TABLE) == set(REQUESTS) == set(ASKING)
    for method, block in TABLE.items():
        assert block, method
        for name, cells in block.items():
            assert len(cells.split()) == len(COLUMNS), f"{method} {name}"


@pytest.mark.parametrize("method", sorted(REQUESTS))
async def test_everybody_gets_the_answer_of_the_table(cast: Cast, method: str) -> None:
    """The gate answers each actor as the reviewed table says, for every board and owner (P8)."""
    assert method in TABLE, f"{method} has no block in matrix.toml"
    found = {name: " ".join(await _answers(cast, method, name)) for name in TABLE[method]}
    assert found == {name: " ".join(cells.split()) for name, cells in TABLE[method].items()}


async def _over_socket(line: Raw, request: Request[Any]) -> str:
    answer = await line.ask(request)
    if "error" in answer:
        code: str = answer["error"]["data"]["code"]
        return CODES.get(code, code)
    if request.method == "sync":
        (state,) = answer["result"]["streams"].values()
        return "gone" if state["state"] == "gone" else "."
    return "."


@pytest.mark.parametrize("actor", [name for name in ACTORS if name not in ("stranger", "former")])
async def test_the_same_over_real_sockets(cast: Cast, actor: str) -> None:
    """What the table says holds over a WebSocket too, answer by answer (protocol 4)."""
    column = COLUMNS.index(actor)
    wrong = []
    async with raw(cast.moot.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=cast.tokens[actor]))
        for method, block in TABLE.items():
            # Knocking changes who a connection speaks for; a wrong password counts only so often.
            if REQUESTS[method].needs.power is Power.KNOCK or method == "members.change_password":
                continue
            for name, cells in block.items():
                request = ASKING[method](row_of(cast, actor, name))
                answer = await _over_socket(line, request)
                if answer != cells.split()[column]:
                    wrong.append(f"{method} {name}: {answer}, not {cells.split()[column]}")
    assert not wrong


@pytest.mark.parametrize("password", [True, False])
async def test_a_former_member_comes_in_by_no_door(cast: Cast, password: bool) -> None:
    """Session, password and key of somebody who left let nobody in, and say nothing of them."""
    person = cast.person("former")
    line = cast.moot.line()
    assert isinstance(await line.refused(Resume(token=cast.tokens["former"])), SignInFailed)
    challenge = await line.ask(GetChallenge())
    epoch = cast.moot.running.dispatcher.epoch
    with_key = person.with_key(host=challenge.host, epoch=epoch, nonce=challenge.nonce)
    asked = person.with_password() if password else with_key
    assert isinstance(await line.refused(asked), SignInFailed)


async def test_a_stranger_over_a_real_socket(cast: Cast) -> None:
    """Whoever is not signed in is answered so, whatever they ask for (protocol 3)."""
    methods = [m for m in TABLE if REQUESTS[m].needs.power is not Power.KNOCK]
    for start in range(0, len(methods), 8):
        async with raw(cast.moot.running.url) as line:
            await line.hello()
            for method in methods[start : start + 8]:
                request = ASKING[method](row_of(cast, "stranger", next(iter(TABLE[method]))))
                assert await _over_socket(line, request) == "who", method
