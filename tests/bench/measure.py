"""Measuring beside a bare baseline: interleaved, as medians with their spread, in one table.

`python -m tests.bench.measure` prints the last run's table as docs/performance.md shows it.
"""

import json
import random
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

RESULTS = Path(__file__).with_name("results.json")
DRAWS = 4_000  # of turns, for an interval
LIKELY = 0.95

Timed = Callable[[], Awaitable[float]]


@dataclass(frozen=True)
class Row:
    """One measure beside its baseline.

    Attributes:
        name: What was measured.
        unit: Of both columns.
        ours, bare: Median of the samples.
        ours_spread, bare_spread: Half the distance between the quartiles.
        baseline: What `bare` is.
        ratio: Ours in baselines: a rate wants it high, everything else low.
        interval: Where the ratio lies in 95 of 100 draws of the turns; None without turns.
        must: What has to be reached; None for nothing.
        absolute: Whether ours has to reach it, not the ratio.
    """

    name: str
    unit: str
    ours: float
    ours_spread: float
    bare: float
    bare_spread: float
    baseline: str
    ratio: float
    interval: tuple[float, float] | None
    must: float | None
    absolute: bool

    @property
    def verdict(self) -> str:
        """Whether what must be reached is, for people."""
        if self.must is None:
            return ""
        found, more = (self.ours, f" {self.unit}") if self.absolute else (self.ratio, "")
        reached = found >= self.must if _is_rate(self.unit) else found <= self.must
        sign = ">=" if _is_rate(self.unit) else "<="
        return f"{sign} {self.must:g}{more} {'ok' if reached else 'SHORT'}"

    @property
    def told_ratio(self) -> str:
        """The ratio with its interval, for people."""
        if self.interval is None:
            return f"{self.ratio:.2f}"
        low, high = self.interval
        return f"{self.ratio:.2f} ({low:.2f} to {high:.2f})"


@dataclass
class Table:
    """All rows of one run."""

    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        name: str,
        unit: str,
        ours: Sequence[float],
        bare: Sequence[float],
        baseline: str,
        must: float | None = None,
        *,
        by_turns: bool = False,
        absolute: bool = False,
    ) -> Row:
        """Add a row; a unit that ends in `/s` is a rate, everything else costs.

        Args:
            ours: Samples of ours.
            bare: Samples of the baseline, taken between them.
            baseline: What it is.
            must: The ratio that has to be reached, at least of a rate, at most of a cost.
            by_turns: Whether the ratio is the median of the turns' own ratios, with an interval: a
                machine whose pace changes between turns then changes it less.
            absolute: Whether `must` is of ours itself.
        """
        mine, its = statistics.median(ours), statistics.median(bare)
        ratio, interval = mine / its, None
        if by_turns:
            ratios = [a / b for a, b in zip(ours, bare, strict=True)]
            ratio, interval = statistics.median(ratios), likely(ratios)
        row = Row(
            *(name, unit, mine, _spread(ours), its, _spread(bare)),
            *(baseline, ratio, interval, must, absolute),
        )
        self.rows.append(row)
        return row

    def lines(self) -> list[str]:
        """Return the table for people."""
        head = f"{'measure':<52} {'ours':>22} {'bare':>22} {'ratio':<21} {'must':<17} baseline"
        return [
            head,
            *(
                f"{row.name:<52} {_cell(row.ours, row.ours_spread, row.unit):>22}"
                f" {_cell(row.bare, row.bare_spread, row.unit):>22} {row.told_ratio:<21}"
                f" {row.verdict:<17} {row.baseline}"
                for row in self.rows
            ),
        ]

    def save(self) -> None:
        """Write the rows as JSON, for comparing one machine with itself."""
        rows = [{**asdict(row), "verdict": row.verdict} for row in self.rows]
        RESULTS.write_text(json.dumps(rows, indent=2) + "\n")


def as_page(rows: Sequence[Row]) -> list[str]:
    """Return a table in Markdown."""
    return [
        "| measure | ours | baseline | ratio | must |",
        "|---|---|---|---|---|",
        *(
            f"| {row.name} | {_cell(row.ours, row.ours_spread, row.unit)} | {row.baseline},"
            f" {_cell(row.bare, row.bare_spread, row.unit)} | {row.told_ratio} | {row.verdict} |"
            for row in rows
        ),
    ]


async def interleaved(ours: Timed, bare: Timed, times: int) -> tuple[list[float], list[float]]:
    """Take samples of two things in turn, A B A B, after one of each that does not count."""
    await ours()
    await bare()
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        found[0].append(await ours())
        found[1].append(await bare())
    return found


def likely(ratios: Sequence[float]) -> tuple[float, float]:
    """Return where the median of turns' ratios lies in 95 of 100 draws of as many of them."""
    rng = random.Random(7)
    drawn = sorted(statistics.median(rng.choices(ratios, k=len(ratios))) for _ in range(DRAWS))
    edge = round(DRAWS * (1 - LIKELY) / 2)
    return drawn[edge], drawn[-1 - edge]


def _spread(samples: Sequence[float]) -> float:
    if len(samples) < 2:
        return 0.0
    low, _, high = statistics.quantiles(samples, n=4)
    return (high - low) / 2


def _is_rate(unit: str) -> bool:
    return unit.endswith("/s")


def _cell(value: float, spread: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} ±{spread:,.{digits}f} {unit}"


if __name__ == "__main__":
    found = [msgspec.convert(row, Row) for row in json.loads(RESULTS.read_text())]
    sys.stdout.write("\n".join(as_page(found)) + "\n")
