"""The way back: which page led to what is shown, where the reader was on it, and the last hits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bbs.features.reading.messages import PostInThread


class Hits:
    """The last search of this community, for as long as the client runs; kept nowhere else.

    Attributes:
        words: The search as typed; empty before the first one.
        found: The hits so far, newest first.
        before: Where the server goes on; None at the end.
        at: The hit that was opened last.
    """

    def __init__(self) -> None:
        """Begin without a search."""
        self.words = ""
        self.found: Sequence[PostInThread] = ()
        self.before: int | None = None
        self.at = 0

    def step(self, step: int) -> "PostInThread | None":
        """Go to the next hit (1) or the one before (-1); None if there is none."""
        if not 0 <= self.at + step < len(self.found):
            return None
        self.at += step
        return self.found[self.at]

    def describe(self) -> str:
        """Return which hit of how many is open: `hit 2 of 4`."""
        more = "" if self.before is None else " or more"
        return f"hit {self.at + 1} of {len(self.found)}{more}"


class Trail:
    """The page that the reader came from.

    Attributes:
        hits: The last search.
    """

    def __init__(self) -> None:
        """Begin with no page."""
        self.hits = Hits()
        self._page = self._key = self._led_to = ""
        self._goes_back = False

    def lead(self, page: str, led_to: str, key: str | None = None) -> None:
        """Remember a page that the reader left.

        Args:
            page: The id of its action.
            led_to: The thread, or the board of the lounge, that it led to.
            key: The item that led there; None for the one that was kept.
        """
        self._page, self._led_to = page, led_to
        self._key = self._key if key is None else key

    def leave(self) -> None:
        """Forget the page: the reader went elsewhere."""
        self._page = self._led_to = ""

    def go_back(self, here: str | None) -> str:
        """Return the page that led here, by its action's id, and begin to go back; empty for none.

        Args:
            here: The thread or the lounge's board that the reader leaves; None for neither.
        """
        if not self._page or here != self._led_to:
            return ""
        page, self._goes_back = self._page, True
        self.leave()
        return page

    def keep(self, key: str) -> None:
        """Remember the item of a page that the reader opens."""
        self._key = key

    def place(self) -> str | None:
        """Return the item that was opened, for a page that the reader comes back to; else None."""
        back, self._goes_back = self._goes_back, False
        return self._key if back else None
