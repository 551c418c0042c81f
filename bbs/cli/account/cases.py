"""`bbs cases` and `bbs answer`: what is said of the member's words, and their answer (protocol 22.5)."""

from datetime import UTC, datetime

import click

from bbs.cli.account.known import known_boards
from bbs.cli.admin.find_case import case_argument, only, parse_case
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.cases.appeal_rules import may_appeal
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.views import AppealState, CaseState, OwnCase
from bbs.features.norms.clause_text import clause_name
from bbs.ids import BoardId
from bbs.refusals import NotFound
from bbs.terminal import case_text, sanction_text
from bbs.terminal.input_text import read_case_text
from bbs.terminal.output import local_time
from bbs.text import sanitize


@click.command()
@with_community
async def cases(caller: CliContext) -> None:
    """Print the cases about words of yours: what is said, your answer, what was decided, and how far it is.

    The moderators have told you of each of them. You read copies of your own words, and nobody's name.
    """
    found = await _own_cases(caller)
    slugs = await _slugs(caller)
    lines: list[str] = []
    for case in found:
        lines += [*_lines(case, slugs), ""]
    nothing = "No case about words of yours is kept."
    caller.out.stream("cases", found, None, lines[:-1], nothing=nothing)


async def _own_cases(caller: CliContext) -> tuple[OwnCase, ...]:
    return (await caller.community.call(ListOwnCases())).cases


def _lines(case: OwnCase, slugs: dict[BoardId, str | None]) -> list[str]:
    """Return a case in lines for the person whom it is about."""
    address = _address(case, slugs)
    by = clause_name(case.norm, of_commons=case.of_commons)
    lines = [f"{address}: your words were reported, by {by}"]
    for copy in case.evidence:
        lines += [f"  {row}" for row in case_text.evidence_rows(copy)]
    if case.said:
        lines += [f"said: {row}" for row in sanitize(case.said, multiline=True).split("\n")]
    if case.answer:
        lines += [
            f"you answered: {row}" for row in sanitize(case.answer, multiline=True).split("\n")
        ]
    lines += _decision(case, slugs.get(case.board) or "its board")
    lines.append(case_text.describe_own_state(case, local_time))
    if case.appeal is not None and case.appeal.state is not AppealState.OPEN:
        lines.append(sanction_text.describe_appeal(case.appeal, local_time))
    if case.held and case.hold_until is not None:
        held = case_text.describe_own_held(case.held)
        by = " by a script; nobody has decided anything" if case.held_by_script else ""
        lines.append(f"held until {local_time(case.hold_until)}: {held}{by}")
    if case.copy_until is not None:
        lines.append(f"the copies of your words are kept until {local_time(case.copy_until)}")
    if case.answer is None and case.answer_by is not None and case.state is CaseState.ASKED:
        lines.append(f'bbs answer {address} -m "…" answers')
    return lines


def _decision(case: OwnCase, board: str) -> list[str]:
    """Return what was decided, by which clause, until when, and how it is appealed; none before."""
    sanction = case.sanction
    if sanction is None:
        return []
    by = clause_name(sanction.norm, of_commons=sanction.of_commons)
    says, *more = sanction_text.decision_rows(case, board, local_time, datetime.now(UTC))
    lines = [f"decided by {by} (version {sanction.norms_version}): {says}", *more]
    if may_appeal(case) and sanction.act is not None:
        lines.append(f'bbs appeal {sanction.act[:8]} --words "…" appeals')
    return lines


def _read_text(_ctx: click.Context, _option: click.Parameter, text: str) -> str:
    return read_case_text(text, field="message")


@click.command()
@case_argument
@click.option(
    "-m",
    "--message",
    "text",
    required=True,
    callback=_read_text,
    help="What you answer; those who handle the case read it.",
)
@dry_run_option
@with_community
async def answer(caller: CliContext, case: str, text: str, dry_run: bool) -> None:
    """Answer what is said in CASE, such as garden/case/12; once, within the time there is.

    Silence and suspension do not stand against it.

    \b
    bbs answer garden/case/12 -m "I was tired. I am sorry."
    """
    found = await _find(caller, case)
    done = await caller.community.call(AnswerCase(case=found.id, text=text, dry_run=dry_run))
    caller.out.done(done, "You answered. A moderator reads it before anything is decided.")


async def _find(caller: CliContext, case: str) -> OwnCase:
    """Return the case that is named.

    Raises:
        NotFound: If there is none about the caller.
        Conflict: If more than one id begins so.
    """
    found, named = await _own_cases(caller), parse_case(case)
    if named is None:
        return only(found, case, "case")
    slugs = await _slugs(caller)
    for each in found:
        if (slugs.get(each.board), each.number) == named:
            return each
    raise NotFound(what="case")


async def _slugs(caller: CliContext) -> dict[BoardId, str | None]:
    """Return the slugs of the boards that the caller may know of; none while they are suspended."""
    return {each.id: each.slug for each in await known_boards(caller)}


def _address(case: OwnCase, slugs: dict[BoardId, str | None]) -> str:
    """Return how a case is named here: the beginning of its id where its board is not known."""
    slug = slugs.get(case.board)
    return case.id[:8] if slug is None else f"{slug}/case/{case.number}"
