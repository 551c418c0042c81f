"""`bbs account away` and `bbs account profile`: what members say of themselves."""

import sys
from datetime import datetime

import click

from bbs import limits, terminal
from bbs.cli.admin.moments import read_moment, typed_until
from bbs.cli.context import CliContext, dry_run_option, with_community, with_connection_options
from bbs.clock import to_ms
from bbs.features.members.about import check_profile
from bbs.features.members.about_messages import (
    ClearAway,
    ClearProfile,
    GetProfile,
    SetAway,
    SetProfile,
)
from bbs.features.members.messages import GetAccount
from bbs.features.members.views import Member
from bbs.terminal.input_text import read_body, read_line
from bbs.terminal.member_text import describe_away
from bbs.terminal.output import local_time
from bbs.text import sanitize


@click.command()
@click.argument("line", required=False)
@click.option(
    "--until",
    metavar="DAY",
    callback=read_moment,
    help=(
        "When you are back: a day, which begins in UTC, or a moment with its zone; at most"
        f" {limits.AWAY_DAYS_MAX} days ahead."
    ),
)
@click.option("--clear", is_flag=True, help="Take the line back before it ends.")
@dry_run_option
@with_connection_options
def away(
    caller: CliContext, line: str | None, until: datetime | None, clear: bool, dry_run: bool
) -> int | None:
    """Say beside your name that you are away, until a day; without LINE, show yours.

    You set it and nothing else does: it says nothing of whether you are connected.

    \b
    bbs account away "Walking, without a phone." --until 2027-03-01
    """
    if clear and (line is not None or until is not None):
        raise click.UsageError("--clear takes no line and no --until")
    if (line is None) != (until is None):
        raise click.UsageError(
            "an away line has an end: bbs account away LINE --until DAY, at most"
            f" {limits.AWAY_DAYS_MAX} days ahead"
        )
    if line is not None:
        line = read_line(line, field="line", chars_max=limits.AWAY_CHARS_MAX)

    async def work() -> None:
        call = caller.community.call
        if line is not None and until is not None:
            with typed_until("until", "away_until"):
                shown = await call(SetAway(text=line, until=until, dry_run=dry_run))
            _show(caller, shown.member)
        elif clear:
            shown = await call(ClearAway(dry_run=dry_run))
            _show(caller, shown.member)
        else:
            _show(caller, (await call(GetAccount())).member)

    return caller.run(work)


def _show(caller: CliContext, member: Member) -> None:
    ends = member.away_until
    # The server left out a line that is over.
    says = "" if ends is None else describe_away(member, to_ms(ends) - 1, _day)
    value = {"away": member.away, "away_until": ends}
    caller.out.done(value, sanitize(says) or "You are not marked as away.", tried=True)


def _day(moment: datetime) -> str:
    return local_time(moment)


@click.command()
@click.option("-m", "--message", metavar="TEXT", help="The whole text; - reads it from stdin.")
@click.option("--edit", is_flag=True, help="Write it in the editor that $VISUAL or $EDITOR names.")
@click.option("--clear", is_flag=True, help="Erase it.")
@dry_run_option
@with_community
async def profile(
    caller: CliContext, message: str | None, edit: bool, clear: bool, dry_run: bool
) -> None:
    """Show or change what members with a seat read on your page: up to 1,000 characters.

    An old text is erased. bbs who @handle shows the page of a member.
    """
    if (message is not None) + edit + clear > 1:
        raise click.UsageError("-m, --edit or --clear: only one of them")
    call = caller.community.call
    me = (await call(GetAccount())).member.id
    if clear:
        await call(ClearProfile(dry_run=dry_run))
        text = None
    else:
        text = (await call(GetProfile(member=me))).text
        changed = _changed(text, message, edit=edit)
        if changed is not None and changed != text:
            check_profile(changed)
            await call(SetProfile(text=changed, dry_run=dry_run))
            text = changed
    said = sanitize(text or "Your page says nothing of you.", multiline=True)
    caller.out.done({"text": text}, *said.split("\n"))


def _changed(text: str | None, message: str | None, *, edit: bool) -> str | None:
    """Return the new text; None for no change."""
    if edit:
        written = terminal.edit(text or "")
        if written is None:
            terminal.tell("The text was not saved in the editor; your profile is as it was.")
            return None
        return read_body(written.rstrip("\n"), None)
    if message is None:
        return None
    written = sys.stdin.read() if message == "-" else message
    if not written.strip():
        raise click.UsageError("this text is empty: --clear erases your profile")
    return read_body(written, None)
