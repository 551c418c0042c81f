"""What the person does whom a case is about: read it, and answer (protocol 22.5)."""

from typing import ClassVar

from bbs.features.cases.views import Appeal, CaseText, OwnCase
from bbs.features.moderation.messages import Act
from bbs.ids import CaseId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, Power

_OWN_WORDS = (
    "case.evidence.body",
    "case.said",
    "case.answer",
    "case.sanction.reason",
    "case.appeal.words",
    "case.appeal.reason",
)


class OwnCaseResult(Result, frozen=True, kw_only=True):
    """The case as the person sees it after the command."""

    text_paths: ClassVar[tuple[str, ...]] = _OWN_WORDS
    case: OwnCase


class OwnCaseList(Result, frozen=True, kw_only=True):
    """What concerns the member, the latest first.

    Attributes:
        appeals: Appeals of acts without a case.
        can_appeal: Acts against which the member can appeal now.
    """

    cases: tuple[OwnCase, ...]
    appeals: tuple[Appeal, ...] = ()
    can_appeal: tuple[Act, ...] = ()


class ListOwnCases(Query[OwnCaseList], frozen=True, kw_only=True):
    """Read the cases about the member of which they were told. From a device only, also while suspended."""

    method: ClassVar[str] = "cases.mine"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class AnswerCase(Command[OwnCaseResult], frozen=True, kw_only=True):
    """Answer what is said in a case; once, within the time. No restriction stands against it.

    Errors: `not_found`, `text_refused`, `conflict` if the time is over or an answer is there.
    """

    method: ClassVar[str] = "cases.answer"
    needs: ClassVar[Need] = Need(Power.DOORS)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    case: CaseId
    text: CaseText


class CaseAboutYou(Event, frozen=True, kw_only=True):
    """A case about the member came further. In their own stream."""

    kind: ClassVar[str] = "cases.about_you"
    text_paths: ClassVar[tuple[str, ...]] = _OWN_WORDS
    case: OwnCase
