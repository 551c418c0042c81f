"""What tokens may never do, whatever their powers: by every method, and one by one (P8, 3.7)."""

import secrets
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard, GetBoard, OpenBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.community.messages import GetDisk, SetQuota
from bbs.features.members.messages import Invite, IssueToken, RevokeInvitation
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import ListProposals, WithdrawProposal
from bbs.features.threads.messages import EditPost, ListPosts, Say, WithdrawPost
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, BoardId, LineId, new_id
from bbs.marks import is_for_tokens
from bbs.messages import Command
from bbs.powers import TOKEN_POWERS, Power
from bbs.wire.registry import REQUESTS
from bbs_server.features.members import credentials
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.store.api import Tx
from tests.server.asking import ASKING
from tests.server.asking_row import Row
from tests.server.cast import Cast, Things
from tests.server.pipeline.harmless import KEPT, NEVER_NEW, seats_of, state_of
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import secret
from tests.support.talk import seated, start

pytestmark = pytest.mark.asyncio(loop_scope="module")


class World:
    """A community whose sysop moderates every board, and what the sysop and Ana made there."""

    def __init__(self, cast: Cast, owner: Line) -> None:
        self.cast, self.owner = cast, owner  # no dataclass: hypothesis would print it whole


async def _make(line: Line, board: BoardId) -> Things:
    begun = await start(line, board, "Words", "Title")
    await line.ask(EditPost(post=begun.post, body="Other words"))
    made = LineId(new_id())
    await line.ask(Say(board=board, line=made, body="A line"))
    return Things(begun.thread, begun.post, made)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The world, made once: what a token does is undone."""
    async with open_moot(tmp_path_factory.mktemp("tokens")) as moot:
        cast, owner = Cast(moot), moot.sysop
        garden = await moot.board(owner, "garden", retention_days=30, seats=3)
        held = await moot.board(owner, "held", hold_s=60)
        ana = await seated(moot, "ana", garden)
        bo = await seated(moot, "bo", garden)
        waiting = await seated(moot, "cleo", garden)
        for board in (COMMONS, garden):
            await owner.ask(Appoint(board=board, member=ana.id))
        await ana.ask(TakeSeat(board=held, norms_version=1))
        cast.lines = {"owner": owner, "founder": ana, "seated": bo}
        cast.spare = waiting.id
        for name, line in (("owner", owner), ("warden", ana)):
            cast.invitations[name] = new_id()
            await line.ask(Invite(invitation=cast.invitations[name], code=secret(new_id())))
        for board in (garden, held):
            await owner.ask(SetQuota(board=board, quota_bytes=10_000_000))
        cast.boards = dict(zip(NAMES, (COMMONS, garden, held), strict=True))
        for name, board in cast.boards.items():
            cast.things["owner", name] = await _make(owner, board)
            cast.things["founder", name] = await _make(ana, board)
        yield World(cast, owner)


class _Undone(Exception):
    """Ends an attempt: the store takes back all that it did."""


async def _attempt(
    world: World, powers: frozenset[Power], boards: tuple[BoardId, ...] | None, command: Any
) -> tuple[str, list[str]]:
    """Let a token of the owner's send a command; return the answer, and what it broke."""
    moot, me, session = world.cast.moot, world.owner.id, new_id()
    dispatcher = moot.running.dispatcher
    issue = IssueToken(
        session=session, token=secret(session), label="x", powers=tuple(powers), boards=boards
    )
    moment = dispatcher.store.time.moment()
    ctx = Context(moment, secrets.token_bytes, dispatcher.table.readers)
    answer, broken = "", []

    def work(tx: Tx) -> None:
        nonlocal answer
        credentials.insert_token(tx, moment.now, me, issue)
        before = {name: state_of(tx, me, queries) for name, queries in KEPT.items()}
        new, seats = state_of(tx, me, NEVER_NEW), seats_of(tx)
        try:
            execute.execute_command(tx, dispatcher.table, ctx, moment, session, command)
            answer = "."
        except FolkmootError as error:
            answer = error.code  # the store takes back what a refused command did
            raise _Undone from None
        for name, queries in KEPT.items():
            after = state_of(tx, me, queries)
            for sql, was, now in zip(queries, before[name], after, strict=True):
                if was - now:
                    broken.append(f"{name}: {sql}")
        if state_of(tx, me, NEVER_NEW) != new:
            broken.append("memory: new rows")
        broken.extend(
            f"fewer seats on {board}" for board, had in seats.items() if seats_of(tx)[board] < had
        )
        raise _Undone

    with pytest.raises(_Undone):
        await moot.change(work)
    return answer, broken


CONFIGURED = st.fixed_dictionaries(
    {},
    optional={
        "slug": st.just("other"),
        "title": st.just("New"),
        "charter": st.just("New."),
        "visibility": st.sampled_from(Visibility),
        "seats": st.integers(1, 6),
        "retention_days": st.sampled_from((0, 1, 29, 30, 31, limits.RETENTION_DAYS_MAX)),
        "lounge_hours": st.integers(1, limits.LOUNGE_HOURS_MAX),
        "hold_s": st.sampled_from((0, 1, 60)),
    },
)
NAMES = ("commons", "garden", "held")
COMMANDS = sorted(
    method
    for method, request in REQUESTS.items()
    if issubclass(request, Command) and method != "presence.set"
)


@pytest.mark.parametrize("method", COMMANDS)
@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.sampled_from(NAMES),
    whose=st.sampled_from(("own", "foreign")),
    settings_given=CONFIGURED,
    powers=st.sets(st.sampled_from(sorted(TOKEN_POWERS)), min_size=1).map(frozenset),
    reach=st.none() | st.sets(st.sampled_from(NAMES)),
)
async def test_no_command_of_a_token_harms_others(
    world: World,
    method: str,
    name: str,
    whose: str,
    settings_given: dict[str, Any],
    powers: frozenset[Power],
    reach: set[str] | None,
) -> None:
    """With any powers and boards, no token destroys the words of others, changes their rights, shortens
    a memory or reaches its owner's account (P8, 3.7). Queries cannot: their readers change nothing."""
    boards = world.cast.boards
    things = world.cast.made("owner", name, whose)
    row = Row(world.cast, "owner", boards[name], name, things, whose)
    command: Any = replace(ASKING[method](row), op=new_id(), dry_run=False)
    if isinstance(command, ConfigureBoard):
        command = replace(command, **{"title": None, **settings_given})
    if isinstance(command, OpenBoard):
        command = replace(command, retention_days=1, visibility=Visibility.PRIVATE)
    only = None if reach is None else tuple(boards[each] for each in sorted(reach))
    answer, broken = await _attempt(world, powers, only, command)
    assert not broken, (method, answer)
    if not is_for_tokens(type(command)):
        assert answer != ".", method


async def test_attempts_do_something(world: World) -> None:
    """The property above is about a token that can act: with all powers each of these succeeds."""
    done = {
        "threads.start": "own",
        "threads.post": "foreign",
        "threads.edit": "own",
        "threads.withdraw": "own",
        "threads.unsay": "own",
        "threads.retitle": "own",
        "threads.say": "own",
        "threads.import": "own",
        "boards.open": "own",
        "boards.configure": "own",
        "members.invite": "own",
    }
    for method, whose in done.items():
        board = world.cast.boards["garden"]
        things = world.cast.made("owner", "garden", whose)
        row = Row(world.cast, "owner", board, "garden", things, whose)
        command: Any = replace(ASKING[method](row), op=new_id(), dry_run=False)
        assert await _attempt(world, TOKEN_POWERS, None, command) == (".", []), method


class Tended(NamedTuple):
    """A board, its moderator, and a token of the moderator's with every power that a token can have."""

    moot: Moot
    board: BoardId
    script: Line

    async def refused(self, **fields: Any) -> tuple[str, str]:
        """Return what a change of settings by the token is refused for: its code, and its field."""
        error = await self.script.refused(ConfigureBoard(board=self.board, **fields))
        assert "from a device of yours" in error.hint
        return error.code, error.facts()["what"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Tended]:
    """A board of the sysop's and such a token."""
    async with open_moot(tmp_path_factory.mktemp("tended")) as moot:
        board = await moot.board(moot.sysop, "garden", seats=5, retention_days=30)
        yield Tended(moot, board, await moot.with_token(moot.sysop, sorted(TOKEN_POWERS)))


async def test_retention_is_not_for_tokens(tended: Tended) -> None:
    """A token shortens no memory, of posts or of the lounge, nor lengthens it; its owner does (P8)."""
    for days in (1, 0, 30, 365):
        assert await tended.refused(retention_days=days) == ("device_needed", "retention_days")
    assert await tended.refused(lounge_hours=1) == ("device_needed", "lounge_hours")
    assert await tended.refused(title="New", retention_days=1) == (
        *("device_needed", "retention_days"),
    )
    board = (await tended.script.ask(GetBoard(board=tended.board))).board
    assert (board.title, board.retention_days) == ("Garden", 30)
    assert not (await tended.script.ask(GetLog(board=tended.board))).acts
    await tended.moot.sysop.ask(ConfigureBoard(board=tended.board, retention_days=31))


async def test_visibility_is_not_for_tokens(tended: Tended) -> None:
    """A token neither opens a board to more readers nor closes it to any; its owner does (P8)."""
    for visibility in Visibility:
        assert await tended.refused(visibility=visibility) == ("device_needed", "visibility")
    owner = tended.moot.sysop
    await owner.ask(ConfigureBoard(board=tended.board, visibility=Visibility.UNLISTED))


async def test_a_token_adds_seats_and_takes_none(tended: Tended) -> None:
    """Seats go up by a script, and down from a device only: fewer shut somebody out (P8)."""
    script = tended.script
    assert (await script.ask(ConfigureBoard(board=tended.board, seats=7))).board.seats == 7
    assert await tended.refused(seats=6) == ("device_needed", "seats")
    assert (await script.ask(ConfigureBoard(board=tended.board, seats=7))).board.seats == 7
    shown = await script.ask(ConfigureBoard(board=tended.board, title="Weeds", charter="Of weeds."))
    assert (shown.board.title, shown.board.charter) == ("Weeds", "Of weeds.")


async def test_what_a_token_may_not_lower_does_not_come_to_wait(world: World) -> None:
    """Fewer seats than are taken would wait for a second key: a script does not even move it (15)."""
    board = world.cast.boards["garden"]
    script = await world.cast.moot.with_token(world.owner, [Power.READ, Power.CONFIGURE])
    refused = await script.refused(ConfigureBoard(board=board, seats=1))
    assert (refused.code, refused.facts()["what"]) == ("device_needed", "seats")
    assert not (await world.owner.ask(ListProposals())).proposals
    waits = await world.owner.refused(ConfigureBoard(board=board, seats=1))
    [proposal] = (await script.ask(ListProposals())).proposals
    withdraw = WithdrawProposal(board=board, proposal=proposal.id)
    assert (waits.code, (await script.refused(withdraw)).code) == (
        *("proposals.waits", "device_needed"),
    )
    await world.owner.ask(withdraw)


async def test_what_no_token_may_send_names_the_next_step(tended: Tended) -> None:
    """A quota and the end of an invitation take from others: a device's, in one clear sentence (P8)."""
    invitation = new_id()
    await tended.script.ask(Invite(invitation=invitation, code=secret(invitation)))
    for command in (
        SetQuota(board=tended.board, quota_bytes=10),
        RevokeInvitation(invitation=invitation),
    ):
        error = await tended.script.refused(command)
        assert error.code == "device_needed"
        assert str(error) == ("a token cannot do this, because it touches the rights of others")
        assert error.hint.startswith("do this from a device of yours")
        await tended.moot.sysop.ask(command)
    assert (await tended.script.ask(GetDisk())).boards


async def test_its_owners_words_are_a_tokens_to_withdraw(tended: Tended) -> None:
    """What its owner wrote by hand, too, can be taken back with a token, and nobody else's (P9)."""
    owner, script = tended.moot.sysop, tended.script
    begun = await start(owner, tended.board)
    await script.ask(WithdrawPost(post=begun.post))
    [post] = (await owner.ask(ListPosts(thread=begun.thread))).posts
    assert post.state is ContentState.WITHDRAWN
    ana = await seated(tended.moot, "ana", tended.board)
    others = await start(ana, tended.board)
    assert (await script.refused(WithdrawPost(post=others.post))).code == "not_allowed"


async def test_a_device_gave_the_answer_and_no_token_hears_it(tended: Tended) -> None:
    """The stored answer of a command that no token may send is no token's either (protocol 5.2)."""
    command = ConfigureBoard(op=new_id(), board=tended.board, retention_days=40)
    shown = await tended.moot.sysop.ask(command)
    assert await tended.moot.sysop.ask(command) == shown
    assert (await tended.script.refused(command)).code == "device_needed"


async def test_a_power_that_tokens_lost_is_no_power(tended: Tended) -> None:
    """A token of an earlier version keeps its other powers only: seats are its owner's (3.7)."""
    old = await tended.moot.with_token(tended.moot.sysop, [Power.READ])
    session = old.caller.session
    assert session is not None
    sql = "UPDATE sessions SET powers = 'purge read sit write' WHERE id = ?"
    await tended.moot.change(lambda tx: tx.execute(sql, session))
    refused = await old.refused(TakeSeat(board=tended.board, norms_version=1))
    assert (refused.code, refused.facts()["power"]) == ("not_allowed", "sit")
    await start(old, tended.board)


async def test_a_new_board_begins_as_its_opener_wants(tended: Tended) -> None:
    """Nothing is there yet that a short retention could shorten: a token opens with any settings."""
    settings_given = {"visibility": Visibility.PRIVATE, "retention_days": 1}
    shed = await tended.moot.board(tended.script, "shed", **settings_given)
    opened = await tended.script.ask(GetBoard(board=shed))
    assert (opened.board.visibility, opened.board.retention_days) == (Visibility.PRIVATE, 1)
