"""Who left the community can do what its doors are for, and nothing else (P9, protocol 28.4)."""

from pathlib import Path

from bbs.errors import FolkmootError
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.ids import new_id
from bbs.messages import Query
from bbs.powers import ROLE_POWERS, Power, Role
from bbs.wire.registry import REQUESTS
from tests.server.asking import ASKING
from tests.server.asking_row import Row
from tests.server.cast import gather
from tests.support.moot import open_moot

_OPEN = {"members.end_session", "ownership.come_back", "ownership.leave"}
"""The commands that are open to who has left."""


async def test_every_request_of_who_left(tmp_path: Path) -> None:
    """Each is a door, or refused with the day until which they can come back."""
    async with open_moot(tmp_path) as moot:
        cast = await gather(moot)
        member = cast.lines["seated"]
        row = Row(
            cast,
            "seated",
            cast.boards["public"],
            "public",
            cast.made("seated", "public", "own"),
            "own",
        )
        asked = {method: ask(row) for method, ask in ASKING.items()}
        await member.ask(Leave(words=LeaveWords.FORMER))
        back = moot.line(member.person)
        await back.ask(member.person.with_password(session=new_id()))
        refused = set()
        for method, request in asked.items():
            if request.needs.power is Power.KNOCK:
                continue
            try:
                await back.ask(request)
            except FolkmootError as error:
                if error.code == "members.leaving":
                    refused.add(method)
    doors = {
        method
        for method in asked
        if REQUESTS[method].needs.power in ROLE_POWERS[Role.LEAVING]
        and (issubclass(REQUESTS[method], Query) or method in _OPEN)
    }
    assert not refused & doors
    assert refused >= {
        method
        for method in asked
        if method not in doors and REQUESTS[method].needs.power is not Power.KNOCK
    } - {"sync"}
