"""Whom the server tells of a command that waits: its board's readers, or few (protocol 15.9, 15.11)."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs.features.proposals import rules
from bbs.features.proposals.messages import (
    ProposalEnded,
    ProposalMoved,
    ProposalVoted,
    WaitsFor,
)
from bbs.features.proposals.rules import Motion, Person
from bbs.ids import MemberId
from bbs.powers import Office
from bbs.streams import board_stream, member_stream
from bbs_server.features.proposals import naming
from bbs_server.features.proposals.people import list_people
from bbs_server.features.proposals.rows import ProposalRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent
from bbs_server.store.api import Tx


def tell(
    tx: Tx,
    ctx: Context,
    row: ProposalRow,
    motion: Motion,
    event: ProposalMoved | ProposalVoted | ProposalEnded,
) -> list[AppendEvent]:
    """Return the events that say how a command that waits stands now.

    Args:
        motion: The command, as the rules judge it.
        event: What is told; the author of one that was moved is its mover.
    """
    is_moved = isinstance(event, ProposalMoved)
    author = (naming.author_of_motion if is_moved else naming.author_of_vote)(tx, ctx, row)
    if naming.is_by_office(tx, ctx, row):
        event = replace(event, proposal=naming.without_mover(event.proposal))
    streams = [board_stream(row.board)]
    if rules.takes_commons_key(motion.marks):
        streams += [member_stream(member) for member in _beyond(tx, ctx, row, motion)]
    if rules.is_to_few(motion.marks):
        streams = [member_stream(member) for member in _few(tx, ctx, row, motion)]
    return [AppendEvent(stream, event, row.id, author=author) for stream in streams]


def _few(tx: Tx, ctx: Context, row: ProposalRow, motion: Motion) -> list[MemberId]:
    """Return the members who are told of a command that is told to few, each once."""
    people = list_people(tx, ctx.now, row.board, Office(row.office), beyond=True)
    known = [each.member for each in people if may_know(each, ctx, row, motion)]
    concerned = [member for member in (motion.mover, motion.about) if member is not None]
    return list(dict.fromkeys([*concerned, *known]))


def _beyond(tx: Tx, ctx: Context, row: ProposalRow, motion: Motion) -> list[MemberId]:
    """Return who is told of a command beside the board's readers: who has the key, and its mover."""
    people = list_people(tx, ctx.now, row.board, Office(row.office), beyond=True)
    way, seated = WaitsFor(row.way), {each.member for each in people if each.seated}
    keyed = [
        each.member for each in people if rules.may_know_beyond(each, motion, way, ctx.proven_now)
    ]
    return [each for each in dict.fromkeys([motion.mover, *keyed]) if each not in seated]


def may_know(person: Person, ctx: Context, row: ProposalRow, motion: Motion) -> bool:
    """Return whether somebody who may read the board may know of a command that waits, or waited."""
    return rules.may_know(person, motion, WaitsFor(row.way), ctx.proven_now)


def tell_person(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell a member that a command waits which is about their words, where few are told of it."""
    assert isinstance(emit.event, ProposalMoved)
    proposal = emit.event.proposal
    about = proposal.about
    if proposal.to_few and about is not None and emit.stream == member_stream(about):
        yield Told(member=about, board=proposal.board, proposal=proposal.id)
