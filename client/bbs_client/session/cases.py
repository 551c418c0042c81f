"""What this device was told of cases since its start: those about the reader, and those at their desks."""

from collections.abc import Iterator
from datetime import datetime

from bbs.features.cases.appeal_messages import AppealChanged
from bbs.features.cases.messages import CaseChanged
from bbs.features.cases.own_messages import CaseAboutYou
from bbs.features.cases.views import (
    Appeal,
    AppealState,
    CaseHead,
    CaseState,
    OwnCase,
    SanctionKind,
)
from bbs.features.moderation.messages import Act
from bbs.ids import COMMONS
from bbs.terminal.sanction_text import is_on
from bbs_client.session.events import CaseHappened, CasesFetched, SessionEvent

_MET = "met the case "
_SUSPENDED = frozenset({(COMMONS, SanctionKind.SUSPEND), (COMMONS, SanctionKind.REMOVE)})
WAITING = frozenset({CaseState.OPEN, CaseState.ASKED, CaseState.HEARD, CaseState.MOVED})
"""The states of a case that somebody has to decide about."""


class KnownCases:
    """Cases as they were told last; empty until the server answers.

    Attributes:
        own: The cases about the reader, by id, the latest first.
        own_appeals: The reader's appeals of acts without a case.
        can_appeal: Acts against which the reader can appeal, but for those of the cases.
        heads: The cases that the reader may handle, what is due first before the others.
        appeals: The appeals that the reader may decide.
    """

    def __init__(self) -> None:
        """Know of none."""
        self.own: dict[str, OwnCase] = {}
        self.own_appeals: dict[str, Appeal] = {}
        self.can_appeal: tuple[Act, ...] = ()
        self.heads: dict[str, CaseHead] = {}
        self.appeals: tuple[Appeal, ...] = ()

    def note(self, news: SessionEvent) -> None:
        """Take note of what was told."""
        match news:
            case CasesFetched(own=own, desk=desk):
                if own is not None:
                    self.own = {case.id: case for case in own.cases}
                    self.own_appeals = {appeal.id: appeal for appeal in own.appeals}
                    of_cases = {case.sanction.act for case in own.cases if case.sanction}
                    self.can_appeal = tuple(act for act in own.can_appeal if act.id not in of_cases)
                if desk is not None:
                    self.heads = {head.id: head for head in desk.cases}
                    self.appeals = desk.appeals
            case CaseHappened(event=CaseChanged(head=head)):
                self.keep_head(head)
            case CaseHappened(event=CaseAboutYou(case=case)):
                self.keep_own(case)
            case CaseHappened(event=AppealChanged(appeal=appeal)) if appeal.case is None:
                self.own_appeals[appeal.id] = appeal

    def keep_head(self, head: CaseHead) -> None:
        """Take note of a case at a desk, unless a later revision is known."""
        known = self.heads.get(head.id)
        if known is not None and known.revision <= head.revision:
            self.heads[head.id] = head

    def keep_own(self, case: OwnCase) -> None:
        """Take note of a case about the reader, unless a later revision is known."""
        known = self.own.get(case.id)
        if known is None:
            self.own = {case.id: case, **self.own}
        elif known.revision <= case.revision:
            self.own[case.id] = case

    def hold_ends(self, now: datetime) -> datetime | None:
        """Return when the next urgent hold at the reader's desks ends; None if there is none."""
        ends = [head.hold_until for head in self.heads.values() if head.hold_until is not None]
        return min((end for end in ends if end > now), default=None)

    def waiting(self) -> tuple[CaseHead, ...]:
        """Return the cases that wait for the reader's desk, and are not decided."""
        return tuple(head for head in self.heads.values() if head.state in WAITING)

    def asked(self, now: datetime) -> Iterator[OwnCase]:
        """Yield the cases in which the reader can still answer."""
        for case in self.own.values():
            if may_answer(case, now):
                yield case

    def on(self, now: datetime) -> Iterator[OwnCase]:
        """Yield the cases whose sanction restricts the reader now, or is a word of these days."""
        for case in self.own.values():
            if case.sanction is not None and is_on(case.sanction, now):
                yield case

    def suspension(self, now: datetime) -> OwnCase | None:
        """Return the case by which the reader is suspended from the community now; None for none."""
        for case in self.on(now):
            sanction = case.sanction
            if sanction is not None and (sanction.board, sanction.kind) in _SUSPENDED:
                return case
        return None


def may_answer(case: OwnCase, now: datetime) -> bool:
    """Return whether the reader can answer in a case about them."""
    is_open = case.answer is None and case.answer_by is not None and case.answer_by > now
    return is_open and case.state in (CaseState.ASKED, CaseState.HEARD)


def open_appeal(case: OwnCase) -> Appeal | None:
    """Return the reader's appeal in a case about them that waits for its answer."""
    appeal = case.appeal
    return appeal if appeal is not None and appeal.state is AppealState.OPEN else None


def met_key(case: OwnCase) -> str:
    """Return under which name the device keeps that its reader has met a decision."""
    return f"{_MET}{case.id}"
