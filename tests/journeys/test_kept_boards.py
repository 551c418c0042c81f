"""A mirror keeps a board whole, and what a lifeboat needs beside it (protocol 29.3, 33.1)."""

from pathlib import Path

import pytest

from bbs.clock import DAY_MS
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import AmendNorms, Clause
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.tags import claim_hash
from bbs.features.threads.messages import StartThread, WithdrawPost, WritePost
from bbs.ids import new_id
from bbs_client.kept_boards import keep_board
from tests.journeys.community import Front, House, house

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


async def begun(folder_house: House) -> tuple[str, str]:
    """Let ana sit in the garden, which has two threads and two versions of its norms."""
    for handle in ("sysanne", "ana"):
        await folder_house.join(handle)
    board, thread = new_id(), new_id()
    sysop = folder_house.voices["sysanne"]
    opening = OpenBoard(board=board, slug="garden", title="G", charter="C.", norms=NORMS, hold_s=0)
    await sysop.call(opening)
    await sysop.call(AmendNorms(board=board, norms=(*NORMS, *NORMS), reason="Twice"))
    await folder_house.voices["ana"].call(TakeSeat(board=board, norms_version=2))
    await sysop.call(
        StartThread(board=board, thread=thread, post=new_id(), title="T", body="Rhubarb")
    )
    for number in range(3):
        await sysop.call(WritePost(thread=thread, post=new_id(), body=f"Old {number}"))
    await sysop.call(
        StartThread(board=board, thread=new_id(), post=new_id(), title="New", body="New")
    )
    return board, thread


def whole(front: Front, board: str) -> bool:
    """Return whether a board is whole in a mirror."""
    return front.cache.board_here(board).is_whole


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))


async def test_a_board_is_kept_whole(tmp_path: Path) -> None:
    """Missing threads and posts come with all versions of the norms, and stays current (33.1)."""
    async with house(tmp_path) as community:
        board, thread = await begun(community)
        front = await community.front("ana", "mirror")
        profile = front.profile.name
        try:
            assert not whole(front, board), "nothing says that there are no older threads"
            # As if all of it were older than what a first sync fetches.
            front.cache.execute("DELETE FROM posts WHERE thread = ?", thread)
            front.cache.execute("DELETE FROM threads WHERE id = ?", thread)
            assert keep_board(profile, board)
            front.link.fetch_kept_boards()
            await front.until(lambda: whole(front, board))
            assert front.cache.missing_norms(board, 2) == []
            post = new_id()
            await community.voices["sysanne"].call(
                WritePost(thread=thread, post=post, body="Later")
            )
            await front.until(lambda: front.cache.post(post) is not None)
            assert whole(front, board)
            await community.voices["sysanne"].call(WithdrawPost(post=post))
            await front.until(lambda: _body(front, post) is None)
            assert whole(front, board)
        finally:
            await front.close()


def _body(front: Front, post: str) -> str | None:
    found = front.cache.post(post)
    return None if found is None else found.body


async def test_the_claim_list_of_the_own_boards_comes_by_itself(tmp_path: Path) -> None:
    """A mirror fetches the list of a board where its member sits, and anew after a week (29.3)."""
    async with house(tmp_path) as community:
        board, _ = await begun(community)
        sysop = community.members["sysanne"].member
        await community.voices["sysanne"].call(SetConsent(board=board, consent=PackConsent.NAMED))
        front = await community.front("ana", "mirror")
        try:
            await front.until(lambda: front.cache.claim_list_at(board) is not None)
            entry = front.cache.claim_list(board)[sysop]
            assert (entry.consent, entry.handle) == (PackConsent.NAMED, "sysanne")
            assert claim_hash("A" * 43) not in entry.hashes
            assert front.cache.consents(board) == {sysop: PackConsent.NAMED}
            made = front.cache.claim_list_at(board)
            assert made is not None
            community.clock.jump(seconds=8 * DAY_MS / 1_000)
            community.cut("ana")
            await front.until(lambda: (front.cache.claim_list_at(board) or 0) > made)
        finally:
            await front.close()
