"""A round under way: where the reader is in it, what is left of it, and how much they have read (P4). Pure."""

from collections.abc import Callable, Collection

from msgspec.structs import replace

from bbs.features.reading.rounds import without_place
from bbs.features.reading.views import Round, Stop
from bbs.ids import ThreadId

Unread = Callable[[ThreadId], Collection[int]]
"""Tells which numbers of a thread are unread now: marked on another device is read here too."""


class RoundProgress:
    """Goes through a round stop by stop. It only ever gets shorter, so it ends.

    Attributes:
        posts: How many posts the round held when it was fixed.
        threads: In how many threads.
        shown: What is left of it, as far as is known here.
    """

    def __init__(self, shown: Round) -> None:
        """Begin before the first stop.

        Args:
            shown: The round as it was fixed.
        """
        self.shown = shown
        self.posts = sum(len(stop.numbers) for stop in shown.stops)
        self.threads = len({stop.thread for stop in shown.stops})

    @property
    def vector(self) -> dict[str, int]:
        """For each board, the last seq of its stream that belongs to this round."""
        return self.shown.vector

    def here(self, unread: Unread) -> Stop | None:
        """Return the stop the reader is at, with what is left of it; None once the round is over.

        Stops of which nothing is left any more are gone from the round for good: what is marked
        unread again comes in the next one.
        """
        stops = self.shown.stops
        for at, stop in enumerate(stops):
            still = set(unread(stop.thread))
            numbers = tuple(number for number in stop.numbers if number in still)
            if numbers:
                stop = replace(stop, numbers=numbers)
                self.shown = replace(self.shown, stops=(stop, *stops[at + 1 :]))
                return stop
        self.shown = replace(self.shown, stops=())
        return None

    def skip(self, thread: ThreadId) -> int:
        """Leave a thread for the next round; return how many of its posts that are."""
        left = sum(len(stop.numbers) for stop in self.shown.stops if stop.thread == thread)
        self.shown = without_place(self.shown, thread=thread)
        return left
