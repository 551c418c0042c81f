"""How the mirror's file is opened, and let go where it cannot be."""

import sqlite3
from pathlib import Path

import pytest

from bbs.ids import new_id
from bbs_client.mirror.file import Mirror


def test_a_mirror_that_cannot_be_opened_is_let_go(tmp_path: Path) -> None:
    """A disk that refuses whose mirror it is leaves no file open behind the error (P12)."""
    path = tmp_path / "mirror.db"
    Mirror.open(path).close()
    db = sqlite3.connect(path)
    db.execute("CREATE TRIGGER full BEFORE INSERT ON meta BEGIN SELECT RAISE(FAIL, 'full'); END")
    db.commit()
    db.close()
    with pytest.raises(sqlite3.DatabaseError, match="full") as refused:
        Mirror.open(path, new_id())
    assert refused.tb is not None  # it holds what the failed opening held
    db = sqlite3.connect(path, timeout=0)
    # SQLite leaves the write-ahead log only where nobody else has the file open.
    assert db.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    db.close()
