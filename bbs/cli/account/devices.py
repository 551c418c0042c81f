"""`bbs devices`: list where the member is signed in, or end a session."""

from collections.abc import Sequence
from typing import TypeVar

import click

from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.members.messages import EndSession, GetAccount
from bbs.features.members.views import Invitation, Session
from bbs.refusals import Conflict, NotFound, NotSignedIn
from bbs.terminal.output import table
from bbs.terminal.prompts import confirm

PREFIX_CHARS_MIN = 4  # with an empty variable, a script would end any session
_Item = TypeVar("_Item", Invitation, Session)


def check_id_prefix(_ctx: click.Context, _param: click.Parameter, prefix: str | None) -> str | None:
    """Return what a parameter gives of an id, as its callback; None if it was not given.

    Raises:
        UsageError: If it has fewer than `PREFIX_CHARS_MIN` characters, probably by mistake.
    """
    if prefix is not None and len(prefix.strip()) < PREFIX_CHARS_MIN:
        raise click.UsageError(f"give at least {PREFIX_CHARS_MIN} characters of the id")
    return prefix


@click.command()
@click.option(
    "--end",
    metavar="ID",
    callback=check_id_prefix,
    help="End this session; the first characters are enough.",
)
@click.option("--yes", is_flag=True, help="Do not ask, even where it is this device's own session.")
@dry_run_option
@with_community
async def devices(caller: CliContext, end: str | None, yes: bool, dry_run: bool) -> None:
    """List your devices and tokens, or end a session; its connections close within two seconds.

    The key of a device ends with its session: to sign in there again, use your password.
    """
    shown = await caller.community.call(GetAccount())
    if end is None:
        lines = sessions_table(shown.sessions)
        caller.out.stream("sessions", shown.sessions, {"keys": shown.keys}, lines)
        return
    session = find_by_prefix(shown.sessions, end, what="session")
    if session.current and not dry_run:
        confirm("This is the session you are using: sign out here?", yes=yes)
    try:
        await caller.community.call(EndSession(session=session.id, dry_run=dry_run))
    except NotSignedIn:
        # The server may close this very connection before it sends the result.
        if not session.current:
            raise
    caller.out.result({"session": session.id})
    if not dry_run:
        caller.out.say("The session is ended.")


def find_by_prefix(items: Sequence[_Item], prefix: str, *, what: str) -> _Item:
    """Return the item whose id begins with `prefix`.

    Args:
        items: Sessions or invitations.
        prefix: The first characters of an id.
        what: What an item is, for people.

    Raises:
        NotFound: If no id begins so.
        Conflict: If several ids do.
    """
    found = [item for item in items if item.id.startswith(prefix)]
    if not found:
        raise NotFound(what)
    if len(found) > 1:
        raise Conflict(f"more than one {what} begins like that")
    return found[0]


def sessions_table(sessions: tuple[Session, ...]) -> list[str]:
    """Return sessions as a table: id, kind, last day, items an hour, powers, name."""
    rows = [
        [
            session.id[:8],
            "token" if session.token else "this device" if session.current else "device",
            "" if session.expires_at is None else f"{session.expires_at:%Y-%m-%d}",
            str(session.items_per_hour or ""),
            ", ".join(session.powers) if session.powers else "",
            session.label,
        ]
        for session in sessions
    ]
    return table(rows, ("ID", "KIND", "UNTIL", "AN HOUR", "POWERS", "NAME"))
