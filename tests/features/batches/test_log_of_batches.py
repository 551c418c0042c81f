"""A batch is one line in the log of its own board; it hides no use of power from anybody (P8, protocol 26)."""

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint
from bbs.features.members.views import OfficeAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import ListNormsVersions
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.tending_messages import MoveThread, PinThread
from bbs.ids import new_id
from bbs.powers import Office, Power
from bbs_server.features.moderation.altered import altered_acts
from tests.features.batches.items import FOR_ITS_SAKE, open_house
from tests.features.batches.plans import applied, hides, item, rehearsed
from tests.support.moot import Moot
from tests.support.talk import start, write


async def test_a_log_elsewhere_has_each_act(moot: Moot) -> None:
    """What an item does on another board stands in that board's log, which has no line of the batch."""
    house = await open_house(moot)
    thread, _ = await start(house.desk.ann, house.board, "Beans")
    move = MoveThread(
        thread=thread, to_board=house.elsewhere, becomes=new_id(), reason=FOR_ITS_SAKE
    )
    items = await rehearsed(house.vera, house.board, [item(move)])
    batch = await applied(house.vera, house.board, items)
    assert batch.done == 1
    acts = (await house.vera.ask(GetLog(board=house.elsewhere))).acts
    assert "threads.move_to_board" in [act.method for act in acts]
    [line] = [act for act in (await house.vera.ask(GetLog(board=house.board))).acts if act.batch]
    assert line.method == "batches.start"


async def test_a_log_asked_for_a_power_or_a_clause_has_the_acts(moot: Moot) -> None:
    """Whoever looks for what a power or a clause was used for finds it, whatever else the batch did."""
    house = await open_house(moot)
    thread, _ = await start(house.desk.ann, house.board, "Beans")
    post = await write(house.desk.tom, thread, "Peas")
    items = [
        item(PinThread(thread=thread, reason=FOR_ITS_SAKE)),
        item(HidePost(post=post, norm=1, reason=FOR_ITS_SAKE)),
    ]
    items = await rehearsed(house.vera, house.board, items)
    assert (await applied(house.vera, house.board, items)).done == 2
    for query in (
        GetLog(board=house.board, power=Power.HIDE),
        GetLog(board=house.board, norm=1),
    ):
        acts = (await house.vera.ask(query)).acts
        assert "threads.hide" in [act.method for act in acts]


async def test_a_log_by_office_names_nobody_by_their_batch(moot: Moot) -> None:
    """An act that names its author would name who did all the others, so it is sent alone (P8, 13.5)."""
    house = await open_house(moot)
    await house.vera.ask(ConfigureBoard(board=house.board, log_by_office=True))
    thread, _ = await start(house.desk.ann, house.board, "Beans")
    items = [
        item(PinThread(thread=thread, reason=FOR_ITS_SAKE)),
        item(Appoint(board=house.board, member=house.desk.ann.id)),
    ]
    pin, appoint = await rehearsed(house.vera, house.board, items)
    assert appoint.found is not None
    assert appoint.found.refused == "batches.no_item"
    batch = await applied(house.vera, house.board, [pin])
    log = (await house.desk.tom.ask(GetLog(board=house.board))).acts
    of_items = (await house.desk.tom.ask(GetLog(board=house.board, batch=batch.id))).acts
    told = [act.author for act in (*log, *of_items) if act.batch]
    assert told == [OfficeAuthor(office=Office.MODERATOR)] * 2


async def test_each_citing_counts_once_and_none_is_hidden(moot: Moot) -> None:
    """A batch of two hides cites its clause twice; and whoever hides an act behind a batch, by hand in the
    database, is found out (P8)."""
    house = await open_house(moot)
    thread, first = await start(house.desk.ann, house.board, "Beans")
    posts = [first, await write(house.desk.tom, thread, "Peas")]
    items = await rehearsed(house.vera, house.board, hides(posts))
    batch = await applied(house.vera, house.board, items)
    assert (await house.vera.ask(ListNormsVersions(board=house.board))).cited[0] == len(posts)
    assert not await moot.read(altered_acts)
    set_it = "UPDATE acts SET of_batch = ? WHERE board = ? AND number = ?"
    for method in ("boards.appoint", "batches.start"):
        log = (await house.vera.ask(GetLog(board=house.board))).acts
        number = next(act.number for act in log if act.method == method)
        await moot.change(lambda tx, n=number: tx.execute(set_it, batch.id, house.board, n))
        assert await moot.read(altered_acts)
        await moot.change(lambda tx, n=number: tx.execute(set_it, None, house.board, n))
    assert not await moot.read(altered_acts)
