"""A batch does nothing but what was shown for it, and stands in nobody's way (P8, protocol 26)."""

from bbs.batch_refusals import NoItem
from bbs.features.batches.messages import ListBatches, RehearseItems, StartBatch
from bbs.features.batches.undo_messages import PlanUndo
from bbs.features.batches.views import ItemState
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import EditPost
from bbs.features.threads.tending_messages import MoveThread, PinThread
from bbs.ids import new_id
from tests.features.batches.plans import WHY, added, applied, hides, item, page, rehearsed
from tests.support.moot import Moot
from tests.support.talk import seated, start, write


async def test_no_item_follows_its_words_to_another_board(moot: Moot) -> None:
    """What an item moved away is no more of this batch: its second key is of this board (26.1, 26.6)."""
    board = await moot.board(moot.sysop, "garden")
    other = await moot.board(moot.sysop, "kitchen")
    ana = await seated(moot, "ana", board)
    thread, _ = await start(ana, board)
    post = await write(ana, thread)
    move = MoveThread(thread=thread, to_board=other, becomes=new_id(), reason=WHY)
    hide = HidePost(post=post, norm=1, reason=WHY)
    both = RehearseItems(board=board, items=(item(move), item(hide)))
    refusal = await moot.sysop.refused(both)
    assert isinstance(refusal, NoItem)
    assert refusal.number == 2
    batch, digest = await added(moot.sysop, board, [item(hide)])
    await moot.sysop.ask(StartBatch(board=board, batch=batch, digest=digest))
    await moot.sysop.ask(move)
    await moot.do_jobs("batches")
    [each] = (await page(moot.sysop, batch)).items
    assert each.refused == "batches.no_item"


async def test_an_edit_is_noticed_beside_other_items_of_the_thread(moot: Moot) -> None:
    """Words that their author changed since the plan are not hidden by it, whichever post comes first (26.8)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    thread, _ = await start(ana, board)
    posts = [await write(ana, thread) for _ in range(3)]
    items = await rehearsed(moot.sysop, board, hides(posts))
    batch, digest = await added(moot.sysop, board, items)
    await moot.sysop.ask(StartBatch(board=board, batch=batch, digest=digest))
    await ana.ask(EditPost(post=posts[1], body="Beans climb, peas too."))
    await moot.do_jobs("batches")
    done, moved, last = (await page(moot.sysop, batch)).items
    assert (done.state, last.state) == (ItemState.DONE, ItemState.DONE)
    assert moved.refused == "batches.moved"


async def test_no_batch_keeps_another_from_being_undone(moot: Moot) -> None:
    """Whoever says that a batch undoes another, and does something else, does not protect it (26.15)."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    thread, _ = await start(ana, board)
    hidden = await write(ana, thread)
    bad = await applied(moot.sysop, board, await rehearsed(moot.sysop, board, hides([hidden])))
    pin = item(PinThread(thread=thread, reason=WHY))
    await applied(moot.sysop, board, [pin], undoes=bad.id)
    undo = await moot.sysop.ask(PlanUndo(board=board, batch=bad.id, reason=WHY))
    undone = await applied(moot.sysop, board, undo.items, undoes=bad.id)
    assert (undone.done, undone.refused) == (1, 0)
    assert not (await moot.sysop.ask(PlanUndo(board=board, batch=bad.id, reason=WHY))).items


async def test_what_comes_back_from_elsewhere_is_rehearsed_there(moot: Moot) -> None:
    """An item is about the board where its words are once the items before it are done (26.2)."""
    board = await moot.board(moot.sysop, "garden")
    other = await moot.board(moot.sysop, "kitchen")
    ana = await seated(moot, "ana", board)
    thread, _ = await start(ana, board)
    post = await write(ana, thread)
    move = MoveThread(thread=thread, to_board=other, becomes=new_id(), reason=WHY)
    batch = await applied(moot.sysop, board, [*hides([post]), item(move)])
    assert batch.done == 2
    undo = await moot.sysop.ask(PlanUndo(board=board, batch=batch.id, reason=WHY))
    undone = await applied(moot.sysop, board, undo.items, undoes=batch.id)
    assert (undone.done, undone.refused) == (2, 0)


async def test_a_page_begins_at_no_batch_of_another_board(moot: Moot) -> None:
    """A list of batches tells nothing of when others began elsewhere, or of another's draft (26.11)."""
    board = await moot.board(moot.sysop, "garden")
    other = await moot.board(moot.sysop, "kitchen")
    thread, _ = await start(moot.sysop, board)
    there, _ = await start(moot.sysop, other)
    elsewhere = await applied(moot.sysop, other, [item(PinThread(thread=there, reason=WHY))])
    moot.clock.jump(seconds=60)
    here = await applied(moot.sysop, board, [item(PinThread(thread=thread, reason=WHY))])
    found = await moot.sysop.ask(ListBatches(board=board, before=elsewhere.id))
    assert [each.id for each in found.batches] == [here.id]
