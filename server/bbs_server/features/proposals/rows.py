"""The rows of commands that wait, and of what was said to them."""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.proposals.messages import ProposalState
from bbs.ids import BoardId, MemberId, ProposalId


class ProposalRow(NamedTuple):
    """A command that waits, or waited, as it is stored."""

    id: ProposalId
    board: BoardId
    number: int
    method: str
    version: str
    command: str
    content: str
    texts: str
    grave: str
    same: str
    erases: int
    mover: MemberId
    office: str
    power: str
    sent: str
    way: str
    moved_at: Ms
    until: Ms
    epoch: str
    state: str = ProposalState.OPEN.value
    ended_at: Ms | None = None
    why_not: str | None = None
    revision: int = 1


class VoteRow(NamedTuple):
    """What a member said to a command that waits, as it is stored."""

    proposal: ProposalId
    member: MemberId
    kind: str
    reason_text: str | None
    at: Ms
