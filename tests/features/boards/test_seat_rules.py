"""Whose turn it is, and at what pace: the pure rules of seats (protocol 19.1 to 19.6)."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.features.boards.seat_messages import OfferedBy, SeatState
from bbs.features.boards.seat_rules import (
    PACE_MS,
    SEAT_TRANSITIONS,
    after_lapse,
    check_move,
    next_in_line,
    position_after,
    room_by_pace,
    seat_state_for_request,
    turn_by_pace,
)

PACES = st.integers(1, limits.NEWCOMERS_PER_WEEK_MAX)
MOMENTS = st.lists(st.integers(-2 * PACE_MS, 0), max_size=30)


@pytest.mark.parametrize("before", [None, *SeatState])
@pytest.mark.parametrize("to", list(SeatState))
def test_only_moves_of_the_table_pass(before: SeatState | None, to: SeatState) -> None:
    """One function checks every move of a seat; staying is no move (19.1)."""
    if to is before or to in SEAT_TRANSITIONS[before]:
        check_move(before, to)
    else:
        with pytest.raises(AssertionError):
            check_move(before, to)


def test_every_state_can_be_reached_and_be_left() -> None:
    """Nobody is stuck in a state: each leads to `left`, and each can come about (19.1)."""
    reached = {None} | {to for moves in SEAT_TRANSITIONS.values() for to in moves}
    assert reached == SEAT_TRANSITIONS.keys()
    for state in set(SeatState) - {SeatState.LEFT}:
        assert SeatState.LEFT in SEAT_TRANSITIONS[state]


@given(free=st.integers(-5, 5), ahead=st.integers(0, 5), room=st.integers(0, 5))
def test_nobody_overtakes_who_waits(free: int, ahead: int, room: int) -> None:
    """Who asks sits down only where a seat and the pace's room are left beyond those who wait (P3)."""
    state = seat_state_for_request(free=free, ahead=ahead, room=room)
    assert (state is SeatState.SEATED) == (free > ahead and room > ahead)
    waiting = [f"member{n}" for n in range(ahead)]
    in_turn = next_in_line(free=free, room=room, waiting=waiting)
    assert list(in_turn) == waiting[: len(in_turn)]
    assert len(in_turn) == max(0, min(free, room, ahead))


@given(pace=PACES, given_at=MOMENTS, waiting=st.integers(1, 60))
def test_turns_by_pace_keep_the_pace(pace: int, given_at: list[int], waiting: int) -> None:
    """The turns told to a whole list come in order, and never more of them in a week than the pace."""
    turns = [
        turn_by_pace(place, pace=pace, given=given_at, at=0) for place in range(1, waiting + 1)
    ]
    assert all(earlier <= later for earlier, later in pairwise(turns))
    assert turns[0] >= 0
    for begins in turns:
        newly = sum(begins <= turn < begins + PACE_MS for turn in turns)
        assert newly <= pace
    room = room_by_pace(pace, given_at, 0)
    assert sum(turn == 0 for turn in turns) == min(room, waiting)


@given(pace=PACES, given_at=MOMENTS, place=st.integers(1, 60))
def test_the_turn_that_is_told_is_the_turn_that_comes(
    pace: int, given_at: list[int], place: int
) -> None:
    """If everybody ahead is let in at their turn, the pace has room at the moment told, not before."""
    turns = [turn_by_pace(each, pace=pace, given=given_at, at=0) for each in range(1, place + 1)]
    *ahead, turn = turns
    so_far = [*given_at, *ahead]
    assert room_by_pace(pace, so_far, turn) > 0
    assert turn == 0 or room_by_pace(pace, so_far, turn - 1) == 0


@given(given_at=MOMENTS)
def test_without_a_pace_all_come_in(given_at: list[int]) -> None:
    """0 is no pace: as many come in as there are seats."""
    assert room_by_pace(0, given_at, 0) >= limits.BOARD_SEATS_MAX


def test_the_first_lapse_is_forgiven_once() -> None:
    """Who lets an offer lapse goes to the end of the list, once; the desk's offer just ends (19.3)."""
    assert after_lapse(OfferedBy.QUEUE, 1) is SeatState.WAITING
    assert after_lapse(OfferedBy.QUEUE, limits.SEAT_LAPSES_MAX) is SeatState.LEFT
    assert after_lapse(OfferedBy.DESK, 1) is SeatState.LEFT


@given(st.lists(st.booleans(), max_size=30))
def test_shown_places_are_the_same_whoever_asks_unseen(shown: list[bool]) -> None:
    """Every place is above the one before, and those shown tell nothing of the others (19.8, P11)."""
    drawn, last = [], 0
    for is_shown in (True, *shown):  # who opens the board is the first
        last = position_after(last, is_shown=is_shown)
        drawn.append((last, is_shown))
    assert all(one < other for (one, _), (other, _) in pairwise(drawn))
    last = 0
    for place in (place for place, is_shown in drawn if is_shown):
        last = position_after(last, is_shown=True)
        assert place == last
