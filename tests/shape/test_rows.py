"""Rows have names: no code reads a row of a table by number."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shape.tree import parsed, python_files, where

FOLDERS = ("bbs", "server/bbs_server", "client/bbs_client")
"""Where the rule holds."""

ONE_ROW = {"fetch_one", "select_one", "_select_one", "fetchone"}
ROWS = {"fetch_all", "select", "_select", "fetchall"}


def reads_by_number(tree: ast.AST) -> Iterator[ast.Subscript]:
    """Yield each place where a row is read by number.

    A row is whatever goes by the name `row`, and what a query returned, also under a local name.
    """
    lists = set(_names(tree, ROWS))
    rows = {"row", *_names(tree, ONE_ROW), *_looped(tree, lists)}
    for node in ast.walk(tree):
        match node:
            case ast.Subscript(value=ast.Name(id=name)) if name in rows:
                yield node
            case ast.Subscript(value=ast.Call() as call) if _called(call) in ONE_ROW:
                yield node
            case ast.Subscript(value=ast.Subscript(value=ast.Name(id=name))) if name in lists:
                yield node
            case ast.Subscript(value=ast.Subscript(value=ast.Call() as call)) if (
                _called(call) in ROWS
            ):
                yield node


def _called(call: ast.expr) -> str:
    """Return the name of the method that an expression calls, awaited or not; empty without one."""
    match call:
        case ast.Await(value=value):
            return _called(value)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def _names(tree: ast.AST, methods: set[str]) -> Iterator[str]:
    """Yield the names given to what some methods return."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _called(value) in methods:
                yield name
            case ast.NamedExpr(target=ast.Name(id=name), value=value) if _called(value) in methods:
                yield name


def _looped(tree: ast.AST, lists: set[str]) -> Iterator[str]:
    """Yield the names that rows go by in loops."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.For(target=ast.Name(id=name), iter=series)
                | ast.comprehension(target=ast.Name(id=name), iter=series)
            ):
                if _called(series) in ROWS or (isinstance(series, ast.Name) and series.id in lists):
                    yield name


def _functions(path: Path) -> Iterator[ast.stmt]:
    """Yield the parts of a module within which a name means one thing."""
    for statement in parsed(path).body:
        yield from statement.body if isinstance(statement, ast.ClassDef) else [statement]


def test_rows_are_read_by_name() -> None:
    """A column that is added or moved changes no other one's meaning."""
    found = [
        where(path, node)
        for path in python_files(*FOLDERS)
        for part in _functions(path)
        for node in reads_by_number(part)
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "row[7]",
        "row[2:4]",
        "(*row[:4], 1)",
        "tx.fetch_one('SELECT 1')[0]",
        "(tx.fetch_all('SELECT 1'))[0][0]",
        "top = tx.fetch_one('SELECT 1')\ntop[0]",
        "if (top := tx.fetch_one('SELECT 1')): top[0]",
        "found = tx.fetch_all('SELECT 1')\nfound[-1][0]",
        "found = tx.fetch_all('SELECT 1')\n[each[0] for each in found]",
        "for each in tx.fetch_all('SELECT 1'): each[0]",
    ],
)
def test_the_rule_would_notice(source: str) -> None:
    """A row is noticed under any name, and where it has none."""
    assert list(reads_by_number(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "row.state",
        "rows = tx.select(PostRow, 'FROM posts')\nrows[-1].n",
        "[(first, second)] = tx.fetch_all('SELECT 1, 2')",
        "rows = tx.fetch_all('SELECT 1')\nrows[10:]",
        "rows[0]",
    ],
)
def test_what_has_names_passes(source: str) -> None:
    """A list may be cut and a row unpacked."""
    assert not list(reads_by_number(ast.parse(source)))
