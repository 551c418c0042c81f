"""Urgent holds: of words, and of a person's writing, until a case is decided (protocol 24)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import CaseText, HoldOf
from bbs.ids import CaseId
from bbs.messages import Command
from bbs.powers import Need, NeedTarget, Power


class HoldCase(Command[CaseResult], frozen=True, kw_only=True):
    """Hold the reported words, or the person's writing on the board, at once (P5). Logged.

    By anybody in office on the board, parties included, without a clause; the person is asked with it.
    One matter once in `HOLD_AGAIN_DAYS`, and the writing of a person on a board likewise. It ends
    `HOLD_AFTER_ANSWER_HOURS` after the answer, or after the time for it, `HOLD_HOURS_MAX` after it
    began at the latest, unless a decision confirms it; while a decision waits by delay, it stands
    until then. Who is party to the case gets it back without copies and entries. Errors: `not_found`,
    `text_refused`, `protocol.bad_params` for words of a letter and the writing of nobody, `conflict`
    if it was held before or is decided, `gone`, `clock_in_doubt`.

    Attributes:
        of: What to hold, one or both.
        text: What the person is told is said of them.
    """

    method: ClassVar[str] = "cases.hold"
    needs: ClassVar[Need] = Need(Power.HOLD, on=NeedTarget.MATTER)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    case: CaseId
    of: Annotated[tuple[HoldOf, ...], Meta(max_length=len(HoldOf))]
    text: CaseText

    @property
    def matter(self) -> CaseId:
        """The case: whoever is in office on its own board holds, also once it was passed on."""
        return self.case


class ReleaseHold(Command[CaseResult], frozen=True, kw_only=True):
    """End an urgent hold now. Logged. Errors: `not_found`, `cases.barred`, `conflict` without one."""

    method: ClassVar[str] = "cases.release"
    needs: ClassVar[Need] = Need(Power.HOLD, on=NeedTarget.MATTER)
    case: CaseId

    @property
    def matter(self) -> CaseId:
        """The case: whoever is in office on its own board holds, also once it was passed on."""
        return self.case
