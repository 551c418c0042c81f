"""Cases have one way to their end, and nobody handles one to which they are party (protocol 22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import DAY_MS, HOUR_MS
from bbs.errors import BadParams
from bbs.features.cases import rules
from bbs.features.cases.rules import LEVELS, Parties
from bbs.features.cases.views import CaseLevel, CaseState
from bbs.ids import MemberId, new_id
from bbs.refusals import Conflict

NOW = 1_000 * DAY_MS
CASE = new_id()
ANA, BOB, CAT, DAN, EVE, FAY = people = ("ana", "bob", "cat", "dan", "eve", "fay")
members = st.frozensets(st.sampled_from(people))
parties = st.builds(
    Parties,
    reporters=members,
    author=st.none() | st.sampled_from(people),
    answered=members,
    named=members,
)
holders = st.fixed_dictionaries(
    {CaseLevel.BOARD: members, CaseLevel.COMMONS: members, CaseLevel.SYSOP: members}
)


def test_every_life_begins_and_ends() -> None:
    """Each state but the first comes from another, and an end can be reached from each (P7)."""
    table = rules.CASE_TRANSITIONS
    reached = {after for states in table.values() for after in states}
    assert reached == table.keys() - {None}
    ends = {state for state, after in table.items() if not after}
    for state in table:
        seen, heap = set(), [state]
        while heap:
            seen.add(at := heap.pop())
            heap += [after for after in table[at] if after not in seen]
        assert seen & ends


@given(st.sampled_from(CaseState), st.sampled_from(CaseState))
def test_a_case_moves_by_its_table(before: CaseState, after: CaseState) -> None:
    """Every other change is refused with a sentence; a closed case never opens again."""
    if after in rules.CASE_TRANSITIONS[before]:
        assert rules.check_case_move(before, after) is after
        return
    with pytest.raises(Conflict) as refused:
        rules.check_case_move(before, after)
    assert str(refused.value)


@given(st.sampled_from(CaseState))
def test_what_is_decided_is_not_handled_again(state: CaseState) -> None:
    """A decision, its appeal and the end leave nothing to ask, note or pass on."""
    if state in rules.UNDECIDED:
        rules.check_undecided(state)
        return
    with pytest.raises(Conflict):
        rules.check_undecided(state)


@given(parties, st.sampled_from(people))
def test_a_party_is_told_why(case: Parties, member: MemberId) -> None:
    """Exactly the four parts bar a member, and the reason is one of them (rule 2 of P5)."""
    why = rules.why_barred(case, member)
    assert (why is None) is (member not in case.everybody)
    parts = {
        Why.REPORTER: case.reporters,
        Why.AUTHOR: {case.author},
        Why.ANSWERED: case.answered,
        Why.NAMED: case.named,
    }
    if why is None:
        rules.check_party(CASE, why)
        return
    assert member in parts[why]
    with pytest.raises(Barred):
        rules.check_party(CASE, why)


@given(parties, st.sampled_from(people), members, members)
def test_an_appeal_goes_to_somebody_else(
    case: Parties, member: MemberId, deciders: frozenset[str], hosts: frozenset[str]
) -> None:
    """Who decided, and the host, hear no appeal; being host bars from nothing else."""
    why = rules.why_barred_from_appeal(case, member, deciders=deciders, hosts=hosts)
    assert (why is None) is (member not in case.everybody | deciders | hosts)
    if why is Why.HOST:
        assert rules.why_barred(case, member) is None


@given(holders, members, st.sampled_from(LEVELS))
def test_a_case_always_has_a_level(
    held: dict[CaseLevel, frozenset[str]], barred: frozenset[str], since: CaseLevel
) -> None:
    """It is the first with anybody who is no party; only if there is none, parties handle it."""
    level = rules.first_level(held, barred, since)
    assert LEVELS.index(level) >= LEVELS.index(since)
    handling = rules.handlers_at(level, held, barred)
    if level is CaseLevel.ANY:
        for above in LEVELS[LEVELS.index(since) : -1]:
            assert held[above] <= barred
        assert handling == frozenset().union(*held.values())
        return
    assert handling
    assert not handling & barred
    for below in LEVELS[LEVELS.index(since) : LEVELS.index(level)]:
        assert held[below] <= barred


@given(holders, members, st.sampled_from(LEVELS))
def test_passing_on_brings_somebody_new(
    held: dict[CaseLevel, frozenset[str]], barred: frozenset[str], level: CaseLevel
) -> None:
    """A case goes upwards, to somebody who is no party and did not have it."""
    above = rules.level_above(level, held, barred)
    if above is None:
        return
    assert LEVELS.index(above) > LEVELS.index(level)
    new = rules.handlers_at(above, held, barred) - rules.handlers_at(level, held, barred)
    assert new
    assert not new & barred


def test_on_the_commons_a_case_goes_to_the_sysop() -> None:
    """The moderators of the commons are no level above themselves."""
    held = {
        CaseLevel.BOARD: frozenset({ANA, BOB}),
        CaseLevel.COMMONS: frozenset({ANA, BOB}),
        CaseLevel.SYSOP: frozenset({CAT}),
    }
    assert rules.level_above(CaseLevel.BOARD, held, ()) is CaseLevel.SYSOP
    assert rules.level_above(CaseLevel.SYSOP, held, ()) is None
    assert rules.first_level(held, {ANA}) is CaseLevel.BOARD
    assert rules.first_level(held, {ANA, BOB}) is CaseLevel.SYSOP
    assert rules.first_level(held, {ANA, BOB, CAT}) is CaseLevel.ANY


def test_times_of_a_case() -> None:
    """24 hours to answer, 72 to decide, 14 days to appeal, 30 until the copies are erased (P7)."""
    assert rules.answer_end(NOW) == NOW + 24 * HOUR_MS
    assert rules.decision_end(NOW) == NOW + 72 * HOUR_MS
    assert rules.appeal_end(NOW) == NOW + 14 * DAY_MS
    assert rules.evidence_end(NOW) == NOW + 30 * DAY_MS


def test_a_case_is_put_off_once_and_for_a_week() -> None:
    """The desk may look at it again by a day: later than without, within 7 days, and once."""
    due, last = rules.decision_end(NOW), NOW + limits.CASE_NOTED_DAYS * DAY_MS
    assert rules.noted_end(NOW, due, was_noted=False, until=last) == last
    for until in (due, last + 1, NOW):
        with pytest.raises(BadParams, match=r"72 hours anyway: .* later moment, at most 7 days"):
            rules.noted_end(NOW, due, was_noted=False, until=until)
    with pytest.raises(Conflict):
        rules.noted_end(NOW, due, was_noted=True, until=last)


def test_reporters_are_told_of_nothing_that_concerns_the_person_alone() -> None:
    """They see that a case is open, decided or closed, and no more."""
    told = {state: rules.seen_by_reporters(state) for state in CaseState}
    assert set(told.values()) == {CaseState.OPEN, CaseState.DECIDED, CaseState.CLOSED}
    assert told[CaseState.MOVED] is CaseState.OPEN
    assert told[CaseState.APPEALED] is CaseState.DECIDED
