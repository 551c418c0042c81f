"""Bringing in posts written elsewhere: once, with their dates and names, and without any noise."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bbs.clock import instant
from bbs.features.members.views import ImportedAuthor
from bbs.features.moderation.messages import Acted
from bbs.features.reading.messages import GetUnread, ListMentions, Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    ImportPosts,
    ListPosts,
    ListRecent,
    ListThreads,
    PostPublished,
    ThreadPublished,
    WithdrawPost,
)
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, NotAllowed, NotFound, TextRefused
from bbs_server.store.removals import REMOVALS, read_entries
from tests.support.kept import bytes_in
from tests.support.moot import PATIENCE_S, Moot, open_moot
from tests.support.talk import seated, write

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
    (started,), posted = await ana.told(ThreadPublished), await ana.told(PostPublished, 2)
    assert [started.post, *(event.post for event in posted)] == list(page.posts)
    seqs = [post.seq for post in (await ana.ask(ListRecent(board=board))).posts]
    assert seqs == [frame.seq for frame in reversed(ana.frames) if frame.kind != Acted.kind]


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
    assert (await moot.read(lambda tx: tx.fetch_one("SELECT count(*) FROM posts"))) == (0,)


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


async def test_a_subject_of_its_own_is_kept_and_found(moot: Moot, board: BoardId) -> None:
    """A mail's subject stays with its post where it differs from the thread's title: readers are
    told it and search finds it; the thread's own is not kept twice, nor an empty one."""
    ana = await moot.join("ana")
    await ana.listen(f"board:{board}")
    thread = new_id()
    titles = (
        "[PATCH 0/2] Frost",
        "[PATCH 1/2] Quince",
        "[patch 0/2]  FROST",
        "",
        "[PATCH 2/2] Zest",
    )
    mails = tuple(mail(thread, title=title, body="Words") for title in titles)
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    page = await ana.ask(ListPosts(thread=thread))
    assert page.thread.title == titles[0]
    assert [post.subject for post in page.posts] == [None, titles[1], None, None, titles[4]]
    assert [event.post for event in await ana.told(PostPublished, 4)] == list(page.posts[1:])
    for word, number in (("quince", 2), ("zest", 5), ("frost", 1)):
        (found,) = (await ana.ask(Search(query=word))).found
        assert found.post == page.posts[number - 1]
    bo = await moot.join("bo")
    await bo.listen(f"board:{board}", cursor=0)
    assert [event.post for event in await bo.told(PostPublished, 4)] == list(page.posts[1:])


async def test_a_bad_subject_refuses_the_mail(moot: Moot, board: BoardId) -> None:
    """A subject is a title: one line within its limit, whichever post it stands above (P13)."""
    first, _, _ = talk()
    for bad in ("two\nlines", "\x1b[2J", "x" * 200):
        request = ImportPosts(board=board, posts=(first, mail(first.thread, title=bad)))
        assert isinstance(await moot.sysop.refused(request), TextRefused), bad


async def test_a_subject_goes_with_its_post(tmp_path: Path) -> None:
    """Purged, a subject is in no file, no search and no answer any more, and the record keeps a
    restore from bringing it back; it does not return with a later mail either (P10)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        thread = new_id()
        first, second = mail(thread, title="Heliotrope"), mail(thread, title="Quincunx")
        await moot.sysop.ask(ImportPosts(board=board, posts=(first, second)))
        for one in (second, first):
            await moot.sysop.carry(
                Purge(post=one.id, law="Art. 17 GDPR", reason="A court wants it")
            )
        page = await moot.sysop.ask(ListPosts(thread=thread))
        assert [post.subject for post in page.posts] == [None, None]
        assert (await moot.sysop.ask(Search(query="quincunx"))).found == ()
        async with asyncio.timeout(PATIENCE_S):
            while any(word in bytes_in(tmp_path) for word in (b"Quincunx", b"Heliotrope")):
                await moot.read(lambda tx: None)
        # Bodies, subject, title, and the one author's name.
        assert sum(len(entry.purged) for entry in read_entries(tmp_path / REMOVALS)) == 5
        late = mail(thread, title="Heliotrope")
        await moot.sysop.ask(ImportPosts(board=board, posts=(late,)))
        assert (await moot.sysop.ask(ListPosts(thread=thread))).posts[-1].subject is None


async def test_a_subject_fades_with_its_post(moot: Moot) -> None:
    """A faded post says neither its words nor its subject (P10)."""
    board = await moot.board(moot.sysop, "shed", retention_days=1)
    thread = new_id()
    mails = (mail(thread), mail(thread, title="Quincunx"))
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    moot.clock.jump(days=2)
    for erased in (False, True):
        if erased:
            await moot.do_jobs()
        page = await moot.sysop.ask(ListPosts(thread=thread))
        assert [post.subject for post in page.posts] == [None, None]
        assert (await moot.sysop.ask(Search(query="quincunx"))).found == ()


async def test_an_imported_thread_is_as_old_as_its_last_mail(moot: Moot, board: BoardId) -> None:
    """Nothing was said on the day of an import: the newest mail counts, a date ahead of the import
    counts as the import, and what a member answers counts as ever (P1)."""
    ana = await seated(moot, "ana", board)
    thread = new_id()
    day = timedelta(days=1)
    mails = (mail(thread), mail(thread, at=AT + 2 * day), mail(thread, at=AT + day))
    await moot.sysop.ask(ImportPosts(board=board, posts=mails))
    ahead = mail(new_id(), at=instant(moot.clock()) + 3 * day)
    await moot.sysop.ask(ImportPosts(board=board, posts=(ahead,)))
    newest, old = (await ana.ask(ListThreads(board=board))).threads
    assert old.last_at == AT + 2 * day
    post = (await ana.ask(ListPosts(thread=ahead.thread))).posts[0]
    assert newest.last_at == post.visible_at
    moot.clock.jump(hours=1)
    await write(ana, thread, "Still true.")
    (_, old) = (await ana.ask(ListThreads(board=board))).threads
    assert old.last_at == (await ana.ask(ListPosts(thread=thread))).posts[-1].visible_at
