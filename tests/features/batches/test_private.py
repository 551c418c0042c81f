"""What is done on a private board stays there (protocol 26.11)."""

from bbs.features.batches.messages import BatchChanged, GetBatch, ListBatches
from bbs.features.batches.views import ItemState
from bbs.features.threads.tending_messages import PinThread
from bbs.ids import COMMONS
from bbs.refusals import NotFound
from bbs.streams import board_stream, desk_stream
from tests.features.batches.plans import applied, item, page, rehearsed
from tests.support.moot import Line, Moot
from tests.support.talk import start
from tests.support.visiting import private_of_others


async def test_a_private_board_keeps_its_batches(moot: Moot, ana: Line) -> None:
    """Whoever may not read a board learns nothing of what is done there, the sysop neither (26.11, P8)."""
    private = await private_of_others(moot, ana)
    await moot.change(
        lambda tx: tx.execute(
            "INSERT INTO offices (board, member, office, since) VALUES (?, ?, 'moderator', 0)",
            *(private, ana.id),
        )
    )
    thread, _ = await start(ana, private)
    for stream in (board_stream(private), desk_stream(private), board_stream(COMMONS)):
        await moot.sysop.listen(stream)
    pin = item(PinThread(thread=thread, reason="It is worth it"))
    batch = await applied(ana, private, await rehearsed(ana, private, [pin]))
    assert {each.state for each in (await page(ana, batch.id)).items} == {ItemState.DONE}
    await moot.sysop.settle()
    assert not moot.sysop.events(BatchChanged)
    assert batch.id.encode() not in moot.sysop.sent
    for asked in (GetBatch(batch=batch.id), ListBatches(board=private)):
        assert isinstance(await moot.sysop.refused(asked), NotFound)
