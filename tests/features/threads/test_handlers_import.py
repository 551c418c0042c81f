"""Bringing in posts written elsewhere: once, with their dates and names, and without any noise."""

from datetime import UTC, datetime
from typing import Any

from bbs.features.members.views import ImportedAuthor
from bbs.features.reading.messages import GetUnread, ListMentions, Search
from bbs.features.threads.messages import (
    ImportPosts,
    ListPosts,
    ListRecent,
    Posted,
    Started,
    WithdrawPost,
)
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, NotAllowed, NotFound, TextRefused
from tests.support.moot import Moot
from tests.support.talk import seated

AT = datetime(1999, 12, 31, 23, 59, tzinfo=UTC)


def mail(thread: str, **fields: Any) -> Mail:
    """Return a mail to import."""
    given = {"id": new_id(), "thread": thread, "title": "Old", "author": "Zoë", "at": AT}
    return Mail(**{**given, "body": "An old mail", **fields})


def talk() -> tuple[Mail, Mail, Mail]:
    """Return a short conversation: a beginning, an answer, and an answer to that."""
    thread = new_id()
    first = mail(thread)
    second = mail(thread, parent=first.id, author="Yann", body="An answer, @ana")
    return first, second, mail(thread, parent=second.id)


async def test_names_dates_and_tree_are_kept(moot: Moot, board: BoardId) -> None:
    """Imported posts keep who wrote them, when, and what they answered."""
    ana = await moot.join("ana")
    await ana.listen(f"board:{board}")
    mails = talk()
    result = await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    assert (result.added, result.known) == (3, 0)
    page = await ana.ask(ListPosts(thread=mails[0].thread))
    assert [(post.id, post.parent, post.at) for post in page.posts] == [
        (one.id, one.parent, AT) for one in mails
    ]
    authors = [post.author for post in page.posts]
    assert all(isinstance(author, ImportedAuthor) for author in authors)
    assert [getattr(author, "name", None) for author in authors] == ["Zoë", "Yann", "Zoë"]
    assert authors[0] == authors[2] != authors[1]
    assert page.thread.imported
    assert page.thread.title == "Old"
    (started,), posted = await ana.told(Started), await ana.told(Posted, 2)
    assert [started.post, *(event.post for event in posted)] == list(page.posts)
    seqs = [post.seq for post in (await ana.ask(ListRecent(board=board))).posts]
    assert seqs == [frame.seq for frame in reversed(ana.frames)]


async def test_a_second_import_adds_nothing(moot: Moot, board: BoardId) -> None:
    """Sent again, with more, only the new is added; what was taken out stays out (P10, P12)."""
    first, second, third = talk()
    await moot.sysop.ask(ImportPosts(board=board, posts=(first, second)))
    result = await moot.sysop.ask(ImportPosts(board=board, posts=(first, second, third)))
    assert (result.added, result.known) == (1, 2)
    page = await moot.sysop.ask(ListPosts(thread=first.thread))
    assert [post.number for post in page.posts] == [1, 2, 3]


async def test_an_import_makes_no_noise(moot: Moot, board: BoardId) -> None:
    """Imported posts are never unread and call nobody, but they are found (P4)."""
    ana = await seated(moot, "ana", board)
    await moot.sysop.ask(ImportPosts(board=board, posts=talk()))
    assert (await ana.ask(GetUnread())).threads == ()
    assert (await ana.ask(ListMentions())).found == ()
    found = (await ana.ask(Search(query="answer"))).found
    assert [one.post.author for one in found] == [
        ImportedAuthor(id=found[0].post.author.id, name="Yann")  # type: ignore[union-attr]  # known to be there
    ]


async def test_nobody_owns_an_imported_post(moot: Moot, board: BoardId) -> None:
    """Nobody can act as an imported name, not even whoever imported it."""
    mails = talk()
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    refused = await moot.sysop.refused(WithdrawPost(post=mails[0].id))
    assert isinstance(refused, NotAllowed)
    assert refused.own


async def test_one_bad_mail_refuses_them_all(moot: Moot, board: BoardId) -> None:
    """A request is imported whole or not at all; the refusal says what is wrong (P12)."""
    first, second, _ = talk()
    for bad, error in (
        (mail(first.thread, parent=new_id()), NotFound),
        (mail(new_id(), parent=first.id), NotFound),
        (mail(first.thread, body="\x1b[2J"), TextRefused),
        (mail(first.thread, author="two\nlines"), TextRefused),
        (mail(new_id(), title=""), TextRefused),
    ):
        request = ImportPosts(board=board, posts=(first, second, bad))
        assert isinstance(await moot.sysop.refused(request), error)
    assert (await moot.read(lambda tx: tx.one("SELECT count(*) FROM posts"))) == (0,)


async def test_a_thread_stays_on_its_board(moot: Moot, board: BoardId) -> None:
    """Mail cannot be slipped into a thread of another board: reach is the board (P3)."""
    other = await moot.board(moot.sysop, "kitchen")
    first, second, _ = talk()
    await moot.sysop.ask(ImportPosts(board=board, posts=(first,)))
    refused = await moot.sysop.refused(ImportPosts(board=other, posts=(second,)))
    assert isinstance(refused, Conflict)


async def test_imported_words_fade_and_their_events_lose_the_name(moot: Moot) -> None:
    """Imported posts fade like others, their time running from the import (P10)."""
    board = await moot.board(moot.sysop, "shed", retention_days=1)
    mails = talk()
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    moot.clock.jump(days=2)
    await moot.do_jobs()
    page = await moot.sysop.ask(ListPosts(thread=mails[0].thread))
    assert [post.body for post in page.posts] == [None] * 3
    assert page.thread.title is None
