"""Every sentence that the program can show to people, found in its registries and its source.

`python -m tests.shape.sentences` prints all of them for reading, each with its place.
"""

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, get_type_hints

import click

import bbs
import bbs_client
import bbs_server
from bbs.cli.lazy_group import LazyGroup, load
from bbs.cli.main import cli
from bbs.errors import FolkmootError
from bbs.features.batches.plan_file import PlanFileError
from bbs.features.boards.seat_messages import SeatState
from bbs.features.community.views import ClosingStage
from bbs.features.moderation.views import RestrictionKind
from bbs.features.packs.pack_file import PackError
from bbs.features.proposals.messages import WaitsFor
from bbs.features.threads.views import ContentState
from bbs.powers import NeedTarget, Power, Touches
from bbs.refusal_words import ENDED, FAULTS
from bbs.settings import SettingsError
from bbs.terminal.error_report import in_words
from bbs.terminal.state_text import MEMBER_STATES, SEAT_STATES
from bbs.wire.close import REASONS
from bbs.wire.registry import REQUESTS
from bbs_client.actions.table import ACTIONS
from bbs_client.plain.verbs import VERBS
from bbs_client.safe_text import describe_error
from tests.shape.tree import ROOT, parsed, python_files, where

MARK = "…"
"""What stands in a sentence for a part that is known only at run time."""

SURFACES = (
    "client/bbs_client/actions",
    "client/bbs_client/features",
    "client/bbs_client/mirror",
    "client/bbs_client/plain",
    "client/bbs_client/session",
    "client/bbs_client/tui",
    "client/bbs_client/widgets",
    "bbs/cli",
    "bbs/terminal",
    "bbs/export",
    "bbs/mbox",
    "bbs/sdk",
    "bbs/features",
    "server/bbs_server/features",
    "server/bbs_server/ops",
)
"""Folders whose literals are read: what people see is written there, and what the server answers."""

SURFACE_FILES = (
    *("cli", "communities", "first_start", "keymap", "keys_cli", "links", "settings", "theme"),
    *("preferences", "safe_text"),
)
"""Modules of the client beside these folders."""


class Sentence(NamedTuple):
    """Something that people read.

    Attributes:
        kind: Where it is shown: `screen`, `terminal`, `label`, `help`, `spoken` or `literal`.
        place: Its source.
        text: The text.
    """

    kind: str
    place: str
    text: str


def everything() -> list[Sentence]:
    """Return every sentence, from the registries first, then from the source."""
    return list(
        dict.fromkeys(
            (*errors(), *raised(), *states(), *actions(), *commands(), *spoken(), *literals())
        )
    )


# Errors


@cache
def error_classes() -> tuple[type[FolkmootError], ...]:
    """Return every class of errors of all three packages, sorted by name."""
    for package in (bbs, bbs_client, bbs_server):
        for module in _modules(package):
            importlib.import_module(module)
    found: dict[str, type[FolkmootError]] = {}
    heap: list[type[FolkmootError]] = [FolkmootError]
    while heap:
        below = heap.pop().__subclasses__()
        heap += below
        found |= {cls.__name__: cls for cls in below if not cls.__module__.startswith("tests")}
    return tuple(found[name] for name in sorted(found))


def _modules(package: ModuleType) -> Iterator[str]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "migrations" not in found.name and "__main__" not in found.name:
            yield found.name


@cache
def _fields_on_the_wire() -> tuple[str, ...]:
    """Return the name of every field of every request, also one in a list."""
    names = {name for request in REQUESTS.values() for name in request.__struct_fields__}
    return (*sorted(names), "posts[0].at", "norms[3].why", "params.body", "params")


def _values(cls: type[FolkmootError], name: str) -> Iterable[Any]:
    """Return the values that a fact can have, by the registry that says so; empty for any text."""
    own: dict[tuple[str, str], Iterable[Any]] = {
        ("NotFound", "what"): [target.value for target in NeedTarget],
        ("DeviceNeeded", "what"): [*_fields_on_the_wire(), *REQUESTS],
        ("StorageUnavailable", "reason"): FAULTS,
    }
    known: dict[str, Iterable[Any]] = {
        "power": [power.value for power in Power],
        "touches": [touches.value for touches in Touches],
        "field": _fields_on_the_wire(),
        "state": [state.value for state in ContentState],
        "stage": [stage.value for stage in ClosingStage],
        "way": [way.value for way in WaitsFor],
        "kind": [kind.value for kind in RestrictionKind],
        "author": ["self", "imported", "former", "assembly", "system"],
        "method": list(REQUESTS),
    }
    if name == "field" and issubclass(cls, SettingsError | PlanFileError | PackError):
        return ("theme", "client.toml", "--listen")  # what a person wrote
    return own.get((cls.__name__, name), known.get(name, ()))


def _example(cls: type[FolkmootError], name: str, hint: Any) -> Any:
    """Return a plain value of a fact's type."""
    examples: dict[Any, Any] = {
        str: "a reason",
        int: 3,
        float: 90.0,
        bool: True,
        datetime: datetime(2027, 3, 1, 12, 30, tzinfo=UTC),
        list[str]: ["bbs.v9"],
        tuple[str, ...]: ("ana", "bo"),
    }
    alternatives = [hint, *getattr(hint, "__args__", ())]
    return next((examples[each] for each in alternatives if each in examples), None)


def errors() -> Iterator[Sentence]:
    """Yield each class of errors as screen and terminal show it, with each value of a known fact."""
    for cls in error_classes():
        if not (cls.sentence or cls.__str__ is not FolkmootError.__str__):
            continue  # a base of others
        hints = get_type_hints(cls)
        usual = {name: _example(cls, name, hints[name]) for name in cls.fact_names}
        variants = [usual]
        for name in cls.fact_names:
            variants += [{**usual, name: value} for value in _values(cls, name)]
            if hints[name] is bool:
                variants.append({**usual, name: False})
        for facts in variants:
            yield from _shown(cls(**facts), f"{cls.__module__}.{cls.__name__}")


def _shown(error: FolkmootError, place: str) -> Iterator[Sentence]:
    yield Sentence("screen", place, describe_error(error))
    for line in in_words(error):
        yield Sentence("terminal", place, line)


def raised() -> Iterator[Sentence]:
    """Yield each error as its own line of the source makes it, with the words that stand there."""
    classes = {cls.__name__: cls for cls in error_classes()}
    for path in python_files("bbs", "server", "client"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            cls = classes.get(ast.unparse(node.func).rpartition(".")[2])
            if cls is None or cls.__module__ == "builtins":
                continue
            hints = get_type_hints(cls)
            given = {
                **dict(zip(cls.fact_names, map(text_of, node.args), strict=False)),
                **{each.arg: text_of(each.value) for each in node.keywords if each.arg},
            }
            words = {name: text for name, text in given.items() if text is not None}
            if not words.keys() <= hints.keys() or not words:
                continue
            usual = {name: _example(cls, name, hints[name]) for name in cls.fact_names}
            if cls.__name__ == "Restricted":
                usual["kind"] = RestrictionKind.SILENCED.value
            fitting = {
                name: text for name, text in words.items() if hints[name] in (str, str | None)
            }
            yield from _shown(cls(**(usual | fitting)), where(path, node))


# What the registries hold


def states() -> Iterator[Sentence]:
    """Yield the words for states, powers and reasons."""
    for code, reason in REASONS.items():
        yield Sentence("screen", f"close code {code}", f"You are offline: {reason}.")
    for state, words in SEAT_STATES.items():
        yield Sentence("screen", f"{SeatState.__name__} {state}", f"@ana {words}.")
    for standing, words in MEMBER_STATES.items():
        yield Sentence("screen", f"state of a member {standing}", f"@ana {words}.")
    for ended, words in ENDED.items():
        yield Sentence("screen", f"text {ended}", f"This text {words}.")


def actions() -> Iterator[Sentence]:
    """Yield labels and help of every action."""
    for action in dict.fromkeys((*ACTIONS, *VERBS)):
        yield Sentence("label", f"action {action.id}", action.label)
        yield Sentence("help", f"action {action.id}", action.help)


def commands() -> Iterator[Sentence]:
    """Yield the help of every command and option of the command line."""
    yield from _command(cli, ("bbs",))


def _command(command: click.Command, path: tuple[str, ...]) -> Iterator[Sentence]:
    place = " ".join(path)
    for paragraph in (command.help or "").split("\n\n"):
        if "\b" not in paragraph:  # examples, which are shown as they stand
            yield Sentence("paragraph", place, " ".join(paragraph.split()))
    if command.short_help:
        yield Sentence("help", place, command.short_help)
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            yield Sentence("help", f"{place} {option.opts[0]}", option.help)
    if isinstance(command, LazyGroup):
        for name, entry in command.table.items():
            yield Sentence("help", f"{place} {name}", entry.help)
            yield from _command(load(entry.target), (*path, name))
    elif isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _command(below, (*path, name))


# What the source holds

_SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|WHERE|FROM|ORDER BY|WITH|VALUES|ATTACH|BEGIN"
    r"|RETURNING|LIKE|COLLATE|coalesce|iif)\b|\b\w+\.\w+ (<|!?=)|= \?|[<>…] \?|\bIS NOT NULL\b"
    r"|^\(?\w+(, \w+)+\)?$"
)
_STYLE = re.compile(r"^(bold|dim|italic|underline|on|reverse)\b.*[$#{]|^(bold|underline) \w+$|^\$")
_NO_SINKS = frozenset(
    {"compile", "debug", "info", "warning", "error", "exception", "cast", "TypeVar", "assert_never"}
)
"""Calls whose strings nobody reads as sentences: patterns, logs, types."""


def literals() -> Iterator[Sentence]:
    """Yield each string of the surfaces that has two words or more; formatted parts are `MARK`."""
    outside = [ROOT / f"client/bbs_client/{name}.py" for name in SURFACE_FILES]
    for path in (*python_files(*SURFACES), *filter(Path.exists, outside)):
        if path.name == "templates.py":
            continue  # norms and charters to begin with: members' words
        skipped = set(_not_for_people(parsed(path)))
        for node in ast.walk(parsed(path)):
            if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            text = text_of(node)
            if text is not None and _is_prose(text):
                yield Sentence("literal", where(path, node), " ".join(text.split()))


def _is_prose(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    return (
        len(words) > 1 and " " in text.strip() and not _SQL.search(text) and not _STYLE.search(text)
    )


def _not_for_people(tree: ast.Module) -> Iterator[int]:
    """Yield the ids of nodes below docstrings, annotations, patterns, logs and parts of f-strings."""
    for node in ast.walk(tree):
        hidden: list[ast.AST] = []
        match node:
            case ast.Expr(value=ast.Constant()):
                hidden.append(node)
            case ast.JoinedStr(values=values):
                hidden += [part for part in values if isinstance(part, ast.Constant)]
            case ast.Call(func=function) if ast.unparse(function).rpartition(".")[2] in _NO_SINKS:
                hidden.append(node)
            case ast.Assert(msg=ast.expr() as message):
                hidden.append(message)
            case ast.Raise(
                exc=ast.Call(func=ast.Name(id="LookupError" | "TypeError" | "ValueError"))
            ):
                hidden.append(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                notes = [each.annotation for each in ast.walk(node) if isinstance(each, ast.arg)]
                hidden += [note for note in (*notes, node.returns) if note is not None]
            case ast.AnnAssign(annotation=annotation):
                hidden.append(annotation)
        for each in hidden:
            yield from map(id, ast.walk(each))


def spoken() -> Iterator[Sentence]:
    """Yield each literal that the client tells its reader as a note or a line."""
    for path in python_files("client/bbs_client"):
        for node in ast.walk(parsed(path)):
            match node:
                case ast.Call(func=ast.Attribute(attr="notify" | "tell"), args=args):
                    for argument in args:
                        for each in _alternatives(argument):
                            yield Sentence("spoken", where(path, each), text_of(each) or "")


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the literals that an expression can be."""
    if isinstance(node, ast.IfExp):
        yield from _alternatives(node.body)
        yield from _alternatives(node.orelse)
    elif text_of(node):
        yield node


def text_of(node: ast.expr) -> str | None:
    """Return the text of a literal, with `MARK` for its formatted parts; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else MARK for each in node.values)
        return "".join(map(str, parts))
    return None


def main() -> None:
    """Print every sentence."""
    for sentence in everything():
        sys.stdout.write(f"{sentence.kind:9} {sentence.place}\n          {sentence.text}\n")


if __name__ == "__main__":
    main()
