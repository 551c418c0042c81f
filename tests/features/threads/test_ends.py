"""Ends of words: true by the clock, brought forward in slices, wordings bounded."""

from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.reading.messages import GetUnread, Resolve, Search
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    ListLines,
    ListPosts,
    ListRecent,
    PostsFaded,
    Retitle,
    Say,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, new_id
from bbs.refusals import Gone, NotFound
from bbs_server import scheduler
from bbs_server.composition import JOBS
from tests.support.moot import Moot
from tests.support.talk import Begun, start


async def do(moot: Moot, name: str) -> int:
    """Do one job; return in how many slices."""
    (job,) = [job for job in JOBS if job.name == name]
    return await scheduler.run_slices(moot.running.dispatcher, job)


async def fill(moot: Moot, board: BoardId, first: Begun, count: int) -> None:
    """Write answers behind the server's back, as old as the first post."""
    columns = "board, thread, author_kind, author, at, visible_at, norms_version, body_text, state"

    def write(tx: Any) -> None:
        sql = (
            f"INSERT INTO posts (id, number, seq, {columns}) WITH RECURSIVE n (i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            f" SELECT printf('00000000-0000-4000-8000-%012d', i), 1 + i, p.seq + i, {columns} FROM n, posts p WHERE p.id = ?"
        )
        tx.execute(sql, count, first.post)
        tx.execute("UPDATE threads SET posts = posts + ? WHERE id = ?", count, first.thread)
        tx.execute("UPDATE streams SET seq = seq + ? WHERE stream = ?", count, f"board:{board}")

    await moot.change(write)


async def test_ends_are_true_before_anybody_sweeps(moot: Moot) -> None:
    """Words that have had their time are served by no page, though still in their rows (P10)."""
    board = await moot.board(moot.sysop, "garden", retention_days=1)
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    begun = await start(moot.sysop, board, "Canarybody", "Canary")
    before = len(moot.sysop.answers)
    assert len((await ana.ask(GetUnread())).threads) == 1
    moot.clock.jump(days=1)
    sysop = moot.sysop
    shown = (await sysop.ask(ListPosts(thread=begun.thread))).posts[0]
    assert (shown.state, shown.body) == (ContentState.FADED, None)
    assert (await sysop.ask(ListRecent(board=board))).posts == (shown,)
    thread = (await sysop.ask(GetThread(thread=begun.thread))).thread
    assert (thread.state, thread.title) == (ContentState.FADED, None)
    (bone,) = (await sysop.ask(GetSkeleton(thread=begun.thread))).bones
    assert bone.state is ContentState.FADED
    found = (await sysop.ask(Search(query="canarybody"))).found
    assert [(one.post.body, one.thread.title) for one in found] in ([], [(None, None)])
    named = await sysop.ask(Resolve(address="garden/1/1"))
    assert (named.post, named.thread) == (shown, thread)
    assert (await ana.ask(GetUnread())).threads == ()
    assert b"anary" not in b"".join(sysop.answers[before:])
    await do(moot, "fade posts")
    assert (await sysop.ask(ListPosts(thread=begun.thread))).posts[0] == shown
    assert (await sysop.ask(GetThread(thread=begun.thread))).thread == thread


async def test_nothing_is_done_with_words_that_ended(moot: Moot) -> None:
    """What has had its time is gone to every command, swept or not (P10)."""
    board = await moot.board(moot.sysop, "garden", retention_days=1)
    begun = await start(moot.sysop, board, "Canarybody", "Canary")
    moot.clock.jump(days=1)
    for request in (
        EditPost(post=begun.post, body="Again"),
        WithdrawPost(post=begun.post),
        Retitle(thread=begun.thread, title="Again"),
        GetHistory(post=begun.post),
    ):
        refused = await moot.sysop.refused(request)
        assert isinstance(refused, Gone), request.method
        assert refused.state == "faded"


async def test_a_cut_down_retention_is_seen_at_once(moot: Moot) -> None:
    """All ends come forward in the answer's moment, the rows follow in slices (P10)."""
    board = await moot.board(moot.sysop, "garden")
    first = await start(moot.sysop, board, "Canarybody", "Canary")
    count = limits.SLICE_ROWS * 2 + 50
    await fill(moot, board, first, count)
    changed = moot.read(
        lambda tx: tx.fetch_all("SELECT count(*) FROM posts WHERE fades_at IS NOT NULL")
    )
    await moot.sysop.ask(ConfigureBoard(board=board, retention_days=2))
    assert await changed == [(0,)]
    page = (await moot.sysop.ask(ListPosts(thread=first.thread))).posts
    ends = {(post.fades_at - post.visible_at).days for post in page if post.fades_at}
    assert (len(page), ends) == (limits.PAGE_ITEMS_DEFAULT, {2})
    assert await do(moot, "fade posts") >= 3  # a slow machine cuts slices earlier
    rows = await moot.read(lambda tx: tx.fetch_all("SELECT fades_at - visible_at FROM posts"))
    assert rows == [(2 * DAY_MS,)] * (count + 1)
    assert (await moot.sysop.ask(ListPosts(thread=first.thread))).posts == page


async def test_ends_cut_down_are_kept_to_before_the_rows_follow(moot: Moot) -> None:
    """Words end by a shortened retention even where no slice has reached them yet (P10)."""
    board = await moot.board(moot.sysop, "garden", retention_days=30)
    await moot.sysop.listen(f"board:{board}")
    first = await start(moot.sysop, board, "Canarybody", "Canary")
    moot.clock.jump(days=3)
    await moot.sysop.ask(ConfigureBoard(board=board, retention_days=2))
    later = await start(moot.sysop, board, "Still here")
    # Lengthening puts nothing off, and what is written after it lasts longer.
    await moot.sysop.ask(ConfigureBoard(board=board, retention_days=0))
    for_ever = await start(moot.sysop, board, "For ever")
    for _ in range(2):
        page = (await moot.sysop.ask(ListRecent(board=board))).posts
        assert [(post.id, post.body) for post in page] == [
            (for_ever.post, "For ever"),
            (later.post, "Still here"),
            (first.post, None),
        ]
        assert page[0].fades_at is None
        await do(moot, "fade posts")
    assert len(await moot.sysop.told(PostsFaded)) == 1


async def test_what_was_taken_back_ends_no_more(moot: Moot) -> None:
    """A retention cut down later gives a withdrawn post no end: its marker is as every mirror has it."""
    board = await moot.board(moot.sysop, "garden", retention_days=90)
    first = await start(moot.sysop, board, "Canarybody", "Canary")
    await moot.sysop.ask(WithdrawPost(post=first.post))
    before = await moot.sysop.ask(ListPosts(thread=first.thread))
    await moot.sysop.ask(ConfigureBoard(board=board, retention_days=30))
    [post] = (await moot.sysop.ask(ListPosts(thread=first.thread))).posts
    assert (post.state, post.fades_at) == (ContentState.WITHDRAWN, None)
    assert before.posts == (post,)


async def test_a_dry_run_brings_no_end_forward(moot: Moot) -> None:
    """A dry run of a shorter retention leaves every end where it was (protocol 5)."""
    board = await moot.board(moot.sysop, "garden", retention_days=30)
    begun = await start(moot.sysop, board, "Canarybody", "Canary")
    await moot.sysop.ask(ConfigureBoard(board=board, retention_days=1, dry_run=True))
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM shortenings")) == []
    (post,) = (await moot.sysop.ask(ListPosts(thread=begun.thread))).posts
    assert post.fades_at is not None
    assert (post.fades_at - post.visible_at).days == 30


async def test_lines_end_sooner_at_once(moot: Moot) -> None:
    """A lounge's shorter memory hides its lines at once, for reading and taking back (P10)."""
    board = await moot.board(moot.sysop, "garden", lounge_hours=48)
    line = new_id()
    await moot.sysop.ask(Say(board=board, line=line, body="Canary"))
    moot.clock.jump(hours=3)
    await moot.sysop.ask(Say(board=board, line=new_id(), body="Later"))
    await moot.sysop.ask(ConfigureBoard(board=board, lounge_hours=2))
    assert isinstance(await moot.sysop.refused(Unsay(line=line)), Gone)
    assert isinstance(await moot.sysop.refused(Resolve(address="garden/lounge/1")), NotFound)
    for _ in range(2):
        (left,) = (await moot.sysop.ask(ListLines(board=board))).lines
        assert left.body == "Later"
        assert (left.fades_at - left.at).total_seconds() * 1000 == 2 * HOUR_MS
        await do(moot, "fade lounge lines")
    assert "Canary" not in str(await moot.dump())


async def test_wordings_are_bounded(moot: Moot) -> None:
    """Of a post's wordings the newest are kept, and the words of older ones are gone (P10)."""
    board = await moot.board(moot.sysop, "garden")
    begun = await start(moot.sysop, board, "Canarybody", "Canary")
    for n in range(limits.EDITS_MAX + 4):
        await moot.sysop.ask(EditPost(post=begun.post, body=f"wording{n}."))
    wordings = (await moot.sysop.ask(GetHistory(post=begun.post))).revisions
    assert [one.body for one in wordings] == [
        f"wording{n}." for n in range(4, limits.EDITS_MAX + 4)
    ]
    everything = str(await moot.dump())
    assert "Canarybody" not in everything
    assert "wording3." not in everything


async def test_a_held_answer_takes_no_title(moot: Moot) -> None:
    """Withdrawing an answer, held or not, leaves its thread's title (P9)."""
    board = await moot.board(moot.sysop, "garden")
    begun = await start(moot.sysop, board, "Canarybody", "Canary")
    for hold_s in (0, 60):
        await moot.sysop.ask(ConfigureBoard(board=board, hold_s=hold_s))
        answer = new_id()
        await moot.sysop.ask(WritePost(thread=begun.thread, post=answer, body="A"))
        await moot.sysop.ask(WithdrawPost(post=answer))
    thread = (await moot.sysop.ask(GetThread(thread=begun.thread))).thread
    assert thread.title == "Canary"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mentions WHERE row = 1",
        "DELETE FROM line_mentions WHERE line = ''",
        "SELECT 1 FROM posts WHERE board = '' AND fades_at <= 1 AND fades_at IS NOT NULL"
        " AND body_text IS NOT NULL AND state = 'published'",
        "SELECT n FROM posts WHERE state = 'held' AND visible_at <= 1 ORDER BY visible_at, n",
        "SELECT n FROM posts WHERE board = '' AND state = 'held' AND author_kind = 'member'"
        " AND author = '' ORDER BY n",
        "SELECT n FROM posts WHERE thread = '' AND number IS NULL ORDER BY n LIMIT 1",
    ],
)
async def test_no_query_goes_through_a_whole_table(moot: Moot, sql: str) -> None:
    """What is asked at every act or every second finds its rows by an index."""
    plan = str(await moot.read(lambda tx: tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}")))
    assert "SCAN" not in plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan
