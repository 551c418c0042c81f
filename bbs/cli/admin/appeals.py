"""`bbs admin appeals`: read the appeals that you may decide about, and decide (P7)."""

from datetime import datetime

import click

from bbs.cli.account.devices import check_id_prefix
from bbs.cli.admin.acts import reason_option
from bbs.cli.admin.find_case import find_appeal, list_handled
from bbs.cli.admin.moments import read_last_day, typed_until
from bbs.cli.completion_places import complete_appeal
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.cases.appeal_messages import DecideAppeal, GetAppeal, Verdict
from bbs.features.members.author_text import member_name
from bbs.sdk import lookup
from bbs.terminal.act_text import describe_act
from bbs.terminal.output import local_time, table
from bbs.text import sanitize

_reason_option = reason_option("Why; who appeals reads it, and everybody in the log.")


@click.group()
def appeals() -> None:
    """Read appeals that you may decide about; uphold, shorten or lift.

    Nobody hears an appeal against their own decision, or of a member whom they invited. Without an
    answer within 14 days the decision is lifted.
    """


@appeals.command("list")
@with_community
async def list_appeals(caller: CliContext) -> None:
    """List the appeals that wait for you, what is due first before the others."""
    found = (await list_handled(caller)).appeals
    members = await lookup.list_members(caller.community)
    boards = {each.id: each.label for each in (await lookup.list_boards(caller.community)).boards}
    rows = [
        [
            each.id[:8],
            boards.get(each.board, ""),
            member_name(each.member, members),
            local_time(each.asked_at),
            local_time(each.decide_by),
        ]
        for each in found
    ]
    lines = table(rows, ("APPEAL", "BOARD", "MEMBER", "SINCE", "ANSWER BY"))
    caller.out.stream("appeals", found, lines=lines, nothing="No appeal waits for you.")


@appeals.command()
@click.argument("appeal", callback=check_id_prefix, shell_complete=complete_appeal)
@with_community
async def show(caller: CliContext, appeal: str) -> None:
    """Show an appeal, and what it is against; the first characters of its id are enough."""
    one = await find_appeal(caller, appeal)
    found = await caller.community.call(GetAppeal(appeal=one.id))
    members = await lookup.list_members(caller.community)
    boards = {each.id: each.label for each in (await lookup.list_boards(caller.community)).boards}
    lines = [f"{member_name(one.member, members)} appeals, since {local_time(one.asked_at)}:", ""]
    lines += sanitize(one.words or "", multiline=True).splitlines()
    if found.act is not None:
        act = describe_act(found.act, members, lambda board: boards.get(board, ""))
        lines += ["", f"{local_time(found.act.at)}: {act}"]
    if found.said is not None:
        lines += ["", "The words:", *sanitize(found.said, multiline=True).splitlines()]
    if one.case is not None:
        lines += ["", f"The case: bbs admin cases show {one.case[:8]}"]
    lines.append(f"Without an answer the decision is lifted on {local_time(one.decide_by)}.")
    caller.out.result(found, lines)


@appeals.command()
@click.argument("appeal", callback=check_id_prefix, shell_complete=complete_appeal)
@_reason_option
@dry_run_option
@with_community
async def uphold(caller: CliContext, appeal: str, reason: str, dry_run: bool) -> None:
    """Let the decision stand."""
    await _decide(caller, appeal, Verdict.UPHOLD, None, reason, dry_run)


@appeals.command()
@click.argument("appeal", callback=check_id_prefix, shell_complete=complete_appeal)
@click.option(
    "--until",
    required=True,
    callback=read_last_day,
    help="When it ends: a day, or a moment with its zone; sooner than now.",
)
@_reason_option
@dry_run_option
@with_community
async def shorten(
    caller: CliContext, appeal: str, until: datetime, reason: str, dry_run: bool
) -> None:
    """Let the sanction end sooner.

    \b
    bbs admin appeals shorten 1f3a9c02 --until 2027-03-01 --reason "Three days are enough."
    """
    with typed_until("until"):
        await _decide(caller, appeal, Verdict.SHORTEN, until, reason, dry_run)


@appeals.command()
@click.argument("appeal", callback=check_id_prefix, shell_complete=complete_appeal)
@_reason_option
@dry_run_option
@with_community
async def lift(caller: CliContext, appeal: str, reason: str, dry_run: bool) -> None:
    """Lift the decision: hidden words are shown again, and the sanction counts nowhere."""
    await _decide(caller, appeal, Verdict.LIFT, None, reason, dry_run)


async def _decide(
    caller: CliContext,
    prefix: str,
    verdict: Verdict,
    until: datetime | None,
    reason: str,
    dry_run: bool,
) -> None:
    one = await find_appeal(caller, prefix)
    done = await caller.community.call(
        DecideAppeal(appeal=one.id, verdict=verdict, until=until, reason=reason, dry_run=dry_run)
    )
    says = {Verdict.UPHOLD: "upheld", Verdict.SHORTEN: "shortened", Verdict.LIFT: "lifted"}
    caller.out.done(done, f"{says[verdict]} what {one.id[:8]} is against")
