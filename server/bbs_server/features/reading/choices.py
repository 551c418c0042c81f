"""Handlers of choices: follows, mutes, saved posts, the order of boards."""

import msgspec

from bbs import limits
from bbs.errors import BadParams
from bbs.features.reading import rules
from bbs.features.reading.messages import (
    AllChoices,
    ArrangeBoards,
    ChoiceChanged,
    ChoiceResult,
    Choosing,
    GetChoices,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import (
    Choice,
    Stance,
)
from bbs.ids import MemberId
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome, SendEphemeral
from bbs_server.store.api import Tx

_choice: msgspec.json.Decoder[Choice] = msgspec.json.Decoder(Choice)


def set_thread(tx: Tx, ctx: Context, command: SetThreadChoice) -> Outcome[ChoiceResult]:
    """Follow or mute a thread."""
    return _choose(tx, ctx, command)


def set_board(tx: Tx, ctx: Context, command: SetBoardChoice) -> Outcome[ChoiceResult]:
    """Follow or mute a board, and set its notification level."""
    before, _ = _find_choice(tx, ctx.member, "board", command.board)
    return _choose(tx, ctx, command, before)


def set_member(tx: Tx, ctx: Context, command: SetMemberChoice) -> Outcome[ChoiceResult]:
    """Follow or mute a member."""
    if command.member == ctx.member:
        raise BadParams("member", "name somebody else: nobody follows or mutes themselves")
    if ctx.readers.member(tx, ctx, command.member) is None:
        raise NotFound(what="member")
    return _choose(tx, ctx, command)


def arrange(tx: Tx, ctx: Context, command: ArrangeBoards) -> Outcome[ChoiceResult]:
    """Put boards into the actor's own order."""
    rules.check_folders(command.folders)
    return _choose(tx, ctx, command)


def save(tx: Tx, ctx: Context, command: SavePost) -> Outcome[ChoiceResult]:
    """Save a post for later, or let it go."""
    return _choose(tx, ctx, command)


def _choose(
    tx: Tx, ctx: Context, command: Choosing, before: Choice | None = None
) -> Outcome[ChoiceResult]:
    choice = rules.choice_of(command, before)
    return upsert_choice(tx, ctx.member, choice, command.if_revision)


def get_choices(tx: Tx, ctx: Context, query: GetChoices) -> AllChoices:
    """Return all choices of the actor; `limits.CHOICES_MAX` lets them fit a frame."""
    revision, _ = _choosing(tx, ctx.member)
    return AllChoices(choices=list_choices(tx, ctx.member), revision=revision)


def list_choices(tx: Tx, member: MemberId) -> tuple[Choice, ...]:
    """Return a member's choices, by kind and subject."""
    rows = tx.fetch_all(
        "SELECT choice FROM choices WHERE member = ?"
        ' ORDER BY kind COLLATE "binary", subject COLLATE "binary" LIMIT ?',
        *(member, limits.CHOICES_MAX),
    )
    return tuple(_choice.decode(choice) for (choice,) in rows)


def _find_choice(tx: Tx, member: MemberId, kind: str, subject: str) -> tuple[Choice | None, int]:
    """Return a choice, and the revision of all choices at which it was made; 0 if there is none."""
    row = tx.fetch_one(
        "SELECT choice, revision FROM choices WHERE member = ? AND kind = ? AND subject = ?",
        *(member, kind, subject),
    )
    if row is None:
        return None, 0
    choice, made = row
    return _choice.decode(choice), made


def _choosing(tx: Tx, member: MemberId) -> tuple[int, int]:
    """Return the revision of a member's choices, and the revision of the last deletion."""
    row = tx.fetch_one("SELECT revision, cleared FROM choosing WHERE member = ?", member)
    return (0, 0) if row is None else row


def _check_unchanged(tx: Tx, member: MemberId, made: int, seen: int) -> None:
    """Refuse to change a choice that was changed after the sender saw it.

    A deleted choice leaves no row. So a choice without a row counts as changed when the member last
    deleted any choice.

    Args:
        made: The revision at which the choice was made; 0 if there is none.
        seen: The revision of all choices that the sender saw.

    Raises:
        Conflict: If it was changed since, or if this server never gave that revision.
    """
    revision, cleared = _choosing(tx, member)
    if not (made or cleared) <= seen <= revision:
        raise Conflict(what="this was chosen anew meanwhile", revision=revision)


def upsert_choice(
    tx: Tx, member: MemberId, choice: Choice, seen: int | None
) -> Outcome[ChoiceResult]:
    """Store a choice, or delete it if it is the default; send it to the member's own devices (P2).

    Args:
        seen: The revision of all choices that the sender saw; None to change it in any case.
    """
    kind, subject = rules.subject_of(choice)
    before, made = _find_choice(tx, member, kind, subject)
    if before == choice or (before is None and rules.is_default(choice)):
        revision, _ = _choosing(tx, member)
        return Outcome(ChoiceResult(choice=choice, revision=revision))
    if seen is not None:
        _check_unchanged(tx, member, made, seen)
    is_cleared = rules.is_default(choice)
    if before is None:
        count = tx.fetch_value("SELECT count(*) FROM choices WHERE member = ?", member)
        if count >= limits.CHOICES_MAX:
            raise LimitReached(what="follows, mutes and saved posts", limit=limits.CHOICES_MAX)
    revision = tx.fetch_value(
        "INSERT INTO choosing (member, revision) VALUES (?, 1) ON CONFLICT (member)"
        " DO UPDATE SET revision = choosing.revision + 1,"
        " cleared = CASE WHEN ? THEN choosing.revision + 1 ELSE choosing.cleared END"
        " RETURNING revision",
        *(member, is_cleared),
    )
    if is_cleared:
        tx.execute(
            "DELETE FROM choices WHERE member = ? AND kind = ? AND subject = ?",
            *(member, kind, subject),
        )
    else:
        tx.execute(
            "INSERT INTO choices (member, kind, subject, stance, choice, revision)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (member, kind, subject) DO UPDATE SET stance = excluded.stance,"
            " choice = excluded.choice, revision = excluded.revision",
            *(member, kind, subject, getattr(choice, "stance", Stance.NONE).value),
            *(msgspec.json.encode(choice).decode(), revision),
        )
    shown = ChoiceResult(choice=choice, revision=revision)
    return Outcome(shown, (SendEphemeral(member, ChoiceChanged(choice=choice, revision=revision)),))
