"""Measuring beside a bare baseline: interleaved, as medians with their spread, in one table.

`python -m tests.bench.measure` prints the last run's table as docs/performance.md shows it.
"""

import json
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

RESULTS = Path(__file__).with_name("results.json")

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
        asked: The ratio that has to be reached; None where nothing is asked.
    """

    name: str
    unit: str
    ours: float
    ours_spread: float
    bare: float
    bare_spread: float
    baseline: str
    ratio: float
    asked: float | None

    @property
    def verdict(self) -> str:
        """Whether what is asked is reached, for people."""
        if self.asked is None:
            return ""
        reached = self.ratio >= self.asked if _is_rate(self.unit) else self.ratio <= self.asked
        return (
            f"{'>=' if _is_rate(self.unit) else '<='} {self.asked:g} {'ok' if reached else 'SHORT'}"
        )


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
        asked: float | None = None,
        *,
        by_turns: bool = False,
    ) -> Row:
        """Add a row; a unit that ends in `/s` is a rate, everything else costs.

        Args:
            ours: Samples of ours.
            bare: Samples of the baseline, taken between them.
            baseline: What it is.
            asked: The ratio that has to be reached, at least of a rate, at most of a cost.
            by_turns: Whether the ratio is the median of the turns' own ratios: a machine whose pace
                changes between turns then changes it less.
        """
        mine, its = statistics.median(ours), statistics.median(bare)
        ratio = mine / its
        if by_turns:
            ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
        row = Row(*(name, unit, mine, _spread(ours), its, _spread(bare), baseline, ratio, asked))
        self.rows.append(row)
        return row

    def lines(self) -> list[str]:
        """Return the table for people."""
        head = f"{'measure':<44} {'ours':>22} {'bare':>22} {'ratio':>6} {'asked':<13} baseline"
        return [
            head,
            *(
                f"{row.name:<44} {_cell(row.ours, row.ours_spread, row.unit):>22}"
                f" {_cell(row.bare, row.bare_spread, row.unit):>22} {row.ratio:>6.2f}"
                f" {row.verdict:<13} {row.baseline}"
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
        "| measure | ours | baseline | ratio | asked |",
        "|---|---|---|---|---|",
        *(
            f"| {row.name} | {_cell(row.ours, row.ours_spread, row.unit)} | {row.baseline},"
            f" {_cell(row.bare, row.bare_spread, row.unit)} | {row.ratio:.2f} | {row.verdict} |"
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
