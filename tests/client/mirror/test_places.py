"""Cursors of the mirror: moved with what an event changed, kept with their tags (P12, protocol 6)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.clock import instant
from bbs.ids import COMMONS
from bbs.testing import a_board, a_member, a_thread
from bbs_client.mirror import schema
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.places import Cursor, EventPlace

ME = a_member()
AT = instant(0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "mirror.db"


@pytest.fixture
def cache(path: Path) -> Iterator[Mirror]:
    cache = Mirror.open(path, ME.id)
    yield cache
    cache.close()


def test_a_mirror_of_an_earlier_version_is_fetched_again(cache: Mirror, path: Path) -> None:
    """An earlier program dropped the fields it did not know: nothing of its copy is kept (P8)."""
    cache.apply([a_board(id=COMMONS), a_thread(title="kept")])
    cache.set_epoch("first")
    cache.close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {schema.VERSION - 1}")
    db.close()
    again = Mirror.open(path, ME.id)
    assert (again.epoch(), again.threads(COMMONS)) == (None, [])
    again.close()


def test_a_cursor_moves_only_from_one_event_to_the_next(cache: Mirror) -> None:
    """After a reset no event moves the old cursor, so that no hole is left by a crash (P12)."""
    stream = f"board:{COMMONS}"
    cache.apply([], EventPlace(stream, 3, AT))
    assert cache.cursor(stream) is None
    cache.set_cursor(stream, 3)
    cache.apply([], EventPlace(stream, 4, AT))
    cache.apply([], EventPlace(stream, 9, AT))
    cache.apply([], EventPlace(stream, 2, AT))
    assert cache.cursors() == {stream: Cursor(4)}


def test_a_cursor_moves_with_its_tag(cache: Mirror) -> None:
    """What an event changed, the cursor and its tag are one transaction (6.4, 6.7)."""
    stream = f"board:{COMMONS}"
    cache.set_cursor(stream, 3, "t" * 16)
    assert cache.cursors() == {stream: Cursor(3, "t" * 16)}
    cache.apply([], EventPlace(stream, 4, AT, "u" * 16))
    cache.apply([], EventPlace(stream, 9, AT, "v" * 16))
    with pytest.raises(KeyError):
        cache.apply([object()], EventPlace(stream, 5, AT, "w" * 16))  # type: ignore[list-item]  # wrong on purpose
    assert cache.cursors() == {stream: Cursor(4, "u" * 16)}
    cache.apply([], EventPlace(stream, 5, AT))
    assert cache.cursors() == {stream: Cursor(5)}
