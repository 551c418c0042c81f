"""One act inside one transaction: find a stored answer, authorize, handle, react, append, store."""

from collections import deque
from collections.abc import Callable, Generator, Mapping
from typing import Any

from msgspec import UNSET, Raw, Struct
from msgspec.structs import replace

from bbs.features.members.author_text import author_id
from bbs.features.members.views import Author, OfficeAuthor, SignInResult
from bbs.features.moderation.messages import Acted
from bbs.marks import check_token_lowers
from bbs.messages import Command, Done, Event, Query, Request, Result
from bbs.powers import LOGGED_POWERS, Office, Power
from bbs.refusals import CommandWaits, NotFound
from bbs.streams import member_stream, stream_parts
from bbs_server.handler_api import (
    CheckAct,
    Context,
    FeatureLookups,
    Handler,
    Prefetch,
    QueryHandler,
    Reaction,
)
from bbs_server.outcome import AfterCommit, AppendEvent, Did, Effect, Execution, Outcome
from bbs_server.pipeline import gate
from bbs_server.pipeline.by_person import check_by_person
from bbs_server.pipeline.stored_answers import OPS, find_answer, find_op, store_answer
from bbs_server.preparing import Prepare
from bbs_server.standing import Actor
from bbs_server.store import event_log, history
from bbs_server.store.api import AnyTable, Rollback, RowKey, Slices, Tx
from bbs_server.store.proven_time import Moment

REACTIONS_MAX = 10_000  # events of one act; more means an endless loop of reactions, which is a bug


class HandlerTable(Struct, frozen=True):
    """Everything the features registered; made once by the composition root."""

    commands: Mapping[type[Command[Any]], Handler]
    queries: Mapping[type[Query[Any]], QueryHandler]
    prepares: Mapping[type[Request[Any]], Prepare]
    foresees: Mapping[type[Command[Any]], Prefetch]
    reactions: Mapping[type[Event], tuple[Reaction, ...]]
    readers: FeatureLookups
    actor_of: Callable[[Tx, str, Moment], Actor | None]

    def find_actor(
        self, tx: Tx, session: str | None, moment: Moment, *, by_script: bool = False
    ) -> Actor | None:
        """Return the actor of a session; None for a stranger, or once the session is over.

        Args:
            by_script: Whether a script uses the connection.
        """
        actor = None if session is None else self.actor_of(tx, session, moment)
        return replace(actor, by_script=True) if actor is not None and by_script else actor


def append_effects(tx: Tx, table: HandlerTable, ctx: Context, outcome: Outcome[Any]) -> Execution:
    """Append an outcome's events and those of the reactions to them, in that order."""
    appended: list[event_log.AppendedEvent] = []
    tells: list[AfterCommit] = []
    waiting: deque[Effect] = deque(outcome.effects)
    while waiting:
        emission = waiting.popleft()
        if isinstance(emission, Execution):
            appended += emission.appended
            tells += emission.after_commit
            continue
        if not isinstance(emission, AppendEvent):
            tells.append(emission)
            continue
        if len(appended) > REACTIONS_MAX:
            raise RuntimeError(f"reactions without end at {emission.event.kind}")
        unproven = not ctx.moment.is_proven
        author = _author_told(table, ctx, outcome.told_by, emission.stream)
        appended.append(event_log.append(tx, ctx.now, emission, author, unproven=unproven))
        for reaction in table.reactions.get(type(emission.event), ()):
            waiting.extend(reaction(tx, ctx, emission))
    result = Raw(appended[0].data) if outcome.told else outcome.result
    return Execution(result, tuple(appended), tuple(tells), outcome.error, outcome.more)


def _author_told(table: HandlerTable, ctx: Context, told_by: Author | None, stream: str) -> Author:
    """Return whom an event without an author of its own names to those who listen to a stream."""
    if told_by is None or ctx.actor is None:
        return ctx.author
    spec = table.readers.streams.get(stream_parts(stream).kind)
    names = stream == member_stream(ctx.member) or (spec is not None and spec.names)
    return ctx.author if names else told_by


def execute_query(tx: Tx, table: HandlerTable, ctx: Context, query: Query[Any]) -> Slices[Result]:
    """Answer a query in read transactions.

    Args:
        ctx: As `with_standing` returns it.

    Raises:
        FolkmootError: As the query's handler does.
    """
    result = table.queries[type(query)](tx, ctx, query)
    if isinstance(result, Generator):
        result = yield from result
    if not result.as_of:
        return result
    actor = ctx.actor
    if isinstance(result, SignInResult):
        # Signing in has no actor before: its result is for the member who signs in.
        actor = table.actor_of(tx, result.session.id, ctx.moment)
    # A stream's seq reveals how much is written there, so only its readers get it (P11).
    as_of = {
        stream: seq
        for stream, seq in result.as_of.items()
        if actor is not None and gate.may_listen(tx, table.readers, actor, stream, ctx.now)
    }
    # Answers to commands get no tags: after a dry run, a tag would belong to an event that does not
    # exist.
    return replace(result, as_of=as_of, tags=history.tags_of(tx, as_of))


def judge(
    tx: Tx, table: HandlerTable, ctx: Context, session: str | None, command: Command[Any]
) -> Result | None:
    """Judge a member's command before the server does slow work for it."""
    knocks, moment = command.needs.power is Power.KNOCK, ctx.moment
    actor = None if knocks else table.find_actor(tx, session, moment, by_script=ctx.by_script)
    seen = None if actor is None else find_answer(tx, table.readers, actor, command, moment)
    if seen is None:
        gate.authorize(tx, table.readers, actor, command, moment)
        check_by_person(command, actor)
    return seen


def prefetch_keys(
    table: HandlerTable, member: str | None, command: Command[Any]
) -> list[tuple[AnyTable, RowKey]]:
    """Return the keys of rows that `execute_command` will look up, as far as they are known before."""
    rows: list[tuple[AnyTable, RowKey]] = []
    if member is not None:
        rows.append((OPS, (command.op, member)))
    if (foresee := table.foresees.get(type(command))) is not None:
        rows += foresee(command)
    return rows


def execute_command(
    tx: Tx,
    table: HandlerTable,
    ctx: Context,
    moment: Moment,
    session: str | None,
    command: Command[Any],
) -> Execution:
    """Execute a member's command; if it was executed before, return the stored answer (P12).

    The server stores no answers to private commands (marks, choices, thanks): with their times they
    would be a diary of reading (P2). Such a command sets a state, so a repetition changes nothing.

    Args:
        moment: The moment of the transaction, so that a restriction that began or ended while the
            command waited in the queue counts.

    Raises:
        OpConflict: If the op named another request before.
        Rollback: For a dry run, with the `Execution` that would have been.
    """
    actor = table.find_actor(tx, session, moment, by_script=ctx.by_script)
    # Signing up and signing in are idempotent by the ids they carry. Their answers are not stored,
    # because they contain traces of secrets.
    member = None if actor is None or command.needs.power is Power.KNOCK else actor.member
    if actor is not None and member is not None:
        seen = find_answer(tx, table.readers, actor, command, moment)
        if seen is not None:
            return Execution(seen)
    ctx = with_standing(tx, table, ctx, moment, session, command, actor)
    return _carry_out(tx, table, ctx, member, command)


def execute_as(
    table: HandlerTable,
    tx: Tx,
    ctx: Context,
    author: Author,
    office: Office,
    command: Command[Any],
    check: CheckAct = lambda act: None,
    is_lent: bool = False,
    is_now: bool = False,
) -> Execution:
    """Carry out a command as `bbs_server.handler_api.ExecuteAs` says."""
    member = author_id(author)
    actor = None if member is None else gate.actor_in_office(tx, table.readers, ctx, member)
    whose = None if command.op is UNSET else member or office.value
    if member is not None and actor is None:
        raise NotFound(what="member")
    if whose is not None and find_op(tx, whose, command) is not None:
        return Execution(Done())
    if is_now:
        standing = gate.authorize(tx, table.readers, actor, command, ctx.moment)
    else:
        standing = gate.authorize_office(
            *(tx, table.readers, actor, office, command, ctx.moment), is_lent=is_lent
        )
    inner = replace(
        ctx,
        actor=actor,
        standing=standing,
        request=command,
        office=office,
        speaker=author,
        prepared=None,
    )
    return tx.attempt(lambda: _carry_out(tx, table, inner, whose, command, agreed=check))


def judge_again(table: HandlerTable, tx: Tx, ctx: Context, request: Request[Any]) -> Context:
    """Let the gate judge a request as `bbs_server.handler_api.Judge` says."""
    standing = gate.authorize(tx, table.readers, ctx.actor, request, ctx.moment)
    return replace(ctx, standing=standing, request=request)


def _carry_out(
    tx: Tx,
    table: HandlerTable,
    ctx: Context,
    whose: str | None,
    command: Command[Any],
    *,
    agreed: CheckAct | None = None,
) -> Execution:
    """Execute a command that the gate has allowed, and store its answer.

    Args:
        whose: The owner of the op under which the answer is stored; None to store no answer.
        agreed: Given if the command must not wait, however grave it is; called with what it did.
    """
    outcome = _handle(tx, table, ctx, command, agreed=agreed)
    committed = append_effects(tx, table, ctx, outcome)
    if command.dry_run:
        raise Rollback(replace(committed, appended=(), after_commit=()))
    is_answer = committed.refuse is None or isinstance(committed.refuse, CommandWaits)
    if whose is not None and is_answer and not command.needs.private:
        store_answer(tx, ctx, whose, command, outcome)
    return committed


class _HasToWait(Exception):
    """Raised to undo a grave command; `move` then stores it as a proposal."""

    def __init__(self, move: Callable[[], Outcome[Any]]) -> None:
        self.move = move


def _handle(
    tx: Tx, table: HandlerTable, ctx: Context, command: Command[Any], *, agreed: CheckAct | None
) -> Outcome[Any]:
    """Run a command's handler and store its act; if the command has to wait, move it (protocol 15)."""
    if agreed is None and command.grave:
        try:
            return tx.attempt(lambda: _done_unless_grave(tx, table, ctx, command))
        except _HasToWait as waits:
            return waits.move()
    outcome = _run(tx, table, ctx, command)
    if agreed is not None:
        agreed(outcome.act)
    return _with_act(tx, table, ctx, outcome)


def _done_unless_grave(
    tx: Tx, table: HandlerTable, ctx: Context, command: Command[Any]
) -> Outcome[Any]:
    outcome = _run(tx, table, ctx, command)
    if isinstance(outcome.act, Did):
        move = table.readers.move_if_grave(tx, ctx, command, outcome.act)
        if move is not None:
            raise _HasToWait(move)
    return _with_act(tx, table, ctx, outcome)


def _run(tx: Tx, table: HandlerTable, ctx: Context, command: Command[Any]) -> Outcome[Any]:
    check_by_person(command, ctx.actor, ctx.way)
    outcome = table.commands[type(command)](tx, ctx, command)
    if isinstance(outcome.act, Did):
        _check_token(ctx, outcome.act)
    return outcome


def _check_token(ctx: Context, act: Did) -> None:
    """Refuse a token's command that only a device may send, also before it becomes a proposal.

    Raises:
        DeviceNeeded: If the command lowered a protection that only a device may lower.
    """
    actor, request = ctx.actor, ctx.request
    if actor is None or actor.scope is None:
        return
    assert request is not None
    for change in act.changes:
        check_token_lowers(type(request), change.field, change.before, change.after)


def _with_act(tx: Tx, table: HandlerTable, ctx: Context, outcome: Outcome[Any]) -> Outcome[Any]:
    """Add the act to the outcome of a command that used power (P8).

    Raises:
        RuntimeError: If power was used and the handler gave no act, which is a bug.
    """
    request, act = ctx.request, outcome.act
    assert request is not None
    if isinstance(act, Did):
        told = table.readers.effects_of_act(tx, ctx, act)
        events = (effect.event for effect in told if isinstance(effect, AppendEvent))
        authors = [event.act.author for event in events if isinstance(event, Acted)]
        told_by = next((by for by in authors if isinstance(by, OfficeAuthor)), None)
        return replace(outcome, effects=(*outcome.effects, *told), told_by=told_by)
    if act is None and outcome.error is None and request.needs.power in LOGGED_POWERS:
        raise RuntimeError(f"{request.method} used {request.needs.power} and told no act")
    return outcome


def with_standing(
    tx: Tx,
    table: HandlerTable,
    ctx: Context,
    moment: Moment,
    session: str | None,
    request: Request[Any],
    actor: Actor | None = None,
) -> Context:
    """Let the gate judge a request at a moment; return the context with it, actor and standing.

    Raises:
        FolkmootError: As the gate does.
    """
    actor = actor or table.find_actor(tx, session, moment, by_script=ctx.by_script)
    standing = gate.authorize(tx, table.readers, actor, request, moment)
    return replace(ctx, moment=moment, actor=actor, standing=standing, request=request)
