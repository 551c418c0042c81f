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
    """Delete a slice of ops that are too old for a client to send the command again.

    It takes them in the order of writing and ends at a slice without an old one, because an index by
    time would cost every command a page. An op dated by a clock that was ahead waits for its time,
    and those behind it do not.
    """
    now, gone = ctx.proven_now, 0
    before = now - limits.OP_DAYS * DAY_MS
    sql = "SELECT n, at FROM ops WHERE at <= ? ORDER BY n LIMIT ?"
    for n, at in in_time(tx, tx.fetch_all(sql, now, limits.SLICE_ROWS)):
        if at < before:
            tx.execute("DELETE FROM ops WHERE n = ?", n)
            gone += 1
    return Outcome(Done(), more=gone > 0)


JOBS: list[Job] = [
    Job("end streams", 3_600.0, trim_streams, JobKind.TIDIES),
    Job("forget answers", 3_600.0, delete_old_ops, JobKind.TIDIES),
]
