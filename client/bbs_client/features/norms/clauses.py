"""Clauses of norms as rows: numbered, each with its why; and what became of each in a new version."""

from collections.abc import Iterable, Iterator, Sequence

from textual.content import Content

from bbs import limits
from bbs.features.norms.messages import Clause, Norms
from bbs.features.norms.rules import ClauseChange, ClauseChangeKind, diff_norms
from bbs.plural import counted
from bbs.terminal.norms_text import JUDGEMENT, WHY
from bbs.text import sanitize
from bbs_client.session.consent import NormsShown
from bbs_client.session.times import Times

_INDENT = 5  # of what is said below a number
_QUIET, _NEW, _GONE = "$quiet", "$success", "$error"

Line = tuple[str, str]
"""A line of a clause and its style."""


def clause_rows(norms: Norms, width: int, cited: Sequence[int] = ()) -> list[Content]:
    """Return all clauses, with a blank row after each.

    Args:
        norms: In any version.
        width: The columns.
        cited: How often each clause was cited, in their order; empty to leave it out.
    """
    rows: list[Content] = []
    for number, clause in enumerate(norms.clauses, 1):
        lines = [(sanitize(clause.text), ""), *((said, _QUIET) for said in _below(clause))]
        times = cited[number - 1] if number <= len(cited) else 0
        if times:
            lines.append((f"Cited {counted(times, 'time')} in {limits.ACT_DAYS} days.", _QUIET))
        rows += [*_numbered(f"{number}", " ", lines, width), Content("")]
    return rows


def version_text(norms: Norms, times: Times) -> str:
    """Return which version norms are, since when, and why it was made; clean."""
    since = "" if norms.since is None else f" since {times.day(norms.since)}"
    why = f": {norms.reason}" if norms.reason else ""
    return sanitize(f"Version {norms.version}{since}{why}")


def changed_rows(before: Norms, after: Norms, width: int) -> list[Content]:
    """Return what became of each clause between two versions: + is new, - is gone."""
    rows: list[Content] = []
    for change in diff_norms(before.clauses, after.clauses):
        rows += [*_change_rows(change, width), Content("")]
    return rows


def diff_fact(shown: NormsShown) -> str:
    """Return how many clauses changed, are new or gone: `2 changed, 1 new`."""
    assert shown.norms is not None
    assert shown.before is not None
    kinds = [change.kind for change in diff_norms(shown.before.clauses, shown.norms.clauses)]
    says = {
        ClauseChangeKind.CHANGED: "changed",
        ClauseChangeKind.ADDED: "new",
        ClauseChangeKind.REMOVED: "gone",
        ClauseChangeKind.MOVED: "moved",
    }
    parts = [f"{kinds.count(kind)} {word}" for kind, word in says.items() if kind in kinds]
    return ", ".join(parts) or "nothing changed"


def _below(clause: Clause) -> Iterator[str]:
    yield f"{WHY}{sanitize(clause.why)}"
    if clause.example is not None:
        yield f"Example: {sanitize(clause.example)}"
    if clause.judgement:
        yield JUDGEMENT


def _change_rows(change: ClauseChange, width: int) -> Iterator[Content]:
    old, new = change.before, change.after
    was = f" (was {change.old})" if None not in (old, new) and change.old != change.new else ""
    if change.kind in (ClauseChangeKind.KEPT, ClauseChangeKind.MOVED) and new is not None:
        lines = [(f"{sanitize(new.text)}{was}", ""), *((said, _QUIET) for said in _below(new))]
        yield from _numbered(f"{change.new}", " ", lines, width)
        return
    gone = [] if old is None else [sanitize(old.text), *_below(old)]
    here = [] if new is None else [sanitize(new.text), *_below(new)]
    if old is not None:
        lines = [(said, _GONE) for at, said in enumerate(gone) if not at or said not in here]
        yield from _numbered(f"{change.old}", "-", lines, width)
    if new is not None:
        lines = [
            (f"{said}{'' if at else was}", _NEW)
            for at, said in enumerate(here)
            if not at or said not in gone
        ]
        yield from _numbered(f"{change.new}", "+", lines, width)


def _numbered(number: str, sign: str, lines: Iterable[Line], width: int) -> Iterator[Content]:
    """Yield a clause as rows: its sign on each line of a change, its number on the first."""
    head = f"{sign} {number}"
    for text, style in lines:
        for row in Content.styled(text, style).wrap(max(8, width - _INDENT)):
            yield Content.styled(f"{head:<{_INDENT}}", style) + row
            head = sign
