"""Timed work of the pipeline: deleting old events and old answers (P10)."""

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.messages import Done
from bbs.streams import stream_parts
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Outcome
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time


def trim_streams(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of a stream's old events, by the retention that the owning feature sets."""
    for stream, oldest in event_log.streams_kept(tx, ctx.proven_now):
        before = ctx.proven_now - _kept_ms(tx, ctx, stream)
        if oldest is not None and oldest >= before:
            continue
        if event_log.forget_before(tx, stream, before, limits.SLICE_ROWS, now=ctx.proven_now):
            return Outcome(Done(), more=True)
    return Outcome(Done())


def _kept_ms(tx: Tx, ctx: Context, stream: str) -> Ms:
    """Return how long a stream keeps its events."""
    kind, owner = stream_parts(stream)
    spec = ctx.readers.streams[kind]
    return spec.kept_ms(ctx.readers.board_facts(tx, owner) if spec.of_board else None)


def delete_old_ops(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of stored answers that are too old for a client to send the command again."""
    old = tx.fetch_all(
        "SELECT n FROM ops WHERE at < ? ORDER BY at LIMIT ?",
        *(ctx.proven_now - limits.OP_DAYS * DAY_MS, limits.SLICE_ROWS),
    )
    for row in in_time(tx, old):
        tx.execute("DELETE FROM ops WHERE n = ?", *row)
    return Outcome(Done(), more=bool(old))


JOBS: list[Job] = [
    Job("end streams", 3_600.0, trim_streams, JobKind.TIDIES),
    Job("forget answers", 3_600.0, delete_old_ops, JobKind.TIDIES),
]
