"""Erasing a removed newcomer, killed between any two slices, and after a backup came back (P10, P12)."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs_server import scheduler
from bbs_server.features.cases import removing
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import restore
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.cases.desk import WORDS, Desk
from tests.features.cases.test_removing import ABOUT, MORE, SAID, _removed, desk
from tests.support.kept import bytes_in
from tests.support.moot import Moot, open_moot

__all__ = ("desk",)
ALL = (WORDS, MORE, SAID, ABOUT)


async def _go_on(moot: Moot, slices: int) -> None:
    """Do so many slices of the removals."""
    left = slices

    def run(tx: Tx, ctx: Context) -> Outcome[Any]:
        nonlocal left
        left -= 1
        done = removing.go_on(tx, ctx)
        return Outcome(done.result, done.effects, more=done.more and left > 0)

    await scheduler.run_slices(moot.running.dispatcher, Job("test", 1.0, run, JobKind.ACTS))


async def _left(moot: Moot) -> set[str]:
    """Return which words are in the files once all is done, but for the case and its evidence."""
    await moot.do_jobs()
    moot.clock.jump(days=limits.EVIDENCE_DAYS + limits.APPEAL_DAYS)
    await moot.do_jobs()
    assert await moot.running.dispatcher.store.run_maintenance()
    kept = bytes_in(moot.folder)
    return {words for words in ALL if words.encode() in kept}


@pytest.mark.parametrize("slices", [1, 2, 3, 5, 8, 13])
async def test_killed_between_two_slices_it_goes_on(
    desk: Desk, tmp_path: Path, slices: int
) -> None:
    """A server that opens the files as they were when it was killed erases the rest; nothing returns."""
    await _removed(desk)
    desk.moot.clock.jump(days=limits.REMOVED_DAYS + 1)
    await _go_on(desk.moot, slices)
    killed = tmp_path / "killed"
    shutil.copytree(desk.moot.folder, killed, ignore=shutil.ignore_patterns("killed", "*.lock"))
    async with open_moot(killed, desk.moot.clock) as moot:
        assert await _left(moot) == set()
        state = await moot.read(lambda tx: tx.fetch_value("SELECT state FROM removed_members"))
        assert state == "erased"


async def test_a_backup_from_before_erases_again(desk: Desk, tmp_path: Path) -> None:
    """The record of removals names the member: restored, their words are hidden, and then erased."""
    backup = tmp_path / "backup"
    clock = desk.moot.clock
    await asyncio.to_thread(take_backup, SQLITE, desk.moot.folder, backup, clock())
    await _removed(desk)
    clock.jump(days=limits.REMOVED_DAYS + 1)
    await desk.moot.do_jobs()
    target = tmp_path / "second"
    record = desk.moot.folder / REMOVALS
    await asyncio.to_thread(restore, SQLITE, backup, target, clock, record=record)
    async with open_moot(target, clock) as moot:
        state = "SELECT state FROM removed_members WHERE member = ?"
        assert await moot.read(lambda tx: tx.fetch_value(state, desk.tom.id)) == "erasing"
        assert await _left(moot) == set()
        password = "SELECT password FROM members WHERE id = ?"
        assert await moot.read(lambda tx: tx.fetch_value(password, desk.tom.id)) == ""
