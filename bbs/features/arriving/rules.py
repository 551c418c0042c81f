"""Rules of guards, of posts that wait for a moderator, and of notes. Pure."""

import re
from collections.abc import Mapping

from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, Ms, is_in_force, to_ms
from bbs.errors import BadParams
from bbs.features.arriving.views import Guard, GuardKind, GuardState, HeldState
from bbs.features.threads.views import Approval, ContentState, Post
from bbs.refusals import Conflict
from bbs.text import check_line

_G, _H = GuardState, HeldState

GUARD_TRANSITIONS: Mapping[GuardState | None, frozenset[GuardState]] = {
    None: frozenset({_G.ON}),
    _G.ON: frozenset({_G.PASSED, _G.EXPIRED, _G.LIFTED}),
    _G.PASSED: frozenset(),
    _G.EXPIRED: frozenset(),
    _G.LIFTED: frozenset(),
}
"""The states that may follow each state of a guard; None before its newcomer took the seat."""

HELD_TRANSITIONS: Mapping[HeldState | None, frozenset[HeldState]] = {
    None: frozenset({_H.WAITING}),
    _H.WAITING: frozenset({_H.ASKED, _H.PUBLISHED, _H.DECLINED, _H.WITHDRAWN}),
    _H.ASKED: frozenset({_H.PUBLISHED, _H.DECLINED, _H.WITHDRAWN}),
    _H.PUBLISHED: frozenset(),
    _H.DECLINED: frozenset({_H.WITHDRAWN}),
    _H.WITHDRAWN: frozenset(),
}
"""The states that may follow each state of a post that a guard holds; None before it is written."""

UNDECIDED = frozenset({_H.WAITING, _H.ASKED})
"""The states of a post that waits."""

BY_POSTS = frozenset({GuardKind.FIRST_POSTS, GuardKind.LINKS, GuardKind.PACE})
"""Guards that end once `GUARD_POSTS` posts of the newcomer were published; others end by time."""

HOLDS: Mapping[GuardKind, Approval] = {
    GuardKind.FIRST_POSTS: Approval.FIRST_POSTS,
    GuardKind.LINKS: Approval.LINKS,
}
"""Why a post waits, by the guard that holds it; the first that applies is named."""

_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\]\()\S*", re.IGNORECASE)


class GuardSettings(Struct, frozen=True):
    """What a board's settings say of guards.

    Attributes:
        pace_s: Seconds between two writings of a newcomer; 0 for no pace.
        letters: Whether newcomers of the community write no letters to strangers; False for every
            board but the commons.
    """

    first_posts: bool = False
    links: bool = False
    pace_s: int = 0
    letters: bool = False

    @property
    def kinds(self) -> tuple[GuardKind, ...]:
        """The guards that are switched on."""
        switched = {
            GuardKind.FIRST_POSTS: self.first_posts,
            GuardKind.LINKS: self.links,
            GuardKind.PACE: self.pace_s > 0,
            GuardKind.LETTERS: self.letters,
        }
        return tuple(kind for kind, is_on in switched.items() if is_on)


def guard_end(kind: GuardKind, since: Ms) -> Ms:
    """Return when a guard of somebody who took the seat at `since` ends at the latest, in ms."""
    days = limits.GUARD_LETTER_DAYS if kind is GuardKind.LETTERS else limits.GUARD_DAYS
    return since + days * DAY_MS


def is_on(guard: Guard, now: Ms) -> bool:
    """Return whether a guard is in force at `now`, in ms; its end is not part of it."""
    return guard.state is GuardState.ON and is_in_force(now, to_ms(guard.since), to_ms(guard.until))


def check_guard_move(before: GuardState | None, after: GuardState) -> GuardState:
    """Refuse a change of a guard that `GUARD_TRANSITIONS` does not have.

    Raises:
        Conflict: If it has not.
    """
    if after not in GUARD_TRANSITIONS[before]:
        raise Conflict(what="this guard has ended")
    return after


def has_link(text: str) -> bool:
    """Return whether a text has a link, in any form that a reader could follow."""
    return _LINK.search(text) is not None


def adds_link(before: str, after: str) -> bool:
    """Return whether a new wording has a link, in any form, that the one before did not have."""
    return not set(_LINK.findall(after)) <= set(_LINK.findall(before))


def why_held(kinds: frozenset[GuardKind], words: str, *, behind: bool = False) -> Approval | None:
    """Return why a new post has to wait for a moderator; None if it has not.

    Args:
        kinds: The guards that are on for its author on the board.
        words: Its words, with the title of a thread that it begins.
        behind: Whether it stands in a thread whose first post waits.
    """
    for kind, why in HOLDS.items():
        if kind in kinds and (kind is not GuardKind.LINKS or has_link(words)):
            return why
    return Approval.BEHIND if behind else None


def asks_at(written: Ms) -> Ms:
    """Return from when on the commons' moderators are asked about a post, in ms."""
    return written + limits.APPROVAL_ASK_HOURS * HOUR_MS


def published_at(written: Ms) -> Ms:
    """Return when a post that nobody decided about is published, in ms."""
    return written + limits.APPROVAL_HOURS_MAX * HOUR_MS


def held_state(post: Post, now: Ms) -> HeldState:
    """Return the state of a post that a guard holds or held, at `now`, in ms."""
    if post.state is not ContentState.HELD:
        withdrawn = post.state is not ContentState.PUBLISHED and post.number is None
        return HeldState.WITHDRAWN if withdrawn else HeldState.PUBLISHED
    if post.approval is Approval.DECLINED:
        return HeldState.DECLINED
    return HeldState.ASKED if now >= asks_at(to_ms(post.at)) else HeldState.WAITING


_NO_MORE = {
    HeldState.PUBLISHED: "this post is published",
    HeldState.DECLINED: "this post was declined; its author has the words and can write it anew",
    HeldState.WITHDRAWN: "this post was withdrawn",
}


def check_held_move(before: HeldState, after: HeldState) -> HeldState:
    """Refuse a change of a held post that `HELD_TRANSITIONS` does not have.

    Raises:
        Conflict: If it has not.
    """
    if after not in HELD_TRANSITIONS[before]:
        raise Conflict(what=_NO_MORE[before])
    return after


def check_decline(norm: int | None, word: str | None) -> None:
    """Refuse to decline a post without telling its author why.

    Raises:
        BadParams: If there is neither a clause nor a word.
        TextRefused: If the word is not one line that anybody's screen can show.
    """
    if norm is None and word is None:
        raise BadParams(field="word", rule="name a clause, or tell the author why in a line")
    if word is not None:
        check_note_line(word, field="word")


def check_note_line(text: str, *, field: str = "text") -> None:
    """Refuse what cannot be a line of a note.

    Raises:
        TextRefused: If it is not one line that anybody's screen can show.
    """
    check_line(text, field=field, chars_max=limits.NOTE_LINE_CHARS_MAX)


def note_end(guard_ended: Ms) -> Ms:
    """Return when a note is erased whose newcomer's last guard ended then, in ms."""
    return guard_ended + limits.NOTE_DAYS * DAY_MS


def offers_guards(members: int, settings: GuardSettings) -> bool:
    """Return whether guards are to be offered to a desk: many members, and none switched on.

    Args:
        members: How many members the community has.
    """
    return members >= limits.GUARDS_OFFERED_MEMBERS and not settings.kinds
