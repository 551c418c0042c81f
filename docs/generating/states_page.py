"""The page of states: where the moves of words lead, and which state of other things follows which."""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from bbs.features.arriving.rules import GUARD_TRANSITIONS, HELD_TRANSITIONS
from bbs.features.arriving.views import GuardState, HeldState
from bbs.features.batches.rules import BATCH_TRANSITIONS
from bbs.features.batches.views import BatchState
from bbs.features.boards.application_messages import ApplicationState
from bbs.features.boards.application_rules import APPLICATION_TRANSITIONS
from bbs.features.boards.end_rules import END_TRANSITIONS
from bbs.features.boards.end_views import EndState
from bbs.features.boards.seat_messages import SeatState
from bbs.features.boards.seat_rules import SEAT_TRANSITIONS
from bbs.features.cases.appeal_rules import APPEAL_TRANSITIONS
from bbs.features.cases.ladder import SANCTION_TRANSITIONS
from bbs.features.cases.removal_rules import REMOVAL_TRANSITIONS, RemovalState
from bbs.features.cases.rules import CASE_TRANSITIONS
from bbs.features.cases.views import AppealState, CaseState, SanctionState
from bbs.features.letters.rules import ASKED_TRANSITIONS, LETTER_TRANSITIONS, AskedState
from bbs.features.letters.views import LetterState
from bbs.features.members.inviting import INVITATION_TRANSITIONS
from bbs.features.members.views import InvitationState
from bbs.features.packs.move_rules import MOVE_TRANSITIONS
from bbs.features.packs.move_views import MoveState
from bbs.features.proposals.messages import ProposalState
from bbs.features.proposals.rules import PROPOSAL_TRANSITIONS
from bbs.features.threads.moves import STATES, Move, Shown, StateRules
from bbs.features.threads.views import ContentState
from generating.text import comments_of, page, table

_SEARCH = {Shown.WORDS: "found", Shown.NOTHING: "not found"}
_THERE = {
    Shown.WORDS: "the words",
    Shown.MARKER: "a marker",
    Shown.AUTHOR: "the author's own alone",
    Shown.NOTHING: "nothing",
}


class LifeCycle(NamedTuple):
    """A table of the states that may follow each state of a thing.

    Attributes:
        heading: What it is a table of.
        stands_in: The module of the table.
        before: What the thing is before its first state.
        follow: The states that may follow each; None for before the first, and for after it is over.
        states: The enum of the states, with a comment beside each.
    """

    heading: str
    stands_in: str
    before: str
    follow: Mapping[StrEnum | None, frozenset[StrEnum | None]]
    states: type[StrEnum]


LIFE_CYCLES: tuple[LifeCycle, ...] = (
    LifeCycle(
        "Batches", "bbs/features/batches/rules.py", "not begun", BATCH_TRANSITIONS, BatchState
    ),
    LifeCycle(
        "Removals of newcomers",
        "bbs/features/cases/removal_rules.py",
        "not removed",
        REMOVAL_TRANSITIONS,
        RemovalState,
    ),
    LifeCycle("Seats", "bbs/features/boards/seat_rules.py", "no seat", SEAT_TRANSITIONS, SeatState),
    LifeCycle(
        "Ends of boards", "bbs/features/boards/end_rules.py", "no end", END_TRANSITIONS, EndState
    ),
    LifeCycle(
        "Applications",
        "bbs/features/boards/application_rules.py",
        "not made",
        APPLICATION_TRANSITIONS,
        ApplicationState,
    ),
    LifeCycle(
        "Invitations",
        "bbs/features/members/inviting.py",
        "not made",
        INVITATION_TRANSITIONS,
        InvitationState,
    ),
    LifeCycle(
        "Letters", "bbs/features/letters/rules.py", "not asked for", LETTER_TRANSITIONS, LetterState
    ),
    LifeCycle(
        "Requests for a letter, of each person who is asked",
        "bbs/features/letters/rules.py",
        "not asked",
        ASKED_TRANSITIONS,
        AskedState,
    ),
    LifeCycle(
        "Boards that move",
        "bbs/features/packs/move_rules.py",
        "not moving",
        MOVE_TRANSITIONS,
        MoveState,
    ),
    LifeCycle(
        "Commands that wait",
        "bbs/features/proposals/rules.py",
        "not moved",
        PROPOSAL_TRANSITIONS,
        ProposalState,
    ),
    LifeCycle(
        "Guards of newcomers",
        "bbs/features/arriving/rules.py",
        "no seat",
        GUARD_TRANSITIONS,
        GuardState,
    ),
    LifeCycle(
        "Posts that wait for a moderator",
        "bbs/features/arriving/rules.py",
        "not written",
        HELD_TRANSITIONS,
        HeldState,
    ),
    LifeCycle(
        "Sanctions",
        "bbs/features/cases/ladder.py",
        "not decided",
        SANCTION_TRANSITIONS,
        SanctionState,
    ),
    LifeCycle("Cases", "bbs/features/cases/rules.py", "not reported", CASE_TRANSITIONS, CaseState),
    LifeCycle(
        "Appeals",
        "bbs/features/cases/appeal_rules.py",
        "not asked",
        APPEAL_TRANSITIONS,
        AppealState,
    ),
)
"""Every life cycle that is a table of states alone, in the order of the page."""


def states() -> str:
    """Return the page made of the tables of moves."""
    intro = (
        "The states of a post, and of a line where they fit: a line is never held and never edited."
        " The table is data in `bbs/features/threads/moves.py`; handlers refuse by it, and a test"
        " tries every pair of state and move. An empty cell: refused with a reason, or nothing that"
        " time does. A move to the same state changes none: an edit changes words, and what is gone"
        " can be taken back or purged once more without effect. A post that was withdrawn while it"
        " was held leaves no marker: nobody had seen it."
    )
    about = comments_of(ContentState)
    by = comments_of(Move)
    lines = ["## Which move leads where", ""]
    heads = ("state", *(f"{move}" for move in Move))
    lines += table(heads, [_row(state, rules) for state, rules in STATES.items()])
    lines += ["", "## Who moves", ""]
    lines += table(("move", "who"), [(f"`{move}`", by[move.name]) for move in Move])
    lines += ["", "## What a state means", ""]
    heads = ("state", "about", "search", "mirror", "answers", "quoted", "author's export", "undo")
    lines += table(heads, [_meaning(state, rules, about) for state, rules in STATES.items()])
    lines += [
        "",
        "`withdrawn`, `faded` and `purged` are ends: nothing brings the words back (P10).",
        "",
    ]
    for cycle in LIFE_CYCLES:
        lines += _life_cycle(cycle)
    return page("States", intro, lines)


def _life_cycle(cycle: LifeCycle) -> list[str]:
    """Return the section of a table of states."""
    says = comments_of(cycle.states)
    rows = [
        (
            cycle.before if state is None else f"`{state}`",
            "" if state is None else says.get(state.name, ""),
            ", ".join(_follows(cycle, follow)) or "nothing",
        )
        for state, follow in cycle.follow.items()
    ]
    about = (
        f"The table is data in `{cycle.stands_in}`; the server changes a state by it, and refuses"
        " or leaves out every other change."
    )
    heads = ("state", "about", "may become")
    return [f"## {cycle.heading}", "", about, "", *table(heads, rows), ""]


def _follows(cycle: LifeCycle, follow: Collection[StrEnum | None]) -> Iterator[str]:
    yield from (f"`{after}`" for after in cycle.states if after in follow)
    if None in follow:
        yield cycle.before


def _row(state: ContentState, rules: StateRules) -> tuple[str, ...]:
    led = (rules.moves.get(move) for move in Move)
    return f"`{state}`", *("" if to is None else str(to) for to in led)


def _meaning(state: ContentState, rules: StateRules, about: dict[str, str]) -> tuple[str, ...]:
    return (
        f"`{state}`",
        about.get(state.name, ""),
        _SEARCH[rules.search],
        _THERE[rules.mirror],
        "allowed" if rules.answered else "none",
        _THERE[rules.quoted],
        _THERE[rules.export],
        "none" if rules.undo is None else f"`{rules.undo}`",
    )
