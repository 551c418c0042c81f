"""Budgets in time: how much a member, a connection or an address may do (P11, protocol 2.9).

Only this module knows addresses, in memory, under a secret drawn at start; nothing is stored.
"""

import hmac
import math
from collections import OrderedDict
from dataclasses import dataclass

from bbs import limits
from bbs.clock import HOUR_MS, SECOND_MS, Ms
from bbs.errors import Throttled

BUCKETS_MAX = 10_000  # oldest first out: a flood of addresses cannot fill the memory


@dataclass(slots=True)
class Bucket:
    """A token bucket: `burst` at once, then `per_second`."""

    burst: float
    per_second: float
    level: float
    at: Ms

    def take(self, now: Ms, cost: float = 1.0) -> None:
        """Take `cost` out.

        Raises:
            Throttled: If there is not enough; says when there will be. Nothing is taken then.
        """
        self._fill(now)
        if self.level < cost:
            wait = (cost - self.level) / self.per_second
            raise Throttled(retry_after_s=round(max(wait, limits.RETRY_AFTER_SECONDS_MIN), 1))
        self.level -= cost

    def spend(self, now: Ms, cost: float = 1.0) -> None:
        """Take `cost` out, below nothing if need be: it will be missed at the next `take`."""
        self._fill(now)
        self.level = max(self.level - cost, -self.burst)

    def give_back(self, now: Ms, cost: float) -> None:
        """Put back what was taken and not needed."""
        self._fill(now)
        self.level = min(self.burst, self.level + cost)

    def _fill(self, now: Ms) -> None:
        # A clock set back gives nothing and takes nothing.
        passed = max(0, now - self.at) / 1000
        self.at = now
        self.level = min(self.burst, self.level + passed * self.per_second)


class Budgets:
    """Buckets by key, the least recently used forgotten first."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst, self._per_second = burst, per_second
        self._buckets: OrderedDict[str | bytes, Bucket] = OrderedDict()

    def take(self, key: str | bytes, now: Ms, cost: float = 1.0) -> None:
        """Take `cost` out of the bucket of a key. Raises: Throttled."""
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
        items: Of a token, the part of an hour that its commands used up, in ms. A start forgets
            it: no token can bring one about.
        reads: The time of a reader that a member uses, in ms, over all their sessions and tokens.
            What a read costs is known only afterwards: it may leave a debt, never above the burst.
        descriptions: Of the protocol, for all strangers together.
    """

    def __init__(self, secret: bytes, *, lifted: bool = False) -> None:
        """Make full budgets.

        Args:
            secret: Under it addresses become keys; drawn anew at every start.
            lifted: True for a sample community on loopback: nothing is throttled.
        """

        def budgets(burst: float, per_second: float) -> Budgets:
            return Budgets(math.inf if lifted else burst, per_second)

        self._secret = secret
        self.requests = budgets(limits.REQUEST_BURST, limits.REQUEST_PER_SECOND)
        self.writes = budgets(limits.WRITE_BURST, limits.WRITE_PER_SECOND)
        self.items = budgets(HOUR_MS, SECOND_MS)
        self.reads = budgets(limits.READ_BURST_MS, limits.READ_MS_PER_SECOND)
        self._failures = budgets(limits.ADDRESS_FAILURES_BURST, limits.ADDRESS_FAILURES_PER_SECOND)
        self.descriptions = budgets(
            limits.DISCOVER_STRANGERS_BURST, limits.DISCOVER_STRANGERS_PER_SECOND
        )

    def take_items(self, session: str, per_hour: int, now: Ms, items: int = 1) -> None:
        """Count what a command of a token brings, over all its connections.

        What brings more than the token has in an hour takes all of an hour.

        Raises:
            Throttled: If there is not enough left; nothing is counted then.
        """
        self.items.take(session, now, cost=min(items, per_hour) * HOUR_MS / per_hour)

    def give_back_items(
        self, session: str, per_hour: int, now: Ms, items: int, *, used: int
    ) -> None:
        """Give back those items of a command that it did not need; the command itself counts as one."""
        unused = min(items, per_hour) - min(max(1, used), per_hour)
        self.items.of(session, now).give_back(now, unused * HOUR_MS / per_hour)

    def address_key(self, address: str) -> bytes:
        """Return the key under which the budgets know an address."""
        return hmac.digest(self._secret, address.encode(), "sha256")

    def refusal(self, address: bytes | None, now: Ms) -> Throttled | None:
        """Return how an address is refused that may not try to sign in or up now; None if it may.

        Args:
            address: Its key; None for loopback and unix sockets, where everybody looks alike.
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
