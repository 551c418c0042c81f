"""`bbs admin cases decide`, `let-be`, `lift` and `sanctions`: deciding cases (P5 to P8)."""

import click

from bbs import limits
from bbs.cli.admin.acts import reason_option
from bbs.cli.admin.find_case import case_argument, find_case
from bbs.cli.clause import ClauseType
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.cases.judging_messages import DecideCase, LetBe, LiftSanction, ListSanctions
from bbs.features.cases.views import CaseHead, SanctionKind
from bbs.features.members.author_text import member_name
from bbs.features.norms.clause_text import ClauseNumber, clause_name
from bbs.sdk import lookup
from bbs.terminal.input_text import read_case_text
from bbs.terminal.output import local_time, table
from bbs.terminal.sanction_text import NAMES

_KINDS = tuple(kind.value for kind in SanctionKind if kind is not SanctionKind.REMOVE)
_reason_option = reason_option("Why; the person reads it, and everybody in the log. Quote nothing.")


def _read_word(_ctx: click.Context, _option: click.Parameter, word: str | None) -> str | None:
    return None if word is None else read_case_text(word, field="word")


_word_option = click.option("--word", callback=_read_word, help="What the reporters are told.")


@click.command()
@case_argument
@click.option(
    "--norm",
    required=True,
    type=ClauseType(),
    help='The number of the clause; "commons 3" for one of the commons\' norms, which hold everywhere.',
)
@click.option("--hide", is_flag=True, help="Hide the reported words.")
@click.option("--sanction", type=click.Choice(_KINDS), help="What is done to the person.")
@click.option(
    "--days",
    type=click.IntRange(1, limits.LADDER_DAYS[-1]),
    help="For how many days, from now on; not for a word.",
)
@click.option(
    "--seconds",
    type=click.IntRange(60, limits.SLOW_SECONDS_MAX),
    help="With slow: the seconds between two writings.",
)
@click.option("--community", is_flag=True, help="With suspend: from the whole community.")
@_reason_option
@_word_option
@dry_run_option
@with_community
async def decide(
    caller: CliContext,
    case: str,
    norm: ClauseNumber,
    hide: bool,
    sanction: str | None,
    days: int | None,
    seconds: int | None,
    community: bool,
    reason: str,
    word: str | None,
    dry_run: bool,
) -> None:
    """Decide CASE by a clause: hide the words, sanction the person, or both.

    The person must have been asked before (bbs admin cases ask), and have answered or let 24 hours
    pass. The first sanction lasts 7 days at most, the next within a year 30, and one after a sanction
    of more than 7 days 90. The person is told what, why, by which clause and until when, and can
    appeal; the log shows the act, and who was sanctioned only to those who may know. A clause that is a
    matter of judgement, more than 7 days, and words of a letter take two: then this waits until somebody
    else in office agrees (bbs admin proposals), and the exit code is 7.

    \b
    bbs admin cases decide garden/case/12 --norm 1 --sanction silence --days 3 --hide --reason "Unkind."
    """
    head = await find_case(caller, case)
    done = await caller.community.call(
        DecideCase(
            case=head.id,
            **norm._asdict(),
            hides=hide,
            sanction=None if sanction is None else SanctionKind(sanction),
            days=days,
            seconds=seconds,
            of_community=community,
            reason=reason,
            word=word,
            dry_run=dry_run,
        )
    )
    caller.out.done(done, f"decided {_named(head)}")


@click.command("let-be")
@case_argument
@_word_option
@dry_run_option
@with_community
async def let_be(caller: CliContext, case: str, word: str | None, dry_run: bool) -> None:
    """Close CASE without doing anything. The log says so, without a name."""
    head = await find_case(caller, case)
    done = await caller.community.call(LetBe(case=head.id, word=word, dry_run=dry_run))
    caller.out.done(done, f"let {_named(head)} be")


@click.command()
@case_argument
@_reason_option
@dry_run_option
@with_community
async def lift(caller: CliContext, case: str, reason: str, dry_run: bool) -> None:
    """Lift the sanction of CASE now; it counts nowhere from then on, and the person is told."""
    head = await find_case(caller, case)
    done = await caller.community.call(LiftSanction(case=head.id, reason=reason, dry_run=dry_run))
    caller.out.done(done, f"lifted the sanction of {_named(head)}")


@click.command()
@click.argument("board", shell_complete=complete_board)
@with_community
async def sanctions(caller: CliContext, board: str) -> None:
    """List whom decisions restrict on BOARD, and who was spoken to within a year."""
    place = await lookup.find_board(caller.community, board)
    found = (await caller.community.call(ListSanctions(board=place.id))).sanctions
    members = await lookup.list_members(caller.community)
    rows = [
        [
            member_name(each.member, members),
            NAMES[each.kind],
            each.state.value,
            clause_name(each.norm, of_commons=each.of_commons),
            local_time(each.since),
            local_time(each.until),
        ]
        for each in found
    ]
    lines = table(rows, ("MEMBER", "SANCTION", "STATE", "BY", "SINCE", "UNTIL"))
    nothing = "Nobody is restricted there, and nobody was spoken to within a year."
    caller.out.stream("sanctions", found, {"board": place}, lines, nothing=nothing)


def _named(head: CaseHead) -> str:
    return f"case {head.number}"
