"""Inviting people into the community: shows the link that lets them in."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from msgspec import Struct

from bbs import limits
from bbs.address import is_loopback, parse_invitation_link
from bbs.clock import to_ms
from bbs.features.members.author_text import member_name
from bbs.features.members.inviting import state_of
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.features.members.views import Invitation, InvitationResult, InvitationState, MemberState
from bbs.ids import InvitationId, new_id
from bbs.plural import counted
from bbs.terminal.member_text import describe_invitation
from bbs.terminal.output import local_time
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

_FIELDS = (
    FormField(
        name="note",
        label="note",
        help="A note only you see, such as who it is for. May stay empty.",
        chars_max=limits.SHORT_CHARS_MAX,
    ),
    FormField(
        name="uses",
        label="people",
        help="How many people can join by it.",
        now="1",
        least=1,
        most=limits.INVITATION_USES_MAX,
    ),
    FormField(
        name="days",
        label="days",
        help="After how many days it ends.",
        now=str(limits.INVITATION_DAYS_DEFAULT),
        least=1,
        most=limits.INVITATION_DAYS_MAX,
    ),
)


_NOT_YET = "You can invite once you have a seat; until then, ask a member for a link."
_REVOKES = "Nobody can join by its link any more. Who has joined by it stays."
_THIS_MACHINE = (
    "It leads to this machine alone: bbs serve --listen and --public open a community to others."
)


class InvitationQuestion(Question[None], frozen=True):
    """A new invitation, to be sent to a person. Its link is shown only this once.

    Attributes:
        link: The link that lets people in.
        uses: The number of people it lets in.
        until: Its end.
    """

    link: str
    uses: int
    until: datetime

    @property
    def says(self) -> str:
        """How many people it lets in, until when, and whether it leads to this machine alone."""
        says = (
            f"It lets {counted(self.uses, 'person', 'people')} in until {local_time(self.until)}."
        )
        host = parse_invitation_link(self.link).host
        return f"{says} {_THIS_MACHINE}" if is_loopback(host) else says


class InvitationRow(Struct, frozen=True):
    """An invitation as it is shown; cleaned.

    Attributes:
        id: Its id.
        state: How many people it lets in, or why nobody any more.
        until: Its end, for people.
        note: The maker's own note; of another's invitation, who made it.
        is_open: Whether it can be revoked.
    """

    id: InvitationId
    state: str
    until: str
    note: str
    is_open: bool

    @property
    def says(self) -> str:
        """All of it in a line."""
        until = f", until {self.until}" if self.is_open else ""
        return f"{self.note or 'without a note'}: {self.state}{until}"


class InvitationsQuestion(Question[InvitationRow], frozen=True):
    """The reader's invitations, newest first; asks which one to revoke."""

    rows: tuple[InvitationRow, ...]


def may_invite(session: Session) -> bool:
    """Return whether the reader may invite: every member with a seat on the commons may."""
    me = session.me
    return me is not None and me.state is MemberState.SEATED


async def invite(surface: Surface, _: str) -> None:
    """Make an invitation; show its link and copy it.

    Raises:
        FolkmootError: The server's error; `full` if there are too many.
    """
    if not may_invite(surface.session):
        surface.notify(_NOT_YET)
        return
    from bbs.sdk.credentials import new_secret
    from bbs.sdk.invitation_link import link_to

    connection, code = surface.session.connection, new_secret()

    def send(values: dict[str, Any]) -> Awaitable[InvitationResult]:
        return connection.call(Invite(invitation=new_id(), code=code, op=new_id(), **values))

    form = SettingsQuestion("An invitation", _FIELDS, makes=True, yes="make the link")
    done = await send_form(surface, form, send)
    if done is None:
        return
    made = done.invitation
    surface.session.cache.note_invited()
    link = link_to(connection.profile.url, code, pin=connection.profile.pin)
    surface.copy(link)
    surface.refresh()
    await surface.ask(InvitationQuestion(link, made.uses_left, made.expires_at))


async def invitations(surface: Surface, _: str) -> None:
    """Show the reader's invitations (the sysop's: all), and revoke some.

    Raises:
        FolkmootError: The server's error.
    """
    session = surface.session
    if not may_invite(session):
        surface.notify(_NOT_YET)
        return
    while True:
        listed = await surface.wait(session.connection.call(ListInvitations()))
        if not listed.invitations:
            surface.notify(f"You have made no invitation; {surface.key_of('invite')} makes one.")
            return
        rows = tuple(_row(session, each) for each in listed.invitations)
        chosen = await surface.ask(InvitationsQuestion(rows))
        if chosen is None:
            return
        if not chosen.is_open:
            surface.notify(f"This invitation is {chosen.state}: nobody can join by it.")
            continue
        if await surface.ask(Confirm("Revoke this invitation?", _REVOKES, yes="revoke it")):
            revoke = RevokeInvitation(invitation=chosen.id, op=new_id())
            await surface.wait(session.connection.call(revoke))
            surface.notify("Revoked: nobody can join by it any more.")


def _row(session: Session, invitation: Invitation) -> InvitationRow:
    me, now = session.me, to_ms(session.now())
    is_own = me is not None and invitation.by == me.id
    by = member_name(invitation.by, session.members) if invitation.by else "the server"
    return InvitationRow(
        id=invitation.id,
        state=describe_invitation(invitation, now),
        until=session.times.day(invitation.expires_at),
        note=safe_line(invitation.note if is_own else f"by {by}"),
        is_open=state_of(invitation, now) is InvitationState.OPEN,
    )
