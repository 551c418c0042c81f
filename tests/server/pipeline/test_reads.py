"""Reading in slices: the answer of one moment, for who may still read, in turn and at a price (P14)."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_bytes
from typing import Any

import pytest

from bbs import limits
from bbs.errors import FolkmootError, Throttled
from bbs.features.boards.messages import ListBoards, Visibility
from bbs.features.boards.seat_messages import LeaveSeat, TakeSeat
from bbs.features.members.messages import EndSession
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    GetUnread,
    ListMentions,
    MarkPosts,
    Search,
    SearchPage,
)
from bbs.features.reading.views import Inbox
from bbs.features.threads.messages import GetSkeleton, WithdrawPost
from bbs.ids import BoardId, PostId, SessionId, ThreadId, new_id
from bbs.messages import Query
from bbs.powers import Power
from bbs.refusals import NotFound, NotSignedIn
from bbs_server.handler_api import Context
from bbs_server.pipeline.execute import HandlerTable
from bbs_server.pipeline.reads import Asked
from bbs_server.store.api import SearchPart, SearchRequest, Tx
from bbs_server.store.proven_time import Moment
from tests.support.moot import PATIENCE_S, Line, Moot, open_moot
from tests.support.talk import seated, start, write

MANY = 3 * limits.READ_PIECE_ROWS - 100  # three pieces, the last of them not full
AT_ONCE_S = 0.0  # every place where a read can be cut is one where it is cut
WHOLE_S = 3_600.0
COLUMNS = (
    "board, thread, author_kind, author, at, visible_at, norms_version, body_text, state, answers"
)


def asked_by(line: Line, query: Query[Any], slice_s: float = AT_ONCE_S) -> Asked:
    """Return a query of somebody's before its first slice."""
    return Asked(*_asking(line), query, slice_s=slice_s)


def _asking(line: Line) -> tuple[HandlerTable, Context, SessionId | None, Callable[[], Moment]]:
    dispatcher = line.moot.running.dispatcher
    moment = dispatcher.store.time.moment
    ctx = Context(moment(), token_bytes, dispatcher.table.readers)
    return dispatcher.table, ctx, line.caller.session, moment


def shown(answer: Any) -> Any:
    """Return what an answer shows; of a post that is found, which it is."""
    if isinstance(answer, Inbox | SearchPage):
        found = answer.items if isinstance(answer, Inbox) else answer.found
        return [one.post and one.post.id for one in found]
    return answer


@dataclass
class Backlog:
    """A member, and what waits for them: more than fits a slice.

    Attributes:
        last: The id of the last post of the thread, which its author can withdraw.
    """

    moot: Moot
    ana: Line
    board: BoardId
    thread: ThreadId
    last: PostId

    @property
    def queries(self) -> list[Query[Any]]:
        return [
            GetRound(),
            GetUnread(),
            GetInbox(limit=200),
            ListMentions(limit=200),
            Search(query="B", limit=200),
            GetSkeleton(thread=self.thread),
        ]

    def asked(self, query: Query[Any], slice_s: float = AT_ONCE_S) -> Asked:
        return asked_by(self.ana, query, slice_s)

    async def finished(self, asked: Asked) -> tuple[Any, int]:
        """Return the answer, and how many more slices it took."""
        slices = 1
        while (result := await self.moot.read(asked.go_on)) is None:
            slices += 1
        return result, slices


@pytest.fixture
async def backlog(tmp_path: Path) -> AsyncIterator[Backlog]:
    """A private board with a long thread, all of it unread, each post an answer or a mention."""
    async with open_moot(tmp_path / "data") as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        thread, _ = await start(moot.sysop, board, "B")

        def fill(tx: Tx) -> None:
            tx.execute(
                f"INSERT INTO posts (id, number, seq, {COLUMNS}) WITH RECURSIVE n (i) AS"
                " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                " SELECT printf('%08x-0000-4000-8000-000000000000', i), 1 + i, p.seq + i, board, thread, author_kind, author, at + i,"
                " visible_at + i, norms_version, body_text, state,"
                " CASE WHEN i % 3 = 0 THEN ? END FROM n, posts p",
                *(MANY, ana.id),
            )
            tx.execute("UPDATE threads SET posts = posts + ?", MANY)
            tx.execute("UPDATE streams SET seq = seq + ? WHERE stream = ?", MANY, f"board:{board}")
            tx.execute("INSERT INTO mentions SELECT ?, n FROM posts WHERE n % 2 = 0", ana.id)

        await moot.change(fill)
        _, last = await start(moot.sysop, board, "@ana B")
        await ana.ask(MarkPosts(thread=thread, first=7, last=9))
        await moot.running.dispatcher.store.update_index()
        yield Backlog(moot, ana, board, thread, last)


async def test_an_answer_in_slices_is_the_answer(backlog: Backlog) -> None:
    """However often a read is cut, it answers what it would uncut; nothing of it is kept (P1, P2)."""
    before = await backlog.moot.dump()
    cut = {}
    for query in backlog.queries:
        whole, once = await backlog.finished(backlog.asked(query, WHOLE_S))
        sliced, slices = await backlog.finished(backlog.asked(query))
        assert once == 1
        assert sliced == whole == await backlog.ana.ask(query)
        cut[query.method] = slices
    assert min(cut[q.method] for q in backlog.queries if not isinstance(q, Search)) > 1, cut
    assert cut[GetRound.method] > MANY // limits.READ_PIECE_ROWS
    assert await backlog.moot.dump() == before


async def test_a_round_in_slices_holds_each_post_once(backlog: Backlog) -> None:
    """Everything unread is in it, exactly once, and it ends (P4)."""
    shown, _ = await backlog.finished(backlog.asked(GetRound()))
    numbers = [(s.thread, n) for s in shown.round.stops for n in s.numbers]
    unread = {(backlog.thread, n) for n in range(1, MANY + 2) if n not in (7, 8, 9)}
    assert set(numbers) - unread == {(s.thread, 1) for s in shown.round.stops} - unread
    assert unread <= set(numbers)
    assert len(numbers) == len(set(numbers)) == len(unread) + 1


async def test_what_comes_meanwhile_is_for_the_next(backlog: Backlog) -> None:
    """Posts and threads published between slices are in no answer begun before (P4, 11.2)."""
    for query in backlog.queries:
        before = await backlog.ana.ask(query)
        asked = backlog.asked(query)
        first = await backlog.moot.read(asked.go_on)
        # In the order of time it stands within what is read, not above it.
        backlog.moot.clock.step(seconds=(MANY - 10) / 1000)
        await write(backlog.moot.sysop, backlog.thread, "@ana B")
        await start(backlog.moot.sysop, backlog.board, "@ana B")
        backlog.moot.clock.step(seconds=-(MANY - 10) / 1000)
        after = first or (await backlog.finished(asked))[0]
        assert shown(after) == shown(before), query.method
        assert after.as_of == before.as_of
        assert shown(await backlog.ana.ask(query)) != shown(before)


async def test_what_is_withdrawn_meanwhile_may_be_missing(backlog: Backlog) -> None:
    """A post withdrawn between slices, before it was come to, is left out; all else stays (P10)."""
    before = await backlog.ana.ask(GetRound())
    asked = backlog.asked(GetRound())
    assert await backlog.moot.read(asked.go_on) is None
    await backlog.moot.sysop.ask(WithdrawPost(post=backlog.last))
    after, _ = await backlog.finished(asked)
    assert after.as_of == before.as_of
    assert after.size.posts == before.size.posts - 1
    fresh = await backlog.ana.ask(GetRound())
    assert after.round.stops == fresh.round.stops


async def test_a_seat_that_is_left_meanwhile_takes_its_posts_along(backlog: Backlog) -> None:
    """Who loses a seat between slices is answered from what is left (P8, protocol 4.3)."""
    for query in (GetRound(), GetUnread()):
        await backlog.ana.ask(TakeSeat(board=backlog.board, norms_version=1))
        backlog.moot.clock.jump(hours=1)
        await backlog.moot.change(lambda tx: tx.execute("UPDATE floors SET seq = 0"))
        asked = backlog.asked(query)
        assert await backlog.moot.read(asked.go_on) is None
        await backlog.ana.ask(LeaveSeat(board=backlog.board))
        after, _ = await backlog.finished(asked)
        assert after == await backlog.ana.ask(query)
        assert f"board:{backlog.board}" not in after.as_of


async def test_a_private_board_is_closed_in_the_middle_of_a_read(backlog: Backlog) -> None:
    """The gate judges every slice: who may not read any more is told no more (P8, protocol 4.3)."""
    visibility = Visibility.PRIVATE.value
    await backlog.moot.change(lambda tx: tx.execute("UPDATE boards SET visibility = ?", visibility))
    asked, found = backlog.asked(GetSkeleton(thread=backlog.thread)), backlog.asked(GetInbox())
    assert await backlog.moot.read(asked.go_on) is None
    assert await backlog.moot.read(found.go_on) is None
    await backlog.ana.ask(LeaveSeat(board=backlog.board))
    with pytest.raises(NotFound):
        await backlog.moot.read(asked.go_on)
    inbox, _ = await backlog.finished(found)
    assert [item.post for item in inbox.items if item.post] == []


async def test_a_session_that_ends_ends_its_reads(backlog: Backlog) -> None:
    """A read goes no further than the session that asked for it (protocol 3.5)."""
    phone = backlog.ana.person.with_password()
    other = backlog.moot.line(backlog.ana.person)
    await other.ask(phone)
    asked = backlog.asked(GetRound())
    assert await backlog.moot.read(asked.go_on) is None
    assert backlog.ana.caller.session is not None
    await other.ask(EndSession(session=backlog.ana.caller.session))
    with pytest.raises(NotSignedIn):
        await backlog.moot.read(asked.go_on)


async def test_a_search_in_parts_finds_nothing_newer(backlog: Backlog) -> None:
    """What is published between the parts of a search is not found (P4)."""

    class Slow:
        """A transaction whose first part of a search finds nothing for long."""

        def __init__(self, tx: Tx) -> None:
            self.tx, self.asked = tx, 0

        def __getattr__(self, name: str) -> Any:
            return getattr(self.tx, name)

        def search(self, what: SearchRequest) -> SearchPart:
            self.asked += 1
            return SearchPart([], what) if self.asked == 1 else self.tx.search(what)

    query = Search(query="B")
    before = await backlog.ana.ask(query)
    asked = backlog.asked(query)
    assert await backlog.moot.read(lambda tx: asked.go_on(Slow(tx))) is None  # type: ignore[arg-type]  # wider or wrong on purpose
    await write(backlog.moot.sysop, backlog.thread, "B")
    assert shown(await backlog.moot.read(asked.go_on)) == shown(before)
    assert shown(await backlog.ana.ask(query)) != shown(before)


@dataclass
class Gate:
    """A query that stands still in a reader's thread until it is let on.

    Attributes:
        begun: How many slices of it were begun.
    """

    begun: int = 0
    reached: threading.Event = field(default_factory=threading.Event)
    let_on: threading.Event = field(default_factory=threading.Event)


class Waits(Asked):
    """A query each of whose slices waits at a gate."""

    def __init__(self, gate: Gate, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.gate = gate

    def go_on(self, tx: Tx) -> Any:
        """Wait, then do a slice."""
        self.gate.begun += 1
        self.gate.reached.set()
        assert self.gate.let_on.wait(PATIENCE_S)
        return super().go_on(tx)


def waiting(backlog: Backlog, gate: Gate) -> Waits:
    """Return a round of the member's that stands still at a gate."""
    return Waits(gate, *_asking(backlog.ana), GetRound(), slice_s=AT_ONCE_S)


async def test_a_member_has_one_read_in_flight(backlog: Backlog) -> None:
    """Further reads of a member wait in order, a token's too; reads of others go between (P14)."""
    moot, reads = backlog.moot, backlog.moot.running.dispatcher.reads
    token = await moot.with_token(backlog.ana, [Power.READ])
    phone = await moot.again(backlog.ana)
    gate = Gate()
    first = asyncio.create_task(reads.answer(backlog.ana.id, waiting(backlog, gate)))
    assert await asyncio.to_thread(gate.reached.wait, PATIENCE_S)
    done: list[str] = []

    async def ask(line: Line, name: str) -> None:
        await line.ask(ListBoards())
        done.append(name)

    tasks = [asyncio.create_task(ask(phone, "phone")), asyncio.create_task(ask(token, "token"))]
    await moot.sysop.ask(ListBoards())
    await moot.sysop.ask(GetSkeleton(thread=backlog.thread))
    assert done == []
    assert not first.done()
    gate.let_on.set()
    await asyncio.gather(first, *tasks)
    assert done == ["phone", "token"]


async def test_who_goes_away_stops_reading_and_keeps_the_turn_until_then(backlog: Backlog) -> None:
    """A read nobody waits for ends with its slice; its member's next begins no earlier (P14)."""
    reads = backlog.moot.running.dispatcher.reads
    gate = Gate()
    first = asyncio.create_task(reads.answer(backlog.ana.id, waiting(backlog, gate)))
    assert await asyncio.to_thread(gate.reached.wait, PATIENCE_S)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = asyncio.create_task(backlog.ana.ask(ListBoards()))
    await backlog.moot.sysop.ask(ListBoards())
    assert not second.done()
    gate.let_on.set()
    await second
    assert gate.begun == 1


async def test_the_time_of_readers_is_paid_for(tmp_path: Path) -> None:
    """Who used up their time is told when to read again, a token of theirs too; others are not (P14)."""
    async with open_moot(tmp_path / "data", sample=False) as moot:
        ana = await moot.join("ana")
        token = await moot.with_token(ana, [Power.READ])
        dispatcher = moot.running.dispatcher
        asked = asked_by(ana, GetUnread())
        asked.used_s = limits.READ_BURST_MS / 1000 + 1
        await dispatcher.reads.answer(ana.id, asked)
        for line in (ana, token):
            refused: FolkmootError = await line.refused(ListBoards())
            assert isinstance(refused, Throttled)
            assert refused.retry_after_s == pytest.approx(1000 / limits.READ_MS_PER_SECOND, abs=0.2)
        await moot.sysop.ask(ListBoards())
        moot.clock.jump(seconds=refused.retry_after_s + 0.1)
        await token.ask(ListBoards())


async def test_a_read_that_fails_is_paid_for(tmp_path: Path) -> None:
    """What is refused in the middle has used a reader all the same (P14)."""
    async with open_moot(tmp_path / "data", sample=False) as moot:
        ana = await moot.join("ana")
        dispatcher = moot.running.dispatcher
        asked = asked_by(ana, GetSkeleton(thread=new_id()))
        asked.used_s = limits.READ_BURST_MS / 1000 + 1
        with pytest.raises(NotFound):
            await dispatcher.reads.answer(ana.id, asked)
        assert isinstance(await ana.refused(ListBoards()), Throttled)


async def test_an_ordinary_start_is_not_throttled(tmp_path: Path) -> None:
    """As many requests as a session may send at once use up less than half of its time (P14)."""
    async with open_moot(tmp_path / "data", sample=False) as moot:
        reads = moot.running.dispatcher.reads
        used_s = 0.0
        for _ in range(limits.REQUEST_BURST):
            asked = asked_by(moot.sysop, GetUnread())
            await reads.answer(moot.sysop.id, asked)
            used_s += asked.used_s
        assert used_s * 1000 < limits.READ_BURST_MS / 2
