"""When a board's members are asked, and when its end comes (protocol 19.14)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, instant
from bbs.errors import BadParams
from bbs.features.boards import end_rules as rules
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState

NOW = 1_800_000_000_000
SPANS = st.integers(limits.ENDS_DAYS_MIN, limits.ENDS_DAYS_MAX)


@given(days=SPANS)
def test_members_are_asked_before_the_end_and_have_time_to_answer(days: int) -> None:
    """They are asked 30 days before, or when half of a shorter time is over (P11)."""
    ends_at = NOW + days * DAY_MS
    asked_at = rules.asked_from(ends_at, days)
    assert NOW < asked_at < ends_at
    assert ends_at - asked_at <= limits.ENDS_ASKED_DAYS * DAY_MS
    assert rules.due_from(ends_at, days, asked_at) == ends_at


@given(days=SPANS, late=st.integers(0, 1_000))
def test_who_was_asked_late_still_has_days_to_answer(days: int, late: int) -> None:
    """A server that did not run asks late, and ends the board later for it (P11)."""
    ends_at = NOW + days * DAY_MS
    asked_at = rules.asked_from(ends_at, days) + late * DAY_MS
    due = rules.due_from(ends_at, days, asked_at)
    assert due >= ends_at
    assert due - asked_at >= min(limits.ENDS_DAYS_MIN * DAY_MS, days * DAY_MS // 2)


@given(days=SPANS, passed=st.integers(0, 60))
def test_a_renewal_is_bounded(days: int, passed: int) -> None:
    """The same time once more, and never further than moderators could have set it (P3)."""
    ends_at = NOW + days * DAY_MS
    now = rules.asked_from(ends_at, days) + passed * HOUR_MS
    renewed, again = rules.renew_until(ends_at, days, None, now)
    assert ends_at < renewed <= now + limits.ENDS_DAYS_MAX * DAY_MS
    assert again == days


@pytest.mark.parametrize("days", [-1, 0, limits.ENDS_DAYS_MIN - 1, limits.ENDS_DAYS_MAX + 1])
def test_an_end_that_is_past_or_far_is_refused_by_its_field(days: int) -> None:
    """One sentence names the field, the bounds and what to do instead (P7)."""
    with pytest.raises(BadParams, match="7 to 400 days ahead") as refused:
        rules.check_end(NOW + days * DAY_MS, NOW)
    assert refused.value.field == "ends_at"
    assert "archive it" in refused.value.rule


def test_a_renewal_is_later_than_the_end_it_moves() -> None:
    """A renewal never brings the end nearer: that is for moderators."""
    ends_at = NOW + 30 * DAY_MS
    with pytest.raises(BadParams, match="later than the present end"):
        rules.renew_until(ends_at, 30, ends_at - DAY_MS, NOW)


def test_nothing_is_forgotten_without_an_end() -> None:
    """What happens at the end is said with the end."""
    with pytest.raises(BadParams, match="say when the board ends"):
        rules.check_at_end(AtEnd.FORGET, has_end=False)


def test_the_end_is_told_as_the_last_day() -> None:
    """Midnight in UTC is the end of the day before; any other moment is told in full."""
    assert rules.end_day(datetime(2027, 7, 1, tzinfo=UTC)) == "2027-06-30"
    assert rules.end_day(datetime(2027, 6, 30, 18, 30, tzinfo=UTC)) == "2027-06-30 18:30 UTC"


@given(one=st.integers(0, 10**12), other=st.integers(0, 10**12))
def test_the_log_orders_moments_as_time_does(one: int, other: int) -> None:
    """By the log's form of a moment the gravity of an earlier end is judged (protocol 15)."""
    first, second = (
        rules.moment_text(instant(NOW + ms - ms % 60_000)) for ms in sorted((one, other))
    )
    assert first <= second


def test_only_forgetting_forgets() -> None:
    """A board that is archived at its end says that nothing is forgotten."""
    end = BoardEnd(at=instant(NOW), days=30)
    assert rules.forgets_at(end) is None
    assert rules.forgets_at(None) is None
    forgetting = BoardEnd(at=instant(NOW), days=30, then=AtEnd.FORGET)
    assert rules.forgets_at(forgetting) == rules.ends_at(end)


def test_every_state_is_reached_and_left() -> None:
    """The table of allowed moves has no state without a way in and out, and none by chance."""
    moves = rules.END_TRANSITIONS
    assert set(moves) == {None, *EndState}
    assert {state for targets in moves.values() for state in targets} == set(moves)
    assert EndState.ARCHIVED not in moves[EndState.OPEN] | moves[EndState.RENEWED]
    assert EndState.RENEWED not in moves[EndState.OPEN]


@given(minutes=st.integers(0, 400 * 24 * 60))
def test_an_end_is_typed_as_it_is_read(minutes: int) -> None:
    """What stands in a form means the same end again; so does a moment of the log."""
    at = instant(NOW - NOW % 60_000 + minutes * 60_000)
    assert rules.parse_end(rules.typed_end(at)) == at
    assert rules.moment_day(rules.moment_text(at)) == rules.end_day(at)


@pytest.mark.parametrize("text", ["", "June", "2027-02-30", "2027-06-30T12:00", "9999-12-31"])
def test_what_names_no_end_is_none(text: str) -> None:
    """A moment without a zone is none, nor is a day that no calendar has."""
    assert rules.parse_end(text) is None
