"""`bbs serve` and `bbs sysop-invite`: the sysop's side of the command line."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from bbs import terminal
from bbs.address import is_loopback
from bbs.settings import SettingsError
from bbs_server import bootstrap, founding
from bbs_server import settings as config
from bbs_server.net import tls
from bbs_server.ops import logs
from bbs_server.ops.descriptors import descriptors_short
from bbs_server.ops.service_manager import ServiceManager, SocketHandoverError, inherited_socket
from bbs_server.settings import ServerSettings
from bbs_server.store.sqlite.open import DATABASE, StoreOpenError, lock_folder, open_store

if TYPE_CHECKING:
    from bbs_server.app import RunningServer

log = logging.getLogger("bbs.serve")

FIRST_INVITATION = "first-invitation"
"""In the data folder, readable by the server's user only; deleted at the next start with a sysop.
"""


def _fail(message: str) -> NoReturn:
    terminal.tell(f"bbs: {message}")
    # A start that fails must end, but a thread of a half-opened store would keep it alive.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)


@click.command()
@click.option("--config", "file", type=click.Path(path_type=Path), help="A TOML file of settings.")
@click.option("--data", help="Folder of the database (default: data).")
@click.option(
    "--listen", help="Where to listen: host:port, or unix:/path (default: 127.0.0.1:8765)."
)
@click.option("--public", help="The host:port that invitations name.")
@click.option("--title", help="Title of a new community.")
@click.option("--seats", type=int, help="Seats of a new community (default: --members-max).")
@click.option("--members-max", type=int, help="Highest number of members (default: 150).")
@click.option("--connections", type=int, help="Connections at once (default: 2000).")
@click.option("--tls-certificate", help="PEM file; with --tls-key.")
@click.option("--tls-key", help="PEM file.")
@click.option("--log", help="How much to log: debug, info, warning or error.")
@click.option("--log-format", help="Form of the log: text, or json for an object on each line.")
@click.option("--sample", is_flag=True, default=None, help="A throw-away community on loopback.")
@click.option(
    "--ready-fd",
    type=int,
    hidden=True,
    help="Write one JSON line here when serving; close it when loaded.",
)
def serve(file: Path | None, ready_fd: int | None, **flags: Any) -> None:
    """Run a community: the server, until SIGTERM or Ctrl-C. SIGHUP reads the certificate again."""
    try:
        settings = config.load(file, flags)
        handed = inherited_socket(os.environ, os.getpid())
        if settings.sample and not (
            settings.listen.startswith(config.UNIX) or is_loopback(config.parse_listen(settings)[0])
        ):
            raise SettingsError("sample", "a sample community listens on loopback only")
    except (SettingsError, SocketHandoverError) as error:
        _fail(str(error))
    is_new = not (Path(settings.data) / DATABASE).exists() and not settings.sample
    if is_new and ready_fd is None and founding.can_ask():
        settings, is_new = founding.ask(settings), False
    logs.set_up(settings.log, settings.log_format, words=settings.sample)
    logs.guard_process()
    if is_new:
        log.info(founding.GO_ON)
    try:
        _run(_serve(settings, lambda: config.load(file, flags), handed, ready_fd))
    except (StoreOpenError, SettingsError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"cannot listen on {settings.listen}: {error.strerror or error}")
    except KeyboardInterrupt:
        pass


def _run(main: Any) -> None:
    run: Callable[[Any], None]
    try:
        from uvloop import run
    except ImportError:
        run = asyncio.run
    # Not where the import failed: every trace of this process would tell of it.
    run(main)


async def _serve(
    settings: ServerSettings,
    read_again: Callable[[], ServerSettings],
    handed: socket.socket | None,
    ready_fd: int | None,
) -> None:
    from bbs_server.app import run_server

    stop, hung_up = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    logs.guard_loop(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    # A sysop who closes the terminal of a server wants it to end.
    loop.add_signal_handler(signal.SIGHUP, stop.set if os.isatty(0) else hung_up.set)
    notifier = ServiceManager.of(os.environ, os.getpid())
    pipe = None if ready_fd is None else os.fdopen(ready_fd, "w")

    def tell(url: str, invitation: str | None) -> None:
        log.info("serving %s from %s", url, settings.data)
        _tell_invitation(invitation, settings)
        if pipe is not None:
            ready = {"listening": url.partition("://")[2], "invitation": invitation}
            pipe.write(json.dumps(ready) + "\n")
            pipe.flush()
        notifier.ready(f"serving {url}")

    async with run_server(settings, handed=handed, listening=tell) as running:
        _warn(settings)
        if pipe is not None:
            pipe.close()  # which tells that everything is loaded and said
        beside = (
            loop.create_task(notifier.watch_for_ever(), name="watchdog"),
            loop.create_task(
                _reload_for_ever(hung_up, running, read_again, notifier), name="reload"
            ),
        )
        await stop.wait()
        notifier.stopping()
        log.info("stopping")
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


def _warn(settings: ServerSettings) -> None:
    """Tell the sysop what is unwise about the machine this server runs on."""
    if settings.tls_key and tls.is_open_to_others(settings.tls_key):
        log.warning("everybody on this machine may read %s: chmod o= it", settings.tls_key)
    if (short := descriptors_short(settings.connections)) is not None:
        log.warning("%s: %s", *short)


def _tell_invitation(link: str | None, settings: ServerSettings) -> None:
    """Show the first invitation on a terminal, or write a file where stderr is a log (P11)."""
    file = Path(settings.data) / FIRST_INVITATION
    file.unlink(missing_ok=True)
    if link is None:
        return
    if "NOTIFY_SOCKET" in os.environ or settings.log_format == "json":
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(link + "\n")
        log.info("this community has no sysop yet; the invitation is in %s", file)
        return
    terminal.tell("This community has no sysop yet. In another terminal, join as its first member:")
    terminal.tell(f"\n    {founding.command()} join '{link}'\n", multiline=True)
    terminal.tell("The invitation is good once, for seven days. There you invite others, too.")


async def _reload_for_ever(
    hung_up: asyncio.Event,
    running: "RunningServer",
    read_again: Callable[[], ServerSettings],
    notifier: ServiceManager,
) -> None:
    """Read the settings again on every SIGHUP. Log what goes wrong, and keep the old values."""
    while True:
        await hung_up.wait()
        hung_up.clear()
        notifier.reloading()
        try:
            running.reload(read_again())
        except SettingsError as error:
            log.error("not reloaded: %s", error)
        except Exception:
            log.exception("not reloaded")
        else:
            log.info("reloaded")
        notifier.ready(f"serving {running.url}")


@click.command("sysop-invite")
@click.option("--config", "file", type=click.Path(path_type=Path), help="The server's settings.")
@click.option("--data", help="Folder of the database of a stopped server (default: data).")
@click.option("--public", help="The host:port that the link names.")
def sysop_invite(file: Path | None, **flags: str | None) -> None:
    """Print a one-time invitation for a sysop who is locked out. The server must be stopped."""
    try:
        settings = config.load(file, flags)
        if not (Path(settings.data) / DATABASE).exists():
            raise StoreOpenError(
                f"there is no community in {settings.data}; name its folder with --data"
            )
        with lock_folder(Path(settings.data)):
            terminal.echo(asyncio.run(_sysop_link(settings)))
    except (StoreOpenError, SettingsError) as error:
        _fail(str(error))


async def _sysop_link(settings: ServerSettings) -> str:
    from bbs_server.app import invitation_link, listen_config

    door = listen_config(settings)
    store = await open_store(Path(settings.data))
    try:
        await bootstrap.ensure_community(store, settings)
        code = await bootstrap.create_sysop_code(store, even_with_sysop=True)
        assert code is not None
        return invitation_link(settings, door, door.port, code)
    finally:
        await store.close()
