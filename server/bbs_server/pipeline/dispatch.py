"""The dispatcher answers typed calls: throttle, prepare, run one transaction, publish events."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from bbs import limits
from bbs.clock import SECOND_MS, Ms
from bbs.errors import FolkmootError, InternalError, RetryableError, ServerStopping, Throttled
from bbs.features.members.views import SignInResult
from bbs.features.threads.messages import ImportPosts
from bbs.ids import SessionId
from bbs.messages import Answer, Command, Query, Result
from bbs.powers import Power
from bbs.refusals import InvitationInvalid, SignInFailed
from bbs.wire import codec
from bbs.wire.codec import Call
from bbs.wire.messages import Discover, Hello, SysopNotices
from bbs_server.ceilings import Ceilings
from bbs_server.fanout.hub import Hub, Subscriber
from bbs_server.features.members.guesses import Guesses
from bbs_server.features.members.passwords import PasswordPool
from bbs_server.features.members.records import touch_session
from bbs_server.features.presence.present_members import PresentMembers
from bbs_server.handler_api import Context, ExecuteAs, Judge
from bbs_server.outcome import Execution, Outcome, RecheckListeners
from bbs_server.pipeline import execute
from bbs_server.pipeline.after_commit import follow
from bbs_server.pipeline.charging import charge, give_back
from bbs_server.pipeline.counters import DispatchCounters
from bbs_server.pipeline.execute import HandlerTable
from bbs_server.pipeline.loaded import Loaded
from bbs_server.pipeline.peer import CHALLENGES, Peer
from bbs_server.pipeline.reads import Asked, Reads
from bbs_server.pipeline.throttle import Throttle
from bbs_server.preparing import PrepareContext
from bbs_server.store.api import AnyTable, RowKey, Store, Tx
from bbs_server.store.history import Lost
from bbs_server.store.proven_time import Moment

if TYPE_CHECKING:
    from argon2 import PasswordHasher

log = logging.getLogger("bbs.pipeline")

Conversation = Callable[["Dispatcher", Peer, Any], Awaitable[Result]]
"""A request about the connection itself, answered outside the table: sync, presence."""


@dataclass(slots=True)
class Dispatcher:
    """Answers the calls of all connections of a server; until `take_up`, only `hello`.

    Attributes:
        table, passwords: The features' handlers, and the hasher of passwords; set by `take_up`.
        loaded: Set by `take_up`. Every call but `hello` waits for it.
        lost: The first evidence that history was lost, also from an earlier start; None for none.
        lost_streams: The streams with such evidence since this start.
        next_edge: The next moment, in ms, at which something begins or ends by time alone; None if
            there is none. edge_moved: Set whenever `next_edge` gets a new value.
    """

    store: Store
    conversations: dict[type[Any], Conversation]
    hub: Hub
    throttle: Throttle
    pool: PasswordPool
    members_pool: PasswordPool
    guesses: Guesses
    epoch: str
    recheck: Callable[["Dispatcher", Subscriber, tuple[str, ...]], None]
    counters: DispatchCounters = field(default_factory=DispatchCounters)
    ceilings: Ceilings = field(default_factory=Ceilings)
    program: str = "folkmoot"
    notice: SysopNotices = field(default_factory=SysopNotices)
    banner: str = ""
    present: PresentMembers = field(default_factory=PresentMembers)
    stopping: bool = False
    presence_due: bool = False
    lost: Lost | None = None
    lost_streams: set[str] = field(default_factory=set)
    next_edge: Ms | None = None
    edge_moved: asyncio.Event = field(default_factory=asyncio.Event)
    loaded: Loaded = field(default_factory=Loaded)
    table: HandlerTable = field(init=False)
    passwords: "PasswordHasher" = field(init=False)
    reads: Reads = field(init=False)
    _execute_as: ExecuteAs = field(init=False)
    _judge: Judge = field(init=False)
    _plain: frozenset[type[Command[Any]]] = frozenset()
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make the part that refers to other parts."""
        self.reads = Reads(self.store, self.throttle, self.store.time)

    def take_up(self, table: HandlerTable, passwords: "PasswordHasher") -> None:
        """Answer every call from now on, also those that waited."""
        self.table, self.passwords = table, passwords
        self._execute_as = partial(execute.execute_as, table)
        self._judge = partial(execute.judge_again, table)
        beside = {ImportPosts, *self.conversations, *table.prepares}
        commands = {cls for cls in table.commands if cls.needs.power is not Power.KNOCK}
        self._plain = frozenset(commands - beside)
        self.loaded.set()

    def start_call(
        self, caller: Peer, call: Call, send: Callable[[bytes], None]
    ) -> Coroutine[Any, Any, None] | None:
        """Begin to answer a call.

        Args:
            send: Gets the answer as a frame; perhaps before this method returns.

        Returns:
            The rest of the work, which never raises; cancelling it stops the waiting, not a write
            that was begun. None for a command that needs nothing but its transaction.
        """
        request: Any = call.request
        if type(request) not in self._plain:
            return self._answer(caller, call, send)

        def done(committed: Execution | None, error: BaseException | None) -> None:
            if (refusal := error or getattr(committed, "refuse", None)) is not None:
                send(self._refused(caller, call, refusal))
            elif committed is not None:
                send(self._answered(caller, call, committed.result))

        try:
            moment, _ = self._admit(caller, request)
            run, prefetch = self._transaction(caller, self._at(caller, moment), request)
            after = partial(self.publish_commit, asked_by=caller)
            self.store.submit(run, done, after=after, prefetch=prefetch)
        except Exception as error:
            send(self._refused(caller, call, error))
        return None

    async def _answer(self, caller: Peer, call: Call, send: Callable[[bytes], None]) -> None:
        try:
            if not self.loaded.is_set() and not isinstance(call.request, Hello):
                await self.loaded.wait()
            if isinstance(call.request, Discover):
                # Late: it is asked for by programs, and by few of them.
                from bbs.wire.openrpc import discover_reply

                self._admit(caller, call.request)
                frame = discover_reply(call.id)
            else:
                frame = self._answered(caller, call, await self._result(caller, call))
        except Exception as error:
            frame = self._refused(caller, call, error)
        send(frame)

    def _answered(self, caller: Peer, call: Call, result: Answer) -> bytes:
        try:
            frame = codec.encode_result(call.id, result)
        except Exception as error:
            return self._refused(caller, call, error)
        self.counters.answered += 1
        return frame

    def _refused(self, caller: Peer, call: Call, error: BaseException) -> bytes:
        """Return the frame for a call that failed; an error that is a bug gets a reference."""
        if isinstance(error, FolkmootError):
            self.counters.refused += 1
            if isinstance(error, SignInFailed | InvitationInvalid):
                self.throttle.count_failure(caller.address, self.store.time())
            return codec.encode_error(call.id, error)
        self.counters.broken += 1
        reference = secrets.token_hex(4)
        log.error("%s failed, reference %s", call.request.method, reference, exc_info=error)
        return codec.encode_error(call.id, InternalError(ref=reference))

    def _admit(self, caller: Peer, request: Any) -> tuple[Moment, Throttled | None]:
        """Return the moment of a request, and the refusal of its address; see `charge`.

        Raises:
            ServerStopping, Throttled: If it may change nothing any more, or asks for too much.
        """
        moment = self.store.time.moment()
        if self.stopping and isinstance(request, Command):
            raise ServerStopping
        return moment, charge(self.throttle, caller, request, moment.now)

    async def _result(self, caller: Peer, call: Call) -> Answer:
        request = call.request
        moment, address_refusal = self._admit(caller, request)
        conversation = self.conversations.get(type(request))
        if conversation is not None and request.needs.power is Power.KNOCK:
            return await conversation(self, caller, request)
        ctx = self._at(caller, moment)
        if isinstance(request, CHALLENGES):
            ctx = replace(ctx, nonce=caller.challenge(ctx.now))
        if conversation is not None:
            await self.store.read(
                lambda tx: execute.with_standing(
                    tx, self.table, ctx, moment, caller.session, request
                )
            )
            return await conversation(self, caller, request)
        try:
            if isinstance(request, Query):
                asked = Asked(self.table, ctx, caller.session, self.store.time.moment, request)
                result: Answer = await self.reads.answer(caller.member, asked)
            else:
                assert isinstance(request, Command)
                result = await self._do(caller, ctx, request, address_refusal)
        except SignInFailed:
            # Strangers at an address must not keep its members out: past its budget a right proof
            # still lets them in, and a wrong proof gets the refusal of the address.
            if address_refusal is None:
                raise
            raise address_refusal from None
        except FolkmootError as error:
            if isinstance(request, ImportPosts) and not isinstance(error, RetryableError):
                give_back(self.throttle, caller, request, self.store.time())
            raise
        # If the caller hung up, this line is not reached and the items stay taken, because the
        # posts may have been stored all the same.
        if isinstance(request, ImportPosts):
            give_back(self.throttle, caller, request, self.store.time(), result)
        rehearsed = isinstance(request, Command) and request.dry_run
        if isinstance(result, SignInResult) and not rehearsed:
            self._adopt(caller, request, result)
            if result.member.sysop and result.session.powers is None:
                return replace(result, clock_doubt=self.store.time.moment().doubt)
        return result

    async def _do(
        self, caller: Peer, ctx: Context, command: Command[Any], address_refusal: Throttled | None
    ) -> Answer:
        if (prepare := self.table.prepares.get(type(command))) is not None:
            # Check a wrong old password before the transaction, but after the gate and the stored
            # answer. Otherwise a token could guess passwords, and a repeated request whose answer
            # was lost would count as a guess.
            seen = await self.store.read(
                lambda tx: execute.judge(tx, self.table, ctx, caller.session, command)
            )
            if seen is not None:
                return seen
            preparations = PrepareContext(
                store=self.store,
                pool=self.pool,
                members_pool=self.members_pool,
                passwords=self.passwords,
                guesses=self.guesses,
                ctx=ctx,
                member=caller.member,
                session=caller.session,
                address_refusal=address_refusal,
            )
            ctx = replace(ctx, prepared=await prepare(preparations, command))
        run, rows = self._transaction(caller, ctx, command)
        committed = await self.store.write(run, after=self.publish_commit, prefetch=rows)
        if committed.refuse is not None:
            raise committed.refuse
        return committed.result

    def _transaction(
        self, caller: Peer, ctx: Context, command: Command[Any]
    ) -> tuple[Callable[[Tx], Execution], Sequence[tuple[AnyTable, RowKey]]]:
        """Return the transaction of a command, and the rows that it will read by key."""
        if command.needs.power is Power.KNOCK or getattr(command, "signature", None) is not None:
            caller.nonce = None  # good for one attempt

        def run(tx: Tx) -> Execution:
            moment = self.store.time.moment()
            return execute.execute_command(tx, self.table, ctx, moment, caller.session, command)

        return run, execute.prefetch_keys(self.table, caller.member, command)

    async def execute_as_system(
        self, fn: Callable[[Tx, Context], Outcome[Any]], *, acts: bool = True
    ) -> Execution:
        """Run `fn` as the system, with the same log and the same publishing as a member's command.

        Args:
            acts: Whether `fn` may execute commands.
        """
        execute_as = self._execute_as if acts else None

        def run(tx: Tx) -> Execution:
            # The moment of the transaction, so that no commit that it waited for is later.
            at = self.store.time.moment(), secrets.token_bytes, self.table.readers
            ctx = Context(*at, epoch=self.epoch, ceilings=self.ceilings, execute_as=execute_as)
            return execute.append_effects(tx, self.table, ctx, fn(tx, ctx))

        return await self.store.write(run, after=self.publish_commit)

    def publish_commit(self, committed: Execution, *, asked_by: Peer | None = None) -> None:
        """Publish a commit. The store calls it in the order of commits.

        Args:
            asked_by: The connection that gets the answer later in this turn; None for no answer.
        """
        if asked_by is not None and asked_by.listener.streams:
            asked_by.listener.outbox.wait_for_answer()
        # Pause listeners who may have lost access before publishing anything: the command that
        # removes them may also publish text they must no longer read (protocol 6.6).
        for tell in committed.after_commit:
            if isinstance(tell, RecheckListeners):
                for listener, streams in self.hub.concerned(tell):
                    self.recheck(self, listener, streams)
        if self.next_edge is not None and self.store.time() >= self.next_edge:
            self._recheck_at_edge(committed)
        self.hub.publish(committed.appended)
        for tell in committed.after_commit:
            follow(self, tell)

    def _recheck_at_edge(self, committed: Execution) -> None:
        """Check again which listeners may get a commit's events, because time alone changed rights."""
        streams = tuple({event.stream for event in committed.appended})
        for listener in self.hub.listeners_of(streams, None):
            self.recheck(self, listener, streams)

    def _at(self, caller: Peer, moment: Moment) -> Context:
        fresh = moment.now - caller.nonce_at <= limits.CHALLENGE_SECONDS * SECOND_MS
        return Context(
            moment=moment,
            random_bytes=secrets.token_bytes,
            readers=self.table.readers,
            epoch=self.epoch,
            host=caller.host,
            by_script=caller.by_script,
            nonce=caller.nonce if fresh else None,
            ceilings=self.ceilings,
            execute_as=self._execute_as,
            judge=self._judge,
        )

    def _adopt(self, caller: Peer, request: Any, signed_in: SignInResult) -> None:
        caller.adopt(request, signed_in)
        member, session = signed_in.member.id, signed_in.session
        self.hub.identify(caller.listener, member, session.id, device=not session.token)
        self.spawn(self.extend_session(session.id))

    async def extend_session(self, session: SessionId) -> None:
        """Extend a session in use; if that fails, the next day's call tries again.

        If the session was ended before the hub knew its connection, close the connection.
        """

        def touch(tx: Tx) -> bool:
            moment = self.store.time.moment()
            if self.table.actor_of(tx, session, moment) is None:
                return False
            # A time that is not proven must not extend a session.
            touch_session(tx, moment.proven_now, session)
            return True

        try:
            if not await self.store.write(touch):
                self.hub.end_sessions((session,))
        except FolkmootError as error:
            log.warning("a session could not be prolonged: %s", error)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work that outlives the answer; `finish` ends it if it still runs."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def finish(self) -> None:
        """End all spawned work, before the store is closed. Safe to call twice."""
        tasks = tuple(self._background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.reads.finish()
