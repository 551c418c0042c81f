"""Sanctions, the ladder, decisions before they are made, and appeals, in words. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bbs import limits
from bbs.features.cases.appeal_rules import may_appeal
from bbs.features.cases.views import (
    Appeal,
    AppealState,
    OwnCase,
    Sanction,
    SanctionKind,
    SanctionState,
)
from bbs.features.norms.clause_text import clause_name
from bbs.ids import COMMONS
from bbs.plural import counted, whole_span
from bbs.text import sanitize

Moment = Callable[[datetime], str]

NAMES: Mapping[SanctionKind, str] = {
    SanctionKind.WORD: "a word",
    SanctionKind.SLOW: "slow writing",
    SanctionKind.SILENCE: "silence",
    SanctionKind.SUSPEND: "suspension",
    SanctionKind.REMOVE: "removal",
}
"""What sanctions are called, from the lightest to the heaviest."""

DOES: Mapping[SanctionKind, str] = {
    SanctionKind.WORD: "it is said to them, and noted for a year; nothing is restricted",
    SanctionKind.SLOW: "they write at most once in so many minutes",
    SanctionKind.SILENCE: "they read, and do not write",
    SanctionKind.SUSPEND: "they neither read nor write; seat and office rest",
}
"""What each of those that a decision can choose does to the person."""

STILL_WORKS = {
    SanctionKind.WORD: "Nothing is restricted: you read and write as before.",
    SanctionKind.SLOW: "You read as before, write at this pace, and withdraw your own words.",
    SanctionKind.SILENCE: "You read as before, and withdraw and export your own words.",
    SanctionKind.SUSPEND: "Your seat rests and stays yours. You can withdraw and export your own words.",
}
"""What the person can still do who is not outside the community."""

_OUTSIDE = {
    True: "Three doors stay open: you can appeal, take your words with you, and leave.",
    False: "Two doors stay open: you can take your words with you, and leave.",
}
"""The same of who is outside the community, by whether they can still appeal."""

APPEALS = {
    AppealState.OPEN: "waits for somebody who did not decide",
    AppealState.UPHELD: "was answered: the decision stands",
    AppealState.SHORTENED: "was answered: it ends sooner",
    AppealState.LIFTED: "was answered: the decision is lifted",
    AppealState.LAPSED: "was not answered in time, so the decision is lifted",
    AppealState.TAKEN_BACK: "was taken back",
}


def describe_sanction(sanction: Sanction, board: str, moment: Moment) -> str:
    """Return a sanction as its bearer reads it, with its end, as a sentence.

    Args:
        board: What the board is called; clean.
    """
    everywhere = sanction.board == COMMONS
    where = "in this community" if everywhere else f"on {board}"
    end = f"until {moment(sanction.until)}"
    match sanction.kind:
        case SanctionKind.WORD:
            return f"A word was said to you about what you wrote {where}."
        case SanctionKind.SLOW:
            pace = whole_span(sanction.seconds or 60)
            return f"You write at most once in {pace} {where}, {end}."
        case SanctionKind.SILENCE:
            return f"You may read and not write {where}, {end}."
        case SanctionKind.SUSPEND:
            return f"You are suspended {'from this community' if everywhere else f'from {board}'} {end}."
        case _:
            return f"You are suspended from this community {end}; then your account and words are erased."


def sanction_name(sanction: Sanction, moment: Moment) -> str:
    """Return a sanction in a few words, as a desk reads it: `silence until 7 Dec 12:40`."""
    name = NAMES[sanction.kind]
    if sanction.kind is SanctionKind.WORD:
        return name
    return f"{name} until {moment(sanction.until)}"


def still_works(sanction: Sanction, *, can_appeal: bool) -> str:
    """Return what its bearer can still do, as sentences.

    Args:
        can_appeal: Whether they can appeal now: not once they did, or the time for it is over.
    """
    everywhere = sanction.kind is SanctionKind.SUSPEND and sanction.board == COMMONS
    if everywhere or sanction.kind is SanctionKind.REMOVE:
        return _OUTSIDE[can_appeal]
    return STILL_WORKS[sanction.kind]


def is_on(sanction: Sanction, now: datetime) -> bool:
    """Return whether a sanction restricts its bearer now."""
    return sanction.state is SanctionState.ON and sanction.until > now


def decision_rows(case: OwnCase, board: str, moment: Moment, now: datetime) -> list[str]:
    """Return what was decided about the reader, why, and what they can still do; none before.

    Args:
        board: What the board of the sanction is called; clean.
    """
    sanction = case.sanction
    if sanction is None:
        return []
    rows = [describe_sanction(sanction, board, moment)]
    if sanction.reason:
        rows.append(f"Why: “{sanitize(sanction.reason)}”")
    if is_on(sanction, now) or sanction.kind is SanctionKind.WORD:
        rows.append(still_works(sanction, can_appeal=may_appeal(case)))
    return rows


def describe_spoken_to(sanction: Sanction, moment: Moment) -> str:
    """Return that a person was spoken to before: `Spoken to on 3 March: silence, by norm 2.`"""
    clause = clause_name(sanction.norm, of_commons=sanction.of_commons)
    reason = f" “{sanitize(sanction.reason)}”" if sanction.reason else ""
    return (
        f"Spoken to on {moment(sanction.decided_at)}: {NAMES[sanction.kind]}, by {clause}.{reason}"
    )


def describe_ladder(days_max: int) -> str:
    """Return what the ladder allows now: `up to 7 days (the first step)`; 0: these words allow nothing."""
    if days_max <= 0:
        return "none: these words were written before the last one was decided"
    steps = {days: step for step, days in enumerate(limits.LADDER_DAYS)}
    names = ("the first step", "the second step", "the third step")
    step = steps.get(days_max)
    says = f"up to {counted(days_max, 'day')}"
    return f"{says} ({names[step]})" if step is not None else says


def describe_plan(
    who: str, sanction: SanctionKind | None, where: str, span: str, *, hides: bool, clause: str
) -> str:
    """Return what a decision will do, before it is made, as a sentence.

    Args:
        who: The person; clean.
        where: What the board is called, or `the community`; clean.
        span: For how long, as in `7 days`; empty for a word.
        clause: The clause, as in `norm 1`.
    """
    parts = ["the reported words are hidden"] if hides else []
    match sanction:
        case SanctionKind.WORD:
            parts.append(f"{who} gets a word, noted for a year")
        case SanctionKind.SLOW:
            parts.append(f"{who} writes more slowly on {where} for {span}")
        case SanctionKind.SILENCE:
            parts.append(f"{who} may read and not write on {where} for {span}")
        case SanctionKind.SUSPEND:
            parts.append(f"{who} neither reads nor writes on {where} for {span}")
    done = " and ".join(parts) or "nothing is done"
    return f"By {clause}: {done}. {who} is told why, and can appeal for {limits.APPEAL_DAYS} days."


def describe_appeal(appeal: Appeal, moment: Moment) -> str:
    """Return how an appeal stands, as a sentence, with the reason once it is decided."""
    says = f"The appeal {APPEALS.get(appeal.state, 'is over')}"
    if appeal.state is AppealState.OPEN:
        says += f", by {moment(appeal.decide_by)}; else the decision is lifted"
    if appeal.state is AppealState.SHORTENED and appeal.until is not None:
        says += f", on {moment(appeal.until)}"
    reason = f" “{sanitize(appeal.reason)}”" if appeal.reason else ""
    return f"{says}.{reason}"
