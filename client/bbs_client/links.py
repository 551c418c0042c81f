"""Links and copies: opens a link if there is a desktop, else copies it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

COPY_CHARS_MAX = 20_000  # some terminals silently drop longer OSC 52 sequences
URL_CHARS_MAX = 2_000  # every browser accepts this length
OPEN_SECONDS_MAX = 5.0  # an opener usually ends at once; some stay as long as the browser


def copy(app: "App[Any]", text: str) -> bool:
    """Put text on the reader's clipboard (OSC 52). Only ever called for a key or a click.

    Args:
        app: The app whose terminal has the clipboard.
        text: The text, cut to `COPY_CHARS_MAX`. Foreign text is sanitized, and keeps its tabs.

    Returns:
        Whether all of it was copied.
    """
    from bbs.text import sanitize  # late, because nothing is copied before the first painting

    text = "\t".join(sanitize(part, multiline=True) for part in text.split("\t"))
    app.copy_to_clipboard(text[:COPY_CHARS_MAX])
    return len(text) <= COPY_CHARS_MAX


def check_url(url: str) -> str:
    """Return why a link cannot be followed, a sentence; empty if it can.

    Args:
        url: The whole link from a post.
    """
    if not url.startswith(("http://", "https://")):
        return "Only http and https links are opened."
    if not url.isascii() or not url.isprintable() or " " in url:
        return "This link holds characters no web address has."
    if len(url) > URL_CHARS_MAX:
        return f"This link is longer than {URL_CHARS_MAX} characters."
    return ""


def opener(environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the program that opens links on the reader's desktop; None if links are copied.

    It never starts browsers that draw in the terminal, because the client uses it.

    Args:
        environment: The variables that show SSH and a desktop.
    """
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return None  # the reader sits at another machine and would not see a browser started here
    if sys.platform == "darwin":
        return shutil.which("open")
    if not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return shutil.which("wslview") if environment.get("WSL_DISTRO_NAME") else None
    return shutil.which("xdg-open", path=environment.get("PATH"))


async def open_or_copy(
    app: "App[Any]", url: str, environment: Mapping[str, str] = os.environ
) -> str:
    """Open a link in the reader's browser, or copy it if there is no browser.

    The reader has seen the full target before. Cancelling is safe: the opener goes on.

    Args:
        app: The app whose terminal has the clipboard.
        url: http or https, whole.
        environment: The variables that show SSH and a desktop.

    Returns:
        A sentence for the reader: opened or copied.
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
    """Run the opener, detached from the terminal; return False if it failed."""
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
