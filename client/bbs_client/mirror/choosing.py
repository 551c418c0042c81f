"""Writing the reader's own choices into the mirror, and what they change of what is unread."""

from collections.abc import Callable
from typing import NamedTuple

from bbs.features.reading.messages import (
    AllChoices,
    ArrangeBoards,
    ChoiceChanged,
    ChoiceResult,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
)
from bbs.features.reading.rules import subject_of
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Layout,
    MemberChoice,
    SavedChoice,
    Stance,
    ThreadChoice,
)
from bbs_client.mirror.changes import Choosing
from bbs_client.mirror.docs import choice_decoder
from bbs_client.mirror.stored import StoredChoice
from bbs_client.mirror.transaction import MirrorTransaction, encode


class _Stance(NamedTuple):
    kind: str
    subject: str
    stance: str


def set_choice(pen: MirrorTransaction, told: ChoiceChanged | ChoiceResult) -> None:
    """Take over what the server says of one choice, unless something later is known."""
    _changing(pen, lambda: _put(pen, told.choice, told.revision))


def set_choices(pen: MirrorTransaction, told: AllChoices) -> None:
    """Take over all choices at a revision; what was told later stays."""

    def write() -> None:
        pen.run("DELETE FROM choices WHERE revision <= ?", told.revision)
        for choice in told.choices:
            _put(pen, choice, told.revision)

    _changing(pen, write)


def choose(pen: MirrorTransaction, command: Choosing) -> None:
    """Choose here, at the revision the server knows: its answer will have a later one."""
    kind, subject = subject_of(as_choice(command))
    sql = "FROM choices WHERE kind = ? AND subject = ?"
    row = pen.select_one(StoredChoice, sql, kind, subject)
    before = choice_decoder.decode(row.doc) if row else None
    choice = as_choice(command, before)
    _changing(pen, lambda: _put(pen, choice, row.revision if row else 0))


def as_choice(command: Choosing, before: Choice | None = None) -> Choice:
    """Return the choice that a command makes.

    Args:
        command: What was asked for.
        before: What stood; a board's command may say only half of it.
    """
    match command:
        case SetBoardChoice(board=board, stance=stance, level=level):
            known = before if isinstance(before, BoardChoice) else BoardChoice(board=board)
            return BoardChoice(
                board=board, stance=stance or known.stance, level=level or known.level
            )
        case SetMemberChoice(member=member, stance=stance):
            return MemberChoice(member=member, stance=stance)
        case ArrangeBoards(folders=folders):
            return Layout(folders=folders)
        case SavePost(post=post, saved=saved):
            return SavedChoice(post=post, saved=saved)
        case _:
            return ThreadChoice(thread=command.thread, stance=command.stance)


def _put(pen: MirrorTransaction, choice: Choice, revision: int) -> None:
    stance = getattr(choice, "stance", Stance.NONE).value
    row = StoredChoice(*subject_of(choice), stance, revision, encode(choice))
    pen.put("choices", row, "kind, subject", "choices.revision <= excluded.revision")


def _changing(pen: MirrorTransaction, write: Callable[[], None]) -> None:
    """Write choices, then decide again what is new where another stance makes a difference."""
    where = "FROM choices WHERE stance != 'none'"
    before = set(pen.select(_Stance, where))
    write()
    pen.choices_changed()
    after = set(pen.select(_Stance, where))
    for kind, subject in sorted({(one.kind, one.subject) for one in before ^ after}):
        pen.refresh_muted(kind, subject)
