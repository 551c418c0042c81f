"""Killed at any write while a community is handed over: before it or after it, nothing between (P12, protocol 32.5)."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.features.community.hand_over import digest_of
from bbs.features.community.hand_over_messages import (
    AnswerHandOver,
    GetHandOver,
    HandCommunityOver,
)
from bbs.features.members.messages import IssueToken
from bbs.ids import new_id
from bbs.powers import Power
from bbs.refusals import CommandWaits
from bbs.sdk.credentials import new_token
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.people import PASSWORD, Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

PATIENCE = 200  # tenths of a second


class State(NamedTuple):
    """What a hand-over changes, as the database has it."""

    epoch: str
    signing_key: str
    history_key: str
    changes: int
    sysops: str
    tokens: int
    waits: int
    left: int
    acts: int
    ended: int


async def _accepted(folder: Path) -> tuple[ServerProcess, Person]:
    """Return a community, ended, whose hand-over is accepted and due; and the heir."""
    server = ServerProcess(folder)
    with server:
        await server.start()
        founder, ana, _ = await move_in(server.url, server.invitation, 3)
        async with line(server.url, founder) as sysop, line(server.url, ana) as heir:
            token = IssueToken(
                session=new_id(), token=new_token(), label="script", powers=(Power.READ,)
            )
            await sysop.call(token)
            with pytest.raises(CommandWaits):
                await sysop.call(
                    HandCommunityOver(heir=ana.id, backup_days=30, reason="To the sea")
                )
            found = await heir.call(GetHandOver())
            assert found.proposal is not None
            assert found.terms is not None
            answer = AnswerHandOver(
                proposal=found.proposal,
                terms=digest_of(found.terms),
                is_accepted=True,
                password=PASSWORD,
            )
            await heir.call(answer)
        await server.end()
    with closing(sqlite3.connect(server.data / DATABASE)) as connection, connection:
        connection.execute("UPDATE proposals SET until = moved_at")
    return server, ana


def _state(data: Path) -> State:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        counts = connection.execute(
            "SELECT (SELECT group_concat(member) FROM offices WHERE office = 'sysop'),"
            " (SELECT count(*) FROM sessions WHERE token = 1), (SELECT count(*) FROM hand_over),"
            " (SELECT count(*) FROM hand_over_left), (SELECT count(*) FROM acts WHERE power = 'pass_on'),"
            " (SELECT count(*) FROM proposals WHERE ended_at IS NOT NULL)"
        ).fetchone()
    changed = int("signing_key_changes" in meta)
    return State(meta["epoch"], meta["signing_key"], meta["history_key"], changed, *counts)


async def test_killed_at_any_write_it_is_before_or_after(tmp_path: Path, shim: Path) -> None:
    """The disk fails from some write on, then the server is killed: every fact is old, or every one new."""
    (tmp_path / "model").mkdir()
    model, ana = await _accepted(tmp_path / "model")
    before = _state(model.data)
    assert before[3:] == (0, before.sysops, 1, 1, 0, 0, 0)
    folder = tmp_path / "try"
    disk = FaultFs(shim, folder / "data", tmp_path)
    chances = chance("killed while handed over")
    done = {False: 0, True: 0}
    for n in (*(chances.randrange(1, 20) for _ in range(rounds(2, 30))), 0):
        shutil.copytree(model.data, folder / "data")
        with ServerProcess(folder, program=disk.under(BBS)) as server:
            await server.start()
            disk.arm(n, HARMS["EIO"], lasting=True)
            await asyncio.sleep(1.5)  # for the timed work to meet the disk that fails
            server.kill()
            disk.disarm()
            found = _state(server.data)
            is_done = found.epoch != before.epoch
            if is_done:
                _check_done(before, found, ana)
            else:
                assert found == before
            done[is_done] += 1
            await server.start()
            await _handed_over(server.data, before)
            await server.end()
        _check_done(before, _state(folder / "data"), ana)
        shutil.rmtree(folder)
    print("handed over or not when it was killed:", done)
    assert all(done.values())


def _check_done(before: State, found: State, heir: Person) -> None:
    assert all(before[at] != found[at] for at in range(3))
    assert found[3:] == (1, heir.id, 0, 0, 5, 1, 1)


async def _handed_over(data: Path, before: State) -> None:
    """Wait until the timed work has carried it out."""
    for _ in range(PATIENCE):
        if _state(data).epoch != before.epoch:
            return
        await asyncio.sleep(0.1)  # how often it looks
    raise AssertionError("it was not carried out")
