"""The display name of a removed newcomer is in no answer and no replay, before it is erased too (protocol 24.4)."""

from contextlib import suppress

import pytest

from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import Appoint, ListSeats
from bbs.features.cases.judging_messages import LiftSanction
from bbs.features.members.about_messages import GetProfile
from bbs.features.members.messages import ChangeName, ListMembers
from bbs.features.threads.messages import ListPosts, Thank
from bbs.ids import COMMONS
from bbs.streams import board_stream, lounge_stream, member_stream
from bbs.wire.messages import Sync
from tests.features.cases.desk import Desk, open_desk
from tests.features.cases.test_removing import _removed
from tests.features.proposals.motions import back
from tests.support.moot import Line, Moot

NAME = "Quetzalcanary"


@pytest.fixture
async def desk(moot: Moot) -> Desk:
    """A board with two moderators; tom, who wrote what is reported, is new."""
    desk = await open_desk(moot)
    await moot.sysop.ask(Appoint(board=COMMONS, member=desk.mo.id))
    await desk.tom.ask(ChangeName(name=NAME))
    await desk.tom.ask(Thank(post=desk.thread.post))
    return desk


async def _sent(desk: Desk, line: Line) -> bytes:
    """Return all that a member is sent who comes anew, reads everything and replays every stream."""
    fresh = await back(desk.moot, line)
    before = len(fresh.answers)
    for stream in (
        *(board_stream(COMMONS), board_stream(desk.board), lounge_stream(desk.board)),
        *(lounge_stream(COMMONS), member_stream(fresh.id)),
    ):
        await fresh.ask(Sync(cursors={stream: 0}))
    for request in (
        *(ListMembers(), GetProfile(member=desk.tom.id), ListSeats(board=desk.board)),
        ListPosts(thread=desk.thread.thread),
    ):
        with suppress(FolkmootError):
            await fresh.ask(request)
    await fresh.settle()
    return b"\n".join([*fresh.answers[before:], *fresh.tape.frames])


async def test_a_removed_newcomers_name_comes_in_no_replay(desk: Desk) -> None:
    """Told to nobody from the act on: also not by the events of joining and of thanks that are kept."""
    assert NAME.encode() in await _sent(desk, desk.rita)
    case = await _removed(desk)
    assert NAME.encode() not in await _sent(desk, desk.rita)
    await desk.moot.do_jobs()
    for line in (desk.rita, desk.ann, desk.vera):
        assert NAME.encode() not in await _sent(desk, line)
    await desk.warden.ask(LiftSanction(case=case, reason="I was wrong"))
    await desk.moot.do_jobs()
    assert NAME.encode() in await _sent(desk, desk.rita)
