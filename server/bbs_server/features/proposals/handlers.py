"""What the requests about commands that wait do."""

from collections.abc import Callable, Iterable
from functools import cache, partial

from msgspec.structs import replace

from bbs import limits
from bbs.errors import BadParams
from bbs.features.moderation.rules import check_reason
from bbs.features.proposals import rules
from bbs.features.proposals.messages import (
    GetProposalWords,
    HiddenWords,
    ListProposals,
    ObjectToProposal,
    Proposal,
    ProposalList,
    ProposalResult,
    ProposalState,
    ProposalWords,
    SecondProposal,
    VoteKind,
    WaitsFor,
    WithdrawProposal,
)
from bbs.features.proposals.rules import Person
from bbs.features.threads.messages import ListThreads
from bbs.ids import BoardId, ProposalId
from bbs.messages import Place
from bbs.powers import Office
from bbs.refusals import Conflict, NoSay, NotAllowed, NotFound
from bbs.streams import board_stream
from bbs_server.features.proposals import naming, records, stored_commands
from bbs_server.features.proposals.ending import (
    after_vote,
    announce_anew,
    count_seated,
    end,
)
from bbs_server.features.proposals.moving import besides_of, motion_of, people_of
from bbs_server.features.proposals.people import list_people
from bbs_server.features.proposals.rows import ProposalRow, VoteRow
from bbs_server.features.proposals.telling import may_know
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome
from bbs_server.paging import fit_page, format_page_token, parse_page_token
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads

_OF_COMMUNITY = frozenset({Office.COMMONS_MODERATOR, Office.SYSOP})

Knows = Callable[[ProposalRow], bool]
"""Tells whether the actor may know of a command."""


def list_proposals(tx: Tx, ctx: Context, query: ListProposals) -> ProposalList:
    """Return the commands that wait where the actor may read, and to which they may say something."""
    if query.number is not None and query.board is None:
        raise BadParams("number", "a number is one of a board: name the board")
    knows = _known_to(tx, ctx)
    own = [] if query.before else _own_elsewhere(tx, ctx, query)
    keyed = [] if query.before else _keyed_elsewhere(tx, ctx, query)
    boards = [] if query.board and (own or keyed) else _boards(tx, ctx, query.board)
    is_first = query.number is None and query.before is None
    found = _waiting(tx, boards, query) if boards and query.before is None else []
    waiting = [*(row for row in found if knows(row)), *keyed]
    ended, next_before = (
        _ended(tx, ctx, boards, query, knows) if query.number is None else ([], None)
    )
    second, oppose, read = [], [], []
    for row in waiting if ctx.acting.scope is None else ():
        if row.ended_at is None:
            no_second, no_objection = _whys_no(tx, ctx, row)
            second += [row.id] * (no_second is None)
            oppose += [row.id] * (no_objection is None)
            read += [row.id] * _may_read_words(tx, ctx, row, no_second)
    return ProposalList(
        proposals=(
            *(_view(tx, ctx, row) for row in waiting),
            *(records.view_with_own_words(tx, row, count_seated(tx, ctx.now, row)) for row in own),
            *ended,
        ),
        may_second=tuple(second),
        may_object=tuple(oppose),
        may_read=tuple(read),
        clock_doubt=ctx.moment.doubt,
        next_before=next_before,
        as_of=heads(tx, [board_stream(board) for board in boards]) if is_first else {},
    )


def get_proposal_words(tx: Tx, ctx: Context, query: GetProposalWords) -> ProposalWords:
    """Return the words that a command which waits is about, to their writer and who may second."""
    row = records.find_proposal(tx, query.proposal)
    besides = None if row is None else besides_of(ctx, row)
    if row is None or besides is None or row.ended_at is not None:
        raise NotFound(what="proposal")
    whose = None if _may_give_key(tx, ctx, row) else ctx.member
    thing = stored_commands.content_of(row).thing
    found = besides.show(tx, ctx, row.id, thing, whose, query.after)
    if found is None:
        raise NotFound(what="proposal")
    view = records.view_with_own_words(tx, row, count_seated(tx, ctx.now, row))
    view = naming.as_told(tx, ctx, row, view)
    words = HiddenWords(
        proposal=replace(view, thing=thing),
        title=found.title,
        posts=found.posts,
        lines=found.lines,
    )
    return ProposalWords(words=words, next_after=found.next_after)


def _may_give_key(tx: Tx, ctx: Context, row: ProposalRow) -> bool:
    motion = motion_of(tx, ctx, row, [ctx.member])
    return rules.may_give_key(_person(tx, ctx, row), motion, ctx.proven_now)


def may_give_key(tx: Tx, ctx: Context, proposal: ProposalId) -> bool:
    """Return whether the actor may give the second key; see `BatchLookups.may_give_key`."""
    row = records.find_proposal(tx, proposal)
    return row is not None and row.ended_at is None and _may_give_key(tx, ctx, row)


def _may_read_words(tx: Tx, ctx: Context, row: ProposalRow, no_second: str | None) -> bool:
    """Return whether the actor may read what a command that waits is about."""
    besides = besides_of(ctx, row)
    if besides is None:
        return False
    whose = None if no_second is None else ctx.member
    thing = stored_commands.content_of(row).thing
    return besides.show(tx, ctx, row.id, thing, whose, 0) is not None


def _may_know_beyond(tx: Tx, ctx: Context, row: ProposalRow) -> bool:
    motion, way = motion_of(tx, ctx, row, [ctx.member]), WaitsFor(row.way)
    return rules.may_know_beyond(_person(tx, ctx, row), motion, way, ctx.proven_now)


def _own_elsewhere(tx: Tx, ctx: Context, query: ListProposals) -> list[ProposalRow]:
    """Return what waits of the actor's own on boards, or the named board, that they may not read."""
    if ctx.acting.scope is not None:
        return []
    return [
        row
        for row in records.list_waiting_of_mover(tx, ctx.member)
        if query.board in (None, row.board)
        and query.number in (None, row.number)
        and not _may_read(tx, ctx, row.board)
    ]


def _keyed_elsewhere(tx: Tx, ctx: Context, query: ListProposals) -> list[ProposalRow]:
    """Return what waits for the actor's key on boards, or the named board, that they may not read.

    Whoever has a key to it sees that command, and nothing else of the board.
    """
    if ctx.acting.scope is not None or not ctx.offices & _OF_COMMUNITY:
        return []
    return [
        row
        for row in records.list_waiting(tx, limits.SLICE_ROWS)
        if query.board in (None, row.board)
        and query.number in (None, row.number)
        and row.mover != ctx.member
        and rules.has_keys_beyond(stored_commands.marks_of(row))
        and not _may_read(tx, ctx, row.board)
        and _may_know_beyond(tx, ctx, row)
    ]


def _may_read(tx: Tx, ctx: Context, board: BoardId) -> bool:
    return board in {found for found, _, _ in ctx.readers.boards_readable(tx, ctx)}


def _waiting(tx: Tx, boards: list[BoardId], query: ListProposals) -> list[ProposalRow]:
    """Return what waits on boards, what ends first before the others; or the one asked for."""
    if query.number is None:
        found = [row for board in boards for row in records.list_waiting_on(tx, board)]
        return sorted(found, key=lambda row: (row.until, row.number))
    row = records.find_by_number(tx, boards[0], query.number)
    return [] if row is None else [row]


def _ended(
    tx: Tx, ctx: Context, boards: list[BoardId], query: ListProposals, knows: Knows
) -> tuple[list[Proposal], Place | None]:
    """Return a page of what waits no more on boards, the latest end first, and where the next begins."""
    if not query.ended:
        return [], None
    before, more = parse_page_token(query.before), query.limit + 1
    found = [row for board in boards for row in _ended_on(tx, board, before, more, knows)]
    found.sort(key=lambda row: (row.ended_at or 0, row.id), reverse=True)
    views = [_view(tx, ctx, row) for row in found[: query.limit]]
    kept = fit_page(views)
    if kept == len(found):
        return views, None
    last = found[kept - 1]
    return views[:kept], format_page_token(last.ended_at or 0, last.id)


def _ended_on(
    tx: Tx, board: BoardId, before: tuple[int, ProposalId], limit: int, knows: Knows
) -> list[ProposalRow]:
    """Return up to `limit` of a board's commands that wait no more, of which the actor may know."""
    known: list[ProposalRow] = []
    while len(known) < limit and (rows := records.list_ended(tx, board, before, limit)):
        known += filter(knows, rows)
        before = rows[-1].ended_at or 0, rows[-1].id
    return known[:limit]


def _known_to(tx: Tx, ctx: Context) -> Knows:
    """Return what tells whether the actor may know of a command on a board that they may read."""
    person = cache(partial(_person_to_few, tx, ctx))

    def knows(row: ProposalRow) -> bool:
        if not rules.is_to_few(stored_commands.marks_of(row)):
            return True
        motion = motion_of(tx, ctx, row, [ctx.member])
        return may_know(person(row.board, Office(row.office)), ctx, row, motion)

    return knows


def _view(tx: Tx, ctx: Context, row: ProposalRow) -> Proposal:
    view = records.view_with_words(tx, row, count_seated(tx, ctx.now, row))
    return naming.as_told(tx, ctx, row, view)


def _boards(tx: Tx, ctx: Context, named: BoardId | None) -> list[BoardId]:
    """Return the boards to list: those the actor may read, an unlisted board only if named."""
    if named is None:
        return ctx.readers.boards_shown(tx, ctx)
    if not _may_read(tx, ctx, named):
        raise NotFound(what="board")
    return [named]


def second_proposal(tx: Tx, ctx: Context, command: SecondProposal) -> Outcome[ProposalResult]:
    """Agree to a command that waits; carry it out if nobody else is needed."""
    return _vote(tx, ctx, command, VoteKind.SECOND, None)


def object_to_proposal(tx: Tx, ctx: Context, command: ObjectToProposal) -> Outcome[ProposalResult]:
    """Object to a command that waits; enough objections end it."""
    check_reason(command.reason)
    return _vote(tx, ctx, command, VoteKind.OBJECT, command.reason)


def _vote(
    tx: Tx,
    ctx: Context,
    command: SecondProposal | ObjectToProposal,
    kind: VoteKind,
    reason: str | None,
) -> Outcome[ProposalResult]:
    row = _find_for_vote(tx, ctx, command, kind)
    ctx.readers.confirm(tx, ctx, command, row.id)
    anew: list[Effect] = []
    if row.ended_at is None and row.epoch != ctx.epoch:
        # Sooner than the timed work comes round after a restore: no word from before may count.
        anew += announce_anew(tx, ctx, row)
        row = _find_for_vote(tx, ctx, command, kind)
    said = {vote.member: vote.kind for vote in records.list_votes(tx, row.id)}
    if said.get(ctx.member) == kind:
        return Outcome(_result(tx, ctx, row))  # its answer may have been lost
    _refuse_ended(ctx, row)
    if (rule := _why_no(tx, ctx, row, kind)) is not None:
        raise NoSay(rule)
    key = None if reason is None else texts.insert_text(tx, ctx, reason)
    vote = VoteRow(row.id, ctx.member, kind.value, key, ctx.now)
    effects = after_vote(tx, ctx, records.insert_vote(tx, vote, row))
    return Outcome(_result(tx, ctx, row), (*anew, *effects))


def _find_for_vote(
    tx: Tx, ctx: Context, command: SecondProposal | ObjectToProposal, kind: VoteKind
) -> ProposalRow:
    """Return the command that a member says something to.

    Raises:
        NotFound: If they may not know of it.
        NoSay: If they hold a key beyond the board, and are party to it.
        FolkmootError: As the gate does for who may read the board, where it is not such a command.
    """
    row = records.find_proposal(tx, command.proposal)
    if row is None or row.board != command.board or not _is_of_office(tx, ctx, row):
        if kind is VoteKind.SECOND:
            # Seen from the community: a key to what concerns a person reaches farther than reading.
            ctx.judged(tx, ListThreads(board=command.board))
        return _find(tx, ctx, command.board, command.proposal)
    motion = motion_of(tx, ctx, row, [ctx.member])
    if (party := motion.parties.get(ctx.member)) is not None and ctx.member != motion.about:
        raise NoSay(party)
    return _find(tx, ctx, command.board, command.proposal)


def _is_of_office(tx: Tx, ctx: Context, row: ProposalRow) -> bool:
    """Return whether a command has keys beyond its board, and the actor an office that gives one."""
    marks = stored_commands.marks_of(row)
    if not rules.has_keys_beyond(marks):
        return False
    person = _person(tx, ctx, row)
    if rules.takes_commons_key(marks):
        return person.commons is not None and row.way == WaitsFor.SECOND_KEY
    return person.office_since is not None or person.sysop is not None


def _why_no(tx: Tx, ctx: Context, row: ProposalRow, kind: VoteKind) -> str | None:
    """Return why the actor's word does not count for a command that waits; None if it does."""
    second, objection = _whys_no(tx, ctx, row)
    return second if kind is VoteKind.SECOND else objection


def _whys_no(tx: Tx, ctx: Context, row: ProposalRow) -> tuple[str | None, str | None]:
    """Return why the actor can neither second nor oppose a command that waits; None for what they can."""
    motion, way = motion_of(tx, ctx, row, [ctx.member]), WaitsFor(row.way)
    person = _person(tx, ctx, row)
    return (
        rules.why_no_second(person, motion, way, ctx.proven_now),
        rules.why_no_objection(person, motion, way, count_seated(tx, ctx.now, row)),
    )


def _person(tx: Tx, ctx: Context, row: ProposalRow) -> Person:
    return _among(ctx, people_of(tx, ctx, row))


def _person_to_few(tx: Tx, ctx: Context, board: BoardId, office: Office) -> Person:
    return _among(ctx, list_people(tx, ctx.now, board, office, beyond=True))


def _among(ctx: Context, people: Iterable[Person]) -> Person:
    found = (person for person in people if person.member == ctx.member)
    return next(found, Person(ctx.member, seated=False))


def withdraw_proposal(tx: Tx, ctx: Context, command: WithdrawProposal) -> Outcome[ProposalResult]:
    """Take back a command that waits, also on a board that the actor may not read."""
    row = _find(tx, ctx, command.board, command.proposal)
    reads = _may_read(tx, ctx, row.board)
    if row.mover != ctx.member:
        if not reads:
            raise NotFound(what="proposal")
        raise NotAllowed(power="withdraw", own=True)
    _refuse_ended(ctx, row)
    ended = end(tx, ctx, row, ProposalState.WITHDRAWN)
    return Outcome(_result(tx, ctx, row, own_words=not reads), tuple(ended))


def _find(tx: Tx, ctx: Context, board: BoardId, proposal: ProposalId) -> ProposalRow:
    row = records.find_proposal(tx, proposal)
    if row is None or row.board != board or not _known_to(tx, ctx)(row):
        raise NotFound(what="proposal")
    return row


def _refuse_ended(ctx: Context, row: ProposalRow) -> None:
    """Refuse to say something to a command that waits no more.

    Raises:
        Conflict: If it has ended, or its time is over and it is about to end.
    """
    if row.ended_at is not None:
        raise Conflict(what="this command does not wait any more", revision=row.revision)
    if ctx.proven_now >= row.until:
        raise Conflict(
            what="the time to agree or object to this command is over", revision=row.revision
        )


def _result(tx: Tx, ctx: Context, row: ProposalRow, *, own_words: bool = False) -> ProposalResult:
    current = records.find_proposal(tx, row.id)
    assert current is not None
    view = records.view_with_own_words if own_words else records.view_with_words
    proposal = view(tx, current, count_seated(tx, ctx.now, current))
    return ProposalResult(proposal=naming.as_told(tx, ctx, current, proposal))
