"""Links and copies: a link is opened where there is a desktop, and copied everywhere else."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

COPY_CHARS_MAX = 20_000  # some terminals drop longer OSC 52 sequences without a word
URL_CHARS_MAX = 2_000  # what every browser takes
OPEN_SECONDS_MAX = 5.0  # an opener hands over and ends; some stay as long as the browser


def copy(app: "App[Any]", text: str) -> bool:
    """Put text on the reader's clipboard (OSC 52). Only ever called for a key or a click.

    Args:
        app: Whose terminal has the clipboard.
        text: What to copy, cut to `COPY_CHARS_MAX`. Foreign words are cleaned.

    Returns:
        Whether all of it was copied.
    """
    from bbs.text import sanitize  # late: nothing is copied before the first painting

    text = sanitize(text, multiline=True)
    app.copy_to_clipboard(text[:COPY_CHARS_MAX])
    return len(text) <= COPY_CHARS_MAX


def check_url(url: str) -> str:
    """Return why a link cannot be followed, a sentence; empty if it can.

    Args:
        url: As it stands in a post, whole.
    """
    if not url.startswith(("http://", "https://")):
        return "Only http and https links are opened."
    if not url.isascii() or not url.isprintable() or " " in url:
        return "This link holds characters no web address has."
    if len(url) > URL_CHARS_MAX:
        return f"This link is longer than {URL_CHARS_MAX} characters."
    return ""


def opener(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the program that hands a link to the reader's desktop; None where links are copied.

    Browsers that draw in the terminal are never started: it is in use.

    Args:
        environment: Tells of SSH and of a desktop.
    """
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return None  # the reader sits at another machine: a browser started here is not seen there
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return shutil.which("wslview") if environment.get("WSL_DISTRO_NAME") else None
    return shutil.which("xdg-open", path=environment.get("PATH"))


async def open_or_copy(
    app: "App[Any]", url: str, environment: Mapping[str, str] = os.environ
) -> str:
    """Open a link in the reader's browser, or copy it where there is none to open it in.

    The target has been shown in full before. Cancelling is safe: the opener is left alone.

    Args:
        app: Whose terminal has the clipboard.
        url: http or https, whole.
        environment: Tells of SSH and of a desktop.

    Returns:
        What was done, a sentence for the reader.
    """
    wrong = check_url(url)
    if wrong:
        return wrong
    program = opener(environment)
    if program is not None and await _handed_over(program, url):
        return "Opened in the browser."
    copy(app, url)
    return "Link copied."


async def _handed_over(program: str, url: str) -> bool:
    """Run the opener with nothing of the terminal in its hands; False if it could not."""
    quiet = asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            program, url, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return False
    with suppress(TimeoutError):
        return await asyncio.wait_for(process.wait(), OPEN_SECONDS_MAX) == 0
    return True
