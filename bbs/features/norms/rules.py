"""Rules of norms: what may be a clause, and how two versions differ. Pure."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from bbs import limits
from bbs.errors import BadParams
from bbs.features.moderation.messages import Change
from bbs.features.norms.messages import Clause
from bbs.text import check_line


def check_clauses(clauses: Sequence[Clause]) -> None:
    """Refuse norms unless each clause is a single line and has a why (P5).

    Raises:
        BadParams: If there is no clause, or more than `limits.NORMS_MAX`.
        TextRefused: If a clause, its why or its example is empty or holds what one line may not.
    """
    count, most = len(clauses), limits.NORMS_MAX
    if not count:
        raise BadParams("norms", f"1 to {most} clauses, and there are none; write one")
    if count > most:
        raise BadParams("norms", f"at most {most} clauses, and there are {count}; leave some out")
    for number, clause in enumerate(clauses, start=1):
        for part in ("text", "why", "example"):
            if (text := getattr(clause, part)) is not None:
                check_line(text, field=f"norms.{number}.{part}", chars_max=limits.NORM_CHARS_MAX)


class ClauseChangeKind(StrEnum):
    """The fate of a clause between two versions."""

    KEPT = "kept"
    CHANGED = "changed"
    MOVED = "moved"  # its words are the same, and it stands elsewhere among the others
    ADDED = "added"
    REMOVED = "removed"


class ClauseChange(NamedTuple):
    """A clause in two versions.

    Attributes:
        kind: Its fate.
        old, new: Its number before and after; None where it is not in that version.
        before, after: The clause itself; None where it is not in that version.
    """

    kind: ClauseChangeKind
    old: int | None
    new: int | None
    before: Clause | None
    after: Clause | None


class PieceKind(StrEnum):
    """Whether words are in both versions of a text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


class Piece(NamedTuple):
    """Words of a text in one or both of its versions, with the spaces between them."""

    kind: PieceKind
    text: str


SIMILAR = 0.5  # the part of their words that two clauses share at least to be one that was changed
_WORDS_COMPARED_MAX = (
    40_000  # pairs of words: two texts of 200; the time to compare grows with them
)

_split = re.compile(r"\s*\w+|\s*[^\s\w]|\s+").findall


def diff_norms(before: Sequence[Clause], after: Sequence[Clause]) -> tuple[ClauseChange, ...]:
    """Return the fate of each clause, in the order of the new version.

    A removed clause stands where it stood: before the next one that is in both versions.
    """
    matched = _match(before, after)
    ordered = _in_order(matched)
    removed = [old for old in range(len(before)) if old not in matched.values()]
    changes: list[ClauseChange] = []
    for new, clause in enumerate(after):
        old = matched.get(new)
        if old is None:
            changes.append(ClauseChange(ClauseChangeKind.ADDED, None, new + 1, None, clause))
            continue
        if new in ordered:
            changes += _removed(before, removed, upto=old)
            removed = [each for each in removed if each >= old]
        kind = ClauseChangeKind.KEPT if new in ordered else ClauseChangeKind.MOVED
        if before[old] != clause:
            kind = ClauseChangeKind.CHANGED
        changes.append(ClauseChange(kind, old + 1, new + 1, before[old], clause))
    return (*changes, *_removed(before, removed, upto=len(before)))


def _removed(before: Sequence[Clause], removed: Iterable[int], *, upto: int) -> list[ClauseChange]:
    return [
        ClauseChange(ClauseChangeKind.REMOVED, old + 1, None, before[old], None)
        for old in removed
        if old < upto
    ]


def _match(before: Sequence[Clause], after: Sequence[Clause]) -> dict[int, int]:
    """Return which clause of the old version each of the new one was: the same, or one much like it."""
    left = dict(enumerate(before))
    matched: dict[int, int] = {}
    for new, clause in enumerate(after):
        same = [old for old, each in left.items() if each == clause]
        if same:
            matched[new] = min(same, key=lambda old: abs(old - new))
            del left[matched[new]]
    olds = {old: _words(clause) for old, clause in left.items()}
    news = {new: _words(clause) for new, clause in enumerate(after) if new not in matched}
    alike = sorted(
        (-likeness, abs(old - new), new, old)
        for new, mine in news.items()
        for old, theirs in olds.items()
        if (likeness := _likeness(mine, theirs)) >= SIMILAR
    )
    for _, _, new, old in alike:
        if new not in matched and old in left:
            matched[new] = old
            del left[old]
    return matched


def _words(clause: Clause) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", clause.text.casefold()))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the part of their words that two texts share, from 0 to 1."""
    return 2 * len(one & other) / max(1, len(one) + len(other))


def _in_order(matched: dict[int, int]) -> frozenset[int]:
    """Return the most clauses of the new version that stand among one another as before."""
    ends: list[int] = []  # of each length of such a row, its lowest last number in the old version
    rows: list[tuple[int, ...]] = []
    for new in sorted(matched):
        place = bisect_left(ends, matched[new])
        row = (*(rows[place - 1] if place else ()), new)
        ends[place : place + 1] = [matched[new]]
        rows[place : place + 1] = [row]
    return frozenset(rows[-1]) if rows else frozenset()


def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """Return a text in two versions, word by word; texts too long to compare as wholly different."""
    old, new = _split(before), _split(after)
    if len(old) * len(new) > _WORDS_COMPARED_MAX:
        whole = (Piece(PieceKind.GONE, before), Piece(PieceKind.NEW, after))
        return (Piece(PieceKind.SAME, before),) if before == after else whole
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(PieceKind.SAME, "".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece(PieceKind.GONE, "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(PieceKind.NEW, "".join(new[j1:j2])))
    return tuple(pieces)


def changes_between(
    before: Sequence[Clause], after: Sequence[Clause], version: int
) -> tuple[Change, ...]:
    """Return what an act says of an amendment: norms are words of office.

    Args:
        version: The number of the version before.
    """
    changes = [Change(field="norms", before=version, after=version + 1)]
    for change in diff_norms(before, after):
        changes += _act_changes(change)
    return tuple(changes)


def _act_changes(change: ClauseChange) -> Iterator[Change]:
    match change.kind:
        case ClauseChangeKind.MOVED:
            yield Change(field=f"place_of_norm_{change.old}", before=change.old, after=change.new)
        case ClauseChangeKind.REMOVED:
            assert change.before is not None
            yield Change(field=f"removed_norm_{change.old}", said_before=change.before.text)
        case ClauseChangeKind.CHANGED | ClauseChangeKind.ADDED:
            assert change.after is not None
            yield from _part_changes(change.new, change.before, change.after)


def _part_changes(number: int | None, before: Clause | None, after: Clause) -> Iterator[Change]:
    for part, field in (("text", "norm"), ("why", "why_of_norm"), ("example", "example_of_norm")):
        old, new = getattr(before, part, None), getattr(after, part)
        if old != new:
            yield Change(field=f"{field}_{number}", said_before=old, said_after=new)
    judged = before is not None and before.judgement
    if judged != after.judgement:
        field = f"judgement_of_norm_{number}"
        yield Change(field=field, before=judged, after=after.judgement)
