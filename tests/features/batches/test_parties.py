"""Who is party to a case that an item decides gives no second key to its batch (P6, protocol 22.7, 26.6)."""

from bbs import limits
from bbs.features.batches.messages import StartBatch
from bbs.features.cases.views import SanctionKind
from bbs.features.proposals.messages import ListProposals
from bbs.refusals import NoSay
from tests.features.batches.plans import added, item, page, rehearsed
from tests.features.cases.court import decision, heard, written
from tests.features.cases.desk import open_desk
from tests.features.proposals.motions import back, moved, second, sysop_again
from tests.support.moot import Moot


async def test_who_reported_it_gives_no_key(moot: Moot) -> None:
    """A moderator who reported the words has no say, in a batch as little as alone; another gives the key, and
    whom it concerns is told meanwhile, as ever (15.11)."""
    desk = await open_desk(moot)
    moot.clock.jump(days=limits.GUEST_DAYS + 1)
    await sysop_again(moot)
    for name in ("vera", "mo", "warden", "ann", "tom", "rita"):
        setattr(desk, name, await back(moot, getattr(desk, name)))
    await desk.vera.ask(decision(await heard(desk), SanctionKind.WORD))
    case = await heard(desk, await written(desk), reporter=desk.mo)
    items = [item(decision(case, SanctionKind.SILENCE, days=30))]
    items = await rehearsed(desk.vera, desk.board, items)
    batch, digest = await added(desk.vera, desk.board, items)
    told = await moved(desk.vera, StartBatch(board=desk.board, batch=batch, digest=digest))
    [seen] = (await desk.tom.ask(ListProposals(board=desk.board))).proposals
    assert seen.id == told.proposal
    assert not (await desk.ann.ask(ListProposals(board=desk.board))).proposals
    refused = await desk.mo.refused(second(desk.mo, told))
    assert isinstance(refused, NoSay), refused
    assert "you reported this" in str(refused)
    await desk.warden.ask(second(desk.warden, told))
    await moot.do_jobs("batches")
    assert (await page(desk.vera, batch)).batch.done == 1
