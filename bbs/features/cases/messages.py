"""Cases as the desk handles them: reading, claiming, asking, noting, passing on (protocol 22)."""

from typing import ClassVar

from bbs import limits
from bbs.clock import Instant
from bbs.features.cases.views import (
    Appeal,
    Case,
    CaseEntry,
    CaseHead,
    CaseText,
)
from bbs.ids import BoardId, CaseId
from bbs.messages import Command, Event, Number, PageSize, Place, Query, Result
from bbs.powers import Need, Power, Touches


class CaseList(Result, frozen=True, kw_only=True):
    """Cases that the reader may handle: open ones, what is due first before the others; then closed ones.

    Attributes:
        appeals: Appeals that the reader may decide, what is due first before the others.
        next_before: Pass it as `before` for the next ones; None at the end.
    """

    cases: tuple[CaseHead, ...]
    appeals: tuple[Appeal, ...] = ()
    next_before: Place | None = None


class ListCases(Query[CaseList], frozen=True, kw_only=True):
    """List the cases and appeals that the member may handle. From a device only.

    Attributes:
        board: Those of one board; None for all boards.
        number: That of this number on the board; None for all.
        closed: Whether to list closed ones too.
    """

    method: ClassVar[str] = "cases.list"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    board: BoardId | None = None
    number: Number | None = None
    closed: bool = False
    before: Place | None = None
    limit: PageSize = limits.PAGE_ITEMS_DEFAULT


class CaseResult(Result, frozen=True, kw_only=True):
    """The case after the command, or as it is."""

    text_paths: ClassVar[tuple[str, ...]] = (
        "case.evidence.body",
        "case.entries.text",
        "case.spoken_to.reason",
        "case.appeal.words",
        "case.appeal.reason",
    )
    case: Case


class GetCase(Query[CaseResult], frozen=True, kw_only=True):
    """Read a case. From a device only.

    Errors: `not_found` for members who do not handle it; `cases.barred` with the reason for a holder
    of the office who is party to it. Who wrote the words gets that only once they were told.
    """

    method: ClassVar[str] = "cases.get"
    needs: ClassVar[Need] = Need(Power.READ, private=True)
    case: CaseId


class ClaimCase(Command[CaseResult], frozen=True, kw_only=True):
    """Take a case on, also from somebody else: the others at the desk see who has it.

    Errors: `not_found`, `cases.barred`, `conflict` once it is decided.
    """

    method: ClassVar[str] = "cases.claim"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.RIGHTS_OF_OTHERS)
    case: CaseId


class AskPerson(Command[CaseResult], frozen=True, kw_only=True):
    """Tell the person what is said, and ask for an answer within `ANSWER_HOURS`.

    The person gets the copies of their words, the clause and `text`; nothing that names or points to
    a reporter belongs into it. Errors: `not_found`, `cases.barred`, `text_refused`, `conflict` if they
    were asked, or no member wrote the words.
    """

    method: ClassVar[str] = "cases.ask"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.RIGHTS_OF_OTHERS)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    case: CaseId
    text: CaseText


class NoteInCase(Command[CaseResult], frozen=True, kw_only=True):
    """Write a note into a case. The person it is about can read it in their export, without the
    writer's name; it ends after a year. Errors: `not_found`, `cases.barred`, `text_refused`,
    `full` above `CASE_ENTRIES_MAX`.

    Attributes:
        names_reporter: Whether it names or points to a reporter: then the person does not get it.
        until: The day by which the desk looks at it again; the decision may wait until then, once, at
            most `CASE_NOTED_DAYS` from the opening; None for a mere note.
    """

    method: ClassVar[str] = "cases.note"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.RIGHTS_OF_OTHERS)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    case: CaseId
    text: CaseText
    names_reporter: bool = False
    until: Instant | None = None


class PassCaseOn(Command[CaseResult], frozen=True, kw_only=True):
    """Pass a case on to the next level: the moderators of the commons, from there the sysop.

    It has `DECIDE_HOURS` anew there. Errors: `not_found`, `cases.barred`, `text_refused`, `conflict`
    once it is decided, or if nobody is there to take it.
    """

    method: ClassVar[str] = "cases.pass_on"
    needs: ClassVar[Need] = Need(Power.READ, touches=Touches.RIGHTS_OF_OTHERS)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    case: CaseId
    text: CaseText


class CaseWaits(Event, frozen=True, kw_only=True):
    """A case was opened, moved on or closed. On the desk of its board, and of the commons once passed on.

    A desk learns a number and nothing else: who may handle the case asks for it, or hears its stream.
    """

    kind: ClassVar[str] = "cases.waits"
    case: CaseId
    board: BoardId
    number: Number


class CaseChanged(Event, frozen=True, kw_only=True):
    """Something happened in a case. On the case's stream, to those who may handle it."""

    kind: ClassVar[str] = "cases.changed"
    text_paths: ClassVar[tuple[str, ...]] = ("entry.text",)
    head: CaseHead
    entry: CaseEntry | None = None
