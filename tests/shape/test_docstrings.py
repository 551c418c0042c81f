"""Docstrings of the product name what is there: parameters, fields, errors and other modules."""

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

import click

from tests.shape.tree import PACKAGES, ROOT, functions, parsed, python_files, where

_ENTRY = re.compile(r"    (\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*):(?: |$)")
_REFERENCE = re.compile(r'(?:`|"(?=[\w.]+:))(bbs(?:_server|_client)?(?:\.\w+)+(?::\w+)?)[`"]')
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _entries(node: ast.AST, section: str) -> Iterator[str]:
    """Yield the names that a section of a docstring tells of, without stars."""
    doc = ast.get_docstring(node) if isinstance(node, ast.ClassDef | _Function) else None
    _, _, rest = (doc or "").partition(f"\n{section}:\n")
    for line in takewhile(lambda line: not line or line.startswith(" "), rest.splitlines()):
        if found := _ENTRY.match(line):
            yield from found[1].replace("*", "").split(", ")


def _parameters(node: _Function) -> set[str]:
    args = node.args
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return {arg.arg for arg in named if arg is not None}


@cache
def _classes() -> dict[str, ast.ClassDef]:
    return {
        node.name: node
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    }


@cache
def _fields(kind: ast.ClassDef) -> set[str]:
    """Return what a class and its bases declare: in the body, or by assigning to `self`."""
    names: set[str] = set()
    for node in ast.walk(kind):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                names.add(name)
    for node in kind.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.FunctionDef(name=name):
                names.add(name)
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
    for base in kind.bases:
        plain = base.value if isinstance(base, ast.Subscript) else base
        name = plain.attr if isinstance(plain, ast.Attribute) else getattr(plain, "id", "")
        if name in _classes() and name != kind.name:
            names |= _fields(_classes()[name])
    return names


def test_docstrings_name_what_is_there() -> None:
    """Who renames a parameter or a field renames it where it is explained, too."""
    gone = []
    for path in python_files(*PACKAGES):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.ClassDef(name=owner):
                    told, there = [*_entries(node, "Attributes")], _fields(node)
                case ast.FunctionDef(name=owner) | ast.AsyncFunctionDef(name=owner):
                    told, there = [*_entries(node, "Args")], _parameters(node)
                case _:
                    continue
            gone += [f"{where(path, node)} {owner}: {name}" for name in told if name not in there]
    assert not gone, "\n".join(gone)


def test_docstrings_name_errors_that_exist() -> None:
    """An error in `Raises:` is ours, Python's or click's; a library's is named with its module."""
    known = {*_classes(), *dir(builtins), *dir(click.exceptions)}
    gone = [
        f"{where(path, node)} {node.name}: {name}"
        for path in python_files(*PACKAGES)
        for node in functions(path)
        for name in _entries(node, "Raises")
        if "." not in name and name not in known
    ]
    assert not gone, "\n".join(gone)


def test_references_to_modules_lead_somewhere() -> None:
    """What a docstring, comment or lazy import names by its path is a module, or stands in one."""
    text = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path.read_text("utf-8")
        for path in python_files(*PACKAGES)
    }
    modules = {
        re.sub(r"^(?:server|client)\.|\.__init__$", "", name): source
        for name, source in text.items()
    }
    gone = [
        f"{module}: {reference}"
        for module, source in modules.items()
        for reference in _REFERENCE.findall(source)
        if (path := reference.replace(":", ".")) not in modules
        and not re.search(
            rf"\b{path.rpartition('.')[2]}\b", modules.get(path.rpartition(".")[0], "")
        )
    ]
    assert not gone, "\n".join(gone)
