"""What the handlers of restrictions of everybody share: setting, ending, and what the act says (P7, P8)."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from bbs.clock import Ms, to_ms
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import PACES, holds
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.threads.views import Thread
from bbs.ids import ThreadId
from bbs.plural import span_seconds, whole_span
from bbs.refusals import Conflict
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome
from bbs_server.store.api import Tx

_PACE = "once in "
_MOMENT = "%Y-%m-%d %H:%M UTC"


def published_thread(tx: Tx, ctx: Context, key: ThreadId) -> Thread:
    """Return a thread that readers of its board know of.

    Raises:
        Conflict: If its first post is held.
    """
    thread = ctx.readers.threads(tx, [key], ctx.moment)[key]
    if thread.number is None:
        raise Conflict(what="this thread is held still; tend it once it is published")
    return thread


def thing_of(ctx: Context, thread: Thread | None) -> Thing:
    """Return the thread, or the board, as the thing of an act."""
    if thread is None:
        return Thing(kind=ThingKind.BOARD, id=ctx.board.id)
    return Thing(kind=ThingKind.THREAD, id=thread.id, thread=thread.number, count=thread.posts)


def in_force(
    tx: Tx, ctx: Context, kind: RestrictionKind, thread: Thread | None
) -> Restriction | None:
    """Return what holds of a kind for everybody in a thread, or on the board; None for nothing."""
    found = (
        restriction
        for restriction in restriction_records.restrictions_on(tx, ctx.board.id, None)
        if (restriction.kind, restriction.board) == (kind, ctx.board.id)
        and restriction.thread == (thread and thread.id)
        and holds(restriction, ctx.now)
    )
    return next(found, None)


def set_restriction(
    tx: Tx,
    ctx: Context,
    kind: RestrictionKind,
    reason: str,
    *,
    until: Ms | None = None,
    thread: Thread | None = None,
    value: int | None = None,
) -> Outcome[RestrictionResult]:
    """Set a restriction in the place of the one that holds; one with that end and pace already stays."""
    before = in_force(tx, ctx, kind, thread)
    same = before is not None and before.value == value
    if before is not None and same and until == (before.until and to_ms(before.until)):
        return Outcome(RestrictionResult(restriction=before), act=UNCHANGED)
    effects: tuple[Effect, ...] = (
        () if before is None else restriction_records.lift(tx, ctx, before.id)
    )
    act = ctx.new_id()
    effects += restriction_records.restrict(
        *(tx, ctx, ctx.board.id, kind),
        thread=None if thread is None else thread.id,
        value=value,
        until=until,
        act=act,
        reason=reason,
    )
    after = restriction_records.told_in(effects)[-1]
    change = change_of(before, after)
    return outcome_of(
        effects, Did(id=act, thing=thing_of(ctx, thread), changes=(change,), reason=reason)
    )


def end_restriction(
    tx: Tx, ctx: Context, kind: RestrictionKind, reason: str, thread: Thread | None = None
) -> Outcome[RestrictionResult]:
    """End what holds of a kind for everybody in a thread, or on the board."""
    before = in_force(tx, ctx, kind, thread)
    if before is None:
        return Outcome(RestrictionResult(), act=UNCHANGED)
    effects = restriction_records.lift(tx, ctx, before.id)
    act = Did(thing=thing_of(ctx, thread), changes=(change_of(before, None),), reason=reason)
    return outcome_of(effects, act)


def outcome_of(effects: tuple[Effect, ...], act: Did) -> Outcome[RestrictionResult]:
    """Return the outcome of a command, with the restriction that its effects tell last."""
    after = restriction_records.told_in(effects)[-1]
    return Outcome(RestrictionResult(restriction=after), effects, act=act)


def change_of(before: Restriction | None, after: Restriction | None) -> Change:
    """Return the change of a restriction as an act tells it."""
    told = before or after
    assert told is not None
    return Change(field=told.kind.value, before=_state(before), after=_state(after))


def _state(restriction: Restriction | None) -> str | bool | None:
    """Return what an act says of a restriction that is set: its pace, and until when it holds."""
    if restriction is None or restriction.until is None:
        return None if restriction is None else True
    pace = f"{_PACE}{whole_span(restriction.value or 0)}, " if restriction.kind in PACES else ""
    return f"{pace}until {restriction.until:{_MOMENT}}"


class Held(NamedTuple):
    """What an act says of a restriction that was set.

    Attributes:
        until: Its end, to the minute; None until somebody ends it.
        seconds: Its pace; None for none.
    """

    until: datetime | None
    seconds: int | None = None


def held_before(change: Change) -> Held | None:
    """Return what was set before a change as `change_of` tells it; None for nothing."""
    told = change.before
    if not isinstance(told, str):
        return Held(None) if told else None
    pace, _, end = told.rpartition("until ")
    seconds = span_seconds(pace.removeprefix(_PACE).rstrip(", ")) if pace else None
    with suppress(ValueError):
        return Held(datetime.strptime(end, _MOMENT).replace(tzinfo=UTC), seconds)
    return None
