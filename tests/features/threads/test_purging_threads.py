"""A thread that a law wants gone: hidden with the first commit, erased in slices, never back (P10)."""

from pathlib import Path

import msgspec

from bbs.clock import instant
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Resume
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    GetUnread,
    ListMentions,
    ListSaved,
    Resolve,
    SavePost,
    Search,
)
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    ImportPosts,
    ListPosts,
    ListRecent,
    ListThanks,
    ListThreads,
    Retitle,
    Thank,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState, Mail
from bbs.ids import BoardId, new_id
from bbs.refusals import Gone
from bbs.streams import board_stream, member_stream
from bbs_server.composition import JOBS
from bbs_server.store.api import GoneThread
from bbs_server.store.hops import Hops
from bbs_server.store.removals import REMOVALS, RemovalEntry, read_entries
from bbs_server.store.removals_lines import MARK
from tests.features.threads.test_purge import LAW, SECRETS, WHY, _garden
from tests.support.kept import bytes_in
from tests.support.moments import SlowClock
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import secret
from tests.support.talk import start, write

SUBJECT, NAME = "heliotrope", "Perdita Vermilion"
WORDS = (*SECRETS, SUBJECT, NAME)
LEFT = "SELECT count(*) FROM posts WHERE body_text IS NOT NULL AND thread = ?"


async def _hidden(moot: Moot, ana: Line) -> tuple[BoardId, str, list[str]]:
    """Let a thread of ana's be purged, and erase nothing yet but what opens it.

    Of its five posts two mention the sysop, one of which is thanked for and the other one reworded,
    one answers a post of the sysop's, and one came from a mail.
    """
    board, sysop = await _garden(moot, ana), moot.sysop
    await sysop.ask(TakeSeat(board=board, norms_version=1))
    thread, first = await start(ana, board, SECRETS[0], SECRETS[1])
    posts = [first, *[await write(ana, thread, f"{SECRETS[2]} @sysanne") for _ in range(2)]]
    await ana.ask(EditPost(post=posts[2], body=f"{SECRETS[2]} again @sysanne"))
    posts.append(await write(sysop, thread, SECRETS[2], parent=first))
    posts.append(await write(ana, thread, SECRETS[2], parent=posts[3]))
    mail = Mail(
        id=new_id(),
        thread=thread,
        title=SUBJECT,
        author=NAME,
        at=instant(moot.clock()),
        body=SECRETS[2],
    )
    await sysop.ask(ImportPosts(board=board, posts=(mail,)))
    await sysop.ask(SavePost(post=posts[1]))
    await sysop.ask(Thank(post=posts[1]))
    await sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
    return board, thread, [*posts, mail.id]


async def _looked(board: BoardId, thread: str, *lines: Line) -> list[object]:
    """Return all that lines are shown of a thread that is purged; what they listen to comes again."""
    found: list[object] = []
    for line in lines:
        await line.listen(board_stream(board), member_stream(line.id), cursor=0)
        found += [
            (await line.ask(ListPosts(thread=thread))).posts,
            (await line.ask(GetThread(thread=thread))).thread,
            (await line.ask(ListThreads(board=board))).threads,
            (await line.ask(GetSkeleton(thread=thread))).bones,
            (await line.ask(ListRecent(board=board))).posts,
            *[(await line.ask(Search(query=word))).found for word in (*SECRETS, SUBJECT)],
            (await line.ask(GetUnread())).threads,
            (await line.ask(GetRound())).round.stops,
            (await line.ask(GetInbox())).items,
            (await line.ask(ListMentions())).found,
            (await line.ask(ListThanks())).thanks,
            (await line.ask(Resolve(address="garden/1/2"))).post,
            (await line.ask(ListSaved())).found,
        ]
    return found


async def test_a_purged_thread_is_hidden_at_once(tmp_path: Path) -> None:
    """From the first commit on nobody is shown a word, however they ask; what is shown until the
    words are erased is what is shown afterwards (P10, protocol 12.2)."""
    async with open_moot(tmp_path) as moot:
        ana, sysop = await moot.join("ana"), moot.sysop
        board, thread, posts = await _hidden(moot, ana)
        assert await moot.read(lambda tx: tx.fetch_all(LEFT, thread)) == [(len(posts) - 1,)]
        sysop.answers.clear()
        ana.answers.clear()
        hidden = await _looked(board, thread, ana, sysop)
        for request in (
            EditPost(post=posts[1], body="Again"),
            WithdrawPost(post=posts[1]),
            GetHistory(post=posts[2]),
            Retitle(thread=thread, title="Again"),
            WritePost(thread=thread, post=posts[1], body="Again"),
        ):
            refused = await ana.refused(request)
            assert isinstance(refused, Gone), request.method
            assert refused.state == "purged"
        assert isinstance(await sysop.refused(Thank(post=posts[1])), Gone)
        sent = ana.sent + sysop.sent
        assert not any(word.encode() in sent for word in WORDS)
        await moot.do_jobs()
        assert await moot.read(lambda tx: tx.fetch_all(LEFT, thread)) == [(0,)]
        assert await _looked(board, thread, ana, sysop) == hidden


async def test_an_answer_given_again_has_no_word_of_a_hidden_thread(tmp_path: Path) -> None:
    """The stored answer of the command that wrote a post shows nothing of it either (P10, P12)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, _ = await start(ana, board, "B")
        write = WritePost(thread=thread, post=new_id(), body=SECRETS[0], op=new_id())
        assert (await ana.ask(write)).post.body == SECRETS[0]
        await moot.sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
        assert (await ana.ask(write)).post.body is None


async def test_the_board_is_told_with_the_first_commit(tmp_path: Path) -> None:
    """The event of the first commit names the thread, what opens it, and up to where it goes; what
    follows names the posts, for clients of the version before (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, first = await start(ana, board, "B")
        second = new_id()
        await ana.ask(WritePost(thread=thread, post=second, body="C"))
        await ana.listen(board_stream(board), member_stream(ana.id))
        await moot.sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
        assert [_facts(told) for told in await ana.told(TextPurged, 2)] == [
            (thread, 2, [first])
        ] * 2
        await moot.do_jobs()
        told = await ana.told(TextPurged, 4)
        assert [_facts(one) for one in told[2:]] == [(thread, None, [second])] * 2
        assert {(one.law, one.reason) for one in told} == {(LAW, WHY)}
        by = {frame.author for frame in ana.frames if frame.kind == TextPurged.kind}
        assert by == {MemberAuthor(id=moot.sysop.id)}


def _facts(told: TextPurged) -> tuple[str | None, int | None, list[str]]:
    return told.thread, told.upto, [post.id for post in told.posts]


async def test_erasing_goes_on_after_a_start(tmp_path: Path) -> None:
    """A server that ends between two slices goes on where it was: nothing is shown meanwhile, what
    was written later stays, and no byte of the words does (P10)."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        ana = await moot.join("ana")
        _, thread, posts = await _hidden(moot, ana)
        token = secret(ana.person.session)
        [job] = [job for job in JOBS if job.name == "erase what is purged"]
        for _ in range(3):
            await moot.running.dispatcher.execute_as_system(job.run)
        assert await moot.read(lambda tx: tx.fetch_all(LEFT, thread)) == [(len(posts) - 3,)]
        await ana.ask(WritePost(thread=thread, post=new_id(), body="Later"))
    async with open_moot(tmp_path) as moot:
        line = moot.line()
        await line.ask(Resume(token=token))
        page = await line.ask(ListPosts(thread=thread))
        assert [post.body for post in page.posts] == [*[None] * len(posts), "Later"]
        await moot.do_jobs()
        assert (await line.ask(ListPosts(thread=thread))).posts == page.posts
        assert await moot.running.dispatcher.store.run_maintenance()
        assert not any(word.encode() in bytes_in(tmp_path) for word in WORDS)
        purged = [key for entry in read_entries(tmp_path / REMOVALS) for key in entry.purged]
        assert len(purged) == len(posts) + len(
            ("title", "subject", "earlier wording", "imported name", "who thanked")
        )


async def test_a_purge_that_was_never_acknowledged_is_followed(tmp_path: Path) -> None:
    """Killed between the record and the first commit of a thread's purge: the next start erases what
    the line names, and nothing that was written after it (P10)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        board = await _garden(moot, ana)
        thread, post = await start(ana, board, SECRETS[0], SECRETS[1])
        [(n, at)] = await moot.read(
            lambda tx: tx.fetch_all("SELECT n, at FROM posts WHERE id = ?", post)
        )
        moot.clock.jump(seconds=60)
        await ana.ask(WritePost(thread=thread, post=new_id(), body="Later"))
        token = secret(ana.person.session)
    line = RemovalEntry(at=at, threads=(GoneThread(thread, n + 1, at),))
    _append(tmp_path / REMOVALS, msgspec.json.encode(line) + b"\n")
    async with open_moot(tmp_path) as moot:
        reader = moot.line()
        await reader.ask(Resume(token=token))
        page = await reader.ask(ListPosts(thread=thread))
        assert [post.body for post in page.posts] == [None, "Later"]
        assert page.posts[0].state is ContentState.PURGED
    async with open_moot(tmp_path) as moot:
        assert moot.running.dispatcher.store.removals.behind is None  # type: ignore[attr-defined]  # of SQLite's


async def test_a_purge_whose_commit_came_is_only_gone_on_with(tmp_path: Path) -> None:
    """Killed between the first commit and its mark: the start takes nothing for lost (P12)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        _, thread, _ = await _hidden(moot, ana)
    record = (tmp_path / REMOVALS).read_bytes()
    assert record.endswith(MARK)
    _cut(tmp_path / REMOVALS, len(MARK))
    async with open_moot(tmp_path) as moot:
        assert moot.running.dispatcher.store.removals.behind is None  # type: ignore[attr-defined]  # of SQLite's
        await moot.do_jobs()
        assert await moot.read(lambda tx: tx.fetch_all(LEFT, thread)) == [(0,)]


def _append(path: Path, line: bytes) -> None:
    with path.open("ab") as file:
        file.write(line)


def _cut(path: Path, count: int) -> None:
    path.write_bytes(path.read_bytes()[:-count])
