"""The pages about the house itself: settings, limits, keys, the command line, and every file."""

import importlib.util
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from bbs import limits
from bbs.cli.lazy_group import LazyGroup, load
from bbs.cli.main import INTERRUPTED, cli
from bbs.terminal import error_report
from bbs_client.actions.action import KeyScope
from bbs_client.actions.table import ACTIONS
from bbs_client.keys import format_key
from bbs_server.cli import serve
from bbs_server.settings import ServerSettings
from generating.text import comments_of, doc_of, first_line, page, table, value_of

_SECTION = re.compile(r"^# (?P<name>[^\n]+)$|^(?P<limit>[A-Z_]+) = ", re.MULTILINE)
COMMON = ("--profile", "--url", "--token-file", "--json", "--jsonl", "--quiet")
"""Options of everything that talks to a community; told once."""

FOLDERS = ("bbs", "server", "client", "docs", "tests")


def settings() -> str:
    """Return the page of what a sysop can set."""
    flags = {param.name: param.opts[0] for param in serve.params}
    about = doc_of(ServerSettings).attributes
    rows = []
    for field in msgspec.structs.fields(ServerSettings):
        default = "" if field.default in ("", ()) else f"`{value_of(field.default)}`"
        variable = f"`BBS_{field.name.upper()}`"
        flag = f"`{flags[field.name]}`" if field.name in flags else ""
        rows.append((f"`{field.name}`", default, flag, variable, about.get(field.name, "")))
    intro = (
        "Everything a sysop can set. A flag of `bbs serve` beats the environment, that beats the"
        " TOML file named with `--config`, that beats the default. An unknown key is an error, with"
        " a suggestion. Lists are separated by commas in the environment. What is set takes effect"
        " at the next start, but for `motd`, `maintenance` and the content of the certificate's"
        " files: SIGHUP makes a running server read these again."
    )
    heads = ("setting", "default", "flag", "environment", "about")
    return page("Settings", intro, table(heads, rows))


def limits_page() -> str:
    """Return the page of limits, each with its reason."""
    source = Path(limits.__file__).read_text("utf-8")
    reasons = comments_of(limits)
    lines: list[str] = []
    rows: list[tuple[str, str, str]] = []
    heads = ("limit", "value", "reason")
    for found in _SECTION.finditer(source):
        if found["name"]:
            lines += table(heads, rows)
            rows = []
            lines += [f"## {found['name'].partition(' (')[0].rstrip('.')}", ""]
        else:
            name = found["limit"]
            rows.append((f"`{name}`", value_of(getattr(limits, name)), reasons.get(name, "")))
    lines += table(heads, rows)
    return page("Limits", "Every bound of the house, from `bbs/limits.py`.", lines)


def keys() -> str:
    """Return the page of the client's keys."""
    lines: list[str] = []
    for group in dict.fromkeys(key.group for key in ACTIONS):
        lines += [f"## {group.value}", ""]
        rows = [
            (
                " ".join(f"`{format_key(name)}`" for name in key.keys),
                key.label,
                key.help,
                _where(key.context),
            )
            for key in ACTIONS
            if key.group is group
        ]
        lines += table(("keys", "function", "what it does", "where"), rows)
    intro = (
        "Every function of the client has a key, a line of help and an entry in the palette, all"
        " from one table. While reading, letters are commands; while writing, letters are letters."
    )
    return page("Keys", intro, lines)


def _where(context: KeyScope) -> str:
    return {
        KeyScope.READING: "reading",
        KeyScope.COMPOSER: "writing",
        KeyScope.EVERYWHERE: "everywhere",
    }[context]


def command_line() -> str:
    """Return the page of the `bbs` command, every command with its options."""
    context = click.Context(cli, info_name="bbs")
    lines: list[str] = []
    for name in cli.list_commands(context):
        lines += _command(context, cli, name)
    lines += ["## Common options", "", *_common_options()]
    lines += ["## Exit codes", "", *table(("code", "meaning"), exit_codes())]
    intro = (
        "Results go to stdout, everything else to stderr. `--json` prints one object, `--jsonl` a"
        " line for each item, with the field names of the protocol. Commands that change something"
        " take `--dry-run`: the server runs the command and undoes it."
    )
    return page("The command line", intro, lines)


def exit_codes() -> tuple[tuple[str, str], ...]:
    """Return the exit codes, each with what it means."""
    codes = [
        (str(value), _outcome(name)) for name, value in vars(error_report).items() if _exit(name)
    ]
    return ("0", "Done."), *codes, (str(INTERRUPTED), "Interrupted.")


def _common_options() -> list[str]:
    """Return the options that everything takes which talks to a community, from one that does."""
    command = load(cli.table["read"].target)
    context = click.Context(command, info_name="read")
    rows = []
    for option in command.params:
        if isinstance(option, click.Option) and option.opts[0] in COMMON:
            variable = f"`{option.envvar}`" if option.envvar else ""
            rows.append((_spelled(option, context), variable, option.help or ""))
    return table(("option", "environment", "about"), rows)


_EXITS = {
    "REFUSED": "Refused, or failed.",
    "USAGE": "Wrong usage.",
    "PARTLY": "Part of a batch failed.",
    "NOT_SIGNED_IN": "No member is signed in, or the session has ended.",
    "NOT_FOUND": "Not found.",
    "CONFLICT": "The thing has changed meanwhile, or the op was used for another request.",
    "WAITS": "Not done yet: it waits for other people; bbs admin proposals lists it.",
    "LATER": "Unreachable or busy; the same command may succeed later.",
}


def _exit(name: str) -> bool:
    return name.isupper() and not name.startswith("_")


def _outcome(name: str) -> str:
    return _EXITS[name]


def _command(context: click.Context, group: LazyGroup, name: str) -> Iterator[str]:
    entry = group.table[name]
    yield f"{'#' * (2 + _depth(context))} {context.command_path} {name}"
    yield ""
    if not _landed(entry.target):
        yield entry.help
        yield ""
        return
    command = load(entry.target)
    inner = click.Context(command, info_name=name, parent=context)
    yield from _help(command.help or entry.help)
    if isinstance(command, LazyGroup):
        for part in command.list_commands(inner):
            yield from _command(inner, command, part)
        return
    if isinstance(command, click.Group):
        for part in command.list_commands(inner):
            yield from _plain(inner, command, part)
        return
    yield from _usage(command, inner)


def _plain(context: click.Context, group: click.Group, name: str) -> Iterator[str]:
    command = group.get_command(context, name)
    assert command is not None
    inner = click.Context(command, info_name=name, parent=context)
    yield f"{'#' * (2 + _depth(context))} {inner.command_path}"
    yield ""
    yield from _help(command.help or "")
    if isinstance(command, click.Group):
        for part in command.list_commands(inner):
            yield from _plain(inner, command, part)
        return
    yield from _usage(command, inner)


def _help(text: str) -> Iterator[str]:
    """Yield a command's help; what click would not wrap becomes a block of code."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        if paragraph.startswith("\b"):
            yield from ("```", *paragraph.splitlines()[1:], "```")
        else:
            yield " ".join(paragraph.split())
        yield ""


def _usage(command: click.Command, context: click.Context) -> Iterator[str]:
    words = " ".join(command.collect_usage_pieces(context))
    yield f"`{context.command_path} {words}`"
    yield ""
    options = [param for param in command.params if isinstance(param, click.Option)]
    shared = set(COMMON) <= {option.opts[0] for option in options}
    rows = [
        (_spelled(option, context), option.help or "")
        for option in options
        if not option.hidden and not (shared and option.opts[0] in COMMON)
    ]
    yield from table(("option", "about"), rows)
    if shared:
        yield "And the [common options](#common-options)."
        yield ""


def _spelled(option: click.Option, context: click.Context) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    return f"`{names}{value}`"


def _depth(context: click.Context) -> int:
    return 0 if context.parent is None else 1 + _depth(context.parent)


def _landed(target: str) -> bool:
    """Return whether a command's module is there; tests/shape asks that all are."""
    try:
        return importlib.util.find_spec(target.partition(":")[0]) is not None
    except ModuleNotFoundError:
        return False


def files(root: Path) -> str:
    """Return the page of every source file, by folder, with its first line.

    Args:
        root: The repository.
    """
    by_folder: dict[str, list[tuple[str, str]]] = {}
    for path, said in described(root):
        folder, _, name = path.rpartition("/")
        by_folder.setdefault(folder, []).append((f"[`{name}`](../../{path})", said))
    lines: list[str] = []
    for folder in sorted(by_folder):
        lines += [f"## {folder}", "", *table(("file", "what it is"), by_folder[folder])]
    intro = "Every source file with the line it opens with. Empty `__init__.py` files are left out."
    return page("Files", intro, lines)


def described(root: Path) -> Iterator[tuple[str, str]]:
    """Yield each source file's path and the line it opens with, in order; empty ones left out."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".py", ".sql", ".tcss") or "__pycache__" in path.parts:
                continue
            source = path.read_text("utf-8")
            if source.strip():
                yield path.relative_to(root).as_posix(), opening(path, source)


def opening(path: Path, source: str) -> str:
    """Return what a source file says it is: its docstring's first line, or its first comment."""
    if path.suffix == ".py":
        return first_line(source)
    line: Any = source.lstrip().partition("\n")[0]
    return str(line.strip("-/* "))
