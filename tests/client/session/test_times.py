"""Moments in the reader's zone, and spans."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bbs_client.session.times import Times, span

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=10))


def test_today_is_a_clock_time_and_other_days_name_the_day() -> None:
    """What is near is short; what is far says its day, and its year where it is another."""
    assert Times(NOW, UTC).moment(NOW) == "14:30"
    assert Times(NOW, UTC).moment(NOW - timedelta(days=1)) == "1 Mar 14:30"
    assert Times(NOW, UTC).moment(NOW - timedelta(days=400)) == "26 Jan 2025 14:30"


def test_times_are_the_readers() -> None:
    """The same moment is told in the reader's own zone."""
    assert Times(NOW, EAST).moment(NOW) == "00:30"
    assert Times(NOW, EAST).day(NOW) == "3 Mar"


def test_times_in_lists_are_short_and_of_one_width() -> None:
    """21:40 today, Thu within six days, 24 Nov this year, 2024 before; or ISO dates (looks 2)."""
    written = Times(NOW, UTC)
    ago = [NOW - timedelta(days=days) for days in (0, 1, 6, 7, 59, 61, 900)]
    assert [written.short(at) for at in ago] == [
        "14:30", "Sun", "Tue", "23 Feb", "2 Jan", "2025", "2023",
    ]  # fmt: skip
    iso = Times(NOW, UTC, iso=True)
    assert [iso.short(at) for at in ago[:3]] == ["14:30", "2026-03-01", "2026-02-24"]
    assert iso.moment(ago[1]) == "2026-03-01 14:30"
    assert (iso.day(ago[1]), written.day(ago[1])) == ("2026-03-01", "1 Mar")
    assert (written.whole_day(ago[1]), iso.whole_day(ago[1])) == (
        "Sunday, 1 March",
        "Sunday, 2026-03-01",
    )


@given(
    st.datetimes(timezones=st.just(UTC)),
    st.sampled_from([UTC, EAST, timezone(timedelta(hours=-11))]),
)
def test_no_moment_crashes(at: datetime, zone: timezone) -> None:
    """A hostile or broken clock on the other side cannot break the screen."""
    for iso in (False, True):
        written = Times(NOW, zone, iso)
        assert len(written.short(at)) <= written.columns
        assert written.whole_day(at)
        assert written.moment(at)
        assert written.exactly(at)
        assert written.day(at)
        assert written.clock(at)


def test_spans_use_their_largest_unit() -> None:
    """A wait is told in one unit, never as nothing."""
    spoken = [span(s) for s in (-5, 0.2, 40, 119, 150, 7_300, 200_000)]
    assert spoken == ["1 s", "1 s", "40 s", "119 s", "3 min", "3 h", "3 days"]


def test_what_is_held_says_when_it_is_published() -> None:
    """The wait is counted down, and never told as one that is over."""
    assert Times(NOW, UTC).publishing(NOW + timedelta(seconds=40)) == "published in 40 s"
    assert Times(NOW, UTC).publishing(NOW) == "being published"
