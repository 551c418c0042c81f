"""The sentences of home and of a round's end, the same on every surface. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bbs.features.reading.views import RoundSize
from bbs.plural import counted

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve")  # fmt: skip
_GREETINGS = ((5, "Good morning"), (11, "Good day"), (18, "Good evening"), (23, "Good night"))
NAMES_MAX = 2  # of more people, the first are named and the others counted
ALL_READ = "All caught up"
NOTHING_NEW = "Nothing new for you."
OVER = "The end of the round"
COME_BACK = "Come back when you like."
QUIET = f"That was all of it. {COME_BACK}"
TO_THE_END = "the end of the round"


def in_words(count: int, name: str) -> str:
    """Return a number of things in words: `four boards`; large numbers in digits."""
    if count >= len(_WORDS):
        return counted(count, name)
    return f"{_WORDS[count]} {name}{'' if count == 1 else 's'}"


def greet(now: datetime, handle: str) -> str:
    """Return the greeting of the hour.

    Args:
        now: The moment in the reader's zone.
        handle: The reader's; cleaned; empty before it is known.
    """
    said = _GREETINGS[-1][1]
    for hour, greeting in _GREETINGS:
        if now.hour >= hour:
            said = greeting
    return f"{said}, {handle}." if handle else f"{said}."


def describe_waiting(size: RoundSize) -> str:
    """Return how much waits, and that it ends."""
    waits = "waits" if size.posts == 1 else "wait"
    minutes = in_words(size.minutes, "minute")
    return f"{counted(size.posts, 'post')} {waits} for you, about {minutes}. Then you are through."


def describe_rest(size: RoundSize) -> str:
    """Return how much is left of a round that has begun."""
    minutes = in_words(size.minutes, "minute")
    return f"{counted(size.posts, 'post')} to the end of this round, about {minutes}."


def describe_read(posts: int, threads: int, boards: int) -> str:
    """Return what was read in a round that ended."""
    where = f"{counted(threads, 'thread')}, on {in_words(boards, 'board')}"
    return f"You read {counted(posts, 'post')} in {where}."


def describe_left(posts: int) -> str:
    """Return how much the reader left out."""
    return f"You left {counted(posts, 'post')} for the next round."


def describe_since(newer: int) -> str:
    """Return how much came since; empty for nothing."""
    return f"since then: {counted(newer, 'post')}, for your next round" if newer else ""


def name_people(names: Sequence[str], rest: str = "other") -> list[str]:
    """Return people or places in the pieces of a sentence, their names at the even places.

    Args:
        names: Each once; cleaned.
        rest: What those beyond the first are called: `other`, with an s for several, or `more`.
    """
    shown = list(names[:NAMES_MAX])
    others = len(names) - len(shown)
    pieces = [shown[0]]
    for at, name in enumerate(shown[1:], 1):
        is_last = at == len(shown) - 1 and not others
        pieces += [" and " if is_last else ", ", name]
    if not others:
        return pieces
    return [*pieces, f" and {others} more" if rest == "more" else f" and {in_words(others, rest)}"]
