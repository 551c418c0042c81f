"""`bbs join INVITE`: from an invitation link to a member who is reading, in one step."""

import asyncio
from typing import Any

import click

from bbs import refusals, terminal
from bbs.address import InvitationLink, parse_invitation_link
from bbs.cli.account.save_profile import describe_profile, open_client, save_credentials, url_of
from bbs.cli.context import CLIENT
from bbs.features.members.rules import check_display_name, check_handle
from bbs.features.members.views import Member, MemberState
from bbs.features.norms.messages import GetCommonsNorms, Norms
from bbs.terminal import prompts
from bbs.terminal.output import Output
from bbs.terminal.output_options import with_output_options
from bbs.terminal.prompts import (
    ask_checked,
    device_name,
    is_interactive,
    new_password,
    show_refusal,
)
from bbs.text import sanitize

CODES_ADVICE = (
    "Recovery codes. Each lets you in once if you lose your password and devices.\n"
    "Write them on paper now; they are not shown again."
)

WAITING = (
    "The community is full: the seats of the commons are all taken (its setting seats).\n"
    "You are on the waiting list and get the next free seat."
)


@click.command()
@click.argument("invitation")
@click.option("--handle", help="Your handle, for ever: small letters, digits, - and _.")
@click.option("--name", help="Your display name; can be changed.")
@click.option("--device", help="What to call this device in your list of devices.")
@click.option("--password-file", metavar="FILE", help="A 0600 file, or - for a line of stdin.")
@click.option("--accept-norms", type=int, metavar="VERSION", help="Accept the commons' norms.")
@click.option("--profile", metavar="NAME", help="What to call the profile on this device.")
@click.option("--no-connect", is_flag=True, help="Do not open the client afterwards.")
@with_output_options
def join(
    out: Output,
    invitation: str,
    handle: str | None,
    name: str | None,
    device: str | None,
    password_file: str | None,
    accept_norms: int | None,
    profile: str | None,
    no_connect: bool,
) -> None:
    """Join a community with an INVITATION, a link like bbs://moot.example.org:7878/#code.

    Asks for missing values, shows the norms of the commons, prints your recovery codes once,
    stores a profile on this device and opens the client.
    """
    joining = _Joining(parse_invitation_link(invitation.strip()), device or device_name())
    title, norms = asyncio.run(joining.fetch_norms())
    out.say(
        f"This leads to {sanitize(title)}. If the invitation is still good, you join at the end."
    )
    version = prompts.accept_norms(norms, accept_norms, whose=title)
    answers = _Answers(handle, name, password_file, title)
    while True:
        answers.ask_missing()
        try:
            credentials, member = asyncio.run(joining.sign_up(answers, version, out))
            break
        except (refusals.NameTaken, refusals.TextRefused, refusals.PasswordRefused) as error:
            if not (is_interactive() and answers.forget(error)):
                raise
            show_refusal(error)
    host = joining.invitation.host
    kept = save_credentials(credentials, host=host, pin=joining.invitation.pin, name=profile)
    out.result(
        {
            "profile": kept.name,
            "member": member,
            "session": kept.session,
            "recovery_codes": credentials.recovery_codes,
        },
        [
            *(CODES_ADVICE, "", *(f"    {code}" for code in credentials.recovery_codes), ""),
            *([WAITING] if member.state is MemberState.WAITING else []),
        ],
    )
    out.say(describe_profile(kept))
    if not no_connect and out.human and is_interactive():
        terminal.ask("Press Enter to go in", default="")
    open_client(kept, out, connect=not no_connect)


class _Answers:
    """What the newcomer said, and what is still to be asked."""

    def __init__(
        self, handle: str | None, name: str | None, password_file: str | None, community: str
    ) -> None:
        self.handle = handle
        self.name = name
        self.password: str | None = None
        self._password_file = password_file
        self._community = community

    def ask_missing(self) -> None:
        if self.handle is None:
            self.handle = ask_checked("Handle, for ever", check_handle, option="--handle")
        if self.name is None:
            self.name = ask_checked(
                "Display name", check_display_name, default=self.handle, option="--name"
            )
        if self.password is None:
            names = (self.handle, self.name, self._community)
            self.password = new_password(self._password_file, names=names)

    def forget(self, error: refusals.Refused) -> bool:
        """Forget the answer that was refused; False if it cannot be asked again."""
        field = getattr(error, "field", "password")
        if field == "password" and self._password_file is not None:
            return False
        if field not in ("handle", "name", "password"):
            return False
        setattr(self, field, None)
        return True


class _Joining:
    """The two conversations of joining: a stranger's connection lasts a minute, people take longer."""

    def __init__(self, invitation: InvitationLink, device: str) -> None:
        self.invitation = invitation
        self._device = device

    async def fetch_norms(self) -> tuple[str, Norms]:
        """Return the community's title and the norms one accepts by joining."""
        async with self._connected() as community:
            norms = await community.call(GetCommonsNorms())
            assert community.welcome is not None
            return community.welcome.community, norms

    async def sign_up(
        self, answers: _Answers, norms_version: int, out: Output
    ) -> tuple[Any, Member]:
        """Become a member; return the credentials and the member, whom `out` can name then."""
        from bbs.sdk.credentials import sign_up

        async with self._connected() as community:
            credentials = await sign_up(
                community,
                self.invitation.code,
                answers.handle or "",
                answers.name or "",
                answers.password or "",
                self._device,
                norms_version=norms_version,
            )
            assert community.me is not None
            await out.load_names(community)
            return credentials, community.me.member

    def _connected(self) -> Any:
        from bbs.sdk.community import connect

        url = url_of(self.invitation)
        return connect(url, client=CLIENT, listen=False, pin=self.invitation.pin)
