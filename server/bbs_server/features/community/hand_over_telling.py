"""Every seat holder is told of a hand-over that waits, in slices: by then they can leave (protocol 32.3)."""

from collections.abc import Iterable

from bbs.features.community.hand_over_messages import HandCommunityOver
from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, MemberId
from bbs.messages import Done
from bbs_server.features.community import hand_over_records
from bbs_server.features.community.hand_over_records import HandOverRow
from bbs_server.features.community.records import ALL_TOLD, next_to_tell
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx


def tell_first(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Tell the first slice of seat holders with the announcement; a job tells the others."""
    row = _announced_by(tx, emit)
    if row is not None:
        yield from _next_slice(tx, ctx, row._replace(told_upto=""))


def tell_heir(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Told]:
    """Ask the heir with the announcement: without their answer nothing is handed over."""
    row = _announced_by(tx, emit)
    if row is not None:
        yield _told(tx, ctx, row, row.heir)


def tell_refused(tx: Tx, ctx: Context) -> list[Effect]:
    """Tell who runs the server that the heir refused.

    The notice names no command, because the hand-over waits no more.
    """
    effects: list[Effect] = []
    for member in sorted(ctx.readers.sysops(tx, ctx.now)):
        told = Told(member=member, board=COMMONS)
        effects += ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HAND_OVER, told)
    return effects


def _announced_by(tx: Tx, emit: AppendEvent) -> HandOverRow | None:
    """Return the hand-over that an event announces; None if it announces something else."""
    assert isinstance(emit.event, ProposalMoved)
    row = hand_over_records.find_hand_over(tx)
    is_this = row is not None and row.proposal == emit.event.proposal.id
    return row if is_this and emit.event.proposal.method == HandCommunityOver.method else None


def _told(tx: Tx, ctx: Context, row: HandOverRow, member: MemberId) -> Told:
    until = ctx.readers.waits_until(tx, row.proposal)
    return Told(member=member, board=COMMONS, proposal=row.proposal, until=until)


def _next_slice(tx: Tx, ctx: Context, row: HandOverRow) -> Iterable[Told]:
    members, upto = next_to_tell(tx, COMMONS, row.told_upto)
    hand_over_records.update_hand_over(tx, row._replace(told_upto=upto))
    for member in members:
        if member != row.heir:  # who is asked in a notice of their own
            yield _told(tx, ctx, row, member)


def tell_others(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell a slice of the seat holders who were not told yet of the hand-over that waits."""
    row = hand_over_records.find_hand_over(tx)
    if row is None or row.told_upto == ALL_TOLD:
        return Outcome(Done())
    effects: list[Effect] = []
    for told in _next_slice(tx, ctx, row):
        effects += ctx.readers.effects_of_notice(tx, ctx, NoticeKind.HAND_OVER, told)
    return Outcome(Done(), tuple(effects), more=True)


JOBS: tuple[Job, ...] = (Job("tell of an heir", 5.0, tell_others, JobKind.TELLS),)
