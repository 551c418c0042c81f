"""Appeals: asking for one, taking it back, and deciding about it (P7, protocol 23.4)."""

from enum import StrEnum
from typing import ClassVar

from bbs.clock import Instant
from bbs.features.cases.views import Appeal, CaseText
from bbs.features.moderation.messages import ACT_WORDS, Act
from bbs.features.moderation.views import Reason
from bbs.ids import AppealId, BoardId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, NeedTarget, Power

APPEAL_WORDS = ("appeal.words", "appeal.reason")


class Verdict(StrEnum):
    """What is decided about an appeal; never anything heavier."""

    UPHOLD = "uphold"
    SHORTEN = "shorten"
    LIFT = "lift"


class AppealResult(Result, frozen=True, kw_only=True):
    """The appeal after the command, or as it is.

    Attributes:
        act: What is appealed, with clause and reason; None once the log has forgotten it.
        said: The words that an act without a case hid, for who may decide about the appeal; None
            where there are none any more, and where a case has copies of them.
    """

    text_paths: ClassVar[tuple[str, ...]] = (*APPEAL_WORDS, *ACT_WORDS, "said")
    appeal: Appeal
    act: Act | None = None
    said: str | None = None


class AskAppeal(Command[AppealResult], frozen=True, kw_only=True):
    """Appeal against an act of power on the member or their words, within `APPEAL_DAYS`.

    It goes to somebody who did not decide; what was decided holds meanwhile. No restriction stands
    against it. Errors: `not_found`, `text_refused`, `conflict` if the time is over, nothing is left to
    undo, or it was appealed.

    Attributes:
        appeal: The id of the appeal.
        act: The act: that of a sanction, or that hid words.
        words: Why; those who may decide about it read them.
    """

    method: ClassVar[str] = "cases.appeal"
    needs: ClassVar[Need] = Need(Power.DOORS)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    appeal: AppealId
    act: str
    words: CaseText


class TakeBackAppeal(Command[AppealResult], frozen=True, kw_only=True):
    """Take an appeal back that is not decided. Errors: `not_found`, `conflict`."""

    method: ClassVar[str] = "cases.take_back_appeal"
    needs: ClassVar[Need] = Need(Power.DOORS)
    appeal: AppealId


class GetAppeal(Query[AppealResult], frozen=True, kw_only=True):
    """Read an appeal that the member may decide about, or asked for. From a device only.

    Errors: `not_found`; `cases.barred` for a moderator who may not decide about it.
    """

    method: ClassVar[str] = "cases.get_appeal"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)
    appeal: AppealId


class DecideAppeal(Command[AppealResult], frozen=True, kw_only=True):
    """Decide about an appeal: by somebody who neither decided, nor is party or host. Logged.

    Lifting restores hidden words, and the sanction counts nowhere. Errors: `not_found`,
    `cases.barred`, `text_refused`, `conflict`, `protocol.bad_params`.

    Attributes:
        until: With `shorten`, when the sanction ends: sooner than now.
        reason: Why; person and log read it. It must not quote the words.
    """

    method: ClassVar[str] = "cases.decide_appeal"
    needs: ClassVar[Need] = Need(Power.JUDGE, on=NeedTarget.APPEAL, by_person=True)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    appeal: AppealId
    verdict: Verdict
    until: Instant | None = None
    reason: Reason


class AppealChanged(Event, frozen=True, kw_only=True):
    """An appeal was asked, taken back or decided. In the stream of who appeals."""

    kind: ClassVar[str] = "cases.appeal_changed"
    text_paths: ClassVar[tuple[str, ...]] = APPEAL_WORDS
    appeal: Appeal


class AppealWaits(Event, frozen=True, kw_only=True):
    """An appeal waits, or waits no more. On the desk of those who may decide about it.

    A desk learns that there is one and nothing else: who may decide about it asks for it.
    """

    kind: ClassVar[str] = "cases.appeal_waits"
    appeal: AppealId
    board: BoardId
