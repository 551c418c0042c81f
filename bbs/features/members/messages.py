"""Members: the list of members, how people join, and their devices and tokens."""

from typing import Annotated, ClassVar

from msgspec import Meta, field

from bbs import limits
from bbs.clock import Instant
from bbs.features.members.views import (
    MEMBER_TEXTS,
    Account,
    Challenge,
    InvitationResult,
    Invitations,
    Member,
    MemberPage,
    MemberResult,
    PublicKey,
    Signature,
    SignInResult,
    TokenResult,
)
from bbs.ids import BoardId, InvitationId, MemberId, Secret, SessionId
from bbs.messages import Command, Done, Event, Number, PageSize, Query, Revision
from bbs.powers import Need, Power, Touches

# These bounds only keep hostile input small; bbs.text decides which text is accepted (P13).
Handle = Annotated[str, Meta(max_length=limits.HANDLE_CHARS_MAX)]
DisplayName = Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX * 4)]
Label = Annotated[str, Meta(max_length=limits.SHORT_CHARS_MAX * 4)]
Password = Annotated[str, Meta(max_length=limits.PASSWORD_CHARS_MAX)]
RecoveryCodes = Annotated[tuple[Secret, ...], Meta(max_length=limits.RECOVERY_CODES)]


class GetChallenge(Query[Challenge], frozen=True, kw_only=True):
    """Get a nonce to sign in with a key (protocol 3.4)."""

    method: ClassVar[str] = "members.challenge"
    needs: ClassVar[Need] = Need(Power.KNOCK)


class SignUp(Command[SignInResult], frozen=True, kw_only=True):
    """Become a member with an invitation and accept the norms of the commons (P5).

    The answer says whether the member is seated or waiting. Errors: `members.invitation_invalid`,
    `norms.accept_first` if the version is not the one in force, `taken`, `text_refused`,
    `members.password_refused`, `throttled`. Protocol 3.2.

    Attributes:
        member: The id of the new member.
        code: The invitation's code.
        key: The device's public key; None for a member who signs in by password only.
        token: The secret of the session that this command opens.
        recovery_codes: Codes that the member keeps on paper; each works once.
    """

    method: ClassVar[str] = "members.sign_up"
    needs: ClassVar[Need] = Need(Power.KNOCK, grows=True)
    member: MemberId
    code: Secret
    handle: Handle
    name: DisplayName
    password: Password
    norms_version: int
    session: SessionId
    token: Secret
    device: Label
    key: PublicKey | None = None
    recovery_codes: RecoveryCodes = ()


class SignInPassword(Command[SignInResult], frozen=True, kw_only=True):
    """Sign in with the password, and register the device's key if it has one.

    Errors: `members.sign_in_failed`, `throttled`. Protocol 3.3.

    Attributes:
        last_token: The token of this device's last session of this member, even if that session
            has ended. It gives no access, but wrong guesses from other devices do not make this
            device wait. Send it only to a server whose `hello` names `known_devices`; other
            servers refuse the field.
        script: Whether a script uses this connection, and nobody is there (protocol 27.2). Send it
            only to a server whose `hello` names `script_sessions`.
    """

    method: ClassVar[str] = "members.sign_in_password"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    handle: Handle
    password: Password
    session: SessionId
    token: Secret
    device: Label
    key: PublicKey | None = None
    last_token: Secret | None = None
    script: bool = False


class SignInKey(Command[SignInResult], frozen=True, kw_only=True):
    """Sign in with a key by signing the challenge; wrong passwords never delay it.

    Errors: `members.sign_in_failed`. Protocol 3.4.

    Attributes:
        script: As of `members.sign_in_password`.
    """

    method: ClassVar[str] = "members.sign_in_key"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    handle: Handle
    key: PublicKey
    signature: Signature
    session: SessionId
    token: Secret
    device: Label
    script: bool = False


class Recover(Command[SignInResult], frozen=True, kw_only=True):
    """Set a new password with a recovery code, and end every other session and key.

    Errors: `members.sign_in_failed`, `members.password_refused`, `throttled`. Protocol 3.6.
    """

    method: ClassVar[str] = "members.recover"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    handle: Handle
    code: Secret
    password: Password
    session: SessionId
    token: Secret
    device: Label
    key: PublicKey | None = None


class Resume(Query[SignInResult], frozen=True, kw_only=True):
    """Continue an open session on a new connection. Errors: `members.sign_in_failed`.

    Attributes:
        script: As of `members.sign_in_password`. It holds for this connection: another one with the
            same session may be a person's.
    """

    method: ClassVar[str] = "members.resume"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    token: Secret
    script: bool = False


class GetAccount(Query[Account], frozen=True, kw_only=True):
    """Read the member's own account: devices, tokens, keys."""

    method: ClassVar[str] = "members.account"
    needs: ClassVar[Need] = Need(Power.DOORS)


class EndSession(Command[Done], frozen=True, kw_only=True):
    """End one of the member's own sessions; the server closes its connection within 2 s (4401).

    Ending a device's session also revokes the device's key. Errors: `not_found`.
    """

    method: ClassVar[str] = "members.end_session"
    needs: ClassVar[Need] = Need(Power.DOORS)
    session: SessionId


class IssueToken(Command[TokenResult], frozen=True, kw_only=True):
    """Make a token for a script, restricted to powers, boards, days and items an hour.

    Errors: `not_allowed` for powers that no token can have, `not_found` for a board that the member
    cannot read, `full`. Protocol 3.7.

    Attributes:
        powers: A subset of `bbs.powers.TOKEN_POWERS`.
        boards: The only boards it reaches; None for every board the member can reach, now or later.
        items_per_hour: How many commands the script may send at once; the allowance refills over an
            hour. Each new post of an import counts as one.
    """

    method: ClassVar[str] = "members.issue_token"
    needs: ClassVar[Need] = Need(Power.DOORS)
    session: SessionId
    token: Secret
    label: Label
    powers: Annotated[tuple[Power, ...], Meta(min_length=1, max_length=len(Power))]
    boards: Annotated[tuple[BoardId, ...], Meta(max_length=limits.BOARDS_MAX)] | None = None
    days: Annotated[int, Meta(ge=1, le=limits.TOKEN_DAYS_MAX)] = 90
    items_per_hour: Annotated[int, Meta(ge=1, le=limits.TOKEN_ITEMS_PER_HOUR_MAX)] = (
        limits.TOKEN_ITEMS_PER_HOUR_DEFAULT
    )


class ChangePassword(Command[Done], frozen=True, kw_only=True):
    """Change the password after checking the old one, and end every other session.

    Errors: `members.sign_in_failed`, `members.password_refused`, `throttled`.
    """

    method: ClassVar[str] = "members.change_password"
    needs: ClassVar[Need] = Need(Power.DOORS)
    old: Password
    new: Password


class ChangeName(Command[MemberResult], frozen=True, kw_only=True):
    """Change the member's own display name. Errors: `text_refused`, `taken`, `conflict`."""

    method: ClassVar[str] = "members.change_name"
    needs: ClassVar[Need] = Need(Power.DOORS)
    name: DisplayName
    if_revision: Revision | None = None


class RenewCodes(Command[Done], frozen=True, kw_only=True):
    """Replace all of the member's own recovery codes."""

    method: ClassVar[str] = "members.renew_codes"
    needs: ClassVar[Need] = Need(Power.DOORS)
    recovery_codes: RecoveryCodes


class ListMembers(Query[MemberPage], frozen=True, kw_only=True):
    """List the members of the community, in the order they joined (P1)."""

    method: ClassVar[str] = "members.list"
    needs: ClassVar[Need] = Need(Power.READ)
    after: Annotated[int, Meta(ge=0)] = 0
    limit: PageSize = limits.PAGE_ITEMS_MAX


class Invite(Command[InvitationResult], frozen=True, kw_only=True):
    """Make an invitation. Logged on the commons (P8).

    Errors: `full`, `text_refused`, `members.invitation_budget` where the desk set a budget.
    """

    method: ClassVar[str] = "members.invite"
    needs: ClassVar[Need] = Need(Power.INVITE, grows=True)
    invitation: InvitationId
    code: Secret
    uses: Annotated[int, Meta(ge=1, le=limits.INVITATION_USES_MAX)] = 1
    days: Annotated[int, Meta(ge=1, le=limits.INVITATION_DAYS_MAX)] = limits.INVITATION_DAYS_DEFAULT
    note: Label = ""


class RevokeInvitation(Command[Done], frozen=True, kw_only=True):
    """Revoke an invitation; nobody can sign up with it any more. Logged on the commons.

    Errors: `not_found`, `device_needed`.
    """

    method: ClassVar[str] = "members.revoke_invitation"
    needs: ClassVar[Need] = Need(Power.INVITE, touches=Touches.RIGHTS_OF_OTHERS)
    invitation: InvitationId


class ListInvitations(Query[Invitations], frozen=True, kw_only=True):
    """List the member's own invitations (the sysop: all), newest first."""

    method: ClassVar[str] = "members.invitations"
    needs: ClassVar[Need] = Need(Power.INVITE)


class ResetMember(Command[Done], frozen=True, kw_only=True):
    """Give a recovery code to a member who can no longer sign in. Logged on the commons (P8).

    Errors: `not_found`, `conflict` if the member has left: nobody else brings back what they took along.

    Attributes:
        code: A code that the sysop draws and hands over in person; it works once.
    """

    method: ClassVar[str] = "members.reset"
    needs: ClassVar[Need] = Need(Power.RECOVER)
    member: MemberId
    code: Secret


class MemberJoined(Event, frozen=True, kw_only=True):
    """A person became a member. To everybody, on the commons."""

    kind: ClassVar[str] = "members.joined"
    text_paths: ClassVar[tuple[str, ...]] = MEMBER_TEXTS
    member: Member


class MemberUpdated(Event, frozen=True, kw_only=True):
    """A member got a new name or away line, or a seat after waiting. To everybody, on the commons."""

    kind: ClassVar[str] = "members.changed"
    text_paths: ClassVar[tuple[str, ...]] = MEMBER_TEXTS
    member: Member


class InvitationCreated(Event, frozen=True, kw_only=True):
    """A member made an invitation. To everybody, on the commons (P8)."""

    kind: ClassVar[str] = "members.invited"
    invitation: InvitationId
    uses: Number
    expires_at: Instant


class InvitationRevoked(Event, frozen=True, kw_only=True):
    """A member revoked an invitation. To everybody, on the commons (P8)."""

    kind: ClassVar[str] = "members.invitation_revoked"
    invitation: InvitationId


class SessionStarted(Event, frozen=True, kw_only=True):
    """The member signed in on a device, or issued a token. To the member's own devices only."""

    kind: ClassVar[str] = "members.session_started"
    session: SessionId
    token: bool = False


class SessionEnded(Event, frozen=True, kw_only=True):
    """Some sessions of the member ended. To the member's own devices only."""

    kind: ClassVar[str] = "members.session_ended"
    sessions: tuple[SessionId, ...] = field(default_factory=tuple)
