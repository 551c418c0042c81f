"""Rules of cases: their states, who may handle them, and their times (protocol 22). Pure."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import DAY_MS, HOUR_MS, Ms
from bbs.errors import BadParams
from bbs.features.cases.views import CaseLevel, CaseState
from bbs.ids import CaseId, MemberId
from bbs.refusals import Conflict

_C = CaseState

CASE_TRANSITIONS: Mapping[CaseState | None, frozenset[CaseState]] = {
    None: frozenset({_C.OPEN}),
    _C.OPEN: frozenset({_C.ASKED, _C.HEARD, _C.CLOSED}),
    _C.ASKED: frozenset({_C.HEARD, _C.CLOSED}),
    _C.HEARD: frozenset({_C.MOVED, _C.DECIDED, _C.CLOSED}),
    _C.MOVED: frozenset({_C.HEARD, _C.DECIDED, _C.CLOSED}),
    _C.DECIDED: frozenset({_C.APPEALED, _C.CLOSED}),
    _C.APPEALED: frozenset({_C.DECIDED, _C.CLOSED}),
    _C.CLOSED: frozenset(),
}
"""The states that may follow each state of a case; None before it is reported."""

UNDECIDED = frozenset({_C.OPEN, _C.ASKED, _C.HEARD, _C.MOVED})
"""The states of a case about which a decision can still be moved, or waits for its second key."""

_TO_REPORTERS: Mapping[CaseState, CaseState] = {
    _C.ASKED: _C.OPEN,
    _C.HEARD: _C.OPEN,
    _C.MOVED: _C.OPEN,
    _C.APPEALED: _C.DECIDED,
}

LEVELS: tuple[CaseLevel, ...] = (
    CaseLevel.BOARD,
    CaseLevel.COMMONS,
    CaseLevel.SYSOP,
    CaseLevel.ANY,
)
"""The levels, in the order in which a case comes to them (protocol 22.6)."""

_NO_MORE = {
    _C.OPEN: "the person was not asked yet",
    _C.ASKED: "the person was asked, and can answer until the time is over",
    _C.HEARD: "the person was heard",
    _C.MOVED: "a decision of this case waits for its second key",
    _C.DECIDED: "this case is decided",
    _C.APPEALED: "the decision of this case is appealed",
    _C.CLOSED: "this case is closed",
}


def check_case_move(before: CaseState, after: CaseState) -> CaseState:
    """Refuse a change of a case that `CASE_TRANSITIONS` does not have.

    Raises:
        Conflict: If it has not.
    """
    if after not in CASE_TRANSITIONS[before]:
        raise Conflict(what=_NO_MORE[before])
    return after


def check_undecided(state: CaseState) -> None:
    """Refuse what nobody does any more in a case that is decided.

    Raises:
        Conflict: If it is decided, or closed.
    """
    if state not in UNDECIDED:
        raise Conflict(what=_NO_MORE[state])


def seen_by_reporters(state: CaseState) -> CaseState:
    """Return the state of a case as its reporters are told it.

    Whether the person was asked, what waits to be done to them, and that they appealed is theirs alone.
    """
    return _TO_REPORTERS.get(state, state)


class Parties(Struct, frozen=True, kw_only=True):
    """Who has a part in the matter of a case, and so does not handle it.

    A mention makes nobody a party, and neither does being somebody's host.

    Attributes:
        reporters: Who reported it.
        author: Who wrote the reported words; None if no member did.
        answered: Who wrote the posts that these answer.
        named: Whom the reports name.
    """

    reporters: frozenset[MemberId] = frozenset()
    author: MemberId | None = None
    answered: frozenset[MemberId] = frozenset()
    named: frozenset[MemberId] = frozenset()

    @property
    def everybody(self) -> frozenset[MemberId]:
        """All of them."""
        author = frozenset() if self.author is None else frozenset({self.author})
        return self.reporters | author | self.answered | self.named


def why_barred(parties: Parties, member: MemberId) -> Why | None:
    """Return why a member does not handle a case; None if nothing stands against it.

    A reporter hears of their report before anything else: they know of it, and it points to nobody.
    """
    if member in parties.reporters:
        return Why.REPORTER
    if member == parties.author:
        return Why.AUTHOR
    if member in parties.answered:
        return Why.ANSWERED
    return Why.NAMED if member in parties.named else None


def why_barred_from_appeal(
    parties: Parties,
    member: MemberId,
    *,
    deciders: Collection[MemberId],
    hosts: Collection[MemberId] = (),
) -> Why | None:
    """Return why a member does not hear an appeal; None if nothing stands against it.

    Args:
        deciders: Who moved or seconded the decision, or held for it.
        hosts: The hosts of who appeals: they are barred here alone.
    """
    if (why := why_barred(parties, member)) is not None:
        return why
    if member in deciders:
        return Why.DECIDED
    return Why.HOST if member in hosts else None


Holders = Mapping[CaseLevel, frozenset[MemberId]]
"""Who holds an office in which cases are handled at each level but `any`, and can act in it now."""


def first_level(
    holders: Holders, barred: Collection[MemberId], since: CaseLevel = CaseLevel.BOARD
) -> CaseLevel:
    """Return the level at which a case is handled: the first with anybody who is no party.

    Args:
        barred: Who does not handle it.
        since: The level to begin with, such as that to which it was passed on.
    """
    for level in LEVELS[LEVELS.index(since) :]:
        if level is not CaseLevel.ANY and holders.get(level, frozenset()).difference(barred):
            return level
    return CaseLevel.ANY


def handlers_at(
    level: CaseLevel, holders: Holders, barred: Collection[MemberId]
) -> frozenset[MemberId]:
    """Return who handles a case at a level; at `any` also who is party to it."""
    if level is CaseLevel.ANY:
        return frozenset().union(*holders.values())
    return holders.get(level, frozenset()).difference(barred)


def level_above(
    level: CaseLevel, holders: Holders, barred: Collection[MemberId]
) -> CaseLevel | None:
    """Return to which level a case is passed on; None if nobody is there to take it.

    The same people are no other level: on the commons, its moderators pass a case to the sysop.
    """
    here = handlers_at(level, holders, barred)
    for above in LEVELS[LEVELS.index(level) + 1 :]:
        if above is not CaseLevel.ANY and handlers_at(above, holders, barred) - here:
            return above
    return None


def answer_end(asked: Ms) -> Ms:
    """Return until when a person can answer who was asked at a moment, in ms."""
    return asked + limits.ANSWER_HOURS * HOUR_MS


def decision_end(begun: Ms) -> Ms:
    """Return until when a decision has to be moved, in ms.

    Args:
        begun: When the case was opened, or passed on.
    """
    return begun + limits.DECIDE_HOURS * HOUR_MS


def noted_end(opened: Ms, decide_by: Ms, was_noted: bool, until: Ms) -> Ms:
    """Return until when a decision has to be moved once the desk noted a case "by a day".

    Args:
        opened, decide_by: When the case was opened, and until when it was to be decided.
        was_noted: Whether the desk did so before: it can once.
        until: The day.

    Raises:
        Conflict: If it did so before.
        BadParams: If the decision has as long anyway, or the day is too late.
    """
    if was_noted:
        raise Conflict(what="this case was put off once, and cannot be again")
    latest = opened + limits.CASE_NOTED_DAYS * DAY_MS
    if not decide_by < until <= latest:
        days = limits.CASE_NOTED_DAYS
        rule = (
            f"a decision has {limits.DECIDE_HOURS} hours anyway: name a later moment,"
            f" at most {days} days after the opening"
        )
        raise BadParams(field="until", rule=rule)
    return until


def appeal_end(decided: Ms) -> Ms:
    """Return until when a decision can be appealed, in ms; its case is closed then."""
    return decided + limits.APPEAL_DAYS * DAY_MS


def evidence_end(ended: Ms) -> Ms:
    """Return when the copies of a case that ended then are erased, in ms."""
    return ended + limits.EVIDENCE_DAYS * DAY_MS


def check_party(case: CaseId, why: Why | None) -> None:
    """Refuse who is party to a case.

    Raises:
        Barred: If something stands against it.
    """
    if why is not None:
        raise Barred(case=case, why=why.value)
