"""Norms as lines of text: clauses with their whys, how two versions differ, and TOML. Pure."""

import json
from collections.abc import Iterable, Iterator, Sequence

from bbs import limits
from bbs.features.norms.messages import Clause, Norms
from bbs.features.norms.rules import (
    ClauseChange,
    ClauseChangeKind,
    PieceKind,
    diff_norms,
    diff_words,
)
from bbs.plural import counted
from bbs.terminal.wrapping import wrapped
from bbs.text import sanitize

JUDGEMENT = "A matter of judgement: two people agree before it is cited."

_MARKS = {
    ClauseChangeKind.KEPT: " ",
    ClauseChangeKind.CHANGED: "~",
    ClauseChangeKind.MOVED: ">",
    ClauseChangeKind.ADDED: "+",
    ClauseChangeKind.REMOVED: "-",
}
_AROUND = {PieceKind.SAME: ("", ""), PieceKind.GONE: ("[-", "-]"), PieceKind.NEW: ("{+", "+}")}
WHY = "Why: "
_PARTS = (("text", ""), ("why", WHY), ("example", "Example: "))


def norms_lines(norms: Norms, width: int | None = None, cited: Sequence[int] = ()) -> list[str]:
    """Return norms as numbered clauses, each with its why.

    Args:
        norms: In any version.
        width: Columns to wrap to, at words; None for a line each, for pipes.
        cited: How often each clause was cited, in their order; empty to leave it out.
    """
    lines = []
    for number, clause in enumerate(norms.clauses, 1):
        times = cited[number - 1] if number <= len(cited) else 0
        lines += clause_lines(number, clause, width, times=times)
    return lines


def clause_lines(
    number: int, clause: Clause, width: int | None = None, *, mark: str = "", times: int = 0
) -> list[str]:
    """Return a clause with its why, and with its example if it has one.

    Args:
        width: As for `norms_lines`.
        mark: The sign before its number.
        times: How often it was cited; 0 to leave it out.
    """
    head = f"{mark}{number}. "
    indent = " " * len(head)
    lines = wrapped(f"{head}{sanitize(clause.text)}", width, indent)
    below = [f"{label}{sanitize(said)}" for said, label in _below(clause)]
    if clause.judgement:
        below.append(JUDGEMENT)
    if times:
        below.append(f"Cited {counted(times, 'time')} in {limits.ACT_DAYS} days.")
    return [*lines, *(piece for line in below for piece in wrapped(indent + line, width))]


def _below(clause: Clause) -> Iterator[tuple[str, str]]:
    for part, label in _PARTS[1:]:
        if (said := getattr(clause, part)) is not None:
            yield said, label


def version_line(norms: Norms) -> str:
    """Return which version norms are, since when, and why it was made; clean text."""
    since = "" if norms.since is None else f", since {norms.since.astimezone():%Y-%m-%d}"
    return sanitize(f"Version {norms.version}{since}{f': {norms.reason}' if norms.reason else ''}")


def diff_lines(
    before: Sequence[Clause], after: Sequence[Clause], width: int | None = None
) -> list[str]:
    """Return what became of each clause between two versions, with a mark before its number.

    `+` added, `-` removed, `~` changed, `>` moved, nothing before what is as it was. In a changed
    text `[-these words-]` are gone and `{+these+}` new.

    Args:
        width: Columns to wrap to, at words; None for a line each.
    """
    changes = diff_norms(before, after)
    lines = [piece for change in changes for piece in _change_lines(change, width)]
    return [*wrapped(describe_diff(changes), width), *lines]


def describe_diff(changes: Iterable[ClauseChange]) -> str:
    """Return how many clauses are new, changed, moved, gone or as they were, in a sentence."""
    found = [change.kind for change in changes]
    parts = [
        f"{found.count(kind)} {kind.value}"
        for kind in ClauseChangeKind
        if kind in found and kind is not ClauseChangeKind.KEPT
    ]
    kept = found.count(ClauseChangeKind.KEPT)
    if not parts:
        return "No clause differs."
    return f"Clauses: {', '.join(parts)}{f'; {kept} as before' if kept else ''}."


def _change_lines(change: ClauseChange, width: int | None) -> Iterator[str]:
    number, mark = change.new or change.old, f"{_MARKS[change.kind]} "
    clause = change.after or change.before
    assert number is not None
    assert clause is not None
    if change.kind in (ClauseChangeKind.ADDED, ClauseChangeKind.REMOVED):
        yield from clause_lines(number, clause, width, mark=mark)
        return
    was = f" (was {change.old})" if change.old != change.new else ""
    head = f"{mark}{number}. "
    indent = " " * len(head)
    if change.kind is not ClauseChangeKind.CHANGED:
        yield from wrapped(f"{head}{sanitize(clause.text)}{was}", width, indent)
        return
    assert change.before is not None
    for part, label in _PARTS:
        old, new = getattr(change.before, part) or "", getattr(clause, part) or ""
        if part == "text":
            yield from wrapped(f"{head}{_marked(old, new)}{was}", width, indent)
        elif old != new:
            yield from wrapped(f"{indent}{label}{_marked(old, new)}", width)
    if change.before.judgement != clause.judgement:
        said = JUDGEMENT if clause.judgement else "No matter of judgement any more."
        yield from wrapped(f"{indent}{said}", width)


def _marked(old: str, new: str) -> str:
    """Return a text with what is gone and what is new between marks, clean."""
    said = ""
    for piece in diff_words(old, new):
        before, after = _AROUND[piece.kind]
        lead, words, tail = _trimmed(piece.text)
        said += f"{lead}{before}{words}{after}{tail}" if words else lead
    return sanitize(said)


def _trimmed(text: str) -> tuple[str, str, str]:
    """Return the spaces before a text, its words, and the spaces behind them."""
    words = text.strip()
    lead, _, tail = text.partition(words) if words else (text, "", "")
    return lead, words, tail


def norms_toml(clauses: Iterable[Clause], whose: str, version: int | None = None) -> list[str]:
    """Return norms as the lines of a file that `bbs admin norms amend` and `--norms-file` read.

    Args:
        whose: The name of the board or template, for the heading.
        version: Their version, which an amendment expects to be in force; None for none.
    """
    lines = [f"# Norms of {sanitize(whose)}"]
    if version is not None:
        lines.append(f"version = {version}")
    for clause in clauses:
        lines += ["", "[[norms]]"]
        for part, _ in _PARTS:
            if (said := getattr(clause, part)) is not None:
                # JSON writes a string as TOML does, but for DEL, which no clause can have.
                lines.append(f"{part} = {json.dumps(sanitize(said), ensure_ascii=False)}")
        if clause.judgement:
            lines.append("judgement = true")
    return lines
