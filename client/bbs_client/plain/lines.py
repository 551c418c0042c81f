"""A prompt and lines: no escape sequences, no drawing.

What is typed is edited by the terminal itself, so that nothing here has to move a cursor.
"""

import shutil
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from bbs.terminal.input_lines import InputLines
from bbs.text import sanitize

PAGE_COLUMNS = 80


class Lines:
    """Where is read from and printed to.

    Attributes:
        interactive: Whether somebody sits there; else every line read is shown after its prompt,
            as a transcript.
    """

    def __init__(self, stdin: TextIO, stdout: TextIO) -> None:
        """Print nothing yet."""
        self.interactive = stdin.isatty()
        self._lines = InputLines(stdin)
        self._stdin = stdin
        self._stdout = stdout
        self._prompted = False

    @property
    def width(self) -> int:
        """Columns to wrap words to: the terminal's, or those of a page."""
        return shutil.get_terminal_size().columns if self.interactive else PAGE_COLUMNS

    def tell(self, *lines: str) -> None:
        """Print lines, whatever is in them (P13). Ends a waiting prompt first."""
        if self._prompted:
            self._stdout.write("\n")
            self._prompted = False
        for line in lines:
            self._stdout.write(sanitize(line, multiline=True) + "\n")
        self._stdout.flush()

    async def ask(self, question: str, *, hidden: bool = False) -> str | None:
        """Print a question and return the next line of the input, or None at its end.

        Cancelling is safe: nothing that was read is lost.

        Args:
            question: What is asked.
            hidden: True for a secret, which is not shown, in a transcript neither.
        """
        self._stdout.write(f"{sanitize(question)} ")
        self._stdout.flush()
        self._prompted = True
        with self._unseen(hidden):
            line = await self._lines.next_line()
        if self.interactive:
            self._prompted = line is None
        else:
            self._stdout.write("\n" if hidden else f"{sanitize(line or '')}\n")
            self._prompted = False
        return line

    @contextmanager
    def _unseen(self, hidden: bool) -> Iterator[None]:
        """Let the terminal show nothing of what is typed but the end of the line, if it is hidden."""
        if not hidden or not self.interactive:
            yield
            return
        before = termios.tcgetattr(self._stdin)
        quiet = [*before]
        quiet[3] = before[3] & ~termios.ECHO | termios.ECHONL
        termios.tcsetattr(self._stdin, termios.TCSADRAIN, quiet)
        try:
            yield
        finally:
            termios.tcsetattr(self._stdin, termios.TCSADRAIN, before)

    async def ask_yes(self, question: str) -> bool:
        """Ask for yes; anything else is no."""
        answer = await self.ask(f"{question} (yes or no)")
        return (answer or "").strip().lower() in ("y", "yes")


async def choose(lines: Lines, choices: Mapping[Any, str]) -> Any:
    """Ask for one of several by its number; return it, or None for none of them."""
    for number, says in enumerate(choices.values(), 1):
        lines.tell(f"{number}. {says}")
    answer = (await lines.ask(f"Which? (1 to {len(choices)}, Enter for none)")) or ""
    answer = answer.strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(choices):
        return list(choices)[int(answer) - 1]
    lines.tell("Nothing was changed.")
    return None
