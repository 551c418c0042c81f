"""`bbs admin restrictions`, `numbers` and `explain`: who is restricted, counts, somebody's standing."""

import click

from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import CliContext, with_community
from bbs.features.cases.judging_messages import ListSanctions
from bbs.features.cases.views import Sanction
from bbs.features.members.author_text import member_name
from bbs.features.moderation.numbers_messages import GetNumbers
from bbs.features.moderation.standing_messages import Explain, ListRestricted
from bbs.features.moderation.views import Restriction
from bbs.features.norms.clause_text import clause_name
from bbs.ids import BoardId
from bbs.refusals import NotAllowed, NotFound
from bbs.sdk import lookup
from bbs.terminal.numbers_text import months_text, number_rows, why_no_numbers
from bbs.terminal.output import local_time, table
from bbs.terminal.sanction_text import sanction_name
from bbs.terminal.standing_text import describe_end, describe_kind, explain_lines


@click.command()
@click.argument("board", shell_complete=complete_board)
@with_community
async def restrictions(caller: CliContext, board: str) -> None:
    """List who is restricted on BOARD by a clause, until when, and what everybody is restricted by.

    Nobody but who has a seat there is told. The log says why: look there for the act. Moderators
    also read who was spoken to or restricted within a year.
    """
    place = await lookup.find_board(caller.community, board)
    past = await _past(caller, place.id)
    found = await caller.community.call(ListRestricted(board=place.id))
    members = await lookup.list_members(caller.community)
    rows = [
        [member_name(each.member, members), *_cells(each.restriction)] for each in found.members
    ]
    rows += [["everybody", *_cells(each)] for each in found.everybody]
    lines = table(rows, ("WHO", "WHAT", "CLAUSE", "ACT", "UNTIL"))
    if past:
        heads = ("SPOKEN TO", "WHAT", "CLAUSE", "ON", "NOW")
        lines += ["", *table([_past_cells(each, members) for each in past], heads)]
    caller.out.stream(
        "restrictions",
        [*found.members, *found.everybody],
        {"board": place, "spoken_to": past},
        lines,
        nothing="Nobody is restricted there.",
    )


async def _past(caller: CliContext, board: BoardId) -> tuple[Sanction, ...]:
    """Return what decisions did on a board within a year, as far as the caller may judge there."""
    try:
        return (await caller.community.call(ListSanctions(board=board))).sanctions
    except (NotAllowed, NotFound):
        return ()


def _past_cells(sanction: Sanction, members: lookup.Members) -> list[str]:
    clause = clause_name(sanction.norm, of_commons=sanction.of_commons)
    return [
        member_name(sanction.member, members),
        sanction_name(sanction, local_time),
        clause,
        local_time(sanction.decided_at),
        sanction.state.value,
    ]


def _cells(restriction: Restriction) -> list[str]:
    clause = "" if restriction.norm is None else f"norm {restriction.norm}"
    until = describe_end(restriction.until, local_time).removeprefix("until ")
    return [describe_kind(restriction), clause, (restriction.act or "")[:8], until]


@click.command()
@click.argument("board", shell_complete=complete_board)
@with_community
async def numbers(caller: CliContext, board: str) -> None:
    """Print counts of the moderation of BOARD, over twelve whole months: nothing for each person.

    Nobody but who has a seat there is told; a board with few seats taken has none.
    """
    place = await lookup.find_board(caller.community, board)
    found = await caller.community.call(GetNumbers(board=place.id))
    lines = [f"{place.label}, {months_text(found)}"]
    if found.numbers is None:
        lines.append(why_no_numbers())
    else:
        lines += table([list(row) for row in number_rows(found.numbers)])
    caller.out.result(found, lines)


@click.command()
@click.argument("member", shell_complete=complete_handle)
@click.argument("board", shell_complete=complete_board)
@with_community
async def explain(caller: CliContext, member: str, board: str) -> None:
    """Explain what MEMBER is and may do on BOARD now, by which rows, and until when.

    Everybody about themselves; moderators of BOARD and of the commons, and the sysop, about others.

    \b
    bbs admin explain @ana garden
    """
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    found = await caller.community.call(Explain(board=place.id, member=who.id))
    caller.out.result(found, explain_lines(found, who.label, place.label, local_time))
