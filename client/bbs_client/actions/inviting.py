"""Inviting people into the community: shows the link that lets them in."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Any

from bbs import limits
from bbs.address import is_loopback, parse_invitation_link
from bbs.features.members.messages import Invite
from bbs.features.members.views import InvitationResult, MemberState
from bbs.ids import new_id
from bbs.plural import counted
from bbs.terminal.output import local_time
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Question, Surface
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
        surface.notify("You can invite once you have a seat; until then, ask a member for a link.")
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
