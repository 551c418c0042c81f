"""Rules of restrictions: when they are in force, and what they forbid. Pure."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bbs import limits
from bbs.clock import DAY_MS, LATEST, SECOND_MS, Ms, instant, is_in_force, to_ms
from bbs.errors import BadParams
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import BoardId, ThreadId
from bbs.messages import Query, Request
from bbs.powers import ROLE_POWERS, Power, Role
from bbs.restricted import Restricted
from bbs.text import check_line

ABOUT_MEMBERS = frozenset(
    {
        RestrictionKind.SILENCED,
        RestrictionKind.SLOWED,
        RestrictionKind.SUSPENDED,
        RestrictionKind.GUARDED,
    }
)
"""Kinds about one member; every other kind is about everybody."""

PACES = frozenset({RestrictionKind.SLOWED, RestrictionKind.GUARDED, RestrictionKind.PACED})
"""Kinds that set a pace for writing and do not stop it."""

BANNERS = frozenset({RestrictionKind.LOCKED_DOWN, RestrictionKind.ENTERED})
"""Kinds that stop nobody's writing: what everybody there is told as long as they hold."""

OF_THE_COMMUNITY = frozenset({RestrictionKind.SUSPENDED, RestrictionKind.CLOSING})
"""Kinds that hold on every board if they are set on the commons."""

SUSPENDED_POWERS = ROLE_POWERS[Role.SUSPENDED]
"""The powers that a suspended member keeps, besides withdrawing their own text (P9)."""

ENDS_GROWTH, ENDS_WRITING, ENDS_ALL = 1, 2, 3
"""The stages of the community's end, by the value of a restriction of the kind `closing`."""

STILL_POWERS = frozenset(
    {
        *(Power.KNOCK, Power.DOORS, Power.LISTEN, Power.KNOW, Power.READ, Power.RECOVER),
        *(Power.PURGE, Power.HIDE, Power.JUDGE, Power.HOLD, Power.FLAG, Power.HOLD_BACK),
        *(Power.MOVE_BOARD, Power.PACK),
    }
)
"""Powers whose commands a read-only community still takes: signing in, the member's own account and
marks, withdrawing the member's own texts (P9), and purging texts that a law forbids. As long as words
are read, they can be reported, hidden and shown again, and cases heard, decided and appealed: their
times run on, and nobody stays punished because nobody could come (P7). A board can still be
packed, and move elsewhere."""

SEALED_POWERS = SUSPENDED_POWERS | {
    *(Power.PURGE, Power.JUDGE, Power.HOLD, Power.MOVE_BOARD, Power.DUE),
}
"""Powers that are left on a board that has moved: the doors, the cases that are still open, purging
what a law forbids, and finishing the move. Nobody reads there."""

GIVE_NO_SEATS = (RestrictionKind.ARCHIVED, RestrictionKind.LOCKED_DOWN)
"""Kinds while which a board gives out no seat: the commons of a locked-down community, too."""

_STOP_WRITING = frozenset(
    {
        RestrictionKind.SILENCED,
        RestrictionKind.READ_ONLY,
        RestrictionKind.ARCHIVED,
        RestrictionKind.LOCKED,
    }
)


def check_reason(reason: str) -> None:
    """Refuse a reason that breaks the rules of `bbs.text.check_line`.

    Raises:
        TextRefused: If the reason breaks them.
    """
    check_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX)


def check_end(until: Ms, now: Ms, days_max: int) -> None:
    """Refuse an end that is in the past, or later than a restriction may last.

    Args:
        until: The end, in ms.
        now: The current time, in ms.
        days_max: The greatest number of days from `now` to `until`.

    Raises:
        BadParams: If the end is past or too far ahead.
    """
    if not now < until <= now + days_max * DAY_MS:
        raise BadParams(
            field="until",
            rule=f"name a day or moment that is not past, at most {days_max} days ahead",
        )


def holds(restriction: Restriction, now: Ms) -> bool:
    """Return whether a restriction is in force at `now`, in ms. Its end is not part of it."""
    until = None if restriction.until is None else to_ms(restriction.until)
    return is_in_force(now, to_ms(restriction.since), until)


def holds_on(restriction: Restriction, board: BoardId) -> bool:
    """Return whether a restriction of a board or of the commons applies to a board."""
    return restriction.board == board or restriction.kind in OF_THE_COMMUNITY


def weightiest(restrictions: Iterable[Restriction]) -> Restriction:
    """Return the restriction to name first: that the board has moved, or a suspension, or else the one
    that lasts longest."""

    def weight(restriction: Restriction) -> tuple[bool, bool, datetime]:
        kind = restriction.kind
        moved, suspends = kind is RestrictionKind.MOVED, kind is RestrictionKind.SUSPENDED
        return moved, suspends, restriction.until or LATEST

    return max(restrictions, key=weight)


def find_lock_down(restrictions: Iterable[Restriction], now: Ms) -> Restriction | None:
    """Return the lock-down of the community that is in force at `now`, in ms; None for none."""
    found = (
        restriction
        for restriction in restrictions
        if restriction.kind is RestrictionKind.LOCKED_DOWN and holds(restriction, now)
    )
    return next(found, None)


def is_suspended(restrictions: Iterable[Restriction], now: Ms) -> bool:
    """Return whether any of a member's restrictions on a board is a suspension in force."""
    return any(
        restriction.kind is RestrictionKind.SUSPENDED and holds(restriction, now)
        for restriction in restrictions
    )


def is_sealed(restrictions: Iterable[Restriction], now: Ms) -> bool:
    """Return whether any of a board's restrictions says that it has moved, and nobody reads it here."""
    return any(
        restriction.kind is RestrictionKind.MOVED and holds(restriction, now)
        for restriction in restrictions
    )


def forbids(restriction: Restriction, request: Request[Any], thread: ThreadId | None) -> bool:
    """Return whether a restriction in force forbids a request, or sets a pace for it.

    Args:
        restriction: One about the member who asks, or about everybody, on the board that the
            request is about.
        request: A request that the member may send without the restriction. If it must concern the
            member's own thing, the caller has checked that.
        thread: The thread that the request is about; None if it is about none.
    """
    need, kind = request.needs, restriction.kind
    if kind is RestrictionKind.CLOSING:
        return _end_forbids(restriction.value or 0, request)
    if kind is RestrictionKind.MOVING:
        leaves = need.power is Power.SIT and not need.gives_seat
        return need.gives_seat or (_end_forbids(ENDS_WRITING, request) and not leaves)
    if kind is RestrictionKind.MOVED:
        return need.power not in SEALED_POWERS and not takes_back(request)
    if restriction.thread not in (None, thread):
        return False
    if kind is RestrictionKind.SUSPENDED:
        return not stays_open(request)
    if kind in GIVE_NO_SEATS and need.gives_seat:
        return True
    if kind in PACES:
        # Editing published text adds nothing new, so a pace does not apply.
        return need.power is Power.WRITE and not need.own
    if kind not in _STOP_WRITING:
        return False
    # An import writes for other people: a restriction of everybody stops it, a silence of the
    # importer does not.
    imports = need.power is Power.IMPORT and kind not in ABOUT_MEMBERS
    return need.power is Power.WRITE or imports


def _end_forbids(stage: int, request: Request[Any]) -> bool:
    if request.needs.power is Power.DUE:
        return False  # the members decided it before the end was announced
    if stage == ENDS_ALL or isinstance(request, Query):
        return stage == ENDS_ALL
    writes = stage == ENDS_WRITING and request.needs.power not in STILL_POWERS
    return writes or request.needs.grows


def stays_open(request: Request[Any]) -> bool:
    """Return whether a suspension leaves a request to who may send it without."""
    return request.needs.power in SUSPENDED_POWERS or takes_back(request)


def takes_back(request: Request[Any]) -> bool:
    """Return whether a request withdraws its author's own text, as every member always may (P9)."""
    return request.needs.own and request.needs.power is Power.READ


def next_writing(restriction: Restriction, last: Ms | None, now: Ms) -> Ms | None:
    """Return when the member may write again under a restriction that sets a pace; None if at once.

    Args:
        restriction: One of `PACES`, in force.
        last: When the member wrote last on the board, in ms; None if never.
        now: The current time, in ms.
    """
    again = 0 if last is None else last + (restriction.value or 0) * SECOND_MS
    if restriction.until is not None:
        again = min(again, to_ms(restriction.until))
    return again if again > now else None


def refusal_of(
    restriction: Restriction, again: Ms | None = None, *, reason: str | None = None
) -> Restricted:
    """Return the error with which a restriction refuses a request.

    Args:
        restriction: The restriction.
        reason: The reason of the act that set it, if the restriction itself has none.
        again: When the member may try again, in ms; None if only the restriction's end counts.
    """
    return Restricted(
        kind=restriction.kind.value,
        board=restriction.board,
        thread=restriction.thread,
        seconds=restriction.value,
        until=restriction.until,
        norm=restriction.norm,
        again_at=None if again is None else instant(again),
        reason=reason or restriction.reason,
    )
