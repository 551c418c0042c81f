"""Counts of cases for governing: how many, by which clauses, how soon, what became of them."""

from typing import NamedTuple

from bbs.clock import DAY_MS, Ms
from bbs.features.cases.views import AppealState, CaseEnding
from bbs.features.moderation.numbers_messages import ClauseCount
from bbs.ids import BoardId
from bbs_server.store.api import Tx


class _CaseTimes(NamedTuple):
    """What the counts need of a case: no id, and nobody."""

    opened_at: Ms
    decided_at: Ms | None
    ended_at: Ms | None
    ending: str | None
    held_at: Ms | None
    held_by_script: int


class _Cited(NamedTuple):
    norm: int
    norms_version: int
    of_commons: int
    reports: int


class _Appealed(NamedTuple):
    state: str
    appeals: int


_OVERTURNED = (AppealState.SHORTENED, AppealState.LIFTED, AppealState.LAPSED)


def case_numbers(
    tx: Tx, board: BoardId, since: Ms, until: Ms
) -> tuple[dict[str, int], tuple[ClauseCount, ...]]:
    """Return how many cases of a board came how far, and its reports by clause.

    Cases of letters are left out: what is said in letters is no board's matter. A case stays a year
    after its end, longer than these months are, so that nothing else has to be kept for counts.
    """
    cases = tx.select(
        _CaseTimes,
        "FROM cases WHERE board = ? AND is_letter = 0 AND opened_at >= ? AND opened_at < ?",
        *(board, since, until),
    )
    cited = tx.select(
        _Cited,
        "SELECT r.norm, r.norms_version, r.of_commons, count(*) FROM case_reports r"
        " JOIN cases c ON c.id = r.of_case"
        " WHERE c.board = ? AND c.is_letter = 0 AND r.at >= ? AND r.at < ?"
        " GROUP BY r.norm, r.norms_version, r.of_commons"
        " ORDER BY count(*) DESC, r.of_commons, r.norms_version DESC, r.norm",
        *(board, since, until),
    )
    appeals = tx.select(
        _Appealed,
        "SELECT a.state, count(*) AS appeals FROM appeals a LEFT JOIN cases c ON c.id = a.of_case"
        " WHERE a.board = ? AND a.asked_at >= ? AND a.asked_at < ? AND coalesce(c.is_letter, 0) = 0"
        " GROUP BY a.state",
        *(board, since, until),
    )
    counts = _counts(cases) | _appeals({row.state: row.appeals for row in appeals})
    counts["reports"] = sum(row.reports for row in cited)
    return counts, tuple(
        ClauseCount(
            norm=row.norm,
            norms_version=row.norms_version,
            of_commons=bool(row.of_commons),
            reports=row.reports,
        )
        for row in cited
    )


def _counts(cases: list[_CaseTimes]) -> dict[str, int]:
    let_be = [case for case in cases if case.ending == CaseEnding.LET_BE]
    decided = [case for case in cases if case.decided_at and case.ending != CaseEnding.LET_BE]
    waits = [
        end - case.opened_at
        for case in (*let_be, *decided)
        if (end := case.decided_at or case.ended_at) is not None
    ]
    not_decided = sum(case.ending == CaseEnding.NOT_DECIDED for case in cases)
    held = [case for case in cases if case.held_at and not case.held_by_script]
    return {
        "cases": len(cases),
        "within_day": sum(wait <= DAY_MS for wait in waits),
        "within_three_days": sum(DAY_MS < wait <= 3 * DAY_MS for wait in waits),
        "later": sum(wait > 3 * DAY_MS for wait in waits),
        "not_decided": not_decided,
        "waiting": len(cases) - len(waits) - not_decided,
        "let_be": len(let_be),
        "decided": len(decided),
        "held": len(held),
        "confirmed": sum(case in decided for case in held),
    }


def _appeals(by_state: dict[str, int]) -> dict[str, int]:
    return {
        "appealed": sum(by_state.values()),
        "upheld": by_state.get(AppealState.UPHELD, 0),
        "overturned": sum(by_state.get(state, 0) for state in _OVERTURNED),
    }


def count_open(tx: Tx, board: BoardId) -> int:
    """Return how many cases and appeals are open; see `MoveLookups.count_open_cases`."""
    count: int = tx.fetch_value(
        "SELECT (SELECT count(*) FROM cases WHERE board = ? AND ended_at IS NULL)"
        " + (SELECT count(*) FROM appeals WHERE board = ? AND state = 'open')",
        *(board, board),
    )
    return count
