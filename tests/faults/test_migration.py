"""A server that is killed while it brings an old database up to date: old or new, nothing between (P12)."""

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.clock import system_clock
from bbs.features.reading.messages import Search
from bbs.wire.messages import Sync
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import OK
from bbs_server.store.sqlite.files import SQLITE
from bbs_server.store.sqlite.open import PROGRAM_SCHEMA, schema_of
from bbs_server.store.sqlite.upgrade_copy import list_upgrade_copies
from tests.faults.people import Person, all_posts, line
from tests.faults.rounds import DEEP, chance, rounds
from tests.faults.server_process import NotStarted, ServerProcess
from tests.faults.weakened import weakened
from tests.support import version_28
from tests.support.version_28 import Community

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 3_600))]

POSTS = rounds(4_000, 20_000)
KILLS = rounds(6, 50)
COPY = f"folkmoot-before-{version_28.SCHEMA + 1:04}.db"
OF_THE_STORE = {"database", "history", "texts", "sizes", "pages", "removals", "files", "copies"}
"""The doctor's checks that a migration could make fail; the others are about the machine."""

_OF_THE_INDEX = re.compile(r"search(_\d+)?(_(data|idx|docsize|config))?")

LOOK_S = 0.001
SPREAD = 1.3  # the last kills come when it is done, also on a machine that has become slower


class Model(NamedTuple):
    """What a database holds, however it is stored.

    Attributes:
        schema: Its version, and the SQL of all its tables and indexes but those of the search, which
            a server makes and deletes at any time.
        words: The id and the body of every text.
    """

    schema: tuple[int, frozenset[tuple[str, str | None]]]
    words: tuple[tuple[str, str], ...]


def _read(database: Path) -> Model:
    """Read a database, which no server uses, after SQLite has recovered it; it must be sound."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        version, compat = schema_of(connection)
        assert version == compat
        tables = frozenset(
            (name, sql)
            for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema")
            if not _OF_THE_INDEX.fullmatch(name)
        )
        return Model((version, tables), tuple(version_28.words_of(connection)))


class Old(NamedTuple):
    """A database of the version before, and what becomes of it.

    Attributes:
        data: The folder with the database; nothing changes it.
        lasts_s: How long a migration that nobody disturbs takes, from its beginning to the greeting.
    """

    data: Path
    community: Community
    before: Model
    after: Model
    lasts_s: float


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Old:
    """A community of the version before, and how it is once migrated."""
    folder = tmp_path_factory.mktemp("old")
    data = folder / "data"
    community = version_28.make(data / "folkmoot.db", POSTS)
    before = _read(data / "folkmoot.db")
    shutil.copytree(data, folder / "undisturbed" / "data")
    with ServerProcess(folder / "undisturbed") as server:
        lasts_s = asyncio.run(_undisturbed(server))
        after = _read(server.database)
    assert (before.schema[0], after.schema[0]) == (version_28.SCHEMA, PROGRAM_SCHEMA)
    assert after.words == before.words
    return Old(data, community, before, after, lasts_s)


async def _undisturbed(server: ServerProcess) -> float:
    starting = asyncio.create_task(server.start())
    await _begun(server.data, starting)
    began = asyncio.get_running_loop().time()
    await starting
    lasts_s = asyncio.get_running_loop().time() - began
    assert await server.end() == 0
    return lasts_s


async def _begun(data: Path, starting: "asyncio.Task[ServerProcess]") -> None:
    """Wait until the migration has begun, which first copies the database."""
    while not (list_upgrade_copies(data / "folkmoot.db") or starting.done()):  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(LOOK_S)


async def test_a_migration_killed_at_any_moment_leaves_the_old_database_or_the_new_one(
    old: Old, tmp_path: Path
) -> None:
    """Whatever the kill left is whole, and the next start goes on from it: every word, every chain and
    every cursor with its tag is as before, the doctor finds nothing, and the copy made before is
    there, whole, once (P12, protocol 6.7)."""
    rng = chance("killed migrations")
    left = {version_28.SCHEMA: 0, PROGRAM_SCHEMA: 0}
    for kill in range(KILLS):
        after_s = SPREAD * old.lasts_s * (kill + rng.random()) / KILLS
        with ServerProcess(tmp_path / f"{kill}") as server:
            shutil.copytree(old.data, server.data)
            await _kill(server, after_s)
            found = _read(server.database)
            assert found in (old.before, old.after), f"killed after {after_s:.3f} s"
            left[found.schema[0]] += 1
            await server.start()
            await _check_served(server, old.community, rng.choice([*old.community.threads]))
            assert await server.end() == 0
            _check_kept(server, old)
        shutil.rmtree(tmp_path / f"{kill}")
    print(f"{KILLS} kills within {old.lasts_s:.2f} s left the old database or the new one: {left}")
    assert left[version_28.SCHEMA]


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
async def test_a_migration_in_steps_is_noticed(old: Old, tmp_path: Path) -> None:
    """A build that commits each step by itself leaves something between, and is seen to."""
    rng, between = chance("killed steps"), 0
    for kill in range(KILLS):
        program = weakened("migrates-step-by-step")
        with ServerProcess(tmp_path / f"{kill}", program=program) as server:
            shutil.copytree(old.data, server.data)
            await _kill(server, old.lasts_s * rng.random())
            between += _read(server.database) not in (old.before, old.after)
    assert between


async def _kill(server: ServerProcess, after_s: float) -> None:
    """Start a server, and kill it so long after its migration began."""
    starting = asyncio.create_task(server.start())
    await _begun(server.data, starting)
    await asyncio.sleep(after_s)
    server.kill()
    with suppress(NotStarted):
        await starting


async def _check_served(server: ServerProcess, community: Community, thread: str) -> None:
    """A member who comes back finds a thread, the search's words, and their place in every stream."""
    async with line(server.url, Person("ana", community.member, community.token)) as connected:
        posts = [(post.id, post.number, post.body) for post in await all_posts(connected, thread)]
        assert posts == list(map(tuple, community.threads[thread]))
        page = await connected.call(Search(query=version_28.RARE, limit=200))
        assert len(page.found) == min(community.rare, 200)
        for cursors, tags in zip(community.cursors, community.tags, strict=True):
            answer = await connected.call(Sync(cursors=cursors, tags=tags))
            assert {state.state for state in answer.streams.values()} <= {"live", "more"}
        ends = await connected.call(Sync(cursors=community.cursors[0]))
        assert {key: state.tag for key, state in ends.streams.items()} == community.tags[0]


def _check_kept(server: ServerProcess, old: Old) -> None:
    """All is as after a migration that nobody disturbed, and the doctor finds nothing."""
    findings = examine(SQLITE, server.data, system_clock(), deep=True)
    troubles = [one for one in findings if one.name in OF_THE_STORE and one.status != OK]
    assert troubles == []
    assert _read(server.database) == old.after
    assert [copy.name for copy, _ in list_upgrade_copies(server.database)] == [COPY]
    assert _read(server.data / COPY) == old.before
