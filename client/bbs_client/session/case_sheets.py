"""A case as the desk reads it: evidence, clause, what happened as a path, and what can be done."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bbs import limits
from bbs.features.cases.views import (
    Appeal,
    AppealState,
    Case,
    CaseHead,
    CaseLevel,
    CaseState,
    Evidence,
    SanctionState,
)
from bbs.features.moderation.messages import Act
from bbs.features.norms.clause_text import clause_name
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs.terminal.act_text import describe_act
from bbs.terminal.case_text import (
    LEVELS,
    case_subject,
    describe_entry,
    describe_held,
    describe_state,
    evidence_heading,
    evidence_rows,
)
from bbs.terminal.sanction_text import NAMES, describe_appeal, describe_ladder, describe_spoken_to
from bbs.text import sanitize
from bbs_client.safe_text import safe_line
from bbs_client.session.clauses import clause_sentence
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, Sheet, SheetRow, SheetWord

_UNDECIDED = (CaseState.OPEN, CaseState.ASKED, CaseState.HEARD, CaseState.MOVED)
EACH_ASKS = "Each asks first. Your act is in the log of the board, for {days} days."


class CaseWord(StrEnum):
    """What a moderator does with a case."""

    HOLD = "hold"
    RELEASE = "release"
    ASK = "ask"
    PUT_OFF = "put off"
    DECIDE = "decide"
    LET_BE = "let be"
    CLAIM = "claim"
    NOTE = "note"
    PASS_ON = "pass on"  # noqa: S105 - no password
    LIFT = "lift"
    UPHOLD = "uphold"
    SHORTEN = "shorten"
    LIFT_BY_APPEAL = "lift by appeal"


class CaseShown(NamedTuple):
    """A case with the sentence of its clause.

    Attributes:
        case: The case.
        clause: The sentence of the clause that the first report cites; empty if it is not known.
    """

    case: Case
    clause: str


async def show_clause(session: Session, case: Case) -> CaseShown:
    """Return a case with the sentence of its clause, in the version of then."""
    head = case.head
    words = next((each for each in case.evidence if not each.is_context), None)
    at = words.at if words is not None else head.opened_at
    of_board = not head.of_commons and not head.is_letter
    version = words.norms_version if words is not None and of_board else None
    board = head.board if of_board else COMMONS
    return CaseShown(case, await clause_sentence(session, board, head.norm, at, version))


def case_sheet(session: Session, shown: CaseShown) -> Sheet:
    """Return the page of a case as the desk reads it."""
    case, head = shown.case, shown.case.head
    words = case_words(session, case)
    rows = [
        SheetRow(f"Case {head.number}: {case_subject(head, session.members)}", "strong"),
        *_evidence(session, case),
        BLANK,
        SheetRow(
            shown.clause or "(not on this device)",
            lead=f"{_capital(clause_name(head.norm, of_commons=head.of_commons))}  ",
        ),
        BLANK,
        *_path(session, case),
        BLANK,
        *_standing(session, case),
    ]
    return Sheet(
        name=f"Case {head.number}",
        board=head.board if session.cache.board(head.board) else "",
        fact=describe_state(head, session.times.near),
        rows=tuple(rows),
        words=words,
        closing=EACH_ASKS.format(days=limits.ACT_DAYS) if words else "",
        topic=head.id,
        revision=head.revision,
    )


def case_words(session: Session, case: Case) -> tuple[SheetWord, ...]:
    """Return what the reader can do with a case, by its state; the server decides whether they may."""
    head = case.head
    if head.state in (CaseState.OPEN, CaseState.ASKED, CaseState.HEARD):
        return tuple(_of_open(session, case))
    note = SheetWord("r", CaseWord.NOTE, "write", "Write to the desk.")
    if head.state is CaseState.DECIDED and _is_on(case):
        lift = "Lift the sanction now; it counts nowhere from then on."
        return (SheetWord("1", CaseWord.LIFT, "lift", lift), note)
    if head.state is CaseState.APPEALED:
        return (*VERDICTS, note)
    return (note,) if head.state is not CaseState.CLOSED else ()


VERDICTS = (
    SheetWord("1", CaseWord.UPHOLD, "uphold", "The decision stands."),
    SheetWord("2", CaseWord.SHORTEN, "shorten", "The sanction ends sooner."),
    SheetWord(
        "3", CaseWord.LIFT_BY_APPEAL, "lift", "The decision is lifted, and words are shown again."
    ),
)
"""What can be answered to an appeal, by somebody who did not decide."""


def appeal_sheet(session: Session, appeal: Appeal, act: Act | None) -> Sheet:
    """Return the page of an appeal against an act without a case.

    Args:
        appeal: The appeal.
        act: The act; None if it is not told.
    """
    who = _name(session, appeal.member)
    rows = [SheetRow(f"{who} appeals", "strong")]
    if act is not None:
        rows.append(SheetRow(describe_act(act, dict(session.members), session.slug), "dim"))
    rows.append(BLANK)
    rows += [
        SheetRow(text, "", "▎ ", "▎ ")
        for text in sanitize(appeal.words or "", multiline=True).split("\n")
    ]
    rows += [BLANK, SheetRow(describe_appeal(appeal, session.times.near))]
    is_open = appeal.state is AppealState.OPEN
    return Sheet(
        name=f"Appeal of {who}",
        board=appeal.board if session.cache.board(appeal.board) else "",
        fact=f"answer by {session.times.near(appeal.decide_by)}" if is_open else "",
        rows=tuple(rows),
        words=VERDICTS if is_open else (),
        closing=EACH_ASKS.format(days=limits.ACT_DAYS) if is_open else "",
    )


def _of_open(session: Session, case: Case) -> "list[SheetWord]":
    head = case.head
    who = _who(session, head)
    found = []
    if head.hold_until is not None:
        found.append(
            SheetWord(
                "1", CaseWord.RELEASE, "release", "Release the hold; what is held stands again."
            )
        )
    else:
        says = "Hold the words, or all writing there, at once: it is urgent. It ends by itself."
        found.append(SheetWord("1", CaseWord.HOLD, "hold", says))
    if head.state is CaseState.OPEN and head.about is not None:
        says = f"Tell {who} what is said, and ask; {limits.ANSWER_HOURS} hours to answer."
        found.append(SheetWord("2", CaseWord.ASK, "ask", says))
    found.append(
        SheetWord("3", CaseWord.PUT_OFF, "later", "Note it, and look at it again by a day.")
    )
    ladder = describe_ladder(case.days_max)
    says = f"Decide by a clause: hide, a word, or a sanction, {ladder}."
    is_heard = head.state is CaseState.HEARD or head.about is None
    not_yet = "" if is_heard else _not_heard(session, head)
    found.append(SheetWord("4", CaseWord.DECIDE, _decides(case), says, not_yet))
    found.append(SheetWord("5", CaseWord.LET_BE, "let be", "Let it be; the reporters are told."))
    if session.me is None or head.claimed_by != session.me.id:
        found.append(
            SheetWord("c", CaseWord.CLAIM, "take on", "Take it on; the others see who has it.")
        )
    found.append(SheetWord("r", CaseWord.NOTE, "write", "Write to the desk."))
    if head.level not in (CaseLevel.SYSOP, CaseLevel.ANY):
        found.append(SheetWord("p", CaseWord.PASS_ON, "pass on", "Pass it on to the next level."))
    return found


def _not_heard(session: Session, head: CaseHead) -> str:
    """Return why nothing can be decided before the person was heard, and what can be done."""
    who = _who(session, head)
    if head.state is CaseState.OPEN:
        return (
            f"First {who} has to be heard: 2 asks them. Is it urgent? 1 holds the words meanwhile."
        )
    until = session.times.near(head.answer_by) if head.answer_by is not None else "the time is over"
    return f"{who} has been asked: you can decide once they answer, or from {until} on."


def _decides(case: Case) -> str:
    """Return what deciding can do at most, in a few words."""
    return f"decide, up to {counted(case.days_max, 'day')}" if case.days_max > 0 else "decide"


def _is_on(case: Case) -> bool:
    return any(
        each.case == case.head.id and each.state is SanctionState.ON for each in case.spoken_to
    ) or (case.head.sanction is not None)


def _evidence(session: Session, case: Case) -> "list[SheetRow]":
    rows: list[SheetRow] = []
    for each in case.evidence:
        rows += [BLANK, SheetRow(_heading(session, case, each), "dim")]
        role = "dim" if each.is_context else ""
        rows += [SheetRow(text, role, "▎ ", "▎ ") for text in evidence_rows(each)]
    return rows


def _heading(session: Session, case: Case, each: Evidence) -> str:
    board = session.slug(case.head.board)
    says = evidence_heading(
        each, board, session.members, session.times.near, is_letter=case.head.is_letter
    )
    return f"before it: {says}" if each.is_context else says


def _path(session: Session, case: Case) -> "list[SheetRow]":
    """Return what happened, as a path: the newest has the end."""
    rows, last = [], len(case.entries) - 1
    for at, entry in enumerate(case.entries):
        sign, rail = ("╰", " ") if at == last else ("├", "│")
        lead = f"{sign}  {session.times.short(entry.at):<{session.times.columns}} "
        text = " ".join(describe_entry(entry, session.members, session.times.near).split("\n"))
        rows.append(SheetRow(text, lead=lead, rail=rail + " " * (len(lead) - 1)))
    return rows


def _standing(session: Session, case: Case) -> "list[SheetRow]":
    head, rows = case.head, []
    who = _who(session, head)
    if case.held:
        until = f" until {session.times.near(head.hold_until)}" if head.hold_until else ""
        rows.append(SheetRow(f"Held{until}: {describe_held(case.held)}.", "warn"))
    rows += [
        SheetRow(describe_spoken_to(each, session.times.day))
        for each in case.spoken_to
        if each.case != head.id
    ]
    if not rows and head.about is not None:
        rows.append(SheetRow(f"{who} was not spoken to here within a year.", "dim"))
    if head.sanction is not None:
        rows.append(SheetRow(f"Decided: {NAMES[head.sanction]}."))
    if case.appeal is not None:
        words = f" “{safe_line(case.appeal.words)}”" if case.appeal.words else ""
        rows.append(SheetRow(f"{describe_appeal(case.appeal, session.times.near)}{words}", "warn"))
    if head.state in _UNDECIDED:
        has = "nobody has taken it on"
        if head.claimed_by:
            has = f"{_name(session, head.claimed_by)} has it"
        rows.append(SheetRow(f"For {LEVELS[head.level]}; {has}.", "dim"))
    return rows


def hours_left(until: datetime, now: datetime) -> str:
    """Return how long it is until a moment, in whole hours or minutes: `14 h`."""
    minutes = max(1, int((until - now).total_seconds() // 60))
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def _who(session: Session, head: CaseHead) -> str:
    return _name(session, head.about) if head.about is not None else "the author"


def _name(session: Session, member: str | None) -> str:
    found = session.members.get(member or "")
    return safe_line(found.handle, "a member") if found is not None else "a member"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
