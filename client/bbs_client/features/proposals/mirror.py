"""Commands that wait for others: how they are written into the mirror (protocol 15.9)."""

from msgspec.structs import replace

from bbs.features.proposals.messages import Proposal, ProposalList
from bbs.features.proposals.rules import WAITING
from bbs.streams import stream_parts
from bbs_client.features.proposals.reads import proposal_decoder
from bbs_client.mirror.transaction import MirrorTransaction


def put_proposal(pen: MirrorTransaction, proposal: Proposal) -> None:
    """Keep what waits, unless a later revision is known; of what has ended, no words.

    Events hold no words: those that a list told of stay. Whoever has a key beyond the
    boards that they read is told of the command, and so is its mover.
    """
    if not (proposal.to_few or proposal.key_of_commons or pen.has_board(proposal.board)):
        return
    known = pen.fetch_value("SELECT doc FROM proposals WHERE id = ?", proposal.id)
    waits = proposal.state in WAITING
    if not waits:
        proposal = replace(proposal, changes=(), reason=None, votes=())
        pen.erased |= known is not None
    elif pen.place is not None and known is not None:
        old = proposal_decoder().decode(known)
        proposal = replace(proposal, changes=old.changes, reason=old.reason, votes=old.votes)
    later = "proposals.revision <= excluded.revision"
    if pen.put("proposals", proposal, "id", later, waits=waits):
        pen.touch("proposals", proposal.board)


def keep_proposals(pen: MirrorTransaction, listed: ProposalList) -> None:
    """Forget what a list of its boards does not show any more; note to what the reader may say something."""
    known = {proposal.id for proposal in listed.proposals}
    for board in {stream_parts(stream)[1] for stream in listed.as_of}:
        for (id,) in pen.fetch_all("SELECT id FROM proposals WHERE board = ?", board):
            if id not in known:
                pen.run("DELETE FROM proposals WHERE id = ?", id)
                pen.touch("proposals", board)
    for proposal in listed.proposals:
        lists = (listed.may_second, listed.may_object, listed.may_read)
        may = [proposal.id in ids for ids in lists]
        columns = "(may_second, may_object, may_read)"
        sql = f"UPDATE proposals SET {columns} = (?, ?, ?) WHERE id = ?"  # noqa: S608 - our own names
        if pen.run(f"{sql} AND {columns} != (?, ?, ?)", *may, proposal.id, *may):
            pen.touch("proposals", proposal.board)


def drop_proposals(pen: MirrorTransaction, board: str) -> None:
    """Drop what a board's stream told of."""
    if pen.run("DELETE FROM proposals WHERE board = ?", board):
        pen.touch("proposals", board)
