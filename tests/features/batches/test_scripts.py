"""A plan that a script applies does what a script may do; a private board's stays there (protocol 26, 27)."""

from msgspec.structs import replace

from bbs.features.batches.messages import BatchChanged, GetBatch, ListBatches
from bbs.features.batches.views import ItemState
from bbs.features.boards.application_messages import DeclineApplication
from bbs.features.members.messages import Resume
from bbs.features.moderation.messages import GetLog
from bbs.features.threads.tending_messages import PinThread
from bbs.ids import COMMONS, BoardId, new_id
from bbs.powers import Way
from bbs.refusals import NotFound
from bbs.streams import board_stream, desk_stream
from tests.features.batches.plans import applied, hides, item, page, rehearsed
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import start
from tests.support.visiting import private_of_others


async def by_script(moot: Moot, line: Line) -> Line:
    """Return a connection of the same device that a script uses."""
    other = moot.line(line.person)
    await other.ask(Resume(token=secret(line.person.session), script=True))
    return other


async def test_a_script_smuggles_no_judgement_in(moot: Moot, board: BoardId, ana: Line) -> None:
    """What only a person decides is refused as an item when a script rehearses it and when a plan that it
    applied is carried out; what it may do says that a script did it (P6, 26.7, 27.2)."""
    script = await by_script(moot, moot.sysop)
    _, post = await start(ana, board)
    decline = item(DeclineApplication(application=new_id(), board=board, word="No"))
    items = await rehearsed(script, board, [decline, *hides([post])])
    assert [each.found.refused for each in items if each.found] == ["person_needed", None]
    batch = await applied(script, board, [replace(each, found=None) for each in items])
    shown = await page(moot.sysop, batch.id)
    assert (batch.way, batch.done, batch.refused) == (Way.SCRIPT, 1, 1)
    assert shown.items[0].refused == "person_needed"
    [act] = (await ana.ask(GetLog(board=board, batch=batch.id))).acts
    assert act.way is Way.SCRIPT


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
