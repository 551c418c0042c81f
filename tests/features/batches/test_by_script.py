"""A plan that a moderator's own script applies is judged as what it sends itself (27.2)."""

import pytest

from bbs.batch_refusals import Moved
from bbs.features.cases.views import SanctionKind
from bbs.features.members.messages import Resume
from bbs.features.moderation.messages import GetLog
from bbs.powers import Way
from tests.features.batches.plans import applied, hides, item, rehearsed
from tests.features.cases.court import decision, heard
from tests.features.cases.desk import open_desk
from tests.support.moot import Moot
from tests.support.people import secret
from tests.support.talk import write


async def test_a_script_decides_nothing_in_a_plan(moot: Moot) -> None:
    """The item that a person judges is refused in the rehearsal, and a plan with it, which a person
    rehearsed, is not applied; a plan without it is, and the log says by script (P6, P8)."""
    desk = await open_desk(moot)
    case = await heard(desk)
    post = await write(desk.rita, desk.thread.thread)
    script = moot.line(desk.vera.person)
    await script.ask(Resume(token=secret(desk.vera.person.session), script=True))
    plan = [item(decision(case, SanctionKind.WORD)), *hides([post])]
    items = await rehearsed(script, desk.board, plan)
    first, second = items
    assert first.found is not None
    assert first.found.refused == "person_needed"
    assert second.found is not None
    assert second.found.refused is None
    with pytest.raises(Moved, match="for a person to judge"):
        await applied(script, desk.board, await rehearsed(desk.vera, desk.board, plan))
    assert (await desk.seen(desk.vera, case)).head.sanction is None
    batch = await applied(script, desk.board, [second])
    [act] = (await desk.ann.ask(GetLog(board=desk.board, batch=batch.id))).acts
    assert act.way is Way.SCRIPT
