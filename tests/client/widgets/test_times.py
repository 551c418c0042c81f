"""Moments in the reader's zone."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bbs_client.widgets import times

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=10))


def test_today_is_a_clock_time_and_other_days_name_the_day() -> None:
    """What is near is short; what is far says its day, and its year where it is another."""
    assert times.moment(NOW, NOW, UTC) == "14:30"
    assert times.moment(NOW - timedelta(days=1), NOW, UTC) == "1 Mar 14:30"
    assert times.moment(NOW - timedelta(days=400), NOW, UTC) == "26 Jan 2025 14:30"


def test_times_are_the_readers() -> None:
    """The same moment is told in the reader's own zone."""
    assert times.moment(NOW, NOW, EAST) == "00:30"
    assert times.day(NOW, NOW, EAST) == "3 Mar"


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([UTC, EAST, timezone(timedelta(hours=-11))]),
)
def test_no_moment_crashes(at: datetime, zone: timezone) -> None:
    """A hostile or broken clock on the other side cannot break the screen."""
    assert times.moment(at, NOW, zone)
    assert times.exactly(at, zone)
    assert times.day(at, NOW, zone)


def test_spans_use_their_largest_unit() -> None:
    """A wait is told in one unit, never as nothing."""
    spoken = [times.span(s) for s in (-5, 0.2, 40, 119, 150, 7_300, 200_000)]
    assert spoken == ["1 s", "1 s", "40 s", "119 s", "3 min", "3 h", "3 days"]
