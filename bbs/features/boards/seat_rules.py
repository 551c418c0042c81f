"""Rules of seats: which moves there are, whose turn it is, and at what pace. Pure."""

from collections.abc import Sequence

from bbs.features.boards.seat_messages import SeatState

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


def seat_state_for_request(*, free: int, ahead: int) -> SeatState:
    """Return the state of a newly requested seat: SEATED or WAITING. Pure.

    Args:
        free: Seats that nobody holds; negative after the board's limit was lowered.
        ahead: Members on the waiting list already. A new request never overtakes them (P3).
    """
    return SeatState.SEATED if free > ahead else SeatState.WAITING


def next_to_seat(*, free: int, waiting: Sequence[str]) -> Sequence[str]:
    """Return the waiting members who get a seat now, in the order of the waiting list. Pure."""
    return waiting[: max(free, 0)]
