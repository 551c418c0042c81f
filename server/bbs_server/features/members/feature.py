"""Registers the feature of members with the server."""

from bbs.features.boards.seat_messages import SeatChanged
from bbs.streams import StreamKind
from bbs_server.features.members import (
    about_handlers,
    account,
    claim_hashes,
    claimants,
    confirming,
    invitation_handlers,
    jobs,
    leaving_accounts,
    personal,
    records,
    shutting_out,
    sign_in,
    sign_up,
    succession,
    undoing,
)
from bbs_server.manifest import Feature, ReactsTo
from bbs_server.standing import Actor, Standing, StreamSpec, kept_always


def _is_own(actor: Actor, owner: str, standing: Standing | None) -> bool:
    # A token must not learn of its owner's devices.
    return owner == actor.member and actor.scope is None


FEATURE = Feature(
    modules=(about_handlers, account, confirming, invitation_handlers, sign_in, sign_up),
    reactions=(ReactsTo(SeatChanged, invitation_handlers.admit_on_seat),),
    lookups={
        "bar": leaving_accounts.bar,
        "set_seated": leaving_accounts.set_seated,
        "member_changed": shutting_out.member_changed,
        "shut_out": shutting_out.shut_out,
        "claim_hashes": claim_hashes.claim_hashes,
        "confirm": confirming.confirm,
        "end_grants_of_sysop": succession.end_grants_of_sysop,
        "end_claimant_invitation": claimants.end_claimant_invitation,
        "invite_claimant": claimants.invite_claimant,
        "member": records.find_member,
        "members_by_handle": records.members_by_handle,
    },
    streams=(
        StreamSpec(kind=StreamKind.MEMBER, of_board=False, hears=_is_own, kept_ms=kept_always),
    ),
    undo=undoing.UNDO,
    jobs=jobs.JOBS,
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
