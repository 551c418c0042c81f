"""When to try again: chance over the whole span, longer after each failure (protocol 8.2)."""

import math
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from bbs import limits
from bbs.sdk.backoff import Backoff, clamp_retry_after_s, delay_s

seeds = st.integers(0, 2**32)


@given(st.integers(0, 10_000), seeds)
def test_a_wait_is_within_its_ceiling(attempt: int, seed: int) -> None:
    """Each wait lies between nothing and a ceiling that doubles up to a quarter of one."""
    ceiling_s = limits.RECONNECT_SECONDS_BASE * 2 ** min(attempt, 30)
    assert 0 <= delay_s(attempt, Random(seed)) <= min(ceiling_s, limits.RECONNECT_SECONDS_MAX)


def test_a_thousand_clients_come_back_spread_out() -> None:
    """After a restart no tenth of the span sees more than a fifth of the clients."""
    waits_s = [delay_s(6, Random(seed)) for seed in range(1_000)]
    span_s = limits.RECONNECT_SECONDS_MAX
    for tenth in range(10):
        low, high = span_s * tenth / 10, span_s * (tenth + 1) / 10
        assert sum(low <= wait_s < high for wait_s in waits_s) < 200


class Longest(Random):
    """A chance that always draws the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


def test_only_a_good_connection_starts_the_waits_anew() -> None:
    """A server that accepts and closes at once is asked ever more slowly (protocol 8.2)."""
    backoff = Backoff(Longest())
    base_s = limits.RECONNECT_SECONDS_BASE
    assert [backoff.next_s(0.0) for _ in range(3)] == [base_s, base_s * 2, base_s * 4]
    assert backoff.next_s(limits.RECONNECT_GOOD_SECONDS - 0.1) == base_s * 8
    assert backoff.next_s(limits.RECONNECT_GOOD_SECONDS) == base_s
    assert [backoff.next_s(0.0) for _ in range(20)][-1] == limits.RECONNECT_SECONDS_MAX


@given(st.floats(allow_nan=False), seeds)
def test_what_a_stopping_server_asks_for_is_bounded(asked_s: float, seed: int) -> None:
    """A random share of what was asked is waited, never less than nothing or more than an hour."""
    wait_s = Backoff(Random(seed)).next_s(0.0, stopping_s=asked_s)
    assert 0 <= wait_s <= limits.RETRY_AFTER_SECONDS_MAX


@given(st.floats())
@example(math.nan)
def test_no_number_of_a_server_stops_a_client(asked_s: float) -> None:
    """Whatever retry_after says, the wait is finite and not nothing (P13)."""
    wait_s = clamp_retry_after_s(asked_s)
    assert limits.RETRY_AFTER_SECONDS_MIN <= wait_s <= limits.RETRY_AFTER_SECONDS_MAX
