"""What a batch waits for on a command line: who gives the second key, if anybody can, and how it ends."""

from bbs.cli.context import CliContext
from bbs.features.batches.messages import GetBatch
from bbs.features.batches.views import Batch, BatchState
from bbs.features.boards.messages import Board
from bbs.features.moderation.messages import ThingKind
from bbs.features.proposals.messages import ListProposals, Proposal, WaitsFor
from bbs.refusals import Conflict, NotFound
from bbs.terminal.output import local_time
from bbs.text import sanitize


async def wait_lines(caller: CliContext, board: Board, batch: Batch) -> list[str]:
    """Return that a batch waits for a second key, who may give it, how, until when; how to end that."""
    found = await _proposal(caller, batch)
    back, watch = _back(board, found), f"bbs admin batches show {batch.id[:8]}"
    if found is not None and found.way is WaitsFor.DELAY:
        return [
            "It takes a second key, and nobody can give it: it is done on"
            f" {local_time(found.until)}, unless you take it back: {back}",
            f"Watch it: {watch}",
        ]
    until = "" if found is None else f" until {local_time(found.until)}"
    key = f"bbs admin proposals second {board.label} {_number(found)}"
    return [
        f"It waits for a second key{until}, once for the whole plan; nothing is done yet.",
        f"Another moderator of {board.label} gives it: {key}",
        f"Watch it: {watch}; take it back: {back}",
    ]


async def refuse_waiting(caller: CliContext, board: Board, batch: Batch) -> None:
    """Refuse to stop or undo a batch that waits.

    Raises:
        Conflict: If it does; it says how to take the batch back.
    """
    if batch.state is not BatchState.WAITING:
        return
    error = Conflict("this batch waits, and nothing of it is done")
    back = _back(board, await _proposal(caller, batch))
    error.add_note(f"its author takes it back: {back}")
    raise error


async def plan_that_waits(caller: CliContext, proposal: Proposal) -> list[str]:
    """Return of a batch that waits how its items are read, and why it was applied, as a line.

    There is none for what is no batch, and for whoever may not read it.
    """
    if (shows := shows_batch(proposal)) is None or proposal.thing.id is None:
        return []
    try:
        page = await caller.community.call(GetBatch(batch=proposal.thing.id, limit=1))
    except NotFound:
        return []
    reason = f" (reason: {page.batch.reason})" if page.batch.reason else ""
    return [sanitize(f"what it does: {shows}{reason}")]


def shows_batch(proposal: Proposal) -> str | None:
    """Return the command that shows a batch that waits; None for what is no batch."""
    thing = proposal.thing
    if thing.kind is not ThingKind.BATCH or thing.id is None:
        return None
    return f"bbs admin batches show {thing.id[:8]}"


async def _proposal(caller: CliContext, batch: Batch) -> Proposal | None:
    listed = await caller.community.call(ListProposals(board=batch.board))
    return next((each for each in listed.proposals if each.id == batch.proposal), None)


def _back(board: Board, found: Proposal | None) -> str:
    return f"bbs admin proposals withdraw {board.label} {_number(found)}"


def _number(found: Proposal | None) -> str:
    return "N" if found is None else str(found.number)
