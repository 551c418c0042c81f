"""The progress display of long commands."""

import sys

from bbs import terminal
from bbs.terminal.output import Output


class Progress:
    """A line on a terminal that says how far a command is; it shows nothing anywhere else."""

    def __init__(self, out: Output) -> None:
        """Take where the command's results go."""
        self._live = not out.quiet and sys.stderr.isatty()

    def show(self, text: str) -> None:
        """Show a line in the place of the one before; an empty text removes it."""
        if self._live:
            terminal.tell_progress(text)
