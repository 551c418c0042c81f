"""Reports, cases, sanctions and appeals, as those who may know of them see them (protocol 22)."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.ids import AppealId, BoardId, CaseId, LineId, MemberId, PostId, ReportId
from bbs.messages import Number, Revision, View
from bbs.powers import Office, Way

CaseText = Annotated[str, Meta(min_length=1, max_length=limits.CASE_TEXT_CHARS_MAX * 4)]
"""What somebody says in a case: a report, a note, an answer, an appeal. Several lines are allowed."""


class CaseState(StrEnum):
    """How far a case has come. Changes: see `rules.CASE_TRANSITIONS`."""

    OPEN = "open"  # reported; the person it is about knows nothing yet
    ASKED = "asked"  # the person was told what is said, and has time to answer
    HEARD = "heard"  # the person answered, the time for it is over, or there is nobody to hear
    MOVED = "moved"  # a decision waits for its second key
    DECIDED = "decided"  # a decision holds, and can be appealed
    APPEALED = "appealed"  # somebody else looks at the decision; it holds meanwhile
    CLOSED = "closed"  # over: the evidence is erased in some days, the rest in a year


class CaseEnding(StrEnum):
    """How a case ended."""

    LET_BE = "let_be"  # nothing was done
    DECIDED = "decided"  # by a decision that holds, or held
    OVERTURNED = "overturned"  # by an appeal, or because nobody answered the appeal in time
    NOT_DECIDED = "not_decided"  # nobody decided in time, twice


class CaseLevel(StrEnum):
    """Who handles a case: those of the first level of whom anybody is free to (rule 22.6)."""

    BOARD = "board"  # the board's moderators
    COMMONS = "commons"  # the moderators of the commons
    SYSOP = "sysop"
    ANY = "any"  # whoever holds such an office, though party to it: the log says so


class HoldOf(StrEnum):
    """What an urgent hold is of."""

    WORDS = "words"  # of the reported words: nobody but author and desk reads them
    WRITING = "writing"  # of a person's writing on the board


class SanctionKind(StrEnum):
    """What a decision does to a member, from the lightest to the heaviest."""

    WORD = "word"  # it is said to them, and noted for a year; nothing is restricted
    SLOW = "slow"  # they write at most once in so many seconds
    SILENCE = "silence"  # they read, and do not write
    SUSPEND = "suspend"  # they neither read nor write; on the commons: from the community
    REMOVE = "remove"  # never was a member: suspended for 30 days, then account and words erased


class SanctionState(StrEnum):
    """The state of a sanction. Changes: see `rules.SANCTION_TRANSITIONS`."""

    ON = "on"
    OVER = "over"  # its time is over; for a year it is shown to who judges there
    LIFTED = "lifted"  # by an appeal or a moderator: it counts nowhere


class AppealState(StrEnum):
    """The state of an appeal. Changes: see `rules.APPEAL_TRANSITIONS`."""

    OPEN = "open"
    UPHELD = "upheld"
    SHORTENED = "shortened"  # the sanction ends sooner
    LIFTED = "lifted"
    LAPSED = "lapsed"  # nobody decided in time, so the decision was lifted
    TAKEN_BACK = "taken_back"


class EntryKind(StrEnum):
    """What an entry of a case tells."""

    REPORTED = "reported"  # by a member, whom no entry names
    CLAIMED = "claimed"
    ASKED = "asked"
    ANSWERED = "answered"
    SILENT = "silent"  # the person let the time for an answer pass
    NOTED = "noted"  # a moderator's note; with `until`: looked at again by then
    HELD = "held"
    HOLD_ENDED = "hold_ended"
    PASSED_ON = "passed_on"
    MOVED = "moved"
    NOT_SECONDED = "not_seconded"
    DECIDED = "decided"
    LET_BE = "let_be"
    LIFTED = "lifted"
    APPEALED = "appealed"
    APPEAL_DECIDED = "appeal_decided"
    CLOSED = "closed"


class Evidence(View, frozen=True, kw_only=True):
    """A copy of reported words, as they were when they were reported (P10).

    Attributes:
        post, line: Of which words, one of both.
        thread, number: Their place on the board, if they have one; None in a letter.
        author: Who wrote them; None for somebody who is no member.
        norms_version: The version of the board's norms in force when they were written.
        body: None once the copy is erased.
        is_context: Whether they are only there to understand the others.
    """

    post: PostId | None = None
    line: LineId | None = None
    thread: Number | None = None
    number: Number | None = None
    author: MemberId | None = None
    at: Instant
    norms_version: Number
    body: str | None = None
    is_context: bool = False


class CaseEntry(View, frozen=True, kw_only=True):
    """Something that happened in a case.

    Attributes:
        number: Its place in the case.
        by: Who did it; None for the server, for a reporter, and for the reader of their own export.
        office: In which office; None where no office acted.
        text: What was said; None for nothing, and once it is erased.
        norm, of_commons: The clause that is cited.
        until: What the entry sets: the end of the time to answer, of a hold, of a sanction, the day.
        via: Whether a script did it (27).
    """

    number: Number
    kind: EntryKind
    at: Instant
    by: MemberId | None = None
    office: Office | None = None
    text: str | None = None
    norm: Number | None = None
    of_commons: bool = False
    until: Instant | None = None
    via: Way = Way.DEVICE


class Sanction(View, frozen=True, kw_only=True):
    """What a decision did to a member (P7).

    Attributes:
        board: Where it holds; the commons for the whole community.
        seconds: Of `slow`, between two writings.
        decided_at: When it was decided: words written before cannot be cited for a heavier one.
        until: When it is over; of a word, when it was said.
        act: The act in the log.
        reason: In the words of who decided; None once they are erased.
    """

    case: CaseId
    board: BoardId
    member: MemberId
    kind: SanctionKind
    state: SanctionState = SanctionState.ON
    seconds: int | None = None
    norm: Number
    norms_version: Number
    of_commons: bool = False
    decided_at: Instant
    since: Instant
    until: Instant
    act: str | None = None
    reason: str | None = None


class Appeal(View, frozen=True, kw_only=True):
    """An appeal against an act of power on a member or their words.

    Attributes:
        board: In whose log the act stands.
        act: The act that is appealed.
        case: The case that it decided; None for an act without one.
        decide_by: When the decision is lifted, if nobody has decided about the appeal.
        words: Why, in the words of who appeals.
        reason: Why it was decided so; None until then.
        until: When the sanction ends now, if it was shortened.
    """

    id: AppealId
    board: BoardId
    act: str
    case: CaseId | None = None
    member: MemberId
    asked_at: Instant
    decide_by: Instant
    state: AppealState = AppealState.OPEN
    words: str | None = None
    decided_by: MemberId | None = None
    reason: str | None = None
    until: Instant | None = None
    revision: Revision = 1


class CaseHead(View, frozen=True, kw_only=True):
    """A case in a list, without words.

    Attributes:
        number: Its place among the cases of its board.
        about: Who wrote the reported words; None if no member did.
        reports: How many members reported it; 0 if the desk opened it.
        norm, of_commons: The clause that the first report cites.
        claimed_by: Who handles it.
        answer_by: Until when the person can answer; None if they were not asked.
        decide_by: Until when a decision has to be moved; None once it was.
        hold_until: When the urgent hold ends; None without one.
        sanction: What was decided, if a member was sanctioned.
        ended_at: When it was closed; evidence is erased `EVIDENCE_DAYS` later.
    """

    id: CaseId
    board: BoardId
    number: Number
    state: CaseState
    level: CaseLevel = CaseLevel.BOARD
    ending: CaseEnding | None = None
    opened_at: Instant
    about: MemberId | None = None
    is_letter: bool = False
    reports: int = 0
    norm: Number
    of_commons: bool = False
    claimed_by: MemberId | None = None
    answer_by: Instant | None = None
    decide_by: Instant | None = None
    hold_until: Instant | None = None
    sanction: SanctionKind | None = None
    ended_at: Instant | None = None
    revision: Revision = 1


class Case(View, frozen=True, kw_only=True):
    """A case as those see it who handle it.

    Attributes:
        evidence: Copies of what was reported, in the order of writing.
        entries: What happened, in this order. Of a case that no answer could hold, the earliest
            reports and copies are left out.
        held: What is held now.
        days_max: For how many days a sanction may be decided now, by the ladder; 0 for a word only.
        spoken_to: Sanctions of the same person on this board within a year, the latest first.
        appeal: The appeal against the decision.
    """

    head: CaseHead
    evidence: tuple[Evidence, ...] = ()
    entries: tuple[CaseEntry, ...] = ()
    held: tuple[HoldOf, ...] = ()
    days_max: int = 0
    spoken_to: tuple[Sanction, ...] = ()
    appeal: Appeal | None = None


class OwnCase(View, frozen=True, kw_only=True):
    """A case as the person sees it whom it is about: from the moment they are told of it.

    Attributes:
        evidence: The copies of their own words, of so many wordings the latest `OWN_COPIES_MAX`.
        said: What the desk told them is said of it.
        answer_by: Until when they can answer.
        answer: Their answer.
        held: What is held now, until `hold_until`.
        held_by_script: Whether a script holds it, and no person did anything yet (27.4).
        copy_until: Until when the copies are kept; None while the case is not over.
    """

    id: CaseId
    board: BoardId
    number: Number
    state: CaseState
    ending: CaseEnding | None = None
    norm: Number
    of_commons: bool = False
    evidence: tuple[Evidence, ...] = ()
    said: str | None = None
    asked_at: Instant | None = None
    answer_by: Instant | None = None
    answer: str | None = None
    held: tuple[HoldOf, ...] = ()
    hold_until: Instant | None = None
    held_by_script: bool = False
    sanction: Sanction | None = None
    appeal: Appeal | None = None
    copy_until: Instant | None = None
    revision: Revision = 1


class OwnReport(View, frozen=True, kw_only=True):
    """A report as its reporter sees it.

    Attributes:
        thread, number: The place of the words on the board then: of a line its number alone.
        state: That of its case, `open` until it is decided or closed; an appeal changes nothing here:
            all else concerns the person alone.
        ending: How the case ended.
        told: The word of the desk to the reporters; None for none.
        until: When the report is forgotten; None while the case is not over.
    """

    id: ReportId
    board: BoardId
    post: PostId | None = None
    line: LineId | None = None
    thread: Number | None = None
    number: Number | None = None
    at: Instant
    norm: Number
    of_commons: bool = False
    words: str | None = None
    state: CaseState
    ending: CaseEnding | None = None
    told: str | None = None
    until: Instant | None = None
    revision: Revision = 1


class CaseTold(View, frozen=True, kw_only=True):
    """What a notice tells of a case: to the person, or of their report to a reporter.

    Attributes:
        case, number: The case, to the person; None to a reporter.
        report: The report, to its reporter; None to the person.
        keeps_copy: Whether it tells who took words back that a copy of them stays, until the notice's
            `until`; without that, until `EVIDENCE_DAYS` after the case is over. It names no case.
        held_back_by: In which office its owner is whose script holds words of the person back, until
            the notice's `until`; None for all other news.
    """

    case: CaseId | None = None
    number: Number | None = None
    report: ReportId | None = None
    keeps_copy: bool = False
    held_back_by: Office | None = None
    state: CaseState
    ending: CaseEnding | None = None
