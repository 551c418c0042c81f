"""Sentences about a member's own reports, for commands and screens."""

from collections.abc import Callable
from datetime import datetime

from bbs.features.cases.views import CaseEnding, CaseState, OwnReport
from bbs.text import sanitize

_STATES = {
    CaseState.OPEN: "it is with those who handle cases there",
    CaseState.MOVED: "a decision waits for its second key",
    CaseState.DECIDED: "it was decided by a clause of the norms",
    CaseState.APPEALED: "it was decided, and somebody else looks at the decision",
}
_ENDINGS = {
    CaseEnding.LET_BE: "it is over: nothing was done",
    CaseEnding.DECIDED: "it is over: the decision held",
    CaseEnding.OVERTURNED: "it is over: the decision was lifted",
    CaseEnding.NOT_DECIDED: "it is over: nobody decided in time",
}
_OVER = "it is over"

SENT = "Reported. Nobody else learns who reported it; bbs reports shows what became of it."
OPENED = "The case is open, and you have it: bbs admin cases."


def became_of(report: OwnReport) -> str:
    """Return what became of a report, in a clause without a full stop."""
    if report.ending is not None:
        return _ENDINGS.get(report.ending, _OVER)
    return _STATES.get(report.state, _OVER)


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
    lines = [f"{place_of(report, slug)}  {moment_text(report.at)}  {clause}: {became_of(report)}."]
    if report.words is not None:
        lines += [f"  You: {line}" for line in sanitize(report.words, multiline=True).split("\n")]
    if report.told is not None:
        said = sanitize(report.told, multiline=True).split("\n")
        lines += [f"  They say: {line}" for line in said]
    if report.until is not None:
        lines.append(f"  It is forgotten on {moment_text(report.until)}.")
    return lines
