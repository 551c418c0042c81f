"""What is decided about boards: roles, seats and their moves. Pure."""

from collections.abc import Sequence

from bbs import limits, text
from bbs.features.boards.messages import SeatState, Visibility
from bbs.powers import Role

SEAT_TRANSITIONS: dict[SeatState | None, frozenset[SeatState]] = {
    None: frozenset({SeatState.OFFERED, SeatState.WAITING, SeatState.SEATED}),
    SeatState.OFFERED: frozenset({SeatState.WAITING, SeatState.SEATED, SeatState.LEFT}),
    SeatState.WAITING: frozenset({SeatState.SEATED, SeatState.LEFT}),
    SeatState.SEATED: frozenset({SeatState.LEFT}),
}
"""The life of a seat. None: no seat yet, or one that was left."""


def role_on(
    visibility: Visibility,
    *,
    seated_in_community: bool,
    seat: SeatState | None,
    moderator: bool,
) -> Role:
    """Return what a member is on a board. Pure.

    Args:
        visibility: The board's.
        seated_in_community: Whether the member has a seat on the commons.
        seat: Where their seat on this board stands; None without one.
        moderator: Whether they moderate this board.
    """
    if not seated_in_community:
        return Role.WAITING
    if seat is SeatState.SEATED:
        return Role.MODERATOR if moderator else Role.SEATED
    if visibility is not Visibility.PRIVATE:
        return Role.MEMBER
    if seat in (SeatState.OFFERED, SeatState.WAITING):
        return Role.OFFERED
    return Role.OUTSIDER


def seat_state_for_request(*, free: int, ahead: int) -> SeatState:
    """Return where somebody lands who asks for a seat. Pure.

    Args:
        free: Seats not taken.
        ahead: People on the waiting list already; nobody passes them.
    """
    return SeatState.SEATED if free > ahead else SeatState.WAITING


def next_to_seat(*, free: int, waiting: Sequence[str]) -> Sequence[str]:
    """Return who of the waiting, in their order, gets a seat now. Pure."""
    return waiting[: max(free, 0)]


def seats_fit(asked: int, *, ceiling: int, before: int = 0) -> bool:
    """Return whether a board may have so many seats. Pure.

    Args:
        ceiling: What the sysop's settings allow.
        before: How many it has: above a lowered ceiling it keeps them, or has fewer.
    """
    return asked <= max(ceiling, before)


def check_texts(*, title: str | None, charter: str | None) -> None:
    """Check a board's own texts; None is passed over.

    Raises:
        TextRefused: If one holds what no text may hold, or is too long.
    """
    if title is not None:
        text.check_line(title, field="title", chars_max=limits.TITLE_CHARS_MAX)
    if charter is not None:
        text.check_body(
            charter,
            field="charter",
            chars_max=limits.CHARTER_CHARS_MAX,
            bytes_max=limits.CHARTER_CHARS_MAX * 4,
            lines_max=limits.BODY_LINES_MAX,
        )
