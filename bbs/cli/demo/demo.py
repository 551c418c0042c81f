"""`bbs demo`: run a sample community in a temporary folder, with the client."""

import asyncio
import io
import logging
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.resources import files
from pathlib import Path

import click

from bbs import terminal
from bbs.cli.demo.sample.script import BackdatedClock
from bbs.cli.exit_codes import INTERRUPTED
from bbs.cli.lazy_group import load
from bbs.clock import MachineClock
from bbs.profiles import Profile

STOP_SECONDS_MAX = 5.0

VISIT = """boards
next
next
next
open garden/2
open workshop/3
open garden/lounge
say Good evening. Is this seat the cat's?
open commons/4
reply Hello. I grow very little and read rather a lot. Thank you for having me.
search frost
open night-desk
seat
yes
who
mentions
quit
"""
"""The verbs of the short visit that the demo shows without a terminal."""


@click.command()
@click.option("--plain", is_flag=True, help="Lines instead of a screen.")
def demo(plain: bool) -> int | None:
    """Look around in a sample community: it is deleted at the end, and nothing leaves this
    machine.

    Starts a server of its own in a temporary folder, fills it with made-up people and talk, and
    lets you in. Without a terminal it plays a short visit and prints it.
    """
    try:
        return asyncio.run(_demo(plain))
    except asyncio.CancelledError:
        return INTERRUPTED


async def _demo(plain: bool) -> int:
    live = sys.stdin.isatty() and sys.stdout.isatty()
    if live and not plain:
        terminal.require_utf8()
    async with AsyncExitStack() as stack:
        _stop_on_signals()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="folkmoot-demo-")))
        # Profile, mirror and drafts of the visit are deleted with the folder.
        os.environ["BBS_HOME"] = str(folder / "home")
        for name in ("BBS_PROFILE", "BBS_URL", "BBS_TOKEN", "BBS_PIN"):
            os.environ.pop(name, None)
        if live:
            terminal.tell("Starting a sample community. This takes a few seconds.")
        from bbs.cli.demo.sample.seed import SampleCommunity  # late: --help needs no sockets

        clock = BackdatedClock()
        invitation = await stack.enter_async_context(sample_server(folder / "data", clock))
        sample = SampleCommunity(invitation, stack, clock)
        profile = await sample.fill()
        if not live:
            return await _visit(profile)
        voices = asyncio.create_task(sample.keep_talking())
        try:
            code = await _client(profile, plain)
        finally:
            voices.cancel()
            await asyncio.gather(voices, return_exceptions=True)
    terminal.tell("The sample community is gone; nothing of it was kept.")
    return code


def _stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the demo as Ctrl-C does, so that it deletes its folder."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)


@asynccontextmanager
async def sample_server(data: Path, clock: MachineClock) -> AsyncIterator[str]:
    """Run a sample server on a free loopback port; yield the link of its first invitation.

    Args:
        data: Folder for its database.
        clock: The server's clock.
    """
    # Found by name, because the command line does not import the server.
    settings = load("bbs_server.settings:ServerSettings")(
        data=str(data),
        listen="127.0.0.1:0",
        title="Lindenfold",
        banner=str(files("bbs.cli.demo.sample") / "banner.txt"),
        sample=True,
    )
    # The client has the terminal, and shows there what goes wrong.
    logging.getLogger().addHandler(logging.NullHandler())
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    stop = asyncio.Event()

    async def serve() -> None:
        async with load("bbs_server.app:run_server")(settings, clock=clock) as running:
            ready.set_result(running.invitation)
            await stop.wait()

    # In a task of its own, so that a server still starting can start before it is stopped.
    serving = asyncio.create_task(serve())
    try:
        await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            yield ready.result()
    finally:
        stop.set()
        await serving


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _client(profile: Profile, plain: bool) -> int:
    """Run the client on this terminal until it ends; return its exit code."""
    options = ["--plain"] if plain else []
    loop = asyncio.get_running_loop()
    # Ctrl-C is for the client, and must not end the demo around it. The client inherits an
    # ignored signal, but no handler.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bbs.cli.main"),
            *("connect", "--profile", profile.name, *options),
        )
        try:
            return await process.wait()
        finally:
            await _stop(process)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def _visit(profile: Profile) -> int:
    """Play the short visit through the plain client and print it."""
    visit = load("bbs_client.plain.app:visit")
    return int(await visit(profile, io.StringIO(VISIT), sys.stdout))
