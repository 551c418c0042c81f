"""The SQL of invitations: their makers, their remaining uses, and their ends."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.members.views import Invitation
from bbs.ids import InvitationId, MemberId
from bbs.refusals import Conflict, InvitationInvalid
from bbs.rows import view_of
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_OPEN = "revoked = 0 AND uses_left > 0 AND expires_at > ?"


class InvitationRow(NamedTuple):
    """An invitation as it is stored; `n` numbers invitations in the order they were made."""

    id: InvitationId
    by: MemberId | None
    uses_left: int
    expires_at: Ms
    revoked: int
    note_text: str | None
    n: int


class InvitationGrant(NamedTuple):
    """The grant of an open invitation.

    Attributes:
        by: The member who invited; None if the server made it for a sysop.
        sysop: Whether it makes a sysop.
    """

    by: MemberId | None
    sysop: int


def find_grant(tx: Tx, now: Ms, code_hash: bytes) -> InvitationGrant:
    """Return the grant of an invitation.

    Raises:
        InvitationInvalid: If it is unknown, used up, expired or revoked.
    """
    sql = f"SELECT by, sysop FROM invitations WHERE code_hash = ? AND {_OPEN}"  # noqa: S608 - constant
    granted = tx.select_one(InvitationGrant, sql, code_hash, now)
    if granted is None:
        raise InvitationInvalid
    return granted


def consume(tx: Tx, code_hash: bytes) -> None:
    """Count a use of an open invitation; the last use deletes its note (P10)."""
    used = tx.fetch_all(
        "UPDATE invitations SET uses_left = uses_left - 1 WHERE code_hash = ?"
        " RETURNING id, uses_left",
        code_hash,
    )
    for invitation, uses_left in used:
        if uses_left == 0:
            _drop_note(tx, invitation)


def _drop_note(tx: Tx, invitation: InvitationId) -> None:
    note = tx.fetch_value("SELECT note_text FROM invitations WHERE id = ?", invitation)
    texts.delete_texts(tx, [note])
    tx.execute("UPDATE invitations SET note_text = NULL WHERE id = ?", invitation)


class OpenCounts(NamedTuple):
    """How many invitations can still be used.

    Attributes:
        own: Those of a member.
        everybody: Those of all members together.
    """

    own: int
    everybody: int


def count_open(tx: Tx, now: Ms, by: MemberId) -> OpenCounts:
    """Return how many invitations of a member, and of all, can still be used."""
    sql = (
        "SELECT coalesce(sum(CASE WHEN by = ? THEN 1 ELSE 0 END), 0), count(*)"  # noqa: S608 - constant
        f" FROM invitations WHERE {_OPEN}"
    )
    found = tx.fetch_one(sql, by, now)
    assert found is not None
    return OpenCounts(*found)


def add(tx: Tx, ctx: Context, new: Invitation, code_hash: bytes, days: int) -> None:
    """Insert an invitation with its note.

    Raises:
        Conflict: If its id or code belongs to another invitation.
    """
    taken = "SELECT 1 FROM invitations WHERE id = ? OR code_hash = ?"
    if tx.fetch_one(taken, new.id, code_hash):
        raise Conflict("this id or code is another invitation's")
    tx.execute(
        "INSERT INTO invitations (id, code_hash, by, uses_left, made_at, expires_at, note_text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        new.id,
        code_hash,
        new.by,
        new.uses_left,
        ctx.now,
        ctx.now + days * DAY_MS,
        texts.insert_text(tx, ctx, new.note) if new.note else None,
    )


class Revoked(NamedTuple):
    """A revoked invitation's maker.

    Attributes:
        by: The member who made it; None if a command on the server's machine made it.
        anew: True unless it was revoked before.
    """

    by: MemberId | None
    anew: bool


def revoke(tx: Tx, invitation: InvitationId, by: MemberId | None) -> Revoked | None:
    """Revoke an invitation and delete its note (P10).

    Args:
        by: The member who must have made it; None to revoke any member's.

    Returns:
        The invitation's maker; None if there is no such invitation.
    """
    found = tx.fetch_one(
        "SELECT by FROM invitations WHERE id = ? AND (by = ? OR ?)", invitation, by, by is None
    )
    if found is None:
        return None
    _drop_note(tx, invitation)
    sql = "UPDATE invitations SET revoked = 1 WHERE id = ? AND revoked = 0"
    (maker,) = found
    return Revoked(maker, tx.execute(sql, invitation) > 0)


def list_invitations(tx: Tx, now: Ms, viewer: MemberId, *, every: bool) -> tuple[Invitation, ...]:
    """Return invitations, newest first: all open ones, and as many of the rest as fit.

    A page of a member's own is shorter than one of everybody's.

    Args:
        viewer: The member who asks, and who sees only their own notes.
        every: Whether to return other members' invitations, too.
    """
    rows = tx.select(
        InvitationRow,
        f"FROM invitations WHERE by = ? OR ? ORDER BY CASE WHEN {_OPEN} THEN 0 ELSE 1 END, n DESC LIMIT ?",
        viewer,
        every,
        now,
        limits.INVITATIONS_OPEN_ALL_MAX if every else limits.INVITATIONS_OPEN_MAX,
    )
    rows.sort(key=lambda row: -row.n)
    notes = texts.load_bodies(tx, (row.note_text for row in rows if row.by == viewer))
    return tuple(
        view_of(
            Invitation,
            row,
            expires_at=instant(row.expires_at),
            revoked=bool(row.revoked),
            note=notes.get(row.note_text or "", ""),
        )
        for row in rows
    )


def delete_expired(tx: Tx, before: Ms) -> bool:
    """Delete a slice of the invitations that ended before `before`, with their notes.

    Returns:
        Whether there may be more.
    """
    rows = tx.fetch_all(
        "SELECT id, note_text FROM invitations WHERE expires_at < ? ORDER BY n LIMIT ?",
        before,
        limits.SLICE_ROWS,
    )
    for invitation, note in in_time(tx, rows):
        texts.delete_texts(tx, [note])
        tx.execute("DELETE FROM invitations WHERE id = ?", invitation)
    return bool(rows)
