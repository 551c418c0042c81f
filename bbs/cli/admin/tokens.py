"""`bbs admin tokens`: tokens for scripts, each no more powerful than its work needs."""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix, find_session, sessions_table
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.members.messages import EndSession, GetAccount, IssueToken
from bbs.ids import new_id
from bbs.powers import TOKEN_POWERS, Power
from bbs.refusals import NotFound
from bbs.sdk import lookup

if TYPE_CHECKING:
    from bbs.sdk.community import Community

DAYS_DEFAULT = 90
_dry_run = click.option(
    "--dry-run", is_flag=True, help="Let the server run the command and change nothing."
)


@click.group()
def tokens() -> None:
    """Issue, list and revoke your tokens. A token acts in your name and is shown once."""


@tokens.command()
@click.argument("label")
@click.option(
    "--power",
    "powers",
    multiple=True,
    required=True,
    type=click.Choice(sorted(power.value for power in TOKEN_POWERS)),
    help="What it may do; repeat.",
)
@click.option(
    "--board",
    "boards",
    multiple=True,
    shell_complete=complete_board,
    help="A board the token reaches; repeat. Without this option, all of yours.",
)
@click.option(
    "--days",
    type=click.IntRange(1, limits.TOKEN_DAYS_MAX),
    default=DAYS_DEFAULT,
    show_default=True,
    help="Until it ends.",
)
@click.option(
    "--to-file",
    type=click.Path(dir_okay=False),
    help="Write the token into FILE (0600) and do not print it.",
)
@_dry_run
@with_connection_options
def issue(
    caller: CliContext,
    label: str,
    powers: tuple[str, ...],
    boards: tuple[str, ...],
    days: int,
    to_file: str | None,
    dry_run: bool,
) -> int | None:
    """Issue a token named LABEL, limited to powers, boards and days, and print it.

    \b
    bbs admin tokens issue almanac --power read --power write --board garden --days 30
    """

    async def work(community: "Community") -> int | None:
        from bbs.sdk.credentials import new_token

        reached = [(await lookup.find_board(community, slug)).id for slug in boards]
        secret = new_token()
        # The file first: a token nobody holds is worse than a file with a token that never was.
        file = _SecretFile(to_file, secret) if to_file and not dry_run else nullcontext()
        with file:
            issued = await community.call(
                IssueToken(
                    session=new_id(),
                    token=secret,
                    label=label,
                    powers=tuple(sorted({Power(power) for power in powers})),
                    boards=tuple(reached) if boards else None,
                    days=days,
                    dry_run=dry_run,
                )
            )
        value = {"session": issued.session, "dry_run": dry_run}
        if dry_run:
            caller.out.result(value)
            caller.out.say_dry_run()
        elif to_file is None:
            caller.out.result({**value, "token": secret}, [secret])
        else:
            caller.out.result({**value, "file": to_file}, [to_file])
        return None

    return caller.run(work)


@tokens.command(name="list")
@with_connection_options
def list_tokens(caller: CliContext) -> int | None:
    """List your tokens: what each may do, and until when."""

    async def work(community: "Community") -> int | None:
        shown = await community.call(GetAccount())
        listed = tuple(each for each in shown.sessions if each.token)
        if caller.out.human:
            caller.out.result(None, sessions_table(listed))
            if not listed:
                caller.out.say("No tokens.")
        else:
            caller.out.stream("tokens", listed, {})
        return None

    return caller.run(work)


@tokens.command()
@click.argument("token")
@_dry_run
@with_connection_options
def revoke(caller: CliContext, token: str, dry_run: bool) -> int | None:
    """Revoke a token; the first characters of its id are enough."""
    check_id_prefix(token)

    async def work(community: "Community") -> int | None:
        session = find_session(await community.call(GetAccount()), token)
        if not session.token:
            raise NotFound("token")
        await community.call(EndSession(session=session.id, dry_run=dry_run))
        caller.out.result({"session": session.id, "dry_run": dry_run}, [session.id])
        return None

    return caller.run(work)


class _SecretFile:
    """A new file only its owner can read, taken away again if what it is for fails."""

    def __init__(self, path: str, secret: str) -> None:
        self._path = Path(path)
        self._secret = secret

    def __enter__(self) -> None:
        """Write it. Raises `FileExistsError` rather than touch an existing file."""
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(self._secret + "\n")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._path.unlink(missing_ok=True)
