"""`bbs admin tokens`: issue, list and revoke tokens for scripts."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix, find_by_prefix, sessions_table
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.members.messages import EndSession, GetAccount, IssueToken
from bbs.ids import new_id
from bbs.powers import TOKEN_POWERS, Power
from bbs.refusals import NotFound
from bbs.sdk import lookup

DAYS_DEFAULT = 90


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
    "--items-per-hour",
    type=click.IntRange(1, limits.TOKEN_ITEMS_PER_HOUR_MAX),
    default=limits.TOKEN_ITEMS_PER_HOUR_DEFAULT,
    show_default=True,
    help="How much it may write: posts (also each of an import), lines, edits, other commands.",
)
@click.option(
    "--to-file",
    type=click.Path(dir_okay=False),
    help="Write the token into FILE (0600) and do not print it.",
)
@dry_run_option
@with_community
async def issue(
    caller: CliContext,
    label: str,
    powers: tuple[str, ...],
    boards: tuple[str, ...],
    days: int,
    items_per_hour: int,
    to_file: str | None,
    dry_run: bool,
) -> None:
    """Issue a token named LABEL, limited to powers, boards, days and items an hour, and print it.

    \b
    bbs admin tokens issue almanac --power read --power write --board garden --days 30
    """
    from bbs.sdk.credentials import new_token

    reached = [(await lookup.find_board(caller.community, slug)).id for slug in boards]
    secret = new_token()
    # Write the file before the server issues the token. In the other order a failed write would
    # leave a valid token that nobody has.
    with _secret_file(to_file, secret) if to_file and not dry_run else nullcontext():
        issued = await caller.community.call(
            IssueToken(
                session=new_id(),
                token=secret,
                label=label,
                powers=tuple(sorted({Power(power) for power in powers})),
                boards=tuple(reached) if boards else None,
                days=days,
                items_per_hour=items_per_hour,
                dry_run=dry_run,
            )
        )
    value: dict[str, Any] = {"session": issued.session}
    if not dry_run:
        value |= {"file": to_file} if to_file else {"token": secret}
    caller.out.done(value, to_file or secret)


@tokens.command(name="list")
@with_community
async def list_tokens(caller: CliContext) -> None:
    """List your tokens: what each may do, how much in an hour, and until when."""
    sessions = (await caller.community.call(GetAccount())).sessions
    listed = tuple(session for session in sessions if session.token)
    caller.out.stream("tokens", listed, lines=sessions_table(listed), nothing="No tokens.")


@tokens.command()
@click.argument("token", callback=check_id_prefix)
@dry_run_option
@with_community
async def revoke(caller: CliContext, token: str, dry_run: bool) -> None:
    """Revoke a token; the first characters of its id are enough."""
    sessions = (await caller.community.call(GetAccount())).sessions
    session = find_by_prefix(sessions, token, what="session")
    if not session.token:
        raise NotFound("token")
    await caller.community.call(EndSession(session=session.id, dry_run=dry_run))
    caller.out.done({"session": session.id}, session.id)


@contextmanager
def _secret_file(path: str, secret: str) -> Iterator[None]:
    """Write a new file that only its owner can read; remove it if the block fails.

    Raises:
        FileExistsError: If there is such a file already; it stays as it is.
    """
    with open(path, "x", encoding="utf-8", opener=partial(os.open, mode=0o600)) as file:
        file.write(secret + "\n")
    try:
        yield
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
