"""Commands of a group find, tell and store what each would alone, written at once."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.clock import Ms, system_clock
from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import LeaveSeat, TakeSeat
from bbs.features.community.messages import SetQuota
from bbs.features.threads.messages import (
    EditPost,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.ids import BoardId, ThreadId
from bbs.messages import Command
from bbs.testing.clock import NOON
from bbs_server.composition import make_table
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.store.api import Rollback, Tx
from bbs_server.store.checked import Checked
from bbs_server.store.hops import Hop
from bbs_server.store.removals import Removals, open_removals
from bbs_server.store.sqlite.group import QueuedWrite, commit_group
from bbs_server.store.sqlite.identity_map import IdentityMap
from bbs_server.store.sqlite.open import DATABASE
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.moments import in_order
from tests.support.moot import open_moot
from tests.support.talk import seated, start

TABLE = make_table()
IDS = [f"00000000-0000-4000-9000-00000000000{n}" for n in range(6)]
BODIES = ("Good morning.", "Is @bo there, or @ana?", "@bo", "A line that is longer. " * 9)
STORED = {
    "lines": "id",
    "line_mentions": "member, at, line",
    "boards": "id",
    "shortenings": "board, kind, ms",
    "threads": "id",
    "posts": "n",
    "mentions": "row, member",
    "texts": "n",
    "streams": "stream",
    "events": "stream, seq",
    "ops": "n",
}
"""The tables that these commands change, each with the order of its rows."""


class Scene(NamedTuple):
    """A community that was founded, and two databases to which it is copied.

    Attributes:
        people: Member and session of the sysop, and of two others, one of them without a seat.
    """

    founded: sqlite3.Connection
    ours: sqlite3.Connection
    plain: sqlite3.Connection
    removals: Removals
    board: BoardId
    thread: ThreadId
    people: tuple[tuple[str, str], ...]


async def _found(folder: Path) -> tuple[BoardId, ThreadId, tuple[tuple[str, str], ...]]:
    async with open_moot(folder) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana, bo = await seated(moot, "ana", board), await moot.join("bo")
        thread, _ = await start(ana, board)
        people = tuple((line.id, line.person.session) for line in (moot.sysop, ana, bo))
    return board, thread, people


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A board with a thread, its sysop and two members."""
    folder = tmp_path_factory.mktemp("groups")
    board, thread, people = asyncio.run(_found(folder))
    removals_folder = folder / "removals"
    removals_folder.mkdir()
    removals = open_removals(removals_folder, system_clock, lambda keys: False, proven_now=0)
    found = [
        sqlite3.connect(path, isolation_level=None)
        for path in (folder / DATABASE, ":memory:", ":memory:")
    ]
    yield Scene(*found, removals, board, thread, people)
    removals.close()
    for connection in found:
        connection.close()


COMMANDS: dict[str, Callable[[Scene, str, str], Command[Any]]] = {
    "say": lambda scene, key, body: Say(board=scene.board, line=key, body=body),
    "unsay": lambda scene, key, body: Unsay(line=key),
    "start": lambda scene, key, body: StartThread(
        board=scene.board, thread=key, post=key, title="T", body=body
    ),
    "write": lambda scene, key, body: WritePost(thread=scene.thread, post=key, body=body),
    "edit": lambda scene, key, body: EditPost(post=key, body=body),
    "withdraw": lambda scene, key, body: WithdrawPost(post=key),
    "sit": lambda scene, key, body: TakeSeat(board=scene.board, norms_version=1),
    "leave": lambda scene, key, body: LeaveSeat(board=scene.board),
    "shorten": lambda scene, key, body: ConfigureBoard(board=scene.board, lounge_hours=1),
    "bound": lambda scene, key, body: SetQuota(board=scene.board, quota_bytes=len(body) * 9),
}
OFTEN = ("say",) * 6 + ("unsay", "write")


class Sent(NamedTuple):
    """A command as it is drawn: what, about what, of whom, under which op, and whether rehearsed."""

    name: str
    key: str
    body: str
    sender: int
    op: str
    dry_run: bool


sent = st.builds(
    Sent,
    name=st.sampled_from([*OFTEN, *COMMANDS]),
    key=st.sampled_from(IDS),
    body=st.sampled_from(BODIES),
    sender=st.integers(0, 2),
    op=st.sampled_from([*IDS, *(key.replace("9000", "8000") for key in IDS)]),
    dry_run=st.sampled_from((False, False, False, True)),
)
groups = st.lists(st.lists(sent, min_size=1, max_size=8), min_size=1, max_size=4)


def _job(scene: Scene, one: Sent, now: Ms) -> tuple[Command[Any], str, Callable[[Tx], Any]]:
    command = COMMANDS[one.name](scene, one.key, one.body)
    command = replace(command, op=one.op, dry_run=one.dry_run)
    member, session = scene.people[one.sender]
    moment = in_order(now)

    def run(tx: Tx) -> execute.Execution:
        # Drawn anew with each run, so that both sides draw the same.
        ctx = Context(
            moment,
            random.Random(now).randbytes,
            TABLE.readers,
            execute_as=partial(execute.execute_as, TABLE),
            judge=partial(execute.judge_again, TABLE),
        )
        return execute.execute_command(tx, TABLE, ctx, moment, session, command)

    return command, member, run


def _plainly(connection: sqlite3.Connection, run: Callable[[Tx], Any]) -> Any:
    """Return what a command finds in a transaction of its own, every statement at once."""
    connection.execute("BEGIN")
    try:
        found = run(SqliteTx(connection))
    except Rollback as dry:
        connection.execute("ROLLBACK")
        return dry.value
    except Exception as error:
        connection.execute("ROLLBACK")
        return error
    connection.execute("COMMIT")
    return found


def _told(outcome: Any) -> Any:
    """Return what can be compared of an outcome."""
    if isinstance(outcome, FolkmootError):
        return type(outcome), outcome.facts()
    assert isinstance(outcome, execute.Execution), outcome
    return outcome.result, outcome.appended, outcome.refuse and outcome.refuse.facts()


def _stored(connection: sqlite3.Connection) -> dict[str, list[Any]]:
    """Return the rows of all these tables."""
    return {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
        for table, order in STORED.items()
    }


@pytest.mark.timeout(600)  # looked for deeply, it takes minutes
@given(groups, st.booleans())
def test_lines_and_posts_of_a_group_are_those_of_commands_alone(
    scene: Scene, drawn: list[list[Sent]], foreseen: bool
) -> None:
    """Lines, posts and what changes their board, together and one by one: the same answers, refusals,
    events and rows (P12; decision 0014)."""
    for connection in (scene.ours, scene.plain):
        scene.founded.backup(connection)
    memory, now = IdentityMap(), NOON
    for group in drawn:
        jobs, alone = [], []
        for one in group:
            now += 1
            command, member, run = _job(scene, one, now)
            keys = execute.prefetch_keys(TABLE, member, command) if foreseen else []
            jobs.append(QueuedWrite(run, None, keys, None))  # type: ignore[arg-type]  # nobody waits
            alone.append(run)
        commit_group(jobs, scene.removals, memory, Checked(), scene.ours, Hop(lambda: 0.0))
        ours = [_told(job.error or job.value) for job in jobs]
        assert ours == [_told(_plainly(scene.plain, run)) for run in alone]
        assert _stored(scene.ours) == _stored(scene.plain)
