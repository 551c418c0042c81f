"""The composition root: the one file that knows every part, and the order of start and stop."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct

import bbs
from bbs.address import InvitationLink, format_invitation_link, is_loopback
from bbs.clock import MachineClock, system_clock
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.wire.messages import Hello, Sync, SysopNotices
from bbs_server import bootstrap, scheduler
from bbs_server import settings as config
from bbs_server.ceilings import Ceilings
from bbs_server.fanout.hub import Hub
from bbs_server.features.members.guesses import Guesses
from bbs_server.features.members.passwords import PasswordPool, make_hasher
from bbs_server.jobs import Job
from bbs_server.net import tls
from bbs_server.net.health import HealthPages
from bbs_server.net.listener import ListenConfig, Listener
from bbs_server.ops.disk import disk_space, room_bytes
from bbs_server.ops.health_monitor import HealthMonitor
from bbs_server.ops.hook import Hook
from bbs_server.ops.metrics import Exposition, measure
from bbs_server.pipeline import hello, presence, sync
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.pipeline.throttle import Throttle
from bbs_server.settings import ServerSettings
from bbs_server.store import history
from bbs_server.store.fault_names import fault_name
from bbs_server.store.hops import Hops
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.open import DATABASE, StoreOpenError, lock_folder, open_store
from bbs_server.store.sqlite.writer import SqliteStore, tune_interpreter
from bbs_server.warmup import load_features, warm_up

CONVERSATIONS: dict[type[Any], Any] = {
    Hello: hello.hello,
    Sync: sync.sync,
    SetPresence: presence.set_presence,
    GetPresence: presence.get_presence,
}


class RunningServer(Struct):
    """A server that serves.

    Attributes:
        url: Where clients connect, as `bbs://host:port`.
        invitation: The sysop's first invitation as a link; None once there is a sysop.
        watch: Watches the storage, the disk, the clock and the certificate.
    """

    url: str
    invitation: str | None
    dispatcher: Dispatcher
    listener: Listener
    watch: HealthMonitor

    def reload(self, settings: ServerSettings) -> None:
        """Take over the settings that may change while serving: certificate, motd, maintenance.

        All connections stay; the server tells them of changed notices. Other settings
        wait for a restart.

        Raises:
            SettingsError: If the certificate cannot be used; then the old one is kept.
        """
        notice = _notice(settings)
        if notice != self.dispatcher.notice:
            self.dispatcher.notice = notice
            self.dispatcher.hub.broadcast(notice)
        if self.listener.door.tls is None or not settings.tls_certificate:
            return
        tls.reload(self.listener.door.tls, settings.tls_certificate, settings.tls_key)
        self.watch.replace_certificate(partial(tls.days_left, settings.tls_certificate))


def _notice(settings: ServerSettings) -> SysopNotices:
    return SysopNotices(motd=settings.motd, maintenance_at=config.maintenance_at(settings))


def listen_config(settings: ServerSettings, handed: socket.socket | None = None) -> ListenConfig:
    """Return the addresses to listen on, and the clients to admit, from the settings.

    Raises:
        SettingsError: If the certificate cannot be used, or a service manager's socket needs one.
    """
    context = None
    if settings.tls_certificate:
        context = tls.make_context(settings.tls_certificate, settings.tls_key)
    shared: dict[str, Any] = {
        "hosts": config.hosts_of(settings),
        "origins": settings.origins,
        "proxy": config.parse_proxy(settings),
        "connections": settings.connections,
        "tls": context,
        "handed": handed,
    }
    if handed is not None:
        name = handed.getsockname()
        if handed.family == socket.AF_UNIX:
            return ListenConfig(unix=Path(name), **shared)
        config.check_tls_required(settings, name[0])
        return ListenConfig(host=name[0], port=name[1], **shared)
    if settings.listen.startswith(config.UNIX):
        return ListenConfig(unix=Path(settings.listen.removeprefix(config.UNIX)), **shared)
    host, port = config.parse_listen(settings)
    return ListenConfig(host=host, port=port, **shared)


def invitation_link(settings: ServerSettings, door: ListenConfig, port: int, code: str) -> str:
    """Return an invitation with a pin if the server's certificate is its own (protocol 10.3).

    Args:
        port: The port listened on; `settings.public`, if set, names the port for people outside.
    """
    pin = tls.own_pin(settings.tls_certificate) if settings.tls_certificate else None
    if settings.public:
        host, named = config.host_and_port(settings.public)
        secure = not is_loopback(host) or pin is not None
        return format_invitation_link(InvitationLink(host, named, secure, code, pin))
    if door.unix is not None:
        return format_invitation_link(InvitationLink("", 0, False, code, path=str(door.unix)))
    return format_invitation_link(InvitationLink(door.host, port, door.tls is not None, code, pin))


def _url(door: ListenConfig, port: int) -> str:
    if door.unix is not None:
        return f"bbs+unix://{door.unix}"
    host = f"[{door.host}]" if ":" in door.host else door.host
    return f"bbs://{host}:{port}"


@asynccontextmanager
async def run_server(
    settings: ServerSettings,
    *,
    clock: MachineClock = system_clock,
    hops: Hops | None = None,
    job_list: Sequence[Job] | None = None,
    handed: socket.socket | None = None,
    listening: Callable[[str, str | None], None] | None = None,
) -> AsyncIterator[RunningServer]:
    """Serve until the block is left; then drain, close and release everything.

    The server answers `hello` as soon as it listens, and lets other requests wait until it has
    loaded what they need. The block is entered when everything is loaded.

    Args:
        hops: As `open_store` takes it. `job_list`: Timed work to run; None for all there is. A test
            runs it by hand.
        handed: A listening socket from a service manager; None to open a socket.
        listening: Called once the server listens, with `url` and `invitation` of `RunningServer`.
            Then it greets for a moment before it loads the rest.

    Raises:
        StoreOpenError: If the data folder cannot be used.
        SettingsError: If the certificate cannot be used, or a new community would have too many seats.
        OSError: If the address cannot be listened on.
    """
    tune_interpreter()
    folder = Path(settings.data)
    door = listen_config(settings, handed)
    async with AsyncExitStack() as stack:
        stack.enter_context(lock_folder(folder))
        store = await open_store(folder, clock=clock, hops=hops)
        stack.push_async_callback(store.close)
        await _follow(store)
        dispatcher = await _dispatcher(settings, store)
        listener = Listener(door, dispatcher)
        watch = _watch(settings, dispatcher)
        listener.pages = _pages(settings, listener, watch, store)
        await listener.open()
        tasks: list[asyncio.Task[None]] = []
        stack.push_async_callback(_end, dispatcher, tasks)
        stack.push_async_callback(listener.close)
        # Before any other write, because a commit that fails takes its whole group along.
        code = await bootstrap.create_sysop_code(store, even_with_sysop=False)
        port = listener.port
        url, link = _url(door, port), code and invitation_link(settings, door, port, code)
        if listening is not None:
            listening(url, link)
            await dispatcher.loaded.greet_first()
        table, jobs = await asyncio.to_thread(load_features)
        dispatcher.take_up(table, make_hasher(cheap=settings.sample))
        await asyncio.to_thread(warm_up)
        tasks += scheduler.start(dispatcher, jobs if job_list is None else job_list)
        tasks.append(asyncio.create_task(watch.run_for_ever(), name="watch"))
        tasks.append(asyncio.create_task(watch.hook.run_for_ever(), name="hook"))
        yield RunningServer(url, link, dispatcher, listener, watch)


async def _end(dispatcher: Dispatcher, tasks: Sequence["asyncio.Task[None]"]) -> None:
    """End all work beside the connections, before the store is closed."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await dispatcher.finish()
    dispatcher.pool.close()
    dispatcher.members_pool.close()


async def _follow(store: SqliteStore) -> None:
    """Erase texts by the record of removals, if a crash or a person set the database back (P10).

    Raises:
        StoreOpenError: If it cannot; then the server must not serve it.
    """
    if (behind := store.removals.behind) is None:
        return
    # Late: hardly any start has anything to erase.
    from bbs_server.ops.reapply_removals import catch_up
    from bbs_server.store.sqlite.files import SQLITE

    try:
        await catch_up(SQLITE, store, secrets.token_bytes, behind)
    except Exception as error:  # whatever the error was, the text is still in the database
        raise StoreOpenError(
            f"{store.path} still has words that {REMOVALS} names, and they cannot be erased"
            f" ({fault_name(error) or error}); mend that and start again, or restore a backup"
        ) from error


def _watch(settings: ServerSettings, dispatcher: Dispatcher) -> HealthMonitor:
    look = partial(disk_space, Path(settings.data), DATABASE)
    clock = dispatcher.store.time
    hook = Hook(settings.hook, clock=clock)
    watch = HealthMonitor(dispatcher, hook, look, clock, low_mb=settings.disk_low_mb)
    if settings.tls_certificate:
        watch.replace_certificate(partial(tls.days_left, settings.tls_certificate))
    return watch


def _pages(
    settings: ServerSettings, listener: Listener, watch: HealthMonitor, store: SqliteStore
) -> HealthPages:
    return HealthPages(
        listener.dispatcher,
        token=settings.health_token,
        disk_low=lambda: watch.disk_low,
        exposition=Exposition(
            lambda: measure(listener, watch, asdict(store.counters), store.hops.longest_ms)
        ),
    )


async def _dispatcher(settings: ServerSettings, store: Any) -> Dispatcher:
    epoch = await bootstrap.ensure_community(store, settings)
    return Dispatcher(
        store=store,
        conversations=CONVERSATIONS,
        hub=Hub(asyncio.get_running_loop().call_soon),
        throttle=Throttle(secrets.token_bytes(32), lifted=settings.sample),
        pool=PasswordPool(),
        members_pool=PasswordPool(workers=1),
        guesses=Guesses(store.time.steady),
        epoch=epoch,
        recheck=sync.recheck,
        ceilings=Ceilings(
            members=settings.members_max,
            board_seats=settings.board_seats_max,
            boards=settings.boards_max,
            room_bytes=partial(room_bytes, Path(settings.data), DATABASE, settings.disk_low_mb),
        ),
        program=f"folkmoot {bbs.__version__}",
        notice=_notice(settings),
        banner=config.banner_text(settings),
        lost=await store.read(history.noted),
    )
