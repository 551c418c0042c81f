"""One request for every method of arriving, letters, leaving and proposals, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.arriving.messages import (
    DeclinePost,
    GetNote,
    ListGuards,
    ListHeldPosts,
    ListNewcomers,
    ListNotes,
    PublishPost,
    SayInNote,
    UnsayInNote,
)
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    ListBlocks,
    ListLetters,
    ReportLetter,
    RequestLetter,
    UnblockMember,
)
from bbs.features.letters.views import LeaveWords
from bbs.features.ownership.leaving_messages import ComeBack, Leave, ListLeavings
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ObjectToProposal,
    SecondProposal,
    WithdrawProposal,
)
from bbs.ids import COMMONS, new_id
from bbs.messages import Request
from tests.server.asking_row import Row

ASKING_APART: dict[str, Callable[[Row], Request[Any]]] = {
    "arriving.guards": lambda row: ListGuards(),
    "arriving.newcomers": lambda row: ListNewcomers(board=row.board),
    "arriving.held": lambda row: ListHeldPosts(board=row.board),
    "arriving.publish": lambda row: PublishPost(
        board=row.board, post=row.cast.waiting, dry_run=True
    ),
    "arriving.decline": lambda row: DeclinePost(
        board=row.board, post=row.cast.waiting, norm=1, dry_run=True
    ),
    "arriving.notes": lambda row: ListNotes(),
    "arriving.note": lambda row: GetNote(note=row.cast.newcomer),
    "arriving.say": lambda row: SayInNote(
        note=row.cast.newcomer, line=new_id(), text="Hello", dry_run=True
    ),
    "arriving.unsay": lambda row: UnsayInNote(
        note=row.cast.newcomer, line=row.cast.note_line, dry_run=True
    ),
    "letters.request": lambda row: RequestLetter(
        letter=new_id(), handles=("the-founder", "the-warden"), dry_run=True
    ),
    "letters.answer": lambda row: AnswerRequest(letter=row.board, accept=True, dry_run=True),
    "letters.list": lambda row: ListLetters(),
    "letters.leave": lambda row: LeaveLetter(
        letter=row.board, words=LeaveWords.TAKEN, dry_run=True
    ),
    "letters.block": lambda row: BlockMember(member=row.member, dry_run=True),
    "letters.unblock": lambda row: UnblockMember(member=row.member, dry_run=True),
    "letters.blocks": lambda row: ListBlocks(),
    "letters.report": lambda row: ReportLetter(
        letter=row.board, report=new_id(), posts=(row.things.post,), clause=1, dry_run=True
    ),
    "ownership.come_back": lambda row: ComeBack(dry_run=True),
    "ownership.leave": lambda row: Leave(
        board=None if row.board == COMMONS else row.board, words=LeaveWords.TAKEN, dry_run=True
    ),
    "ownership.leavings": lambda row: ListLeavings(),
    "proposals.list": lambda row: ListProposals(board=row.board),
    "proposals.words": lambda row: GetProposalWords(proposal=new_id()),
    "proposals.second": lambda row: SecondProposal(
        board=row.board, proposal=new_id(), dry_run=True
    ),
    "proposals.object": lambda row: ObjectToProposal(
        board=row.board, proposal=new_id(), reason="Why", dry_run=True
    ),
    "proposals.withdraw": lambda row: WithdrawProposal(
        board=row.board, proposal=new_id(), dry_run=True
    ),
}
