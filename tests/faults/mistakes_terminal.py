"""Mistakes about the terminal's input: pastes that end too soon or never, letters that nobody typed."""

from collections.abc import Iterator
from typing import Any


def reads_as_textual_does() -> None:
    """Leave the bytes, and the end of them, to Textual's own driver."""
    from textual.drivers.linux_driver import LinuxDriver

    from bbs_client.tui.driver import RestoringDriver

    RestoringDriver.run_input_thread = LinuxDriver.run_input_thread  # type: ignore[method-assign]  # the test's own stand-in


def ends_a_paste_at_an_escape() -> None:
    """Take any ESC for the end of a paste."""
    from bbs_client.tui.terminal_input import PASTE_ENDS, TerminalInput, Token

    read = TerminalInput._read_paste

    def until_escape(self: TerminalInput, tokens: list[Token]) -> bool:
        at = self._rest.find(b"\x1b")
        if at < 0 or PASTE_ENDS.startswith(self._rest[at:]):
            return read(self, tokens)
        self._keep(self._rest[:at])
        self._rest = self._rest[at:]
        tokens += self._end_paste()
        return True

    TerminalInput._read_paste = until_escape  # type: ignore[method-assign]  # the test's own stand-in


def waits_for_the_end_mark() -> None:
    """Take all that ever comes for pasted, until an end mark."""
    from bbs_client.tui import terminal_input

    terminal_input.PASTE_SECONDS = terminal_input.INTERRUPT_SECONDS = 10**9  # type: ignore[misc]  # the test's own stand-in


def types_what_it_does_not_know() -> None:
    """Type the letters of a sequence that no key is named by."""
    from bbs_client.tui import terminal_keys

    known = terminal_keys.TerminalKeys._of_sequence

    def typed(self: terminal_keys.TerminalKeys, sequence: str, *, alt: bool) -> Iterator[Any]:
        found = list(known(self, sequence, alt=alt))
        yield from found or (key for letter in sequence for key in terminal_keys._typed(letter))

    terminal_keys.TerminalKeys._of_sequence = typed  # type: ignore[method-assign]  # the test's own stand-in


def types_letters_with_modifiers() -> None:
    """Type a letter whatever is held down with it."""
    from bbs_client.tui import terminal_keys

    terminal_keys._with_alt = terminal_keys._typed


def comes_back_without_drawing() -> None:
    """Take the terminal back from the shell, and leave the screen to the next change."""
    from bbs_client.tui.driver import RestoringDriver

    RestoringDriver._come_back = RestoringDriver.resume_application_mode  # type: ignore[method-assign]  # the test's own stand-in


def waits_for_the_line() -> None:
    """Write all that was ever drawn, whatever the line takes."""
    from bbs_client.tui.terminal_output import TerminalOutput

    TerminalOutput.is_behind = False  # type: ignore[assignment, method-assign]  # the test's own stand-in


TERMINAL_MISTAKES = {
    "reads-as-textual-does": reads_as_textual_does,
    "ends-a-paste-at-an-escape": ends_a_paste_at_an_escape,
    "waits-for-the-end-mark": waits_for_the_end_mark,
    "types-what-it-does-not-know": types_what_it_does_not_know,
    "types-letters-with-modifiers": types_letters_with_modifiers,
    "comes-back-without-drawing": comes_back_without_drawing,
    "waits-for-the-line": waits_for_the_line,
}
