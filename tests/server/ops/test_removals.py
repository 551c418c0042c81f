"""The record of removals: written before the commit it belongs to, and true after any crash (P10)."""

import resource
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import StorageUnavailable
from bbs.testing import FakeClock
from bbs.testing.clock import NOON
from bbs_server.store import removals, texts
from bbs_server.store.engine import RollBack, Tx, Why
from bbs_server.store.removals import REMOVALS, BadRemovals, Entry, open_removals
from bbs_server.store.sqlite import SqliteStore
from bbs_server.store.sqlite_open import DATABASE, CannotOpen, open_store


class _Dice:
    """Draws salts that repeat from run to run."""

    def __init__(self) -> None:
        self._next = 0

    def chance(self, count: int) -> bytes:
        self._next += 1
        return self._next.to_bytes(count, "big")


DICE = _Dice()


async def _kept(store: SqliteStore, *bodies: str) -> list[str]:
    """Store texts in one transaction and return their ids."""
    return await store.write(lambda tx: [texts.keep(tx, DICE, body) for body in bodies])


def _recorded(folder: Path) -> list[tuple[str, Why]]:
    """Return what the record of a folder names, in order."""
    return [pair for entry in removals.entries(folder / REMOVALS) for pair in entry.texts()]


async def test_every_dropped_text_is_named_and_none_of_its_words(tmp_path: Path) -> None:
    """What is withdrawn, faded or replaced is recorded by id and reason, never by word (P10)."""
    store = await open_store(tmp_path)
    one, two, three = await _kept(store, "alpha", "bravo", "charlie")
    await store.write(lambda tx: texts.drop(tx, [one, None], Why.WITHDRAWN))
    await store.write(lambda tx: texts.drop(tx, [two], Why.FADED))
    await store.write(lambda tx: texts.drop(tx, [three]))
    await store.close()
    assert _recorded(tmp_path) == [(one, Why.WITHDRAWN), (two, Why.FADED), (three, Why.REPLACED)]
    record = (tmp_path / REMOVALS).read_bytes()
    assert not [word for word in (b"alpha", b"bravo", b"charlie") if word in record]
    assert (tmp_path / REMOVALS).stat().st_mode & 0o777 == 0o600


async def test_what_was_undone_is_not_recorded(tmp_path: Path) -> None:
    """A refused command and a rehearsal remove nothing, on disk or in the record (P12)."""
    store = await open_store(tmp_path)
    (key,) = await _kept(store, "stays")

    def refused(tx: Tx) -> None:
        texts.drop(tx, [key], Why.WITHDRAWN)
        raise LookupError

    def rehearsed(tx: Tx) -> None:
        texts.drop(tx, [key], Why.WITHDRAWN)
        raise RollBack(None)

    with pytest.raises(LookupError):
        await store.write(refused)
    await store.write(rehearsed)
    assert await store.read(lambda tx: texts.load(tx, [key])) == {key: "stays"}
    await store.close()
    assert _recorded(tmp_path) == []


@contextmanager
def _no_file_grows_past(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_removal_that_cannot_be_recorded_does_not_happen(tmp_path: Path) -> None:
    """When the record cannot be written the words stay, the author is told, and it heals (I-8)."""
    store = await open_store(tmp_path)
    (key,) = await _kept(store, "stays")
    with _no_file_grows_past(64), pytest.raises(StorageUnavailable):
        await store.write(lambda tx: texts.drop(tx, [key], Why.WITHDRAWN))
    assert await store.read(lambda tx: texts.load(tx, [key])) == {key: "stays"}
    assert _recorded(tmp_path) == []
    await store.write(lambda tx: texts.drop(tx, [key], Why.WITHDRAWN))
    await store.close()
    assert _recorded(tmp_path) == [(key, Why.WITHDRAWN)]


@pytest.mark.parametrize("cut", [1, 10])
async def test_a_torn_line_is_cut_off(tmp_path: Path, cut: int) -> None:
    """Power lost while a line is written costs that line, whose commit never came (P12)."""
    store = await open_store(tmp_path)
    (key,) = await _kept(store, "gone")
    await store.write(lambda tx: texts.drop(tx, [key]))
    await store.close()
    path = tmp_path / REMOVALS
    whole = path.read_bytes()
    path.write_bytes(whole + msgspec.json.encode(Entry(at=1, faded=("x" * 43,)))[:-cut])
    await (await open_store(tmp_path)).close()
    assert path.read_bytes() == whole


async def test_a_line_whose_commit_never_came_is_cut_off(tmp_path: Path) -> None:
    """Killed between record and commit: the text is still there, so it was never removed (P12)."""
    store = await open_store(tmp_path)
    gone, stays = await _kept(store, "gone", "stays")
    await store.write(lambda tx: texts.drop(tx, [gone]))
    await store.close()
    path = tmp_path / REMOVALS
    whole = path.read_bytes()
    path.write_bytes(whole + msgspec.json.encode(Entry(at=1, withdrawn=(stays,))) + b"\n")
    await (await open_store(tmp_path)).close()
    assert path.read_bytes() == whole


async def test_a_database_older_than_its_record_is_refused(tmp_path: Path) -> None:
    """A database copied back by hand would bring words back: it is refused, with advice (P10)."""
    store = await open_store(tmp_path)
    first, second = await _kept(store, "one", "two")
    await store.checkpoint()
    shutil.copyfile(tmp_path / DATABASE, tmp_path / "by-hand.db")
    await store.write(lambda tx: texts.drop(tx, [first], Why.WITHDRAWN))
    await store.write(lambda tx: texts.drop(tx, [second], Why.WITHDRAWN))
    await store.close()
    record = (tmp_path / REMOVALS).read_bytes()
    (tmp_path / "by-hand.db").replace(tmp_path / DATABASE)
    with pytest.raises(CannotOpen, match="bbs restore"):
        await open_store(tmp_path)
    assert (tmp_path / REMOVALS).read_bytes() == record


async def test_a_record_that_is_none_is_refused(tmp_path: Path) -> None:
    """A file that cannot be understood is left as it is, and named (I-9)."""
    await (await open_store(tmp_path)).close()
    (tmp_path / REMOVALS).write_text("once upon a time\n")
    with pytest.raises(CannotOpen, match=r"removals\.jsonl does not begin"):
        await open_store(tmp_path)
    assert (tmp_path / REMOVALS).read_text() == "once upon a time\n"


async def test_what_no_backup_can_hold_any_more_is_left_out(tmp_path: Path) -> None:
    """The record ends where backups do, says from when on it is whole, and keeps its name (P10)."""
    clock = FakeClock()
    store = await open_store(tmp_path, clock=clock)
    old, young, last = await _kept(store, "old", "young", "last")
    await store.write(lambda tx: texts.drop(tx, [old]))
    clock.jump(days=limits.REMOVALS_SPARE_DAYS + 1)
    await store.write(lambda tx: texts.drop(tx, [young]))
    await store.close()
    name = removals.read_heading(tmp_path / REMOVALS).removals
    clock.jump(days=limits.REMOVALS_DAYS - 1)
    # Nothing young enough to be sure by: the clock alone is not believed.
    store = await open_store(tmp_path, clock=clock)
    assert [key for key, _ in _recorded(tmp_path)] == [old, young]
    await store.write(lambda tx: texts.drop(tx, [last]))
    await store.close()
    await (await open_store(tmp_path, clock=clock)).close()
    heading = removals.read_heading(tmp_path / REMOVALS)
    assert [key for key, _ in _recorded(tmp_path)] == [young, last]
    assert heading.removals == name
    assert heading.since < next(removals.entries(tmp_path / REMOVALS)).at


_KEYS = st.lists(st.text("abcdef", min_size=1, max_size=8), min_size=1, max_size=6)
_GROUPS = st.lists(st.tuples(_KEYS, st.sampled_from(Why), st.booleans()), min_size=1, max_size=12)


_TORN = st.one_of(
    st.binary(max_size=20).map(lambda tail: tail.replace(b"\n", b"\0")),
    st.just(b'"]}\n'),  # the size was synced and the last block, not those before
)


@pytest.mark.timeout(600)  # five thousand times under the deep profile, each with real syncs
@given(groups=_GROUPS, torn=_TORN)
def test_the_record_holds_what_was_committed_and_nothing_else(
    groups: list[tuple[list[str], Why, bool]], torn: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Through commits, failed commits, torn tails and new starts: exactly what was committed (P12)."""
    folder = tmp_path_factory.mktemp("record")
    committed: list[tuple[str, Why]] = []

    def is_there(keys: Iterable[str]) -> bool:
        return False

    for keys, why, lasts in groups:
        record = open_removals(folder, FakeClock(), is_there, proven_now=NOON)
        record.write([(key, why) for key in keys])
        if lasts:
            record.settle()
            committed += [(key, why) for key in keys]
        else:
            record.undo()
        record.close()
        with (folder / REMOVALS).open("ab") as file:
            file.write(bytes(70_000) + torn if torn.endswith(b"\n") else torn)
    assert _recorded(folder) == committed


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """Going through a damaged record stops at the line that cannot be read (I-9)."""
    path = tmp_path / REMOVALS
    path.write_bytes(b'{"removals":"r","since":1}\n{"at":1,"faded":["a"]}\nnonsense\n{"at":2}\n')
    with pytest.raises(BadRemovals, match="line 3"):
        list(removals.entries(path))


async def test_a_record_that_was_lost_is_begun_anew_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever deletes the record learns what that means for older backups (P10)."""
    await (await open_store(tmp_path)).close()
    assert caplog.text == ""
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("INSERT INTO meta VALUES ('epoch', 'e')")
    connection.close()
    (tmp_path / REMOVALS).unlink()
    await (await open_store(tmp_path)).close()
    assert "accept-returning-words" in caplog.text
    assert (tmp_path / REMOVALS).exists()
