"""Every seat holder is told of a hand-over that waits, in slices: by then they can leave (protocol 32.3)."""

from collections.abc import Iterable

from bbs.features.community.hand_over_messages import HandCommunityOver
from bbs.features.proposals.messages import ProposalMoved
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS
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
    assert isinstance(emit.event, ProposalMoved)
    row = hand_over_records.find_hand_over(tx)
    is_this = row is not None and row.proposal == emit.event.proposal.id
    if row is None or not is_this or emit.event.proposal.method != HandCommunityOver.method:
        return
    yield from _next_slice(tx, ctx, row._replace(told_upto=""))


def _next_slice(tx: Tx, ctx: Context, row: HandOverRow) -> Iterable[Told]:
    members, upto = next_to_tell(tx, COMMONS, row.told_upto)
    hand_over_records.update_hand_over(tx, row._replace(told_upto=upto))
    until = ctx.readers.waits_until(tx, row.proposal)
    for member in members:
        yield Told(member=member, board=COMMONS, proposal=row.proposal, until=until)


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
