"""Budgets in time: visible, fair, forgiving, and unmoved by clocks that jump (P11, protocol 2.9)."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import Throttled
from bbs.features.boards.messages import ListBoards
from bbs.features.members.messages import GetAccount, IssueToken
from bbs.features.threads.messages import ImportPosts, Say
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.wire.messages import Discover
from bbs_server.pipeline.throttle import BUCKETS_MAX, Budgets, Throttle
from tests.support.moot import Moot, open_moot
from tests.support.people import secret


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community whose budgets are in force."""
    async with open_moot(tmp_path / "data", sample=False) as running:
        yield running


async def test_reading_is_paced_and_says_when(moot: Moot) -> None:
    """Beyond its burst a connection is told when to ask again, and then is answered (protocol 2.9)."""
    for _ in range(limits.REQUEST_BURST - 1):
        await moot.sysop.ask(ListBoards())
    refused = await moot.sysop.refused(ListBoards())
    assert isinstance(refused, Throttled)
    assert 0 < refused.retry_after_s <= 1
    moot.clock.jump(seconds=refused.retry_after_s)
    await moot.sysop.ask(ListBoards())


async def test_writing_is_paced_for_each_member(moot: Moot) -> None:
    """A member writes so much over all their devices; another is not slowed (protocol 2.9)."""
    ana = await moot.join("ana")
    phone = await moot.again(ana)
    moot.clock.jump(hours=1)
    for n in range(limits.WRITE_BURST):
        line = (ana, phone)[n % 2]
        await line.ask(Say(board=COMMONS, line=new_id(), body="x"))
    refused = await phone.refused(Say(board=COMMONS, line=new_id(), body="x"))
    assert isinstance(refused, Throttled)
    await moot.sysop.ask(Say(board=COMMONS, line=new_id(), body="x"))
    await phone.ask(ListBoards())


async def test_a_token_has_its_items_an_hour(moot: Moot) -> None:
    """Over all its connections a script writes so much, is told when to go on, and no less is left to
    its owner or to reading (protocol 2.9, 3.7)."""
    ana = await moot.join("ana")
    session = new_id()
    issue = IssueToken(
        session=session,
        token=secret(session),
        label="almanac",
        powers=(Power.READ, Power.WRITE),
        items_per_hour=6,
    )
    assert (await ana.ask(issue)).session.items_per_hour == 6
    script, other = [await moot.again(ana, secret(session)) for _ in range(2)]
    for n in range(6):
        await (script, other)[n % 2].ask(Say(board=COMMONS, line=new_id(), body="x"))
    moot.clock.jump(seconds=60)
    for line in (script, other):
        refused = await line.refused(Say(board=COMMONS, line=new_id(), body="x"))
        assert isinstance(refused, Throttled)
        assert refused.retry_after_s == 600 - 60
    await script.ask(ListBoards())
    await ana.ask(Say(board=COMMONS, line=new_id(), body="x"))
    moot.clock.jump(seconds=refused.retry_after_s)
    await script.ask(Say(board=COMMONS, line=new_id(), body="x"))
    assert isinstance(await other.refused(Say(board=COMMONS, line=new_id(), body="x")), Throttled)
    moot.clock.jump(hours=1)
    for _ in range(6):
        await other.ask(Say(board=COMMONS, line=new_id(), body="x"))


async def test_each_new_post_of_an_import_is_an_item(moot: Moot) -> None:
    """What is there already, refused or rehearsed costs no more than the command itself (2.9)."""
    board = await moot.board(moot.sysop, "garden")
    session = new_id()
    await moot.sysop.ask(
        IssueToken(
            session=session,
            token=secret(session),
            label="archive",
            powers=(Power.READ, Power.IMPORT),
            items_per_hour=10,
        )
    )
    script = await moot.again(moot.sysop, secret(session))
    mails = [a_mail(n) for n in range(8)]
    rehearsed = ImportPosts(board=board, posts=tuple(mails), dry_run=True)
    assert (await script.ask(rehearsed)).added == 8
    assert (await script.ask(ImportPosts(board=board, posts=tuple(mails[:6])))).added == 6
    refused = await script.refused(ImportPosts(board=board, posts=tuple(mails[:4])))
    assert isinstance(refused, Throttled)
    moot.clock.jump(seconds=refused.retry_after_s)
    assert (await script.ask(ImportPosts(board=board, posts=tuple(mails[:4])))).known == 4
    assert (await script.ask(ImportPosts(board=board, posts=tuple(mails[6:8])))).added == 2
    moot.clock.jump(hours=1)
    many = tuple(a_mail(n) for n in range(20))
    assert (await script.ask(ImportPosts(board=board, posts=many))).added == 12
    assert isinstance(await script.refused(ImportPosts(board=board, posts=many[:1])), Throttled)
    await moot.sysop.ask(ImportPosts(board=board, posts=many))


async def test_whoever_hangs_up_gets_no_items_back(moot: Moot) -> None:
    """An import goes on when its connection ends, and so its posts stay counted (protocol 2.9)."""
    board = await moot.board(moot.sysop, "garden")
    session = new_id()
    await moot.sysop.ask(
        IssueToken(
            session=session,
            token=secret(session),
            label="archive",
            powers=(Power.READ, Power.IMPORT),
            items_per_hour=10,
        )
    )
    script = await moot.again(moot.sysop, secret(session))
    mails = [a_mail(n) for n in range(11)]
    sent = asyncio.create_task(script.ask(ImportPosts(board=board, posts=tuple(mails[:10]))))
    await asyncio.sleep(0)  # it has reached the writer
    sent.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sent
    await moot.change(lambda tx: None)
    assert await moot.read(lambda tx: tx.fetch_value("SELECT count(*) FROM posts")) == 10
    again = ImportPosts(board=board, posts=tuple(mails[10:]))
    assert isinstance(await script.refused(again), Throttled)


def a_mail(number: int) -> Mail:
    """Return a post written elsewhere, the same for the same number."""
    thread, post = (uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {number}") for kind in ("t", "p"))
    return Mail(
        id=str(post),
        thread=str(thread),
        title="An old thread",
        author="Somebody",
        at=datetime(2001, 1, 1, tzinfo=UTC),
        body="An old mail",
    )


async def test_a_token_of_before_has_the_default(moot: Moot) -> None:
    """What was issued without a number, by an earlier version, is bounded like any other (2.9)."""
    line = await moot.with_token(moot.sysop, [Power.READ])
    sql = "UPDATE sessions SET items_per_hour = NULL WHERE token = 1"
    await moot.change(lambda tx: tx.execute(sql))
    await moot.again(line, secret(line.caller.session or ""))
    shown = (await moot.sysop.ask(GetAccount())).sessions
    assert [each.items_per_hour for each in shown] == [None, limits.TOKEN_ITEMS_PER_HOUR_DEFAULT]


@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.integers(-(10**9), 10**9), st.floats(0.1, 5)), max_size=50
    )
)
def test_a_clock_that_jumps_gives_and_takes_nothing(
    steps: list[tuple[bool, int, float]],
) -> None:
    """Set back or forward, the level stays within its bounds, and a wait is never long."""
    budgets, now, waits = Budgets(10, 2), 0, [0.0]
    for take, jump, cost in steps:
        now += jump
        bucket = budgets.of("ana", now)
        try:
            if take:
                bucket.take(now, cost)
            else:
                bucket.spend(now)
        except Throttled as error:
            waits.append(error.retry_after_s)
        assert -10 <= bucket.level <= 10
    assert max(waits) <= (10 + 5) / 2 + 0.1


def test_a_refusal_takes_nothing() -> None:
    """Asking too early does not put off the time one may ask again (protocol 2.9)."""
    bucket = Budgets(1, 1).of("ana", 0)
    bucket.take(0)
    for _ in range(100):
        with pytest.raises(Throttled):
            bucket.take(500)
    bucket.take(1_000)


def test_the_memory_of_budgets_is_bounded() -> None:
    """A flood of addresses pushes out the oldest, and fills no memory (P14)."""
    budgets = Budgets(1, 0.001)
    budgets.of("first", 0).take(0)
    for n in range(BUCKETS_MAX):
        budgets.of(f"flood {n}", 0)
    budgets.of("first", 0).take(0)


def test_addresses_are_kept_under_a_secret() -> None:
    """An address is known by a key only this process can make; loopback is not counted (P11)."""
    one, other = Throttle(b"a" * 32), Throttle(b"b" * 32)
    key = one.address_key("192.0.2.7")
    assert key == one.address_key("192.0.2.7")
    assert key != other.address_key("192.0.2.7")
    assert b"192" not in key
    for _ in range(limits.ADDRESS_FAILURES_BURST * 2):
        one.count_failure(None, 0)
    assert one.refusal(None, 0) is None


def test_wrong_guesses_shut_an_address_out_for_a_while() -> None:
    """After so many wrong ones an address waits; looking alone costs nothing (protocol 3.3)."""
    throttle = Throttle(b"s" * 32)
    key = throttle.address_key("192.0.2.7")
    for _ in range(limits.ADDRESS_FAILURES_BURST):
        assert throttle.refusal(key, 0) is None
        assert throttle.refusal(key, 0) is None
        throttle.count_failure(key, 0)
    refused = throttle.refusal(key, 0)
    assert refused is not None
    assert throttle.refusal(key, int(refused.retry_after_s * 1000) + 1) is None


async def test_describing_the_protocol_to_strangers_is_paced(moot: Moot) -> None:
    """The longest answer a stranger gets is budgeted for all of them; a member has their own (2.9)."""
    for _ in range(limits.DISCOVER_STRANGERS_BURST):
        await moot.line().ask(Discover())
    assert isinstance(await moot.line().refused(Discover()), Throttled)
    await moot.sysop.ask(Discover())
