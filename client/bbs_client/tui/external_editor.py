"""Writing in the reader's own editor: runs it in the terminal, and keeps the text safe."""

import asyncio
import contextlib
import os
import shlex
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from textual.app import App, SuspendNotSupported

EDITORS = ("nano", "vi")  # if the environment names no editor: the first of these that is installed
NOT_FOUND = 127  # the same code as a shell's


class EditorError(Exception):
    """The editor failed; the text is unchanged."""


def editor_of(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the reader's editor, split into arguments.

    Args:
        environ: `VISUAL` comes before `EDITOR`; either may hold options.

    Raises:
        EditorError: If no editor is named or installed, or the value cannot be parsed.
    """
    named = next((environ[name] for name in ("VISUAL", "EDITOR") if environ.get(name)), "")
    if not named.strip():
        found = next((name for name in EDITORS if shutil.which(name)), None)
        if found is None:
            raise EditorError("No editor: set EDITOR to the name of yours.")
        return [found]
    try:
        return shlex.split(named)
    except ValueError:
        raise EditorError(f"EDITOR cannot be read: {named}") from None


async def edit(app: App[object], path: Path) -> None:
    """Run the reader's editor in the terminal until it ends.

    The event loop goes on: events reach the mirror, but nothing is drawn. Cancelling ends the
    editor; its saved text is in the file.

    Args:
        app: The app that uses the terminal.
        path: The file to edit.

    Raises:
        EditorError: If it cannot be started or fails: then ignore the file.
    """
    words = editor_of(os.environ)
    name = Path(words[0]).name
    try:
        with app.suspend(), _interrupts_are_the_editors():
            code = await _run(*words, str(path))
    except SuspendNotSupported:
        raise EditorError("This terminal cannot be lent to an editor.") from None
    if code == NOT_FOUND:
        raise EditorError(f"{name} was not found: set EDITOR to the name of your editor.")
    if code:
        raise EditorError(f"{name} ended with {code}; your text is as it was.")


async def _run(*words: str) -> int:
    try:
        process = await asyncio.create_subprocess_exec(*words)
    except FileNotFoundError:
        return NOT_FOUND
    except OSError as error:
        return error.errno or NOT_FOUND
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()


@contextlib.contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Swallow ^C in a handler, because the editor in the same foreground gets it, too.

    A handler, unlike ignoring it, is not inherited by the editor.
    """
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
