"""The questions of a first start at a terminal: the new community's name, norms and first board."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from bbs import limits, terminal
from bbs.features.norms.templates import TEMPLATES, find_template
from bbs.refusals import TextRefused
from bbs.settings import SettingsError
from bbs.text import check_line, compose
from bbs_server.settings import NO_BOARD, ServerSettings

FIRST_BOARD = "workshop"
"""The template of the first board, if Enter is pressed: the norms everywhere are the table's."""

INTRODUCTION = (
    "A new community in {data}.\n"
    "Three questions; Enter takes what is in brackets. All can be changed later."
)
GO_ON = (
    "a new community with default name and norms; bbs serve at a terminal asks for them, title and"
    " template set them, and bbs admin status shows the first steps"
)


def can_ask() -> bool:
    """Tell whether a person sits before this start, and no service manager or program."""
    return sys.stdin.isatty() and sys.stderr.isatty() and "NOTIFY_SOCKET" not in os.environ


def ask(settings: ServerSettings) -> ServerSettings:
    """Ask for the community's name, norms and first board; return settings with the answers.

    Raises:
        Abort: If the person interrupts, or the input ends; nothing was made.
    """
    terminal.tell(INTRODUCTION.format(data=settings.data), multiline=True)
    terminal.tell("")
    title = _ask_until(_title, "Name of the community", settings.title)
    terminal.tell("")
    for name, each in TEMPLATES.items():
        terminal.tell(f"  {name:<10} for {each.about}")
    template = _ask_until(_template, "Norms that hold on every board", settings.template)
    board = _ask_until(
        _board, f"First board, begun with one of these, or {NO_BOARD}", _usual_board(settings)
    )
    terminal.tell("")
    return msgspec.structs.replace(settings, title=title, template=template, first_board=board)


def command() -> str:
    """Return this program's name for a line to copy: its path if `bbs` is not on the PATH."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "bbs" and shutil.which("bbs") is None else "bbs"


def _usual_board(settings: ServerSettings) -> str:
    return settings.first_board if settings.first_board != NO_BOARD else FIRST_BOARD


def _ask_until(read: Callable[[str], str], question: str, usual: str) -> str:
    """Ask until the answer is valid; print each time why it is not."""
    while True:
        try:
            return read(terminal.ask(question, default=usual))
        except (SettingsError, TextRefused) as error:
            terminal.tell(f"  {error}")


def _title(answer: str) -> str:
    title = compose(answer.strip())
    check_line(title, field="name", chars_max=limits.TITLE_CHARS_MAX)
    return title


def _template(answer: str) -> str:
    return find_template(answer, field="norms").name


def _board(answer: str) -> str:
    return (
        NO_BOARD
        if answer.strip().lower() == NO_BOARD
        else find_template(answer, field="board").name
    )
