"""Sentences about rounds that screens, lines and commands share. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

from bbs.features.reading.views import RoundSize, Section
from bbs.plural import counted

HEADINGS: Mapping[Section, str] = MappingProxyType(
    {
        Section.FOR_ME: "To you",
        Section.FOLLOWED: "You follow",
        Section.BOARD: "On your boards",
    }
)


def describe_size(size: RoundSize) -> str:
    """Return the size of a round, as in `12 threads, 31 posts, about 9 minutes`."""
    threads, posts = counted(size.threads, "thread"), counted(size.posts, "post")
    return f"{threads}, {posts}, about {counted(size.minutes, 'minute')}"


def describe_round(size: RoundSize) -> str:
    """Return the size of a round as a sentence."""
    return f"{describe_size(size)}." if size.posts else "Nothing is waiting."


def describe_newer(newer: int) -> str:
    """Return how many posts are newer than a round, as in `2 newer, next round`; empty for 0."""
    return f"{newer} newer, next round" if newer else ""
