"""Refusals of what a guard for newcomers does not let pass, with its setting and its end (P6, P7)."""

from datetime import datetime

from bbs.refusals import Refused


class LinkGuarded(
    Refused,
    code="arriving.link_guarded",
    hint="write a new post with the link, or send your edit without it",
):
    """A newcomer's edit adds a link to words that no moderator reads first (setting `guard_links`).

    Attributes:
        board: The board whose setting it is.
        until: When the guard ends at the latest.
    """

    board: str
    until: datetime

    def __str__(self) -> str:
        end = f"{self.until:%Y-%m-%d %H:%M} UTC"
        return (
            f"as a newcomer here you add no links by an edit (the board holds links until {end});"
            " a new post with the link goes to a moderator first"
        )
