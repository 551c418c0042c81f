"""Read the items of a plan that a script wrote: commands as JSON lines, with addresses in place of ids."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

import msgspec

from bbs import limits
from bbs.address import (
    Address,
    BoardAddress,
    LineAddress,
    MemberAddress,
    PostAddress,
    ThreadAddress,
    parse,
)
from bbs.cli.context import CliContext
from bbs.errors import BadParams
from bbs.features.batches.plan_file import PlanFileError
from bbs.features.batches.views import PlanItem
from bbs.features.reading.views import ResolveResult
from bbs.ids import new_id
from bbs.messages import Command
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.settings import did_you_mean
from bbs.wire.codec import params_error
from bbs.wire.plan_reader import decode_object, read_lines
from bbs.wire.registry import REQUESTS

_COMMANDS = {method: cls for method, cls in REQUESTS.items() if issubclass(cls, Command)}
_PARAMS = "params"  # as whoever writes the file writes it
_FIELDS = ("method", "params", "if_revision", "found")
_OWN = ("op", "dry_run")  # the server draws the op of an item, and rehearses it by itself
_DRAWN = {"threads.split": "thread", "threads.move_to_board": "becomes"}
"""The ids of what a command makes, which are drawn where a script leaves them out."""

_KINDS: dict[str, tuple[type[Address], str]] = {
    "post": (PostAddress, "a post, like garden/42/7"),
    "line": (LineAddress, "a line of a lounge, like garden/lounge/113"),
    "thread": (ThreadAddress, "a thread, like garden/42"),
    "to": (ThreadAddress, "a thread, like garden/42"),
    "into": (ThreadAddress, "a thread, like garden/42"),
    "board": (BoardAddress, "a board, like garden"),
    "to_board": (BoardAddress, "a board, like garden"),
    "member": (MemberAddress, "a member, like @ana"),
}
"""The addresses that can stand in a field of an item, and how to say so."""

_is_id = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch


class ItemError(
    PlanFileError,
    code="plan.item",
    sentence="line {line}, {field}: {rule}",
    hint="nothing was changed; correct this line, and make the plan again",
):
    """A line that a script wrote is no item of a plan."""


class Written(NamedTuple):
    """A line of a script: its number, its object, and the address of what it is about, if it has one."""

    number: int
    fields: dict[str, Any]
    address: str = ""


def read_written(file: BinaryIO) -> Iterator[Written]:
    """Yield the lines of a file of items, or of a plan: its first and its last line are passed over.

    Raises:
        PlanFileError: If a line is no JSON object within the bounds of a plan file.
    """
    for number, data in read_lines(file):
        fields = decode_object(number, data)
        if "method" in fields or not fields.keys() & {"plan", "digest"}:
            yield Written(number, fields, _address_in(fields))


def _address_in(fields: dict[str, Any]) -> str:
    """Return the first address that stands in a line's fields; empty if there are only ids."""
    params = fields.get(_PARAMS)
    values = params.items() if isinstance(params, dict) else ()
    return next((v for k, v in values if k in _KINDS and isinstance(v, str) and not _is_id(v)), "")


async def make_items(
    caller: CliContext, written: Iterable[Written], defaults: dict[str, Any]
) -> tuple[PlanItem, ...]:
    """Return the items that lines name, with ids in place of addresses.

    Args:
        written: The lines.
        defaults: Fields for the commands that have them, where a line does not say them.

    Raises:
        PlanFileError: If a method or field is not known, a field is missing or out of bounds, or an
            address leads nowhere; it names the line, and what was perhaps meant.
    """
    found: dict[str, str] = {}
    return tuple([await _item(caller, line, defaults, found) for line in written])


async def _item(
    caller: CliContext, line: Written, defaults: dict[str, Any], found: dict[str, str]
) -> PlanItem:
    number, fields, _ = line
    for name in fields:
        if name not in _FIELDS:
            near = did_you_mean(name, _FIELDS)
            raise ItemError(number, name[: limits.METHOD_CHARS_MAX], f"not known here{near}")
    method, params = fields.get("method"), fields.get("params", {})
    if not isinstance(method, str) or (cls := _COMMANDS.get(method)) is None:
        near = did_you_mean(str(method), _COMMANDS)
        raise ItemError(number, "method", f"there is no command {str(method)[:64]!r}{near}")
    if not isinstance(params, dict):
        raise ItemError(number, _PARAMS, "these are the command's fields, as an object")
    known = tuple(name for name in cls.__struct_fields__ if name not in _OWN)
    for name in params:
        if name in _OWN:
            raise ItemError(
                number, f"{_PARAMS}.{name}", "the server sets this itself; leave it out"
            )
        if name not in known:
            near = did_you_mean(name, known)
            rule = f"{method} has no such field{near}"
            raise ItemError(number, f"{_PARAMS}.{name}"[: limits.METHOD_CHARS_MAX], rule)
    params = {**{key: value for key, value in defaults.items() if key in known}, **params}
    if (drawn := _DRAWN.get(method)) is not None:
        params.setdefault(drawn, new_id())
    for name, value in params.items():
        if name in _KINDS and isinstance(value, str) and not _is_id(value):
            params[name] = await _resolved(caller, number, name, value, found)
    _check(cls, number, params)
    revision = fields.get("if_revision")
    try:
        return msgspec.convert(
            {"method": method, "params": params, "if_revision": revision}, PlanItem
        )
    except msgspec.ValidationError as error:
        told = params_error(error)
        raise ItemError(number, told.field, told.rule) from None


def _check(cls: type[Command[Any]], number: int, params: dict[str, Any]) -> None:
    """Refuse fields that are missing or out of bounds, as the server would."""
    try:
        msgspec.convert(params, cls)
    except msgspec.ValidationError as error:
        told = params_error(error)
        field = _PARAMS if told.field == _PARAMS else f"{_PARAMS}.{told.field}"
        raise ItemError(number, field, told.rule) from None


async def _resolved(
    caller: CliContext, number: int, name: str, text: str, found: dict[str, str]
) -> str:
    """Return the id of what an address names.

    Args:
        number: The number of the line.
        name: The field.
        found: The ids of addresses that were looked for before.

    Raises:
        ItemError: If it is none, names something else, or leads nowhere.
    """
    kind, what = _KINDS[name]
    field = f"{_PARAMS}.{name}"
    shown = f"@{text}" if kind is MemberAddress and not text.startswith("@") else text
    try:
        address = parse(shown)
    except BadParams:
        raise ItemError(number, field, f"give an id, or {what}") from None
    if not isinstance(address, kind):
        raise ItemError(number, field, f"{shown} names something else: give {what}")
    if shown not in found:
        try:
            found[shown] = _id_of(await lookup.find_address(caller.community, shown))
        except NotFound:
            raise ItemError(number, field, f"there is no {shown} for you") from None
    return found[shown]


def _id_of(found: ResolveResult) -> str:
    thing = found.post or found.line or found.thread or found.member or found.board
    if thing is None:
        raise NotFound("thing")
    return thing.id
