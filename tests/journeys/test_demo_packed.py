"""The boards of the demo's community, taken along to another one."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from bbs.cli.demo.demo import sample_server
from bbs.cli.demo.sample.script import BackdatedClock
from bbs.cli.demo.sample.seed import SampleCommunity
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.packs.views import Line, PackAuthor, PackPost, PackThread
from bbs.ids import COMMONS
from bbs.messages import Request
from bbs.sdk.community import Community
from tests.support.moot import open_moot
from tests.support.packing import R, body_of, pack_of, read, signers_of
from tests.support.unpacked import unpack


@dataclass
class DemoSysop:
    """The sysop of the demo."""

    community: Community

    async def ask(self, request: Request[R]) -> R:
        """Send a request and return its answer."""
        return await self.community.call(request)


def words_of(pack: bytes) -> list[Line]:
    """Return the lines of a pack about threads and posts."""
    kinds = (PackThread, PackAuthor, PackPost)
    return [line for line in read(pack) if isinstance(line, kinds)]


async def test_the_demos_boards_are_packed_elsewhere_as_they_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packed, unpacked, packed: the same lines, and a signature more, for each board of the demo (29.7)."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))  # where the visitor's profile goes
    packs: dict[str, tuple[str, bytes]] = {}
    async with AsyncExitStack() as stack:
        clock = BackdatedClock()
        invitation = await stack.enter_async_context(sample_server(tmp_path / "here", clock))
        sample = SampleCommunity(invitation, stack, clock)
        await sample.fill()
        sysop = DemoSysop(next(iter(sample.people.values())))
        for slug, board in sample.boards.items():
            if board.id == COMMONS:
                continue  # it is the community itself
            packs[slug] = board.id, await pack_of(sysop, board.id)
    assert sum(pack.count(b'{"line":"post"') for _, pack in packs.values()) > 50
    async with open_moot(tmp_path / "there") as there:
        for slug, (packed, pack) in packs.items():
            found = await unpack(there, pack, slug, board=packed)
            assert (found.state, found.why) == (UnpackState.OPEN, None), slug
            if slug != "keyholders":
                again = await pack_of(there.sysop, packed)
                assert body_of(again) == body_of(pack), slug
                assert (len(signers_of(pack)), len(signers_of(again))) == (1, 2)
                continue
            # Nobody sits on the private board yet. The sysop's visit stands in its log, and that
            # makes this community a home of the board: a home and an act more.
            visit = EnterBoard(board=packed, norm=1, reason="To see whether all of it came.")
            await there.sysop.ask(visit)
            again = await pack_of(there.sysop, packed)
            assert words_of(again) == words_of(pack)
