"""What concerns the reader, as pages: what is said of their words, a decision, what still works, appeals."""

from enum import StrEnum

from bbs import limits
from bbs.features.cases.appeal_rules import may_appeal
from bbs.features.cases.views import Appeal, AppealState, CaseState, HoldOf, OwnCase, SanctionKind
from bbs.features.moderation.messages import Act
from bbs.features.norms.clause_text import clause_name
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs.terminal.act_text import describe_act
from bbs.terminal.case_text import describe_own_state, evidence_rows
from bbs.terminal.sanction_text import decision_rows, describe_appeal, describe_sanction, is_on
from bbs.text import sanitize
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.case_sheets import hours_left
from bbs_client.session.cases import may_answer, open_appeal
from bbs_client.session.clauses import clause_sentence
from bbs_client.session.session import Session
from bbs_client.session.sheets import BLANK, ListingItem, Sheet, SheetRow, SheetWord

NOTHING_SAID = "Nothing concerns you: nobody asks you about your words, and nothing was decided."


class OwnWord(StrEnum):
    """What the person does in a case about them."""

    ANSWER = "answer"
    APPEAL = "appeal"
    TAKE_BACK = "take back"
    EXPORT = "export"
    LEAVE = "leave"


async def show_own_clause(session: Session, case: OwnCase) -> str:
    """Return the sentence of the clause that a case cites now: of the decision, else of the report."""
    decided = case.sanction
    norm, of_commons = case.norm, case.of_commons
    if decided is not None:
        norm, of_commons = decided.norm, decided.of_commons
    words = case.evidence[0] if case.evidence else None
    at = words.at if words is not None else case.asked_at or session.now()
    board = COMMONS if of_commons else case.board
    version = decided.norms_version if decided is not None else None
    if version is None and words is not None and not of_commons:
        version = words.norms_version
    return await clause_sentence(session, board, norm, at, version)


def own_sheet(session: Session, case: OwnCase, clause: str) -> Sheet:
    """Return the page of a case about the reader.

    Args:
        case: The case.
        clause: The sentence of the clause; empty if it is not known.
    """
    words = own_words(session, case)
    rows = [*_decision(session, case), *_said(session, case), *_own_words(session, case)]
    rows += [
        *_clause(case, clause),
        BLANK,
        SheetRow(describe_own_state(case, session.times.near), "strong"),
    ]
    if case.appeal is not None and open_appeal(case) is None:
        rows.append(SheetRow(describe_appeal(case.appeal, session.times.near)))
    if case.copy_until is not None and case.evidence:
        rows.append(
            SheetRow(
                f"A copy of your words is kept until {session.times.day(case.copy_until)}.", "dim"
            )
        )
    return Sheet(
        name=_name(case),
        board=case.board if session.cache.board(case.board) else "",
        fact=_fact(session, case),
        rows=tuple(rows),
        words=words,
        topic=case.id,
        revision=case.revision,
    )


def community_sheet(session: Session, case: OwnCase, clause: str) -> Sheet:
    """Return the one page that a reader sees who is suspended from the community: the doors."""
    sheet = own_sheet(session, case, clause)
    export = SheetWord(
        "X",
        OwnWord.EXPORT,
        "take your words",
        "Take your words and all else that is kept of you along.",
    )
    leave = SheetWord(
        "1", OwnWord.LEAVE, "leave", "Leave the community, with your words or without."
    )
    words = (*sheet.words, export, leave)
    return Sheet(
        name="You are suspended",
        fact=sheet.fact,
        rows=sheet.rows,
        words=words,
        topic=sheet.topic,
        revision=sheet.revision,
        is_only=True,
    )


def own_words(session: Session, case: OwnCase) -> tuple[SheetWord, ...]:
    """Return what the reader can do in a case about them now."""
    found = []
    if may_answer(case, session.now()):
        found.append(SheetWord("r", OwnWord.ANSWER, "answer", "Answer, once, in your own words."))
    if may_appeal(case):
        says = f"Appeal to somebody who did not decide, within {limits.APPEAL_DAYS} days."
        found.append(SheetWord("a", OwnWord.APPEAL, "appeal", says))
    if open_appeal(case) is not None:
        found.append(SheetWord("x", OwnWord.TAKE_BACK, "take back", "Take your appeal back."))
    return tuple(found)


def own_item(session: Session, case: OwnCase) -> ListingItem:
    """Return a case about the reader as an item of a list."""
    what = f"case {case.number} on {session.slug(case.board)}"
    now = session.now()
    below = []
    if case.sanction is not None:
        below.append(
            describe_sanction(
                case.sanction, _board(session, case.sanction.board), session.times.near
            )
        )
    below.append(describe_own_state(case, session.times.near))
    at = case.sanction.decided_at if case.sanction is not None else case.asked_at
    when = session.times.short(at) if at is not None else ""
    waits = may_answer(case, now) or (case.sanction is not None and is_on(case.sanction, now))
    return ListingItem(case.id, f"{_name(case)}: {what}", when, tuple(below), waits)


def appeal_item(session: Session, appeal: Appeal) -> ListingItem:
    """Return an appeal of an act without a case."""
    below = (describe_appeal(appeal, session.times.near),)
    heading = f"Your appeal, on {session.slug(appeal.board)}"
    is_open = appeal.state is AppealState.OPEN
    return ListingItem(appeal.id, heading, session.times.short(appeal.asked_at), below, is_open)


def act_item(session: Session, act: Act) -> ListingItem:
    """Return an act against which the reader can appeal."""
    says = describe_act(act, dict(session.members), session.slug, in_person=True)
    return ListingItem(act.id, f"You can appeal: {says}", session.times.short(act.at))


def describe_ask(session: Session, case: OwnCase) -> str:
    """Return that the reader is asked about their words, in a few words for home and the note."""
    where = _board(session, case.board)
    until = f"Until {session.times.near(case.answer_by)}: a" if case.answer_by is not None else "A"
    return f"{until}nswer the moderators of {where} about your words"


def describe_own_hold(case: OwnCase) -> str:
    """Return what a moderator holds of the reader's, in a clause without its end."""
    what = [_HELD[each] for each in case.held]
    return f"A moderator holds {' and '.join(what)}"


_HELD = {HoldOf.WORDS: "your words", HoldOf.WRITING: "your writing on this board"}


def _name(case: OwnCase) -> str:
    if case.sanction is not None:
        return (
            "A word to you" if case.sanction.kind is SanctionKind.WORD else "A decision about you"
        )
    return "Your words" if case.state is not CaseState.CLOSED else "A case about your words"


def _fact(session: Session, case: OwnCase) -> str:
    now = session.now()
    if case.sanction is not None and is_on(case.sanction, now):
        return f"ends in {_span(session, case)}"
    if may_answer(case, now) and case.answer_by is not None:
        return f"answer in {hours_left(case.answer_by, now)}"
    return ""


def _span(session: Session, case: OwnCase) -> str:
    assert case.sanction is not None
    ahead = case.sanction.until - session.now()
    days, hours = ahead.days, ahead.seconds // 3600
    return (
        f"{counted(days, 'day')} {hours} h"
        if days
        else hours_left(case.sanction.until, session.now())
    )


def _decision(session: Session, case: OwnCase) -> "list[SheetRow]":
    sanction = case.sanction
    if sanction is None:
        return []
    says, *more = decision_rows(
        case, _board(session, sanction.board), session.times.near, session.now()
    )
    rows = [SheetRow(says, "warn"), *map(SheetRow, more)]
    return [*rows, BLANK]


def _said(session: Session, case: OwnCase) -> "list[SheetRow]":
    rows: list[SheetRow] = []
    if case.held and case.hold_until is not None:
        until = session.times.near(case.hold_until)
        rows.append(SheetRow(f"{describe_own_hold(case)} until {until}.", "warn"))
    if case.said:
        who = "The moderators of " + _board(session, case.board)
        rows.append(SheetRow(f"{who} say:", "strong"))
        rows += [
            SheetRow(each, lead="  ") for each in sanitize(case.said, multiline=True).split("\n")
        ]
    if case.answer:
        rows += [BLANK, SheetRow("You answered:", "strong")]
        rows += [
            SheetRow(each, lead="  ") for each in sanitize(case.answer, multiline=True).split("\n")
        ]
    return [*rows, BLANK] if rows else []


def _own_words(session: Session, case: OwnCase) -> "list[SheetRow]":
    rows: list[SheetRow] = []
    for each in case.evidence:
        slug = session.slug(case.board)
        is_known = each.thread is not None and slug != "?"
        place = f"{slug}/{each.thread}/{each.number}" if is_known else "Your words"
        rows.append(SheetRow(f"{place}, written {session.times.near(each.at)}", "dim"))
        rows += [
            SheetRow(text, "dim" if each.is_context else "", "▎ ", "▎ ")
            for text in evidence_rows(each)
        ]
    return [*rows, BLANK] if rows else []


def _clause(case: OwnCase, clause: str) -> "list[SheetRow]":
    norm, of_commons, version = case.norm, case.of_commons, None
    if case.sanction is not None:
        norm, of_commons = case.sanction.norm, case.sanction.of_commons
        version = case.sanction.norms_version
    named = clause_name(norm, of_commons=of_commons)
    lead = f"{named[:1].upper()}{named[1:]}  "
    of = f" (version {version})" if version is not None else ""
    return [SheetRow(f"{clause}{of}".strip(), lead=lead)]


def _board(session: Session, board: str) -> str:
    row = session.cache.board(board)
    if board == COMMONS:
        return "the commons"
    return board_title(row.board) if row is not None else safe_line(session.slug(board))
