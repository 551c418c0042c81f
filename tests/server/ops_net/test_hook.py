"""The hook: the sysop's own command, told what needs a person, one at a time, never for long."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bbs.settings import SettingsError
from bbs.testing import FakeClock
from bbs_server.ops.hook import WAITING_MAX, Hook
from bbs_server.settings import load

PATIENCE_S = 10.0
Runs = Callable[[int], Awaitable[list[tuple[str, bool]]]]


def _script(folder: Path, body: str) -> str:
    """Write a shell script that finds the folder as $HERE; return the command that runs it."""
    path = folder / "hook with spaces.sh"
    path.write_text(f"#!/bin/sh\nHERE='{folder}'\n{body}\n")
    path.chmod(0o700)
    return f"'{path}' --to sysop"


@asynccontextmanager
async def running(command: str, timeout_s: float = 10.0) -> AsyncIterator[tuple[Hook, Runs]]:
    """Let a hook run; give it and a function that waits for so many runs."""
    ended: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
    hook = Hook(
        command,
        clock=FakeClock(),
        timeout_s=timeout_s,
        done=lambda event, well: ended.put_nowait((event, well)),
    )
    task = asyncio.create_task(hook.run_for_ever())

    async def runs(count: int) -> list[tuple[str, bool]]:
        async with asyncio.timeout(PATIENCE_S):
            return [await ended.get() for _ in range(count)]

    try:
        yield hook, runs
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_command_gets_the_event_and_the_facts(tmp_path: Path) -> None:
    """Event as last argument, one JSON object on stdin; words of the command stay together."""
    command = _script(tmp_path, 'echo "$#:$1:$2:$3" > "$HERE/args"; cat > "$HERE/facts"')
    async with running(command) as (hook, runs):
        hook.call("disk.low", free_mb=12, limit_mb=200)
        assert await runs(1) == [("disk.low", True)]
    assert (tmp_path / "args").read_text() == "3:--to:sysop:disk.low\n"
    told = json.loads((tmp_path / "facts").read_text())
    assert told.pop("at").endswith("+00:00")
    assert told == {"event": "disk.low", "free_mb": 12, "limit_mb": 200}


async def test_one_run_at_a_time_in_order(tmp_path: Path) -> None:
    """A burst of trouble is no burst of processes."""
    body = 'mkdir "$HERE/busy" || exit 9; echo "$3" >> "$HERE/order"; rmdir "$HERE/busy"'
    async with running(_script(tmp_path, body)) as (hook, runs):
        events = [f"event.{n}" for n in range(8)]
        for event in events:
            hook.call(event)
        assert await runs(8) == [(event, True) for event in events]
    assert (tmp_path / "order").read_text().split() == events


async def test_a_command_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    """The next happening is told although one run never ended."""
    body = """
    [ "$3" = quick ] && exit 0
    exec 9>"$HERE/life"
    mkfifo "$HERE/never"
    cat "$HERE/never" &
    wait
    """
    os.mkfifo(tmp_path / "life")
    async with running(_script(tmp_path, body), timeout_s=1.0) as (hook, runs):
        hook.call("stuck")
        hook.call("quick")
        # Ends when the last process that inherited the other end is gone.
        assert await asyncio.to_thread((tmp_path / "life").read_bytes) == b""
        assert await runs(2) == [("stuck", False), ("quick", True)]
        assert hook.failed == 1


async def test_a_run_under_way_ends_with_the_server(tmp_path: Path) -> None:
    """Stopping does not wait for a hook, and leaves none behind (protocol 8.3)."""
    body = 'mkfifo "$HERE/never"; echo $$ > "$HERE/begun"; cat "$HERE/never"'
    os.mkfifo(tmp_path / "begun")
    async with running(_script(tmp_path, body)) as (hook, _):
        hook.call("stuck")
        pid = int(await asyncio.to_thread((tmp_path / "begun").read_text))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_command_that_fails_is_counted_and_harms_nobody(tmp_path: Path) -> None:
    """An exit code, or a command that vanished, is logged; the next happening is told."""
    command = _script(tmp_path, '[ "$3" = well ]')
    async with running(command) as (hook, runs):
        for event in ("ill", "well"):
            hook.call(event)
        assert await runs(2) == [("ill", False), ("well", True)]
        (tmp_path / "hook with spaces.sh").unlink()
        hook.call("well")
        assert await runs(1) == [("well", False)]
        assert hook.failed == 2


async def test_what_waits_is_bounded(tmp_path: Path) -> None:
    """A hook too slow for what happens loses happenings, not memory."""
    hook = Hook(_script(tmp_path, "exit 0"))
    for n in range(WAITING_MAX + 5):
        hook.call(f"event.{n}")
    assert hook.dropped == 5


async def test_the_command_is_given_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings in the environment may hold a token; the command sees none of them (P11)."""
    monkeypatch.setenv("BBS_HEALTH_TOKEN", "canary")
    async with running(_script(tmp_path, 'env > "$HERE/env"')) as (hook, runs):
        hook.call("disk.low")
        await runs(1)
    assert "canary" not in (tmp_path / "env").read_text()
    assert "PATH=" in (tmp_path / "env").read_text()


def test_a_hook_that_cannot_be_run_is_refused_at_the_start() -> None:
    """A typing mistake is found when the server starts, not when the disk is full."""
    for command in ("/nowhere/at-all", "'unfinished", "   "):
        with pytest.raises(SettingsError, match="hook"):
            load(None, {"hook": command}, {})
    assert load(None, {"hook": "true --really"}, {}).hook == "true --really"
