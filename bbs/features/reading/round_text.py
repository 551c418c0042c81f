"""The look of rounds: rows and sentences that screens, lines and commands share. Pure."""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

from msgspec import Struct

from bbs.features.reading.views import Round, RoundSize, Section, Stop
from bbs.plural import counted

HEADINGS: Mapping[Section, str] = MappingProxyType(
    {
        Section.FOR_ME: "To you",
        Section.FOLLOWED: "You follow",
        Section.BOARD: "On your boards",
    }
)


class BoardSum(Struct, frozen=True):
    """The unread posts of a board beyond the stops listed above it."""

    board: str
    first: Stop
    threads: int
    posts: int
    section: Section = Section.BOARD


def rows_of(shown: Round) -> list[Stop | BoardSum]:
    """Return the rows of a round's overview: stops for me and followed, then sums by board."""
    rows: list[Stop | BoardSum] = [
        stop for stop in shown.stops if stop.section is not Section.BOARD
    ]
    plain = (stop for stop in shown.stops if stop.section is Section.BOARD)
    for board, group in groupby(plain, lambda stop: stop.board):
        stops = list(group)
        posts = sum(len(stop.numbers) for stop in stops)
        rows.append(BoardSum(board, stops[0], len(stops), posts))
    return rows


def describe_size(size: RoundSize) -> str:
    """Return the size of a round, as in `12 threads, 31 posts, about 9 minutes`."""
    threads, posts = counted(size.threads, "thread"), counted(size.posts, "post")
    return f"{threads}, {posts}, about {counted(size.minutes, 'minute')}"


def describe_round(size: RoundSize) -> str:
    """Return the size of a round as a sentence."""
    return f"{describe_size(size)}." if size.posts else "Nothing is waiting."
