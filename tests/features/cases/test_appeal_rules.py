"""Appeals come in time, to somebody who did not decide, and make nothing heavier (P7)."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import BadParams
from bbs.features.cases import appeal_rules
from bbs.features.cases.appeal_rules import APPEAL_TRANSITIONS
from bbs.features.cases.ladder import SANCTION_TRANSITIONS, check_sanction_move
from bbs.features.cases.views import AppealState, SanctionState
from bbs.refusals import Conflict

NOW = 1_000 * DAY_MS


@pytest.mark.parametrize("table", [APPEAL_TRANSITIONS, SANCTION_TRANSITIONS])
def test_every_life_begins_and_ends(table: Mapping[object, frozenset[object]]) -> None:
    """Each state but the first comes from another, and every life reaches an end (P7)."""
    assert {after for states in table.values() for after in states} == table.keys() - {None}
    ends = {state for state, after in table.items() if not after}
    for state in table:
        seen, heap = set(), [state]
        while heap:
            seen.add(at := heap.pop())
            heap += [after for after in table[at] if after not in seen]
        assert seen & ends


@given(st.sampled_from(AppealState), st.sampled_from(AppealState))
def test_an_appeal_is_decided_once(before: AppealState, after: AppealState) -> None:
    """Only an open appeal changes."""
    if before is AppealState.OPEN and after is not AppealState.OPEN:
        assert appeal_rules.check_appeal_move(before, after) is after
        return
    with pytest.raises(Conflict):
        appeal_rules.check_appeal_move(before, after)


def test_what_is_lifted_stays_lifted() -> None:
    """No sanction that counts nowhere comes back."""
    for after in (SanctionState.ON, SanctionState.OVER, SanctionState.LIFTED):
        with pytest.raises(Conflict):
            check_sanction_move(SanctionState.LIFTED, after)


def test_fourteen_days_are_there_to_appeal() -> None:
    """Until the last millisecond, by the proven time."""
    last = NOW + limits.APPEAL_DAYS * DAY_MS
    appeal_rules.check_in_time(NOW, last - 1)
    with pytest.raises(Conflict, match="14 days"):
        appeal_rules.check_in_time(NOW, last)


@given(st.none() | st.integers(NOW - 10, NOW + 20), st.none() | st.integers(NOW - 10, NOW + 20))
def test_a_verdict_only_shortens(until: int | None, ends_at: int | None) -> None:
    """The new end lies ahead, and before the old one."""
    try:
        found = appeal_rules.check_shorter(until, now=NOW, ends_at=ends_at)
    except (BadParams, Conflict):
        assert until is None or ends_at is None or not NOW < until < ends_at
        return
    assert ends_at is not None
    assert NOW < found < ends_at
