"""Places in a pack: from which line on it is read. Each follows from the line itself. Pure."""

from typing import Annotated, NamedTuple

from msgspec import Meta

from bbs.errors import BadParams
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackHeading,
    PackNorms,
    PackPost,
    PackSettings,
    PackThread,
)

PARTS = ("pack", "settings", "norms", "thread", "author", "post", "act")
"""The kinds of lines that have places, in the order in which they stand."""

PackPlace = Annotated[
    str, Meta(max_length=48, pattern=f"^({'|'.join(PARTS)}):[0-9]{{1,16}}:[0-9]{{1,16}}$")
]
"""The place behind a line of a pack. It follows from the line, so that reading goes on from a file."""


class PlaceParts(NamedTuple):
    """The parts of a place.

    Attributes:
        part: The kind of the line.
        of: The number of its thread, version or home; 0 for none.
        number: Its own number there.
    """

    part: str
    of: int = 0
    number: int = 0

    def __str__(self) -> str:
        return f"{self.part}:{self.of}:{self.number}"


def parse_place(place: PackPlace | None) -> PlaceParts | None:
    """Return the parts of a place; None for the beginning.

    Raises:
        BadParams: If it is none.
    """
    if place is None:
        return None
    part, _, numbers = place.partition(":")
    of, _, number = numbers.partition(":")
    if part not in PARTS or not (of.isdecimal() and number.isdecimal()):
        raise BadParams("after", "is no place in a pack; begin anew without it")
    return PlaceParts(part, int(of), int(number))


class PlaceFinder:
    """Tells the place behind each line of a pack, which it is given in their order."""

    def __init__(self, thread: int = 0) -> None:
        """Begin at the beginning, or within a thread.

        Args:
            thread: The number of the thread that stands above the next line; 0 for none.
        """
        self._thread = thread

    def take(self, line: Line) -> PackPlace | None:
        """Return the place behind a line; None for checks and signatures, which have none."""
        match line:
            case PackHeading():
                return str(PlaceParts("pack"))
            case PackSettings():
                return str(PlaceParts("settings"))
            case PackNorms():
                return str(PlaceParts("norms", line.version))
            case PackThread():
                self._thread = line.number
                return str(PlaceParts("thread", line.number))
            case PackAuthor():
                return str(PlaceParts("author", self._thread, line.number))
            case PackPost():
                return str(PlaceParts("post", self._thread, line.number))
            case PackAct():
                return str(PlaceParts("act", line.home, line.seq))
            case _:
                return None
