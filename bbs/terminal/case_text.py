"""Cases, reports and what happened in them, in words that commands and screens share. Pure.

Text of others comes out clean; a caller that draws several lines splits them at their line ends.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bbs import limits
from bbs.features.cases.views import (
    CaseEnding,
    CaseEntry,
    CaseHead,
    CaseLevel,
    CaseState,
    EntryKind,
    Evidence,
    HoldOf,
    OwnCase,
    OwnReport,
)
from bbs.features.members.author_text import author_name
from bbs.features.members.views import Member, MemberAuthor
from bbs.features.norms.clause_text import clause_name
from bbs.ids import MemberId
from bbs.plural import counted
from bbs.powers import Office, Way
from bbs.text import sanitize

Moment = Callable[[datetime], str]
"""Writes a moment as the surface does."""

Members = Mapping[MemberId, Member]

OFFICES = {
    Office.MODERATOR: "a moderator of the board",
    Office.COMMONS_MODERATOR: "a moderator of the commons",
    Office.SYSOP: "the sysop",
    Office.VISITOR: "the sysop on a visit",
    Office.ASSEMBLY: "the assembly",
    Office.SYSTEM: "the server",
}
"""Who acted, where the name is not told."""

LEVELS = {
    CaseLevel.BOARD: "the moderators of the board",
    CaseLevel.COMMONS: "the moderators of the commons",
    CaseLevel.SYSOP: "the sysop",
    CaseLevel.ANY: "anybody in office, though all of them are party to it",
}
"""Who handles a case."""

ENDINGS = {
    CaseEnding.LET_BE: "let be: nothing was done",
    CaseEnding.DECIDED: "decided",
    CaseEnding.OVERTURNED: "overturned by an appeal",
    CaseEnding.NOT_DECIDED: "closed: nobody decided in time",
}

_DEEDS = {
    EntryKind.REPORTED: "reported it",
    EntryKind.CLAIMED: "took it on",
    EntryKind.ASKED: "told the author what is said",
    EntryKind.ANSWERED: "answered",
    EntryKind.NOTED: "wrote to the desk",
    EntryKind.HELD: "held it",
    EntryKind.HOLD_ENDED: "ended the hold",
    EntryKind.PASSED_ON: "passed it on",
    EntryKind.MOVED: "moved a decision, which waits for a second key",
    EntryKind.DECIDED: "decided",
    EntryKind.LET_BE: "let it be",
    EntryKind.LIFTED: "lifted the sanction",
    EntryKind.APPEALED: "appealed",
    EntryKind.APPEAL_DECIDED: "decided about the appeal",
    EntryKind.CLOSED: "closed it",
}
_BY_TIME = {
    EntryKind.REPORTED: "A member reported it",
    EntryKind.SILENT: "The time for an answer passed without one",
    EntryKind.HOLD_ENDED: "The hold ended by its time",
    EntryKind.PASSED_ON: "Nobody decided in time; it was passed on",
    EntryKind.NOT_SECONDED: "Nobody gave the second key; nothing was done",
    EntryKind.LIFTED: "Nobody decided about the appeal in time; the sanction was lifted",
    EntryKind.CLOSED: "It was closed",
}
_BY_SCRIPT = {
    EntryKind.REPORTED: "flagged it",
    EntryKind.HELD: "held it back",
}
_WITHOUT_CLAUSE = frozenset({EntryKind.ASKED, EntryKind.HELD})
_UNTIL = {
    EntryKind.ASKED: ", who can answer until",
    EntryKind.NOTED: ", to look at it again by",
    EntryKind.MOVED: ", until",
    EntryKind.DECIDED: ", in force until",
    EntryKind.APPEALED: ", to be answered by",
    EntryKind.APPEAL_DECIDED: "; the sanction ends on",
}
_HOLDS = {HoldOf.WORDS: "the words", HoldOf.WRITING: "the person’s writing on the board"}
_OWN_HOLDS = {HoldOf.WORDS: "your words", HoldOf.WRITING: "your writing on the board"}


def case_name(head: CaseHead, board: str) -> str:
    """Return how a case is called in a list: `case 12 on garden`.

    Args:
        board: What its board is called; clean.
    """
    return f"case {head.number} of a letter" if head.is_letter else f"case {head.number} on {board}"


def case_subject(head: CaseHead, members: Members) -> str:
    """Return what a case is about, in a few words: `what tomasz wrote, by norm 1`."""
    who = _name(head.about, members) if head.about is not None else "no member"
    clause = clause_name(head.norm, of_commons=head.of_commons)
    reports = f", {counted(head.reports, 'report')}" if head.reports > 1 else ""
    return f"what {who} wrote, by {clause}{reports}"


def case_brief(head: CaseHead, members: Members) -> str:
    """Return what a case is about, for a row of 80 columns: `about tomasz, norm 1, 2 reports`."""
    who = f"about {_name(head.about, members)}" if head.about is not None else "about no member"
    reports = f", {counted(head.reports, 'report')}" if head.reports > 1 else ""
    return f"{who}, {clause_name(head.norm, of_commons=head.of_commons)}{reports}"


def describe_state(head: CaseHead, moment: Moment) -> str:
    """Return how far a case is, what is due and until when; the hold first."""
    if head.hold_until is not None:
        return f"held until {moment(head.hold_until)}"
    match head.state:
        case CaseState.OPEN:
            says, by = "open", head.decide_by
        case CaseState.ASKED:
            says, by = "asked", None
            if head.answer_by is not None:
                says = f"asked, answer by {moment(head.answer_by)}"
        case CaseState.HEARD:
            says, by = "heard", head.decide_by
        case CaseState.MOVED:
            says, by = "waits for a second key", None
        case CaseState.APPEALED:
            says, by = "appealed", None
        case CaseState.DECIDED:
            says, by = "decided", None
        case _:
            says, by = ENDINGS.get(head.ending or CaseEnding.LET_BE, "closed"), None
    return f"{says}, decide by {moment(by)}" if by is not None else says


def due_at(head: CaseHead) -> datetime | None:
    """Return the next moment at which time acts on a case; None where nothing is due."""
    dues = (head.hold_until, head.answer_by, head.decide_by)
    waits = head.state in (CaseState.OPEN, CaseState.ASKED, CaseState.HEARD, CaseState.MOVED)
    return min((each for each in dues if each is not None and waits), default=None)


def describe_held(held: tuple[HoldOf, ...]) -> str:
    """Return what an urgent hold is of: `the words and the person’s writing on the board`."""
    return " and ".join(_HOLDS[each] for each in held)


def describe_own_held(held: tuple[HoldOf, ...]) -> str:
    """Return it for the person whom the hold is about: `your words and your writing on the board`."""
    return " and ".join(_OWN_HOLDS[each] for each in held)


def describe_entry(entry: CaseEntry, members: Members, moment: Moment) -> str:
    """Return an entry of a case as a sentence without its time and full stop.

    Args:
        members: By id; who acted and is not named there is told by the office.
        moment: Writes a moment.
    """
    by_script = entry.via is Way.SCRIPT
    if by_script and entry.kind in _BY_SCRIPT:
        script = "A script" if entry.by is None else f"A script of {_who(entry, members)}"
        says = f"{script} {_BY_SCRIPT[entry.kind]}"
    elif entry.by is None and entry.office in (None, Office.SYSTEM) and entry.kind in _BY_TIME:
        says = _BY_TIME[entry.kind]
    else:
        says = f"{_who(entry, members)} {_DEEDS.get(entry.kind, 'did something this version does not know')}"
    if entry.norm is not None and entry.kind not in _WITHOUT_CLAUSE:
        says += f" by {clause_name(entry.norm, of_commons=entry.of_commons)}"
    if entry.until is not None:
        says += f"{_UNTIL.get(entry.kind, ' until')} {moment(entry.until)}"
    if entry.kind is EntryKind.HELD and by_script:
        says += ", for a person to look at"
    elif entry.kind is EntryKind.HELD:
        says += " (urgent hold, no clause needed)"
    return f"{says}: “{sanitize(entry.text, multiline=True)}”" if entry.text else says


def evidence_heading(
    evidence: Evidence, board: str, members: Members, moment: Moment, *, is_letter: bool = False
) -> str:
    """Return of which words a copy is: `garden/7/3, by tomasz, written 11:48 under norms version 3`.

    Args:
        board: What addresses call the board; clean.
    """
    if is_letter:
        place = "a post of a letter"
    elif evidence.line is not None:
        place = f"{board}/lounge/{evidence.number}" if evidence.number else f"a line of {board}"
    elif evidence.thread is not None and evidence.number is not None:
        place = f"{board}/{evidence.thread}/{evidence.number}"
    else:
        place = f"a post on {board}"
    who = _name(evidence.author, members) if evidence.author is not None else "no member"
    written = f"written {moment(evidence.at)} under norms version {evidence.norms_version}"
    return f"{place}, by {who}, {written}"


def evidence_rows(evidence: Evidence) -> list[str]:
    """Return the copied words, clean, a line each; that they are erased, where they are."""
    if evidence.body is None:
        return [f"(the copy was erased, {limits.EVIDENCE_DAYS} days after the case was closed)"]
    return sanitize(evidence.body, multiline=True).split("\n")


def describe_report(report: OwnReport) -> str:
    """Return what became of a report, as a sentence."""
    if report.ending is not None:
        says = ENDINGS.get(report.ending, "closed")
    elif report.state is CaseState.OPEN:
        says = "the moderators have it"
    else:
        says = "decided"
    told = f" “{sanitize(report.told)}”" if report.told else ""
    return f"{says[:1].upper()}{says[1:]}.{told}"


def describe_own_state(case: OwnCase, moment: Moment) -> str:
    """Return how far a case is that is about the reader, and what they can do, as sentences."""
    if case.appeal is not None and case.state is CaseState.APPEALED:
        return (
            f"You appealed. Somebody who did not decide answers by {moment(case.appeal.decide_by)},"
            " or the decision is lifted."
        )
    match case.state:
        case CaseState.ASKED if case.answer is None and case.answer_by is not None:
            return (
                f"You can answer until {moment(case.answer_by)}, once; nothing is decided before."
            )
        case CaseState.ASKED | CaseState.HEARD:
            return "You were heard; a decision is due." if case.answer else "A decision is due."
        case CaseState.MOVED:
            return "A decision waits for a second key."
        case CaseState.DECIDED:
            return "It was decided, and holds also while you appeal."
        case CaseState.OPEN:
            return "It is open."
    says = ENDINGS.get(case.ending or CaseEnding.LET_BE, "closed")
    return f"{says[:1].upper()}{says[1:]}."


def _who(entry: CaseEntry, members: Members) -> str:
    """Return who did what an entry tells, at the beginning of a sentence."""
    if entry.by is not None:
        return _name(entry.by, members)
    says = OFFICES.get(entry.office or Office.SYSTEM, "somebody")
    return f"{says[:1].upper()}{says[1:]}"


def _name(member: MemberId | None, members: Members) -> str:
    return sanitize(author_name(MemberAuthor(id=member or ""), members, short=True))
