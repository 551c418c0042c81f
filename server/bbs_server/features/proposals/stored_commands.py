"""How a command that waits is stored: without its words, which are texts, and read again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from bbs.features.moderation.messages import ActContent, Change, Thing, ThingKind
from bbs.gravity import Grave
from bbs.messages import Command
from bbs.wire import codec
from bbs.wire.registry import REQUESTS
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.texts import RandomSource


class CommandUnknownError(Exception):
    """A stored command cannot be read by this version of the program, or has lost its words."""


class StoredCommand(NamedTuple):
    """A command and what it is to do, without words, and the ids of its words by path."""

    command: str
    content: str
    texts: str


_SAID = ("said_before", "said_after")


def store_command(
    tx: Tx, at: RandomSource, command: Command[Any], content: ActContent
) -> StoredCommand:
    """Store the words of a command, and return the rest of it."""
    bare = replace(command, op=UNSET, dry_run=False)
    fields = msgspec.to_builtins(bare)
    # It waits for other people: that the board changes otherwise meanwhile is no reason to give up.
    for guard in ("if_revision", "if_version"):
        fields.pop(guard, None)
    words = {
        f"command.{path}": said
        for name in command.text_paths
        for path, said in _take_words(fields, name.split("."))
    }
    for place, change in enumerate(content.changes):
        for name in _SAID:
            if (said := getattr(change, name)) is not None:
                words[f"changes.{place}.{name}"] = said
    ids = {path: texts.insert_text(tx, at, said) for path, said in words.items()}
    blank = replace(content, reason=None, law=None, changes=without_words(content.changes))
    return StoredCommand(*(msgspec.json.encode(part).decode() for part in (fields, blank, ids)))


def _take_words(fields: Any, steps: Sequence[str], path: str = "") -> Iterator[tuple[str, str]]:
    """Take the texts at a path out of plain data, and yield each with its own path: `norms.0.text`."""
    if isinstance(fields, list | tuple):
        for place, each in enumerate(fields):
            yield from _take_words(each, steps, f"{path}{place}.")
    elif len(steps) > 1:
        yield from _take_words(fields.get(steps[0], []), steps[1:], f"{path}{steps[0]}.")
    elif (said := fields.pop(steps[0], None)) is not None:
        yield f"{path}{steps[0]}", said


def without_words(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return changes without words of office, as events show them."""
    return tuple(replace(change, said_before=None, said_after=None) for change in changes)


def load_command(tx: Tx, row: ProposalRow) -> tuple[Command[Any], tuple[Change, ...]]:
    """Return the command as it was sent, without an op, and what it is to change.

    Raises:
        CommandUnknownError: If it cannot be read.
    """
    try:
        content = _decode_content(row)
        ids = msgspec.json.decode(row.texts, type=dict[str, str])
        blank = row.command.encode()
        msgspec.json.decode(blank, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise CommandUnknownError(str(error)) from error
    words = texts.load_bodies(tx, ids.values())
    if len(words) < len(set(ids.values())):
        raise CommandUnknownError("its words are gone")
    said = {path: words[key] for path, key in ids.items()}
    own = {
        path.partition(".")[2]: word for path, word in said.items() if path.startswith("command.")
    }
    cls = command_of(row)
    if cls is None:
        raise CommandUnknownError(f"there is no {row.method} any more")
    try:
        command = msgspec.json.decode(codec.fill_text(blank, own), type=cls)
    except msgspec.ValidationError as error:
        raise CommandUnknownError(str(error)) from error
    return command, changes_of(content, said)


def command_of(row: ProposalRow) -> type[Command[Any]] | None:
    """Return the class of a command that waits; None if this version of the program has none."""
    cls = REQUESTS.get(row.method)
    return cls if cls is not None and issubclass(cls, Command) else None


def marks_of(row: ProposalRow) -> tuple[Grave, ...]:
    """Return the marks for which a command waits."""
    cls, names = command_of(row), row.grave.split()
    return () if cls is None else tuple(mark for mark in cls.grave if mark.field in names)


def content_of(row: ProposalRow) -> ActContent:
    """Return what a command is to do, without words; only its board if that cannot be read."""
    try:
        return _decode_content(row)
    except msgspec.DecodeError:
        return ActContent(thing=Thing(kind=ThingKind.BOARD, id=row.board))


def _decode_content(row: ProposalRow) -> ActContent:
    return msgspec.json.decode(row.content, type=ActContent)


def changes_of(content: ActContent, said: dict[str, str]) -> tuple[Change, ...]:
    """Return what a command is to change, with its words by their paths."""
    return tuple(
        replace(change, **{name: said.get(f"changes.{place}.{name}") for name in _SAID})
        for place, change in enumerate(content.changes)
    )
