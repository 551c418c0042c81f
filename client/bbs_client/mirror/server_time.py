"""The server's time on this device, whose own clock is never believed for forgetting (P4, P10)."""

from datetime import datetime

from bbs import limits
from bbs.clock import SECOND_MS, MachineClock, Ms, to_ms


class ServerTime:
    """Tells the server's time: by the steady clock since it was told, before that by the wall clock.

    Attributes:
        offset_ms: What the wall clock lacked of the server's time when that was told last.
        server_doubts: Whether the server said last that it does not believe its own clock.
    """

    def __init__(self, clock: MachineClock, offset_ms: Ms = 0) -> None:
        """Begin with what an earlier run was told; see `note`."""
        self.offset_ms = offset_ms
        self.server_doubts = False
        self._clock = clock
        self._behind_steady_ms: Ms | None = None
        self._proven_behind_ms: Ms | None = None

    def __call__(self) -> Ms:
        """Return the time: a `bbs.clock.Clock`. What is over by it is hidden, and no more than that."""
        if self._behind_steady_ms is not None:
            return self._clock.steady() + self._behind_steady_ms
        return self._clock() + self.offset_ms

    def proven(self) -> Ms | None:
        """Return a time that the server has proven; None while it is not heard, or tells none."""
        if self._proven_behind_ms is None:
            return None
        return self._clock.steady() + self._proven_behind_ms

    def note(self, now: datetime | None, proven_now: datetime | None) -> None:
        """Take what the server says of the time as it says hello (protocol 3.1).

        A server in doubt about its clock changes nothing but what is proven.

        Args:
            now, proven_now: As in `Welcome`; None from a server that does not tell.
        """
        steady = self._clock.steady()
        self._proven_behind_ms = None if proven_now is None else to_ms(proven_now) - steady
        self.server_doubts = False
        if now is None or proven_now is None:
            return
        if (now - proven_now).total_seconds() > limits.CLOCK_STEP_SECONDS:
            self.server_doubts = True
            return
        told = to_ms(now)
        self._behind_steady_ms = told - steady
        offset_ms = told - self._clock()
        if abs(offset_ms - self.offset_ms) >= SECOND_MS:
            self.offset_ms = offset_ms

    def disconnected(self) -> None:
        """Note that the server is not heard any more: nothing is proven without it."""
        self._proven_behind_ms = None
