"""What a member writes comes back twice: as an answer, and as an event to all."""

from pathlib import Path

from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs_client.session.events import MirrorChanged
from tests.journeys.community import house


async def test_own_words_change_the_mirror_once(tmp_path: Path) -> None:
    """The server's answer and its event show the same views: the screen is drawn again once (6.4)."""
    async with house(tmp_path) as community:
        await community.join("ana")
        front = await community.front("ana", "laptop")
        start = StartThread(board=COMMONS, thread=new_id(), post=new_id(), title="T", body="B")
        front.link.submit(start, "threads")
        await front.until(lambda: not front.outbox.pending())
        # The next event of the stream: when it is here, the first one was folded.
        later = WritePost(thread=start.thread, post=new_id(), body="And?")
        await community.voices["ana"].call(later)
        await front.until(lambda: front.cache.post(later.post) is not None)
        # The rest of the first fetch may come between; it tells of boards, too.
        news = [
            one
            for one in front.news
            if isinstance(one, MirrorChanged) and "boards" not in one.tables
        ]
        assert len([one for one in news if start.thread in one.threads]) == 2
        await front.close()
