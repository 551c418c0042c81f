"""Numbers for governing: counts of what moderation did on a board, and nothing for each person."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.clock import Instant
from bbs.ids import BoardId
from bbs.messages import Query, Result, View
from bbs.powers import Need, NeedTarget, Power, Touches

Count = Annotated[int, Meta(ge=0)]


class ClauseCount(View, frozen=True, kw_only=True):
    """How many reports cite a clause.

    Attributes:
        norm, norms_version: The clause, in the version in force when the words were written.
        of_commons: Whether it is one of the commons' norms.
    """

    norm: int
    norms_version: int
    of_commons: bool = False
    reports: Count


class BoardNumbers(View, frozen=True, kw_only=True):
    """Counts of a board over whole months, with their base. Nothing here is about a person.

    Attributes:
        posts: How many were published there meanwhile, of whatever became of them: the base.
        reports: How many reports of posts and lines there; those of letters are not among them.
        clauses: The reports by clause, the most first.
        cases: How many matters the reports and the desk opened.
        within_day, within_three_days, later: The cases by the time from opening to the first decision.
        not_decided: Cases that nobody decided in time.
        waiting: Cases that are not decided yet.
        let_be: Cases in which nothing was done.
        decided: Cases with a decision by a clause.
        appealed: Appeals against acts there.
        upheld: Appeals after which the decision stayed as it was.
        overturned: Appeals that ended the decision or made it shorter, the unanswered among them.
        held: Cases with an urgent hold.
        confirmed: Those of them in which a decision by a clause followed.
    """

    posts: Count = 0
    reports: Count = 0
    clauses: tuple[ClauseCount, ...] = ()
    cases: Count = 0
    within_day: Count = 0
    within_three_days: Count = 0
    later: Count = 0
    not_decided: Count = 0
    waiting: Count = 0
    let_be: Count = 0
    decided: Count = 0
    appealed: Count = 0
    upheld: Count = 0
    overturned: Count = 0
    held: Count = 0
    confirmed: Count = 0


class NumbersResult(Result, frozen=True, kw_only=True):
    """The numbers of a board over its last twelve whole months.

    Attributes:
        since, until: The months: from the first moment to just before the last.
        numbers: None where fewer than `NUMBERS_SEATS_MIN` people have a seat: counts would name them.
    """

    board: BoardId
    since: Instant
    until: Instant
    numbers: BoardNumbers | None = None


class GetNumbers(Query[NumbersResult], frozen=True, kw_only=True):
    """Read the numbers of a board's moderation, for who has a seat there. From a device only.

    Errors: `not_found`, `boards.seat_needed` without a seat there.
    """

    method: ClassVar[str] = "moderation.numbers"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, touches=Touches.ACCOUNT)
    board: BoardId
