"""The kinds of boards."""

from enum import StrEnum


class BoardKind(StrEnum):
    """What a board is for; it never changes."""

    BOARD = "board"  # every seat holder writes
    JOURNAL = "journal"  # one seat holder writes, the others read
    LETTER = "letter"  # a conversation of a few, in no list of boards
