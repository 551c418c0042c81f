"""Motions of members who leave: nobody is left who moved them (protocol 28)."""

from bbs.features.proposals.messages import ProposalState
from bbs.ids import BoardId, MemberId
from bbs_server.features.proposals import ending, records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


def lapse_motions(
    tx: Tx, ctx: Context, member: MemberId, board: BoardId | None
) -> tuple[Effect, ...]:
    """End what a member moved and what waits still, on one board or on all (None)."""
    effects: list[Effect] = []
    for row in records.list_waiting_of_mover(tx, member):
        if board is None or row.board == board:
            effects += ending.end(tx, ctx, row, ProposalState.LAPSED)
    return tuple(effects)
