"""Rules of commands that wait: who may agree, who may object, how long it takes. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, Ms
from bbs.features.moderation.messages import Change
from bbs.features.proposals.messages import ProposalState, WaitsFor
from bbs.gravity import Grave, Use
from bbs.ids import MemberId

_ENDS = frozenset(
    {
        ProposalState.OBJECTED,
        ProposalState.WITHDRAWN,
        ProposalState.LAPSED,
        ProposalState.CARRIED_OUT,
        ProposalState.COULD_NOT,
    }
)

PROPOSAL_TRANSITIONS: dict[ProposalState | None, frozenset[ProposalState]] = {
    None: frozenset({ProposalState.OPEN}),
    ProposalState.OPEN: _ENDS | {ProposalState.SECONDED},
    # A restore announces it anew, and no vote from before counts.
    ProposalState.SECONDED: _ENDS | {ProposalState.OPEN},
    **dict.fromkeys(sorted(_ENDS), frozenset()),
}
"""The states that may follow each state of a proposal; None for a command not moved yet."""

WAITING = tuple(sorted(PROPOSAL_TRANSITIONS.keys() - _ENDS - {None}, key=str))
"""The states of a command that waits still."""


class Term(NamedTuple):
    """An office that can give a second key.

    Attributes:
        since: Since when its holder sits where they hold it; None if that is not known.
        office_since: Since when they hold it; None without an office.
    """

    since: Ms | None
    office_since: Ms | None


class Person(Struct, frozen=True):
    """A member whose vote may count, with the facts for the rules.

    Attributes:
        seated: Whether they sit on the board.
        since: Since when they sit there, or else on the commons; None if that is not known.
        office_since: Since when they hold an office that can give the second key: the mover's, or
            moderator of the commons; None without one.
        moderator: Whether they moderate the board itself.
        invited_by: Who invited them into the community.
        joined_at: When they joined, in ms.
        sysop: Since when they are sysop of the community; None if they are not.
        commons: Since when they moderate the commons; None if they do not.
    """

    member: MemberId
    seated: bool = True
    since: Ms | None = None
    office_since: Ms | None = None
    moderator: bool = False
    invited_by: MemberId | None = None
    joined_at: Ms = 0
    sysop: Term | None = None
    commons: Term | None = None


class Motion(Struct, frozen=True):
    """A command that waits, or is to wait.

    Attributes:
        mover: Who moved it.
        about: The member it concerns; None if it concerns no member.
        marks: The marks that make it grave.
        gone_words: Whether it erases words of others who do not sit there any more.
        invited_by: The member who invited the mover into the community; None if none did.
        joined_at: When the mover joined, in ms.
        parties: Who cannot give the second key because they are party to it, as far as their word is
            asked for, and why, as a sentence.
        by_sysop: Whether the sysop can give the second key, because no moderator can.
    """

    mover: MemberId
    about: MemberId | None
    marks: tuple[Grave, ...]
    gone_words: bool = False
    invited_by: MemberId | None = None
    joined_at: Ms = 0
    parties: Mapping[MemberId, str] = {}
    by_sysop: bool = False


class Seated(Struct, frozen=True):
    """Who sits on the board of a command that waits.

    Attributes:
        count: How many sit there.
        mover: Whether the mover does.
        about: Whether another member does whom it concerns.
        suspended: How many of the others can say nothing now.
        at: When this was so, in ms.
    """

    count: int
    mover: bool = True
    about: bool = False
    suspended: int = 0
    at: Ms = 0

    @property
    def others(self) -> int:
        """How many neither moved it nor are concerned by it, and can speak."""
        return self.count - self.mover - self.about - self.suspended

    @property
    def objectors(self) -> int:
        """How many can object: whom it concerns only where nobody else is there to do it."""
        return self.others or int(self.about)


def why_same(person: Person, motion: Motion, now: Ms) -> str | None:
    """Return why a member and the mover may be the same person, as a sentence; or None.

    The reason is that one of them invited the other lately.

    Args:
        now: The proven time, in ms, as for all rules here.
    """
    young = now - limits.GUEST_DAYS * DAY_MS
    if person.invited_by == motion.mover and person.joined_at > young:
        return f"its mover invited you less than {limits.GUEST_DAYS} days ago"
    if motion.invited_by == person.member and motion.joined_at > young:
        return f"you invited its mover less than {limits.GUEST_DAYS} days ago"
    return None


def why_no_key(person: Person, motion: Motion, now: Ms) -> str | None:
    """Return why a member cannot give the second key, as a sentence; None if they can."""
    if person.member == motion.mover:
        return "you moved it yourself"
    if person.member == motion.about:
        return "it is about you"
    if (party := motion.parties.get(person.member)) is not None:
        return party
    if (same := why_same(person, motion, now)) is not None:
        return same
    since, office_since = _term(person, motion)
    if office_since is None and takes_commons_key(motion.marks):
        return "it takes a moderator of the commons"
    if office_since is None:
        return "it takes somebody in the same office, or a moderator of the commons"
    if since is None or now - since < limits.KEY_SEATED_DAYS * DAY_MS:
        return f"you have to be seated for {limits.KEY_SEATED_DAYS} days"
    if now - office_since < limits.KEY_OFFICE_DAYS * DAY_MS:
        return f"you have to be in office for {limits.KEY_OFFICE_DAYS} days"
    return None


def _term(person: Person, motion: Motion) -> Term:
    """Return by which office a member may give the second key: the one they have held for longest."""
    if takes_commons_key(motion.marks):
        return person.commons or Term(person.since, None)
    own = Term(person.since, person.office_since)
    if not motion.by_sysop or person.sysop is None:
        return own
    terms = [term for term in (own, person.sysop) if term.office_since is not None]
    return min(terms, key=lambda term: max(term.since or 0, term.office_since or 0))


def with_sysop(motion: Motion, people: Iterable[Person], now: Ms) -> Motion:
    """Return a command with the sysop's key, where it concerns a person and no moderator has one."""
    has_key = any(may_give_key(person, motion, now) for person in people)
    return motion if has_key or not is_to_few(motion.marks) else replace(motion, by_sysop=True)


def may_give_key(person: Person, motion: Motion, now: Ms) -> bool:
    """Return whether a member can give the second key: in office, and for longer than a day."""
    return why_no_key(person, motion, now) is None


def choose_way(motion: Motion, people: Iterable[Person], now: Ms) -> WaitsFor | None:
    """Return what a grave command waits for; None if it harms nobody and is carried out at once.

    Args:
        people: Everybody seated on the board, and who else may hold a key to it; the mover may be
            among them.
    """
    others = [person for person in people if person.member != motion.mover]
    if not (motion.gone_words or _concerns_another(motion)) and not any(
        person.seated for person in others
    ):
        return None
    if any(mark.all_moderators for mark in motion.marks) and any(
        person.moderator for person in others
    ):
        return WaitsFor.MODERATORS
    if any(mark.days_min or mark.by_delay for mark in motion.marks):
        return WaitsFor.DELAY
    if any(may_give_key(person, motion, now) for person in others):
        return WaitsFor.SECOND_KEY
    return WaitsFor.DELAY


def _concerns_another(motion: Motion) -> bool:
    """Return whether it concerns a person, who may sit nowhere near."""
    return is_to_few(motion.marks) and motion.about not in (None, motion.mover)


def wait_ms(way: WaitsFor, marks: Iterable[Grave], seated: int) -> Ms:
    """Return how long a command waits at most for agreement, or at least for objections, in ms.

    Args:
        seated: How many sit on the board.
    """
    marks = tuple(marks)
    if way is WaitsFor.SECOND_KEY:
        hours = limits.SECOND_KEY_HOURS
    elif is_to_few(marks):
        hours = limits.PERSON_WAIT_HOURS
    else:
        hours = limits.DELAY_HOURS_FEW if seated < limits.SEATED_FEW else limits.DELAY_HOURS
    return max((hours * HOUR_MS, *(mark.days_min * DAY_MS for mark in marks)))


def takes_key(marks: Iterable[Grave], way: WaitsFor) -> bool:
    """Return whether only a second key is an agreement, also while the command waits by delay."""
    marks = tuple(marks)
    return way is WaitsFor.SECOND_KEY or bool(why_unopposed(marks))


def why_no_second(person: Person, motion: Motion, way: WaitsFor, now: Ms) -> str | None:
    """Return why somebody's agreement does not count, as a sentence; None if it does."""
    if takes_key(motion.marks, way):
        return why_no_key(person, motion, now)
    if person.member == motion.mover:
        return "you moved it yourself"
    if way is WaitsFor.MODERATORS and person.moderator:
        return None
    if not person.seated:
        return "it takes a seat on the board"
    return why_same(person, motion, now)


def why_no_objection(person: Person, motion: Motion, way: WaitsFor, seated: Seated) -> str | None:
    """Return why a member's objection does not count, as a sentence; None if it does.

    Any seat holder's does but the mover's, and that of whom it concerns while others sit there.
    Nobody has to object where a second key is missing: without it nothing is done.
    """
    if unopposed := why_unopposed(motion.marks):
        return unopposed
    if way is WaitsFor.SECOND_KEY:
        return "nothing is done without a second key, so nobody has to object"
    if person.member == motion.mover:
        return "you moved it; withdraw it instead"
    if person.member == motion.about and seated.others:
        return "it is about you, and others are there to object"
    return None if person.seated else "it takes a seat on the board"


def is_to_few(marks: Iterable[Grave]) -> bool:
    """Return whether a command concerns a person, so that few are told while it waits (`Grave.to_few`)."""
    return any(mark.to_few for mark in marks)


def takes_commons_key(marks: Iterable[Grave]) -> bool:
    """Return whether only a commons moderator has the second key (`Grave.key_of_commons`)."""
    return any(mark.key_of_commons for mark in marks)


def has_keys_beyond(marks: Iterable[Grave]) -> bool:
    """Return whether a moderator of the commons may have a key to a command on a board they do not read."""
    marks = tuple(marks)
    return is_to_few(marks) or takes_commons_key(marks)


def may_know_beyond(person: Person, motion: Motion, way: WaitsFor, now: Ms) -> bool:
    """Return whether somebody who may not read the board may know of a command that waits there.

    Only for the sake of a key that they have. What waits for the objections of a board is its own.
    """
    if not has_keys_beyond(motion.marks):
        return False
    is_asked = is_to_few(motion.marks) or way is WaitsFor.SECOND_KEY
    return is_asked and may_give_key(person, motion, now)


def may_know(person: Person, motion: Motion, way: WaitsFor, now: Ms) -> bool:
    """Return whether somebody who may read the board may know of a command that waits, or waited.

    Of one told to few: its mover, the member it is about, and who can give the second key; where
    somebody can, all in that office, but nobody who is party to it.
    """
    if not is_to_few(motion.marks) or person.member in (motion.mover, motion.about):
        return True
    if person.member in motion.parties:
        return False
    is_desk = way is WaitsFor.SECOND_KEY and person.office_since is not None
    return is_desk or may_give_key(person, motion, now)


def why_unopposed(marks: Iterable[Grave]) -> str:
    """Return why no member can object to a command, as a sentence; empty if members can."""
    marks = tuple(marks)
    said = next((mark.unopposed for mark in marks if mark.unopposed), "")
    return said or ("what concerns a person is not put to a vote" if is_to_few(marks) else "")


def objections_to_end(way: WaitsFor, marks: Iterable[Grave], seated: Seated) -> int:
    """Return how many objections end a command that waits; 0 if no member can object.

    Never more than there are members who can object.
    """
    if way is WaitsFor.SECOND_KEY or why_unopposed(marks):
        return 0
    part = max(-(-seated.count // limits.OBJECTIONS_PART), limits.OBJECTIONS_MIN)
    return min(part, seated.objectors)


def has_all_agreed(
    motion: Motion, way: WaitsFor, people: Iterable[Person], agreed: Collection[MemberId], now: Ms
) -> bool:
    """Return whether a command can be carried out at once, because enough members agreed.

    Either one of them gives the second key. Or every seat holder agreed, none of them may be the
    same person as the mover, and the command touches no text of members who have left. Nothing
    shortens the least time of a mark (`Grave.days_min`).
    """
    if any(mark.days_min for mark in motion.marks):
        return False
    seconds = [person for person in people if person.member in agreed]
    if takes_key(motion.marks, way):
        return any(may_give_key(person, motion, now) for person in seconds)
    seated = [person for person in people if person.seated and person.member != motion.mover]
    if motion.gone_words or any(why_same(person, motion, now) for person in seated):
        return False
    return bool(seated) and all(person.member in agreed for person in seated)


def have_moderators_agreed(
    motion: Motion, people: Iterable[Person], agreed: Collection[MemberId]
) -> bool:
    """Return whether every moderator of the board but the mover agreed."""
    moderators = {person.member for person in people if person.moderator} - {motion.mover}
    return moderators <= set(agreed)


def uses_of(
    changes: Iterable[Change],
    there: Mapping[str, int],
    *,
    mover: MemberId,
    about: MemberId | None,
) -> dict[str, Use]:
    """Return the values that a command changes, as its marks judge them.

    Args:
        there: How much is there, of the values that bound something.
    """
    return {
        change.field: Use(
            before=change.before,
            after=change.after,
            there=there.get(change.field, 0),
            own=about == mover,
        )
        for change in changes
    }


def has_moved(kept: Iterable[Change], found: Iterable[Change]) -> bool:
    """Return whether what a command is to change is not as it was when it was moved."""
    return _values(kept) != _values(found)


def _values(changes: Iterable[Change]) -> dict[str, tuple[object, ...]]:
    return {
        change.field: (change.before, change.after, change.said_before, change.said_after)
        for change in changes
    }
