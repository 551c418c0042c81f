"""Refusals about cases: who may not handle one, and that nobody decides unheard (P5, P8)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from bbs.refusals import Refused


class Why(StrEnum):
    """Why a member may not handle a case or an appeal, whatever their office."""

    REPORTER = "reporter"  # they reported it
    AUTHOR = "author"  # they wrote the reported words
    ANSWERED = "answered"  # the reported words answer theirs
    NAMED = "named"  # a report names them
    HOST = "host"  # they invited the member who appeals
    DECIDED = "decided"  # they decided what is appealed


_SENTENCES = {
    Why.REPORTER: "you reported this, so somebody else handles the case",
    Why.AUTHOR: "these are your words, so somebody else handles the case",
    Why.ANSWERED: "these words answer yours, so somebody else handles the case",
    Why.NAMED: "a report names you, so somebody else handles the case",
    Why.HOST: "you invited this member, so somebody else decides about the appeal",
    Why.DECIDED: "you decided this, so somebody else decides about the appeal",
}
_PARTY = "you are party to this case, so somebody else handles it"


class Barred(
    Refused,
    code="cases.barred",
    hint="leave it to the other moderators; where all are party to it, it goes to the commons",
):
    """The member is party to the case: nobody hears, notes, decides, seconds or undoes there (22.6).

    Attributes:
        case: The case.
        why: What makes them party to it: a value of `bbs.case_refusals.Why`.
    """

    case: str
    why: str

    def __str__(self) -> str:
        return _SENTENCES[Why(self.why)] if self.why in set(Why) else _PARTY


_URGENT = "if it is urgent, hold the words meanwhile"


class NotHeard(
    Refused,
    code="cases.not_heard",
    hint=f"ask them first: bbs admin cases ask CASE; {_URGENT}",
):
    """The person whom a case is about has not been heard, and still has time to answer (22.3).

    Attributes:
        answer_by: Until when they can answer; None if nobody asked them yet.
    """

    answer_by: datetime | None = None

    def __init__(self, *facts: Any, **named: Any) -> None:
        """Store the facts; the hint depends on whether the person was asked."""
        super().__init__(*facts, **named)
        if self.answer_by is not None:
            vars(self)["hint"] = f"wait for the answer; {_URGENT}"

    def __str__(self) -> str:
        if self.answer_by is None:
            return "the person was not asked yet what they say to it"
        return f"the person can answer until {self.answer_by:%Y-%m-%d %H:%M} UTC"


class ForScripts(
    Refused,
    code="cases.for_scripts",
    sentence="flagging and holding back is for scripts; you can report the words, or hold their case",
    hint="bbs report ADDRESS --norm N; in office, too: bbs admin cases hold CASE",
):
    """A person sends what is there for scripts (27.3)."""


class WhyLeft(StrEnum):
    """Why words are left to people (27.5)."""

    IN_OFFICE = "in_office"  # their author moderates there, or the commons, or is the sysop
    HELD_BEFORE = "held_before"  # a script held this wording before
    LOOKED_AT = "looked_at"  # a person held it, or decided about it


_LEFT = {
    WhyLeft.IN_OFFICE: "no script flags or holds what somebody in office here wrote",
    WhyLeft.HELD_BEFORE: "a script held back this wording before, and none does so again",
    WhyLeft.LOOKED_AT: "a person has looked at this wording, and no script holds it back again",
}


class LeftToPeople(
    Refused,
    code="cases.left_to_people",
    hint="a person can report the words: bbs report, from a device",
):
    """A script flags or holds back what is left to people (P6, 27.5).

    Attributes:
        why: A value of `bbs.case_refusals.WhyLeft`.
    """

    why: str

    def __str__(self) -> str:
        return _LEFT[WhyLeft(self.why)] if self.why in set(WhyLeft) else "this is left to people"
