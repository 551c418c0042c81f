"""What the requests about commands that wait do."""

from bbs.errors import BadParams
from bbs.features.proposals import rules
from bbs.features.proposals.messages import (
    ListProposals,
    ObjectToProposal,
    ProposalList,
    ProposalResult,
    ProposalState,
    SecondProposal,
    VoteKind,
    WaitsFor,
    WithdrawProposal,
)
from bbs.features.proposals.rules import Person
from bbs.ids import BoardId, ProposalId
from bbs.powers import Office
from bbs.refusals import Conflict, NoSay, NotAllowed, NotFound
from bbs.streams import board_stream
from bbs_server.features.proposals import records
from bbs_server.features.proposals.ending import after_vote, count_seated, end
from bbs_server.features.proposals.moving import motion_of
from bbs_server.features.proposals.people import list_people
from bbs_server.features.proposals.records import ProposalRow, VoteRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def list_proposals(tx: Tx, ctx: Context, query: ListProposals) -> ProposalList:
    """Return the commands that wait where the actor may read, and to which they may say something."""
    boards = _boards(tx, ctx, query.board)
    waiting = [row for board in boards for row in records.list_of_board(tx, board, ended=False)]
    waiting.sort(key=lambda row: (row.until, row.number))
    ended = (
        [row for board in boards for row in records.list_of_board(tx, board, ended=True)]
        if query.ended
        else []
    )
    asked = waiting if ctx.acting.scope is None else []
    second, oppose = (
        tuple(row.id for row in asked if _why_no(tx, ctx, row, kind) is None) for kind in VoteKind
    )
    return ProposalList(
        proposals=tuple(
            records.view_with_words(tx, row, count_seated(tx, row)) for row in (*waiting, *ended)
        ),
        may_second=second,
        may_object=oppose,
        clock_doubt=ctx.moment.doubt,
        as_of=heads(tx, [board_stream(board) for board in boards]),
    )


def _boards(tx: Tx, ctx: Context, named: BoardId | None) -> list[BoardId]:
    """Return the boards to list: those the actor may read, an unlisted board only if named."""
    if named is None:
        return ctx.readers.boards_shown(tx, ctx)
    if named not in {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}:
        raise NotFound(what="board")
    return [named]


def second_proposal(tx: Tx, ctx: Context, command: SecondProposal) -> Outcome[ProposalResult]:
    """Agree to a command that waits; carry it out if nobody else is needed."""
    return _vote(tx, ctx, command, VoteKind.SECOND, None)


def object_to_proposal(tx: Tx, ctx: Context, command: ObjectToProposal) -> Outcome[ProposalResult]:
    """Object to a command that waits; enough objections end it."""
    rules.check_reason(command.reason)
    return _vote(tx, ctx, command, VoteKind.OBJECT, command.reason)


def _vote(
    tx: Tx,
    ctx: Context,
    command: SecondProposal | ObjectToProposal,
    kind: VoteKind,
    reason: str | None,
) -> Outcome[ProposalResult]:
    if command.dry_run:
        raise BadParams("dry_run", "a request that proves who you are has no dry run")
    row = _find(tx, command.board, command.proposal)
    ctx.readers.confirm(tx, ctx, command, row.id)
    said = {vote.member: vote.kind for vote in records.list_votes(tx, row.id)}
    if said.get(ctx.member) == kind:
        return Outcome(_result(tx, row))  # its answer may have been lost
    _refuse_ended(ctx, row)
    if (rule := _why_no(tx, ctx, row, kind)) is not None:
        raise NoSay(rule)
    key = None if reason is None else texts.insert_text(tx, ctx, reason)
    vote = VoteRow(row.id, ctx.member, kind.value, key, ctx.now)
    effects = after_vote(tx, ctx, records.insert_vote(tx, vote, row))
    return Outcome(_result(tx, row), tuple(effects))


def _why_no(tx: Tx, ctx: Context, row: ProposalRow, kind: VoteKind) -> str | None:
    """Return why the actor's word does not count for a command that waits; None if it does."""
    motion, way = motion_of(tx, ctx, row), WaitsFor(row.way)
    person = _person(tx, ctx, row)
    if kind is VoteKind.SECOND:
        return rules.why_no_second(person, motion, way, ctx.now)
    return rules.why_no_objection(person, motion, way)


def _person(tx: Tx, ctx: Context, row: ProposalRow) -> Person:
    people = list_people(tx, ctx.now, row.board, Office(row.office))
    found = (person for person in people if person.member == ctx.member)
    return next(found, Person(ctx.member, seated=False))


def withdraw_proposal(tx: Tx, ctx: Context, command: WithdrawProposal) -> Outcome[ProposalResult]:
    """Take back a command that waits."""
    row = _find(tx, command.board, command.proposal)
    if row.mover != ctx.member:
        raise NotAllowed(power="withdraw", own=True)
    _refuse_ended(ctx, row)
    ended = end(tx, ctx.now, row, ProposalState.WITHDRAWN)
    return Outcome(_result(tx, row), (ended,))


def _find(tx: Tx, board: BoardId, proposal: ProposalId) -> ProposalRow:
    row = records.find_proposal(tx, proposal)
    if row is None or row.board != board:
        raise NotFound(what="proposal")
    return row


def _refuse_ended(ctx: Context, row: ProposalRow) -> None:
    """Refuse to say something to a command that waits no more.

    Raises:
        Conflict: If it has ended, or its time is over and it is about to end.
    """
    if row.ended_at is not None:
        raise Conflict(what=f"this waits no more: {row.state}", revision=row.revision)
    if ctx.proven_now >= row.until:
        raise Conflict(what="the time for this is over", revision=row.revision)


def _result(tx: Tx, row: ProposalRow) -> ProposalResult:
    current = records.find_proposal(tx, row.id)
    assert current is not None
    return ProposalResult(proposal=records.view_with_words(tx, current, count_seated(tx, current)))
