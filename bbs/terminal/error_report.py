"""Report errors of the command line: a readable line or a JSON object, and an exit code."""

import os
import sys
from typing import Any

import click
import msgspec

from bbs import batch_refusals, errors, refusals, terminal

REFUSED = 1
USAGE = 2
PARTLY = 3
NOT_SIGNED_IN = 4
NOT_FOUND = 5
CONFLICT = 6
WAITS = 7
LATER = 75

_CODES: tuple[tuple[type[BaseException], int], ...] = (
    (refusals.NotSignedIn, NOT_SIGNED_IN),
    (refusals.SignInFailed, NOT_SIGNED_IN),
    (refusals.NotFound, NOT_FOUND),
    (refusals.Conflict, CONFLICT),
    (refusals.OpConflict, CONFLICT),
    (batch_refusals.Moved, CONFLICT),
    (batch_refusals.OtherDigest, CONFLICT),
    (refusals.CommandWaits, WAITS),
    (errors.BadParams, USAGE),
    (errors.RetryableError, LATER),
    (errors.FolkmootError, REFUSED),
    (ConnectionError, LATER),
    (TimeoutError, LATER),
    (OSError, REFUSED),
)

# Scripts branch on these names, so they must not depend on the names of Python's classes.
_SYSTEM_CODES: tuple[tuple[type[OSError], str], ...] = (
    (ConnectionError, "no_connection"),
    (TimeoutError, "timeout"),
    (OSError, "system"),
)


def report(error: Exception, *, as_json: bool) -> int:
    """Print an error on stderr and return the exit code (docs/reference/command-line.md).

    Args:
        error: The exception from a command.
        as_json: Whether the caller asked for JSON; then the error is an object too.

    Raises:
        Exception: `error` itself, if it is a fault of this program, so that its traceback is shown.
    """
    if isinstance(error, BrokenPipeError):
        # The reader of stdout, such as `head`, has read enough.
        discard_output()
        return 0
    if isinstance(error, OSError):
        discard_output()
    if isinstance(error, click.ClickException):
        if as_json:
            _tell({"code": "usage", "message": error.format_message(), "hint": ""})
        else:
            terminal.tell_usage(error)
        return error.exit_code
    code = next((number for cls, number in _CODES if isinstance(error, cls)), None)
    if code is None:
        raise error
    if as_json:
        _tell(as_facts(error))
    else:
        for line in in_words(error):
            terminal.tell(line)
    return code


def in_words(error: BaseException) -> list[str]:
    """Return an error as lines for people: what and why, then the next step if there is one."""
    sentence, hint = _sentence(error), _hint(error)
    if isinstance(error, errors.ProtocolError) and not isinstance(error, errors.BadParams):
        sentence, hint = errors.FOR_PEOPLE, errors.FOR_PEOPLE_HINT
    elif getattr(error, "audience", "") == "program" and not isinstance(error, errors.BadParams):
        hint = ""
    return [f"bbs: {sentence}", *([f"     {hint}"] if hint else [])]


def discard_output() -> None:
    """Drop output that stdout no longer takes, so that Python does not fail on it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_facts(error: BaseException) -> dict[str, Any]:
    """Return an error as JSON shows it: code, message, hint and its facts by name.

    Args:
        error: A `FolkmootError` or an `OSError`; `report` passes no other.
    """
    if isinstance(error, errors.FolkmootError):
        facts = error.facts()
        return {**facts, "code": error.code, "message": _sentence(error), "hint": _hint(error)}
    code = next(code for cls, code in _SYSTEM_CODES if isinstance(error, cls))
    return {"code": code, "message": _sentence(error), "hint": ""}


_FIELD_HINTS = {
    "address": "as on the screen: garden, garden/42, garden/42/7, garden/lounge/113 or @ana",
    "invitation": "copy the whole link, and put it in quotes",
    "profile": "bbs profiles lists those of this device",
}


def _hint(error: BaseException) -> str:
    """Return what to do: the notes that a command added, else the general hint."""
    if notes := getattr(error, "__notes__", ()):
        return "; ".join(notes)
    if isinstance(error, refusals.CommandWaits) and error.proposal is None:
        return "Dry run: nothing was changed."
    if isinstance(error, errors.BadParams):
        # The error's own hint is for people who write requests by hand.
        return _FIELD_HINTS.get(error.field, "the command with --help says what it takes")
    if isinstance(error, refusals.Conflict) and error.revision is None:
        return ""  # there is no version to read, and the sentence says what stands against it
    return getattr(error, "hint", "")


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def _tell(facts: dict[str, Any]) -> None:
    terminal.echo_json(msgspec.json.encode({"error": facts}), err=True)
