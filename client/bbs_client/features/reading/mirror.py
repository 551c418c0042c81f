"""Writes the reader's own marks, floors, choices and notices into the mirror."""

from msgspec import Struct

from bbs.clock import Ms
from bbs.features.reading import rules
from bbs.features.reading.messages import (
    AllChoices,
    ChoiceChanged,
    ChoiceResult,
    Choosing,
    Floor,
    MarkPosts,
    Marks,
    Ranges,
)
from bbs.features.reading.rules import subject_of
from bbs.features.reading.views import (
    Choice,
    Notice,
    Stance,
)
from bbs_client.mirror.rows import choice_decoder, encode
from bbs_client.mirror.transaction import MirrorTransaction


class ForgetRevisions(Struct, frozen=True):
    """All of the reader's marks and choices are about to be fetched; later messages count.

    No stream carries them, so nothing else shows that a server went back to an earlier state.
    """


def forget_revisions(pen: MirrorTransaction, change: ForgetRevisions) -> None:
    """Treat the next messages about marks and choices as later than the stored ones."""
    pen.run("UPDATE marks SET revision = 0 WHERE revision > 0")
    pen.run("UPDATE choices SET revision = 0 WHERE revision > 0")


class EndNotices(Struct, frozen=True):
    """Notices up to this moment, in ms, are over."""

    until: Ms


def put_notice(pen: MirrorTransaction, notice: Notice) -> None:
    """Store a notice to the reader."""
    if pen.put("notices", notice, "id", "notices.doc != excluded.doc"):
        pen.touch("notices")


def end_notices(pen: MirrorTransaction, change: EndNotices) -> None:
    """Delete the notices that are over (P10)."""
    if pen.run("DELETE FROM notices WHERE at <= ?", change.until):
        pen.erased = True
        pen.touch("notices")


def drop_notices(pen: MirrorTransaction, member: str) -> None:
    """Drop the notices that came from the reader's own stream."""
    pen.run("DELETE FROM notices")
    pen.touch("notices")


def set_marks(pen: MirrorTransaction, marks: Marks) -> None:
    """Store the server's marks of the reader, unless later ones are stored."""
    later = (
        "marks.revision < excluded.revision"
        " OR (marks.revision = excluded.revision AND marks.ranges != excluded.ranges)"
    )
    if _put_marks(pen, marks, rules.normalize(marks.read), later):
        pen.touch("marks", marks.board, marks.thread)


def mark_posts(pen: MirrorTransaction, mark: MarkPosts) -> None:
    """Mark posts here, at the server's revision: its answer will have a later one."""
    sql = (
        "SELECT board FROM threads WHERE id = ? UNION ALL SELECT board FROM marks WHERE thread = ?"
    )
    board = pen.fetch_value(sql, mark.thread, mark.thread) or ""
    revision = pen.fetch_value("SELECT revision FROM marks WHERE thread = ?", mark.thread)
    before = pen.read_ranges(mark.thread)
    ranges = rules.mark_ranges(before, mark.first, mark.last, read=mark.read)
    _put_marks(pen, Marks(thread=mark.thread, board=board, revision=revision or 0), ranges)
    pen.touch("marks", board, mark.thread)


def _put_marks(pen: MirrorTransaction, marks: Marks, ranges: Ranges, where: str = "") -> bool:
    return pen.put("marks", marks, "thread", where, ranges=encode(ranges).decode())


def set_floor(pen: MirrorTransaction, floor: Floor) -> None:
    """Store where a board is new for the reader from, and compute its new posts again."""
    if pen.put("floors", floor, "board", "floors.seq != excluded.seq"):
        pen.recompute_unread(floor.board)


def set_choice(pen: MirrorTransaction, told: ChoiceChanged | ChoiceResult) -> None:
    """Store the server's version of a choice, unless the mirror has a later version."""
    _put(pen, told.revision, told.choice)


def set_choices(pen: MirrorTransaction, told: AllChoices) -> None:
    """Store all choices of a revision; later ones stay."""
    _put(pen, told.revision, *told.choices, are_all=True)


def choose(pen: MirrorTransaction, command: Choosing) -> None:
    """Choose here, at the revision the server knows: its answer will have a later one."""
    kind, subject = rules.subject_of(rules.choice_of(command))
    revision, before = 0, None
    sql = "SELECT revision, doc FROM choices WHERE kind = ? AND subject = ?"
    for known, doc in pen.fetch_all(sql, kind, subject):
        revision, before = known, choice_decoder.decode(doc)
    _put(pen, revision, rules.choice_of(command, before))


def _put(pen: MirrorTransaction, revision: int, *choices: Choice, are_all: bool = False) -> None:
    """Write choices, then compute again which posts are new where a stance changed.

    Args:
        are_all: Whether to delete choices up to this revision that are not among them.
    """
    stances = "SELECT kind, subject, stance FROM choices WHERE stance != 'none'"
    before = set(pen.fetch_all(stances))
    if are_all:
        pen.run("DELETE FROM choices WHERE revision <= ?", revision)
    for choice in choices:
        kind, subject = subject_of(choice)
        pen.put(
            "choices",
            choice,
            "kind, subject",
            "choices.revision <= excluded.revision",
            kind=kind,
            subject=subject,
            stance=getattr(choice, "stance", Stance.NONE),
            revision=revision,
        )
    changed = before ^ set(pen.fetch_all(stances))
    pen.choices_changed(sorted({(kind, subject) for kind, subject, _ in changed}))
