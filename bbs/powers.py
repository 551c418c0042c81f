"""Powers, the roles that hold them, and the needs of a request.

A role is held on one board; the sysop's powers are the community's. Pure: no I/O, no clock.
"""

from enum import StrEnum
from typing import NamedTuple, Self

from msgspec import Struct


class Touches(StrEnum):
    """What a power, a request or a field of one touches. It decides what a token may do (P8)."""

    READING = "reading"  # what the member may read; nothing changes
    OWN_WORDS = "own_words"  # the member's own posts, titles and lines
    ADDING = "adding"  # boards, seats, members or posts that are added; nobody loses anything
    OFFICE_WORDS = "office_words"  # a board's title and charter
    TO_THE_DESK = (
        "to_the_desk"  # words of others, for a person to judge: flagged, or held for a day
    )
    WORDS_OF_OTHERS = "words_of_others"  # what others wrote: erased or hidden
    RIGHTS_OF_OTHERS = "rights_of_others"  # what others may do, read or hold
    MEMORY = "memory"  # how long anything is kept
    ACCOUNT = "account"  # the member's own devices, password, seats and accepted norms
    BY_FIELD = "by_field"  # of a command, each of whose fields says what it touches


TOKEN_TOUCHES = frozenset(
    {
        Touches.READING,
        Touches.OWN_WORDS,
        Touches.ADDING,
        Touches.OFFICE_WORDS,
        Touches.TO_THE_DESK,
    }
)
"""What tokens may touch: nothing that destroys the words of others, changes the rights of others or
shortens any memory; what it hands to the desk, people decide about. All else needs a device."""


class Mark(NamedTuple):
    """The things that a field of a command touches, in the field's `Annotated`.

    Attributes:
        touches: The things that any value touches.
        lowered: The things that a lower number than before touches, if they differ.
    """

    touches: Touches
    lowered: Touches | None = None


class Power(StrEnum):
    """Something that a member may do, and what it touches: none can be without that mark.

    `docs/reference/powers.md` is made from this table.
    """

    touches: Touches

    def __new__(cls, value: str, touches: Touches | None = None) -> Self:
        if touches is None:
            raise TypeError(f"the power {value} has to say what it touches")
        power = str.__new__(cls, value)
        power._value_, power.touches = value, touches
        return power

    KNOCK = "knock", Touches.ACCOUNT  # call before signing in: hello, sign up, sign in
    DOORS = "doors", Touches.ACCOUNT  # the member's own account; kept while waiting for a seat
    LISTEN = "listen", Touches.READING  # follow the streams the member may read
    KNOW = "know", Touches.READING  # know of a board: its charter and norms
    SIT = "sit", Touches.ACCOUNT  # take a seat on a board, and leave it
    READ = "read", Touches.READING  # read a board and the member list
    WRITE = "write", Touches.OWN_WORDS  # post, edit, withdraw and chat on a board
    OFFER_SEAT = "offer_seat", Touches.ADDING  # offer somebody a seat on a private board
    CONFIGURE = "configure", Touches.BY_FIELD  # the settings of a board
    HEAR = "hear", Touches.READING  # hear the desk of a board: what waits there to be published
    ADMIT = "admit", Touches.RIGHTS_OF_OTHERS  # decide who comes in: applications
    REVIEW = "review", Touches.RIGHTS_OF_OTHERS  # decide about posts that a guard holds
    TEND = "tend", Touches.RIGHTS_OF_OTHERS  # pin, lock, move and retitle threads
    CALM = "calm", Touches.RIGHTS_OF_OTHERS  # lock the community down, give an urgent notice
    HIDE = "hide", Touches.WORDS_OF_OTHERS  # hide the words of others by a clause, and restore them
    JUDGE = "judge", Touches.RIGHTS_OF_OTHERS  # decide cases: sanctions, and appeals against them
    HOLD = "hold", Touches.RIGHTS_OF_OTHERS  # hold words or a member's writing at once, for a day
    FLAG = "flag", Touches.TO_THE_DESK  # flag words, as a script, for a person to look at
    HOLD_BACK = "hold_back", Touches.TO_THE_DESK  # hold words back, as a script, for a day at most
    AMEND = "amend", Touches.RIGHTS_OF_OTHERS  # change the norms of a board
    INVITE = "invite", Touches.ADDING  # invite into the community; the seat on the commons decides
    APPOINT = "appoint", Touches.RIGHTS_OF_OTHERS  # make somebody moderator of a board, or end it
    HAND_OVER = "hand_over", Touches.RIGHTS_OF_OTHERS  # give the own office to a seat holder
    OPEN_BOARD = "open_board", Touches.ADDING  # open a new board
    RECOVER = "recover", Touches.RIGHTS_OF_OTHERS  # make a recovery code for somebody locked out
    IMPORT = "import", Touches.ADDING  # import posts written elsewhere
    PURGE = "purge", Touches.WORDS_OF_OTHERS  # erase text that a law or norm forbids
    ENTER = "enter", Touches.RIGHTS_OF_OTHERS  # enter a private board of others for a day
    PASS_ON = "pass_on", Touches.RIGHTS_OF_OTHERS  # hand the whole community over to another member
    CLOSE = "close", Touches.RIGHTS_OF_OTHERS  # announce the community's closing, and cancel it
    CLOCK = "clock", Touches.MEMORY  # see the clock and its proven time, and confirm the clock
    ALLOT = "allot", Touches.READING  # see how much room boards take, and set their quotas
    MOVE_BOARD = "move_board", Touches.RIGHTS_OF_OTHERS  # let a board move to another community
    PACK = "pack", Touches.RIGHTS_OF_OTHERS  # take a whole board along as a signed file
    DUE = "due", Touches.RIGHTS_OF_OTHERS  # do what is due: publish what was held, seat who waits


class Role(StrEnum):
    """The role of a member, or of a stranger, on a board."""

    STRANGER = "stranger"  # not signed in
    WAITING = "waiting"  # signed up, without a seat on the commons yet
    OUTSIDER = "outsider"  # a member, on a board that is private and not theirs
    OFFERED = "offered"  # the same, but a seat was offered to them
    MEMBER = "member"  # a member without a seat on this board
    SEATED = "seated"
    MODERATOR = "moderator"
    SUSPENDED = "suspended"  # from the board, or from the community; what they were rests meanwhile
    LEAVING = "leaving"  # has left the community, and can come back for some days (protocol 28)
    CORRESPONDENT = "correspondent"  # in a letter, where nobody has more powers than another


class Way(StrEnum):
    """How a command came to the server, or words came with one."""

    DEVICE = "device"  # a member's own device
    SCRIPT = "script"  # a token, or a device's session that says nobody is there
    SYSTEM = "system"  # the server itself, by time
    MACHINE = "machine"  # a person at the server's machine, outside the protocol


class Office(StrEnum):
    """The office in which a member used a power."""

    MEMBER = "member"  # without an office: taking one up
    MODERATOR = "moderator"  # of the board
    COMMONS_MODERATOR = "commons_moderator"
    SYSOP = "sysop"
    VISITOR = "visitor"  # the sysop, on a private board that they entered
    ASSEMBLY = "assembly"  # the members together
    SYSTEM = "system"  # the server itself


_KNOCK = frozenset({Power.KNOCK})
_DOORS = _KNOCK | {Power.DOORS, Power.LISTEN}
_OFFERED = _DOORS | {Power.KNOW, Power.SIT}
_MEMBER = _OFFERED | {Power.READ, Power.FLAG}
_SEATED = _MEMBER | {Power.WRITE, Power.INVITE}
_MODERATOR_POWERS = frozenset(
    {
        Power.OFFER_SEAT,
        Power.CONFIGURE,
        Power.HEAR,
        Power.ADMIT,
        Power.REVIEW,
        Power.TEND,
        Power.CALM,
        Power.HIDE,
        Power.JUDGE,
        Power.HOLD,
        Power.HOLD_BACK,
        Power.AMEND,
        Power.APPOINT,
        Power.HAND_OVER,
        Power.MOVE_BOARD,
        Power.PACK,
    }
)

OFFICES_OF_NOBODY = frozenset({Office.ASSEMBLY, Office.SYSTEM})
"""The offices that no member holds: in them the server carries out what was decided, and what is due."""

ROLE_POWERS: dict[Role, frozenset[Power]] = {
    Role.STRANGER: _KNOCK,
    Role.WAITING: _DOORS,
    Role.OUTSIDER: _DOORS,
    Role.OFFERED: _OFFERED,
    Role.MEMBER: _MEMBER,
    Role.SEATED: _SEATED,
    Role.MODERATOR: _SEATED | _MODERATOR_POWERS,
    Role.SUSPENDED: _DOORS | {Power.KNOW},
    Role.LEAVING: _DOORS,
    Role.CORRESPONDENT: _DOORS | {Power.READ, Power.WRITE},
}

COMMONS_MODERATOR_POWERS = frozenset(
    {Power.INVITE, Power.REVIEW, Power.JUDGE, Power.HOLD, Power.HOLD_BACK}
)
"""Powers over the whole community that the commons' moderators have in addition. Inviting they would
have by their seat, too. A post they review only once its own board's desk left it waiting, and a case
they judge only where it comes to them (protocol 22)."""

SYSOP_POWERS = frozenset(
    {
        Power.INVITE,
        Power.APPOINT,
        Power.OPEN_BOARD,
        Power.RECOVER,
        Power.IMPORT,
        Power.PURGE,
        Power.CALM,
        Power.ENTER,
        Power.PASS_ON,
        Power.CLOSE,
        Power.CLOCK,
        Power.ALLOT,
        Power.JUDGE,
        Power.HOLD,
        Power.HOLD_BACK,
        Power.PACK,
    }
)
"""The sysop's powers, on boards that the sysop can read: not on private boards of others (P8)."""

_OF_THE_DESK = frozenset(
    {Power.HEAR, Power.ADMIT, Power.REVIEW, Power.JUDGE, Power.HOLD, Power.HOLD_BACK}
)

ASSEMBLY_POWERS = (_MODERATOR_POWERS - _OF_THE_DESK - {Power.HAND_OVER, Power.PACK}) | {
    Power.CLOSE,
    Power.ALLOT,
}
"""The powers of the members of a board, or of the community, together. Opening a board is missing,
because a member gets its first seat. Admitting and reviewing are missing, because the desk alone
reads the answers and the posts; judging, because that would be a public vote on a person. Purging is missing, because a law and not a vote asks for it; packing, because a person takes the file. The clock, imports and recovery codes are work at the machine.
"""

SYSTEM_POWERS = frozenset({Power.DUE, Power.APPOINT, Power.TEND, Power.HIDE})
"""The powers of the server's own rules. It sets no rules: only people configure, amend, close and
erase.
"""

LOGGED_POWERS = (_MODERATOR_POWERS | COMMONS_MODERATOR_POWERS | SYSOP_POWERS) - {
    Power.INVITE,
    Power.HEAR,
}
"""The powers of offices, of which each use leaves an act that the board's readers can read (P8).
To invite a guest is no use of power, and hearing changes nothing."""

_WITH_READING = frozenset({Power.KNOW, Power.LISTEN})
"""The powers that a token has with READ, and never without it."""

TOKEN_POWERS = (
    frozenset(power for power in Power if power.touches in TOKEN_TOUCHES | {Touches.BY_FIELD})
    - _WITH_READING
)
"""The powers that a token can have, by what they touch."""


class NeedTarget(StrEnum):
    """The field of a request that names a thing; the board of that thing decides."""

    COMMUNITY = "community"  # no field: the commons decides
    COMMONS = "commons"  # no field either: but a token for other boards does not reach it
    BOARD = "board"
    THREAD = "thread"
    POST = "post"
    LINE = "line"
    TO_BOARD = "to_board"
    LETTER = "letter"
    CASE = "case"  # its own board decides, and once it is passed on the commons
    MATTER = "matter"  # of a case: its own board decides, also once it is passed on
    APPEAL = "appeal"


class Need(Struct, frozen=True):
    """What a request requires; the gate checks it before the handler runs.

    Attributes:
        power: The power that the member must have.
        on: The field of the request that names the board, or a thing on the board, where the member
            must have it.
        own: True if the thing must also be the member's own.
        private: True if the request concerns the member alone: tokens, which are for programs, may
            not send it (P2).
        touches: The things that the request touches, if they differ from its power's.
        gives_seat: True if it gives a member a seat, which an archived board does not.
        grows: True if it adds members or boards, which a closing community no longer takes.
        also: The field that names another board where the member must have the power, too; None
            for no other.
        in_line: True if a member who waits for a seat in the community may send it about the
            commons, without having the power.
        by_person: True if it is a person's judgement: no script sends it, a moderator's own neither
            (protocol 27.2).
    """

    power: Power
    on: NeedTarget = NeedTarget.COMMUNITY
    own: bool = False
    private: bool = False
    touches: Touches | None = None
    gives_seat: bool = False
    grows: bool = False
    also: NeedTarget | None = None
    in_line: bool = False
    by_person: bool = False


OFFICE_POWERS: dict[Office, frozenset[Power]] = {
    Office.MODERATOR: _MODERATOR_POWERS,
    Office.VISITOR: SYSOP_POWERS,
    Office.SYSOP: SYSOP_POWERS,
    Office.COMMONS_MODERATOR: COMMONS_MODERATOR_POWERS,
    Office.ASSEMBLY: ASSEMBLY_POWERS,
    Office.SYSTEM: SYSTEM_POWERS,
}
"""The powers of each office on a board; if several offices allow something, the first one counts.
"""


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
        powers |= OFFICE_POWERS[office]
    return powers


def office_for(power: Power, offices: frozenset[Office]) -> Office:
    """Return the office by which a member holds a power. Pure.

    Args:
        power: A power that the member has.
        offices: The offices in which the member may act on that board.
    """
    allowing = (
        office for office, powers in OFFICE_POWERS.items() if office in offices and power in powers
    )
    return next(allowing, Office.MEMBER)


def office_elsewhere(power: Power, offices: frozenset[Office]) -> Office:
    """Return the office of a use of power that the commons judged, and that stands on another board.

    Args:
        power: A power that the member has by the commons.
        offices: The offices in which the member may act on the commons.
    """
    office = office_for(power, offices)
    return Office.COMMONS_MODERATOR if office is Office.MODERATOR else office


def power_of_token(need: Need) -> Power:
    """Return the power that a token must have for a need. Pure.

    To take words back asks less of a member than writing; of a token it asks the same.
    """
    return Power.WRITE if need.own and need.power is Power.READ else need.power


def restrict_to_scope(powers: frozenset[Power], scope: frozenset[Power] | None) -> frozenset[Power]:
    """Return those of a member's powers that a session with this scope has. Pure.

    Args:
        powers: The member's powers on the board.
        scope: The token's powers; None for a device, which has all powers of the member.
    """
    if scope is None:
        return powers
    implied = _KNOCK
    if Power.READ in scope:
        implied |= _WITH_READING
    # A token of an earlier version may name powers that no token can have any more.
    return powers & (scope & TOKEN_POWERS | implied)
