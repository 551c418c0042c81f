"""`bbs account`: show and change the caller's own account."""

import functools
from typing import Any

import click
from click.core import ParameterSource

from bbs.cli.account.join import CODES_ADVICE
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.cli.errors import NotYourPassword
from bbs.cli.lazy_group import LazyGroup
from bbs.clock import to_ms
from bbs.features.members.about_messages import GetProfile
from bbs.features.members.messages import ChangeName, ChangePassword, GetAccount, RenewCodes
from bbs.features.members.views import Account, Member, MemberState
from bbs.plural import counted
from bbs.refusals import NotAllowed, SignInFailed
from bbs.terminal.member_text import describe_away
from bbs.terminal.output import local_time
from bbs.terminal.prompts import new_password, read_password
from bbs.terminal.state_text import MEMBER_STATES
from bbs.text import sanitize

COMMANDS = {
    "away": ("bbs.cli.account.about:away", "Say beside your name that you are away, until a day."),
    "profile": ("bbs.cli.account.about:profile", "Show or change what stands on your page."),
}


@click.group(cls=LazyGroup, sections={"Commands": COMMANDS}, invoke_without_command=True)
@click.option("--name", help="Change your display name.")
@click.option("--password", is_flag=True, help="Change your password; ends every other session.")
@click.option(
    "--old-password-file",
    metavar="FILE",
    help="With --password: a 0600 file, or - for a line of stdin.",
)
@click.option("--new-password-file", metavar="FILE", help="The same, for the new one.")
@click.option(
    "--renew-codes", is_flag=True, help="Make new recovery codes; the old codes stop working."
)
@dry_run_option
@with_connection_options
def account(caller: CliContext, /, **options: Any) -> int | None:
    """Show your account: name, sessions, keys, recovery codes left."""
    context = click.get_current_context()
    if (command := context.invoked_subcommand) is None:
        return caller.run(functools.partial(_account, caller, **options))
    typed = (name for name in context.params if context.get_parameter_source(name) is _TYPED)
    if next(typed, None) is not None:
        raise click.UsageError(f"options come after the word: bbs account {command} …")
    return None


_TYPED = ParameterSource.COMMANDLINE


async def _account(
    caller: CliContext,
    *,
    name: str | None,
    password: bool,
    old_password_file: str | None,
    new_password_file: str | None,
    renew_codes: bool,
    dry_run: bool,
) -> None:
    shown = await caller.community.call(GetAccount())
    if name is not None:
        changed = await caller.community.call(ChangeName(name=name, dry_run=dry_run))
        caller.out.done(changed, sanitize(changed.member.name or ""))
    if password:
        assert caller.community.welcome is not None
        member, title = shown.member, caller.community.welcome.community
        names = (member.handle or "", member.name or "", title)
        old = read_password(
            old_password_file, question="Old password", option="--old-password-file"
        )
        new = new_password(
            new_password_file,
            names=names,
            question="New password",
            option="--new-password-file",
        )
        try:
            done = await caller.community.call(ChangePassword(old=old, new=new, dry_run=dry_run))
        except SignInFailed as error:
            raise NotYourPassword from error
        caller.out.done(done, "The password is changed; every other session has ended.")
    if renew_codes:
        await _renew(caller, dry_run)
    if not (name is not None or password or renew_codes):
        lines = [*_lines(shown), *await _page(caller, shown.member)] if caller.out.human else ()
        caller.out.result(shown, lines)


async def _page(caller: CliContext, member: Member) -> list[str]:
    """Return what the caller says of themselves, as others read it; without a seat there is nothing."""
    lines = []
    if member.away_until is not None:
        # The server left out a line that is over.
        away = describe_away(member, to_ms(member.away_until) - 1, local_time)
        lines.append(sanitize(away))
    if member.state is MemberState.SEATED:
        try:
            text = (await caller.community.call(GetProfile(member=member.id))).text
        except NotAllowed:  # by a token that reads nothing
            text = None
        if text:
            lines += ["", *sanitize(text, multiline=True).split("\n")]
    return lines


async def _renew(caller: CliContext, dry_run: bool) -> None:
    from bbs.sdk.credentials import new_recovery_codes

    codes = new_recovery_codes()
    await caller.community.call(RenewCodes(recovery_codes=codes, dry_run=dry_run))
    if dry_run:
        # The server did not store these codes, so do not print them for the member to write down.
        caller.out.result({})
        return
    lines = [CODES_ADVICE, "", *(f"    {code}" for code in codes)]
    caller.out.result({"recovery_codes": codes}, lines)


def _lines(shown: Account) -> list[str]:
    member = shown.member
    tokens = sum(1 for each in shown.sessions if each.token)
    return [
        f"{member.label}  {sanitize(member.name or '')}  ({MEMBER_STATES[member.state]})",
        f"{counted(len(shown.sessions) - tokens, 'device')} and {counted(tokens, 'token')} "
        "(bbs devices)",
        counted(len(shown.keys), "key"),
        f"{counted(shown.recovery_codes_left, 'recovery code')} left (bbs account --renew-codes)",
    ]
