"""Counting what is unread: what it costs follows from what is new, not from what there is."""

from typing import Any

from bbs import limits
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.reading.messages import ArrangeBoards, GetRound, GetUnread, MarkPosts
from bbs.features.reading.rounds import RoundPreferences
from bbs.features.reading.views import Folder
from bbs.features.threads.messages import WritePost
from bbs.ids import new_id
from bbs_server.features.reading import records
from tests.support.moot import Moot
from tests.support.talk import start


async def test_counting_ends(moot: Moot) -> None:
    """More unread posts than anybody reads are counted up to a bound, which is said (P4)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    thread = (await start(moot.sysop, board)).thread
    columns = "board, thread, author_kind, author, at, visible_at, norms_version, body_text, state"

    def fill(tx: Any) -> None:
        tx.execute(
            f"INSERT INTO posts (id, number, seq, {columns}) WITH RECURSIVE n (i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            f" SELECT 'p' || i, 1 + i, p.seq + i, {columns} FROM n, posts p",
            limits.UNREAD_POSTS_MAX,
        )
        tx.execute("UPDATE threads SET posts = posts + ?", limits.UNREAD_POSTS_MAX)
        tx.execute("UPDATE streams SET seq = seq + ?", limits.UNREAD_POSTS_MAX)

    await moot.change(fill)
    shown = await ana.ask(GetUnread())
    assert [one.posts for one in shown.threads] == [limits.UNREAD_POSTS_MAX]
    assert shown.more
    await ana.ask(MarkPosts(thread=thread, first=1, last=10))
    shown = await ana.ask(GetUnread())
    assert [one.posts for one in shown.threads] == [limits.UNREAD_POSTS_MAX - 9]
    assert not shown.more
    # The bound is for all boards together, the first in one's own order first.
    other = await moot.board(moot.sysop, "pond")
    await ana.ask(TakeSeat(board=other, norms_version=1))
    late = [(await start(moot.sysop, other)).thread for _ in range(10)]
    fixed = await ana.ask(GetRound())
    assert fixed.round.more
    assert fixed.size.posts == limits.UNREAD_POSTS_MAX
    assert [stop.thread for stop in fixed.round.stops] == [thread, *late[:9]]
    await ana.ask(ArrangeBoards(folders=(Folder(name="Mine", boards=(other,)),)))
    fixed = await ana.ask(GetRound())
    assert [stop.thread for stop in fixed.round.stops] == [*late, thread]


async def test_what_is_read_from_the_door_on_is_passed_over(moot: Moot) -> None:
    """Reading on from where one came in counts as from the beginning; gaps stay unread (P4)."""
    board = await moot.board(moot.sysop, "garden")
    thread = (await start(moot.sysop, board)).thread

    async def write(count: int) -> None:
        for _ in range(count):
            await moot.sysop.ask(WritePost(thread=thread, post=new_id(), body="B"))

    await write(3)
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await write(5)
    await ana.ask(MarkPosts(thread=thread, first=5, last=7))
    assert [one.posts for one in (await ana.ask(GetUnread())).threads] == [2]
    upto = await moot.read(lambda tx: tx.fetch_all("SELECT upto FROM marks"))
    assert upto == [(7,)]
    await ana.ask(MarkPosts(thread=thread, first=9, last=9))
    assert [one.posts for one in (await ana.ask(GetUnread())).threads] == [1]
    await ana.ask(MarkPosts(thread=thread, first=5, last=5, read=False))
    assert [one.posts for one in (await ana.ask(GetUnread())).threads] == [2]


async def test_counting_looks_at_nothing_old(moot: Moot) -> None:
    """Threads are gone through by number, and of each only posts above floor and marks (P1)."""
    plans: list[str] = []

    class Asked:
        """A transaction that shows how its questions are answered."""

        def __init__(self, tx: Any) -> None:
            self.tx = tx

        def fetch_value(self, sql: str, *values: Any) -> int:
            return 1

        def fetch_all(self, sql: str, *values: Any) -> list[Any]:
            return []  # nobody left

        def select(self, row: Any, sql: str, *values: Any) -> list[Any]:
            steps = self.tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}", *values)
            plans.extend(detail for *_, detail in steps)
            return []

    await moot.read(
        lambda tx: next(records.list_unread(Asked(tx), "", "", 0, RoundPreferences(), 1, 1))
    )  # type: ignore[arg-type]  # wider or wrong on purpose
    assert any("posts_new (thread=? AND seq>? AND seq<?)" in step for step in plans), plans
    assert any("(board=? AND number>? AND number<?)" in step for step in plans), plans
    assert not any("SCAN" in step or "B-TREE" in step for step in plans), plans
