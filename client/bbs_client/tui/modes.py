"""Textual's modes as the app uses them: one for each community, one for too small a terminal."""

from typing import TYPE_CHECKING

from textual.app import App
from textual.geometry import Size

from bbs_client.tui.main_screen import MainScreen

if TYPE_CHECKING:
    from textual.screen import Screen

SMALL = "small"  # the mode of a terminal with fewer columns or rows than this
COLUMNS_MIN, ROWS_MIN = 40, 10


def too_small() -> "Screen[None]":
    """Return the screen of that mode."""
    # Imported late, because few terminals need it.
    from bbs_client.tui.too_small import TooSmall

    return TooSmall(f"Folkmoot needs {COLUMNS_MIN} columns and {ROWS_MIN} rows.")


class Modes:
    """Switches between the screens of an app."""

    def __init__(self, app: App[None]) -> None:
        """Switch nothing yet."""
        self._app = app
        self._known: set[str] = set()

    async def show(self, main: MainScreen) -> None:
        """Show the screen of a community, or what it needs where the terminal is too small."""
        self._know(main)
        await self._app.switch_mode(main.mode)
        await self.fit(self._app.size, main)

    async def fit(self, size: Size, main: MainScreen) -> None:
        """Show what the client needs, and nothing else, as long as the terminal is too small.

        Args:
            size: The terminal's.
            main: The reading screen to show otherwise.
        """
        is_small = size.width < COLUMNS_MIN or size.height < ROWS_MIN
        if is_small and self._app.current_mode != SMALL:
            self._know(main)
            await self._app.switch_mode(SMALL)
        elif not is_small and self._app.current_mode == SMALL:
            await self._app.switch_mode(main.mode)

    def _know(self, main: MainScreen) -> None:
        """Let Textual return to the mode of a screen, which it does only to those it was told."""
        if main.mode not in self._known:
            self._known.add(main.mode)
            self._app.add_mode(main.mode, lambda: main)
