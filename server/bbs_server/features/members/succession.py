"""What ends with the office of sysop: tokens, invitations and recovery codes (protocol 32.5)."""

from bbs.ids import MemberId
from bbs_server.features.members import credentials, events, invitation_records
from bbs_server.hand_over_lookups import GrantsEnded
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def end_grants_of_sysop(tx: Tx, ctx: Context, member: MemberId) -> GrantsEnded:
    """End what a sysop had given out; see `HandOverLookups.end_grants_of_sysop`."""
    tokens = credentials.end_tokens(tx, member)
    invitations = invitation_records.revoke_of_sysop(tx, ctx.proven_now, member)
    codes = credentials.delete_sysop_codes(tx)
    return GrantsEnded(len(tokens), invitations, codes, events.ended(member, tokens))
