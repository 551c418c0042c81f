"""Powers, the roles that hold them, and the needs of a request.

A role is held on one board; the sysop's powers are the community's. Pure: no I/O, no clock.
"""

from enum import StrEnum

from msgspec import Struct


class Power(StrEnum):
    """One thing one may do. `docs/reference/powers.md` is made from this table."""

    KNOCK = "knock"  # call before signing in: hello, sign up, sign in
    DOORS = "doors"  # the member's own account: devices, password; kept while waiting for a seat
    LISTEN = "listen"  # follow the streams the member may read, the own stream at least
    KNOW = "know"  # know of a board: its charter and norms
    SIT = "sit"  # take a seat on a board, and leave it
    READ = "read"  # read a board and the member list
    WRITE = "write"  # post, edit, withdraw and chat on a board
    OFFER_SEAT = "offer_seat"  # offer somebody a seat on a private board
    CONFIGURE = "configure"  # title, charter, seats, retention and visibility of a board
    INVITE = "invite"  # make and revoke invitations into the community
    APPOINT = "appoint"  # make somebody moderator of a board, or end it
    OPEN_BOARD = "open_board"  # open a new board
    RECOVER = "recover"  # make a recovery code for a member who cannot sign in
    IMPORT = "import"  # import posts written elsewhere
    PURGE = "purge"  # erase text that a law or norm forbids
    CLOSE = "close"  # announce the community's closing, and cancel it
    CLOCK = "clock"  # see the server's clock and its proven time, and confirm the clock
    ALLOT = "allot"  # see how much room boards take, and set their quotas


class Role(StrEnum):
    """What somebody is on one board."""

    STRANGER = "stranger"  # not signed in
    WAITING = "waiting"  # signed up, without a seat on the commons yet; also: suspended
    OUTSIDER = "outsider"  # a member, on a board that is private and not theirs
    OFFERED = "offered"  # the same, but a seat was offered to them
    MEMBER = "member"  # a member without a seat on this board
    SEATED = "seated"
    MODERATOR = "moderator"


_KNOCK = frozenset({Power.KNOCK})
_DOORS = _KNOCK | {Power.DOORS, Power.LISTEN}
_OFFERED = _DOORS | {Power.KNOW, Power.SIT}
_MEMBER = _OFFERED | {Power.READ}
_SEATED = _MEMBER | {Power.WRITE}

ROLE_POWERS: dict[Role, frozenset[Power]] = {
    Role.STRANGER: _KNOCK,
    Role.WAITING: _DOORS,
    Role.OUTSIDER: _DOORS,
    Role.OFFERED: _OFFERED,
    Role.MEMBER: _MEMBER,
    Role.SEATED: _SEATED,
    Role.MODERATOR: _SEATED | {Power.OFFER_SEAT, Power.CONFIGURE},
}

COMMONS_MODERATOR_POWERS = frozenset({Power.INVITE})
"""What a moderator of the commons may do for the whole community, beside moderating it."""

SYSOP_POWERS = frozenset(
    {
        Power.INVITE,
        Power.APPOINT,
        Power.OPEN_BOARD,
        Power.RECOVER,
        Power.IMPORT,
        Power.PURGE,
        Power.CLOSE,
        Power.CLOCK,
        Power.ALLOT,
    }
)
"""The sysop's, on every board they can read: running the house is no key to private rooms (P8)."""

TOKEN_POWERS = frozenset(Power) - {
    Power.KNOCK,
    Power.DOORS,
    Power.LISTEN,
    Power.KNOW,
    Power.RECOVER,
    Power.APPOINT,
    Power.CLOSE,
    Power.CLOCK,
    Power.PURGE,
}
"""What a scripting token can be given. None can reach its owner's account or make moderators;
to know of boards and to listen come with reading. What cannot be undone asks for a device."""


class NeedTarget(StrEnum):
    """Which field of a request names the thing whose board decides."""

    COMMUNITY = "community"  # no field: the commons decides
    COMMONS = "commons"  # no field either: but a token for other boards does not reach it
    BOARD = "board"
    THREAD = "thread"
    POST = "post"
    LINE = "line"


class Need(Struct, frozen=True):
    """What a request needs, checked by the gate before its handler runs.

    Attributes:
        power: The power that must be held.
        on: Where it must be held: the field of the request that names the thing.
        own: True if, beyond the power, the thing must be the actor's own.
        private: True if it is nobody's business but the actor's: only from a device, for a token
            is given to programs (P2).
    """

    power: Power
    on: NeedTarget = NeedTarget.COMMUNITY
    own: bool = False
    private: bool = False


def powers_of(role: Role, *, commons_moderator: bool, sysop: bool) -> frozenset[Power]:
    """Return all powers of somebody with `role` on a board. Pure.

    Args:
        role: What they are on the board in question.
        commons_moderator: Whether they moderate the commons.
        sysop: Whether they run the server. Adds nothing on a board they cannot read.
    """
    powers = ROLE_POWERS[role]
    if Power.READ not in powers:
        return powers
    if commons_moderator:
        powers |= COMMONS_MODERATOR_POWERS
    if sysop:
        powers |= SYSOP_POWERS
    return powers


def restrict_to_scope(powers: frozenset[Power], scope: frozenset[Power] | None) -> frozenset[Power]:
    """Return what a token with `scope` may do of its owner's `powers`. Pure.

    Args:
        scope: The token's powers; None for a device, which has all of its owner's.
    """
    if scope is None:
        return powers
    implied = {Power.KNOCK}
    if Power.READ in scope:
        implied |= {Power.KNOW, Power.LISTEN}
    return powers & (scope | implied)
