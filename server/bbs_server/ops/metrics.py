"""The metrics of a server: numbers about the machine, none about a member (P2)."""

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial
from typing import Any

from msgspec import Struct

from bbs_server.net.listener import Listener
from bbs_server.ops.health_monitor import HealthMonitor

LIBRARY = "prometheus_client"
"""The content type, from the extra `metrics`."""

AILMENTS = ("full", "read_only", "corrupt", "locked", "failed")


class Sample(Struct, frozen=True):
    """A number of the metrics.

    Attributes:
        name: Its name without the prefix `folkmoot_`, and without `_total` for a counter.
        counts: Whether it is a counter, which only grows.
        label: A name and a value that distinguish it from others of the same name; None for none.
    """

    name: str
    about: str
    value: float
    counts: bool = False
    label: tuple[str, str] | None = None


def measure(
    listener: Listener,
    watch: HealthMonitor,
    store: Mapping[str, int],
    hop_longest_ms: float,
) -> Iterator[Sample]:
    """Yield every number; samples of one name follow one another.

    Args:
        store: The store's own counters by name.
        hop_longest_ms: How long the longest piece of work held the store's writer so far.
    """
    strangers = sum(1 for connection in listener.connections if connection.session.stranger)
    about = "open connections"
    yield Sample("connections", about, strangers, label=("state", "stranger"))
    signed_in = len(listener.connections) - strangers
    yield Sample("connections", about, signed_in, label=("state", "signed_in"))
    answers = listener.dispatcher.counters
    about = "requests by how they were answered"
    for outcome in ("answered", "refused", "broken"):
        value = getattr(answers, outcome)
        yield Sample("requests", about, value, counts=True, label=("outcome", outcome))
    sent = listener.counters
    yield Sample("frames_sent", "frames handed to sockets", sent.frames, counts=True)
    yield Sample("readers_cut_off", "readers who were too slow", sent.cut_off, counts=True)
    for name, value in store.items():
        yield Sample("storage_commands", "what became", value, counts=True, label=("result", name))
    about = "longest time work held the writer since the start, without its commit"
    yield Sample("writer_hop_longest_seconds", about, hop_longest_ms / 1_000)
    fault = listener.dispatcher.store.health()
    about = "1 for what ails the storage"
    for reason in AILMENTS:
        yield Sample("storage_trouble", about, float(fault == reason), label=("reason", reason))
    jobs = listener.dispatcher.pool.jobs + listener.dispatcher.members_pool.jobs
    yield Sample("password_jobs", "passwords being hashed", jobs)
    yield Sample("stopping", "1 while draining", float(listener.dispatcher.stopping))
    if watch.room is not None:
        yield Sample("disk_free_bytes", "room on the data folder's disk", watch.room.free_bytes)
        yield Sample("database_bytes", "size of the database", watch.room.database_bytes)
        yield Sample("database_log_bytes", "size of its log", watch.room.log_bytes)
    if (words := watch.words_bytes) is not None:
        yield Sample("words_bytes", "what the words of all boards take", words)
    hook = watch.hook
    yield Sample("hook_failures", "hook runs that failed", hook.failed, counts=True)
    yield Sample("hook_dropped", "happenings the hook was not told", hook.dropped, counts=True)
    if (days := watch.certificate_days) is not None:
        yield Sample("certificate_days", "days the certificate is good for", days)


@cache
def find_library() -> tuple[Any, Any] | None:
    """Load the library for the metrics and its `core`; return None if it is not installed."""
    try:
        return importlib.import_module(LIBRARY), importlib.import_module(f"{LIBRARY}.core")
    except ModuleNotFoundError:
        return None


class Exposition:
    """Writes the metrics in Prometheus' text format."""

    def __init__(self, read: Callable[[], Iterable[Sample]]) -> None:
        """Take the function that returns the samples, as `measure` yields them."""
        self._read = read

    def __call__(self) -> bytes | None:
        """Return the metrics as they are now; None if `prometheus-client` is not installed."""
        return None if self._write is None else self._write()

    @cached_property
    def _write(self) -> Callable[[], bytes] | None:
        return _make_writer(self._read)


def _make_writer(read: Callable[[], Iterable[Sample]]) -> Callable[[], bytes] | None:
    if (found := find_library()) is None:
        return None
    library, core = found

    class Collector:
        """Gives the library our numbers at the moment of the request."""

        def collect(self) -> Iterable[Any]:
            families: dict[str, Any] = {}
            for sample in read():
                name = f"folkmoot_{sample.name}"
                names = [sample.label[0]] if sample.label else []
                values = [sample.label[1]] if sample.label else []
                if name not in families:
                    kind = core.CounterMetricFamily if sample.counts else core.GaugeMetricFamily
                    families[name] = kind(name, sample.about, labels=names)
                families[name].add_metric(values, sample.value)
            return families.values()

    registry = library.CollectorRegistry()
    registry.register(Collector())
    # Memory and descriptors of the process, if /proc exists.
    library.ProcessCollector(registry=registry)

    return partial(library.generate_latest, registry)
