"""The pages for machines: who may ask, what they say of a sick disk, and what they never say."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.errors import StorageUnavailable
from bbs_server.app import RunningServer
from bbs_server.pipeline.sync import note_lost
from bbs_server.store.api import Tx
from bbs_server.store.history import Lost
from tests.server.ops_net.serving import http_get, serving
from tests.support.moot import open_moot
from tests.support.raw import raw

TOKEN = "0123456789abcdef" * 2


async def test_a_healthy_server_says_so_to_its_own_machine(tmp_path: Path) -> None:
    """/healthz and /readyz answer 200 with one JSON object that nobody may keep."""
    async with serving(tmp_path) as running:
        page = await http_get(running.listener.port, "/healthz")
        well = {"status": "ok", "storage": "ok", "disk": "ok", "clock": "ok", "history": "ok"}
        assert (page.status, page.json()) == (200, well)
        assert page.headers["content-type"] == "application/json"
        assert page.headers["cache-control"] == "no-store"
        assert (await http_get(running.listener.port, "/readyz")).json() == {"ready": True}


async def test_head_has_no_body_and_other_methods_are_refused(tmp_path: Path) -> None:
    """Probes may ask with HEAD; nothing else than reading is offered."""
    async with serving(tmp_path) as running:
        page = await http_get(running.listener.port, "/healthz", method="HEAD")
        assert (page.status, page.body) == (200, b"")
        page = await http_get(running.listener.port, "/healthz", method="POST")
        assert (page.status, page.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "203.0.113.9"},
        {"Forwarded": "for=127.0.0.1"},
        {"Host": "moot.example.org"},
        {"Origin": "http://localhost"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_who_comes_through_a_proxy_or_a_browser_needs_the_token(
    tmp_path: Path, path: str, headers: dict[str, str]
) -> None:
    """A stranger forwarded from a local address is a stranger; the token lets a monitor in."""
    async with serving(tmp_path, health_token=TOKEN) as running:
        port = running.listener.port
        assert (await http_get(port, path, headers=headers)).status == 403
        for wrong in ("", "Bearer ", f"Bearer {TOKEN}0", f"Basic {TOKEN}", "Bearer \xe9"):
            given = {**headers, "Authorization": wrong}
            assert (await http_get(port, path, headers=given)).status in (400, 403)
        right = {**headers, "Authorization": f"Bearer {TOKEN}"}
        assert (await http_get(port, path, headers=right)).status in (200, 404)


async def test_without_a_token_an_empty_one_opens_nothing(tmp_path: Path) -> None:
    """No token set means no token fits."""
    headers = {"X-Forwarded-For": "203.0.113.9", "Authorization": "Bearer "}
    async with serving(tmp_path) as running:
        assert (await http_get(running.listener.port, "/healthz", headers=headers)).status == 403


async def test_the_address_of_the_proxy_is_not_this_machine(tmp_path: Path) -> None:
    """What comes from the configured proxy is foreign even where it adds no header."""
    async with serving(tmp_path, proxy="127.0.0.1") as running:
        assert (await http_get(running.listener.port, "/healthz")).status == 403


async def test_a_unix_socket_is_this_machine_unless_it_forwards(tmp_path: Path) -> None:
    """Over a unix socket the pages are open, except to what a proxy forwards."""
    path = tmp_path / "bbs.sock"
    async with serving(tmp_path, listen=f"unix:{path}"):
        assert (await http_get(path, "/healthz")).status == 200
        forwarded = {"X-Forwarded-For": "203.0.113.9"}
        assert (await http_get(path, "/healthz", headers=forwarded)).status == 403


async def test_other_paths_are_as_closed_as_before(tmp_path: Path) -> None:
    """There are three pages for machines and one path for people (protocol 1.1)."""
    async with serving(tmp_path) as running:
        for path in ("/healthz/", "/healthz?x=1", "/metric", "//metrics"):
            assert (await http_get(running.listener.port, path)).status == 404


async def _fill(running: RunningServer) -> None:
    """Let the database not grow any more, and notice that by a write."""
    store = running.dispatcher.store

    def grow(tx: Tx) -> None:
        tx.execute("CREATE TABLE ballast (b TEXT)")
        tx.execute("INSERT INTO ballast VALUES (?)", "x" * 1_000_000)

    await store.write(lambda tx: tx.fetch_all("PRAGMA max_page_count = 1"))
    with pytest.raises(StorageUnavailable):
        await store.write(grow)


async def test_a_full_disk_is_named_and_the_server_stays_ready_to_read(tmp_path: Path) -> None:
    """Full storage is degraded by name, not dead: /readyz stays 200 because reads go on (P12)."""
    async with serving(tmp_path) as running:
        port = running.listener.port
        await _fill(running)
        page = await http_get(port, "/healthz")
        told = {
            "status": "degraded",
            "storage": "full",
            "disk": "ok",
            "clock": "ok",
            "history": "ok",
        }
        assert (page.status, page.json()) == (503, told)
        assert (await http_get(port, "/readyz")).status == 200
        async with raw(running.url) as client:
            assert (await client.hello())["result"]


async def test_health_heals_by_a_write_that_goes_through_not_by_an_empty_one(
    tmp_path: Path,
) -> None:
    """A commit that wrote nothing proves nothing; freed room is found without a restart (P12)."""
    async with serving(tmp_path) as running:
        port, store = running.listener.port, running.dispatcher.store
        await _fill(running)
        await running.watch.check()
        assert (await http_get(port, "/healthz")).json()["storage"] == "full"
        await store.write(lambda tx: None)
        assert (await http_get(port, "/healthz")).json()["storage"] == "full"
        await store.write(lambda tx: tx.fetch_all("PRAGMA max_page_count = 1000000"))
        await running.watch.check()
        assert (await http_get(port, "/healthz")).status == 200


async def test_a_server_that_stops_is_not_ready(tmp_path: Path) -> None:
    """/readyz turns first, so that nobody is sent to a server that drains (protocol 8.3)."""
    async with serving(tmp_path) as running:
        running.dispatcher.stopping = True
        assert (await http_get(running.listener.port, "/readyz")).status == 503


async def test_the_pages_name_nobody(tmp_path: Path) -> None:
    """Counts and states only: no handle, title or id of a member is in any page (P2, P11)."""
    async with open_moot(tmp_path, title="Canary commons") as moot:
        ana = await moot.join("canary-ana")
        port = moot.running.listener.port
        for path in ("/healthz", "/readyz", "/metrics"):
            body = (await http_get(port, path)).body
            for word in (b"anary", ana.id.encode(), b"sysanne"):
                assert word not in body


async def test_without_the_library_metrics_say_what_is_missing(tmp_path: Path) -> None:
    """/metrics is an extra; where it is not installed, a sentence says how to get it."""
    async with serving(tmp_path) as running:
        listener = running.listener
        assert listener.pages is not None
        listener.pages = replace(listener.pages, exposition=lambda: None)
        page = await http_get(listener.port, "/metrics")
        assert page.status == 404
        assert b"folkmoot[metrics]" in page.body


async def test_lost_history_is_degraded_over_restarts(tmp_path: Path) -> None:
    """A server that lost history says so until somebody restored it; it goes on serving (6.7)."""
    for _ in range(2):
        async with serving(tmp_path) as running:
            page = await http_get(running.listener.port, "/healthz")
            if running.dispatcher.lost is None:
                assert (page.status, page.json()["history"]) == (200, "ok")
                note_lost(running.dispatcher, [Lost("board:x", 41, 12, 0)])
                page = await http_get(running.listener.port, "/healthz")
                await running.dispatcher.store.write(lambda tx: None)
            told = (page.status, page.json()["status"], page.json()["history"])
            assert told == (503, "degraded", "lost")
            assert (await http_get(running.listener.port, "/readyz")).status == 200
