"""`bbs devices`: where one is signed in, and ending that."""

from typing import TYPE_CHECKING

import click

from bbs.cli.context import CliContext, with_connection_options
from bbs.features.members.messages import EndSession, GetAccount
from bbs.features.members.views import Account, Session
from bbs.refusals import Conflict, NotFound, NotSignedIn
from bbs.terminal.output import table
from bbs.terminal.prompts import confirm

if TYPE_CHECKING:
    from bbs.sdk.community import Community

PREFIX_CHARS_MIN = 4  # an empty variable in a script must not end the first session there is


@click.command()
@click.option("--end", metavar="ID", help="End this session; the first characters are enough.")
@click.option("--yes", is_flag=True, help="Do not ask, even where it is this device's own session.")
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def devices(caller: CliContext, end: str | None, yes: bool, dry_run: bool) -> int | None:
    """List your devices and tokens, or end a session; its connections close within two seconds.

    The key of a device ends with its session: to sign in there again, use your password.
    """
    if end is not None:
        check_id_prefix(end)

    async def work(community: "Community") -> int | None:
        shown = await community.call(GetAccount())
        if end is None:
            if caller.out.human:
                caller.out.result(None, sessions_table(shown.sessions))
            else:
                caller.out.stream("sessions", shown.sessions, {"keys": shown.keys})
            return None
        session = find_session(shown, end)
        if session.current and not dry_run:
            confirm("This is the session you are using: sign out here?", yes=yes)
        try:
            await community.call(EndSession(session=session.id, dry_run=dry_run))
        except NotSignedIn:
            # One's own session may be over before the answer is read.
            if not session.current:
                raise
        caller.out.result({"session": session.id, "dry_run": dry_run})
        caller.out.say("It would be ended." if dry_run else "It is ended.")
        return None

    return caller.run(work)


def check_id_prefix(wanted: str) -> None:
    """Refuse the beginning of an id that is so short that it was hardly meant.

    Raises:
        UsageError: If it has fewer than `PREFIX_CHARS_MIN` characters.
    """
    if len(wanted.strip()) < PREFIX_CHARS_MIN:
        raise click.UsageError(f"give at least {PREFIX_CHARS_MIN} characters of the id")


def find_session(shown: Account, wanted: str) -> Session:
    """Return the session whose id begins with `wanted`.

    Raises:
        NotFound: If there is none.
        Conflict: If there are several.
    """
    found = [session for session in shown.sessions if session.id.startswith(wanted)]
    if not found:
        raise NotFound("session")
    if len(found) > 1:
        raise Conflict("more than one session begins like that")
    return found[0]


def sessions_table(sessions: tuple[Session, ...]) -> list[str]:
    """Return sessions as lines: id, what it is, until when, how it is called."""
    rows = [
        [
            session.id[:8],
            "token" if session.token else "this device" if session.current else "device",
            "" if session.expires_at is None else f"{session.expires_at:%Y-%m-%d}",
            ", ".join(session.powers) if session.powers else "",
            session.label,
        ]
        for session in sessions
    ]
    return table(rows, ("ID", "KIND", "UNTIL", "POWERS", "NAME"))
