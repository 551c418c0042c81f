"""A member's own seat, offer and place in line, in sentences that commands and screens share. Pure."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bbs import limits
from bbs.features.boards.seat_messages import Seat, SeatPlace, SeatState
from bbs.ids import COMMONS, BoardId
from bbs.plural import counted

Moment = Callable[[datetime], str]
"""Returns a moment as the surface writes it."""

_TOLD = {
    SeatState.SEATED: "you have a seat {}",
    SeatState.OFFERED: "a seat {} is offered to you",
    SeatState.APPLIED: "your answers for a seat {} wait for the desk",
    SeatState.WAITING: "you are on the waiting list for a seat {}",
    SeatState.LEFT: "you have no seat {} any more",
}
_LAPSED = {
    SeatState.WAITING: "the offer of a seat {} ended, and you are at the end of the waiting list;"
    " if you let the next offer end, too, you are off it",
    SeatState.LEFT: "the offer of a seat {} ended, and you are not on the waiting list any more",
}


def place_of(board: BoardId, label: str) -> str:
    """Return where a seat is, after the word "seat": `on garden`, `in the community`.

    Args:
        label: What the board is called; cleaned.
    """
    return "in the community" if board == COMMONS else f"on {label}"


def describe_own_seat(seat: Seat, where: str, moment: Moment) -> str:
    """Return how a member's seat stands, in a clause without its end.

    Args:
        where: As `place_of` returns it.
        moment: Writes the end of an offer.
    """
    if seat.until is not None and seat.state in _LAPSED:
        return _LAPSED[seat.state].format(where)
    told = _TOLD[seat.state].format(where)
    is_offer = seat.state is SeatState.OFFERED and seat.until is not None
    return f"{told} until {moment(seat.until)}" if is_offer and seat.until else told


def describe_place(found: SeatPlace, where: str, *, moment: Moment, week: Moment) -> list[str]:
    """Return where a member stands in line and how fast it moves, in whole sentences.

    Args:
        where: As `place_of` returns it.
        moment: Writes the end of an offer.
        week: Writes the day on which the week of a moment begins.
    """
    seat, lines = found.seat, []
    if found.place is not None:
        lines.append(
            f"You wait for a seat {where}: your place is {found.place} of {found.waiting}."
        )
        if seat is not None and seat.until is not None:
            lines.append("You let an offer end; after the next one you would be off the list.")
    elif seat is not None:
        says = describe_own_seat(seat, where, moment)
        lines.append(f"{says[0].upper()}{says[1:]}.")
    elif found.waiting:
        wait = counted(found.waiting, "member waits", "members wait")
        lines.append(f"You have no seat {where}; {wait} for one.")
    else:
        lines.append(f"You have no seat {where}, and nobody waits for one.")
    if seat is not None and seat.state is SeatState.SEATED:
        return lines
    days = limits.SEATS_FREED_DAYS
    became = counted(found.freed, "seat", "seats") if found.freed else "No seat"
    lines.append(f"{became} became free {where} in the last {days} days.")
    if found.newcomers_per_week:
        lines.append(_pace(found, week))
    return lines


def _pace(found: SeatPlace, week: Moment) -> str:
    newcomers = counted(found.newcomers_per_week, "newcomer gets", "newcomers get")
    says = f"At most {newcomers} a seat within a week"
    if found.turn_at is None:
        return f"{says}."
    return f"{says}: your turn comes in the week of {week(found.turn_at)} at the earliest."


def tell_of_offer(until: datetime) -> str:
    """Return what a member who waits for the community is told as they sign in with a command."""
    ends = until.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"A seat in the community is offered to you until {ends}: bbs seat commons takes it."


def week_of(moment: datetime) -> datetime:
    """Return the Monday of the week of a moment, in the zone that the moment is given in."""
    return moment - timedelta(days=moment.weekday())
