"""A batch that waits for its second key: who is party to it, and what becomes of it (protocol 15)."""

from collections.abc import Collection, Iterable, Mapping

from bbs.features.batches.messages import StartBatch
from bbs.features.batches.views import BatchState
from bbs.features.moderation.messages import Thing
from bbs.ids import MemberId, ProposalId
from bbs_server.features.batches import records
from bbs_server.features.batches.handlers import changed
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx

_ABOUT = "something of this batch is about you, so somebody else gives the second key"


def begin(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Let a batch wait; what is to be done stays as it was added."""
    row = records.find_batch(tx, thing.id or "")
    assert row is not None
    assert isinstance(ctx.request, StartBatch)
    digest = ctx.request.digest
    state = BatchState.WAITING.value
    row = records.update_batch(tx, row, state=state, until=None, digest=digest, proposal=proposal)
    return [changed(tx, row)]


def end(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Drop a batch to which nobody agreed: nothing of it was done."""
    row = records.find_batch(tx, thing.id or "")
    if row is None or row.state != BatchState.WAITING or row.proposal != proposal:
        return []
    row = records.end_batch(tx, row, BatchState.DROPPED, ctx.now)
    return [changed(tx, row)]


def parties(
    tx: Tx, ctx: Context, thing: Thing, proposal: ProposalId | None, members: Collection[MemberId]
) -> Mapping[MemberId, str]:
    """Return who cannot give the key: whom an item is about. What has other parties is no item."""
    touched = records.members_of(tx, thing.id or "")
    return {member: _ABOUT for member in members if member in touched}
