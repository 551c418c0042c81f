"""The welcome of a newcomer, in sentences: whose guest they are, where they are, what comes first."""

from msgspec import Struct

from bbs import limits
from bbs.clock import to_ms
from bbs.features.boards.application_rules import split_questions
from bbs.features.boards.seat_messages import SeatPlace
from bbs.features.community.first_steps import FirstStep
from bbs.features.members.inviting import host_of
from bbs.features.members.views import Member, MemberState
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.applications import is_applying, is_asked
from bbs_client.session.first_steps import newcomers_steps
from bbs_client.session.in_line import describe_place_here
from bbs_client.session.session import Session
from bbs_client.session.standing import describe_seat

_SEEN = "welcomed"
NO_BACKLOG = "Nothing from before today counts as unread."


class Welcome(Struct, frozen=True):
    """What a newcomer is told; foreign text is cleaned.

    Attributes:
        greeting: Who came, and who invited them.
        help: How to reach who invited them; empty for nobody.
        place: What the community is for, and who runs it; empty if nothing is known.
        norms: A sentence about the norms that they accepted.
        clauses: These norms, a sentence each, without their reasons.
        steps: What to do first; none for who waits for a seat.
        waiting: What waiting means; empty for who has a seat.
    """

    greeting: str
    help: str
    place: str
    norms: str
    clauses: tuple[str, ...]
    steps: tuple[FirstStep, ...] = ()
    waiting: tuple[str, ...] = ()


def is_due(session: Session) -> bool:
    """Return whether the reader has just joined here and was not welcomed as what they are now.

    Who waits for a seat is welcomed as such, and again once they have one.
    """
    me = session.me
    if not session.is_new or me is None or session.cache.board(COMMONS) is None:
        return False
    seen, is_seated = session.cache.meta(_SEEN), me.state is MemberState.SEATED
    return seen is None or (is_seated and seen != MemberState.SEATED.value)


def note_seen(session: Session) -> None:
    """Note that the reader was welcomed as what they are now.

    Raises:
        MirrorUnwritable: If this device's disk cannot be written.
    """
    if session.me is not None and is_due(session):
        session.cache.set_meta(_SEEN, session.me.state.value)


def welcome_of(
    session: Session, *, on_screen: bool, keys: "KeyNames", place: SeatPlace | None = None
) -> Welcome | None:
    """Return the reader's welcome; None as long as the community is not on this device.

    Args:
        session: The reader's session.
        on_screen: Whether they use the screen.
        keys: What to press or type for what a sentence names.
        place: Their place in line, as `fetch_place` returned it.
    """
    me, commons = session.me, session.cache.board(COMMONS)
    if me is None or commons is None:
        return None
    waits = me.state is MemberState.WAITING
    version = commons.seat.norms_version if commons.seat else commons.board.norms_version
    norms = session.cache.norms(COMMONS, version)
    clauses = norms.clauses if norms is not None else ()
    return Welcome(
        greeting=f"Welcome, {safe_line(me.handle, 'newcomer')}. {_invited(session, me)}".strip(),
        help=_help(session, me, keys),
        place=" ".join(filter(None, (safe_line(commons.board.charter), _runs(session, me)))),
        norms=f"When you joined you accepted the norms that hold everywhere, version {version}."
        f" {keys.norms} shows them with their reasons.",
        clauses=tuple(safe_line(clause.text) for clause in clauses),
        steps=() if waits else newcomers_steps(session, on_screen=on_screen),
        waiting=describe_waiting(session, commons, keys, place) if waits else (),
    )


class KeyNames(Struct, frozen=True):
    """What to press or type for what the sentences name, on the reader's surface.

    Attributes:
        norms: Shows the norms.
        seat: Shows the reader's place in line.
        export: Takes the reader's words away.
        letter: Asks somebody for a letter; their handle follows.
    """

    norms: str
    seat: str
    export: str
    letter: str


def describe_waiting(
    session: Session, commons: BoardRow, keys: KeyNames, place: SeatPlace | None = None
) -> tuple[str, ...]:
    """Return what waiting for a seat of the community means, and what can be done meanwhile."""
    if is_asked(commons):
        asked = counted(len(split_questions(commons.board.questions)), "question")
        return (
            f"{session.community} asks you {asked} before you come in. Its moderators read your"
            " answers, and nobody else.",
            f"{keys.seat} on the board of all shows what is asked. They decide within"
            f" {counted(limits.APPLICATION_DAYS, 'day')}; else you go on in order.",
            f"Meanwhile {keys.export} takes along what is kept of you.",
        )
    if is_applying(commons):
        return (
            describe_seat(session, commons),
            f"Home and your inbox then tell you. {keys.seat} shows how to take your answers back.",
        )
    days = counted(limits.SEAT_OFFER_DAYS, "day")
    told = [] if place is None else describe_place_here(session, commons, place)
    return (
        f"{session.community} has no seat for you yet. {' '.join(told) or describe_seat(session, commons)}",
        f"A free seat is offered to the next in line, for {days}. Home and your inbox then tell you;"
        f" {keys.seat} takes it, and the boards open.",
        f"Meanwhile {keys.seat} shows your place and the norms, and {keys.export} takes along what"
        " is kept of you. You may leave the line at any time.",
    )


def _invited(session: Session, me: Member) -> str:
    """Return who invited the reader, and until when they are the reader's host."""
    by = session.members.get(me.invited_by or "")
    if by is None or by.handle is None:
        return ""
    who = _named(by)
    is_host = host_of(me, to_ms(session.now())) is not None
    return f"{who} invited you and is your host." if is_host else f"{who} invited you."


def _help(session: Session, me: Member, keys: KeyNames) -> str:
    """Return how a newcomer reaches their host; empty without one."""
    host = session.members.get(host_of(me, to_ms(session.now())) or "")
    if host is None or not host.handle:
        return ""
    return (
        f"Ask them anything: @{host.handle} in a post or a line calls them,"
        f" {keys.letter} {host.handle} asks them for a letter."
    )


def _runs(session: Session, me: Member) -> str:
    """Return who runs the server; empty for the reader themselves, and for who is not known here."""
    sysops = [one for one in session.members.values() if one.sysop and one.handle and one != me]
    return f"{_named(sysops[0])} runs this server." if sysops else ""


def _named(member: Member) -> str:
    """Return a member as a newcomer learns to know them: name and handle."""
    name, handle = safe_line(member.name), safe_line(member.handle)
    return f"{name} (@{handle})" if name and name.casefold() != handle.casefold() else f"@{handle}"
