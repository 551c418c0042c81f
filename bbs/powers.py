"""Powers, the roles that hold them, and the needs of a request.

A role is held on one board; the sysop's powers are the community's. Pure: no I/O, no clock.
"""

from enum import StrEnum

from msgspec import Struct


class Power(StrEnum):
    """Something that a member may do. `docs/reference/powers.md` is made from this table."""

    KNOCK = "knock"  # call before signing in: hello, sign up, sign in
    DOORS = "doors"  # the member's own account: devices, password; kept while waiting for a seat
    LISTEN = "listen"  # follow the streams the member may read, the own stream at least
    KNOW = "know"  # know of a board: its charter and norms
    SIT = "sit"  # take a seat on a board, and leave it
    READ = "read"  # read a board and the member list
    WRITE = "write"  # post, edit, withdraw and chat on a board
    OFFER_SEAT = "offer_seat"  # offer somebody a seat on a private board
    CONFIGURE = "configure"  # title, charter, seats, retention and visibility of a board
    HEAR = "hear"  # hear the desk of a board: what waits there to be published
    TEND = "tend"  # threads as such: pin, lock, move and retitle them; no command does so yet
    HIDE = "hide"  # hide the words of others; no command does so yet
    AMEND = "amend"  # change the norms of a board; no command does so yet
    INVITE = "invite"  # make and revoke invitations into the community
    APPOINT = "appoint"  # make somebody moderator of a board, or end it
    HAND_OVER = "hand_over"  # give the own office of moderator to another seat holder
    OPEN_BOARD = "open_board"  # open a new board
    RECOVER = "recover"  # make a recovery code for a member who cannot sign in
    IMPORT = "import"  # import posts written elsewhere
    PURGE = "purge"  # erase text that a law or norm forbids
    CLOSE = "close"  # announce the community's closing, and cancel it
    CLOCK = "clock"  # see the server's clock and its proven time, and confirm the clock
    ALLOT = "allot"  # see how much room boards take, and set their quotas


class Role(StrEnum):
    """The role of a member, or of a stranger, on a board."""

    STRANGER = "stranger"  # not signed in
    WAITING = "waiting"  # signed up, without a seat on the commons yet; also: suspended
    OUTSIDER = "outsider"  # a member, on a board that is private and not theirs
    OFFERED = "offered"  # the same, but a seat was offered to them
    MEMBER = "member"  # a member without a seat on this board
    SEATED = "seated"
    MODERATOR = "moderator"


class Way(StrEnum):
    """How a command came to the server, or words came with one."""

    DEVICE = "device"  # a member's own device
    SCRIPT = "script"  # a token
    SYSTEM = "system"  # the server itself, by time
    MACHINE = "machine"  # somebody at the server's machine, past the protocol


class Office(StrEnum):
    """The office in which somebody used a power."""

    MEMBER = "member"  # without an office: taking one up
    MODERATOR = "moderator"  # of the board
    COMMONS_MODERATOR = "commons_moderator"
    SYSOP = "sysop"
    SYSTEM = "system"  # the server itself


_KNOCK = frozenset({Power.KNOCK})
_DOORS = _KNOCK | {Power.DOORS, Power.LISTEN}
_OFFERED = _DOORS | {Power.KNOW, Power.SIT}
_MEMBER = _OFFERED | {Power.READ}
_SEATED = _MEMBER | {Power.WRITE}
_MODERATOR_POWERS = frozenset(
    {
        Power.OFFER_SEAT,
        Power.CONFIGURE,
        Power.HEAR,
        Power.TEND,
        Power.HIDE,
        Power.AMEND,
        Power.APPOINT,
        Power.HAND_OVER,
    }
)

ROLE_POWERS: dict[Role, frozenset[Power]] = {
    Role.STRANGER: _KNOCK,
    Role.WAITING: _DOORS,
    Role.OUTSIDER: _DOORS,
    Role.OFFERED: _OFFERED,
    Role.MEMBER: _MEMBER,
    Role.SEATED: _SEATED,
    Role.MODERATOR: _SEATED | _MODERATOR_POWERS,
}

COMMONS_MODERATOR_POWERS = frozenset({Power.INVITE})
"""Powers over the whole community that the commons' moderators have in addition."""

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
"""The sysop's powers, on boards that the sysop can read: not on private boards of others (P8)."""

LOGGED_POWERS = (_MODERATOR_POWERS | COMMONS_MODERATOR_POWERS | SYSOP_POWERS) - {
    Power.INVITE,
    Power.HEAR,
}
"""The powers of offices, of which each use leaves an act that the board's readers can read (P8).
To invite a guest is no use of power, and hearing changes nothing."""

TOKEN_POWERS = frozenset(Power) - {
    Power.KNOCK,
    Power.DOORS,
    Power.LISTEN,
    Power.KNOW,
    Power.RECOVER,
    Power.APPOINT,
    Power.HAND_OVER,
    Power.HIDE,
    Power.AMEND,
    Power.CLOSE,
    Power.CLOCK,
    Power.PURGE,
}
"""The powers that a token can have. No token reaches its owner's account or makes moderators;
READ implies KNOW and LISTEN. Acts that cannot be undone need a device."""


class NeedTarget(StrEnum):
    """The field of a request that names a thing; the board of that thing decides."""

    COMMUNITY = "community"  # no field: the commons decides
    COMMONS = "commons"  # no field either: but a token for other boards does not reach it
    BOARD = "board"
    THREAD = "thread"
    POST = "post"
    LINE = "line"


class Need(Struct, frozen=True):
    """What a request requires; the gate checks it before the handler runs.

    Attributes:
        power: The power that the member must have.
        on: The field of the request that names the board, or a thing on the board, where the
            member must have it.
        own: True if the thing must also be the member's own.
        private: True if the request concerns the member alone: tokens, which are for programs, may
            not send it (P2).
    """

    power: Power
    on: NeedTarget = NeedTarget.COMMUNITY
    own: bool = False
    private: bool = False


_OFFICE_POWERS: dict[Office, frozenset[Power]] = {
    Office.MODERATOR: _MODERATOR_POWERS,
    Office.SYSOP: SYSOP_POWERS,
    Office.COMMONS_MODERATOR: COMMONS_MODERATOR_POWERS,
}
"""What each office allows on a board; where several allow it, the first one counts."""


def powers_of(role: Role, offices: frozenset[Office]) -> frozenset[Power]:
    """Return all powers of a member on a board. Pure.

    Args:
        role: The member's role on that board.
        offices: The offices in which the member may act there; those of the community add nothing
            on a board that the member cannot read.
    """
    powers = ROLE_POWERS[role]
    if Power.READ not in powers:
        return powers
    for office in offices - {Office.MODERATOR}:  # the role has the powers of this one
        powers |= _OFFICE_POWERS[office]
    return powers


def office_for(power: Power, offices: frozenset[Office]) -> Office:
    """Return the office by which a member holds a power. Pure.

    Args:
        power: A power that the member has.
        offices: The offices in which the member may act on that board.
    """
    allowing = (
        office for office, powers in _OFFICE_POWERS.items() if office in offices and power in powers
    )
    return next(allowing, Office.MEMBER)


def restrict_to_scope(powers: frozenset[Power], scope: frozenset[Power] | None) -> frozenset[Power]:
    """Return those of a member's powers that a session with this scope has. Pure.

    Args:
        powers: The member's powers on the board.
        scope: The token's powers; None for a device, which has all powers of the member.
    """
    if scope is None:
        return powers
    implied = {Power.KNOCK}
    if Power.READ in scope:
        implied |= {Power.KNOW, Power.LISTEN}
    return powers & (scope | implied)
