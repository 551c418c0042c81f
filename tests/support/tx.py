"""A small house for handler tests: a real database, one transaction a request, no server around it."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from argon2 import PasswordHasher

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import FolkmootError, Throttled
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.features.members.messages import MemberJoined
from bbs.features.members.views import MemberState
from bbs.features.norms.templates import FLOOR, TEMPLATES
from bbs.ids import COMMONS, BoardId, MemberId, SessionId
from bbs.messages import Command, Event, Request
from bbs.refusals import NotSignedIn
from bbs.streams import COMMONS_STREAM
from bbs_server.features.boards import offices, seat_records
from bbs_server.features.boards import records as board_records
from bbs_server.features.members import records
from bbs_server.features.members.feature import FEATURE as MEMBERS
from bbs_server.features.members.guesses import Guesses
from bbs_server.features.members.passwords import make_hasher
from bbs_server.features.norms import records as norms_records
from bbs_server.features.norms.feature import FEATURE as NORMS
from bbs_server.handler_api import Context, Handler, QueryHandler
from bbs_server.jobs import Job
from bbs_server.manifest import ReactsTo
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.pipeline import gate
from bbs_server.preparing import Prepare
from bbs_server.standing import Actor, BoardFacts, OfficeTerm, SeatFacts, Standing
from bbs_server.store.api import Tx
from bbs_server.store.event_log import append
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.moments import in_order
from tests.support.ready import make_file

NOW = 1_800_000_000_000
HOST = "moot.example"
EPOCH = "epoch-1"
TITLE = "Salt Marsh Almanac"


class Happened(NamedTuple):
    """What a request led to."""

    result: Any
    emissions: tuple[Effect, ...]
    act: Any = None

    def events(self, kind: type[Event]) -> list[Any]:
        """Return the events of one kind, in order."""
        emits = [emission for emission in self.emissions if isinstance(emission, AppendEvent)]
        return [emit.event for emit in emits if isinstance(emit.event, kind)]


@dataclass
class HouseReaders:
    """Answers what features ask of one another, for a house that has only a commons."""

    house: "House"

    def board_facts(self, tx: Tx, board: BoardId) -> BoardFacts | None:
        return board_records.find_board_facts(tx, board)

    def commons_full(self, tx: Tx, proven_now: int) -> bool:
        sql = "SELECT count(*) FROM seats WHERE state = 'seated' AND board = ?"
        return bool(tx.fetch_value(sql, COMMONS) >= self.house.commons_seats)

    def boards_readable(
        self, tx: Tx, actor: Actor
    ) -> list[tuple[BoardId, Visibility, SeatState | None]]:
        return [(COMMONS, Visibility.MEMBERS, SeatState.SEATED)]

    def restrictions_on(self, tx: Tx, board: BoardId, member: MemberId | None) -> tuple[()]:
        return ()

    def seat(self, tx: Tx, now: int, board: BoardId, member: MemberId) -> Seat | None:
        return seat_records.find_seat(tx, now, board, member)

    def seat_of(self, tx: Tx, board: BoardId, member: MemberId) -> SeatFacts | None:
        return seat_records.seat_of(tx, board, member)

    def offices_of(self, tx: Tx, member: MemberId) -> tuple[OfficeTerm, ...]:
        return offices.offices_of(tx, member)

    def member(self, tx: Tx, ctx: Context, member: MemberId) -> Any:
        return records.find_member(tx, ctx, member)

    def sysops(self, tx: Tx, now: int) -> frozenset[MemberId]:
        return offices.find_sysops(tx, now)

    def make_sysop(self, tx: Tx, ctx: Context, member: MemberId, act: str) -> None:
        offices.make_sysop(tx, ctx, member, act)

    def board(self, tx: Tx, board: BoardId) -> Any:
        return SimpleNamespace(title=TITLE, invitation_budget=self.house.budget)


@dataclass
class Before:
    """What `prepare` is given; counts the slow work it asks for.

    Attributes:
        gate: Slow work waits until it is set; None: for nothing.
    """

    house: "House"
    member: MemberId | None
    session: SessionId | None
    now: int
    passwords: PasswordHasher
    guesses: Guesses
    readers: Any
    address_refusal: Throttled | None = None
    gate: asyncio.Event | None = None
    slow: list[str] = field(default_factory=list)
    reads: int = 0

    async def read(self, fn: Callable[[Tx], Any]) -> Any:
        self.reads += 1
        return fn(self.house.tx)

    async def in_pool(self, fn: Callable[..., Any], *args: object, known: bool = False) -> Any:
        self.slow.append(fn.__name__)
        if self.gate is not None:
            await self.gate.wait()
        return fn(*args)

    def refuse_address(self) -> None:
        if self.address_refusal is not None:
            raise self.address_refusal


class House:
    """A database with a commons, the members' and the norms' handlers, and a clock of its own."""

    def __init__(self, path: Path) -> None:
        # Guesses begin half used; here the server has run for long enough that this is forgotten.
        self.now = NOW - limits.GUESSES_AT_START * DAY_MS
        self.commons_seats = limits.MEMBERS_DEFAULT
        self.budget = False
        self.passwords = make_hasher(cheap=True)
        self.guesses = Guesses(lambda: self.now)
        self.now = NOW
        make_file(path)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA foreign_keys=ON")
        self.connection.execute("PRAGMA secure_delete=ON")
        self.connection.execute("PRAGMA synchronous=OFF")  # nobody pulls the plug here
        self.tx: Tx = SqliteTx(self.connection)
        self.readers: Any = HouseReaders(self)
        self._dice = random.Random(7)
        self.tx.execute(
            "INSERT INTO boards (id, slug, slug_text, number, title_text, charter_text, visibility,"
            " seats, lounge_hours, opened_at) VALUES (?, 'commons', '', 1, '', '', 'members', 150, 72, ?)",
            *(COMMONS, NOW),
        )
        first = norms_records.VersionRow(COMMONS, 1, NOW)
        norms_records.insert_version(self.tx, self.at(), first, TEMPLATES[FLOOR].clauses)

    def at(self, actor: Actor | None = None, **more: Any) -> Context:
        """Return the moment a handler acts in."""
        return Context(
            moment=in_order(self.now),
            random_bytes=self._dice.randbytes,
            readers=self.readers,
            actor=actor,
            host=HOST,
            epoch=EPOCH,
            **more,
        )

    def actor(self, session: SessionId | None) -> Actor | None:
        """Return who acts through a session; None for a stranger."""
        if session is None:
            return None
        actor = records.load_actor(self.tx, session, in_order(self.now))
        if actor is None:
            raise NotSignedIn
        return actor

    def standing(self, actor: Actor | None) -> Standing | None:
        """Return what an actor may do on the commons."""
        facts = self.readers.board_facts(self.tx, COMMONS)
        return actor and gate.standing_of(self.tx, self.readers, actor, facts, self.now)

    def before(self, session: SessionId | None = None) -> Before:
        """Return what `prepare` is given."""
        actor = self.actor(session)
        member = actor.member if actor else None
        return Before(self, member, session, self.now, self.passwords, self.guesses, self.readers)

    async def prepare(
        self, request: Request[Any], session: SessionId | None = None, before: Before | None = None
    ) -> Any:
        """Do the slow work of a request before its transaction."""
        prepares: dict[type[Request[Any]], Prepare] = {**MEMBERS.prepares, **NORMS.prepares}
        prepare = prepares.get(type(request))
        if prepare is None:
            return None
        return await prepare(before or self.before(session), request)

    def act(
        self,
        request: Request[Any],
        session: SessionId | None = None,
        *,
        prepared: Any = None,
        nonce: str | None = None,
        **more: Any,
    ) -> Happened:
        """Run a request's handler and the reactions, in a transaction of its own."""
        actor = self.actor(session)
        given = {"prepared": prepared, "nonce": nonce, "request": request, **more}
        given.setdefault("standing", self.standing(actor))
        ctx = self.at(actor, **given)
        if not isinstance(request, Command):
            readers: dict[Any, QueryHandler] = {**MEMBERS.queries, **NORMS.queries}
            return Happened(readers[type(request)](self.tx, ctx, request), ())
        commands: dict[Any, Handler] = {**MEMBERS.commands, **NORMS.commands}
        return self.transaction(ctx, lambda: commands[type(request)](self.tx, ctx, request))

    def transaction(self, ctx: Context, fn: Callable[[], Outcome[Any]]) -> Happened:
        """Run `fn` and the reactions to what it did; commit, unless something was raised."""
        self.connection.execute("BEGIN")
        try:
            outcome = fn()
            done = self.react(ctx, outcome.effects)
            for emission in done:
                if isinstance(emission, AppendEvent):
                    append(self.tx, ctx.now, emission, ctx.author)
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        if outcome.error is not None:
            raise outcome.error
        return Happened(outcome.result, done, outcome.act)

    def by_system(self, job: Job) -> Happened:
        """Run one slice of timed work."""
        ctx = self.at()
        return self.transaction(ctx, lambda: job.run(self.tx, ctx))

    def react(self, ctx: Context, emissions: Sequence[Effect]) -> tuple[Effect, ...]:
        """Return the emissions with those of the reactions to them, in order."""
        reactions = (*MEMBERS.reactions, *NORMS.reactions, ReactsTo(MemberJoined, self._sit))
        done: list[Effect] = []
        waiting = list(emissions)
        while waiting:
            emission = waiting.pop(0)
            done.append(emission)
            if isinstance(emission, AppendEvent):
                for reaction in reactions:
                    if isinstance(emission.event, reaction.event):
                        waiting.extend(reaction.run(self.tx, ctx, emission))
        return tuple(done)

    def _sit(self, tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
        """Take a seat on the commons for who joined, as the boards' feature does."""
        event = emit.event
        assert isinstance(event, MemberJoined)
        member = event.member
        tx.execute(
            "INSERT INTO seats (board, member, state, position, norms_version)"
            " SELECT ?, ?, ?, count(*) + 1, 1 FROM seats",
            *(COMMONS, member.id, member.state.value),
        )
        state = SeatState.SEATED if member.state is MemberState.SEATED else SeatState.WAITING
        seat = Seat(board=COMMONS, member=member.id, state=state, norms_version=1)
        yield AppendEvent(COMMONS_STREAM, SeatChanged(seat=seat), member.id)

    async def ask(
        self, request: Request[Any], session: SessionId | None = None, **more: Any
    ) -> Happened:
        """Send a request as the holder of `session`, or as a stranger."""
        prepared = await self.prepare(request, session)
        return self.act(request, session, prepared=prepared, **more)

    def jump(self, *, seconds: float = 0, days: float = 0) -> None:
        """Let time pass."""
        self.now += int((seconds + days * 86_400) * 1000)

    def close(self) -> None:
        """Close the database."""
        self.connection.close()

    async def refused(
        self, request: Request[Any], session: SessionId | None = None, **more: Any
    ) -> FolkmootError:
        """Return the error a request is answered with."""
        try:
            await self.ask(request, session, **more)
        except FolkmootError as error:
            return error
        raise AssertionError("it was not refused")

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return int(self.tx.fetch_value(f"SELECT count(*) FROM {table}"))
