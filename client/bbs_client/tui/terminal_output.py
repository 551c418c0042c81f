"""The terminal's output on a slow line: what it cannot take in time is drawn later, as it is then.

A screen has 8 KB; a line of 300 bytes a second takes half a minute for it. Textual draws on
meanwhile, until what is shown is minutes old and the whole client waits for the line.
"""

import re
import threading
import time
from collections.abc import Callable
from typing import Final, TextIO

STUCK_SECONDS: Final = 0.3  # for a piece; where the terminal keeps up, each takes a hundredth of it
ALT_MODES: Final = ("1036", "1039")
"""Modes of xterm by which a letter with Alt comes as ESC and itself; without them, Alt+x types ø."""

QUESTIONS: Final = "".join(f"\x1b[?{mode}$p" for mode in ALT_MODES) + "\x1b[>c"
"""Asks for the state of these modes, and what terminal it is; what knows no answer gives none."""

_PIECE_CHARS: Final = 1_024

_ends_a_frame = re.compile(r"\x1b\[\d+;\d+H\Z").search  # Textual ends each by the cursor's place
_SYNC_BEGINS, _SYNC_ENDS = "\x1b[?2026h", "\x1b[?2026l"


class TerminalOutput:
    """The file of a terminal, for Textual's writer: leaves out frames while the terminal is behind.

    Attributes:
        skips: Whether nothing more of what waits is wanted: the client gives the terminal back.
    """

    def __init__(self, file: TextIO, caught_up: Callable[[], object]) -> None:
        """Write to a file.

        Args:
            file: The terminal.
            caught_up: Called by the writer's thread once all is taken, if a frame was left out:
                then the whole screen has to be drawn.
        """
        self._file = file
        self._caught_up = caught_up
        self._lock = threading.RLock()
        self._since: float | None = None  # when the writing of a piece began
        self._is_behind = False
        self._left_out = False
        self._is_in_sync = False
        self.skips = False

    # For the writer's thread

    def write(self, text: str) -> None:
        """Write a text in pieces; not a frame that is old by now."""
        with self._lock:
            if self._is_behind and _ends_a_frame(text[-16:]):
                self._left_out = True
                return
        for at in range(0, len(text), _PIECE_CHARS):
            if self.skips:
                return
            self._timed(self._file.write, text[at : at + _PIECE_CHARS])

    def flush(self) -> None:
        """Wait until the terminal has taken what was written; nothing else waits."""
        self._timed(self._file.flush)
        with self._lock:
            left_out, self._left_out, self._is_behind = self._left_out, False, False
        if left_out:
            self._caught_up()

    def _timed(self, do: Callable[..., object], *what: str) -> None:
        self._since = time.monotonic()
        try:
            do(*what)
        finally:
            self._since = None

    def fileno(self) -> int:
        """Return the number of the file."""
        return self._file.fileno()

    # For those who draw

    @property
    def is_busy(self) -> bool:
        """Whether something is being written now."""
        return self._since is not None

    @property
    def is_behind(self) -> bool:
        """Whether the terminal takes long for what was written."""
        # Under the lock: said after the writer had caught up, it would hold for ever, because
        # then nothing more is written that could end it.
        with self._lock:
            since = self._since
            if since is not None and time.monotonic() - since > STUCK_SECONDS:
                self._is_behind = True
            return self._is_behind

    def takes(self, data: str) -> bool:
        """Return whether to write this: all but what draws, while the terminal is behind."""
        if data == _SYNC_ENDS:
            was, self._is_in_sync = self._is_in_sync, False
            return was
        if data == _SYNC_BEGINS:
            self._is_in_sync = not self.is_behind
            return self._is_in_sync
        if not _ends_a_frame(data[-16:]):
            return True
        with self._lock:
            if not self.is_behind:
                return True
            self._left_out = True
            return False
