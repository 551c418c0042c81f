"""The first start of the client: leads into a community if this device has none."""

import os
import shlex
import sys
from typing import NoReturn

from bbs import terminal
from bbs.address import parse_invitation_link
from bbs.errors import FolkmootError

WELCOME = (
    "This device knows no community yet.",
    "  If somebody invited you, paste the link they sent: bbs://…/#…",
    "  If you are a member already, type your community's address: bbs://host:port",
    "  bbs serve founds a community of your own; bbs demo shows a sample.",
)
_QUESTION = "Link or address (Enter to leave)"


def is_interactive() -> bool:
    """Return whether a person can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def lead_on(*, plain: bool) -> None:
    """Ask for a link or an address and go on there; return only if there is none.

    Args:
        plain: Whether the reader wants lines.

    Raises:
        Abort: If the person interrupts, or the input ends.
    """
    terminal.tell("\n".join(WELCOME), multiline=True)
    while answer := _cleaned(terminal.ask(_QUESTION, default="")):
        if "#" not in answer:
            if plain:
                terminal.tell("Afterwards, bbs connect --plain goes in.")
            _become("sign-in", answer, *(() if plain else ("--connect",)))
        try:
            parse_invitation_link(answer)
        except FolkmootError as error:
            terminal.tell(f"  {error}")
        else:
            _become("join", answer, *(("--plain",) if plain else ()))


def _cleaned(answer: str) -> str:
    """Return the pasted text without the command and the quotes around it."""
    try:
        words = shlex.split(answer)
    except ValueError:
        return answer.strip()
    return words[-1] if words else ""


def _become(*words: str) -> NoReturn:
    """Replace this process by another command, which opens the client at its end."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(  # noqa: S606 - our own program, no shell
        sys.executable, [sys.executable, "-P", "-m", "bbs.cli.main", *words]
    )
