"""Where things are: cursors, ranges of numbers, and what of the mirror was touched."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

_LAST_NUMBER = 2**53


class Cursor(NamedTuple):
    """A place in a stream.

    Attributes:
        seq: The last event the reader has; -1: none, the stream is heard from now on.
        tag: What names the history it belongs to (protocol 6.7); empty for none.
    """

    seq: int
    tag: str = ""


class EventPlace(NamedTuple):
    """Where and when an event happened.

    Attributes:
        stream: The stream that told it.
        seq: Its place there.
        at: The moment.
        tag: What names the history that `seq` belongs to (protocol 6.7); empty for none.
    """

    stream: str
    seq: int
    at: datetime
    tag: str = ""


class TouchedRows(Struct, frozen=True):
    """What one application changed, so that only that is drawn again.

    Attributes:
        tables: Of members, boards, seats, norms, threads, posts, lines, marks, choices,
            notices, thanks, here.
        boards: Ids of boards whose row, threads, posts, lines or counts changed.
        threads: Ids of threads whose row, posts or counts changed.
        wanting: Ids of threads of which a post is here, but not the thread itself: fetch them.
        shown: Ids of threads of which posts went because they may be read again: fetch those.
    """

    tables: frozenset[str] = frozenset()
    boards: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    wanting: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


def gaps(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return what lies between sorted, disjoint ranges of numbers, up to the last possible one."""
    found = []
    low = 1
    for first, last in ranges:
        if first > low:
            found.append((low, first - 1))
        low = last + 1
    found.append((low, _LAST_NUMBER))
    return found
