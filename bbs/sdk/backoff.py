"""When to connect again after a lost connection, and when not to. Pure: randomness is passed in."""

import math
from random import Random

from bbs import limits
from bbs.errors import Disconnected, FolkmootError, RetryableError
from bbs.refusals import NotSignedIn
from bbs.sdk.errors import HostNotServed
from bbs.sdk.transport import TransportClosed
from bbs.wire import close

_DOUBLINGS_MAX = 16  # the ceiling is reached long before; keeps the power small


def delay_s(attempt: int, rng: Random) -> float:
    """Return how long to wait before an attempt: full jitter below a doubling ceiling.

    When a server restarts, all clients lose their connection at the same moment. Random waits over
    the whole span keep them from coming back at the same moment.

    Args:
        attempt: 0 for the first attempt after a good connection.
        rng: The randomness to draw from.

    Returns:
        Seconds, from 0 to `RECONNECT_SECONDS_BASE * 2**attempt`, at most `RECONNECT_SECONDS_MAX`.
    """
    ceiling_s = limits.RECONNECT_SECONDS_BASE * 2 ** min(attempt, _DOUBLINGS_MAX)
    return rng.uniform(0.0, min(ceiling_s, limits.RECONNECT_SECONDS_MAX))


def clamp_retry_after_s(retry_after_s: float) -> float:
    """Return the wait that a server asked for, in seconds, within the limits of a client."""
    if math.isnan(retry_after_s):
        return limits.RETRY_AFTER_SECONDS_MIN
    return min(max(retry_after_s, limits.RETRY_AFTER_SECONDS_MIN), limits.RETRY_AFTER_SECONDS_MAX)


def wait_of(error: RetryableError) -> float:
    """Return how long to wait before sending the same request again, in seconds.

    An error without a time, such as a full disk, gets the longest wait of a lost connection.
    """
    told: float = getattr(error, "retry_after_s", limits.RECONNECT_SECONDS_MAX)
    return clamp_retry_after_s(told)


def final_error(closed: TransportClosed) -> FolkmootError | None:
    """Return the error that ends all attempts after this close; None if another may succeed."""
    if closed.code not in close.FINAL:
        return None
    return NotSignedIn() if closed.code == close.SESSION_ENDED else HostNotServed(closed.reason)


def lost_error(closed: TransportClosed) -> Disconnected:
    """Return the error for a caller that does not try again after this close."""
    error = Disconnected(closed.words)
    if closed.code == close.TOO_MANY:
        # The error's own hint names address and network, but both are right.
        error.add_note("try again later")
    return error


class Backoff:
    """The waits of a client, longer after each failure (protocol 8.2)."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._attempt = 0

    def next_s(self, lasted_s: float, *, stopping_s: float | None = None) -> float:
        """Return how long to wait now, in seconds.

        Args:
            lasted_s: Seconds that the last connection lasted; 0 if there was none. Only a long
                connection resets the waits, so that a server that accepts and closes is spared.
            stopping_s: Seconds that the server asked for as it stopped; None if it did not.
        """
        if lasted_s >= limits.RECONNECT_GOOD_SECONDS:
            self._attempt = 0
        if stopping_s is not None:
            return self._rng.uniform(0.0, clamp_retry_after_s(stopping_s))
        wait_s = delay_s(self._attempt, self._rng)
        self._attempt += 1
        return wait_s
