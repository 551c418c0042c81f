"""What is new about cases, in a sentence each: for home, the status bar, notes and lines."""

from typing import NamedTuple

from bbs.features.cases.views import OwnCase, SanctionKind
from bbs.plural import counted
from bbs.terminal.sanction_text import NAMES, is_on
from bbs_client.safe_text import board_title
from bbs_client.session.case_sheets import hours_left
from bbs_client.session.cases import may_answer
from bbs_client.session.own_sheets import describe_ask, describe_own_hold
from bbs_client.session.session import Session


class CaseNews(NamedTuple):
    """A case about the reader that waits for them, or restricts them.

    Attributes:
        key: The same for the same news.
        case: The case's id.
        says: What it is, without a full stop; cleaned.
    """

    key: str
    case: str
    says: str


def own_news(session: Session) -> list[CaseNews]:
    """Return the cases in which the reader is asked, and those that restrict them now."""
    if not session.told_of_cases:
        return []
    found = []
    for case in session.cases.own.values():
        if may_answer(case, session.now()):
            found.append(CaseNews(f"ask:{case.id}", case.id, describe_ask(session, case)))
        elif case.held and case.hold_until is not None and case.hold_until > session.now():
            says = f"{describe_own_hold(case)} until {session.times.near(case.hold_until)}"
            found.append(CaseNews(f"held:{case.id}", case.id, says))
        elif case.sanction is not None and is_on(case.sanction, session.now()):
            says = _restricts(session, case)
            found.append(CaseNews(f"on:{case.id}:{case.revision}", case.id, says))
    return found


def _restricts(session: Session, case: OwnCase) -> str:
    assert case.sanction is not None
    row = session.cache.board(case.sanction.board)
    where = board_title(row.board) if row is not None else "a board"
    kind, until = case.sanction.kind, session.times.near(case.sanction.until)
    if kind is SanctionKind.WORD:
        return f"A word was said to you about what you wrote on {where}"
    return f"{NAMES[kind].capitalize()} on {where} until {until}"


def describe_desk_cases(session: Session) -> str:
    """Return how many cases and appeals wait for the reader's desk, without a full stop; empty for none."""
    if not session.told_of_cases:
        return ""
    cases, appeals = len(session.cases.waiting()), len(session.cases.appeals)
    parts = [counted(cases, "case")] if cases else []
    parts += [counted(appeals, "appeal")] if appeals else []
    if not parts:
        return ""
    return f"{' and '.join(parts)} {'waits' if cases + appeals == 1 else 'wait'} for your desk"


def describe_holds(session: Session) -> str:
    """Return when the next urgent hold at the reader's desks ends: `1 hold ends in 14 h`; empty for none."""
    if not session.told_of_cases:
        return ""
    now = session.now()
    ends = session.cases.hold_ends(now)
    if ends is None:
        return ""
    count = sum(1 for head in session.cases.heads.values() if head.hold_until is not None)
    left = hours_left(ends, now)
    return f"1 hold ends in {left}" if count == 1 else f"{count} holds, the first ends in {left}"
