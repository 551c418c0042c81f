"""A decision that takes two keys waits with its case, and not with a plan (protocol 23, 26.3)."""

from bbs import limits
from bbs.features.cases.views import SanctionKind
from tests.features.batches.plans import item, rehearsed
from tests.features.cases.court import decision, heard, written
from tests.features.cases.desk import open_desk
from tests.features.proposals.motions import back, sysop_again
from tests.support.moot import Moot


async def test_a_grave_decision_is_sent_alone(moot: Moot) -> None:
    """While a decision waits, nobody else decides its case and a hold goes on; so it is no item of a plan.

    A decision that one person makes is an item as any other.
    """
    desk = await open_desk(moot)
    moot.clock.jump(days=limits.GUEST_DAYS + 1)
    await sysop_again(moot)
    for name in ("vera", "mo", "warden", "ann", "tom", "rita"):
        setattr(desk, name, await back(moot, getattr(desk, name)))
    first = await heard(desk)
    [by_one] = await rehearsed(desk.vera, desk.board, [item(decision(first, SanctionKind.WORD))])
    assert by_one.found is not None
    assert by_one.found.refused is None
    await desk.vera.ask(decision(first, SanctionKind.WORD))
    case = await heard(desk, await written(desk), reporter=desk.mo)
    grave = item(decision(case, SanctionKind.SILENCE, days=30))
    [by_two] = await rehearsed(desk.vera, desk.board, [grave])
    assert by_two.found is not None
    assert by_two.found.refused == "batches.no_item"
    assert "send it alone" in (by_two.found.why or "")
