"""Timed work of batches: carries out those that run, ends drafts, forgets what is long over."""

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.features.batches.views import BatchState
from bbs.messages import Done
from bbs_server.features.batches import forgetting, records, running
from bbs_server.features.batches.handlers import changed
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def end_outworn(tx: Tx, ctx: Context) -> Outcome[Done]:
    """End drafts whose time is over, and what a restore interrupted.

    After a restore nobody knows what of a batch they saw done: what runs stops, so that somebody looks
    before anything else is done, and what only waited is dropped.
    """
    effects: list[Effect] = []
    found = records.list_outworn(tx, ctx.proven_now, ctx.epoch, limits.SLICE_ROWS)
    for row in in_time(tx, found):
        runs = row.state == BatchState.RUNNING
        state = BatchState.STOPPED if runs else BatchState.DROPPED
        was_draft = row.state == BatchState.DRAFT
        ended = records.end_batch(tx, row, state, ctx.now)
        if not was_draft:
            effects.append(changed(tx, ended))
    return Outcome(Done(), tuple(effects), more=bool(found))


def forget_over(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget a slice of the batches that are over for as long as the log keeps acts (P10)."""
    dropped = ctx.proven_now - limits.BATCH_DRAFT_HOURS * HOUR_MS
    before = ctx.proven_now - limits.ACT_DAYS * DAY_MS
    found = records.list_over(tx, dropped, before, limits.SLICE_ROWS)
    for row in in_time(tx, found):
        records.delete_batch(tx, row)
    return Outcome(Done(), more=bool(found))


def forget_titles(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget a slice of the titles in plans whose threads have them no more: they are members' words (P10)."""
    found = forgetting.list_titles_gone(tx, limits.SLICE_ROWS)
    for row in in_time(tx, found):
        forgetting.forget_title(tx, row)
    return Outcome(Done(), more=bool(found))


JOBS: tuple[Job, ...] = (
    Job("end batches", 60.0, end_outworn, JobKind.TELLS),
    Job("batches", 10.0, running.carry_out, JobKind.ACTS, at_edges=True),
    Job("forget batches", 3_600.0, forget_over, JobKind.TIDIES),
    Job("forget titles of batches", 600.0, forget_titles, JobKind.TIDIES),
)
