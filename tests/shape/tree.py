"""The repository as the shape tests see it: its source files, parsed."""

import ast
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("bbs", "server", "client", "tests", "docs")
PACKAGES = ("bbs", "server/bbs_server", "client/bbs_client")


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Return every Python file below some folders of the repository; all of its own without any."""
    found = [path for folder in folders or FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return tuple(sorted(path for path in found if "__pycache__" not in path.parts))


def text_files() -> Iterator[Path]:
    """Yield every text file of the repository, its pages and settings included."""
    for folder in (*FOLDERS, ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
    yield from sorted(path for path in ROOT.iterdir() if path.suffix in (".md", ".toml", ".lock"))
    yield ROOT / "Makefile"


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"), path)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a file, nested ones included."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a file with the last part of the name it goes by."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every comment of a file with the number of its line."""
    with path.open("rb") as lines:
        for token in tokenize.tokenize(lines.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def where(path: Path, node: ast.AST | None = None) -> str:
    """Return a place as people find it: path from the root, and line."""
    line = getattr(node, "lineno", None)
    name = path.relative_to(ROOT).as_posix()
    return name if line is None else f"{name}:{line}"
