"""The server's time on this device. The device's own clock never decides what to erase (P4, P10)."""

from datetime import datetime

from bbs import limits
from bbs.clock import SECOND_MS, MachineClock, Ms, to_ms


class ServerTime:
    """The server's time, by the steady clock since the last welcome; before, by the wall clock.

    Attributes:
        offset_ms: The server's time minus the wall clock's at the last welcome, in ms.
        server_doubts: Whether the server does not believe its own clock, by its last welcome.
    """

    def __init__(self, clock: MachineClock, offset_ms: Ms = 0) -> None:
        """Begin with the values of an earlier run; see `note`."""
        self.offset_ms = offset_ms
        self.server_doubts = False
        self._clock = clock
        self._behind_steady_ms: Ms | None = None
        self._proven_behind_ms: Ms | None = None

    def __call__(self) -> Ms:
        """Return the time: a `bbs.clock.Clock`. It decides only what is shown, not what is erased."""
        if self._behind_steady_ms is not None:
            return self._clock.steady() + self._behind_steady_ms
        return self._clock() + self.offset_ms

    def proven(self) -> Ms | None:
        """Return a time that the server has proven; None while offline or if it names none."""
        if self._proven_behind_ms is None:
            return None
        return self._clock.steady() + self._proven_behind_ms

    def note(self, now: datetime | None, proven_now: datetime | None) -> None:
        """Take the time from the server's welcome (protocol 3.1).

        From a server that doubts its clock, take only the proven time.

        Args:
            now, proven_now: As in `Welcome`; None from a server that does not send them.
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
        """Note that the connection is lost: without the server no time is proven."""
        self._proven_behind_ms = None
