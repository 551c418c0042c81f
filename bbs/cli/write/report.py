"""`bbs report` and `bbs reports`: report words by a clause, and read what became of it (P5)."""

import click

from bbs.cli.clause import ClauseType
from bbs.cli.completion_places import complete_address
from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.cli.write.report_letter import report_letter
from bbs.errors import BadParams
from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.wording import check_words
from bbs.features.norms.clause_text import ClauseNumber
from bbs.ids import new_id
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.input_text import mend_body
from bbs.terminal.output import local_time
from bbs.terminal.report_text import OPENED, SENT, report_lines


@click.command()
@click.argument(
    "addresses", metavar="ADDRESS...", nargs=-1, required=True, shell_complete=complete_address
)
@click.option(
    "--norm",
    required=True,
    type=ClauseType(),
    help='The number of the clause; "commons 3" for one of the commons\' norms, which hold everywhere.',
)
@click.option("-m", "--words", help="What you want to say about it; only who handles it reads it.")
@click.option(
    "--name",
    "names",
    multiple=True,
    shell_complete=complete_handle,
    help="Somebody else whom it concerns: only kept from handling the case. May be given more than once.",
)
@click.option(
    "--letter",
    metavar="HANDLES",
    help="Report posts of this letter: ADDRESS is then the number of a post. Like: ana+ben.",
)
@click.option(
    "--office", is_flag=True, help="As a moderator of the board, open a case and take it on."
)
@dry_run_option
@with_community
async def report(
    caller: CliContext,
    addresses: tuple[str, ...],
    norm: ClauseNumber,
    words: str | None,
    names: tuple[str, ...],
    letter: str | None,
    office: bool,
    dry_run: bool,
) -> None:
    """Report ADDRESS, a post or a line of a lounge, to those who handle cases there.

    They get a copy of the words, so that an edit changes nothing, and what you say. Nobody learns who
    reported it, and its author least of all. Nobody who is party to it handles it. You can report ten
    times a day; bbs reports shows what became of it.

    \b
    bbs report garden/42/7 --norm 2 -m "It names my employer."
    bbs report garden/lounge/113 --norm "commons 3" --name @cyd
    bbs report 3 5 --letter ana+ben --norm "commons 1"
    """
    if words is not None:
        words = mend_body(words, field="--words")
        check_words(words, field="--words")
    if letter is not None:
        if names or office:
            raise click.UsageError("--letter goes with neither --name nor --office")
        reported = await report_letter(
            caller, letter, addresses, norm, words=words, dry_run=dry_run
        )
        caller.out.done(reported, SENT)
        return
    if len(addresses) > 1:
        raise click.UsageError("one address at a time; several only of a --letter")
    found = await lookup.find_address(caller.community, addresses[0])
    caller.out.learn(found)
    said = {
        "report": new_id(),
        **norm._asdict(),
        "words": words,
        "names": tuple(name.removeprefix("@") for name in names),
        "of_office": office,
        "dry_run": dry_run,
    }
    command: ReportPost | ReportLine
    if found.post is not None:
        command = ReportPost(post=found.post.id, **said)
    elif found.line is not None:
        command = ReportLine(line=found.line.id, **said)
    else:
        raise BadParams("address", "name a post or a line: garden/42/7, garden/lounge/113")
    result = await caller.community.call(command)
    caller.out.done(result.report, OPENED if office else SENT)


@click.command()
@with_community
async def reports(caller: CliContext) -> None:
    """Print what you reported and what became of it, the latest first."""
    found = await caller.community.call(ListOwnReports())
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    caller.out.learn(tuple(boards.values()))
    lines: list[str] = []
    for each in found.reports:
        lines += report_lines(each, render.board_label(each.board, boards), local_time)
    left = found.left_today
    caller.out.stream(
        "reports",
        found.reports,
        {"left_today": left},
        lines,
        nothing="You reported nothing that is still kept.",
    )
    caller.out.say(f"You can send {counted(left, 'more report')} today.")
