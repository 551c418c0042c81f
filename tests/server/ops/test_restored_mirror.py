"""A client that mirrored the community that was lost meets the one that was restored (protocol 6.5)."""

from pathlib import Path

from bbs.features.threads.messages import WithdrawPost, WritePost
from bbs.ids import COMMONS, new_id
from tests.journeys.community import Front, house
from tests.server.ops.scene import Scene, backed_up, brought_back, signed_in


def _mirrored(front: Front, thread: str) -> list[tuple[int | None, str, str | None, str]]:
    """Return what a mirror has of a thread."""
    posts = front.cache.posts(thread, range(1, 50))
    return [(post.number, post.id, post.body, post.state.value) for post in posts]


async def _shows(front: Front, thread: str, count: int) -> None:
    await front.link.open_thread(thread)
    await front.until(lambda: len(_mirrored(front, thread)) == count)


async def test_a_mirror_of_the_lost_community_shows_the_restored_one(
    scene: Scene, tmp_path: Path
) -> None:
    """It notices the epoch, drops what never came back, and shows what a fresh client shows.

    Posts written after the backup are gone from the mirror, those withdrawn after it too, and new
    ones take the numbers that the lost ones had.
    """
    thread = scene.threads["title-replaced"]
    backup, _ = await backed_up(scene)
    await scene.ana.call(WithdrawPost(post=scene.posts["answer-withdrawn"]))
    lost = await scene.answer(thread, "written-after-the-backup")
    front = await scene.house.front("ana", "mirror")
    await _shows(front, thread, 4)
    assert _mirrored(front, thread)[3][1:3] == (lost, "written-after-the-backup")
    known = front.cache.epoch()
    await front.close()
    done = await brought_back(scene, backup, tmp_path / "second")
    (scene.house.folder / "mirror").rename(tmp_path / "second" / "mirror")
    async with (
        house(tmp_path / "second", clock=scene.house.clock) as again,
        signed_in(again, "ana") as ana,
    ):
        new = new_id()
        await ana.call(WritePost(thread=thread, post=new, body="written-after-the-restore"))
        old, fresh = await again.front("ana", "mirror"), await again.front("ana", "fresh")
        for one in (old, fresh):
            await _shows(one, thread, 4)
        assert (known, old.cache.epoch()) == (scene.house.running.dispatcher.epoch, done.epoch)
        assert _mirrored(old, thread) == _mirrored(fresh, thread)
        assert _mirrored(old, thread)[2:] == [
            (3, scene.posts["answer-withdrawn"], None, "withdrawn"),
            (4, new, "written-after-the-restore", "published"),
        ]
        assert old.cache.cursor(f"board:{COMMONS}") == fresh.cache.cursor(f"board:{COMMONS}")
        for one in (old, fresh):
            await one.close()
    assert b"written-after-the-backup" not in _bytes_of(tmp_path / "second" / "mirror")


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name != "outbox.db")
