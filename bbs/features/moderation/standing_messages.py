"""Who is restricted on a board, and what somebody may do there, by which rows (P7, P8)."""

from enum import StrEnum
from typing import ClassVar

from bbs.clock import Instant
from bbs.features.moderation.views import Restriction
from bbs.ids import BoardId, MemberId
from bbs.messages import Query, Result, View
from bbs.powers import Need, NeedTarget, Office, Power, Role, Touches


class RestrictedMember(View, frozen=True, kw_only=True):
    """A member whom a decision restricts on a board, as its seat holders are told until it ends.

    Attributes:
        restriction: With its clause, its end and its act, which has the reason.
    """

    member: MemberId
    restriction: Restriction


class RestrictedList(Result, frozen=True, kw_only=True):
    """Whom decisions restrict on a board now, those first whose restriction ends first.

    Attributes:
        everybody: What everybody there is restricted by now, with reasons.
    """

    members: tuple[RestrictedMember, ...]
    everybody: tuple[Restriction, ...] = ()


class ListRestricted(Query[RestrictedList], frozen=True, kw_only=True):
    """List who is restricted on a board, to those who have a seat there. From a device only.

    Only what cites a clause: newcomers' guards and urgent holds name nobody. Errors: `not_found`,
    `boards.seat_needed` without a seat there.
    """

    method: ClassVar[str] = "moderation.restricted"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, touches=Touches.ACCOUNT)
    board: BoardId


class OfficeHeld(View, frozen=True, kw_only=True):
    """An office in force in which a member may act on a board.

    Attributes:
        board: The board whose office it is: this board, or the commons.
        until: When it ends; None if no end is known yet.
    """

    office: Office
    board: BoardId
    since: Instant
    until: Instant | None = None


class GuardOn(View, frozen=True, kw_only=True):
    """A guard of a newcomer that is on, as `arriving.guards` tells it.

    Attributes:
        kind: A `GuardKind`.
        posts: How many of their posts count so far; None for a guard that ends by time alone.
        seconds: Of a pace, the seconds between two writings.
    """

    kind: str
    since: Instant
    until: Instant
    posts: int | None = None
    seconds: int | None = None


class SeatStanding(StrEnum):
    """How a member stands to a board's seats, as its rows say."""

    NONE = "none"  # no seat, and none asked for
    SEATED = "seated"
    ELSEWHERE = "elsewhere"  # offered, waiting, or left


class Explanation(Result, frozen=True, kw_only=True):
    """What somebody is and may do on a board now, and by which rows.

    Attributes:
        role: By the seat, the offices and the board's visibility.
        seat: How they stand to its seats, by the row of `seats`.
        norms_accepted, norms_version: The version that they accepted there, and the one in force.
        offices: By the rows of `offices`.
        powers: What they may do by role and offices, before any restriction; sorted.
        restrictions: Those in force, of theirs and of everybody, by the rows of `restrictions`, the
            id of each being its row's.
        guards: Those of a newcomer, by the rows of `guards`.
        refused: The code of the error with which a new thread there is refused now; None if it is not.
        refused_why: The same as a sentence of the server's, for them.
        refused_by: The id of the restriction that refuses it, if one does.
    """

    board: BoardId
    member: MemberId
    role: Role
    seat: SeatStanding = SeatStanding.NONE
    norms_accepted: int = 0
    norms_version: int = 0
    offices: tuple[OfficeHeld, ...] = ()
    powers: tuple[Power, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    guards: tuple[GuardOn, ...] = ()
    refused: str | None = None
    refused_why: str | None = None
    refused_by: str | None = None


class Explain(Query[Explanation], frozen=True, kw_only=True):
    """Explain what somebody may do on a board, and why not. From a device only.

    Everybody about themselves; about others the moderators of that board and of the commons, and
    the sysop. Errors: `not_found`, `not_allowed` about others.

    Attributes:
        member: None for the asker.
    """

    method: ClassVar[str] = "moderation.explain"
    needs: ClassVar[Need] = Need(Power.KNOW, on=NeedTarget.BOARD, touches=Touches.ACCOUNT)
    board: BoardId
    member: MemberId | None = None
