"""Timed work of threads: publish posts that were held, and fade text that has ended (P10)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.threads.messages import LoungeFaded, PostsFaded
from bbs.features.threads.views import ContentState
from bbs.ids import PostId, ThreadId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.threads import (
    approving,
    hidden,
    hidden_writers,
    hiding,
    hiding_by_clause,
    moving,
    pace,
    post_text,
    publishing,
    purge,
    records,
    retention,
)
from bbs_server.features.threads.rows import LINE, POST, LineRow, PostRow
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

F = TypeVar("F", PostRow, LineRow)


class PublishHeld(Command[Done], frozen=True, kw_only=True):
    """Publish a held post whose time has come; the server's own."""

    method = "threads.publish_held"
    needs = Need(Power.DUE, on=NeedTarget.POST)
    post: PostId


class MoveOn(Command[Done], frozen=True, kw_only=True):
    """Move the next posts of a thread of which a moderator moved some or all; the server's own."""

    method = "threads.move_on"
    needs = Need(Power.DUE, on=NeedTarget.THREAD)
    thread: ThreadId


def move_on(tx: Tx, ctx: Context, command: MoveOn) -> Outcome[Done]:
    """Move a slice of the posts that are still where they were."""
    return Outcome(Done(), moving.go_on_moving(tx, ctx, command.thread))


def publish_held(tx: Tx, ctx: Context, command: PublishHeld) -> Outcome[Done]:
    """Give a held post its number and its place in the board's stream."""
    row = records.post_row(tx, command.post)
    if row is None or row.state != ContentState.HELD:
        return Outcome(Done())
    return Outcome(Done(), approving.publish(tx, ctx, row))


def publish_due(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Publish a held post that is due; the runner asks again while there are more."""
    post = publishing.find_due_post(tx, ctx.moment)
    if post is None:
        return Outcome(Done())
    return Outcome(Done(), (ctx.carry_out_due(tx, PublishHeld(post=post)),))


def move_due(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Move a slice of the posts that a moderator moved; the runner asks again while there are more."""
    move = moving.find_move(tx)
    if move is None:
        return Outcome(Done())
    return Outcome(Done(), (ctx.carry_out_due(tx, MoveOn(thread=move.source)),), more=True)


def fade_posts(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Fade a slice of a board's posts, and tell it by a single ranged event.

    Before that, it brings rows forward whose retention was shortened: then each row holds its end.
    """
    if retention.shorten_posts(tx):
        return Outcome(Done(), more=True)
    # Board by board, because the index has the ends of each board in order.
    board = tx.fetch_value(
        "SELECT id FROM boards b WHERE EXISTS (SELECT 1 FROM posts WHERE board = b.id"
        " AND fades_at <= ? AND fades_at IS NOT NULL AND body_text IS NOT NULL"
        " AND state = 'published') LIMIT 1",
        ctx.proven_now,
    )
    if board is None:
        return Outcome(Done())
    rows = tx.select(
        PostRow,
        f"{POST} WHERE board = ? AND fades_at <= ? AND fades_at IS NOT NULL"
        " AND body_text IS NOT NULL AND state = 'published' ORDER BY fades_at, n LIMIT ?",
        *(board, ctx.proven_now, limits.SLICE_ROWS + 1),
    )
    found = hidden.find_hidden(tx)

    def erase(row: PostRow) -> None:
        state = ContentState.PURGED if hidden.is_purged(row, found) else ContentState.FADED
        post_text.erase(tx, row, state.value)

    event = PostsFaded(board=board, until=instant(_fade(tx, ctx, rows, erase)))
    return Outcome(Done(), (AppendEvent(board_stream(board), event, board),))


def _fade(tx: Tx, ctx: Context, rows: Sequence[F], erase: Callable[[F], None]) -> Ms:
    """Erase a slice of rows and return the time, in ms, up to which all have faded.

    Rows that end in the same millisecond as the first row left over are announced with the next
    slice.

    Args:
        rows: In the order of `fades_at`.
    """
    done = 0
    for row in in_time(tx, rows[: limits.SLICE_ROWS]):
        erase(row)
        done += 1
    ends = [row.fades_at for row in rows[done:] if row.fades_at is not None]
    return ends[0] - 1 if ends else ctx.proven_now


def fade_lines(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Fade a slice of a lounge's lines, as `fade_posts` does; nothing of them stays."""
    if retention.shorten_lines(tx):
        return Outcome(Done(), more=True)
    board = tx.fetch_value(
        "SELECT id FROM boards b WHERE EXISTS"
        " (SELECT 1 FROM lines WHERE board = b.id AND fades_at <= ?) LIMIT 1",
        ctx.proven_now,
    )
    if board is None:
        return Outcome(Done())
    rows = tx.select(
        LineRow,
        f"{LINE} WHERE board = ? AND fades_at <= ? ORDER BY fades_at LIMIT ?",
        *(board, ctx.proven_now, limits.SLICE_ROWS + 1),
    )

    def erase(row: LineRow) -> None:
        post_text.drop_line(tx, row)

    event = LoungeFaded(board=board, until=instant(_fade(tx, ctx, rows, erase)))
    return Outcome(Done(), (AppendEvent(lounge_stream(board), event, board),))


JOBS: tuple[Job, ...] = (
    Job("publish held posts", 1.0, publish_due, JobKind.ACTS),
    Job("erase what is purged", 1.0, purge.erase_purged, JobKind.TIDIES),
    Job("tell writers what is hidden", 1.0, hidden_writers.tell_writers, JobKind.TELLS),
    Job("settle what was hidden", 5.0, hiding.settle, JobKind.TIDIES),
    Job("move posts", 1.0, move_due, JobKind.ACTS),
    Job("erase hidden words", 5.0, hiding_by_clause.erase_unrestored, JobKind.TIDIES),
    Job("forget paces", 3_600.0, pace.forget_writings, JobKind.TIDIES),
    Job("fade posts", 30.0, fade_posts, JobKind.TIDIES),
    Job("fade lounge lines", 30.0, fade_lines, JobKind.TIDIES),
)
