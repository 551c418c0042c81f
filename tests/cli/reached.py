"""Which messages a command of the command line can send: a walk through its code, without running it."""

import functools
import importlib
from collections.abc import Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import click

from bbs.features.batches.messages import RehearseItems
from bbs.messages import Command, Request

OURS = ("bbs.cli", "bbs.export", "bbs.sdk", "bbs.features", "bbs.terminal.choices")
"""Where a walk goes on; the rest of `bbs.terminal` only tells people of commands."""


def leaves(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        words = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from leaves(command, words)
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield words, command


def messages_of(command: click.Command) -> set[type[Request[Any]]]:
    """Return the classes of requests that the code of a command names."""
    found: set[type[Request[Any]]] = set()
    seen: set[int] = set()
    ahead: list[Any] = [command.callback]
    while ahead:
        thing = ahead.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, type) and issubclass(thing, Request):
            found.add(thing)
        else:
            ahead += _named_by(thing)
    return found


def changes(command: click.Command) -> bool:
    """Return whether a command can send a request that changes something."""
    found = {each for each in messages_of(command) if issubclass(each, Command)}
    return bool(found - {Command, RehearseItems})  # a rehearsal changes nothing


_known: dict[int, tuple[Any, list[Any]]] = {}
"""What each thing names, by its id; the thing itself is kept, so that its id stays its own."""


def _named_by(thing: Any) -> list[Any]:
    """Return what the code of a function, a class or a table names."""
    if id(thing) not in _known:
        _known[id(thing)] = thing, list(_names(thing))
    return _known[id(thing)][1]


def _names(thing: Any) -> Iterator[Any]:
    if isinstance(thing, MethodType | staticmethod | classmethod):
        yield thing.__func__
    elif isinstance(thing, dict) and _is_by_method(thing):
        return  # what there is, by name: who looks one up need not send it
    elif isinstance(thing, dict):
        yield from (*thing, *thing.values())
    elif isinstance(thing, tuple | list | set | frozenset):
        yield from thing
    elif not str(getattr(thing, "__module__", "")).startswith(OURS):
        return
    elif isinstance(thing, type):
        yield from vars(thing).values()
    elif isinstance(thing, FunctionType):
        yield from _named_in(thing)


def _is_by_method(table: dict[Any, Any]) -> bool:
    return all(getattr(value, "method", None) == key for key, value in table.items())


def _named_in(function: FunctionType) -> Iterator[Any]:
    known = function.__globals__
    for code in _codes(function.__code__):
        names = set(code.co_names)
        modules = [_imported(name) for name in names if name.startswith("bbs.")]
        modules += [known[name] for name in names if _is_module(known, name)]
        for name in names:
            if name in known:
                yield known[name]
            yield from (getattr(module, name) for module in modules if hasattr(module, name))
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    yield getattr(function, "__wrapped__", None)


def _is_module(named: dict[str, Any], name: str) -> bool:
    found = named.get(name)
    return isinstance(found, ModuleType) and found.__name__.startswith(OURS)


@functools.cache
def _imported(name: str) -> Any:
    """Return what a function imports late, if there is such a module."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)
