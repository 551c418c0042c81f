"""Sentences about a member's own reports, for commands and screens."""

from collections.abc import Callable
from datetime import datetime

from bbs import limits
from bbs.features.cases.views import OwnReport
from bbs.terminal.case_text import describe_report
from bbs.text import sanitize

SENT = "Reported. Nobody else learns who reported it; bbs reports shows what became of it."
OPENED = "The case is open, and you have it: bbs admin cases."


def copy_end() -> str:
    """Return until when copies of words stay whose case is not over."""
    return f"until {limits.EVIDENCE_DAYS} days after their case is over"


def place_of(report: OwnReport, slug: str) -> str:
    """Return the address of what was reported, as it was then; `slug` is its board's, cleaned."""
    if report.line is not None and report.number is not None:
        return f"{slug}/lounge/{report.number}"
    if report.thread is None or report.number is None:
        return slug
    return f"{slug}/{report.thread}/{report.number}"


def report_lines(report: OwnReport, slug: str, moment_text: Callable[[datetime], str]) -> list[str]:
    """Return a report as its reporter reads it, line by line; cleaned.

    Args:
        slug: The board's name, cleaned.
        moment_text: Writes a moment as its reader reads it.
    """
    clause = f"clause {report.norm}" + (" of the commons" if report.of_commons else "")
    lines = [f"{place_of(report, slug)}  {moment_text(report.at)}  {clause}"]
    if report.words is not None:
        lines += [f"  You: {line}" for line in sanitize(report.words, multiline=True).split("\n")]
    lines.append(f"  {describe_report(report)}")
    if report.until is not None:
        lines.append(f"  It is forgotten on {moment_text(report.until)}.")
    return lines
