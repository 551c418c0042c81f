"""Read the text of a post from an option, a file or stdin, and normalise it."""

import sys

import click

from bbs import limits, terminal
from bbs.features.cases.wording import check_words
from bbs.text import NO_SIGN, check_body, check_line
from bbs.typed import describe_mended, mend_typed


def read_body(message: str | None, file: str | None) -> str:
    """Return the text to send, as the server takes it (P13).

    Normalises it and removes characters that no text may have, and says on stderr what it changed.
    Never shortens it: refuses a text that is too long, before it is sent.

    Args:
        message: From `-m`; None to look elsewhere.
        file: From `-F`, `-` for stdin; None for stdin.

    Raises:
        UsageError: If both are given, or there is nothing in it.
        TextRefused: If the text is too long.
    """
    if message is not None and file is not None:
        raise click.UsageError("-m or -F, not both")
    if message is None:
        if file in (None, "-") and sys.stdin.isatty():
            terminal.tell("Write; end with Ctrl-D on a line of its own.")
        with click.open_file(file or "-", "rb") as opened:
            message = _decoded(opened.read())
    body = mend_body(message.strip("\n"), field="text")
    if not body.strip():
        raise click.UsageError("there is nothing to send: give it with -m, -F or on stdin")
    check_body(body)
    return body


def normalize_chat_line(text: str) -> str:
    """Return a lounge line as the server takes it: normalised, and empty if it shows nothing.

    Raises:
        TextRefused: If it is too long.
    """
    body, _ = mend_typed(text, is_paragraph=True)
    if not body.strip():
        return ""
    check_body(
        body,
        field="line",
        chars_max=limits.LINE_BODY_CHARS_MAX,
        lines_max=limits.LINE_BODY_LINES_MAX,
    )
    return body


def read_line(text: str, *, field: str, chars_max: int, empty: bool = False) -> str:
    """Return a text of a single line as the server takes it; says on stderr what it changed.

    Args:
        text: The value of an option.
        field: Its name for people, such as title.
        chars_max: The most code points it may have.
        empty: True if it may be empty.

    Raises:
        TextRefused: If it is too long, or shows nothing although `empty` is False.
    """
    line, changes = mend_typed(text)
    _tell_mended(field, changes)
    check_line(line, field=field, chars_max=chars_max, empty=empty)
    return line


def read_case_text(text: str, *, field: str) -> str:
    """Return what somebody says in a case as the server takes it; says on stderr what it changed.

    Args:
        text: The value of an option; several lines are allowed.
        field: Its name for people, such as word.

    Raises:
        TextRefused: If it is too long, or shows nothing.
    """
    body = mend_body(text, field=field)
    check_words(body, field=field)
    return body


def mend_body(text: str, *, field: str) -> str:
    """Return a text of several lines without what no text may have; says on stderr what it changed.

    Args:
        text: The value of an option, or what was typed; however long, nothing is cut.
        field: Its name for people.
    """
    body, changes = mend_typed(text, is_paragraph=True)
    _tell_mended(field, changes)
    return body


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        count = text.count(NO_SIGN)
        terminal.tell(f"The text is not all UTF-8: {count} × {NO_SIGN} stands in it now.")
        return text


def _tell_mended(what: str, changes: dict[str, int]) -> None:
    if changes:
        terminal.tell(describe_mended(what, changes))


def read_reason(reason: str) -> str:
    """Return a reason as the server takes it. Raises `TextRefused` if it is too long."""
    return read_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
