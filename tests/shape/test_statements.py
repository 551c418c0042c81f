"""Every statement above the engines is one that SQLite and PostgreSQL both understand."""

import ast
from pathlib import Path
from types import ModuleType

import pytest

from tests.shape.postgres import faults, in_postgres
from tests.shape.statements import (
    RUNNING,
    Unresolved,
    called_statements,
    files,
    is_tx,
    table_statements,
)
from tests.shape.tree import parsed, where

_SAMPLE = """
from typing import Literal, NamedTuple
COLUMNS = "id, title"
TABLES = ("posts", "lines")
PAIRS = (("a", "b"), ("c", "d"))

class Named(NamedTuple):
    id: str
    body: str

def readable(tx, flag, table: Literal["seats", "marks"], keys):
    tx.fetch_one(f"SELECT {COLUMNS} FROM boards")
    tx.select(Named, "FROM texts")
    tx.fetch_all("SELECT 1" if flag else "SELECT 2")
    tx.execute("DELETE FROM " + table)
    for name in TABLES:
        sql = f"DELETE FROM {name}"
        tx.execute(sql)
    marks = ", ".join("?" * len(keys))
    tx.fetch_all(f"SELECT id FROM texts WHERE id IN ({marks})", *keys)
    _helped(tx, *PAIRS[0])
    sum(_summed(tx, sql) for sql in TABLES)

def _helped(tx, first, second):
    tx.execute_many(second, [])

def _summed(tx, sql):
    tx.fetch_one(sql)
"""
_SAMPLE_STATEMENTS = {
    "SELECT id, title FROM boards",
    "SELECT id, body FROM texts",
    *("SELECT 1", "SELECT 2"),
    *("DELETE FROM seats", "DELETE FROM marks", "DELETE FROM posts", "DELETE FROM lines"),
    "SELECT id FROM texts WHERE id IN (?, ?)",
    *("b", "posts", "lines"),
}
_UNREADABLE = (
    "def given(tx, table): tx.execute(f'DELETE FROM {table}')",
    "def read(tx, path): tx.execute(path.read_text())",
    "def grown(tx):\n    sql = 'SELECT 1'\n    sql += input()\n    tx.fetch_all(sql)",
    "def _passed(tx, sql): tx.execute(sql)\nfound = map(_passed, 'ab')",
    "def paired(tx):\n    n, sql = input()\n    tx.execute(sql)",
    "def twice(tx):\n    sql = 'SELECT 1'\n    a = sql = input()\n    tx.execute(sql)",
    "def kept(tx):\n    with open('x') as sql: tx.execute(sql)",
)
_NO_TRANSACTIONS = {
    "asyncio",
    "connection",
    "job",
    "self.members_pool if known else self.pool",
}
"""What else has a method of such a name, as the source calls it."""


def test_postgres_reads_every_statement() -> None:
    """PostgreSQL's own parser takes each statement, and none is against the house's rules."""
    found = [*table_statements(), *(each for path in files() for each in called_statements(path))]
    wrong = [(place, fault, sql) for place, sql in found for fault in faults(sql)]
    assert len(found) > 200
    assert not wrong


def test_no_statement_is_run_past_the_check() -> None:
    """A transaction goes by the name `tx` everywhere, and its methods are called, not handed on."""
    past = []
    for path in files():
        called = {node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and node.attr in RUNNING:
                known = ast.unparse(node.value) in _NO_TRANSACTIONS
                if not known and not (is_tx(node.value) and node in called):
                    past.append(where(path, node))
    assert not past


def _sample(folder: Path, source: str) -> tuple[Path, ModuleType]:
    path = folder / "sample.py"
    path.write_text(source, "utf-8")
    parsed.cache_clear()
    module = ModuleType("sample")
    exec(compile(source, path, "exec"), vars(module))
    return path, module


def test_statements_are_read_as_they_are_built(tmp_path: Path) -> None:
    """Constants, f-strings, joins, loops, literal types and helpers' arguments are followed."""
    found = {sql for _, sql in called_statements(*_sample(tmp_path, _SAMPLE))}
    assert found == _SAMPLE_STATEMENTS


@pytest.mark.parametrize("source", _UNREADABLE)
def test_what_cannot_be_read_is_told(source: str, tmp_path: Path) -> None:
    """A statement that the source does not tell fails the check: it is not skipped."""
    with pytest.raises(Unresolved):
        list(called_statements(*_sample(tmp_path, source)))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)",
        "REPLACE INTO meta (key, value) VALUES (?, ?)",
        "SELECT id FROM posts WHERE id GLOB ?",
        "SELECT id FROM posts WHERE id LIKE ?",
        "SELECT id FROM posts WHERE parent IS ?",
        "SELECT id FROM posts INDEXED BY posts_new",
        "SELECT id FROM posts WHERE +board = ?",
        "SELECT t.id FROM threads t CROSS JOIN posts p WHERE p.thread = t.id",
        "SELECT value FROM json_each(?)",
        "SELECT max(seq, 0) FROM streams",
        "SELECT rowid FROM posts",
        "SELECT id FROM nowhere",
        "SELECT id FROM posts ORDER BY nothing",
        "SELECT name FROM sqlite_master",
        "PRAGMA optimize",
        "CREATE TEMPORARY TABLE mine (id TEXT)",
        "DELETE FROM posts WHERE board = ? LIMIT 5",
        "SELECT slug FROM boards ORDER BY slug",
        "SELECT b.id FROM boards b JOIN threads t ON t.board = b.id ORDER BY t.number, b.slug",
        "SELECT id FROM members ORDER BY coalesce(handle, '')",
        "SELECT id FROM members ORDER BY CASE WHEN n > 5 THEN handle END",
        "SELECT min(handle) FROM members",
        "SELECT id FROM texts WHERE id > ?",
        "SELECT id FROM posts WHERE (visible_at, id) < (?, ?)",
        "SELECT id FROM texts WHERE id BETWEEN ? AND ?",
        "SELECT id FROM posts WHERE imported",
        "SELECT id FROM posts WHERE board = ? AND NOT imported",
        "SELECT id FROM posts WHERE board = ? OR coalesce(parent = ?, 0)",
        "SELECT sum(number > 5) FROM posts",
        "INSERT INTO board_sizes (board, words_bytes) VALUES (?, 1)"
        " ON CONFLICT (board) DO UPDATE SET words_bytes = words_bytes + 1",
    ],
)
def test_the_rule_would_notice(sql: str) -> None:
    """What one engine alone understands, or the two would order or count apart, is refused."""
    assert faults(sql)


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT slug FROM boards ORDER BY slug COLLATE "binary", number DESC',
        'SELECT id FROM posts WHERE (visible_at, id COLLATE "binary") < (?, ?) ORDER BY visible_at',
        "SELECT id FROM posts WHERE parent IS NOT DISTINCT FROM ?",
        "INSERT INTO meta (key, value) VALUES (?, '?') ON CONFLICT DO NOTHING",
        "UPDATE invitations SET uses_left = uses_left - 1 WHERE id = ? RETURNING uses_left",
    ],
)
def test_what_both_understand_passes(sql: str) -> None:
    """The rules refuse nothing that both engines take alike."""
    assert faults(sql) == []


def test_a_question_mark_in_a_text_is_no_parameter() -> None:
    """Parameters are numbered in their order; what stands in quotes stays as it is."""
    assert in_postgres("SELECT ?, '?', \"?\", ?") == "SELECT $1, '?', \"?\", $2"
