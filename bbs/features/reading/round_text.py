"""How a round is told, in the same words on screens, in lines and by commands. Pure."""

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
    """Return how much a round is, as in `12 threads, 31 posts, about 9 minutes`."""
    threads, posts = counted(size.threads, "thread"), counted(size.posts, "post")
    return f"{threads}, {posts}, about {counted(size.minutes, 'minute')}"


def describe_round(size: RoundSize) -> str:
    """Return how much a round is, in a sentence."""
    return f"{describe_size(size)}." if size.posts else "Nothing is waiting."


def describe_newer(newer: int) -> str:
    """Return what came after a round was fixed, as in `2 newer, next round`; empty for nothing."""
    return f"{newer} newer, next round" if newer else ""
