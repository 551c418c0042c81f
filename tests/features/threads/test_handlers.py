"""Threads, posts and lounges: numbers, wordings, pages, and what a withdrawal leaves."""

import asyncio

import pytest

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.messages import Visibility
from bbs.features.reading.messages import ListMentions, Search
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    LineSaid,
    LineUnsaid,
    ListLines,
    ListPosts,
    ListRecent,
    ListThreads,
    PostEdited,
    PostPublished,
    PostWithdrawn,
    Retitle,
    Say,
    StartThread,
    ThreadPublished,
    ThreadRetitled,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, Gone, NotFound, TextRefused
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write


class TestWriting:
    """Starting and answering."""

    async def test_numbers_count_from_one(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Threads count on their board and posts in their thread, without gaps, at once or not."""
        bob = await seated(moot, "bob", board)
        other = await moot.board(moot.sysop, "kitchen")
        first = await start(ana, board)
        await start(moot.sysop, other)
        second = await start(bob, board)
        await asyncio.gather(
            *(write(line, first.thread) for line in (ana, bob) for _ in range(10)),
            *(write(bob, second.thread) for _ in range(3)),
        )
        threads = (await ana.ask(ListThreads(board=board))).threads
        assert [(one.number, one.posts) for one in threads] == [(2, 4), (1, 21)]
        page = await ana.ask(ListPosts(thread=first.thread))
        assert [post.number for post in page.posts] == list(range(1, 22))

    async def test_a_post_says_whom_it_answers(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """The author of its parent, or without a parent who began the thread; nobody answers
        themselves (protocol 11.3)."""
        bob = await seated(moot, "bob", board)
        await moot.sysop.listen(f"board:{board}")
        thread, first = await start(ana, board)
        await write(bob, thread)
        second = await write(bob, thread, parent=first)
        await write(ana, thread, parent=second)
        await write(ana, thread)
        await write(bob, thread, parent=second)
        told = await moot.sysop.told(PostPublished, 5)
        assert [event.post.answers for event in told] == [ana.id, ana.id, bob.id, None, None]

    async def test_a_thread_is_a_tree(self, ana: Line, board: BoardId) -> None:
        """A post answers a post of its own thread, or the thread (protocol 5)."""
        one, two = await start(ana, board), await start(ana, board)
        answer = await write(ana, one.thread, parent=one.post)
        deeper = await write(ana, one.thread, parent=answer)
        wrong = WritePost(thread=one.thread, post=new_id(), parent=two.post, body="B")
        assert isinstance(await ana.refused(wrong), NotFound)
        missing = WritePost(thread=one.thread, post=new_id(), parent=new_id(), body="B")
        assert isinstance(await ana.refused(missing), NotFound)
        bones = (await ana.ask(GetSkeleton(thread=one.thread))).bones
        assert [(bone.number, bone.parent) for bone in bones] == [(1, None), (2, 1), (3, 2)]
        assert deeper

    async def test_an_id_is_used_once(self, ana: Line, board: BoardId) -> None:
        """Neither a thread's, nor a post's, nor a line's id can be taken again (P12)."""
        one = await start(ana, board)
        again = StartThread(board=board, thread=one.thread, post=new_id(), title="T", body="B")
        assert isinstance(await ana.refused(again), Conflict)
        post = WritePost(thread=one.thread, post=one.post, body="B")
        assert isinstance(await ana.refused(post), Conflict)
        line = new_id()
        await ana.ask(Say(board=board, line=line, body="L"))
        assert isinstance(await ana.refused(Say(board=board, line=line, body="M")), Conflict)

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "   \n ",
            "x" * (limits.BODY_CHARS_MAX + 1),
            "\n" * limits.BODY_LINES_MAX + "x",
            "\x07",
        ],
        ids=["empty", "blank", "long", "tall", "bell"],
    )
    async def test_what_cannot_be_a_post(self, ana: Line, board: BoardId, body: str) -> None:
        """A body is refused whole, with its field, when it is nothing, too much or not text (P13)."""
        one = await start(ana, board)
        for request in (
            StartThread(board=board, thread=new_id(), post=new_id(), title="T", body=body),
            WritePost(thread=one.thread, post=new_id(), body=body),
            EditPost(post=one.post, body=body),
        ):
            refused = await ana.refused(request)
            assert isinstance(refused, TextRefused)
            assert refused.field == "body"

    @pytest.mark.parametrize("title", ["", "two\nlines", "\u202eabc", "x" * 121])
    async def test_what_cannot_be_a_title(self, ana: Line, board: BoardId, title: str) -> None:
        """A title is one clean line (P13)."""
        one = await start(ana, board)
        request = StartThread(board=board, thread=new_id(), post=new_id(), title=title, body="B")
        for refused in (
            await ana.refused(request),
            await ana.refused(Retitle(thread=one.thread, title=title)),
        ):
            assert isinstance(refused, TextRefused)
            assert refused.field == "title"

    async def test_only_those_who_may_read_are_called(self, moot: Moot, ana: Line) -> None:
        """A mention calls members who may read the post, and nobody by code or e-mail (P8)."""
        attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
        body = "@ana @sysanne @nobody `@ana` me@ana.example"
        secret = await start(moot.sysop, attic, body)
        post = (await moot.sysop.ask(ListPosts(thread=secret.thread))).posts[0]
        assert post.mentions == (moot.sysop.id,)
        assert (await ana.ask(ListMentions())).found == ()

    async def test_an_edit_calls_anew(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Whom a post calls is whom its present wording calls (P10)."""
        bob = await seated(moot, "bob", board)
        one = await start(moot.sysop, board, "For @ana")
        await moot.sysop.ask(EditPost(post=one.post, body="For @bob"))
        assert (await ana.ask(ListMentions())).found == ()
        assert [f.post.id for f in (await bob.ask(ListMentions())).found] == [one.post]


class TestRewording:
    """Editing, retitling, withdrawing."""

    async def test_every_wording_stays_readable(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """A published post's earlier wordings are kept with their times, oldest first (P8)."""
        bob = await moot.join("bob")
        one = await start(ana, board, "first")
        times = [moot.clock()]
        for body in ("second", "third"):
            times.append(moot.clock.jump(seconds=60))
            await ana.ask(EditPost(post=one.post, body=body))
        revisions = (await bob.ask(GetHistory(post=one.post))).revisions
        assert [(one.body, one.at) for one in revisions] == [
            (body, instant(at))
            for body, at in zip(("first", "second", "third"), times, strict=True)
        ]
        post = (await bob.ask(ListPosts(thread=one.thread))).posts[0]
        assert (post.edits, post.edited_at) == (2, instant(times[-1]))
        assert post.revision == revisions[-1].revision

    async def test_a_long_history_fits_a_page(self, ana: Line, board: BoardId) -> None:
        """A post reworded for ever is answered with its newest wordings, within a frame (2.2)."""
        one = await start(ana, board)
        for n in range(70):
            await ana.ask(EditPost(post=one.post, body=f"{n} " + "x" * 7_990))
        revisions = (await ana.ask(GetHistory(post=one.post))).revisions
        assert 10 < len(revisions) < 71
        assert (revisions[-1].body or "").startswith("69 ")
        assert len(ana.answers[-1]) < limits.FRAME_TO_CLIENT_BYTES_MAX

    async def test_search_follows_the_wording(self, ana: Line, board: BoardId) -> None:
        """What is found is what is said now: after an edit and a new title too (protocol 9)."""
        one = await start(ana, board, "oldbody", "oldtitle")
        await ana.ask(EditPost(post=one.post, body="newbody"))
        await ana.ask(Retitle(thread=one.thread, title="newtitle"))
        for word, count in (("oldbody", 0), ("oldtitle", 0), ("newbody", 1), ("newtitle", 1)):
            assert len((await ana.ask(Search(query=word))).found) == count, word

    async def test_readers_are_told_each_change(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """Edits, titles and withdrawals are told with the post as it then stands (7.1)."""
        bob = await moot.join("bob")
        await bob.listen(f"board:{board}")
        one = await start(ana, board)
        answer = await write(ana, one.thread)
        edited = await ana.ask(EditPost(post=answer, body="New"))
        retitled = await ana.ask(Retitle(thread=one.thread, title="New"))
        withdrawn = await ana.ask(WithdrawPost(post=answer))
        await bob.told(PostWithdrawn)
        assert bob.events(ThreadPublished)[0].post.id == one.post
        assert bob.events(PostPublished)[0].post.id == answer
        assert bob.events(PostEdited)[0].post == edited.post
        assert bob.events(ThreadRetitled)[0].thread == retitled.thread
        assert bob.events(PostWithdrawn)[0].post == withdrawn.post
        assert [frame.seq for frame in bob.frames] == list(
            range(bob.frames[0].seq, bob.frames[0].seq + 5)
        )

    async def test_a_withdrawal_leaves_a_marker(self, ana: Line, board: BoardId) -> None:
        """Answers stay where they were; of the post itself only number and author are left (P10)."""
        one = await start(ana, board)
        answer = await write(ana, one.thread, "canary", one.post)
        last = await write(ana, one.thread, "kept", answer)
        await ana.ask(WithdrawPost(post=answer))
        posts = (await ana.ask(ListPosts(thread=one.thread))).posts
        assert [(post.number, post.state, post.body) for post in posts] == [
            (1, ContentState.PUBLISHED, "B"),
            (2, ContentState.WITHDRAWN, None),
            (3, ContentState.PUBLISHED, "kept"),
        ]
        assert posts[2].parent == answer
        assert await write(ana, one.thread, "still answered", answer)
        assert isinstance(await ana.refused(EditPost(post=answer, body="Back")), Gone)
        assert last

    async def test_the_title_goes_with_the_first_post(self, ana: Line, board: BoardId) -> None:
        """Withdrawing what opened a thread takes its title; the thread goes on (P9)."""
        one = await start(ana, board, title="Canarytitle")
        await write(ana, one.thread, "goes on")
        await ana.ask(WithdrawPost(post=one.post))
        thread = (await ana.ask(GetThread(thread=one.thread))).thread
        assert (thread.title, thread.state, thread.posts) == (None, ContentState.WITHDRAWN, 2)
        assert isinstance(await ana.refused(Retitle(thread=one.thread, title="Back")), Gone)
        assert (await ana.ask(Search(query="canarytitle"))).found == ()


class TestPages:
    """Reading by page."""

    async def test_a_thread_forwards_and_backwards(self, ana: Line, board: BoardId) -> None:
        """Pages go by number in both directions and say whether there is more (protocol 6.4)."""
        one = await start(ana, board)
        for _ in range(9):
            await write(ana, one.thread)

        async def page(**fields: int) -> tuple[list[int | None], bool, bool]:
            found = await ana.ask(ListPosts(thread=one.thread, **fields))
            return [post.number for post in found.posts], found.more_before, found.more_after

        assert await page(limit=4) == ([1, 2, 3, 4], False, True)
        assert await page(after=4, limit=4) == ([5, 6, 7, 8], True, True)
        assert await page(after=8, limit=4) == ([9, 10], True, False)
        assert await page(before=9, limit=4) == ([5, 6, 7, 8], True, True)
        assert await page(before=5, limit=4) == ([1, 2, 3, 4], False, True)
        assert await page(after=10) == ([], False, False)

    async def test_pages_are_cut_by_bytes(self, ana: Line, board: BoardId) -> None:
        """A page never passes what a frame holds, and going on from it misses nothing (2.2)."""
        one = await start(ana, board)
        for _ in range(80):
            await write(ana, one.thread, "\U0001f331" * 4_000)
        numbers: list[int | None] = []
        after: int = 0
        while True:
            found = await ana.ask(
                ListPosts(thread=one.thread, after=after, limit=limits.PAGE_ITEMS_MAX)
            )
            assert len(ana.answers[-1]) < limits.FRAME_TO_CLIENT_BYTES_MAX
            numbers += [post.number for post in found.posts]
            if not found.more_after:
                break
            after = found.posts[-1].number or 0
        assert numbers == list(range(1, 82))
        recent = await ana.ask(ListRecent(board=board, limit=limits.PAGE_ITEMS_MAX))
        assert recent.next_before == recent.posts[-1].seq
        assert len(ana.answers[-1]) < limits.FRAME_TO_CLIENT_BYTES_MAX

    async def test_threads_newest_first(self, ana: Line, board: BoardId) -> None:
        """A board's threads come by number, newest first, whatever was answered last (P1)."""
        started = [await start(ana, board) for _ in range(5)]
        await write(ana, started[0].thread)
        page = await ana.ask(ListThreads(board=board, limit=3))
        assert [one.number for one in page.threads] == [5, 4, 3]
        rest = await ana.ask(ListThreads(board=board, limit=3, before=page.next_before))
        assert ([one.number for one in rest.threads], rest.next_before) == ([2, 1], None)

    async def test_recent_goes_down_to_a_floor(self, ana: Line, board: BoardId) -> None:
        """A board's posts come by their place in its stream, above a reader's floor (P4)."""
        one = await start(ana, board)
        for _ in range(5):
            await write(ana, one.thread)
        every = (await ana.ask(ListRecent(board=board))).posts
        seqs = [post.seq or 0 for post in every]
        assert seqs == sorted(seqs, reverse=True)
        page = await ana.ask(ListRecent(board=board, above=seqs[4], limit=3))
        assert [post.seq for post in page.posts] == seqs[:3]
        rest = await ana.ask(ListRecent(board=board, above=seqs[4], before=page.next_before))
        assert [post.seq for post in rest.posts] == seqs[3:4]
        assert [thread.id for thread in page.threads] == [one.thread]

    async def test_every_answer_says_what_it_includes(self, ana: Line, board: BoardId) -> None:
        """`as_of` names the stream's seq an answer includes: later events are news to it (6.4)."""
        one = await start(ana, board)
        stream = f"board:{board}"
        for request in (
            ListThreads(board=board),
            ListPosts(thread=one.thread),
            ListRecent(board=board),
            GetThread(thread=one.thread),
            GetSkeleton(thread=one.thread),
            GetHistory(post=one.post),
        ):
            before = (await ana.ask(request)).as_of[stream]
            await write(ana, one.thread)
            assert (await ana.ask(request)).as_of[stream] == before + 1


class TestLounge:
    """Live chat."""

    async def test_lines_by_page(self, ana: Line, board: BoardId) -> None:
        """The newest lines come first to hand, in their order; older ones by number (P1)."""
        for n in range(7):
            await ana.ask(Say(board=board, line=new_id(), body=str(n + 1)))
        page = await ana.ask(ListLines(board=board, limit=3))
        assert [line.body for line in page.lines] == ["5", "6", "7"]
        assert page.more_before
        rest = await ana.ask(ListLines(board=board, before=5, limit=10))
        assert ([line.body for line in rest.lines], rest.more_before) == (
            ["1", "2", "3", "4"],
            False,
        )

    async def test_a_page_of_the_longest_lines_fits_a_frame(
        self, ana: Line, board: BoardId
    ) -> None:
        """However long the lines of a page are, its frame can be received (2.2)."""
        for _ in range(limits.PAGE_ITEMS_MAX):
            await ana.ask(Say(board=board, line=new_id(), body="\U0001f331" * 1_000))
        page = await ana.ask(ListLines(board=board, limit=limits.PAGE_ITEMS_MAX))
        assert len(ana.answers[-1]) < limits.FRAME_TO_CLIENT_BYTES_MAX
        assert page.lines[-1].number == limits.PAGE_ITEMS_MAX
        assert page.more_before == (len(page.lines) < limits.PAGE_ITEMS_MAX)

    async def test_a_line_is_taken_back(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """A line withdrawn is a marker without words, told to the lounge (P9)."""
        bob = await moot.join("bob")
        await bob.listen(f"lounge:{board}")
        line = new_id()
        await ana.ask(Say(board=board, line=line, body="canary @bob"))
        await ana.ask(Unsay(line=line))
        (told,) = await bob.told(LineUnsaid)
        assert (told.line.state, told.line.body, told.line.mentions) == ("withdrawn", None, ())
        assert bob.events(LineSaid)[0].line.mentions == (bob.id,)
        assert "canary" not in str(await moot.dump())

    async def test_ends_are_true_by_the_clock(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """A line is gone from its moment on, swept or not, and its number is not used again (P10)."""
        old = new_id()
        await ana.ask(Say(board=board, line=old, body="old"))
        moot.clock.jump(hours=73)
        assert (await ana.ask(ListLines(board=board))).lines == ()
        assert isinstance(await ana.refused(Unsay(line=old)), Gone)
        await moot.do_jobs()
        assert isinstance(await ana.refused(Unsay(line=old)), NotFound)
        await ana.ask(Say(board=board, line=new_id(), body="new"))
        assert [line.number for line in (await ana.ask(ListLines(board=board))).lines] == [2]
