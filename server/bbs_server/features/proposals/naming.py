"""Who is told who moved a command and agreed to it, where a log names offices (protocol 13.5)."""

from msgspec.structs import replace

from bbs.features.members.views import MemberAuthor, OfficeAuthor
from bbs.features.moderation.naming import READ_NAMES, TOLD_BY_OFFICE
from bbs.features.proposals.messages import Proposal, VoteKind, WaitsFor
from bbs.powers import Office
from bbs_server.features.proposals import records
from bbs_server.features.proposals.people import holds_office
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx


def is_by_office(tx: Tx, ctx: Context, row: ProposalRow) -> bool:
    """Return whether readers of a board are told the mover's office in place of who moved a command."""
    facts = ctx.readers.board_facts(tx, row.board)
    return facts is not None and facts.log_by_office and Office(row.office) in TOLD_BY_OFFICE


def without_mover(proposal: Proposal) -> Proposal:
    """Return a command without who moved it and who agreed in office: members who object stay."""
    in_office = proposal.way is not WaitsFor.DELAY
    votes = (vote for vote in proposal.votes if not (in_office and vote.kind is VoteKind.SECOND))
    return replace(proposal, mover=OfficeAuthor(office=proposal.office), votes=tuple(votes))


def as_told(tx: Tx, ctx: Context, row: ProposalRow, proposal: Proposal) -> Proposal:
    """Return a command as the actor reads it: who moved it reads names, and who hears appeals there."""
    if not is_by_office(tx, ctx, row) or row.mover == ctx.member:
        return proposal
    reads_names = ctx.acting.scope is None and any(
        holds_office(tx, ctx.now, row.board, ctx.member, office) for office in READ_NAMES
    )
    return proposal if reads_names else without_mover(proposal)


def author_of_vote(tx: Tx, ctx: Context, row: ProposalRow) -> OfficeAuthor | None:
    """Return whom the event of a vote or an end names in place of the actor; None for the actor.

    Who objects is named as ever; who agrees or ends it in office is not.
    """
    if ctx.actor is None or not is_by_office(tx, ctx, row):
        return None
    votes = records.list_votes(tx, row.id)
    objects = any(vote.member == ctx.member and vote.kind == VoteKind.OBJECT for vote in votes)
    return None if objects else OfficeAuthor(office=Office(row.office))


def author_of_motion(tx: Tx, ctx: Context, row: ProposalRow) -> MemberAuthor | OfficeAuthor:
    """Return whom the event of a command that was moved names."""
    if is_by_office(tx, ctx, row):
        return OfficeAuthor(office=Office(row.office))
    return MemberAuthor(id=row.mover)
