"""Budgets in time for members, connections and addresses (P11, protocol 2.9).

Only this module knows addresses, in memory, under a secret drawn at start; it stores nothing.
"""

import hmac
import math
from collections import OrderedDict

from bbs import limits
from bbs.clock import HOUR_MS, SECOND_MS, Ms
from bbs.errors import Throttled

BUCKETS_MAX = 10_000  # oldest first out: a flood of addresses cannot fill the memory


class Bucket:
    """A token bucket: `burst` at once, then `per_second`."""

    # No struct: it is changed with every request, and setting a struct's field takes five times as long.
    __slots__ = ("at", "burst", "level", "per_second")

    def __init__(self, burst: float, per_second: float, level: float, at: Ms) -> None:
        """Begin with `level` at the time `at`."""
        self.burst, self.per_second, self.level, self.at = burst, per_second, level, at

    def take(self, now: Ms, cost: float = 1.0) -> None:
        """Subtract `cost`.

        Raises:
            Throttled: If the bucket holds less; the error names the wait. Nothing is subtracted
                then.
        """
        self._fill(now)
        if self.level < cost:
            wait = (cost - self.level) / self.per_second
            raise Throttled(retry_after_s=round(max(wait, limits.RETRY_AFTER_SECONDS_MIN), 1))
        self.level -= cost

    def spend(self, now: Ms, cost: float = 1.0) -> None:
        """Subtract `cost`, below zero if need be; the next `take` waits for the debt."""
        self._fill(now)
        self.level = max(self.level - cost, -self.burst)

    def give_back(self, now: Ms, cost: float) -> None:
        """Add back items that were subtracted and not needed."""
        self._fill(now)
        self.level = min(self.burst, self.level + cost)

    def _fill(self, now: Ms) -> None:
        if now > self.at:  # a clock that is set back changes nothing
            self.level += (now - self.at) / 1_000 * self.per_second
            if self.level > self.burst:
                self.level = self.burst
        self.at = now


class Budgets:
    """Buckets by key; the least recently used are dropped first."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._buckets: OrderedDict[str | bytes, Bucket] = OrderedDict()

    def take(self, key: str | bytes, now: Ms, cost: float = 1.0) -> None:
        """Subtract `cost` from the bucket of a key. Raises `Throttled`."""
        self.of(key, now).take(now, cost)

    def of(self, key: str | bytes, now: Ms) -> Bucket:
        """Return the bucket of a key, full if it is new."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(self._burst, self._per_second, self._burst, now)
            if len(self._buckets) > BUCKETS_MAX:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(key)
        return bucket


class Throttle:
    """All budgets of a server.

    Attributes:
        requests: For each session.
        writes: Changing requests of a member, over all their sessions.
        rehearsals: Rehearsals of a member's plans, over all their sessions: each holds the writer.
        items: For each token, the part of an hour that its commands used up, in ms. A restart of
            the server forgets it, which no token can cause.
        reads: The time for which a member occupies readers, in ms, over all their sessions and
            tokens. The cost of a read is known only afterwards, so it may leave a debt, at most the
            burst.
        descriptions: For requests of the protocol's description, of all strangers together.
    """

    def __init__(self, secret: bytes, *, lifted: bool = False) -> None:
        """Make full budgets.

        Args:
            secret: The secret that turns addresses into keys; drawn at every start. lifted: True to
                throttle nothing, for a sample community on loopback.
        """

        def budgets(burst: float, per_second: float) -> Budgets:
            return Budgets(math.inf if lifted else burst, per_second)

        self._secret = secret
        self.requests = budgets(limits.REQUEST_BURST, limits.REQUEST_PER_SECOND)
        self.writes = budgets(limits.WRITE_BURST, limits.WRITE_PER_SECOND)
        self.rehearsals = budgets(limits.REHEARSAL_BURST, limits.REHEARSAL_PER_SECOND)
        self.items = budgets(HOUR_MS, SECOND_MS)
        self.reads = budgets(limits.READ_BURST_MS, limits.READ_MS_PER_SECOND)
        self._failures = budgets(limits.ADDRESS_FAILURES_BURST, limits.ADDRESS_FAILURES_PER_SECOND)
        self.descriptions = budgets(
            limits.DISCOVER_STRANGERS_BURST, limits.DISCOVER_STRANGERS_PER_SECOND
        )

    def take_items(self, session: str, per_hour: int, now: Ms, items: int = 1) -> None:
        """Subtract the items of a token's command, over all its connections.

        A command with more items than the token has in an hour costs a whole hour.

        Raises:
            Throttled: If too few items are left; nothing is subtracted then.
        """
        self.items.take(session, now, cost=min(items, per_hour) * HOUR_MS / per_hour)

    def give_back_items(
        self, session: str, per_hour: int, now: Ms, items: int, *, used: int
    ) -> None:
        """Add back the items that a command did not need; the command itself costs one."""
        unused = min(items, per_hour) - min(max(1, used), per_hour)
        self.items.of(session, now).give_back(now, unused * HOUR_MS / per_hour)

    def address_key(self, address: str) -> bytes:
        """Return the key under which the budgets know an address."""
        return hmac.digest(self._secret, address.encode(), "sha256")

    def refusal(self, address: bytes | None, now: Ms) -> Throttled | None:
        """Return the error for an address that may not try to sign in or up now; None if it may.

        Args:
            address: Its key; None for loopback and unix sockets, where all peers look alike.
        """
        if address is None:
            return None
        bucket = self._failures.of(address, now)
        try:
            bucket.take(now)
        except Throttled as refusal:
            return refusal
        bucket.level += 1
        return None

    def count_failure(self, address: bytes | None, now: Ms) -> None:
        """Count a wrong password, code or invitation from an address."""
        if address is not None:
            self._failures.of(address, now).spend(now)
