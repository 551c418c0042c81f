"""Timed work of arriving: what ends by time is told, and what is over is erased (P7, P10)."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.features.arriving.messages import PostAsked
from bbs.features.arriving.views import HeldPost
from bbs.ids import COMMONS
from bbs.messages import Done
from bbs.streams import desk_stream
from bbs_server.features.arriving import guard_records, guards, handlers, notes
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time

_COMMONS_DESK = desk_stream(COMMONS)


def end_guards(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell of guards that are over, and of hosts; nobody is guarded by them any more."""
    effects = (
        guards.expire(tx, ctx) or guards.lift_switched_off(tx, ctx) or notes.end_hosts(tx, ctx)
    )
    return Outcome(Done(), tuple(effects), more=bool(effects))


def ask_commons(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Tell the commons' moderators of a slice of the posts that have waited for a day."""
    written = ctx.proven_now - limits.APPROVAL_ASK_HOURS * HOUR_MS
    rows = guard_records.list_to_ask(tx, written, limits.SLICE_ROWS)
    effects: list[Effect] = []
    for row in in_time(tx, rows):
        guard_records.set_asked(tx, row.post)
        held = handlers.held_view(tx, ctx, row.post)
        if held is None:
            guard_records.delete_approval(tx, row.post)
            continue
        if held.asks_at is None:
            continue  # its board is private
        event, words = PostAsked(held=held), ctx.readers.held_texts(tx, row.post)
        effects.append(AppendEvent(desk_stream(row.board), event, row.post, words))
        if row.board != COMMONS:
            # The commons' desk keeps its events, and the board may become private.
            event = PostAsked(held=_without_words(held))
            effects.append(AppendEvent(_COMMONS_DESK, event, row.post))
    return Outcome(Done(), tuple(effects), more=bool(rows))


def _without_words(held: HeldPost) -> HeldPost:
    thread = None if held.thread is None else replace(held.thread, title=None)
    return replace(held, post=replace(held.post, body=None, subject=None), thread=thread)


def erase_declined(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of the posts that were declined long ago (P10)."""
    before = ctx.proven_now - limits.DECLINED_DAYS * DAY_MS
    found = guard_records.list_declined(tx, before, limits.SLICE_ROWS)
    effects: list[Effect] = []
    for post in in_time(tx, found):
        effects += ctx.readers.erase_declined(tx, ctx, post)
        guard_records.delete_approval(tx, post)
    return Outcome(Done(), tuple(effects), more=bool(found))


def forget_erased(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Forget of posts that they wait, where a purge or a restore erased them without asking."""
    written = ctx.proven_now - limits.APPROVAL_HOURS_MAX * HOUR_MS
    for row in in_time(tx, guard_records.list_waiting(tx)):
        if row.at <= written and handlers.held_view(tx, ctx, row.post) is None:
            guard_records.delete_approval(tx, row.post)
    return Outcome(Done())


def erase_notes(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of a note that is over."""
    return notes.erase_ended(tx, ctx)


def forget_guards(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the guards that ended long ago."""
    before = ctx.proven_now - limits.NOTE_DAYS * DAY_MS
    gone = guard_records.delete_guards(tx, before, limits.SLICE_ROWS)
    return Outcome(Done(), more=bool(gone))


JOBS: tuple[Job, ...] = (
    Job("end guards", 30.0, end_guards, JobKind.TELLS),
    Job("ask the commons", 30.0, ask_commons, JobKind.TELLS),
    Job("erase declined posts", 3_600.0, erase_declined, JobKind.TIDIES),
    Job("forget erased posts", 600.0, forget_erased, JobKind.TIDIES),
    Job("erase notes", 3_600.0, erase_notes, JobKind.TIDIES),
    Job("forget guards", 3_600.0, forget_guards, JobKind.TIDIES),
)
