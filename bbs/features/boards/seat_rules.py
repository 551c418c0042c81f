"""Rules of seats: which moves there are, whose turn it is, and at what pace. Pure."""

from collections.abc import Iterable, Sequence

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.seat_messages import OfferedBy, SeatState
from bbs.ids import MemberId

PACE_MS = limits.NEWCOMERS_DAYS * DAY_MS
"""The time of which a pace counts the newcomers, in ms."""

POSITION_STEP = 1_000_000
"""How far apart shown places in the order of asking are: more than ever ask between two of them."""

SEAT_TRANSITIONS: dict[SeatState | None, frozenset[SeatState]] = {
    None: frozenset({SeatState.APPLIED, SeatState.WAITING, SeatState.OFFERED, SeatState.SEATED}),
    SeatState.APPLIED: frozenset({SeatState.WAITING, SeatState.SEATED, SeatState.LEFT}),
    SeatState.WAITING: frozenset({SeatState.OFFERED, SeatState.SEATED, SeatState.LEFT}),
    SeatState.OFFERED: frozenset({SeatState.WAITING, SeatState.SEATED, SeatState.LEFT}),
    SeatState.SEATED: frozenset({SeatState.LEFT}),
    SeatState.LEFT: frozenset(),
}
"""The states that may follow each state of a seat; None for a member without a seat. A seat that was
left is gone: who asks again begins anew."""


def check_move(before: SeatState | None, to: SeatState) -> None:
    """Check that a seat may move from one state to another; staying is no move. Pure.

    Raises:
        AssertionError: If the table has no such move, which is a mistake in the program.
    """
    assert to is before or to in SEAT_TRANSITIONS[before], (before, to)


def seat_state_for_request(*, free: int, ahead: int, room: int) -> SeatState:
    """Return the state of a newly requested seat: SEATED or WAITING. Pure.

    Args:
        free: Seats that nobody has and that are offered to nobody; negative after the board's limit
            was lowered.
        ahead: Members on the waiting list already. A new request never overtakes them (P3).
        room: How many more newcomers the board's pace lets in now.
    """
    return SeatState.SEATED if min(free, room) > ahead else SeatState.WAITING


def position_after(last: int, *, is_shown: bool) -> int:
    """Return the next place in the order of asking on a board. Pure.

    Places that everybody may see are whole steps apart, after the first, which is 1. Whoever asks
    without the others' knowing gets a place between two steps, so that the next shown place is the
    same as if nobody had.

    Args:
        last: The last place drawn, shown or not; 0 for none.
        is_shown: Whether others may know now that somebody asked.
    """
    if last == 0 or not is_shown:
        return last + 1
    return (last // POSITION_STEP + 1) * POSITION_STEP


def next_in_line(*, free: int, room: int, waiting: Sequence[MemberId]) -> Sequence[MemberId]:
    """Return the waiting members to whom a seat is offered now, in the order of asking. Pure.

    Args:
        free: As `seat_state_for_request` takes it.
        room: As `seat_state_for_request` takes it.
    """
    return waiting[: max(min(free, room), 0)]


def room_by_pace(pace: int, given: Iterable[Ms], at: Ms) -> int:
    """Return how many more newcomers a pace lets in at a moment. Pure.

    Args:
        pace: The newcomers within `NEWCOMERS_DAYS`; 0 for no pace.
        given: When seats were given to newcomers, or offered to them, in ms.
        at: The moment, in ms.
    """
    if pace == 0:
        return limits.BOARD_SEATS_MAX
    return max(pace - sum(when > at - PACE_MS for when in given), 0)


def turn_by_pace(place: int, *, pace: int, given: Iterable[Ms], at: Ms) -> Ms:
    """Return the earliest moment, in ms, at which a pace lets somebody in who waits. Pure.

    The turn comes later if no seat is free by then.

    Args:
        place: The place on the waiting list; 1 is next.
        pace: As `room_by_pace` takes it, but not 0.
        given: As `room_by_pace` takes it.
        at: The moment of asking, in ms.
    """
    turns = sorted(when for when in given if when > at - PACE_MS)
    for _ in range(place):
        turns.append(at if len(turns) < pace else max(at, turns[-pace] + PACE_MS))
    return turns[-1]


def after_lapse(by: OfferedBy | None, lapses: int) -> SeatState:
    """Return what a seat becomes when its offer ends untaken. Pure.

    Args:
        by: How it was offered. The desk's offer was to somebody who had not asked: it just ends.
        lapses: How many offers of the member's ended untaken, with this one.
    """
    stays = by is OfferedBy.QUEUE and lapses < limits.SEAT_LAPSES_MAX
    return SeatState.WAITING if stays else SeatState.LEFT
