"""Rules of letters: whom a request may name, and how letters and requests go on. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.errors import BadParams
from bbs.features.letters.views import LetterState


class AskedState(StrEnum):
    """How a request stands for one of the people who were asked. Who asked never learns it."""

    SENT = "sent"  # written; nobody was told yet
    ASKED = "asked"  # the person was told and has not answered
    UNHEARD = "unheard"  # nobody will be told: nobody has the handle, or they block the sender
    IN = "in"  # said yes
    DECLINED = "declined"  # said no, or blocked who asked


LETTER_TRANSITIONS: dict[LetterState | None, frozenset[LetterState]] = {
    None: frozenset({LetterState.ASKED}),
    LetterState.ASKED: frozenset({LetterState.OPEN, LetterState.ENDED}),
    LetterState.OPEN: frozenset({LetterState.ENDED}),
    LetterState.ENDED: frozenset(),
}
"""The states that may follow each state of a letter; None for one that was not asked for."""

ASKED_TRANSITIONS: dict[AskedState | None, frozenset[AskedState]] = {
    None: frozenset({AskedState.SENT}),
    AskedState.SENT: frozenset({AskedState.ASKED, AskedState.UNHEARD}),
    AskedState.ASKED: frozenset({AskedState.IN, AskedState.DECLINED}),
    AskedState.UNHEARD: frozenset(),
    AskedState.IN: frozenset(),
    AskedState.DECLINED: frozenset(),
}
"""The states that may follow each state of a request to a person. All are deleted at its end."""


def check_letter(before: LetterState | None, after: LetterState) -> LetterState:
    """Return the next state of a letter, which its table must allow."""
    assert after in LETTER_TRANSITIONS[before], f"a letter does not go from {before} to {after}"
    return after


def check_asked(before: AskedState | None, after: AskedState) -> AskedState:
    """Return the next state of a request to a person, which its table must allow."""
    assert after in ASKED_TRANSITIONS[before], f"a request does not go from {before} to {after}"
    return after


def request_ends(at: Ms) -> Ms:
    """Return when a request ends that was made at a moment, both in ms."""
    return at + limits.LETTER_REQUEST_DAYS * DAY_MS


def people_asked(handles: Sequence[str], own: str) -> tuple[str, ...]:
    """Return the handles of the people that a request names, each once, without the sender's own.

    Args:
        own: The sender's handle.

    Raises:
        BadParams: If it names nobody, the sender alone, or too many.
    """
    most = limits.LETTER_SEATS_MAX - 1
    asked = tuple(dict.fromkeys(handle.removeprefix("@") for handle in handles))
    others = tuple(handle for handle in asked if handle != own)
    if not asked:
        raise BadParams(field="handles", rule=f"name the people you ask, 1 to {most} of them")
    if not others:
        raise BadParams(
            field="handles", rule="a letter to yourself has no reader; name somebody else"
        )
    if len(others) > most:
        raise BadParams(field="handles", rule=f"a letter is for at most {most} others")
    return others


def is_over(until: Ms, now: Ms) -> bool:
    """Return whether a request that ends at `until` has ended, both in ms."""
    return now >= until


def check_report(posts: Sequence[str]) -> None:
    """Refuse what cannot be reported.

    Raises:
        BadParams: If it quotes no post, or too many.
    """
    if not 1 <= len(posts) <= limits.REPORT_POSTS_MAX or len(set(posts)) != len(posts):
        rule = f"quote 1 to {limits.REPORT_POSTS_MAX} posts, each once"
        raise BadParams(field="posts", rule=rule)
