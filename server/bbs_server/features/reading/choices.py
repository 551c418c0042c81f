"""What the requests about choices do: follows, mutes, saved posts, one's own order of boards."""

import msgspec

from bbs import limits
from bbs.errors import BadParams
from bbs.features.reading import rules
from bbs.features.reading.messages import (
    AllChoices,
    Arrange,
    ChoiceShown,
    Chosen,
    GetChoices,
    Save,
    SetBoard,
    SetMember,
    SetThread,
)
from bbs.features.reading.views import (
    BoardChoice,
    Choice,
    Layout,
    MemberChoice,
    SavedChoice,
    Stance,
    ThreadChoice,
)
from bbs.ids import MemberId
from bbs.refusals import Full, NotFound
from bbs_server.acting import At, Outcome, TellMember
from bbs_server.store.engine import Tx

_choice: msgspec.json.Decoder[Choice] = msgspec.json.Decoder(Choice)


def set_thread(tx: Tx, at: At, command: SetThread) -> Outcome[ChoiceShown]:
    """Follow or mute a thread."""
    return _choose(tx, at, ThreadChoice(thread=command.thread, stance=command.stance))


def set_board(tx: Tx, at: At, command: SetBoard) -> Outcome[ChoiceShown]:
    """Follow or mute a board, and choose what of it calls for attention."""
    before = _kept(tx, at.member, "board", command.board)
    known = before if isinstance(before, BoardChoice) else BoardChoice(board=command.board)
    choice = BoardChoice(
        board=command.board,
        stance=command.stance or known.stance,
        level=command.level or known.level,
    )
    return _choose(tx, at, choice)


def set_member(tx: Tx, at: At, command: SetMember) -> Outcome[ChoiceShown]:
    """Follow or mute a member."""
    if command.member == at.member:
        raise BadParams("member", "name somebody else: nobody follows or mutes themselves")
    if at.readers.member(tx, command.member) is None:
        raise NotFound(what="member")
    return _choose(tx, at, MemberChoice(member=command.member, stance=command.stance))


def arrange(tx: Tx, at: At, command: Arrange) -> Outcome[ChoiceShown]:
    """Put boards into one's own order."""
    rules.check_folders(command.folders)
    return _choose(tx, at, Layout(folders=command.folders))


def save(tx: Tx, at: At, command: Save) -> Outcome[ChoiceShown]:
    """Put a post aside."""
    return _choose(tx, at, SavedChoice(post=command.post, saved=command.saved))


def get_choices(tx: Tx, at: At, query: GetChoices) -> AllChoices:
    """All one's choices: a bound of the house lets them fit a frame."""
    return AllChoices(choices=kept(tx, at.member), revision=_revision(tx, at.member))


def kept(tx: Tx, member: MemberId) -> tuple[Choice, ...]:
    """Return what a member chose, by kind and thing."""
    rows = tx.all(
        "SELECT choice FROM choices WHERE member = ? ORDER BY kind, subject LIMIT ?",
        *(member, limits.CHOICES_MAX),
    )
    return tuple(_choice.decode(row[0]) for row in rows)


def _kept(tx: Tx, member: MemberId, kind: str, subject: str) -> Choice | None:
    row = tx.one(
        "SELECT choice FROM choices WHERE member = ? AND kind = ? AND subject = ?",
        *(member, kind, subject),
    )
    return None if row is None else _choice.decode(row[0])


def _revision(tx: Tx, member: MemberId) -> int:
    row = tx.one("SELECT revision FROM choosing WHERE member = ?", member)
    return 0 if row is None else row[0]


def _choose(tx: Tx, at: At, choice: Choice) -> Outcome[ChoiceShown]:
    """Keep a choice, or forget it where it says nothing; told to one's own devices (P2)."""
    kind, subject = rules.subject_of(choice)
    before = _kept(tx, at.member, kind, subject)
    if before == choice or (before is None and rules.is_default(choice)):
        return Outcome(ChoiceShown(choice=choice, revision=_revision(tx, at.member)))
    if rules.is_default(choice):
        tx.run(
            "DELETE FROM choices WHERE member = ? AND kind = ? AND subject = ?",
            *(at.member, kind, subject),
        )
    else:
        if before is None:
            _refuse_too_many(tx, at.member)
        tx.run(
            "INSERT INTO choices (member, kind, subject, stance, choice) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (member, kind, subject) DO UPDATE SET stance = excluded.stance,"
            " choice = excluded.choice",
            *(at.member, kind, subject, getattr(choice, "stance", Stance.NONE).value),
            msgspec.json.encode(choice).decode(),
        )
    counted = tx.one(
        "INSERT INTO choosing (member, revision) VALUES (?, 1) ON CONFLICT (member)"
        " DO UPDATE SET revision = choosing.revision + 1 RETURNING revision",
        at.member,
    )
    assert counted is not None
    shown = ChoiceShown(choice=choice, revision=counted[0])
    return Outcome(shown, (TellMember(at.member, Chosen(choice=choice, revision=counted[0])),))


def _refuse_too_many(tx: Tx, member: MemberId) -> None:
    counted = tx.one("SELECT count(*) FROM choices WHERE member = ?", member)
    assert counted is not None
    if counted[0] >= limits.CHOICES_MAX:
        raise Full(what="follows, mutes and saved posts", limit=limits.CHOICES_MAX)
