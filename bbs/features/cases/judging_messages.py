"""Decisions of cases: let be, sanction, lift (P5 to P8, protocol 23)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import CaseText, Sanction, SanctionKind
from bbs.features.moderation.views import Reason
from bbs.features.threads.hiding_messages import ClauseNumber
from bbs.gravity import CITES_JUDGEMENT, HIDES_MANY, PRIVATE_WORDS, Grave, longer_than
from bbs.ids import BoardId, CaseId, MemberId
from bbs.messages import Command, Query, Result
from bbs.powers import Need, NeedTarget, Power


class LetBe(Command[CaseResult], frozen=True, kw_only=True):
    """Close a case without doing anything. Logged, without a name (P8).

    Errors: `not_found`, `cases.barred`, `text_refused`, `conflict` once it is decided.

    Attributes:
        word: What the reporters are told.
    """

    method: ClassVar[str] = "cases.let_be"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.CASE, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("word",)
    case: CaseId
    word: CaseText | None = None


class DecideCase(Command[CaseResult], frozen=True, kw_only=True):
    """Decide a case by a clause: hide the words, sanction the person, or both. Logged (P5, P8).

    The person must have been asked, and have answered or let the time pass. A clause that is a matter
    of judgement, more than `LADDER_DAYS[0]` days, a member's private words, and more hidden words than
    `HIDDEN_BY_ONE_MAX` take two keys (protocol 15.11). Errors: `not_found`, `cases.barred`,
    `cases.not_heard`, `text_refused`, `protocol.bad_params` by the ladder or the clause, `gone`,
    `conflict`, `proposals.waits`.

    Attributes:
        norm, of_commons: The clause, in the version in force when the words were written.
        hides: Whether the reported words are hidden.
        sanction: What is done to the person; None for nothing. Not `remove`.
        days: For how long; left out for a word.
        seconds: Of `slow`, between two writings.
        of_community: Whether a suspension is from the community: at the level of the commons and above;
            at the level of the board only by somebody of these, if nobody is left to pass the case to.
        reason: Why; person and log read it. It must not quote the words.
        word: What the reporters are told.
    """

    method: ClassVar[str] = "cases.decide"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.CASE, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("reason", "word")
    grave: ClassVar[tuple[Grave, ...]] = (
        CITES_JUDGEMENT,
        HIDES_MANY,
        PRIVATE_WORDS,
        longer_than(limits.LADDER_DAYS[0]),
    )
    case: CaseId
    norm: ClauseNumber
    of_commons: bool = False
    hides: bool = False
    sanction: SanctionKind | None = None
    days: Annotated[int, Meta(ge=1, le=limits.LADDER_DAYS[-1])] | None = None
    seconds: Annotated[int, Meta(ge=60, le=limits.SLOW_SECONDS_MAX)] | None = None
    of_community: bool = False
    reason: Reason
    word: CaseText | None = None


class LiftSanction(Command[CaseResult], frozen=True, kw_only=True):
    """Lift the sanction of a case now: it counts nowhere from then on. Logged.

    Errors: `not_found`, `cases.barred`, `text_refused`, `conflict` if none is on.
    """

    method: ClassVar[str] = "cases.lift"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.CASE, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    case: CaseId
    reason: Reason


class SanctionList(Result, frozen=True, kw_only=True):
    """Sanctions that are on, or were decided within a year; the latest first.

    Attributes:
        more: Whether there are older ones than fit in an answer.
    """

    sanctions: tuple[Sanction, ...]
    more: bool = False


class ListSanctions(Query[SanctionList], frozen=True, kw_only=True):
    """Read whom decisions restrict on a board, and who was spoken to within a year.

    For those who judge there; who is party to a case does not get its sanction. From a device only.
    Errors: `not_found`.

    Attributes:
        member: Those of one member.
    """

    method: ClassVar[str] = "cases.sanctions"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.BOARD, private=True)
    board: BoardId
    member: MemberId | None = None
