"""What becomes of the words of a member who leaves, as several features say it."""

from enum import StrEnum


class LeaveWords(StrEnum):
    """What becomes of a member's words where they leave (P9)."""

    TAKEN = "taken"  # hidden at once, and erased
    FORMER = "former"  # they stay; nobody learns any more whose they are
    LEFT = "left"  # they stay, under the member's name
