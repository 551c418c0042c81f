"""What the server does for each request of members, and on events of other features."""

from typing import Any

from bbs.features.boards.messages import SeatChanged
from bbs.features.members.messages import (
    ChangeName,
    ChangePassword,
    EndSession,
    GetAccount,
    GetChallenge,
    Invite,
    IssueToken,
    ListInvitations,
    ListMembers,
    Recover,
    RenewCodes,
    ResetMember,
    Resume,
    RevokeInvitation,
    SignInKey,
    SignInPassword,
    SignUp,
)
from bbs.messages import Command, Event, Query, Request
from bbs_server.acting import Handler, Prepare, QueryHandler, Reaction
from bbs_server.features.members import account, inviting, signing_in, signing_up

COMMANDS: dict[type[Command[Any]], Handler] = {
    SignUp: signing_up.sign_up,
    SignInPassword: signing_in.sign_in_password,
    SignInKey: signing_in.sign_in_key,
    Recover: signing_in.recover,
    EndSession: account.end_session,
    IssueToken: account.issue_token,
    ChangePassword: account.change_password,
    ChangeName: account.change_name,
    RenewCodes: account.renew_codes,
    Invite: inviting.invite,
    RevokeInvitation: inviting.revoke_invitation,
    ResetMember: inviting.reset_member,
}

QUERIES: dict[type[Query[Any]], QueryHandler] = {
    GetChallenge: signing_in.get_challenge,
    Resume: signing_in.resume,
    GetAccount: account.get_account,
    ListMembers: inviting.list_members,
    ListInvitations: inviting.list_invitations,
}

PREPARES: dict[type[Request[Any]], Prepare] = {
    SignUp: signing_up.prepare,
    SignInPassword: signing_in.prepare_password,
    SignInKey: signing_in.prepare_key,
    Recover: signing_in.prepare_recover,
    ChangePassword: account.prepare_change_password,
}

REACTIONS: list[tuple[type[Event], Reaction]] = [(SeatChanged, inviting.admit_on_seat)]
