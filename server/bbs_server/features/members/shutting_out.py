"""Shutting a member out: their sessions end, and their invitations are revoked (P7)."""

from bbs.features.members.views import SystemAuthor
from bbs.ids import MemberId
from bbs_server.features.members import credentials, events, invitation_records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


def shut_out(tx: Tx, ctx: Context, member: MemberId) -> tuple[Effect, ...]:
    """End all sessions and tokens of a member, and revoke their invitations.

    Keys and password stay: they can sign in again, to what they may still do.
    """
    invitation_records.revoke_all(tx, ctx.proven_now, member)
    ended = credentials.end_all_sessions(tx, member)
    told = events.ended(member, ended, author=SystemAuthor())
    return (*told, member_changed(tx, ctx, member))


def member_changed(tx: Tx, ctx: Context, member: MemberId) -> Effect:
    """Return what tells everybody how a member is shown now."""
    return events.changed(tx, ctx, member, author=SystemAuthor())
