"""Whatever is decided when: no row outlives its day, and no sum of sanctions is beyond the ladder (P7)."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.errors import BadParams, ClockInDoubt
from bbs.features.cases import ladder
from bbs.features.cases.ladder import Step
from bbs.features.cases.views import SanctionKind

NOW = 1_000 * DAY_MS
FIRST, SECOND, THIRD = limits.LADDER_DAYS

RESTRICTING = (SanctionKind.SLOW, SanctionKind.SILENCE, SanctionKind.SUSPEND)

moves = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 40 * DAY_MS)),
    st.tuples(st.just("decide"), st.integers(1, THIRD + 5)),
    st.tuples(st.just("word"), st.just(0)),
    st.tuples(st.just("lift"), st.integers(0, 9)),
    st.tuples(st.just("shorten"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(0, 200 * DAY_MS)),
    st.tuples(st.just("set back"), st.integers(0, 3 * HOUR_MS)),
    st.tuples(st.just("get ahead"), st.integers(0, 400 * DAY_MS)),
)


@dataclass
class Decided:
    """A sanction as the tables have it."""

    kind: SanctionKind
    decided_at: int
    since: int
    until: int
    allowed: int
    lifted: bool = False

    @property
    def step(self) -> Step:
        return Step(self.decided_at, self.until, self.lifted)


class Life:
    """A member, the words they wrote, and what was decided about them on one board."""

    def __init__(self) -> None:
        self.now = NOW
        self.ahead = 0
        self.written: list[int] = [NOW - DAY_MS]
        self.rows: list[Decided] = []

    @property
    def steps(self) -> list[Step]:
        return [row.step for row in self.rows]

    def decide(self, kind: SanctionKind, days: int | None) -> None:
        """Decide by the last words; the ladder may refuse it."""
        steps, written_at = self.steps, self.written[-1]
        given_days = days or 0
        try:
            term = ladder.plan_term(
                steps,
                kind=kind,
                days=days,
                written_at=written_at,
                now=self.now,
                proven_now=self.now - self.ahead,
            )
        except (BadParams, ClockInDoubt):
            return
        assert all(written_at > step.decided_at for step in steps)
        if kind is not SanctionKind.WORD:
            assert term.until - (self.now - self.ahead) <= given_days * DAY_MS
        allowed = ladder.days_allowed(steps, self.now)
        assert given_days <= ladder.days_max(steps, written_at, self.now) <= THIRD
        self.rows.append(Decided(kind, self.now, term.since, term.until, allowed))

    def end(self, place: int, *, lifts: bool) -> None:
        """Lift or shorten one, as an appeal does."""
        if not self.rows:
            return
        row = self.rows[place % len(self.rows)]
        row.lifted = row.lifted or lifts
        row.since, row.until = min(row.since, self.now), min(row.until, self.now)
        row.until = max(row.until, row.since, row.decided_at)

    def forget(self) -> None:
        """Forget what is over for a year, as the job does."""
        self.rows = [r for r in self.rows if self.now < ladder.remembered_until(r.decided_at)]

    def check(self) -> None:
        """No two hold at once, and nobody has more before them than the ladder has days."""
        for row in self.rows:
            assert row.until <= row.decided_at + row.allowed * DAY_MS
            assert row.until <= ladder.remembered_until(row.decided_at)
            assert row.until - self.now <= (THIRD * DAY_MS) + 30 * HOUR_MS * len(self.rows)
        holding = sorted(
            (r.since, r.until) for r in self.rows if not r.lifted and r.since < r.until
        )
        for before, after in pairwise(holding):
            assert before[1] <= after[0]


@given(st.lists(moves, max_size=40))
def test_no_sum_of_sanctions_is_beyond_the_ladder(done: list[tuple[str, int]]) -> None:
    """However long people write, decide, lift, wait and set the clock back, one sanction holds at a
    time, each as long as the ladder allowed, for words written after the one before was decided."""
    life = Life()
    for move, value in done:
        match move:
            case "write":
                life.now += value
                life.written.append(life.now)
            case "decide":
                life.decide(RESTRICTING[value % 3], value)
            case "word":
                life.decide(SanctionKind.WORD, None)
            case "lift" | "shorten":
                life.end(value, lifts=move == "lift")
            case "wait":
                life.now += value
            case "get ahead":
                life.ahead = value
            case _:
                life.now -= value
        life.forget()
        life.check()


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(0, THIRD)), max_size=6))
def test_no_rung_is_left_out(earlier: list[tuple[int, int]]) -> None:
    """A month takes an earlier one within a year, and three months one of more than a week (P7)."""
    steps = [
        Step(decided_at=NOW - ago * DAY_MS, until=NOW - ago * DAY_MS + days * DAY_MS)
        for ago, days in earlier
    ]
    lately = [days for ago, days in earlier if ago < limits.LADDER_MEMORY_DAYS]
    expected = FIRST if not lately else THIRD if any(days > FIRST for days in lately) else SECOND
    assert ladder.days_allowed(steps, NOW) == expected


def test_a_word_is_the_first_rung() -> None:
    """Who was spoken to within a year can be silenced for a month, for words written since."""
    spoken = Step(decided_at=NOW - 10 * DAY_MS, until=NOW - 10 * DAY_MS)
    assert ladder.days_allowed([spoken], NOW) == SECOND
    assert ladder.days_max([spoken], NOW - 11 * DAY_MS, NOW) == 0
    with pytest.raises(BadParams):
        ladder.plan_term(
            [spoken],
            kind=SanctionKind.WORD,
            days=None,
            written_at=spoken.decided_at,
            now=NOW,
            proven_now=NOW,
        )


def test_the_second_begins_where_the_first_ends() -> None:
    """Decided while the first lasts, it begins then, and its days count from the decision on (P7)."""
    first = Step(decided_at=NOW - DAY_MS, until=NOW + 6 * DAY_MS)

    def plan(days: int) -> ladder.Term:
        return ladder.plan_term(
            [first],
            kind=SanctionKind.SILENCE,
            days=days,
            written_at=NOW - HOUR_MS,
            now=NOW,
            proven_now=NOW,
        )

    assert plan(30) == ladder.Term(since=first.until, until=NOW + 30 * DAY_MS)
    with pytest.raises(BadParams, match="earlier"):
        plan(6)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (SanctionKind.SLOW, {}),
        (SanctionKind.SILENCE, {"seconds": 60}),
        (SanctionKind.SILENCE, {"of_community": True}),
        (SanctionKind.REMOVE, {}),
        (None, {"days": 3}),
        (None, {"of_community": True}),
    ],
)
def test_fields_fit_their_sanction(kind: SanctionKind | None, fields: dict[str, int]) -> None:
    """A decision names what its kind of sanction has, and nothing else."""
    given_fields = {"days": None, "seconds": None, "of_community": False, **fields}
    with pytest.raises(BadParams):
        ladder.check_fields(kind, **given_fields)  # type: ignore[arg-type]  # by name
