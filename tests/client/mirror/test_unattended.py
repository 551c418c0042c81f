"""A short connection without a surface, while what the member may read changes."""

import asyncio
from pathlib import Path
from typing import Any, cast

from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import GetBoard, ListBoards
from bbs.features.ownership.leaving_messages import LeavingChanged
from bbs.features.ownership.views import LeaveWords, Leaving, LeavingState
from bbs.ids import COMMONS
from bbs.messages import Request
from bbs.sdk.community import Community
from bbs.streams import member_stream
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.keeping import BoardKeeper
from bbs_client.session.sync import MirrorSync
from bbs_client.session.unattended import visit
from tests.client.mirror.model import Model
from tests.client.mirror.scripted import Scripted


class _Networked(Scripted):
    """A community whose answers take a moment, in which events are heard."""

    async def call(self, request: Request[Any], **more: Any) -> Any:
        for _ in range(5):
            await asyncio.sleep(0)
        return await super().call(request, **more)


async def test_a_return_that_is_heard_meanwhile_lets_the_work_begin_anew(tmp_path: Path) -> None:
    """`bbs lifeboat keep` right after `bbs come-back` keeps the board and names no network (33.1, P9)."""
    model = Model()
    community = _Networked(model)
    now = model.clock()
    back = Leaving(
        words=LeaveWords.LEFT,
        state=LeavingState.BACK,
        left_at=instant(now),
        erase_at=instant(now + 7 * DAY_MS),
    )
    times = 0

    def hear_of_it(request: Request[Any]) -> None:
        if isinstance(request, GetBoard) and times == 1 and not told:
            told.append(model.tell(member_stream(model.me.id), LeavingChanged(leaving=back)))
            community.pump()

    told: list[int] = []
    community.before = hear_of_it

    async def work(sync: MirrorSync) -> str:
        nonlocal times
        times += 1
        for _ in range(3):
            await sync.pages.ask(GetBoard(board=COMMONS))
        await sync.pages.ask(ListBoards())
        return "kept"

    mirror = Mirror.open(tmp_path / "mirror.db", model.me.id, model.clock)
    outbox = Outbox.open(tmp_path / "outbox.db")
    boards = BoardKeeper(mirror, frozenset)
    try:
        assert await visit(cast("Community", community), mirror, outbox, boards, work) == "kept"
    finally:
        outbox.close()
        mirror.close()
    assert (len(told), times) == (1, 2)
