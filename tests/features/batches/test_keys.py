"""A plan that takes two keys waits once, for one person who agrees to all of it (protocol 26.6)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs import limits
from bbs.features.batches.applying import rehearse_items
from bbs.features.batches.messages import GetBatch, StartBatch
from bbs.features.batches.views import Batch, BatchItem, BatchState
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.features.proposals.messages import ListProposals, WithdrawProposal
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import EditPost
from bbs.features.threads.tending_messages import PinThread
from bbs.ids import BatchId
from bbs.refusals import CommandWaits, Conflict, NoSay, NotFound
from bbs_server.features.batches.records import list_grave
from tests.features.batches.plans import WHY, added, hides, item, page, rehearsed
from tests.features.batches.test_running import a_slice, hurried
from tests.features.proposals.court import Court
from tests.features.proposals.motions import moved, second
from tests.support.founded import open_founded
from tests.support.moot import Moot, open_moot
from tests.support.talk import start, write

MANY = 25


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community with a sysop."""
    async with open_founded(tmp_path / "data") as running:
        yield running


async def flood(court: Court, count: int) -> list[str]:
    """Return the posts that ana flooded the board with."""
    thread, first = await start(court.ana, court.board)
    posts = [first]
    for number in range(count - 1):
        court.moot.clock.jump(seconds=5)
        posts.append(await write(court.ana, thread, f"Buy {number}"))
    return posts


async def waits(court: Court, count: int, norm: int = 2) -> tuple[BatchId, CommandWaits]:
    """Return a batch that hides a flood and waits, with what it waits for."""
    sysop = court.moot.sysop
    items = hides(await flood(court, count), norm)
    items = list(await rehearse_items(sysop.ask, court.board, tuple(items)))
    batch, digest = await added(sysop, court.board, items)
    start_it = StartBatch(board=court.board, batch=batch, digest=digest)
    told = await moved(sysop, start_it)
    assert isinstance(await sysop.refused(start_it), CommandWaits | Conflict)
    return batch, told


async def whole(court: Court, batch: BatchId) -> tuple[BatchItem, ...]:
    """Return the items of a batch, as its plan said them."""
    return (await court.moot.sysop.ask(GetBatch(batch=batch, limit=MANY))).items


async def test_one_key_is_enough_for_many(moot: Moot) -> None:
    """Hiding more than one person may alone waits once, however many that are: whoever agrees reads the
    items before, and each act names both (26.6, 15.12)."""
    court = await Court.met(moot, bo_on="")
    batch, told = await waits(court, MANY)
    planned = {
        each.number
        for each in await whole(court, batch)
        if each.item.found and each.item.found.grave
    }
    kept = await moot.read(lambda tx: {row.number for row in list_grave(tx, batch)})
    assert planned == kept == set(range(limits.HIDDEN_BY_ONE_MAX + 1, MANY + 1)), "as the plan said"
    assert "hides more than" not in str(told)
    assert "two keys" in str(told)
    shown = await page(court.bo, batch)
    assert (shown.batch.state, shown.batch.proposal) == (BatchState.WAITING, told.proposal)
    assert len(shown.items) == MANY
    await moot.do_jobs("batches")
    assert (await page(court.bo, batch)).batch.done == 0
    [seen] = (await court.bo.ask(ListProposals(board=court.board))).proposals
    assert (seen.thing.kind, seen.thing.id, seen.thing.count) == (ThingKind.BATCH, batch, MANY)
    await court.bo.ask(second(court.bo, told))
    await moot.do_jobs("batches")
    done: Batch = (await page(moot.sysop, batch)).batch
    assert (done.state, done.done, done.refused) == (BatchState.DONE, MANY, 0)
    acts = (await court.cy.ask(GetLog(board=court.board, batch=batch, limit=50))).acts
    assert len(acts) == MANY
    assert {act.seconded_by for act in acts} == {court.bo.id}
    [line] = [act for act in (await court.cy.ask(GetLog(board=court.board))).acts if act.batch]
    assert line.seconded_by == court.bo.id


async def test_few_hides_take_no_key(moot: Moot) -> None:
    """What takes no key alone takes none together; as many as one person may hide are no more (26.6)."""
    court = await Court.met(moot, bo_on="")
    sysop = moot.sysop
    items = await rehearsed(
        sysop, court.board, hides(await flood(court, limits.HIDDEN_BY_ONE_MAX), 2)
    )
    assert not any(each.found and each.found.grave for each in items)
    batch, digest = await added(sysop, court.board, items)
    await sysop.ask(StartBatch(board=court.board, batch=batch, digest=digest))
    await moot.do_jobs("batches")
    assert (await page(sysop, batch)).batch.done == limits.HIDDEN_BY_ONE_MAX


async def test_whom_it_touches_gives_no_key(moot: Moot) -> None:
    """A moderator whose words an item hides is party to it; nobody else learns of it (26.6, 26.11)."""
    court = await Court.met(moot, bo_on="")
    post = (await start(court.bo, court.board, "Beginners ask silly things")).post
    sysop = moot.sysop
    batch, digest = await added(
        sysop, court.board, await rehearsed(sysop, court.board, hides([post]))
    )
    told = await moved(sysop, StartBatch(board=court.board, batch=batch, digest=digest))
    refusal = await court.bo.refused(second(court.bo, told))
    assert isinstance(refusal, NoSay | NotFound), refusal
    assert isinstance(await court.cy.refused(GetBatch(batch=batch)), NotFound)


async def test_withdrawn_it_is_dropped(moot: Moot) -> None:
    """Nothing was done, the desk reads it, and the same plan can begin anew (26.3, 26.6)."""
    court = await Court.met(moot, bo_on="")
    batch, told = await waits(court, 1, norm=1)
    assert told.proposal is not None
    await moot.sysop.ask(WithdrawProposal(board=court.board, proposal=told.proposal))
    shown = await page(moot.sysop, batch)
    assert shown.batch.state is BatchState.DROPPED
    await moot.do_jobs("batches")
    assert not (await court.cy.ask(GetLog(board=court.board, batch=batch))).acts


async def test_what_turned_grave_is_refused(moot: Moot) -> None:
    """No key was asked for it, so it waits for one alone; the others are done (26.8)."""
    court = await Court.met(moot, bo_on="")
    sysop = moot.sysop
    posts = await flood(court, limits.HIDDEN_BY_ONE_MAX + 2)
    items = await rehearsed(sysop, court.board, hides(posts[2:], 2))
    batch, digest = await added(sysop, court.board, items)
    await sysop.ask(StartBatch(board=court.board, batch=batch, digest=digest))
    for post in posts[:2]:
        await sysop.ask(HidePost(post=post, norm=2, reason=WHY))
    await moot.do_jobs("batches")
    shown = await page(sysop, batch)
    assert shown.batch.done == limits.HIDDEN_BY_ONE_MAX - 2
    assert {each.refused for each in shown.items if each.refused} == {"batches.turned_grave"}


async def test_a_key_is_not_lost_to_another_batch(moot: Moot) -> None:
    """What gets its key while another batch runs on the board runs beside it (26.7)."""
    court = await Court.met(moot, bo_on="")
    batch, told = await waits(court, 1, norm=1)
    other = await rehearsed(court.bo, court.board, hides([await court.post()], 2))
    running, digest = await added(court.bo, court.board, other)
    await court.bo.ask(StartBatch(board=court.board, batch=running, digest=digest))
    await court.bo.ask(second(court.bo, told))
    await moot.do_jobs("batches")
    for each in (batch, running):
        assert (await page(moot.sysop, each)).batch.done == 1


async def test_what_got_its_key_waits_for_what_runs(tmp_path: Path) -> None:
    """On a board one batch runs at a time, also where the key comes while another one runs (26.7)."""
    async with open_moot(tmp_path / "data", hops=hurried()) as moot:
        court = await Court.met(moot, bo_on="")
        batch, told = await waits(court, 2, norm=1)
        threads = [(await start(court.ana, court.board)).thread for _ in range(2)]
        pins = [item(PinThread(thread=thread, reason=WHY)) for thread in threads]
        other, digest = await added(court.bo, court.board, pins)
        await court.bo.ask(StartBatch(board=court.board, batch=other, digest=digest))
        await a_slice(moot)
        await court.bo.ask(second(court.bo, told))
        await moot.do_jobs("batches")
        of_batch = GetLog(board=court.board, batch=batch, limit=50)
        of_other = GetLog(board=court.board, batch=other, limit=50)
        hid = [act.number for act in (await court.cy.ask(of_batch)).acts]
        pinned = [act.number for act in (await court.cy.ask(of_other)).acts]
        assert (len(hid), len(pinned)) == (2, 2)
        assert max(pinned) < min(hid)


async def test_a_key_is_for_the_words_that_were_shown(moot: Moot) -> None:
    """Words that were edited since somebody gave the key are not hidden by it, whatever the plan asked (26.8)."""
    court = await Court.met(moot, bo_on="")
    post = await court.post()
    batch, digest = await added(moot.sysop, court.board, hides([post]))
    told = await moved(moot.sysop, StartBatch(board=court.board, batch=batch, digest=digest))
    await court.bo.ask(second(court.bo, told))
    await court.ana.ask(EditPost(post=post, body="Beginners are most welcome"))
    await moot.do_jobs("batches")
    [each] = (await page(moot.sysop, batch)).items
    assert each.refused == "batches.moved"
