"""`bbs demo`: a server with a sample community in a temporary folder, and the client in it."""

import asyncio
import io
import json
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import click

from bbs.cli.lazy import load
from bbs.cli.profiles import Profile

INTERRUPTED = 130
START_SECONDS_MAX = 20.0
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
"""What is typed on the short visit that is shown where there is no terminal."""


@click.command()
@click.option("--plain", is_flag=True, help="Lines instead of a screen.")
def demo(plain: bool) -> int | None:
    """Look around in a sample community: nothing is kept, nothing leaves this machine.

    Starts a server of its own in a temporary folder, fills it with made-up people and talk, and
    lets you in. Without a terminal it plays a short visit and prints it.
    """
    try:
        return asyncio.run(_demo(plain))
    except asyncio.CancelledError:
        return INTERRUPTED


async def _demo(plain: bool) -> int:
    live = sys.stdin.isatty() and sys.stdout.isatty()
    async with AsyncExitStack() as stack:
        _stop_on_signals()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="folkmoot-demo-")))
        # Profile, mirror and drafts of the visit live and end with the folder.
        os.environ["BBS_HOME"] = str(folder / "home")
        for name in ("BBS_PROFILE", "BBS_URL", "BBS_TOKEN", "BBS_PIN"):
            os.environ.pop(name, None)
        if live:
            click.echo("Lighting the lamps of a sample community …", err=True)
        invitation = await stack.enter_async_context(_server(folder / "data"))
        from bbs.cli.sample.seed import Sample  # late: --help needs no sockets

        sample = Sample(invitation, stack)
        profile = await sample.fill()
        if not live:
            return await _visit(profile)
        voices = asyncio.create_task(sample.go_on())
        try:
            code = await _client(profile, plain)
        finally:
            voices.cancel()
            await asyncio.gather(voices, return_exceptions=True)
    click.echo("The sample community is gone; nothing of it was kept.", err=True)
    return code


def _stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP end the demo as Ctrl-C does, so that everything is cleaned up."""
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)


@asynccontextmanager
async def _server(data: Path) -> AsyncIterator[str]:
    """Run a sample server on a free loopback port; yield the link of its first invitation."""
    ready, tell = os.pipe()
    try:
        server = await asyncio.create_subprocess_exec(
            *_bbs("serve", "--data", str(data), "--listen", "127.0.0.1:0", "--sample"),
            *("--title", "Lindenfold", "--log", "error", "--ready-fd", str(tell)),
            pass_fds=(tell,),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            # Its own group: Ctrl-C in the client must not take the server from under it.
            start_new_session=True,
        )
    finally:
        os.close(tell)
    try:
        with os.fdopen(ready, "rb") as pipe:
            line = await asyncio.wait_for(_first_line(pipe), START_SECONDS_MAX)
        if not line:
            assert server.stderr is not None
            said = (await server.stderr.read()).decode("utf-8", "replace").strip()
            raise click.ClickException(f"the sample server did not start: {said}")
        yield json.loads(line)["invitation"]
    finally:
        await _stop(server)


async def _first_line(pipe: io.BufferedReader) -> bytes:
    """Return the first line of a pipe, or what came before its end. Cancelling is safe."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    try:
        return await reader.readline()
    finally:
        transport.close()


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
    # Ctrl-C is for the client; here it would only end the demo around it. A handler, unlike
    # ignoring it, is not inherited by the client.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    try:
        process = await asyncio.create_subprocess_exec(
            *_bbs("connect", "--profile", profile.name, *options)
        )
        try:
            return await process.wait()
        finally:
            await _stop(process)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def _visit(profile: Profile) -> int:
    """Play the short visit through the plain client and print it."""
    run = load("bbs_client.plain.app:run")
    code = await asyncio.to_thread(run, profile, io.StringIO(VISIT), sys.stdout)
    return int(code)


def _bbs(*words: str) -> list[str]:
    """Return the command line of this same `bbs`, also where it is not on the path."""
    return [sys.executable, "-m", "bbs.cli.main", *words]
