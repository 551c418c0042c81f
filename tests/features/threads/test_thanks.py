"""Private thanks: the author sees who and for what; nobody else, and no number, ever does (P2)."""

from datetime import UTC, datetime

from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.threads.messages import (
    AuthorThanked,
    ImportPosts,
    ListPosts,
    ListThanks,
    Thank,
    WithdrawPost,
)
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, new_id
from bbs.refusals import Gone, NobodyToThank
from tests.support.moot import Moot
from tests.support.talk import start


async def test_only_the_author_learns_of_thanks(moot: Moot, board: BoardId) -> None:
    """The author is told once, by name; the post, its readers and all others are told nothing."""
    ana, bob = await moot.join("ana"), await moot.join("bob")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    thread, post = await start(ana, board)
    everywhere = (f"board:{board}", f"member:{bob.id}")
    await ana.listen(f"member:{ana.id}")
    await bob.listen(*everywhere)
    await moot.sysop.listen(f"board:{board}", f"desk:{board}", f"member:{moot.sysop.id}")
    before = await bob.ask(ListPosts(thread=thread))
    for _ in range(2):
        await bob.ask(Thank(post=post))
    [told] = await ana.told(AuthorThanked)
    assert (told.thanks.post, told.thanks.by) == (post, bob.id)
    [listed] = (await ana.ask(ListThanks())).thanks
    assert listed == told.thanks
    for other in (bob, moot.sysop):
        await other.settle()
        assert other.events(AuthorThanked) == []
        assert (await other.ask(ListThanks())).thanks == ()
    assert await bob.ask(ListPosts(thread=thread)) == before
    assert (
        await moot.read(lambda tx: tx.fetch_all("SELECT * FROM ops WHERE member = ?", bob.id)) == []
    )


async def test_thanks_go_with_the_post(moot: Moot, board: BoardId) -> None:
    """Once a post is withdrawn, nothing that is kept tells who thanked for it (P2, P10)."""
    ana, bob = await moot.join("ana"), await moot.join("bob")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    _, post = await start(ana, board)
    await bob.ask(Thank(post=post))
    await ana.ask(WithdrawPost(post=post))
    assert (await ana.ask(ListThanks())).thanks == ()
    assert isinstance(await bob.refused(Thank(post=post)), Gone)
    await ana.listen(f"member:{ana.id}", cursor=0)
    [told] = await ana.told(AuthorThanked)
    assert (told.thanks.post, told.thanks.by) == (post, None)
    rows = await moot.dump()
    assert not any(bob.id in str(row) for row in (*rows["thanks"], *rows["texts"]))
    told_of = [row for row in rows["events"] if "threads.thanked" in row]
    assert len(told_of) == 1
    assert bob.id not in str(told_of)


async def test_nobody_to_thank(moot: Moot, board: BoardId) -> None:
    """One does not thank oneself, nor whoever wrote an imported post, and is told why."""
    _, post = await start(moot.sysop, board)
    refused = await moot.sysop.refused(Thank(post=post))
    assert isinstance(refused, NobodyToThank)
    assert str(refused) == "this post is your own"
    mail = Mail(
        id=new_id(),
        thread=new_id(),
        title="An old thread",
        author="Somebody",
        at=datetime(2001, 1, 1, tzinfo=UTC),
        body="An old mail",
    )
    await moot.sysop.ask(ImportPosts(board=board, posts=(mail,)))
    refused = await moot.sysop.refused(Thank(post=mail.id))
    assert str(refused) == "no member of this community wrote this post"
