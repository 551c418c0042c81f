"""Describes restrictions on a board and somebody's standing there, each by its row. Pure, clean text."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bbs.features.arriving.views import GuardKind
from bbs.features.moderation.standing_messages import Explanation, GuardOn, SeatStanding
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.plural import counted, whole_span
from bbs.powers import Office, Role
from bbs.text import sanitize

MomentText = Callable[[datetime], str]

_RESTRICTED = {
    RestrictionKind.SILENCED: "silenced: reads, and does not write",
    RestrictionKind.SLOWED: "slowed: writes at most once in {pace}",
    RestrictionKind.SUSPENDED: "suspended: neither reads nor writes",
    RestrictionKind.GUARDED: "a newcomer: writes at most once in {pace}",
    RestrictionKind.READ_ONLY: "read-only: nobody writes",
    RestrictionKind.ARCHIVED: "archived: nobody writes or takes a seat",
    RestrictionKind.LOCKED: "a locked thread: nobody writes in it",
    RestrictionKind.PACED: "slow: everybody writes at most once in {pace}",
    RestrictionKind.LOCKED_DOWN: "locked down: nobody joins, and first posts wait",
    RestrictionKind.MOVING: "moving to another community: read, and words only end",
    RestrictionKind.MOVED: "moved to another community: nobody reads it here",
    RestrictionKind.ENTERED: "visited: the sysop entered this private board",
}
_GUARDS = {
    GuardKind.FIRST_POSTS: "first posts wait for a moderator",
    GuardKind.LINKS: "posts with links wait for a moderator",
    GuardKind.PACE: "writes at most once in {pace}",
    GuardKind.LETTERS: "writes no letters to members who never wrote to them",
}
_ROLES = {
    Role.STRANGER: "not signed in",
    Role.WAITING: "waiting for a seat in the community",
    Role.SUSPENDED: "suspended from {board}, or from the community; what they were rests",
    Role.OUTSIDER: "a member who may not know of {board}",
    Role.OFFERED: "a member to whom {board} offered a seat, or who waits for one",
    Role.MEMBER: "a member without a seat on {board}",
    Role.SEATED: "a seat holder of {board}",
    Role.MODERATOR: "a moderator of {board}",
    Role.CORRESPONDENT: "in this letter",
}
_OFFICES = {
    Office.MODERATOR: "moderator of {board}",
    Office.COMMONS_MODERATOR: "moderator of the commons",
    Office.SYSOP: "sysop",
    Office.VISITOR: "sysop on a visit to {board}",
}


def describe_kind(restriction: Restriction) -> str:
    """Return what a restriction does, and to whom: `silenced: reads, and does not write`."""
    known = _RESTRICTED.get(restriction.kind, f"{restriction.kind}".replace("_", " "))
    return known.format(pace=whole_span(restriction.value or 0))


def describe_end(until: datetime | None, moment: MomentText) -> str:
    """Return until when something holds; without an end, who ends it."""
    return "until a moderator ends it" if until is None else f"until {moment(until)}"


def explain_lines(found: Explanation, who: str, board: str, moment: MomentText) -> list[str]:
    """Return what somebody is and may do on a board, a sentence for each row that says so.

    Args:
        who: What the member is called: a handle, or "You" with `are` in place of `is`.
        board: What the board is called.
        moment: Writes a moment in the reader's zone.
    """
    lines = [*_standing(found, who, board, moment), *_narrowed(found, moment), _refusal(found)]
    return [sanitize(line) for line in lines]


def _standing(found: Explanation, who: str, board: str, moment: MomentText) -> Iterator[str]:
    role = _ROLES.get(found.role, str(found.role)).format(board=board)
    yield f"{who} is {role} (role {found.role.value}; row of seats: {found.seat.value})."
    for held in found.offices:
        office = _OFFICES.get(held.office, str(held.office)).format(board=board)
        end = "no end is known" if held.until is None else f"until {moment(held.until)}"
        yield f"{who} is {office} since {moment(held.since)}; {end} (row of offices)."
    if found.seat is SeatStanding.SEATED:
        yield (
            f"{who} accepted version {found.norms_accepted} of the norms; version"
            f" {found.norms_version} is in force (row of seats)."
        )
    powers = ", ".join(power.value for power in found.powers)
    yield f"Powers there, by role and offices, before what narrows them: {powers}."


def _narrowed(found: Explanation, moment: MomentText) -> Iterator[str]:
    for each in found.restrictions:
        clause = "" if each.norm is None else f", by norm {each.norm}"
        why = f": {each.reason}" if each.reason else ""
        said = describe_kind(each)
        yield (
            f"{said[:1].upper()}{said[1:]}, {describe_end(each.until, moment)}{clause}"
            f" (row of restrictions {each.id[:8]}){why}."
        )
    for guard in found.guards:
        yield f"A newcomer: {_guard(guard)}, until {moment(guard.until)} at the latest (row of guards)."
    if not found.restrictions and not found.guards:
        yield "Nothing narrows that now."


def _guard(guard: GuardOn) -> str:
    try:
        said = _GUARDS[GuardKind(guard.kind)]
    except (KeyError, ValueError):
        return guard.kind.replace("_", " ")
    posts = "" if guard.posts is None else f" ({counted(guard.posts, 'post')} so far)"
    return said.format(pace=whole_span(guard.seconds or 0)) + posts


def _refusal(found: Explanation) -> str:
    if found.refused is None:
        return "A new thread there would be taken now."
    row = "" if found.refused_by is None else f", by the row of restrictions {found.refused_by[:8]}"
    return f"A new thread there is refused now ({found.refused}{row}): “{found.refused_why}”."
