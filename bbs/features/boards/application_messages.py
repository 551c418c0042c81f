"""Applications: a board may ask questions of who wants a seat there; its desk reads the answers."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.boards.seat_messages import Seat
from bbs.ids import ApplicationId, BoardId, MemberId
from bbs.messages import Command, Event, Number, Query, Result, Revision, View
from bbs.powers import Need, NeedTarget, Power

Answers = Annotated[
    tuple[Annotated[str, Meta(max_length=limits.ANSWER_CHARS_MAX * 4)], ...],
    Meta(max_length=limits.QUESTIONS_MAX * 4),
]
"""An answer to each question, in the order of the questions. The rules say what is too long."""


class ApplicationState(StrEnum):
    """The state of an application. Changes: see `application_rules.APPLICATION_TRANSITIONS`."""

    OPEN = "open"  # the answers wait for the desk
    ACCEPTED = "accepted"  # by a moderator
    DECLINED = "declined"  # by a moderator, with a clause or a kind word
    PASSED = "passed"  # nobody decided in time: it went on as if accepted
    WITHDRAWN = "withdrawn"  # by the member; all of it is erased


class Answered(View, frozen=True, kw_only=True):
    """A question and the answer to it. Both are None once they are erased (P10)."""

    question: str | None = None
    answer: str | None = None


class Decision(View, frozen=True, kw_only=True):
    """What became of an application.

    Attributes:
        by: Who decided; None if it went on by time, and where the board's log names offices.
        norm, norms_version: The clause of the board's norms that it cites, if any.
        word: A kind word of the desk; None without one, and once it is erased.
        again_from: From when on the member may ask again; None unless it was declined.
    """

    at: Instant
    by: MemberId | None = None
    norm: Number | None = None
    norms_version: Number | None = None
    word: str | None = None
    again_from: Instant | None = None


class OwnApplication(View, frozen=True, kw_only=True):
    """An application as the member sees it who made it.

    Attributes:
        due_at: When it goes on without the desk, as if it was accepted.
        answers: Empty in events, and once they are erased.
    """

    id: ApplicationId
    board: BoardId
    state: ApplicationState
    asked_at: Instant
    due_at: Instant
    answers: tuple[Answered, ...] = ()
    decision: Decision | None = None
    revision: Revision = 1


class Application(View, frozen=True, kw_only=True):
    """An application as the desk of the board sees it.

    Attributes:
        number: Its number among the board's, by which acts name it.
        due_at: When it goes on without the desk, as if it was accepted.
    """

    id: ApplicationId
    board: BoardId
    number: Number
    member: MemberId
    state: ApplicationState
    asked_at: Instant
    due_at: Instant
    answers: tuple[Answered, ...] = ()


_ANSWER_WORDS = ("application.answers.question", "application.answers.answer")


class Applied(Result, frozen=True, kw_only=True):
    """The application as it now stands, and the seat.

    Attributes:
        seat: None on the commons for somebody who has withdrawn or was declined.
        application: None where the board asks nothing: then it went on at once.
    """

    text_paths: ClassVar[tuple[str, ...]] = (*_ANSWER_WORDS, "application.decision.word")
    seat: Seat | None = None
    application: OwnApplication | None = None


class OwnApplications(Result, frozen=True, kw_only=True):
    """The member's own applications, and what the community asks.

    Attributes:
        questions: The questions of the commons, to a member without a seat or a place in the line
            there; empty for others.
        norms_version: The version of the norms of the commons in force.
    """

    applications: tuple[OwnApplication, ...]
    questions: tuple[str, ...] = ()
    norms_version: Number = 1


class ApplicationList(Result, frozen=True, kw_only=True):
    """The applications that wait for the desk of a board, the oldest first.

    Attributes:
        next_after: Pass it as `after` for the next page; None at the end.
    """

    board: BoardId
    applications: tuple[Application, ...]
    next_after: Number | None = None


class ApplicationResult(Result, frozen=True, kw_only=True):
    """The application after the decision, without its answers."""

    text_paths: ClassVar[tuple[str, ...]] = _ANSWER_WORDS
    application: Application


class Apply(Command[Applied], frozen=True, kw_only=True):
    """Ask for a seat on a board, with answers to its questions; only its desk reads them.

    If nobody decides in `APPLICATION_DAYS`, it goes on as if it was accepted. On a board without
    questions it goes on at once: the member is seated, or waits. A newcomer who has no seat in the
    community yet applies on the commons. Errors: `text_refused` for too few, too many or too long
    answers, `conflict` with a seat or another application there,
    `boards.apply_again_later`, `norms.accept_first`, `boards.seat_by_offer`, `not_found`.
    """

    method: ClassVar[str] = "boards.apply"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD, gives_seat=True, in_line=True)
    board: BoardId
    norms_version: Annotated[int, Meta(ge=1)]
    answers: Answers = ()


class WithdrawApplication(Command[Applied], frozen=True, kw_only=True):
    """Take the own application back; its answers are erased at once (P10).

    Errors: `not_found`, `conflict` if the desk has decided.
    """

    method: ClassVar[str] = "boards.withdraw_application"
    needs: ClassVar[Need] = Need(Power.DOORS)
    application: ApplicationId


class ListOwnApplications(Query[OwnApplications], frozen=True, kw_only=True):
    """List the member's own applications, with answers and decisions as long as they are kept."""

    method: ClassVar[str] = "boards.own_applications"
    needs: ClassVar[Need] = Need(Power.DOORS)


class ListApplications(Query[ApplicationList], frozen=True, kw_only=True):
    """List the applications that wait for the desk of a board, with their answers, the oldest first.

    Errors: `not_found`.

    Attributes:
        after: The `next_after` of the page before; None for the first page.
    """

    method: ClassVar[str] = "boards.applications"
    needs: ClassVar[Need] = Need(Power.ADMIT, on=NeedTarget.BOARD)
    board: BoardId
    after: Number | None = None
    limit: Annotated[int, Meta(ge=1, le=limits.APPLICATIONS_SHOWN_MAX)] = (
        limits.APPLICATIONS_SHOWN_MAX
    )


class AcceptApplication(Command[ApplicationResult], frozen=True, kw_only=True):
    """Accept an application: the member is seated, or waits in the order of asking.

    Logged on the board by its number, without the member (P8). Errors: `not_found`, `conflict` if it
    is decided or withdrawn, or the member's own.
    """

    method: ClassVar[str] = "boards.accept"
    needs: ClassVar[Need] = Need(Power.ADMIT, on=NeedTarget.BOARD, gives_seat=True, by_person=True)
    board: BoardId
    application: ApplicationId


class DeclineApplication(Command[ApplicationResult], frozen=True, kw_only=True):
    """Decline an application, with a clause of the board's norms, a kind word, or both.

    The member alone is told, and may ask again after `APPLY_AGAIN_DAYS`. Logged on the board by its
    number, without the member and without the word (P8). Errors: `not_found`, `conflict`,
    `text_refused` for a word that is too long, or missing without a clause.

    Attributes:
        norm: The number of a clause in the version in force.
        word: A kind word, one line.
    """

    method: ClassVar[str] = "boards.decline"
    needs: ClassVar[Need] = Need(Power.ADMIT, on=NeedTarget.BOARD, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("word",)
    board: BoardId
    application: ApplicationId
    norm: Annotated[int, Meta(ge=1, le=limits.NORMS_MAX)] | None = None
    word: Annotated[str, Meta(max_length=limits.DESK_WORD_CHARS_MAX * 4)] | None = None


class ApplicationChanged(Event, frozen=True, kw_only=True):
    """An application was made, decided or withdrawn. In its member's own stream alone."""

    kind: ClassVar[str] = "boards.application_changed"
    text_paths: ClassVar[tuple[str, ...]] = ("application.decision.word",)
    application: OwnApplication


class ApplicationAtDesk(Event, frozen=True, kw_only=True):
    """An application waits for the desk, or waits no longer. At the board's desk alone.

    It has no words and does not name the member: `boards.applications` has both, as long as it waits.
    """

    kind: ClassVar[str] = "boards.application_at_desk"
    board: BoardId
    application: ApplicationId
    number: Number
    state: ApplicationState
