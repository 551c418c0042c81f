"""`bbs join INVITE`: become a member by an invitation link, and open the client."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bbs import refusals, terminal
from bbs.address import InvitationLink, parse_invitation_link
from bbs.cli.account.save_profile import describe_profile, open_client, save_credentials, url_of
from bbs.cli.context import open_community
from bbs.errors import UnknownMethod
from bbs.features.boards.application_messages import ListOwnApplications
from bbs.features.members.rules import check_display_name, check_handle
from bbs.features.members.views import Member, MemberState
from bbs.features.norms.messages import GetCommonsNorms, Norms
from bbs.profiles import note_arrival
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

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.credentials import Credentials

CODES_ADVICE = (
    "Recovery codes. Each lets you in once if you lose your password and devices.\n"
    "Write them on paper now; they are not shown again."
)

WAITING = (
    "The community has no seat for you yet: all are taken or kept for others (its setting seats),"
    " or its pace is reached.\n"
    "You are on the waiting list. bbs seat commons --place shows your place."
)

ASKED = (
    "The community asks you something before it gives you a seat, and its moderators read the answer.\n"
    "bbs seat commons shows what it asks; they decide within seven days, else you go on in order."
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
@click.option("--plain", is_flag=True, help="Open it with lines instead of a screen.")
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
    plain: bool,
) -> None:
    """Join a community with an INVITATION, a link like bbs://moot.example.org:7878/#code.

    Asks for missing values, shows the norms of the commons, prints your recovery codes once,
    stores a profile on this device and opens the client.
    """
    link = parse_invitation_link(invitation.strip())
    device = device or device_name()
    title, norms = asyncio.run(_fetch_norms(link))
    out.say(
        f"This leads to {sanitize(title)}. If the invitation is still good, you join at the end."
    )
    answers = _Answers(handle, name, password_file, title)
    lacking = () if is_interactive() else answers.lacking()
    version = prompts.accept_norms(norms, accept_norms, whose=title, also=lacking)
    if lacking:
        raise prompts.missing(*lacking)
    while True:
        answers.ask_missing()
        try:
            credentials, member, is_asked = asyncio.run(
                _sign_up(link, answers, version, device, out)
            )
            break
        except (refusals.NameTaken, refusals.TextRefused, refusals.PasswordRefused) as error:
            if not (is_interactive() and answers.forget(error)):
                raise
            show_refusal(error)
    kept = save_credentials(credentials, host=link.host, pin=link.pin, name=profile)
    out.result(
        {
            "profile": kept.name,
            "member": member,
            "session": kept.session,
            "recovery_codes": credentials.recovery_codes,
        },
        [
            *(CODES_ADVICE, "", *(f"    {code}" for code in credentials.recovery_codes), ""),
            *([ASKED if is_asked else WAITING] if member.state is MemberState.WAITING else []),
        ],
    )
    out.say(describe_profile(kept))
    if not member.sysop:  # who founded the community is led by other steps
        note_arrival(kept)
    if not no_connect and out.human and is_interactive():
        terminal.ask("Press Enter to go in", default="")
    open_client(kept, out, connect=not no_connect, plain=plain)


@dataclass(repr=False)
class _Answers:
    """The newcomer's answers, a password included; None for each that is still to be asked."""

    handle: str | None
    name: str | None
    password_file: str | None
    community: str
    password: str | None = None

    def lacking(self) -> Sequence[str]:
        """Return the options that a script has to give and did not."""
        given = {
            "--handle": self.handle,
            "--name": self.name,
            "--password-file": self.password_file,
        }
        return [option for option, value in given.items() if value is None]

    def ask_missing(self) -> None:
        if self.handle is None:
            terminal.tell("Your handle is your name in addresses, such as @ana; it stays as it is.")
            self.handle = ask_checked("Handle, for ever", check_handle, option="--handle")
        if self.name is None:
            self.name = ask_checked(
                "Display name", check_display_name, default=self.handle, option="--name"
            )
        if self.password is None:
            names = (self.handle, self.name, self.community)
            self.password = new_password(self.password_file, names=names)

    def forget(self, error: refusals.Refused) -> bool:
        """Forget the answer that the server refused; return False if no person can be asked again."""
        field = getattr(error, "field", "password")
        if field == "password" and self.password_file is not None:
            return False
        if field not in ("handle", "name", "password"):
            return False
        setattr(self, field, None)
        return True


async def _fetch_norms(link: InvitationLink) -> tuple[str, Norms]:
    """Return the community's title and the norms that the newcomer accepts by joining."""
    async with open_community(url_of(link), pin=link.pin) as community:
        norms = await community.call(GetCommonsNorms())
        assert community.welcome is not None
        return community.welcome.community, norms


async def _sign_up(
    link: InvitationLink, answers: _Answers, norms_version: int, device: str, out: Output
) -> tuple["Credentials", Member, bool]:
    """Sign up; return the credentials, the member, and whether the community asks them something.

    It gives `out` the names.

    It opens a second connection, because the server gives a stranger a minute, and people need
    longer to answer.
    """
    from bbs.sdk.credentials import sign_up

    async with open_community(url_of(link), pin=link.pin) as community:
        credentials = await sign_up(
            community,
            link.code,
            answers.handle or "",
            answers.name or "",
            answers.password or "",
            device,
            norms_version=norms_version,
        )
        assert community.me is not None
        await out.load_names(community)
        member = community.me.member
        return credentials, member, await _is_asked(community, member)


async def _is_asked(community: "Community", member: Member) -> bool:
    """Return whether questions come before a seat in the community; an older server asks none."""
    if member.state is not MemberState.WAITING:
        return False
    try:
        return bool((await community.call(ListOwnApplications())).questions)
    except UnknownMethod:
        return False
