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
from bbs_server.features.members import account, invitation_handlers, sign_in, sign_up
from bbs_server.handler_api import Handler, Prepare, QueryHandler, Reaction

COMMANDS: dict[type[Command[Any]], Handler] = {
    SignUp: sign_up.sign_up,
    SignInPassword: sign_in.sign_in_password,
    SignInKey: sign_in.sign_in_key,
    Recover: sign_in.recover,
    EndSession: account.end_session,
    IssueToken: account.issue_token,
    ChangePassword: account.change_password,
    ChangeName: account.change_name,
    RenewCodes: account.renew_codes,
    Invite: invitation_handlers.invite,
    RevokeInvitation: invitation_handlers.revoke_invitation,
    ResetMember: invitation_handlers.reset_member,
}

QUERIES: dict[type[Query[Any]], QueryHandler] = {
    GetChallenge: sign_in.get_challenge,
    Resume: sign_in.resume,
    GetAccount: account.get_account,
    ListMembers: invitation_handlers.list_members,
    ListInvitations: invitation_handlers.list_invitations,
}

PREPARES: dict[type[Request[Any]], Prepare] = {
    SignUp: sign_up.prepare,
    SignInPassword: sign_in.prepare_password,
    SignInKey: sign_in.prepare_key,
    Recover: sign_in.prepare_recover,
    ChangePassword: account.prepare_change_password,
}

REACTIONS: list[tuple[type[Event], Reaction]] = [(SeatChanged, invitation_handlers.admit_on_seat)]
