"""What is left of an author who took old words back, once a claim is carried out (31.6)."""

from bbs.features.packs.claim_views import ClaimAnswer
from bbs.features.threads.messages import ListPosts, WithdrawPost
from bbs.ids import BoardId
from tests.support.claiming import decide, unpack
from tests.support.moot import Line, Moot
from tests.support.people import Person
from tests.support.talk import start, write


async def test_no_name_is_left_of_what_was_taken_back(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Nor on a marker of what had ended before, nor on a thread whose first post had (P9)."""
    dora = Person("dora")
    begun = await start(ana, board, "herons at dawn", "Herons")
    answer = await write(ana, begun.thread, "bitterns")
    other = await start(ana, board, "medlars", "Fruit")
    for ended in (answer, other.post):
        await ana.ask(WithdrawPost(post=ended))
    await unpack(moot, board, {ana.id: [dora]}, handles={ana.id: "dora"})
    threads = (begun.thread, other.thread)
    await decide(moot.line(), dora, ClaimAnswer.TAKEN, threads)
    moot.clock.jump(days=8)
    await moot.do_jobs("erase words taken back by a claim")
    for thread in threads:
        found = await moot.sysop.ask(ListPosts(thread=thread))
        assert {type(post.author).__name__ for post in found.posts} == {"ImportedAuthor"}
    left = await moot.read(
        lambda tx: (
            tx.fetch_all("SELECT 1 FROM texts WHERE body LIKE '%dora%'"),
            tx.fetch_all("SELECT 1 FROM pack_authors WHERE handle IS NOT NULL"),
            tx.fetch_all("SELECT 1 FROM threads WHERE author_kind = 'imported'"),
        )
    )
    assert left == ([], [], [])
