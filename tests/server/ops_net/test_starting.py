"""A start: `hello` comes first, and nobody notices what is loaded after it (P12, protocol 3.1)."""

import asyncio
import signal
from pathlib import Path

from bbs.features.members.messages import GetChallenge
from bbs.wire.messages import Discover
from tests.server.ops_net.serving import PATIENCE_S, Start, http_get, served, serving
from tests.support.raw import raw


async def test_who_comes_at_once_is_answered_in_every_way(tmp_path: Path) -> None:
    """From its first moment on a server greets, answers calls and shows its pages as ever."""
    async with served(Start(tmp_path, ("--sample",), loaded=False)) as server:
        async with raw(f"bbs://127.0.0.1:{server.port}") as line:
            assert (await line.hello())["result"]["community"]
            assert "nonce" in (await line.ask(GetChallenge()))["result"]
            assert "methods" in (await line.ask(Discover()))["result"]
        for page in ("/healthz", "/readyz", "/metrics"):
            assert (await http_get(server.port, page)).status == 200
        assert await server.end(signal.SIGTERM, within_s=10) == 0


async def test_hello_waits_for_nothing_and_all_else_for_the_features(tmp_path: Path) -> None:
    """While the features are not there, `hello` is answered, and a call stays until they are."""
    async with serving(tmp_path) as running:
        dispatcher = running.dispatcher
        async with raw(running.url) as early, raw(running.url) as later:
            await early.hello()
            dispatcher.loaded.clear()
            asked = asyncio.create_task(early.ask(GetChallenge()))
            await later.hello()
            assert not asked.done()
            assert dispatcher.counters.answered == 2
            dispatcher.loaded.set()
            assert "nonce" in (await asked)["result"]


async def test_a_server_that_still_loads_ends_when_told_to(tmp_path: Path) -> None:
    """A stop needs no patience: what was begun is finished, and nothing goes wrong on the way."""
    async with served(Start(tmp_path, ("--sample",), loaded=False)) as server:
        assert await server.end(signal.SIGTERM, within_s=10) == 0
        assert "ERROR" not in server.log.read_text()


async def test_a_broken_installation_ends_the_server(tmp_path: Path) -> None:
    """What cannot be loaded after the greeting ends the start with its error: nothing serves by half."""
    (tmp_path / "site").mkdir()
    broken = "import sys; sys.modules['zxcvbn'] = None"
    (tmp_path / "site" / "sitecustomize.py").write_text(broken)
    environment = {"PYTHONPATH": str(tmp_path / "site")}
    start = Start(tmp_path, ("--sample",), environment=environment, loaded=False)
    async with served(start) as server, asyncio.timeout(PATIENCE_S):
        assert await server.process.wait() == 1
        assert "zxcvbn" in server.log.read_text()
