"""Commands that wait for others, as the server of the model has them."""

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from bbs.clock import Instant
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.proposals.messages import (
    ListProposals,
    Proposal,
    ProposalEnded,
    ProposalList,
    ProposalMoved,
    ProposalState,
    ProposalVoted,
    Vote,
    VoteKind,
    WaitsFor,
)
from bbs.ids import COMMONS, MemberId, new_id
from bbs.messages import Event
from bbs.powers import Office
from bbs.streams import COMMONS_STREAM, board_stream

__all__ = ["ListProposals", "Waits", "a_proposal"]

Tell = Callable[[str, Event], int]


def a_proposal(board: str, mover: MemberId, at: Instant, number: int = 1) -> Proposal:
    """Return a command that waits: posts of a board are to end after a day, and it is renamed."""
    changes = (
        Change(field="retention_days", before=0, after=1),
        Change(field="title", said_before="Hall", said_after="Shed"),
    )
    return Proposal(
        id=new_id(),
        board=board,
        number=number,
        method="boards.configure",
        thing=Thing(kind=ThingKind.BOARD, id=board),
        changes=changes,
        mover=MemberAuthor(id=mover),
        office=Office.MODERATOR,
        moved_at=at,
        until=at + timedelta(days=1),
        way=WaitsFor.DELAY,
        objections_max=2,
    )


class Waits:
    """What waits on the commons, and waited."""

    def __init__(self) -> None:
        self.all: list[Proposal] = []

    def move(self, tell: Tell, mover: MemberId, at: Instant) -> None:
        """Let a command wait."""
        self.all.append(a_proposal(COMMONS, mover, at, len(self.all) + 1))
        tell(COMMONS_STREAM, ProposalMoved(proposal=_wordless(self.all[-1])))

    def object(self, tell: Tell, n: int, member: MemberId) -> None:
        """Object to one that waits."""
        for place in self._open(n):
            proposal = self.all[place]
            vote = Vote(member=member, kind=VoteKind.OBJECT, reason="no")
            self.all[place] = replace(
                proposal,
                objections=proposal.objections + 1,
                votes=(*proposal.votes, vote),
                revision=proposal.revision + 1,
            )
            tell(COMMONS_STREAM, ProposalVoted(proposal=_wordless(self.all[place])))

    def end(self, tell: Tell, n: int) -> None:
        """Carry one out that waits."""
        for place in self._open(n):
            proposal = self.all[place]
            ended = replace(
                proposal, state=ProposalState.CARRIED_OUT, revision=proposal.revision + 1
            )
            self.all[place] = ended
            tell(COMMONS_STREAM, ProposalEnded(proposal=_wordless(ended)))

    def list_of(self, board: str, seq: int) -> ProposalList:
        """Return what waits on a board."""
        here = tuple(
            each for each in self.all if each.board == board and each.state is ProposalState.OPEN
        )
        may = tuple(each.id for each in here)
        return ProposalList(proposals=here, may_object=may, as_of={board_stream(board): seq})

    def _open(self, n: int) -> list[int]:
        waits = [place for place, each in enumerate(self.all) if each.state is ProposalState.OPEN]
        return [waits[n % len(waits)]] if waits else []


def _wordless(proposal: Proposal) -> Proposal:
    changes = tuple(
        replace(change, said_before=None, said_after=None) for change in proposal.changes
    )
    return replace(proposal, changes=changes, reason=None, votes=())
