"""Wrong guesses at passwords, counted in memory alike for every handle (P11)."""

import hmac
import math
import secrets
from array import array
from collections.abc import Callable

from bbs import limits
from bbs.clock import SECOND_MS, Ms
from bbs.errors import Throttled
from bbs.features.members.rules import guess_wait_s, guesses_left_over

_ROWS = 2


class Guesses:
    """All wrong guesses since the start, in a memory that does not grow.

    Devices have counters of their own, which no stranger can reach. Nothing is stored. Every count
    begins half full, so that a restart gives a guesser hardly any new guesses. Only the first
    `limits.GUESSES_FREE_AT_START` wrong guesses after a start need not wait: they count like all
    others, so a typing error costs a member nothing and a guesser gains nothing.
    """

    def __init__(self, steady: Callable[[], Ms]) -> None:
        """Begin with every count half full.

        Args:
            steady: A clock that no program can set, in ms.
        """
        self._strangers = _Counters(steady, limits.GUESS_COUNTERS)
        self._devices = _Counters(steady, limits.DEVICE_GUESS_COUNTERS)

    def refuse_while_waiting(self, handle: str, device: int | None) -> None:
        """Refuse a password, right or wrong, too soon after wrong guesses (protocol 3.3).

        Args:
            handle: The handle, whether or not a member has it.
            device: The known device from which the guess comes; None for another.

        Raises:
            Throttled: If the wait after the last wrong guess is not over; with the rest of it.
        """
        counters, name = self._counters_of(handle, device)
        left_s = counters.left_s(name)
        if left_s > 0:
            # Rounded up, so that a client that comes back then is not refused again.
            raise Throttled(retry_after_s=math.ceil(left_s * 10) / 10)

    def count(self, handle: str, device: int | None) -> None:
        """Count a wrong guess; takes what `refuse_while_waiting` takes."""
        counters, name = self._counters_of(handle, device)
        counters.count(name)

    def _counters_of(self, handle: str, device: int | None) -> tuple["_Counters", str]:
        return (self._strangers, handle) if device is None else (self._devices, str(device))


class _Counters:
    """Counters that guessers share (a count-min sketch): each guesser has a counter in each row.

    Guessers who share a counter can only make each other's count larger, and the smaller of a
    guesser's counters holds. So no counter is evicted: a flood of made-up handles gives no guesser
    a free guess, and it slows a member whom it does not name only after it has filled every
    counter.
    """

    def __init__(self, steady: Callable[[], Ms], width: int) -> None:
        self._steady = steady
        self._width = width
        self._secret = secrets.token_bytes(32)
        # As if the last guess had come so long ago that the next guess need not wait.
        start = steady() - guess_wait_s(limits.GUESSES_AT_START) * SECOND_MS
        self._counts = array("d", [limits.GUESSES_AT_START]) * (_ROWS * width)
        self._times = array("d", [start]) * (_ROWS * width)
        self._since_start = bytearray(_ROWS * width)

    def left_s(self, guesser: str) -> float:
        """Return how long a guesser still has to wait, in seconds; 0 or less for not at all."""
        now = self._steady()
        return min(
            guess_wait_s(self._counts[at]) - (now - self._times[at]) / SECOND_MS
            if self._since_start[at] > limits.GUESSES_FREE_AT_START
            else 0.0
            for at in self._places(guesser)
        )

    def count(self, guesser: str) -> None:
        now, places = self._steady(), self._places(guesser)
        left_over = [
            guesses_left_over(self._counts[at], (now - self._times[at]) / SECOND_MS)
            for at in places
        ]
        counted = min(left_over) + 1
        for at, before in zip(places, left_over, strict=True):
            self._counts[at] = max(before, counted)
            self._times[at] = now
            self._since_start[at] = min(self._since_start[at] + 1, 255)

    def _places(self, guesser: str) -> tuple[int, ...]:
        """Return the places of a guesser's counters, which depend on the server's secret."""
        drawn = hmac.digest(self._secret, guesser.encode(errors="surrogatepass"), "sha256")
        return tuple(
            row * self._width + int.from_bytes(drawn[8 * row : 8 * row + 8]) % self._width
            for row in range(_ROWS)
        )
