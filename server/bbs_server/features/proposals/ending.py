"""How a command stops waiting: carried out, or not."""

import uuid
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from bbs.clock import Ms
from bbs.errors import FolkmootError, RetryableError
from bbs.features.community.hand_over_messages import CommunityHandedOver
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Change
from bbs.features.proposals import rules
from bbs.features.proposals.messages import (
    ProposalEnded,
    ProposalMoved,
    ProposalState,
    ProposalVoted,
    VoteKind,
    WaitsFor,
)
from bbs.features.proposals.rules import Motion, Seated
from bbs.ids import MemberId, ProposalId
from bbs.messages import Command
from bbs.powers import Office, Way
from bbs.refusals import Conflict, Gone, NotFound
from bbs_server.features.proposals import records, stored_commands
from bbs_server.features.proposals.moving import besides_of, motion_of, people_of
from bbs_server.features.proposals.people import count_seats, holds_office
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.features.proposals.stored_commands import CommandUnknownError
from bbs_server.features.proposals.telling import tell
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Effect, Unchanged
from bbs_server.store.api import Tx

_OPS = uuid.UUID("6f0c1c36-5b0e-4a3f-9d0a-0d7f6f9a2b11")
"""The name space of the ops under which commands that waited are carried out."""

CHANGED = "changed"
UNREADABLE = "unreadable"


class _MovedError(Exception):
    """What a command was to change is not as it was."""


class _TriedError(Exception):
    """A command could be carried out."""


def count_seated(tx: Tx, now: Ms, row: ProposalRow) -> Seated:
    """Return who sits on the board of a command that waits."""
    return count_seats(tx, now, row.board, row.mover, stored_commands.content_of(row).about)


def end(
    tx: Tx, ctx: Context, row: ProposalRow, state: ProposalState, why_not: str | None = None
) -> list[Effect]:
    """Let a command wait no more, and return what says so.

    What its feature did for as long as it waits is undone, unless it was carried out.
    """
    assert state in rules.PROPOSAL_TRANSITIONS[ProposalState(row.state)]
    row = records.update_state(tx, row, state, ctx.now, why_not)
    event = ProposalEnded(proposal=records.view(tx, row, count_seated(tx, ctx.now, row)))
    ended = tell(tx, ctx, row, motion_of(tx, ctx, row), event)
    besides = besides_of(ctx, row)
    if besides is None or state is ProposalState.CARRIED_OUT:
        return [*ended]
    thing = stored_commands.content_of(row).thing
    return [*besides.end(tx, ctx, row.id, thing), *ended]


def end_waiting(tx: Tx, ctx: Context, proposal: ProposalId, why: str) -> tuple[Effect, ...]:
    """Let a command wait no more; see `HandOverLookups.end_waiting`."""
    row = records.find_proposal(tx, proposal)
    if row is None or row.ended_at is not None:
        return ()
    return tuple(end(tx, ctx, row, ProposalState.COULD_NOT, why))


def follow_epoch(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Let what waits go on as it is: a hand-over begins an epoch, and no vote is lost by it."""
    assert isinstance(emit.event, CommunityHandedOver)
    records.follow_epoch(tx, ctx.epoch, emit.event.epoch)
    return ()


def announce_anew(tx: Tx, ctx: Context, row: ProposalRow) -> list[Effect]:
    """Let a wait begin again, as after a restore: what was said before may be lost with the rest."""
    seated = count_seated(tx, ctx.now, row)
    motion = motion_of(tx, ctx, row)
    until = ctx.now + rules.wait_ms(WaitsFor(row.way), motion.marks, seated.count)
    row = records.begin_again(tx, row, ctx.now, until, ctx.epoch)
    return [*tell(tx, ctx, row, motion, ProposalMoved(proposal=records.view(tx, row, seated)))]


def carry_out(
    tx: Tx, ctx: Context, row: ProposalRow, seconded_by: MemberId | None = None
) -> list[Effect]:
    """Carry out a command that has waited, for its mover; or say why that cannot be done.

    Args:
        seconded_by: Who gave the second key, as the act will say; None if nobody did.

    Raises:
        RetryableError: If it may be done later; then it waits on.
    """
    office = Office(row.office)
    if not holds_office(tx, ctx.now, row.board, row.mover, office):
        return end(tx, ctx, row, ProposalState.LAPSED)
    try:
        command, changes = stored_commands.load_command(tx, row)
    except CommandUnknownError:
        return end(tx, ctx, row, ProposalState.COULD_NOT, UNREADABLE)
    command = replace(command, op=str(uuid.uuid5(_OPS, row.id)))
    try:
        done = _execute(tx, replace(ctx, seconded_by=seconded_by), row, office, command, changes)
    except _MovedError:
        return end(tx, ctx, row, ProposalState.COULD_NOT, CHANGED)
    except RetryableError:
        raise
    except FolkmootError as error:
        return end(tx, ctx, row, ProposalState.COULD_NOT, error.code)
    return [done, *end(tx, ctx, row, ProposalState.CARRIED_OUT)]


def _execute(
    tx: Tx,
    ctx: Context,
    row: ProposalRow,
    office: Office,
    command: Command[Any],
    changes: tuple[Change, ...],
    *,
    is_trial: bool = False,
) -> Effect:
    """Carry out a command that has waited; a trial undoes it by raising `_TriedError`."""
    content = stored_commands.content_of(row)

    def check(act: Did | Unchanged | None) -> None:
        if not isinstance(act, Did):
            raise _MovedError
        # The author may have written anew under other norms, where the number is another clause.
        cited = (content.norm, content.norms_version, content.norms_board)
        found = (change for change in act.changes if change.field not in act.dated)
        cites_other = cited != (act.norm, act.norms_version, act.norms_board)
        if cites_other or rules.has_moved(changes, found):
            raise _MovedError
        if is_trial:
            raise _TriedError

    execute_as = ctx.execute_as
    assert execute_as is not None
    ctx = replace(ctx, way=Way(row.sent))
    return execute_as(tx, ctx, MemberAuthor(id=row.mover), office, command, check)


def _find_why_over(tx: Tx, ctx: Context, row: ProposalRow) -> str | None:
    """Return why a command can never be carried out any more: what it is about is gone or changed.

    It is tried and undone: nothing but its own handler knows.
    """
    command, changes = stored_commands.load_command(tx, row)
    try:
        _execute(tx, ctx, row, Office(row.office), command, changes, is_trial=True)
    except _MovedError:
        return CHANGED
    except (Gone, NotFound, Conflict) as error:
        return error.code
    except (_TriedError, FolkmootError):
        pass  # what else refuses it may pass until somebody agrees
    return None


def after_vote(tx: Tx, ctx: Context, row: ProposalRow) -> list[Effect]:
    """Return what follows from what was said to a command that waits."""
    if _is_objected(tx, ctx.now, row):
        return end(tx, ctx, row, ProposalState.OBJECTED)
    people = people_of(tx, ctx, row)
    way = WaitsFor(row.way)
    votes = records.list_votes(tx, row.id)
    agreed = {vote.member for vote in votes if vote.kind == VoteKind.SECOND}
    motion = motion_of(tx, ctx, row, agreed)
    if rules.has_all_agreed(motion, way, people, agreed, ctx.proven_now):
        has_key = rules.takes_key(motion.marks, way)
        return carry_out(tx, ctx, row, ctx.member if has_key else None)
    moderators = way is WaitsFor.MODERATORS and row.state == ProposalState.OPEN
    if moderators and rules.have_moderators_agreed(motion, people, agreed):
        row = records.update_state(tx, row, ProposalState.SECONDED, None, None)
    return _tell_vote(tx, ctx, row, motion)


def _tell_vote(tx: Tx, ctx: Context, row: ProposalRow, motion: Motion) -> list[Effect]:
    """Return the events that say how a command that waits stands now."""
    voted = ProposalVoted(proposal=records.view(tx, row, count_seated(tx, ctx.now, row)))
    return [*tell(tx, ctx, row, motion, voted)]


def _is_objected(tx: Tx, now: Ms, row: ProposalRow) -> bool:
    """Return whether enough of those who sit there now object."""
    needed = rules.objections_to_end(
        WaitsFor(row.way), stored_commands.marks_of(row), count_seated(tx, now, row)
    )
    return 0 < needed <= records.count_objections(tx, row, now)


def look_at(tx: Tx, ctx: Context, row: ProposalRow) -> list[Effect]:
    """Return what time alone does to a command that waits; nothing while the clock is in doubt."""
    try:
        stored_commands.load_command(tx, row)
    except CommandUnknownError:
        return end(tx, ctx, row, ProposalState.COULD_NOT, UNREADABLE)
    if not holds_office(tx, ctx.now, row.board, row.mover, Office(row.office)):
        return end(tx, ctx, row, ProposalState.LAPSED)
    if row.epoch != ctx.epoch:
        return announce_anew(tx, ctx, row)
    if row.moved_at > ctx.now:
        # The clock was ahead when it was moved, and nothing ever bore that time out.
        dated = records.date_anew(tx, row, ctx.now)
        return _tell_vote(tx, ctx, dated, motion_of(tx, ctx, dated))
    # Few can see by themselves that there is nothing left to agree to.
    to_few = rules.is_to_few(stored_commands.marks_of(row))
    if to_few and (why_not := _find_why_over(tx, ctx, row)) is not None:
        return end(tx, ctx, row, ProposalState.COULD_NOT, why_not)
    if ctx.proven_now < row.until:
        return []
    way = WaitsFor(row.way)
    is_agreed = way is WaitsFor.MODERATORS and row.state == ProposalState.SECONDED
    if not is_agreed and way is not WaitsFor.DELAY:
        return end(tx, ctx, row, ProposalState.LAPSED)
    # Who sits there may be others than at the last vote.
    if _is_objected(tx, ctx.now, row):
        return end(tx, ctx, row, ProposalState.OBJECTED)
    return carry_out(tx, ctx, row)
