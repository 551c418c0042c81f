"""The errors of letters."""

from datetime import datetime

from bbs.refusals import Refused


class LettersGuarded(
    Refused,
    code="letters.guarded",
    hint="wait for somebody to ask you, or talk on a board first; the setting is of the commons",
):
    """A newcomer asks people for a letter who never wrote to them (setting `guard_letters`).

    Attributes:
        until: When the guard ends.
    """

    until: datetime

    def __str__(self) -> str:
        end = f"{self.until:%Y-%m-%d %H:%M} UTC"
        return f"as a newcomer you ask only people for a letter who asked you for one, until {end}"
