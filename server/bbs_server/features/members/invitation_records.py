"""The SQL of invitations: their makers, their remaining uses, and their ends."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.members.budget import OpenUses
from bbs.features.members.inviting import invitation_state, may_become
from bbs.features.members.views import Invitation, InvitationState
from bbs.features.moderation.rules import is_suspended
from bbs.ids import COMMONS, InvitationId, MemberId
from bbs.refusals import Conflict, InvitationInvalid
from bbs.rows import view_of
from bbs_server.handler_api import Context, FeatureLookups
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
        uses_left: How many people it lets in, the one who asks included.
    """

    id: InvitationId
    by: MemberId | None
    sysop: int
    uses_left: int
    revoked: int
    expires_at: Ms

    def state(self, now: Ms) -> InvitationState:
        """Return the invitation's state at a moment, in ms."""
        return invitation_state(
            uses_left=self.uses_left,
            revoked=bool(self.revoked),
            expires_at=self.expires_at,
            now=now,
        )


_GRANT = "SELECT id, by, sysop, uses_left, revoked, expires_at FROM invitations"


def find_grant(tx: Tx, readers: FeatureLookups, now: Ms, code_hash: bytes) -> InvitationGrant:
    """Return the grant of an open invitation.

    An invitation of a suspended member rests: it lets nobody in while the suspension lasts. Its
    refusal is that of an unknown one, because a stranger learns of no suspension.

    Raises:
        InvitationInvalid: If it is unknown, used up, expired or revoked, or rests.
    """
    granted = tx.select_one(InvitationGrant, f"{_GRANT} WHERE code_hash = ?", code_hash)
    if granted is None or granted.state(now) is not InvitationState.OPEN:
        raise InvitationInvalid
    if granted.by is not None and is_suspended(
        readers.restrictions_on(tx, COMMONS, granted.by), now
    ):
        raise InvitationInvalid
    return granted


def find_by_code(tx: Tx, code_hash: bytes) -> InvitationGrant | None:
    """Return what an invitation grants, open or not; None for an unknown code."""
    return tx.select_one(InvitationGrant, f"{_GRANT} WHERE code_hash = ?", code_hash)


def consume(tx: Tx, now: Ms, granted: InvitationGrant) -> None:
    """Count a use of an open invitation; the last use deletes its note (P10)."""
    uses_left = granted.uses_left - 1
    sql = "UPDATE invitations SET uses_left = ? WHERE id = ?"
    tx.execute(sql, uses_left, granted.id)
    if uses_left == 0:
        _end(tx, granted, now, InvitationState.USED_UP)


def _end(tx: Tx, ended: InvitationGrant, now: Ms, state: InvitationState) -> None:
    """Delete the note of an invitation that gets a last state (P10)."""
    assert may_become(ended.state(now), state), (ended.state(now), state)
    invitation = ended.id
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


class Guest(NamedTuple):
    """A member who came with an invitation of another's; `joined_at` is in ms."""

    id: MemberId
    joined_at: Ms


class Spent(NamedTuple):
    """What a member has of the budget of invitations (`bbs.features.members.budget`).

    Attributes:
        joined_at: When the member joined, in ms.
        guests: Their guests.
        open_now: The invitations of theirs that are open.
    """

    joined_at: Ms
    guests: tuple[Guest, ...]
    open_now: tuple[OpenUses, ...]


def find_spent(tx: Tx, now: Ms, member: MemberId) -> Spent:
    """Return what an existing member has spent of the budget of invitations."""
    joined_at = tx.fetch_value("SELECT joined_at FROM members WHERE id = ?", member)
    assert joined_at is not None
    guests = tx.select(Guest, "FROM members WHERE invited_by = ?", member)
    sql = f"SELECT uses_left, expires_at FROM invitations WHERE by = ? AND {_OPEN}"  # noqa: S608 - constant
    return Spent(
        joined_at,
        tuple(guests),
        tuple(OpenUses(uses, expires_at) for uses, expires_at in tx.fetch_all(sql, member, now)),
    )


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
        anew: True if it was open until then.
    """

    by: MemberId | None
    anew: bool


def revoke(tx: Tx, proven_now: Ms, invitation: InvitationId, by: MemberId | None) -> Revoked | None:
    """Revoke an open invitation and delete its note (P10); one that is over stays as it is.

    Args:
        proven_now: The time, in ms, that is proven: by a clock that is ahead an invitation only
            seems over, and would be open again once the clock is set right.
        by: The member who must have made it; None to revoke any member's.

    Returns:
        The invitation's maker; None if there is no such invitation.
    """
    found = tx.select_one(
        InvitationGrant, f"{_GRANT} WHERE id = ? AND (by = ? OR ?)", invitation, by, by is None
    )
    if found is None:
        return None
    if not may_become(found.state(proven_now), InvitationState.REVOKED):
        return Revoked(found.by, anew=False)
    _end(tx, found, proven_now, InvitationState.REVOKED)
    tx.execute("UPDATE invitations SET revoked = 1 WHERE id = ?", invitation)
    return Revoked(found.by, anew=True)


def revoke_all(tx: Tx, proven_now: Ms, by: MemberId) -> None:
    """Revoke all open invitations of a member, and delete their notes (P10)."""
    for (invitation,) in tx.fetch_all("SELECT id FROM invitations WHERE by = ? ORDER BY n", by):
        revoke(tx, proven_now, invitation, by)


def revoke_of_sysop(tx: Tx, proven_now: Ms, by: MemberId) -> int:
    """Revoke a sysop's open invitations, and those that make a sysop; return how many."""
    found = tx.fetch_all(
        "SELECT id FROM invitations WHERE by = ? OR (by IS NULL AND sysop = 1) ORDER BY n", by
    )
    ended = (revoke(tx, proven_now, invitation, None) for (invitation,) in found)
    return sum(each is not None and each.anew for each in ended)


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
