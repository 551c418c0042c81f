"""The only way from the command line to the terminal: every text is cleaned here (P13).

Results go to stdout; messages, questions and errors go to stderr. The full client and plain mode
draw by themselves, with `bbs.text.sanitize`. Nothing else in this program writes to a terminal; a test
reads the source for it.
"""

import codecs
import io
import json
import re
import shutil
import sys
import threading
from collections.abc import Iterable
from types import TracebackType

import click

from bbs.characters import BASES, EVERYDAY, Kind, character_kind
from bbs.patterns import LatePattern
from bbs.terminal.wrapping import wrapped

PROGRESS_COLUMNS = 40  # wide enough for our own lines; a shorter line overwrites a longer one

_unusual = LatePattern(f"[^{EVERYDAY}]")
_beyond_ascii = re.compile(r"[^\x00-\x7f]").sub


def echo(text: str, *, multiline: bool = False) -> None:
    """Print a result.

    Args:
        text: Any text, also foreign.
        multiline: True to keep its newlines.
    """
    click.echo(_clean(text, multiline=multiline))


def echo_line(line: str) -> None:
    """Print a line that `json_text` or `cells_text` made."""
    click.echo(line)


def cells_text(cells: Iterable[str]) -> str:
    """Return values with a tab between them; a tab or newline inside a value is a space."""
    return "\t".join(_clean(cell, multiline=False) for cell in cells)


def echo_json(encoded: bytes, *, err: bool = False) -> None:
    """Print encoded JSON with the same value, but only characters that do not act on a terminal."""
    click.echo(json_text(encoded, err=err), err=err)


def json_text(encoded: bytes, *, err: bool = False) -> str:
    """Return encoded JSON as `echo_json` prints it."""
    text = escaped_json(encoded)
    stream = sys.stderr if err else sys.stdout
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        # The encoding of the terminal must not change a value, so these characters are escaped.
        text = _beyond_ascii(lambda found: json.dumps(found[0])[1:-1], text)
    return text


def tell(text: str, *, multiline: bool = False) -> None:
    """Print a message for a person on stderr, broken at words; arguments as for `echo`."""
    click.echo(_at_words(_clean(text, multiline=multiline)), err=True)


def tell_usage(error: click.ClickException) -> None:
    """Print click's message about a wrong command line: usage, rule and suggestion."""
    shown = io.StringIO()
    error.show(shown)
    tell(shown.getvalue().rstrip("\n"), multiline=True)


def tell_progress(text: str) -> None:
    """Print a line on stderr that the next call overwrites; an empty text removes it."""
    text = _clean(text)
    click.echo(f"\r{text:<{PROGRESS_COLUMNS}}\r{text}", err=True, nl=False)


def ask(question: str, *, default: str | None = None, hidden: bool = False) -> str:
    """Ask a person on stderr and return what was typed.

    Args:
        question: Without a colon.
        default: The answer that Enter alone gives; None to ask again.
        hidden: True for a secret, which is not shown while it is typed.

    Raises:
        Abort: If the person interrupts, or the input ends.
    """
    shown = _clean(f"{question} [{default}]" if default else question)
    answer: str = click.prompt(
        _at_words(shown), default=default, show_default=False, hide_input=hidden, err=True
    )
    return answer


def confirm(question: str) -> None:
    """Ask a person on stderr for a yes. Raises `Abort` for a no, and for any other word."""
    answer = click.prompt(
        _at_words(f"{_clean(question)} [y/N]"), default="", show_default=False, err=True
    )
    if answer.strip().lower() not in ("y", "yes"):
        raise click.Abort


def columns() -> int:
    """Return how many columns a line of a message takes at most: `: ` follows a question."""
    return shutil.get_terminal_size().columns - len(": ")


def _at_words(text: str) -> str:
    """Return a text in lines that fit the terminal, so that none breaks within a word.

    A line with a link stays whole: the command around it is copied from there.
    """
    if len(text) <= columns() or not sys.stderr.isatty():
        return text
    return "\n".join(
        piece
        for line in text.split("\n")
        for piece in wrapped(line, None if "://" in line else columns(), keep_words=True)
    )


def escaped_json(encoded: bytes) -> str:
    """Return encoded JSON with every character escaped that acts on a terminal or is not seen.

    Pure; decoding the result gives the same value.
    """
    return _unusual.sub(_escaped, encoded.decode("utf-8"))


def _clean(text: str, *, multiline: bool = False) -> str:
    if text.isascii() and text.isprintable():
        return text
    from bbs.text import sanitize  # late: help and version load nothing that they do not need

    return sanitize(text, multiline=multiline)


def _escaped(found: re.Match[str]) -> str:
    kind = character_kind(found[0])
    seen = kind is Kind.MARK or (kind in BASES and kind is not Kind.UNKNOWN)
    return found[0] if seen else json.dumps(found[0])[1:-1]


def fit_encodings() -> None:
    """Let stdout show a sign in place of characters that its encoding lacks, as stderr does.

    Otherwise an ellipsis ends a command with a traceback if the locale is ISO-8859-1.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        errors = "replace" if stream is sys.stdout else stream.errors
        stream.reconfigure(errors=errors)
        if codecs.lookup(stream.encoding).name == "ascii":
            # click takes plain ASCII for a mistake, and would write UTF-8 instead.
            codecs.register(_seven_bits)
            stream.reconfigure(encoding=_SEVEN_BITS, errors=errors)


def require_utf8() -> None:
    """Refuse to draw a screen where the standard streams cannot show every character.

    Raises:
        UsageError: If one of them has another encoding than UTF-8.
    """
    for stream in (sys.stdout, sys.stderr):
        if codecs.lookup(stream.encoding or "utf-8").name != "utf-8":
            shown = "ASCII" if stream.encoding == _SEVEN_BITS else stream.encoding
            raise click.UsageError(
                f"the screen needs a terminal in UTF-8, and this one is set to {shown}; "
                "set LC_ALL=C.UTF-8, or take lines instead of a screen: --plain"
            )


_SEVEN_BITS = "seven_bits"


def _seven_bits(name: str) -> codecs.CodecInfo | None:
    """Return ASCII under another name; a search function for `codecs.register`."""
    if name != _SEVEN_BITS:
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(
        name=_SEVEN_BITS,
        encode=plain.encode,
        decode=plain.decode,
        incrementalencoder=plain.incrementalencoder,
        incrementaldecoder=plain.incrementaldecoder,
    )


def guard() -> None:
    """Clean what Python itself writes to stderr: logs without a handler, and tracebacks.

    Both quote exceptions, and the text of an exception may be the server's.
    """
    import logging  # late: click needs it no more than `--help` does

    class Cleaned(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return _clean(super().format(record), multiline=True)

    if logging.lastResort is not None:
        logging.lastResort.setFormatter(Cleaned())
    sys.excepthook = _tell_fault
    threading.excepthook = lambda args: _tell_fault(
        args.exc_type, args.exc_value, args.exc_traceback
    )


def _tell_fault(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    import traceback

    lines = traceback.format_exception(kind, error, trace)
    tell("".join(lines).rstrip("\n"), multiline=True)


def edit(text: str) -> str | None:
    """Let a person change a text in the editor that $VISUAL or $EDITOR names.

    Args:
        text: The text before; foreign text is cleaned here (P13).

    Returns:
        What was saved; None if nothing was.

    Raises:
        UsageError: If there is no editor, or it fails.
    """
    try:
        return click.edit(_clean(text, multiline=True), extension=".md")
    except click.ClickException as error:
        raise click.UsageError(error.message) from None
