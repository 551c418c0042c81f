"""Invitations of claimants: whoever claimed words on a board may join with a code (protocol 31.5)."""

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.features.members.views import Invitation
from bbs.ids import COMMONS
from bbs.refusals import Conflict, LimitReached
from bbs_server.features.members import invitation_records
from bbs_server.features.members.invitation_records import InvitationGrant
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.store.api import Tx


def invite_claimant(tx: Tx, ctx: Context, code_hash: bytes, days: int) -> Ms:
    """Make the code with this hash an invitation for one person, unless it is one; return its end.

    No member made it, so it makes nobody a host.

    Raises:
        Conflict: If it is another invitation's.
        LimitReached: If too many invitations are open.
    """
    known = invitation_records.find_by_code(tx, code_hash)
    if known is not None:
        if not is_of_claimant(known) or known.revoked or not known.uses_left:
            raise Conflict("this code is another invitation's; draw a new one")
        return known.expires_at
    if invitation_records.count_open(tx, ctx.now, "").everybody >= limits.INVITATIONS_OPEN_ALL_MAX:
        raise LimitReached("open invitations", limits.INVITATIONS_OPEN_ALL_MAX)
    until = instant(ctx.now + days * DAY_MS)
    made = Invitation(id=ctx.new_id(), uses_left=1, expires_at=until)
    invitation_records.add(tx, ctx, made, code_hash, days)
    return to_ms(until)


def end_claimant_invitation(tx: Tx, ctx: Context, code_hash: bytes) -> None:
    """End that invitation, because its claimant is a member or decided otherwise."""
    known = invitation_records.find_by_code(tx, code_hash)
    if known is not None and is_of_claimant(known):
        invitation_records.revoke(tx, ctx.proven_now, known.id, None)


def is_of_claimant(granted: InvitationGrant) -> bool:
    """Return whether a claim made an invitation: no member did, and it makes no sysop."""
    return granted.by is None and not granted.sysop


def has_kept_seat(
    tx: Tx, readers: FeatureLookups, granted: InvitationGrant, proven_now: Ms
) -> bool:
    """Return whether a seat in the community is kept for whoever comes with an invitation."""
    return is_of_claimant(granted) and readers.kept_seats(tx, COMMONS, proven_now) is not None
