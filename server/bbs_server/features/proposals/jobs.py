"""Timed work of commands that wait: deadlines, delays, and forgetting what ended long ago."""

import logging
from functools import partial

from msgspec import MsgspecError

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import FolkmootError
from bbs.messages import Done
from bbs_server.features.proposals import records
from bbs_server.features.proposals.ending import look_at
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

log = logging.getLogger("bbs.proposals")

_OF_ONE = (FolkmootError, MsgspecError, ValueError, LookupError, TypeError, AssertionError)
"""What can be wrong with one command alone. An error of the disk is not: it concerns them all."""


def tend(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Do what is due to one command that waits: carry it out, end it, announce it anew.

    One that fails is logged and waits on: those after it still get their turn.
    """
    for row in in_time(tx, records.list_waiting(tx, limits.SLICE_ROWS)):
        try:
            effects = tx.attempt(partial(look_at, tx, ctx, row))
        except _OF_ONE:
            log.exception("the command that waits with the id %s failed", row.id)
            continue
        if effects:
            return Outcome(Done(), tuple(effects))
    return Outcome(Done())


def forget_ended(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget a slice of those that ended long ago, with their words (P10)."""
    before = ctx.proven_now - limits.PROPOSAL_DAYS * DAY_MS
    found = records.list_over(tx, before, limits.SLICE_ROWS)
    for row in in_time(tx, found):
        records.delete_proposal(tx, row)
    return Outcome(Done(), more=bool(found))


JOBS: tuple[Job, ...] = (
    Job("commands that wait", 30.0, tend, JobKind.ACTS),
    Job("forget commands that waited", 3_600.0, forget_ended, JobKind.TIDIES),
)
