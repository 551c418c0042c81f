"""A prompt and lines: no escape sequences, no drawing.

The terminal itself edits typed lines, so this module never moves a cursor.
"""

import shutil
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from bbs.terminal.input_lines import InputLines
from bbs.terminal.wrapping import wrapped
from bbs.text import sanitize

PAGE_COLUMNS = 80
_YES, _NO = ("y", "yes"), ("", "n", "no")


class Lines:
    """The input and the output.

    Attributes:
        interactive: Whether a person types; otherwise every line read is printed after its prompt,
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
        """The columns for wrapping: the terminal's width, or a page's."""
        return shutil.get_terminal_size().columns if self.interactive else PAGE_COLUMNS

    def tell(self, *lines: str) -> None:
        """Print lines, sanitized (P13). Ends a waiting prompt first."""
        if self._prompted:
            self._stdout.write("\n")
            self._prompted = False
        for line in lines:
            self._stdout.write(self._wrapped(sanitize(line, multiline=True)) + "\n")
        self._stdout.flush()

    def _wrapped(self, text: str) -> str:
        """Return clean text broken at words for a person's terminal; of a transcript, as it is."""
        if not self.interactive:
            return text
        return "\n".join(row for line in text.split("\n") for row in wrapped(line, self.width))

    async def ask(self, question: str, *, hidden: bool = False) -> str | None:
        """Print a question and return the next line of the input, or None at its end.

        Cancelling is safe: a line that was read is not lost.

        Args:
            question: The question.
            hidden: True for a secret, which neither terminal nor transcript shows.
        """
        self._stdout.write(f"{self._wrapped(sanitize(question))} ")
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
        """If the input is hidden, let the terminal show only the end of the typed line."""
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
        """Ask until the answer is yes or no; an empty line and the end of the input mean no."""
        while (
            word := ((await self.ask(f"{question} (yes or no)")) or "").strip().lower()
        ) not in _NO:
            if word in _YES:
                return True
            self.tell("This awaits yes or no; nothing else was done.")
        return False


async def choose(lines: Lines, choices: Mapping[Any, str]) -> Any:
    """Ask for one of several by number; return it, or None for none of them."""
    for number, says in enumerate(choices.values(), 1):
        lines.tell(f"{number}. {says}")
    answer = (await lines.ask(f"Which? (1 to {len(choices)}, Enter for none)")) or ""
    answer = answer.strip()
    if answer.isdecimal() and 1 <= int(answer) <= len(choices):
        return list(choices)[int(answer) - 1]
    lines.tell("Nothing was changed.")
    return None
