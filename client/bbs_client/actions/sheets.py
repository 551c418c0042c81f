"""The questions that a page of text and a page of items ask: what to do, or which one to open."""

from collections.abc import Awaitable, Callable

from bbs_client.actions.surface import Question
from bbs_client.session.sheets import Listing, Roll, Sheet


class SheetQuestion(Question[str], frozen=True):
    """Shows a sheet, and asks what to do; answers with a word of it.

    Attributes:
        sheet: What it says now.
        again: Asks the server for it anew; None for what does not change.
    """

    sheet: Sheet
    again: Callable[[], Awaitable[Sheet]] | None = None


class ListingQuestion(Question[str], frozen=True):
    """Shows a list, and asks for an item of it, by its id.

    Attributes:
        listing: The list.
        at: The item to begin at, by its id; empty for the first.
        again: Asks the server for it anew, when something happened; None for what does not change.
    """

    listing: Listing
    at: str = ""
    again: Callable[[], Awaitable[Listing]] | None = None


class RollQuestion(Question[str], frozen=True):
    """Shows a sheet with many items below it, and asks what to do; answers with a word of the sheet.

    Attributes:
        roll: What it says now.
        again: Asks the server for it anew, when something happened; None for what does not change.
    """

    roll: Roll
    again: Callable[[], Awaitable[Roll]] | None = None
