"""One request for every method of members, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.clock import DAY_MS, instant
from bbs.features.members.about_messages import (
    ClearAway,
    ClearProfile,
    GetProfile,
    PurgeAbout,
    SetAway,
    SetProfile,
)
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
    RenewCodes,
    ResetMember,
    Resume,
    RevokeInvitation,
)
from bbs.ids import new_id
from bbs.messages import Request
from bbs.powers import Power
from tests.server.asking_row import Row
from tests.support.people import Person, secret


def _token(row: Row) -> IssueToken:
    return IssueToken(
        session=new_id(), token=secret(new_id()), label="x", powers=(Power.READ,), dry_run=True
    )


def _invite(row: Row) -> Invite:
    return Invite(invitation=new_id(), code=secret(new_id()), dry_run=True)


def _sign_up(row: Row) -> Request[Any]:
    return Person(f"new-{new_id()[:8]}").sign_up(row.cast.moot.code, dry_run=True)


ASKING_MEMBERS: dict[str, Callable[[Row], Request[Any]]] = {
    "members.challenge": lambda row: GetChallenge(),
    "members.sign_up": _sign_up,
    "members.sign_in_password": lambda row: Person("nobody").with_password(dry_run=True),
    "members.sign_in_key": lambda row: Person("nobody").with_key(dry_run=True),
    "members.recover": lambda row: Person("nobody").recovering(secret("x"), dry_run=True),
    "members.resume": lambda row: Resume(token=secret(row.cast.person("founder").session)),
    "members.account": lambda row: GetAccount(),
    "members.end_session": lambda row: EndSession(session=row.person.session, dry_run=True),
    "members.issue_token": _token,
    # No rehearsal: a wrong old password shows that the gate let it through.
    "members.change_password": lambda row: ChangePassword(
        old="this is not the password", new="four words that are new"
    ),
    "members.change_name": lambda row: ChangeName(name="Other Name", dry_run=True),
    "members.renew_codes": lambda row: RenewCodes(recovery_codes=(secret("n"),), dry_run=True),
    "members.list": lambda row: ListMembers(),
    "members.profile": lambda row: GetProfile(member=row.cast.spare),
    "members.set_profile": lambda row: SetProfile(text="Hello.", dry_run=True),
    "members.clear_profile": lambda row: ClearProfile(dry_run=True),
    "members.set_away": lambda row: SetAway(
        text="Away.", until=instant(row.cast.moot.clock() + DAY_MS), dry_run=True
    ),
    "members.clear_away": lambda row: ClearAway(dry_run=True),
    "members.invite": _invite,
    "members.revoke_invitation": lambda row: RevokeInvitation(
        invitation=row.invitation, dry_run=True
    ),
    "members.invitations": lambda row: ListInvitations(),
    "members.purge": lambda row: PurgeAbout(
        member=row.cast.spare, law="A law", reason="Why", dry_run=True
    ),
    "members.reset": lambda row: ResetMember(member=row.cast.spare, code=secret("r"), dry_run=True),
}
