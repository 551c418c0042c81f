"""Damage in the database: refused at the start where it shows, found later where it does not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bbs.clock import instant
from bbs.errors import StorageUnavailable
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import PostsFaded
from bbs.ids import COMMONS
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.event_log import AppendEvent
from bbs_server.store.sqlite.open import DATABASE, StoreOpenError
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.ready import open_ready

STREAM = f"board:{COMMONS}"
EVENTS = 400


async def _filled(folder: Path) -> None:
    """Make a database with a long stream."""
    store = await open_ready(folder)

    def fill(tx: Tx) -> None:
        for n in range(EVENTS):
            event = PostsFaded(board=COMMONS, until=instant(n))
            event_log.append(tx, n, AppendEvent(STREAM, event, COMMONS), SystemAuthor())

    await store.write(fill)
    await store.close()


def _change(folder: Path, sql: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        assert connection.execute(sql).rowcount == 1


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE events SET at = at + 1 WHERE seq = {EVENTS}",
        f"DELETE FROM events WHERE seq = {EVENTS}",
        f"DELETE FROM events WHERE seq = {EVENTS - 2}",
        "UPDATE streams SET seq = seq + 1",
    ],
    ids=["altered", "lost", "gap", "counter"],
)
async def test_a_broken_end_of_history_is_refused_at_the_start(tmp_path: Path, sql: str) -> None:
    """The newest events fit their digests, or the start ends in one line with advice."""
    await _filled(tmp_path)
    _change(tmp_path, sql)
    with pytest.raises(StoreOpenError, match=r"damaged; restore a backup") as refused:
        await open_ready(tmp_path)
    assert "\n" not in str(refused.value)
    assert STREAM in str(refused.value)


async def test_an_old_break_is_no_business_of_the_start(tmp_path: Path) -> None:
    """A start checks the end of each history only: a large community starts as fast."""
    await _filled(tmp_path)
    _change(tmp_path, "UPDATE events SET at = at + 1 WHERE seq = 3")
    store = await open_ready(tmp_path)
    assert await store.read(lambda tx: event_log.find_broken_seq(tx, STREAM, EVENTS)) == 3
    await store.close()


def _leaf_of(database: Path, table: str, nth: Callable[[list[int]], int]) -> int:
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)
        )
        return nth([page for (page,) in rows])


async def _is_readable(store: SqliteStore) -> bool:
    return await store.read(lambda tx: tx.fetch_one("SELECT count(*) FROM meta")) is not None


async def test_hidden_damage_is_found_after_the_start_and_stops_writing(tmp_path: Path) -> None:
    """What only a look at every page shows becomes the health; reads go on, writes do not."""
    await _filled(tmp_path)
    try:
        page = _leaf_of(tmp_path / DATABASE, "events", lambda pages: pages[len(pages) // 2])
    except sqlite3.OperationalError:
        pytest.skip("this SQLite cannot say on which page a row is")
    with (tmp_path / DATABASE).open("r+b") as file:
        file.seek((page - 1) * 4_096)
        file.write(b"\xde\xad" * 2_048)
    store = await open_ready(tmp_path)
    assert store.health() is None
    await store.verify()
    assert store.health() == "corrupt"
    assert await _is_readable(store)
    with pytest.raises(StorageUnavailable) as refused:
        await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    assert refused.value.reason == "corrupt"
    await store.close()


async def test_a_sound_database_is_found_sound(tmp_path: Path) -> None:
    """The look at every page leaves a healthy store as it was."""
    await _filled(tmp_path)
    store = await open_ready(tmp_path)
    await store.verify()
    assert store.health() is None
    await store.write(lambda tx: tx.execute("INSERT INTO meta VALUES ('k', 'v')"))
    await store.close()
