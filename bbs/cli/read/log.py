"""`bbs log`: print who used power on a board, and why (P8)."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix
from bbs.cli.admin.moments import read_ago
from bbs.cli.clause import ClauseType
from bbs.cli.completion_batches import complete_batch
from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import CliContext, with_community
from bbs.features.moderation.messages import Act, GetLog, ThingKind
from bbs.features.norms.clause_text import ClauseNumber
from bbs.features.packs.unpack_messages import ListOldActs
from bbs.features.proposals.messages import ListProposals
from bbs.ids import BatchId, BoardId
from bbs.powers import LOGGED_POWERS, Power
from bbs.refusals import Conflict, NotFound
from bbs.sdk import lookup
from bbs.terminal import act_text, render
from bbs.terminal.old_act_text import read_old_act
from bbs.terminal.output import local_time

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.command()
@click.argument("board", default="commons", shell_complete=complete_board)
@click.option(
    "--norm",
    type=ClauseType(),
    help='Only acts that cite this clause; "commons 3" for one of the commons\' norms.',
)
@click.option(
    "--power",
    type=click.Choice(sorted(map(str, LOGGED_POWERS | {Power.INVITE}))),
    help="Only uses of this power.",
)
@click.option("--since", callback=read_ago, help="Only acts since then: 2d, a day, a moment.")
@click.option(
    "--by",
    shell_complete=complete_handle,
    help="Only acts of this member, of those that name them to you.",
)
@click.option(
    "--batch",
    metavar="ID",
    callback=check_id_prefix,
    shell_complete=complete_batch,
    help="Only what a batch did, each act; the first characters of its id are enough.",
)
@click.option("--cases", is_flag=True, help="Only what decided cases, and urgent holds.")
@click.option(
    "--from-before", is_flag=True, help="The log of before the board came here, as a pack."
)
@with_community
async def log(
    caller: CliContext,
    board: str,
    norm: ClauseNumber | None,
    power: str | None,
    since: datetime | None,
    by: str | None,
    batch: str | None,
    cases: bool,
    from_before: bool,
) -> None:
    """Print the uses of power on BOARD: what was changed, by whom and why.

    Oldest first, for 400 days. Acts that concern everybody, such as the opening of a board, are in
    the log of the commons, which is shown without BOARD.
    """
    community = caller.community
    place = await lookup.find_board(community, board)
    boards = {each.id: each for each in (await lookup.list_boards(community)).boards}
    slug = partial(render.board_label, boards=boards)
    members = await lookup.list_members(community)
    if from_before:
        old = await _list_old_acts(community, place.id)
        told = (f"{local_time(act.at)}  {act_text.describe_act(act, {}, slug)}" for act in old)
        caller.out.stream("acts", old, lines=told, nothing="No log came with this board.")
        return
    query = GetLog(
        board=place.id,
        limit=limits.PAGE_ITEMS_MAX,
        **({} if norm is None else norm._asdict()),
        power=None if power is None else Power(power),
        since=since,
        by=None if by is None else (await lookup.find_member(community, by)).id,
        of_cases=cases,
        batch=None if batch is None else await _find_batch(community, place.id, batch),
    )
    acts = await lookup.list_acts(community, query)
    lines = (
        f"{local_time(act.at)}  {act_text.describe_act(act, members, slug)}{_batch_of(act)}"
        for act in act_text.without_repeats(acts)
    )
    caller.out.stream("acts", acts, lines=lines, nothing="No power was used here yet.")
    if caller.out.human and (await community.call(ListProposals(board=place.id))).proposals:
        door = f"bbs admin proposals list {place.label}"
        caller.out.say(f"The log holds what was done; what is announced and waits: {door}")


async def _list_old_acts(community: "Community", board: BoardId) -> list[Act]:
    """Return the acts of a board from before it came here, oldest first."""
    found: list[Act] = []
    before: int | None = None
    while True:
        query = ListOldActs(board=board, before=before, limit=limits.PAGE_ITEMS_MAX)
        page = await community.call(query)
        found += [read_old_act(each.line) for each in page.acts]
        if (before := page.next_before) is None:
            return found[::-1]


async def _find_batch(community: "Community", board: BoardId, prefix: str) -> BatchId:
    """Return the batch whose id begins with `prefix`, of those that the log has.

    Raises:
        NotFound: If there is none.
        Conflict: If there are several.
    """
    acts = await lookup.list_acts(community, GetLog(board=board, limit=limits.PAGE_ITEMS_MAX))
    found = {act.batch for act in acts if act.batch is not None and act.batch.startswith(prefix)}
    if not found:
        raise NotFound(what="batch")
    if len(found) > 1:
        raise Conflict(what="more than one batch begins like that")
    return found.pop()


def _batch_of(act: Act) -> str:
    """Return the short id of a batch that was started or stopped, as `--batch` takes it."""
    is_batch = act.thing.kind is ThingKind.BATCH and act.thing.id is not None
    return f" (batch {str(act.thing.id)[:8]})" if is_batch else ""
