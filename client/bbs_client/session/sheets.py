"""Sheets: what a page about a case says, row by row, and what its reader can do; for both surfaces."""

from typing import NamedTuple

from msgspec import Struct


class SheetRow(NamedTuple):
    """A row of a sheet before it is wrapped.

    Attributes:
        text: What it says; cleaned.
        role: Its style: `strong`, `dim`, `warn`, or nothing.
        lead: What stands before its first row: a rail, a bar, a label.
        rail: What stands before the rows below it, as wide as `lead`; empty for blanks.
    """

    text: str
    role: str = ""
    lead: str = ""
    rail: str = ""


BLANK = SheetRow("")


class SheetWord(NamedTuple):
    """Something that the reader can do.

    Attributes:
        key: Its key on the screen.
        word: What the action gets.
        label: What it does, in a few words.
        says: The same in a sentence, for the sheet and for lines.
        not_yet: Why it cannot be done yet, and what comes before; empty if it can.
    """

    key: str
    word: str
    label: str
    says: str = ""
    not_yet: str = ""


class Sheet(Struct, frozen=True, kw_only=True):
    """A page to read, with what its reader can do.

    Attributes:
        name: What it is called, in a word or two.
        board: The board it is about, by its id; empty for none.
        fact: The one fact at the right of the top bar.
        rows: What it says.
        words: What its reader can do.
        closing: What is true of all of that, a sentence; empty for nothing.
        topic: The id of the case it tells; empty for none.
        revision: Of the case, as it is told.
        is_only: Whether the reader sees nothing else of the community.
    """

    name: str
    board: str = ""
    fact: str = ""
    rows: tuple[SheetRow, ...] = ()
    words: tuple[SheetWord, ...] = ()
    closing: str = ""
    topic: str = ""
    revision: int = 0
    is_only: bool = False


class ListingItem(NamedTuple):
    """An item of a list page.

    Attributes:
        id: What is answered when it is chosen.
        heading: What it is, in one line; cleaned.
        when: The fact at its right; cleaned.
        below: What is said below it; cleaned.
        is_new: Whether it waits for the reader.
    """

    id: str
    heading: str
    when: str
    below: tuple[str, ...] = ()
    is_new: bool = False


class Listing(Struct, frozen=True, kw_only=True):
    """A page with a list to choose from.

    Attributes:
        name: What it is called.
        about: What it is, above the list.
        items: The items.
        empty: What is said if there is none.
        leads: Whether an item opens something.
    """

    name: str
    about: str
    items: tuple[ListingItem, ...]
    empty: str
    leads: bool = False


class RollItem(NamedTuple):
    """An item of a roll.

    Attributes:
        id: What is answered when it is chosen, and what stands before it.
        text: What it is; cleaned.
        fact: A few words at its right; cleaned.
        below: What is said below it; cleaned.
        role: Of the fact: as of a row of a sheet.
    """

    id: str
    text: str
    fact: str = ""
    below: tuple[str, ...] = ()
    role: str = "dim"


class Roll(Struct, frozen=True, kw_only=True):
    """A page of what is done to many things: a sheet, and an item for each of them below it.

    Attributes:
        sheet: What it says above them, and what its reader can do.
        heading: What the items are.
        items: The items; they can be a thousand.
        is_live: Whether it changes by itself, as long as something is being done.
    """

    sheet: Sheet
    heading: str
    items: tuple[RollItem, ...] = ()
    is_live: bool = False
