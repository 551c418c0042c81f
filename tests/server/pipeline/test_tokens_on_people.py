"""Tokens of every power and reach send everything, and touch nobody but to flag and to hold (P6, 27)."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS
from bbs.errors import FolkmootError
from bbs.features.members.messages import IssueToken
from bbs.ids import COMMONS, BoardId, new_id
from bbs.marks import is_for_tokens, unmarked_fields
from bbs.messages import Command
from bbs.powers import TOKEN_POWERS, TOKEN_TOUCHES, Power, Touches
from bbs.wire.registry import REQUESTS
from bbs_server.features.members import credentials
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.store.api import Tx
from tests.server.asking import ASKING
from tests.server.asking_row import Row
from tests.server.cast import VISIBILITIES, WRITERS, Cast, gather
from tests.server.pipeline.harmless import KEPT, NEVER_NEW, seats_of, state_of
from tests.support.moot import open_moot
from tests.support.people import secret

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER = "moderator"
"""Whose tokens they are: a moderator of every board of the cast, and of no other."""
IN_OFFICE = ("moderator", "founder", "sysop", "warden")
"""Whose words no token touches; the founder opened the boards, and moderates them."""
COMMANDS = sorted(
    method
    for method, request in REQUESTS.items()
    if issubclass(request, Command)
    and method != "presence.set"  # it is a conversation, and stores nothing
)
ADDED = {"cases", "entries", "reports", "evidence", "hidings"}
HANDED = {"cases.flag", "cases.flag_line", "cases.hold_back", "cases.hold_back_line"}
ABOUT_PEOPLE = {
    "sanctions": "SELECT * FROM sanctions",
    "appeals": "SELECT * FROM appeals",
    "cases": "SELECT id, about, matter, state, level, ending, claimed_by, decided_at FROM cases",
    "entries": "SELECT * FROM case_entries",
    "reports": "SELECT * FROM case_reports",
    "evidence": "SELECT * FROM evidence",
    "hidings": "SELECT thing, cause, hold_until FROM hidings",
    "removed": "SELECT * FROM removed_members",
    "applications": "SELECT * FROM applications",
    "notes": "SELECT * FROM note_lines",
}
"""What is there about people stays as it is; only flags and holds add to it."""
PLACES = {
    "posts": "SELECT board, id, revision FROM posts",
    "threads": "SELECT board, id, revision FROM threads",
    "lines": "SELECT board, id FROM lines",
    "cases": "SELECT board, id, revision FROM cases",
    "restrictions": "SELECT board, id FROM restrictions",
    "offices": "SELECT board, member, office FROM offices",
    "seats": "SELECT board, member, state FROM seats WHERE state <> 'waiting'",
    "norms": "SELECT board, version, number FROM norms",
}
"""Rows by their boards: beyond a token's boards none comes, and none goes."""


class World:
    """The whole cast of the matrix, with cases, appeals, held posts and applications."""

    def __init__(self, cast: Cast, offices: frozenset[str], boards: tuple[BoardId, ...]) -> None:
        self.cast, self.offices, self.boards = cast, offices, boards


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The world, made once: what a token does is undone."""
    async with open_moot(tmp_path_factory.mktemp("people")) as moot:
        cast = await gather(moot)
        held = await moot.read(lambda tx: tx.fetch_all("SELECT member FROM offices"))
        offices = frozenset(member for (member,) in held)
        yield World(cast, offices, (*cast.boards.values(), COMMONS))


class Seen(NamedTuple):
    """What is in the tables at one moment."""

    kept: dict[str, list[set[Any]]]
    people: dict[str, set[Any]]
    never_new: list[set[Any]]
    seats: dict[str, int]
    places: dict[str, set[Any]]


def _look(tx: Tx, me: str) -> Seen:
    return Seen(
        {name: state_of(tx, me, queries) for name, queries in KEPT.items()},
        {name: set(tx.fetch_all(sql)) for name, sql in ABOUT_PEOPLE.items()},
        state_of(tx, me, NEVER_NEW),
        seats_of(tx),
        {name: set(tx.fetch_all(sql)) for name, sql in PLACES.items()},
    )


def _broken(before: Seen, after: Seen, beyond: frozenset[BoardId]) -> Iterator[str]:
    """Yield what a token did that none may do, whatever it sent."""
    for name, queries in KEPT.items():
        pairs = zip(queries, before.kept[name], after.kept[name], strict=True)
        yield from (f"{name}: {sql}" for sql, was, now in pairs if was - now)
    for name, was in before.people.items():
        if was - after.people[name]:
            yield f"{name} of people"
    if before.never_new != after.never_new:
        yield "new rows that no token makes"
    for board, had in before.seats.items():
        if after.seats[board] < had:
            yield f"fewer seats on {board}"
    for name, was in before.places.items():
        if any(board in beyond for board, *_ in was ^ after.places[name]):
            yield f"{name} beyond its boards"


class Token(NamedTuple):
    """A token of the moderator's, and which boards it does not reach."""

    powers: frozenset[Power]
    beyond: frozenset[BoardId]


def _handed(
    world: World, token: Token, method: str, before: Seen, after: Seen, now: int
) -> Iterator[str]:
    """Yield what is wrong with what came into the tables about people."""
    new = {name: rows - before.people[name] for name, rows in after.people.items()}
    if not any(new.values()):
        return
    if method not in HANDED or REQUESTS[method].needs.power not in token.powers:
        yield f"came about people: {sorted(name for name, rows in new.items() if rows)}"
    if not {name for name, rows in new.items() if rows} <= ADDED:
        yield "more than a case came"
    for _, about, matter, state, *_ in new["cases"]:
        if about in world.offices or state != "open":
            yield f"a case about {about} by {matter}"
    for thing, cause, until in new["hidings"]:
        if not method.startswith("cases.hold_back") or cause != "hold":
            yield f"hid {thing}"
        if until > now + limits.HELD_BACK_HOURS * HOUR_MS:
            yield f"hid {thing} for longer than a day"


class _Undone(Exception):
    """Ends an attempt: the store takes back all that it did."""


async def _send_all(
    world: World, token: Token, name: str, author: str, own: bool
) -> dict[str, tuple[str, list[str]]]:
    """Let one token send every command; return each answer, with what it broke. All is undone."""
    cast, owner, session = world.cast, world.cast.lines[OWNER], new_id()
    dispatcher = cast.moot.running.dispatcher
    things = cast.things.get((OWNER if own else author, name)) or cast.made(OWNER, name, "foreign")
    row = Row(cast, OWNER, cast.boards[name], name, things, "own" if own else "foreign")
    reach = frozenset(world.boards) - token.beyond
    issue = IssueToken(
        session=session,
        token=secret(session),
        label="x",
        powers=tuple(token.powers),
        boards=tuple(reach) if token.beyond else None,
    )
    moment = dispatcher.store.time.moment()
    ctx = Context(moment, secrets.token_bytes, dispatcher.table.readers)
    answers: dict[str, tuple[str, list[str]]] = {}

    def work(tx: Tx) -> None:
        credentials.insert_token(tx, moment.now, owner.id, issue)
        before = _look(tx, owner.id)
        for method in COMMANDS:

            def attempt(method: str = method) -> None:
                command: Any = replace(ASKING[method](row), op=new_id(), dry_run=False)
                answer = "."
                try:
                    execute.execute_command(tx, dispatcher.table, ctx, moment, session, command)
                except FolkmootError as error:
                    answers[method] = (error.code, [])
                    raise _Undone from None
                after = _look(tx, owner.id)
                broken = [*_broken(before, after, token.beyond)]
                broken += _handed(world, token, method, before, after, moment.now)
                answers[method] = (answer, broken)
                raise _Undone

            with suppress(_Undone):
                tx.attempt(attempt)
        raise _Undone

    with pytest.raises(_Undone):
        await cast.moot.change(work)
    return answers


@settings(
    max_examples=max(5, settings().max_examples // 6),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    powers=st.sets(st.sampled_from(sorted(TOKEN_POWERS)), min_size=1).map(frozenset),
    beyond=st.sets(st.sampled_from((*VISIBILITIES, "commons")), max_size=4),
    name=st.sampled_from(VISIBILITIES),
    author=st.sampled_from(WRITERS),
    own=st.booleans(),
)
async def test_nothing_about_another_person_above_flag_and_hold(
    world: World,
    powers: frozenset[Power],
    beyond: set[str],
    name: str,
    author: str,
    own: bool,
) -> None:
    """Whatever powers and boards a token of a moderator's has, and whatever it sends: it restricts,
    judges, seats and unseats nobody, changes no words of others, does nothing beyond its boards, and
    touches nothing of who is in office (P6, 27)."""
    boards = {**world.cast.boards, "commons": COMMONS}
    token = Token(powers, frozenset(boards[each] for each in beyond))
    for method, (answer, broken) in (await _send_all(world, token, name, author, own)).items():
        assert not broken, (method, answer)


async def test_with_all_powers_it_flags_and_holds(world: World) -> None:
    """The property above is about a token that can do something: words of a member it flags and
    holds, those of somebody in office it leaves to people (27.3 to 27.5)."""
    token = Token(TOKEN_POWERS, frozenset())
    answers = await _send_all(world, token, "public", "seated", own=False)
    assert [answers[method] for method in sorted(HANDED)] == [(".", [])] * len(HANDED)
    for author in IN_OFFICE[1:]:
        answers = await _send_all(world, token, "public", author, own=False)
        assert {answers[method][0] for method in HANDED} == {"cases.left_to_people"}, author


async def test_every_request_says_what_it_touches() -> None:
    """The static twin: what a request touches decides about tokens, so each says it (P8); beyond
    reading, its owner's words, adding and office words, only flags and holds are a token's."""
    for method, request in REQUESTS.items():
        touches = request.needs.touches or request.needs.power.touches
        assert isinstance(touches, Touches), method
        if touches is Touches.TO_THE_DESK:
            assert method in HANDED
        if touches is Touches.BY_FIELD:
            assert not unmarked_fields(request), method
        elif is_for_tokens(request) and request.needs.power is not Power.KNOCK:
            assert touches in TOKEN_TOUCHES, method
