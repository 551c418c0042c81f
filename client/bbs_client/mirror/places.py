"""Cursors, ranges of numbers, and the record of rows that a transaction touched."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

_LAST_NUMBER = 2**53


class Cursor(NamedTuple):
    """A place in a stream.

    Attributes:
        seq: The last event the reader has; -1 for none: listen from now on.
        tag: The tag of `seq`, which identifies its history (protocol 6.7); empty for none.
    """

    seq: int
    tag: str = ""


class EventPlace(NamedTuple):
    """The place of an event.

    Attributes:
        stream: The stream it came on.
        seq: Its seq there.
        at: When it happened.
        tag: The tag of `seq`, which identifies its history (protocol 6.7); empty for none.
    """

    stream: str
    seq: int
    at: datetime
    tag: str = ""


class TouchedRows(Struct, frozen=True):
    """The rows that one transaction changed, so that surfaces draw only these again.

    Attributes:
        tables: Names of changed tables, of: members, boards, seats, norms, threads, posts, lines,
            marks, choices, notices, thanks, here.
        boards: Ids of boards whose row, threads, posts, lines or counts changed.
        threads: Ids of threads whose row, posts or counts changed.
        wanting: Ids of threads that are missing although a post of theirs is stored: fetch them.
        shown: Ids of threads whose hidden posts may be read again and were deleted here: fetch
            them.
    """

    tables: frozenset[str] = frozenset()
    boards: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    wanting: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()


def gaps(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the gaps between sorted, disjoint ranges of numbers, and the gap after the last."""
    found = []
    low = 1
    for first, last in ranges:
        if first > low:
            found.append((low, first - 1))
        low = last + 1
    found.append((low, _LAST_NUMBER))
    return found
