"""`bbs admin reports`: read what members reported of letters."""

import click

from bbs import limits
from bbs.cli.context import CliContext, with_community
from bbs.features.letters.messages import ListReports
from bbs.features.letters.views import Report
from bbs.features.members.author_text import member_name
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal.letter_text import report_heading, report_lines
from bbs.terminal.output import local_time, table


@click.group()
def reports() -> None:
    """Read what members reported of letters. For the moderators of the commons."""


@reports.command("list")
@with_community
async def list_reports(caller: CliContext) -> None:
    """List the reports, the newest first."""
    found = await _reports(caller)
    members = await lookup.list_members(caller.community)
    rows = [
        [
            str(number),
            member_name(each.by, members),
            str(each.norm),
            str(len(each.quotes)),
            local_time(each.at),
            local_time(each.until),
        ]
        for number, each in enumerate(found, 1)
    ]
    lines = table(rows, ("NUMBER", "BY", "CLAUSE", "POSTS", "SINCE", "ERASED"))
    caller.out.stream("reports", found, lines=lines, nothing="No report of a letter is kept.")


@reports.command()
@click.argument("number", type=click.IntRange(1))
@with_community
async def show(caller: CliContext, number: int) -> None:
    """Show report NUMBER of `bbs admin reports list`: the quoted posts, and nothing else of the letter."""
    found = await _reports(caller)
    if number > len(found):
        raise NotFound(what="report")
    report = found[number - 1]
    members = await lookup.list_members(caller.community)
    heading = report_heading(report, member_name(report.by, members))
    lines = [f"{heading}, {local_time(report.at)}", *report_lines(report, members)]
    lines.append(f"It is erased on {local_time(report.until)}, with the copies.")
    caller.out.result(report, lines)


async def _reports(caller: CliContext) -> list[Report]:
    found: list[Report] = []
    before: str | None = None
    while True:
        query = ListReports(before=before, limit=limits.PAGE_ITEMS_MAX)
        page = await caller.community.call(query)
        found += page.reports
        if page.next_before in (None, before):
            return found
        before = page.next_before
