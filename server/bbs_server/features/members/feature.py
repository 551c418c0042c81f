"""What the feature of members brings to the server."""

from bbs.features.boards.messages import SeatChanged
from bbs.features.members import messages
from bbs_server.features.members import (
    account,
    invitation_handlers,
    jobs,
    records,
    sign_in,
    sign_up,
)
from bbs_server.manifest import Feature, ReactsTo

FEATURE = Feature(
    commands={
        messages.SignUp: sign_up.sign_up,
        messages.SignInPassword: sign_in.sign_in_password,
        messages.SignInKey: sign_in.sign_in_key,
        messages.Recover: sign_in.recover,
        messages.EndSession: account.end_session,
        messages.IssueToken: account.issue_token,
        messages.ChangePassword: account.change_password,
        messages.ChangeName: account.change_name,
        messages.RenewCodes: account.renew_codes,
        messages.Invite: invitation_handlers.invite,
        messages.RevokeInvitation: invitation_handlers.revoke_invitation,
        messages.ResetMember: invitation_handlers.reset_member,
    },
    queries={
        messages.GetChallenge: sign_in.get_challenge,
        messages.Resume: sign_in.resume,
        messages.GetAccount: account.get_account,
        messages.ListMembers: invitation_handlers.list_members,
        messages.ListInvitations: invitation_handlers.list_invitations,
    },
    prepares={
        messages.SignUp: sign_up.prepare,
        messages.SignInPassword: sign_in.prepare_password,
        messages.SignInKey: sign_in.prepare_key,
        messages.Recover: sign_in.prepare_recover,
        messages.ChangePassword: account.prepare_change_password,
    },
    reactions=(ReactsTo(SeatChanged, invitation_handlers.admit_on_seat),),
    lookups={
        "member": records.find_member,
        "members_by_handle": records.members_by_handle,
    },
    jobs=jobs.JOBS,
)
