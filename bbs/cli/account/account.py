"""`bbs account`: what only you see of yourself, and changing it."""

from typing import TYPE_CHECKING

import click

from bbs.cli.account.join import CODES_ADVICE
from bbs.cli.context import CliContext, with_connection_options
from bbs.cli.errors import NotYourPassword
from bbs.features.members.messages import ChangeName, ChangePassword, GetAccount, RenewCodes
from bbs.features.members.views import Account
from bbs.plural import counted
from bbs.refusals import SignInFailed
from bbs.terminal.prompts import new_password, read_password
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.command()
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
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def account(
    caller: CliContext,
    name: str | None,
    password: bool,
    old_password_file: str | None,
    new_password_file: str | None,
    renew_codes: bool,
    dry_run: bool,
) -> int | None:
    """Show your account: name, sessions, keys, recovery codes left."""

    async def work(community: "Community") -> int | None:
        shown = await community.call(GetAccount())
        if name is not None:
            changed = await community.call(ChangeName(name=name, dry_run=dry_run))
            caller.out.result(changed, [sanitize(changed.member.name or "")])
        if password:
            assert community.welcome is not None
            member, title = shown.member, community.welcome.community
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
                done = await community.call(ChangePassword(old=old, new=new, dry_run=dry_run))
            except SignInFailed as error:
                raise NotYourPassword from error
            told = "The password is changed; every other session has ended."
            caller.out.result(done, [] if dry_run else [told])
        if renew_codes:
            await _renew(caller, community, dry_run)
        if dry_run:
            caller.out.say_dry_run()
        if not (name is not None or password or renew_codes):
            caller.out.result(shown, _lines(shown))
        return None

    return caller.run(work)


async def _renew(caller: CliContext, community: "Community", dry_run: bool) -> None:
    from bbs.sdk.credentials import new_recovery_codes

    codes = new_recovery_codes()
    await community.call(RenewCodes(recovery_codes=codes, dry_run=dry_run))
    if dry_run:
        # Codes that open nothing are worse than none.
        caller.out.result({"dry_run": True})
        return
    lines = [CODES_ADVICE, "", *(f"    {code}" for code in codes)]
    caller.out.result({"recovery_codes": codes, "dry_run": False}, lines)


def _lines(shown: Account) -> list[str]:
    member = shown.member
    tokens = sum(1 for each in shown.sessions if each.token)
    return [
        f"{member.label}  {sanitize(member.name or '')}  ({member.state.value})",
        f"{counted(len(shown.sessions) - tokens, 'device')} and {counted(tokens, 'token')} "
        "(bbs devices)",
        counted(len(shown.keys), "key"),
        f"{counted(shown.recovery_codes_left, 'recovery code')} left (bbs account --renew-codes)",
    ]
