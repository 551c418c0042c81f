"""A batch runs without its client, each item exactly once, whatever happens meanwhile (protocol 26)."""

from pathlib import Path

from bbs import limits
from bbs.features.batches.messages import BatchChanged, BeginBatch, StartBatch, StopBatch
from bbs.features.batches.views import BatchState, ItemState
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.hiding_messages import HidePost, RestorePost
from bbs.features.threads.messages import EditPost, WithdrawPost
from bbs.ids import BatchId, BoardId, new_id
from bbs.powers import Office
from bbs.refusals import Conflict
from bbs.streams import desk_stream
from bbs_server.composition import JOBS
from bbs_server.store.hops import Hops
from tests.features.batches.plans import WHY, added, applied, hides, item, page, rehearsed
from tests.support.moot import Line, Moot, open_moot
from tests.support.restricting import restricted
from tests.support.talk import seated, start, write

[_RUNS] = [job for job in JOBS if job.name == "batches"]


def hurried() -> Hops:
    """Return hops whose clock runs a second with each look: each slice of work does one row."""
    passed = 0.0

    def clock() -> float:
        nonlocal passed
        passed += 1
        return passed

    return Hops(clock)


async def a_slice(moot: Moot) -> None:
    """Let the server carry out one slice of a batch."""
    await moot.running.dispatcher.execute_as_system(_RUNS.run, acts=True)


async def some(moot: Moot, board: BoardId, count: int = 3) -> tuple[Line, list[str]]:
    """Return a member who wrote posts, and those."""
    ana = await seated(moot, "ana", board)
    thread, _ = await start(ana, board)
    return ana, [await write(ana, thread) for _ in range(count)]


async def begun(line: Line, board: BoardId, posts: list[str]) -> BatchId:
    """Start a batch that hides posts."""
    batch, digest = await added(line, board, await rehearsed(line, board, hides(posts)))
    await line.ask(StartBatch(board=board, batch=batch, digest=digest))
    return batch


async def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Stopped after any slice, the next server does the rest; each item has one act (26.7, P12)."""
    async with open_moot(tmp_path / "data", hops=hurried()) as moot:
        board = await moot.board(moot.sysop, "garden")
        _, posts = await some(moot, board)
        batch = await begun(moot.sysop, board, posts)
        await a_slice(moot)
        done = (await page(moot.sysop, batch)).batch.done
        sysop, clock = moot.sysop.person, moot.clock
        assert 0 < done < len(posts)
    while done < len(posts):
        async with open_moot(tmp_path / "data", clock, hops=hurried()) as moot:
            await moot.take_up(sysop)
            await a_slice(moot)
            now = (await page(moot.sysop, batch)).batch
            assert now.done == done + 1
            done = now.done
    async with open_moot(tmp_path / "data", clock) as moot:
        await moot.take_up(sysop)
        await moot.do_jobs("batches")
        shown = await page(moot.sysop, batch)
        assert shown.batch.state is BatchState.DONE
        acts = (await moot.sysop.ask(GetLog(board=board, batch=batch))).acts
        assert [act.id for act in reversed(acts)] == [each.act for each in shown.items]
        assert len(acts) == len(posts)


async def test_the_desk_hears_of_each_slice_once(tmp_path: Path) -> None:
    """It is told that a batch began, how far each slice came, and that it is over (26.12)."""
    async with open_moot(tmp_path / "data", hops=hurried()) as moot:
        board = await moot.board(moot.sysop, "garden")
        _, posts = await some(moot, board)
        await moot.sysop.listen(desk_stream(board))
        await begun(moot.sysop, board, posts)
        await moot.do_jobs("batches")
        told = await moot.sysop.told(BatchChanged, 4)
        assert [each.batch.done for each in told] == [0, 1, 2, 3]
        assert told[-1].batch.state is BatchState.DONE
        assert {each.batch.reason for each in told} == {WHY}


async def test_what_fails_is_refused_and_the_rest_goes_on(moot: Moot, board: BoardId) -> None:
    """An item that is gone, or is not as its plan says, is refused with its sentence; one that somebody
    did before says so, and the others are done (26.8)."""
    ana, posts = await some(moot, board, 5)
    batch = await begun(moot.sysop, board, posts)
    await ana.ask(WithdrawPost(post=posts[0]))
    await ana.ask(EditPost(post=posts[1], body="Something else"))
    await moot.sysop.ask(HidePost(post=posts[2], norm=1, reason="At once"))
    await moot.do_jobs("batches")
    shown = await page(moot.sysop, batch)
    refused = shown.items[:3]
    assert [each.state for each in shown.items] == [
        *[ItemState.REFUSED] * 3,
        *[ItemState.DONE] * 2,
    ]
    assert refused[1].refused == "batches.moved"
    assert all(each.why for each in refused)
    assert (shown.batch.state, shown.batch.done, shown.batch.refused) == (BatchState.DONE, 2, 3)


async def test_who_lost_the_office_does_nothing_more(moot: Moot, board: BoardId) -> None:
    """Each item is judged as if its author sent it now (26.7)."""
    ana, posts = await some(moot, board)
    bo = await seated(moot, "bo", board)
    await moot.sysop.ask(Appoint(board=board, member=bo.id))
    batch = await begun(bo, board, posts)
    await moot.change(lambda tx: tx.execute("DELETE FROM offices WHERE member = ?", bo.id))
    await moot.do_jobs("batches")
    shown = await page(moot.sysop, batch)
    assert {each.refused for each in shown.items} == {"not_allowed"}
    assert not (await ana.ask(GetLog(board=board, batch=batch))).acts


async def test_who_is_suspended_meanwhile_does_nothing_more(moot: Moot, board: BoardId) -> None:
    """What narrows a member narrows what their plan does (26.7, 16.3)."""
    _, posts = await some(moot, board)
    bo = await seated(moot, "bo", board)
    await moot.sysop.ask(Appoint(board=board, member=bo.id))
    batch = await begun(bo, board, posts)
    await restricted(moot, RestrictionKind.SUSPENDED, board, bo)
    await moot.do_jobs("batches")
    shown = await page(moot.sysop, batch)
    assert {each.state for each in shown.items} == {ItemState.REFUSED}


async def test_it_can_be_stopped(tmp_path: Path) -> None:
    """By anybody in office there; what was done stays, and nothing more is done (26.9)."""
    async with open_moot(tmp_path / "data", hops=hurried()) as moot:
        board = await moot.board(moot.sysop, "garden")
        _, posts = await some(moot, board)
        bo = await seated(moot, "bo", board)
        await moot.sysop.ask(Appoint(board=board, member=bo.id))
        batch = await begun(bo, board, posts)
        await a_slice(moot)
        stopped = (await moot.sysop.ask(StopBatch(board=board, batch=batch))).batch
        assert (stopped.state, stopped.done) == (BatchState.STOPPED, 1)
        await moot.do_jobs("batches")
        assert (await page(bo, batch)).batch.done == 1
        act, begin = (await bo.ask(GetLog(board=board))).acts[:2]
        assert (act.method, act.office) == ("batches.stop", Office.MODERATOR)
        assert (begin.method, begin.batch, begin.thing.count) == ("batches.start", batch, 3)


async def test_the_log_has_one_line(moot: Moot, board: BoardId) -> None:
    """How many of each kind, by which clause and why; what came of each stands behind it (26.10, P8)."""
    ana, posts = await some(moot, board)
    await applied(moot.sysop, board, await rehearsed(moot.sysop, board, hides(posts)))
    [line] = [act for act in (await ana.ask(GetLog(board=board))).acts if act.batch]
    assert [(each.field, each.after) for each in line.changes] == [("threads.hide", 3)]
    assert (line.norm, line.norms_version, line.reason) == (1, 1, WHY)
    assert line.office is Office.MODERATOR


async def test_starting_again_answers_the_same(moot: Moot, board: BoardId) -> None:
    """A client that lost the answer sends it again, and the plan once more: nothing is done twice (P12)."""
    _, posts = await some(moot, board)
    items = await rehearsed(moot.sysop, board, hides(posts))
    batch = await applied(moot.sysop, board, items)
    again, digest = await added(moot.sysop, board, items)
    assert again == batch.id
    told = await moot.sysop.ask(StartBatch(board=board, batch=again, digest=digest))
    assert told.batch == batch
    acts = (await moot.sysop.ask(GetLog(board=board, batch=batch.id))).acts
    assert len(acts) == len(posts)


async def test_what_a_restore_interrupts_ends(moot: Moot, board: BoardId) -> None:
    """In another epoch nothing runs on by itself, whichever work looks first: it stops, or is dropped, and
    says so (26.14)."""
    _, posts = await some(moot, board)
    batch = await begun(moot.sysop, board, posts)
    await moot.change(lambda tx: tx.execute("UPDATE batches SET epoch = 'before'"))
    await moot.do_jobs("batches")
    assert (await page(moot.sysop, batch)).batch.done == 0
    await moot.do_jobs("end batches", "batches")
    shown = await page(moot.sysop, batch)
    assert (shown.batch.state, shown.batch.done) == (BatchState.STOPPED, 0)


async def test_it_is_forgotten_with_the_log(moot: Moot, board: BoardId) -> None:
    """After the days of the log no word of it is left (26.14, P10)."""
    _, posts = await some(moot, board)
    await applied(moot.sysop, board, await rehearsed(moot.sysop, board, hides(posts)))
    moot.clock.jump(days=limits.ACT_DAYS + 2)
    await moot.do_jobs("forget batches")
    tables = await moot.dump()
    assert not tables["batches"]
    assert not tables["batch_items"]
    [left] = await moot.read(
        lambda tx: tx.fetch_all("SELECT count(*) FROM texts WHERE body LIKE '%threads.hide%'")
    )
    assert left == (0,)


async def test_what_was_undone_in_part_can_be_undone_on(moot: Moot, board: BoardId) -> None:
    """While a batch undoes another one, no second one begins to; what it left can be undone later (26.15)."""
    ana, posts = await some(moot, board, 2)
    done = await applied(moot.sysop, board, await rehearsed(moot.sysop, board, hides(posts)))
    back = [item(RestorePost(post=post, reason=WHY)) for post in posts]
    batch, digest = await added(moot.sysop, board, back, undoes=done.id)
    await moot.sysop.ask(StartBatch(board=board, batch=batch, digest=digest))
    begin = BeginBatch(board=board, batch=new_id(), reason="Again", count=1, undoes=done.id)
    assert isinstance(await moot.sysop.refused(begin), Conflict)
    await ana.ask(WithdrawPost(post=posts[1]))
    await moot.do_jobs("batches")
    undone = (await page(moot.sysop, batch)).batch
    assert (undone.done, undone.refused) == (1, 1)
    await moot.sysop.ask(begin)


async def test_an_item_that_waits_for_the_clock_holds_up_no_other(moot: Moot, ana: Line) -> None:
    """By a clock that is ahead words may be over or not: that item is refused, the others go on (26.8, P14)."""
    board = await moot.board(moot.sysop, "short", retention_days=30)
    await ana.ask(TakeSeat(board=board, norms_version=1))
    _, old = await start(ana, board)
    moot.clock.jump(days=20)
    _, new = await start(ana, board)
    batch = await begun(moot.sysop, board, [old, new])
    moot.clock.step(days=11)
    await moot.do_jobs("batches")
    moot.clock.step(days=-11)
    shown = await page(moot.sysop, batch)
    assert [each.state for each in shown.items] == [ItemState.REFUSED, ItemState.DONE]
    assert shown.items[0].refused == "clock_in_doubt"
