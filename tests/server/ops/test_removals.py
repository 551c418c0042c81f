"""The record of removals: written before the commit it belongs to, and true after any crash (P10)."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
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
from bbs_server.store.api import RemovalReason, Rollback, Tx
from bbs_server.store.removals import REMOVALS, Behind, RemovalEntry, RemovalsError, open_removals
from bbs_server.store.removals_lines import MARK
from bbs_server.store.sqlite.open import DATABASE, StoreOpenError
from tests.support.kept import kept
from tests.support.ready import open_ready


def _recorded(folder: Path) -> list[tuple[str, RemovalReason]]:
    """Return what the record of a folder names, in order."""
    return [pair for entry in removals.read_entries(folder / REMOVALS) for pair in entry.texts()]


async def test_every_dropped_text_is_named_and_none_of_its_words(tmp_path: Path) -> None:
    """What is withdrawn, faded or replaced is recorded by id and reason, never by word (P10)."""
    store = await open_ready(tmp_path)
    one, two, three = await kept(store, "alpha", "bravo", "charlie")
    await store.write(lambda tx: texts.delete_texts(tx, [one, None], RemovalReason.WITHDRAWN))
    await store.write(lambda tx: texts.delete_texts(tx, [two], RemovalReason.FADED))
    await store.write(lambda tx: texts.delete_texts(tx, [three]))
    await store.close()
    assert _recorded(tmp_path) == [
        (one, RemovalReason.WITHDRAWN),
        (two, RemovalReason.FADED),
        (three, RemovalReason.REPLACED),
    ]
    record = (tmp_path / REMOVALS).read_bytes()
    assert not [word for word in (b"alpha", b"bravo", b"charlie") if word in record]
    assert (tmp_path / REMOVALS).stat().st_mode & 0o777 == 0o600


async def test_what_was_undone_is_not_recorded(tmp_path: Path) -> None:
    """A refused command and a rehearsal remove nothing, on disk or in the record (P12)."""
    store = await open_ready(tmp_path)
    (key,) = await kept(store, "stays")

    def refused(tx: Tx) -> None:
        texts.delete_texts(tx, [key], RemovalReason.WITHDRAWN)
        raise LookupError

    def rehearsed(tx: Tx) -> None:
        texts.delete_texts(tx, [key], RemovalReason.WITHDRAWN)
        raise Rollback(None)

    with pytest.raises(LookupError):
        await store.write(refused)
    await store.write(rehearsed)
    assert await store.read(lambda tx: texts.load_bodies(tx, [key])) == {key: "stays"}
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
    """When the record cannot be written the words stay, the author is told, and it heals (P10)."""
    store = await open_ready(tmp_path)
    (key,) = await kept(store, "stays")
    with _no_file_grows_past(64), pytest.raises(StorageUnavailable):
        await store.write(lambda tx: texts.delete_texts(tx, [key], RemovalReason.WITHDRAWN))
    assert await store.read(lambda tx: texts.load_bodies(tx, [key])) == {key: "stays"}
    assert _recorded(tmp_path) == []
    await store.write(lambda tx: texts.delete_texts(tx, [key], RemovalReason.WITHDRAWN))
    await store.close()
    assert _recorded(tmp_path) == [(key, RemovalReason.WITHDRAWN)]


@pytest.mark.parametrize("cut", [1, 10])
async def test_a_torn_line_is_cut_off(tmp_path: Path, cut: int) -> None:
    """Power lost while a line is written costs that line, whose commit never came (P12)."""
    store = await open_ready(tmp_path)
    (key,) = await kept(store, "gone")
    await store.write(lambda tx: texts.delete_texts(tx, [key]))
    await store.close()
    path = tmp_path / REMOVALS
    whole = path.read_bytes()
    path.write_bytes(whole + msgspec.json.encode(RemovalEntry(at=1, faded=("x" * 43,)))[:-cut])
    await (await open_ready(tmp_path)).close()
    assert path.read_bytes() == whole


def _line(entry: RemovalEntry, *, marked: bool = False) -> bytes:
    return msgspec.json.encode(entry) + b"\n" + (MARK if marked else b"")


def _add(folder: Path, lines: bytes) -> None:
    with (folder / REMOVALS).open("ab") as file:
        file.write(lines)


async def test_every_answered_removal_has_its_mark(tmp_path: Path) -> None:
    """Before the answer the line of a group and its mark are in the record (P12)."""
    store = await open_ready(tmp_path)
    one, two = await kept(store, "one", "two")
    for key in (one, two):
        await store.write(partial(texts.delete_texts, ids=[key], why=RemovalReason.WITHDRAWN))
        assert (tmp_path / REMOVALS).read_bytes().endswith(b"]}\n" + MARK)
    await store.close()
    assert removals.read_heading(tmp_path / REMOVALS).marked


async def test_a_line_that_was_never_acknowledged_is_followed_but_for_what_was_replaced(
    tmp_path: Path,
) -> None:
    """Killed between record and commit: withdrawn words are to go, replaced ones are all there is,
    for what came in their place was never stored (P10, P12)."""
    store = await open_ready(tmp_path)
    withdrawn, replaced = await kept(store, "withdrawn", "replaced")
    await store.close()
    whole = (tmp_path / REMOVALS).read_bytes()
    _add(tmp_path, _line(RemovalEntry(at=1, withdrawn=(withdrawn,), replaced=(replaced,))))
    store = await open_ready(tmp_path)
    await store.close()
    left = RemovalEntry(at=1, withdrawn=(withdrawn,))
    assert store.removals.behind == Behind((left,), lost=False)
    assert (tmp_path / REMOVALS).read_bytes() == whole + _line(left, marked=True)


async def test_a_line_with_replaced_words_alone_goes_if_it_was_never_acknowledged(
    tmp_path: Path,
) -> None:
    """Nothing of it is left to say, and nothing is to be erased (P12)."""
    store = await open_ready(tmp_path)
    [stays] = await kept(store, "stays")
    await store.close()
    whole = (tmp_path / REMOVALS).read_bytes()
    _add(tmp_path, _line(RemovalEntry(at=1, replaced=(stays,))))
    store = await open_ready(tmp_path)
    await store.close()
    assert store.removals.behind is None
    assert (tmp_path / REMOVALS).read_bytes() == whole


async def test_a_commit_that_came_without_its_mark_gets_it(tmp_path: Path) -> None:
    """Killed between commit and mark: the texts are gone, so the line is true as it is (P10)."""
    store = await open_ready(tmp_path)
    [gone] = await kept(store, "gone")
    await store.write(lambda tx: texts.delete_texts(tx, [gone]))
    await store.close()
    path = tmp_path / REMOVALS
    whole = path.read_bytes()
    for torn in (b"", MARK[:-1], MARK[:4]):
        path.write_bytes(whole.removesuffix(MARK) + torn)
        store = await open_ready(tmp_path)
        await store.close()
        assert store.removals.behind is None
        assert path.read_bytes() == whole


@pytest.mark.parametrize("behind", [1, 2, 4])
async def test_a_database_behind_its_record_is_noticed_line_by_line(
    tmp_path: Path, behind: int
) -> None:
    """However far a database was set back, also past lines whose texts it never had, each line it
    has not followed is named (P10)."""
    store = await open_ready(tmp_path)
    keys = await kept(store, "one", "two", "three", "four")
    for n, key in enumerate(keys):
        if n == len(keys) - behind:
            await store.checkpoint()
            shutil.copyfile(tmp_path / DATABASE, tmp_path / "by-hand.db")
        await store.write(partial(texts.delete_texts, ids=[key], why=RemovalReason.WITHDRAWN))
        [later] = await kept(store, f"written after {n}")
        await store.write(partial(texts.delete_texts, ids=[later], why=RemovalReason.WITHDRAWN))
    await store.close()
    record = (tmp_path / REMOVALS).read_bytes()
    (tmp_path / "by-hand.db").replace(tmp_path / DATABASE)
    for _ in range(2):  # whoever opens it first may not be who erases
        store = await open_ready(tmp_path)
        found = store.removals.behind
        await store.close()
        assert found is not None
        assert found.lost
        assert [entry.withdrawn for entry in found.entries] == [(key,) for key in keys[-behind:]]
    assert (tmp_path / REMOVALS).read_bytes() == record


async def test_other_removals_do_not_hide_what_the_database_has_not_followed(
    tmp_path: Path,
) -> None:
    """A sysop's way in removes a text before the server starts: the older lines still count (P10)."""
    store = await open_ready(tmp_path)
    first, second = await kept(store, "one", "two")
    await store.checkpoint()
    shutil.copyfile(tmp_path / DATABASE, tmp_path / "by-hand.db")
    await store.write(lambda tx: texts.delete_texts(tx, [first], RemovalReason.WITHDRAWN))
    await store.close()
    (tmp_path / "by-hand.db").replace(tmp_path / DATABASE)
    for _ in range(2):
        store = await open_ready(tmp_path)
        await store.write(lambda tx: texts.delete_texts(tx, [second]))
        await store.close()
        assert store.removals.behind is not None
        assert [entry.withdrawn for entry in store.removals.behind.entries] == [(first,)]


async def test_a_record_without_marks_gets_them(tmp_path: Path) -> None:
    """A record of 0.1.0 is kept with its name, and from then on says which commits came (P10)."""
    store = await open_ready(tmp_path)
    gone, lost, unsure = await kept(store, "gone", "lost", "unsure")
    await store.write(lambda tx: texts.delete_texts(tx, [gone]))
    await store.close()
    path = tmp_path / REMOVALS
    heading = removals.read_heading(path)
    lines = [
        RemovalEntry(at=n, withdrawn=(key,)) for n, key in enumerate((gone, lost, unsure), start=1)
    ]
    old = f'{{"removals":"{heading.removals}","since":{heading.since}}}\n'.encode()
    path.write_bytes(old + b"".join(_line(line) for line in lines) + b'{"at":4,"wi')
    store = await open_ready(tmp_path)
    await store.close()
    assert store.removals.behind == Behind(tuple(lines[1:]), lost=True)
    assert removals.read_heading(path) == heading
    assert path.read_bytes().splitlines(keepends=True)[1:] == b"".join(
        _line(line, marked=True) for line in lines
    ).splitlines(keepends=True)


def test_a_mark_that_cannot_be_written_is_written_later(tmp_path: Path) -> None:
    """The commit counts all the same; before the next line the mark is tried again (P12)."""
    record = open_removals(tmp_path, FakeClock(), lambda keys: False, proven_now=0)
    path = tmp_path / REMOVALS
    record.write([("a", RemovalReason.FADED)])
    with _no_file_grows_past(path.stat().st_size + len(MARK) // 2):
        record.commit()
        assert record.fault is not None
        with pytest.raises(OSError, match="File too large"):
            record.write([("b", RemovalReason.FADED)])
        record.rollback()
    assert _recorded(tmp_path) == [("a", RemovalReason.FADED)]
    record.write([("b", RemovalReason.FADED)])
    record.commit()
    assert record.fault is None
    record.close()
    lines = path.read_bytes().splitlines(keepends=True)[1:]
    assert [line == MARK for line in lines] == [False, True, False, True]


async def test_a_missing_mark_is_the_health_until_it_is_written(tmp_path: Path) -> None:
    """A disk that takes the commit and not the mark is named, and heals without a restart (P10)."""
    store = await open_ready(tmp_path)
    store.removals.write([("a", RemovalReason.FADED)])
    with _no_file_grows_past((tmp_path / REMOVALS).stat().st_size):
        store.removals.commit()
    assert store.health() == "failed"
    assert await store.prove() is None
    assert store.health() is None
    assert (tmp_path / REMOVALS).read_bytes().endswith(MARK)
    await store.close()


def test_a_copy_taken_before_the_mark_says_what_is_sure(tmp_path: Path) -> None:
    """A backup beside a server in the middle of a commit names no replaced words of it (P10)."""
    record = open_removals(tmp_path, FakeClock(), lambda keys: False, proven_now=0)
    record.write([("a", RemovalReason.WITHDRAWN), ("b", RemovalReason.REPLACED)])
    record.commit()
    record.write([("c", RemovalReason.WITHDRAWN), ("d", RemovalReason.REPLACED)])
    removals.copy(tmp_path / REMOVALS, tmp_path / "copy")
    record.close()
    named = [pair for entry in removals.read_entries(tmp_path / "copy") for pair in entry.texts()]
    assert named == [
        ("a", RemovalReason.WITHDRAWN),
        ("b", RemovalReason.REPLACED),
        ("c", RemovalReason.WITHDRAWN),
    ]
    assert (tmp_path / "copy").read_bytes().endswith(MARK)


async def test_a_record_that_is_none_is_refused(tmp_path: Path) -> None:
    """A file that cannot be understood is left as it is, and named."""
    await (await open_ready(tmp_path)).close()
    (tmp_path / REMOVALS).write_text("once upon a time\n")
    with pytest.raises(StoreOpenError, match=r"removals\.jsonl does not begin"):
        await open_ready(tmp_path)
    assert (tmp_path / REMOVALS).read_text() == "once upon a time\n"


async def test_what_no_backup_can_hold_any_more_is_left_out(tmp_path: Path) -> None:
    """The record ends where backups do, says from when on it is whole, and keeps its name (P10)."""
    clock = FakeClock()
    store = await open_ready(tmp_path, clock=clock)
    old, young, last = await kept(store, "old", "young", "last")
    await store.write(lambda tx: texts.delete_texts(tx, [old]))
    clock.jump(days=limits.REMOVALS_SPARE_DAYS + 1)
    await store.write(lambda tx: texts.delete_texts(tx, [young]))
    await store.close()
    name = removals.read_heading(tmp_path / REMOVALS).removals
    clock.jump(days=limits.REMOVALS_DAYS - 1)
    # Nothing young enough to be sure by: the clock alone is not believed.
    store = await open_ready(tmp_path, clock=clock)
    assert [key for key, _ in _recorded(tmp_path)] == [old, young]
    await store.write(lambda tx: texts.delete_texts(tx, [last]))
    await store.close()
    await (await open_ready(tmp_path, clock=clock)).close()
    heading = removals.read_heading(tmp_path / REMOVALS)
    assert [key for key, _ in _recorded(tmp_path)] == [young, last]
    assert heading.removals == name
    assert heading.since < next(removals.read_entries(tmp_path / REMOVALS)).at


_KEYS = st.lists(st.text("abcdef", min_size=1, max_size=8), min_size=1, max_size=6)
_GROUPS = st.lists(
    st.tuples(_KEYS, st.sampled_from(RemovalReason), st.booleans()), min_size=1, max_size=12
)


_TORN = st.one_of(
    st.binary(max_size=20).map(lambda tail: tail.replace(b"\n", b"\0")),
    st.just(b'"]}\n'),  # the size was synced and the last block, not those before
)


@pytest.mark.timeout(600)  # five thousand times under the deep profile, each with real syncs
@given(groups=_GROUPS, torn=_TORN)
def test_the_record_holds_what_was_committed_and_nothing_else(
    groups: list[tuple[list[str], RemovalReason, bool]],
    torn: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Through commits, failed commits, torn tails and new starts: exactly what was committed (P12)."""
    folder = tmp_path_factory.mktemp("record")
    committed: list[tuple[str, RemovalReason]] = []

    def is_there(entry: RemovalEntry) -> bool:
        return False

    for keys, why, lasts in groups:
        record = open_removals(folder, FakeClock(), is_there, proven_now=NOON)
        record.write([(key, why) for key in keys])
        if lasts:
            record.commit()
            committed += [(key, why) for key in keys]
        else:
            record.rollback()
        record.close()
        with (folder / REMOVALS).open("ab") as file:
            file.write(bytes(70_000) + torn if torn.endswith(b"\n") else torn)
    assert _recorded(folder) == committed


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    """Going through a damaged record stops at the line that cannot be read."""
    path = tmp_path / REMOVALS
    path.write_bytes(b'{"removals":"r","since":1}\n{"at":1,"faded":["a"]}\nnonsense\n{"at":2}\n')
    with pytest.raises(RemovalsError, match="line 3"):
        list(removals.read_entries(path))


async def test_a_record_that_was_lost_is_begun_anew_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever deletes the record learns what that means for older backups (P10)."""
    await (await open_ready(tmp_path)).close()
    assert caplog.text == ""
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("INSERT INTO meta VALUES ('epoch', 'e')")
    connection.close()
    (tmp_path / REMOVALS).unlink()
    await (await open_ready(tmp_path)).close()
    assert "accept-returning-words" in caplog.text
    assert (tmp_path / REMOVALS).exists()
