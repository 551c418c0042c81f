"""A plan is applied as it was read: rehearsed, compared, done once, and told in one line (protocol 26)."""

from bbs.features.batches.views import BatchState, ItemState
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.ids import BoardId
from tests.features.batches.plans import applied, hides, page, rehearsed
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def test_a_plan_is_done(moot: Moot, board: BoardId, ana: Line) -> None:
    """Each item is done by its own act, and the log shows the batch in one line (26.10)."""
    thread, _ = await start(ana, board)
    posts = [await write(ana, thread) for _ in range(3)]
    items = await rehearsed(moot.sysop, board, hides(posts))
    assert [each.found.thing.id for each in items if each.found and each.found.thing] == posts
    batch = await applied(moot.sysop, board, items)
    assert (batch.state, batch.done, batch.refused) == (BatchState.DONE, 3, 0)
    shown = await page(moot.sysop, batch.id)
    assert {each.state for each in shown.items} == {ItemState.DONE}
    log = (await ana.ask(GetLog(board=board))).acts
    assert log[0].method == "batches.start"
    assert log[0].thing.kind is ThingKind.BATCH
    of_items = (await ana.ask(GetLog(board=board, batch=batch.id))).acts
    assert [act.id for act in reversed(of_items)] == [each.act for each in shown.items]
