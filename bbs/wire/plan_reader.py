"""Reads plan files, which may come from anywhere: bounded, and each fault in one sentence. Pure."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, TypeVar

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.clock import MOMENT_RULE
from bbs.errors import BadJson, FolkmootError
from bbs.features.batches.plan_file import (
    VERSION,
    Plan,
    PlanFileError,
    PlanFoot,
    PlanHead,
    encode_line,
    make_plan,
)
from bbs.features.batches.views import PlanItem
from bbs.plural import counted
from bbs.text import check_line
from bbs.wire.codec import params_error
from bbs.wire.frame_check import check_frame, find_inexpressible

S = TypeVar("S", bound=Struct)

_WHOLE = "line"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]").search
_CHANGED = "somebody changed them since the plan was made"


class _Version(Struct):
    """The version of a plan file, whatever else its first line says."""

    plan: Any = None


def read_plan(file: BinaryIO) -> Plan:
    """Read a plan file.

    Args:
        file: Open for reading bytes; no more is read of it than the longest plan has, plus a line.

    Raises:
        PlanFileError: If it is none: a line is too long, no JSON, nested too deep, names a key twice,
            has a number out of bounds, a field that is missing, unknown or out of bounds, or
            characters that act on a terminal; a line is missing or left over; the version is not
            known; or the digest is not that of the lines.
        OSError: If it cannot be read.
    """
    lines, above = read_lines(file), hashlib.sha256()
    number, data = _next(lines, 0, "the plan is empty")
    head = _read_head(number, data)
    items: list[PlanItem] = []
    ends = f"the plan ends here, and its first line announces {counted(head.count, 'item')}"
    for _ in range(head.count):
        above.update(data + b"\n")
        number, data = _next(lines, number, ends)
        if "digest" in decode_object(number, data):
            raise PlanFileError(number, _WHOLE, ends)
        items.append(_read_item(number, data))
    above.update(data + b"\n")
    number, data = _next(lines, number, "the line with the digest is missing")
    if "method" in decode_object(number, data):
        raise PlanFileError(number, _WHOLE, f"its first line announces only {head.count} items")
    foot = _decoded(PlanFoot, number, data)
    for number, _ in lines:
        raise PlanFileError(number, _WHOLE, "nothing may follow the digest; remove this line")
    plan = make_plan(
        epoch=head.epoch,
        board=head.board,
        slug=head.slug,
        reason=head.reason,
        items=tuple(items),
        made_at=head.made_at,
        nonce=head.nonce,
        undoes=head.undoes,
    )
    if plan.digest != foot.digest:
        raise PlanFileError(number, "digest", f"it is not that of the lines above: {_CHANGED}")
    if above.hexdigest() != foot.lines or data != encode_line(foot):
        raise PlanFileError(number, "lines", f"it is not that of the lines above: {_CHANGED}")
    return plan


def read_lines(
    file: BinaryIO, *, lines_max: int = limits.BATCH_ITEMS_MAX + 2
) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers, from 1, without their newlines.

    Raises:
        PlanFileError: At a line that is empty, too long, or one too many; if the file is too large.
    """
    size = 0
    for number in range(1, lines_max + 2):
        line = file.readline(limits.PLAN_LINE_BYTES_MAX + 2)
        if not line:
            return
        size += len(line)
        line = line.removesuffix(b"\n")
        if number > lines_max:
            rule = f"more than {limits.BATCH_ITEMS_MAX} items; make several plans of it"
            raise PlanFileError(number, _WHOLE, rule)
        if len(line) > limits.PLAN_LINE_BYTES_MAX:
            rule = f"longer than {limits.PLAN_LINE_BYTES_MAX} bytes; make another plan of this item"
            raise PlanFileError(number, _WHOLE, rule)
        if size > limits.PLAN_BYTES_MAX:
            rule = f"the file has more than {limits.PLAN_BYTES_MAX} bytes; make several plans of it"
            raise PlanFileError(number, _WHOLE, rule)
        if not line.strip():
            raise PlanFileError(number, _WHOLE, "it is empty; remove it")
        yield number, line


def decode_object(number: int, data: bytes) -> dict[str, Any]:
    """Return a line as the JSON object that it is, within the limits of the wire (protocol 2.3).

    Raises:
        PlanFileError: If it is none, or holds characters that act on a terminal.
    """
    try:
        check_frame(data)
        found = msgspec.json.decode(data)
    except BadJson as error:
        raise PlanFileError(number, _WHOLE, error.rule) from None
    except (msgspec.MsgspecError, RecursionError, ValueError):
        raise PlanFileError(number, _WHOLE, "not JSON") from None
    if not isinstance(found, dict):
        raise PlanFileError(number, _WHOLE, "a line is one JSON object, in braces")
    if (path := _acting(found)) is not None:
        rule = "it has a control character, which may act on a terminal"
        raise PlanFileError(number, path[: limits.METHOD_CHARS_MAX] or _WHOLE, rule)
    return found


def _next(lines: Iterator[tuple[int, bytes]], last: int, rule: str) -> tuple[int, bytes]:
    """Return the next line.

    Args:
        last: The number of the one before.
        rule: What is wrong if there is none.
    """
    try:
        return next(lines)
    except StopIteration:
        raise PlanFileError(last + 1, _WHOLE, rule) from None


def _read_head(number: int, data: bytes) -> PlanHead:
    version = msgspec.convert(decode_object(number, data), _Version).plan
    if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
        rule = f"version {version}, and this program reads version {VERSION}; update it"
        raise PlanFileError(number, "plan", rule)
    head = _decoded(PlanHead, number, data)
    try:
        check_line(head.reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
    except FolkmootError as error:
        raise PlanFileError(number, "reason", str(error)) from None
    return head


def _read_item(number: int, data: bytes) -> PlanItem:
    item = _decoded(PlanItem, number, data)
    if item.found is None:
        raise PlanFileError(number, "found", "it is missing: nobody has asked what this item does")
    return item


def _decoded(cls: type[S], number: int, data: bytes) -> S:
    decode_object(number, data)
    try:
        value = msgspec.json.decode(data, type=cls)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        told = params_error(error)
        field = _WHOLE if told.field == "params" else told.field
        raise PlanFileError(number, field, told.rule) from None
    if (path := find_inexpressible(value)) is not None:
        raise PlanFileError(number, path or _WHOLE, MOMENT_RULE)
    return value


def _acting(value: object) -> str | None:
    """Return the path of the first text in a value that acts on a terminal; None for none."""
    if isinstance(value, str):
        return "" if _CONTROLS(value) else None
    inside: Iterator[tuple[str, object]] = iter(())
    if isinstance(value, dict):
        if any(map(_CONTROLS, value)):
            return ""
        inside = iter(value.items())
    elif isinstance(value, list):
        inside = ((f"[{place}]", each) for place, each in enumerate(value))
    for step, each in inside:
        if (path := _acting(each)) is not None:
            joined = path if path.startswith("[") or not path else f".{path}"
            return f"{step}{joined}"
    return None
