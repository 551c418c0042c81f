"""The metrics: what is counted, and that the text format holds it."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from bbs_server.app import RunningServer
from bbs_server.ops.metrics import Exposition, Sample, measure
from bbs_server.store.sqlite.writer import SqliteStore
from tests.server.ops_net.serving import http_get, serving
from tests.support.raw import raw


def _reader(running: RunningServer) -> Callable[[], dict[str, float]]:
    """Return a function that reads all numbers by name and label."""

    def key(sample: Sample) -> str:
        return f"{sample.name}:{sample.label[1]}" if sample.label else sample.name

    def read() -> dict[str, float]:
        store = running.dispatcher.store
        assert isinstance(store, SqliteStore)
        found = measure(running.listener, running.watch, asdict(store.counters), 0.0)
        return {key(sample): sample.value for sample in found}

    return read


async def test_traffic_shows_in_the_numbers(tmp_path: Path) -> None:
    """Connections, answers, refusals and frames are counted, strangers apart."""
    async with serving(tmp_path) as running:
        read = _reader(running)
        before = read()
        async with raw(running.url) as client:
            await client.hello()
            assert "error" in await client.exchange('{"jsonrpc":"2.0","id":9,"method":"none"}')
            now = read()
            assert now["connections:stranger"] == 1
            assert now["connections:signed_in"] == 0
            assert now["requests:answered"] == before["requests:answered"] + 1
            assert now["frames_sent"] >= 2
        assert now["requests:broken"] == now["storage_trouble:full"] == 0
        assert now["storage_commands:writes"] >= 1
        await running.watch.check()
        assert read()["disk_free_bytes"] > 0
        assert read()["database_bytes"] > 4_096


async def test_every_number_has_one_name_and_label(tmp_path: Path) -> None:
    """Names do not collide, and counters do not end in what the format adds itself."""
    async with serving(tmp_path) as running:
        await running.watch.check()
        store = running.dispatcher.store
        assert isinstance(store, SqliteStore)
        found = list(measure(running.listener, running.watch, asdict(store.counters), 0.0))
        assert len({(sample.name, sample.label) for sample in found}) == len(found)
        assert not [sample for sample in found if sample.name.endswith("_total")]


async def test_the_page_is_in_the_text_format(tmp_path: Path) -> None:
    """A collector reads /metrics: families with help, type and our prefix."""
    pytest.importorskip("prometheus_client", reason="the extra `metrics` is not installed")
    async with serving(tmp_path) as running:
        page = await http_get(running.listener.port, "/metrics")
        assert page.status == 200
        assert page.headers["content-type"].startswith("text/plain; version=0.0.4")
        text = page.body.decode()
        assert "# TYPE folkmoot_requests_total counter" in text
        assert 'folkmoot_storage_trouble{reason="full"} 0.0' in text
        assert "process_open_fds" in text


def test_without_the_library_there_is_no_exposition() -> None:
    """The library is looked for, never required."""
    import importlib.util

    missing = importlib.util.find_spec("prometheus_client") is None
    assert (Exposition(lambda: ())() is None) == missing
