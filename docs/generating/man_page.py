"""The manual page `man bbs`, in roff: every command with its options, exit codes, environment, files."""

import inspect
import re
from collections.abc import Iterator

import click

from bbs.cli.lazy_group import LazyGroup
from bbs.cli.main import cli
from generating.house_pages import COMMON, exit_codes

_NAMED = {
    "\\": r"\(rs",
    "-": r"\-",
    "'": r"\(aq",
    "`": r"\(ga",
    "^": r"\(ha",
    "~": r"\(ti",
    "|": r"|\:",  # a line may end there
}
"""What roff would read, or draw, as something else; written so that words can be copied from the page."""

_ENVIRONMENT = (
    ("BBS_TOKEN", "A token in place of a profile's session, with BBS_URL or a profile."),
    ("BBS_HOME", "A folder for all settings, profiles and mirrors, in place of the platform's."),
    ("BBS_SETTING", "Each setting of a server by its name, like BBS_LISTEN: see bbs serve."),
    ("NO_COLOR", "If it is set, nothing is shown in colour."),
)
"""What no option says by itself."""

_FILES = (
    ("~/.config/folkmoot/profiles/", "Who you are in each community; each file is yours alone."),
    ("~/.config/folkmoot/client.toml", "What bbs connect looks and sounds like."),
    ("~/.local/state/folkmoot/", "Mirrors, drafts and what waits to be sent, for each profile."),
    ("data/", "A server's community, where bbs serve was started; --data names another."),
)


def escape(text: str) -> str:
    """Return text as roff shows it: every character as itself, also at the beginning of a line."""
    told = "".join(
        _NAMED.get(char, char if char.isascii() else rf"\[u{ord(char):04X}]") for char in text
    )
    return rf"\&{told}" if told.startswith((".", r"\(aq")) else told


def manual() -> str:
    """Return the manual page of `bbs`."""
    context = click.Context(cli, info_name="bbs")
    lines = [
        r".\" Written by docs/generate.py; change the code, then run `make reference`.",
        '.TH BBS 1 "" Folkmoot "Folkmoot"',
        ".ad l",
        ".nh",
        ".SH NAME",
        escape("bbs - ") + escape(str(cli.help).rstrip(".").removeprefix("A ")),
        ".SH SYNOPSIS",
        r".B bbs",
        escape("COMMAND [OPTIONS] [ARGUMENTS]"),
        ".SH DESCRIPTION",
        escape(str(cli.epilog)),
        ".PP",
        escape(
            "Results go to stdout, everything else to stderr. --json prints one object, --jsonl a line"
            " for each item, with the field names of the protocol. Commands that change something"
            " take --dry-run: the server runs the command and undoes it."
        ),
        ".SH COMMANDS",
    ]
    for path, command, inner in _commands(cli, context):
        lines += _command(path, command, inner)
    lines += [".SH COMMON OPTIONS", *_common(context)]
    lines += [".SH EXIT STATUS", *_entries(exit_codes())]
    lines += [".SH ENVIRONMENT", *_entries((*_variables(context), *_ENVIRONMENT))]
    lines += [".SH FILES", *_entries(_FILES)]
    lines += [".SH SEE ALSO", escape("The pages of docs/: start.md, operating.md, bots.md.")]
    return "\n".join(lines) + "\n"


def _commands(
    group: click.Group, context: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command below a group, groups before what is in them."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        inner = click.Context(command, info_name=name, parent=context)
        yield inner.command_path, command, inner
        if isinstance(command, click.Group):
            yield from _commands(command, inner)


def _command(path: str, command: click.Command, context: click.Context) -> Iterator[str]:
    words = " ".join(command.collect_usage_pieces(context))
    yield f'.SS "{escape(path)}"'
    if not isinstance(command, click.Group) or command.invoke_without_command:
        yield rf"\fB{escape(path)}\fR {escape(words)}"
        yield ".PP"
    entry = context.parent.command if context.parent else None
    known = entry.table.get(str(context.info_name)) if isinstance(entry, LazyGroup) else None
    yield from _paragraphs(command.help or (known.help if known else ""))
    yield from _entries(
        (_spelled(option, context), option.help or "")
        for option in _options(command)
        if not _is_common(option, command)
    )


def _paragraphs(text: str) -> Iterator[str]:
    """Yield a command's help; what click would not wrap is not filled."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(escape, paragraph.splitlines()[1:]), ".fi")
        else:
            yield escape(" ".join(paragraph.split()))


def _entries(rows: "Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]") -> Iterator[str]:
    """Yield a list of terms, each in bold above what is said of it."""
    for term, says in rows:
        yield from (".TP", rf"\fB{escape(term)}\fR", escape(says) or r"\&")


def _options(command: click.Command) -> list[click.Option]:
    return [
        param for param in command.params if isinstance(param, click.Option) and not param.hidden
    ]


def _is_common(option: click.Option, command: click.Command) -> bool:
    shared = set(COMMON) <= {each.opts[0] for each in _options(command)}
    return shared and option.opts[0] in COMMON


def _common(context: click.Context) -> Iterator[str]:
    """Yield the options that everything takes which talks to a community, from one that does."""
    command = cli.get_command(context, "read")
    assert command is not None
    yield from _entries(
        (_spelled(option, context), option.help or "")
        for option in _options(command)
        if option.opts[0] in COMMON
    )


def _spelled(option: click.Option, context: click.Context) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    return names if option.is_flag or option.count else f"{names} {option.make_metavar(context)}"


def _variables(context: click.Context) -> tuple[tuple[str, str], ...]:
    """Return the variables that stand for an option anywhere, with what the option is."""
    found = {
        str(option.envvar): option.help or ""
        for _, command, _ in _commands(cli, context)
        for option in _options(command)
        if option.envvar
    }
    return tuple(sorted((name, says) for name, says in found.items() if re.match("BBS_", name)))
