"""Timed work of acts and restrictions: publishes their edges, deletes old rows (P7, P8, P10)."""

from bbs import limits
from bbs.clock import DAY_MS
from bbs.messages import Done
from bbs_server.features.moderation import records, restriction_records
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def forget_names(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of the names of members whom no act was about for a year."""
    before = ctx.proven_now - limits.ACT_NAME_DAYS * DAY_MS
    found = records.list_outworn(tx, before, limits.SLICE_ROWS)
    for key in in_time(tx, found):
        records.forget_name(tx, key)
    return Outcome(Done(), more=bool(found))


def forget_acts(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the acts whose stream was trimmed."""
    found = records.list_ended(tx, limits.SLICE_ROWS)
    for key in in_time(tx, found):
        records.delete_act(tx, key)
    return Outcome(Done(), more=bool(found))


def announce_edges(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell members what began or ended at a moment by time alone; watch for the next such moment."""
    if effects := restriction_records.announce_edges(tx, ctx):
        return Outcome(Done(), effects, more=True)
    return Outcome(Done(), (restriction_records.watch_edge(tx, ctx),))


def forget_restrictions(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the restrictions that are over, with all they say about members."""
    found = restriction_records.list_over(tx, ctx.proven_now, limits.SLICE_ROWS)
    for key in in_time(tx, found):
        restriction_records.delete_restriction(tx, key)
    return Outcome(Done(), more=bool(found))


JOBS: tuple[Job, ...] = (
    Job("forget names in acts", 3_600.0, forget_names, JobKind.TIDIES),
    Job("forget acts", 3_600.0, forget_acts, JobKind.TIDIES),
    Job("announce edges", limits.EDGE_CHECK_SECONDS, announce_edges, JobKind.TELLS, at_edges=True),
    Job("forget restrictions", 3_600.0, forget_restrictions, JobKind.TIDIES),
)
