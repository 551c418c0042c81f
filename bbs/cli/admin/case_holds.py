"""`bbs admin cases hold|release|remove`: urgent holds, and removing newcomers (protocol 24)."""

import click

from bbs import limits
from bbs.cli.admin.cases import text_option
from bbs.cli.admin.find_case import case_argument, find_case
from bbs.cli.clause import ClauseType
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.removal_messages import RemoveNewcomer
from bbs.features.cases.views import HoldOf
from bbs.features.norms.clause_text import ClauseNumber
from bbs.ids import CaseId
from bbs.refusals import NotFound
from bbs.terminal.case_text import describe_held
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time

_ID_CHARS = 36


async def _find(caller: CliContext, case: str) -> CaseId:
    """Return the id of a case; who is in office and does not handle it names it by its whole id."""
    try:
        return (await find_case(caller, case, closed=False)).id
    except NotFound:
        if len(case) != _ID_CHARS:
            raise
        return case


@click.command()
@case_argument
@click.option("--words", is_flag=True, help="Hold the reported words: nobody reads them meanwhile.")
@click.option("--writing", is_flag=True, help="Hold the person's writing on the board.")
@text_option("What is said of their words; nothing in it may point to who reported them.")
@dry_run_option
@with_community
async def hold(
    caller: CliContext, case: str, words: bool, writing: bool, text: str, dry_run: bool
) -> None:
    """Hold words, or a person's writing, urgently: without a clause, and for hours only.

    The person is asked with it. The hold ends 12 hours after their answer or the time for it, and 36
    hours after it began at the latest, unless a decision confirms it. The board's log says that you
    held, and not whose words. Party to the case, name CASE by its whole id.

    \b
    bbs admin cases hold garden/case/12 --words -m "It is said that you published an address."
    """
    if not (words or writing):
        raise click.UsageError("say what to hold: --words, --writing, or both")
    chosen = ((words, HoldOf.WORDS), (writing, HoldOf.WRITING))
    of = tuple(each for is_chosen, each in chosen if is_chosen)
    key = await _find(caller, case)
    done = await caller.community.call(HoldCase(case=key, of=of, text=text, dry_run=dry_run))
    until = done.case.head.hold_until
    ends = "" if until is None else f" until {local_time(until)} at the latest"
    caller.out.done(done, f"Held {describe_held(done.case.held)}{ends}.", tried=True)


@click.command()
@case_argument
@dry_run_option
@with_community
async def release(caller: CliContext, case: str, dry_run: bool) -> None:
    """End the urgent hold of CASE now: all is as it was, and the board's log says so."""
    key = await _find(caller, case)
    done = await caller.community.call(ReleaseHold(case=key, dry_run=dry_run))
    caller.out.done(done, f"Nothing is held any more in case {done.case.head.number}.", tried=True)


@click.command()
@case_argument
@click.option(
    "--norm",
    "clause",
    type=ClauseType(),
    required=True,
    help='The number of the clause; "commons 3" for one of the commons\' norms.',
)
@click.option("--reason", required=True, help="Why, one line: person, host and log read it.")
@dry_run_option
@with_community
async def remove(
    caller: CliContext, case: str, clause: ClauseNumber, reason: str, dry_run: bool
) -> None:
    """Remove the newcomer whom CASE is about, who "never was a member".

    For moderators of the commons and the sysop; only within a newcomer's guard or their first 14 days,
    and after they were asked. All they wrote is hidden at once; they are suspended for 30 days, in
    which they can appeal and export; then account and words are erased, and nothing brings them back.
    Without an urgent hold that is on it takes two keys.

    \b
    bbs admin cases remove garden/case/12 --norm "commons 2" --reason "Advertisements alone."
    """
    head = await find_case(caller, case, closed=False)
    command = RemoveNewcomer(
        case=head.id,
        **clause._asdict(),
        reason=read_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX),
        dry_run=dry_run,
    )
    done = await caller.community.call(command)
    caller.out.done(done, f"Removed the newcomer of case {head.number}; erased in 30 days.")
