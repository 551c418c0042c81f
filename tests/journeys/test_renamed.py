"""A board that was renamed, as two devices have it: addresses of before lead on without a connection."""

from pathlib import Path

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard, OpenBoard
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread
from bbs.features.threads.views import Post
from bbs.ids import new_id
from bbs.testing import FakeClock
from bbs_client.mirror.file import Mirror
from tests.journeys.community import house

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


async def test_both_devices_find_what_an_old_address_names(tmp_path: Path) -> None:
    """A device that saw the rename and one that came later know the old slug, until its end (6.4)."""
    async with house(tmp_path) as community:
        ana = await community.join("ana")
        opening = OpenBoard(
            board=new_id(), slug="garden", title="Garden", charter="Soil.", norms=NORMS, hold_s=0
        )
        await ana.call(opening)
        start = StartThread(
            board=opening.board, thread=new_id(), post=new_id(), title="T", body="See garden/1."
        )
        await ana.call(start)
        early = await community.front("ana", "laptop")
        await early.until(lambda: early.cache.post(start.post) is not None)
        await ana.call(ConfigureBoard(board=opening.board, slug="allotment"))
        await early.until(lambda: early.cache.board_named("allotment") is not None)
        late = await community.front("ana", "phone")
        await late.until(lambda: late.cache.post(start.post) is not None)
        for front in (early, late):
            await front.close()
        for name in ("laptop", "phone"):
            reopened = _offline(community.folder / name, community.clock)
            for slug in ("garden", "allotment"):
                assert reopened.board_named(slug) == opening.board, (name, slug)
                said = reopened.said_at(f"{slug}/1/1")
                assert isinstance(said, Post)
                assert said.id == start.post
            reopened.close()
        community.clock.jump(days=limits.OLD_SLUG_DAYS)
        for name in ("laptop", "phone"):
            reopened = _offline(community.folder / name, community.clock)
            assert reopened.board_named("garden") is None
            assert reopened.board_named("allotment") == opening.board
            reopened.close()


def _offline(folder: Path, clock: FakeClock) -> Mirror:
    return Mirror.open(folder / "mirror.db", None, clock)
