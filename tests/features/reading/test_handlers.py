"""Marks, what is unread, finding by address and by word: only what the reader may read."""

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import LeaveSeat, OfferSeat, TakeSeat
from bbs.features.reading.messages import (
    FloorChanged,
    GetMarks,
    GetUnread,
    ListMentions,
    MarkPosts,
    Resolve,
    Search,
)
from bbs.features.threads.messages import EditPost, Say, WithdrawPost
from bbs.ids import BoardId, PostId, ThreadId, new_id
from bbs.refusals import NotFound
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def private(moot: Moot, member: Line, slug: str = "attic") -> BoardId:
    """Open a private board and seat a member there."""
    board = await moot.board(moot.sysop, slug, visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=board, member=member.id))
    await member.ask(TakeSeat(board=board, norms_version=1))
    return board


async def found(line: Line, query: str, **more: object) -> list[PostId]:
    """Return the posts a search finds."""
    page = await line.ask(Search(query=query, **more))  # type: ignore[arg-type]  # wider or wrong on purpose
    return [one.post.id for one in page.found]


class TestMarks:
    """What one has read."""

    async def test_marks_join_and_part(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Marks are ranges of numbers that join, and part when taken back (P4)."""
        thread, _ = await start(moot.sysop, board)
        for _ in range(8):
            await write(moot.sysop, thread)
        marks = (await ana.ask(MarkPosts(thread=thread, first=1, last=3))).marks
        assert (marks.read, marks.revision, marks.board) == (((1, 3),), 1, board)
        await ana.ask(MarkPosts(thread=thread, first=7, last=9))
        marks = (await ana.ask(MarkPosts(thread=thread, first=4, last=6))).marks
        assert (marks.read, marks.revision) == (((1, 9),), 3)
        marks = (await ana.ask(MarkPosts(thread=thread, first=5, last=5, read=False))).marks
        assert (marks.read, marks.revision) == (((1, 4), (6, 9)), 4)
        again = await ana.ask(MarkPosts(thread=thread, first=1, last=2))
        assert again.marks == marks
        refused = await ana.refused(MarkPosts(thread=thread, first=3, last=2))
        assert isinstance(refused, BadParams)

    async def test_nothing_is_read_before_it_is_written(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """Numbers beyond a thread's end are left out: what comes there later is new (P4, 7.7)."""
        thread, _ = await start(moot.sysop, board)
        await write(moot.sysop, thread)
        marks = (await ana.ask(MarkPosts(thread=thread, first=2, last=10**6))).marks
        assert (marks.read, marks.revision) == (((2, 2),), 1)
        assert (await ana.ask(MarkPosts(thread=thread, first=3, last=4))).marks == marks
        await write(moot.sysop, thread)
        (left,) = (await ana.ask(GetUnread())).threads
        assert left.posts == 2

    async def test_marks_are_bounded(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Beyond a number of ranges the oldest of the smallest are unread again, and no post that was
        never read counts as read (P4)."""
        thread, _ = await start(moot.sysop, board)
        many = limits.MARK_RANGES_MAX + 5
        await moot.change(lambda tx: tx.execute("UPDATE threads SET posts = ?", 2 * many))
        for n in range(many):
            marks = (await ana.ask(MarkPosts(thread=thread, first=2 * n + 1, last=2 * n + 1))).marks
        assert marks.read == tuple((2 * n + 1, 2 * n + 1) for n in range(5, many))

    async def test_a_page_of_marks_fits_a_frame(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """However torn one's marks are, a page of them can be received, and the next asked for."""
        ranges = str([[10_000 + 2 * n, 10_000 + 2 * n] for n in range(limits.MARK_RANGES_MAX)])
        threads = sorted([(await start(moot.sysop, board))[0] for _ in range(150)])
        await moot.change(
            lambda tx: tx.execute_many(
                "INSERT INTO marks (member, thread, board, ranges, upto, revision)"
                " VALUES (?, ?, ?, ?, 0, 1)",
                [(ana.id, thread, board, ranges) for thread in threads],
            )
        )
        seen: list[ThreadId] = []
        after: ThreadId | None = None
        while True:
            page = await ana.ask(GetMarks(after=after))
            assert len(ana.answers[-1]) < limits.FRAME_TO_CLIENT_BYTES_MAX
            seen += [marks.thread for marks in page.marks]
            if (after := page.next_after) is None:
                break
        assert seen == threads

    async def test_marks_of_what_one_may_not_read_are_hidden(self, moot: Moot, ana: Line) -> None:
        """Marks on a private board one left are not shown: not even that it exists (P8)."""
        attic = await private(moot, ana)
        thread, _ = await start(moot.sysop, attic)
        await ana.ask(MarkPosts(thread=thread, first=1, last=1))
        await ana.ask(LeaveSeat(board=attic))
        page = await ana.ask(GetMarks())
        assert attic not in str(page)
        assert isinstance(await ana.refused(MarkPosts(thread=thread, first=1, last=1)), NotFound)


class TestUnread:
    """What is new to one."""

    async def test_a_floor_is_told_on_sitting_down(self, moot: Moot, board: BoardId) -> None:
        """Sitting down sets where new begins, told to one's own devices (P4, 7.5)."""
        bob = await moot.join("bob")
        await start(moot.sysop, board)
        shown = await bob.ask(TakeSeat(board=board, norms_version=1))
        (told,) = await bob.tape.until(
            lambda: [one for one in bob.ephemerals if one.kind == FloorChanged.kind]
        )
        floors = (await bob.ask(GetMarks())).floors
        assert shown.seat.board == board
        assert told.data["floor"] == {"board": board, "seq": floors[-1].seq}

    async def test_unread_is_by_thread_in_order(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """What is unread comes by board and thread number, counted without what was read (P1)."""
        second_board = await moot.board(moot.sysop, "kitchen")
        await ana.ask(TakeSeat(board=second_board, norms_version=1))
        soup, _ = await start(moot.sysop, second_board)
        one, _ = await start(moot.sysop, board)
        two, _ = await start(moot.sysop, board)
        for _ in range(3):
            await write(moot.sysop, one)
        await ana.ask(MarkPosts(thread=one, first=2, last=3))
        unread = (await ana.ask(GetUnread())).threads
        assert [(u.thread, u.posts) for u in unread] == [(one, 2), (two, 1), (soup, 1)]
        only = (await ana.ask(GetUnread(board=second_board))).threads
        assert [u.thread for u in only] == [soup]
        await ana.ask(MarkPosts(thread=one, first=1, last=4))
        assert one not in {u.thread for u in (await ana.ask(GetUnread())).threads}

    async def test_only_ones_own_boards_count(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Nothing is unread on a board one has no seat on (P4)."""
        other = await moot.board(moot.sysop, "kitchen")
        await start(moot.sysop, other)
        assert (await ana.ask(GetUnread())).threads == ()
        assert (await ana.ask(GetUnread(board=other))).threads == ()


class TestAddresses:
    """Finding by address."""

    async def test_everything_has_an_address(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """A board, thread, post, line and member are found by what people type."""
        thread, _ = await start(ana, board)
        second = await write(ana, thread, "second")
        line = new_id()
        await ana.ask(Say(board=board, line=line, body="L"))
        post = await ana.ask(Resolve(address="garden/1/2"))
        assert post.board is not None
        assert post.thread is not None
        assert post.post is not None
        assert (post.board.id, post.thread.id, post.post.id) == (board, thread, second)
        said = await ana.ask(Resolve(address="garden/lounge/1"))
        assert said.line is not None
        assert said.line.id == line
        member = await ana.ask(Resolve(address="@sysanne"))
        assert member.member is not None
        assert member.member.id == moot.sysop.id
        assert (await ana.ask(Resolve(address="garden"))).board == post.board

    async def test_missing_and_private_answer_alike(self, moot: Moot, ana: Line) -> None:
        """What is private answers, byte for byte, as what does not exist (P8)."""
        attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
        await start(moot.sysop, attic)
        for there, nowhere in (
            ("attic", "nowhere"),
            ("attic/1", "nowhere/1"),
            ("attic/1/1", "no/1/1"),
        ):
            answers = [await ana.refused(Resolve(address=one)) for one in (there, nowhere)]
            assert [answer.facts() for answer in answers] == [{"what": "board"}] * 2

    @pytest.mark.parametrize("address", ["garden/9", "garden/1/9", "garden/lounge/9", "@nobody"])
    async def test_what_is_not_there(self, ana: Line, board: BoardId, address: str) -> None:
        """A number nobody used names nothing."""
        await start(ana, board)
        assert isinstance(await ana.refused(Resolve(address=address)), NotFound)

    @pytest.mark.parametrize("address", ["", "/", "garden/x", "a b", "garden/1/2/3", "@", "\x00"])
    async def test_what_is_no_address(self, ana: Line, address: str) -> None:
        """What cannot be an address is told so."""
        refused = await ana.refused(Resolve(address=address))
        assert refused.code == "protocol.bad_params"


class TestSearch:
    """Finding by word."""

    async def test_words_authors_boards_and_days(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """Words, phrases, from:, board:, before: and after: narrow what is found (protocol 9)."""
        kitchen = await moot.board(moot.sysop, "kitchen")
        _, first = await start(ana, board, "tomato soup")
        moot.clock.jump(days=1)
        _, second = await start(moot.sysop, kitchen, "soup of tomato")
        day = "2026-03-02"
        assert await found(ana, "tomato") == [second, first]
        assert await found(ana, '"tomato soup"') == [first]
        assert await found(ana, "soup -of") == [first]
        assert await found(ana, "from:ana") == [first]
        assert await found(ana, "tomato from:@sysanne") == [second]
        assert await found(ana, "tomato board:kitchen") == [second]
        assert await found(ana, f"tomato after:{day}") == [second]
        assert await found(ana, f"tomato before:{day}") == [first]
        assert await found(ana, "board:kitchen tomato", board=board) == [first]
        assert await found(ana, "-tomato") == []

    async def test_words_are_found_however_they_are_written(
        self, ana: Line, board: BoardId
    ) -> None:
        """Beginnings, letters without accents, and signs inside a run find a post (protocol 9.3)."""
        thread, first = await start(ana, board, "Frost in Łódź", "ёлка")
        second = await write(ana, thread, "Python入門 \u2067東京都\u2069, Straße")
        for query in ("fro*", "lodz", "ŁÓDŹ", "елка", "-fru* fros*", '"IN lodz"'):
            assert await found(ana, query) == [first], query
        for query in (
            "京",
            "東京",
            "京都",
            "Python",
            "Python入",
            "門",
            '"門 東京"',
            "STRASSE",
            "stra*",
        ):
            assert await found(ana, query) == [second], query
        for query in ("fro", "fr* -fro*", "都東", "東都", "ython*"):
            assert await found(ana, query) == [], query
        page = await ana.ask(Search(query="f*"))
        assert page.notes == ("f* was taken as a word: write two letters or more before *",)

    async def test_pages_go_on_below(self, ana: Line, board: BoardId) -> None:
        """Finds come newest first, by page, each once (P1)."""
        thread, first = await start(ana, board, "word")
        posts = [first] + [await write(ana, thread, f"word {n}") for n in range(6)]
        seen: list[PostId] = []
        before: int | None = None
        while True:
            page = await ana.ask(Search(query="word", limit=3, before=before))
            seen += [one.post.id for one in page.found]
            if (before := page.next_before) is None:
                break
        assert seen == posts[::-1]

    async def test_only_what_one_may_read_is_found(self, moot: Moot, ana: Line) -> None:
        """Private boards are searched for those inside; unlisted ones where named or one's own (P8)."""
        bob = await moot.join("bob")
        attic = await private(moot, ana)
        _, inside = await start(moot.sysop, attic, "needle")
        shed = await moot.board(moot.sysop, "shed", visibility=Visibility.UNLISTED)
        _, aside = await start(moot.sysop, shed, "needle")
        assert await found(ana, "needle") == [inside]
        assert await found(bob, "needle") == []
        assert await found(bob, "needle board:shed") == [aside]
        assert await found(bob, "needle", board=shed) == [aside]
        await bob.ask(TakeSeat(board=shed, norms_version=1))
        assert await found(bob, "needle") == [aside]
        assert isinstance(await bob.refused(Search(query="needle", board=attic)), NotFound)
        await ana.ask(LeaveSeat(board=attic))
        assert await found(ana, "needle") == []

    async def test_a_private_board_is_noted_like_a_missing_one(self, moot: Moot) -> None:
        """The note about a board that is not here tells nothing of private ones (P8)."""
        bob = await moot.join("bob")
        await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
        notes = [
            (await bob.ask(Search(query=f"x board:{slug}"))).notes for slug in ("attic", "vault")
        ]
        assert notes[0][0].replace("attic", "") == notes[1][0].replace("vault", "")
        assert (await bob.ask(Search(query="x from:nobody"))).notes

    @pytest.mark.parametrize("query", ["", '"', "*", "NEAR(", "from:", "\x00", "a AND", "🌱", "-"])
    async def test_any_text_may_be_asked_for(self, ana: Line, board: BoardId, query: str) -> None:
        """Whatever is typed is answered, never a mistake of ours (protocol 9)."""
        await start(ana, board, "x")
        await ana.ask(Search(query=query))


class TestMentions:
    """Being called."""

    async def test_mentions_come_newest_first(self, moot: Moot, ana: Line, board: BoardId) -> None:
        """Posts that call one are listed by page, as they now stand (P1)."""
        thread, first = await start(moot.sysop, board, "@ana one")
        second = await write(moot.sysop, thread, "@ana two")
        third = await write(moot.sysop, thread, "@ana three")
        await moot.sysop.ask(EditPost(post=second, body="nobody"))
        page = await ana.ask(ListMentions(limit=1))
        assert [one.post.id for one in page.found] == [third]
        rest = await ana.ask(ListMentions(limit=1, before=page.next_before))
        assert ([one.post.id for one in rest.found], rest.next_before) == ([first], None)
        await moot.sysop.ask(WithdrawPost(post=third))
        assert [one.post.id for one in (await ana.ask(ListMentions())).found] == [first]

    async def test_mentions_one_may_not_read_are_hidden(
        self, moot: Moot, ana: Line, board: BoardId
    ) -> None:
        """A call on a private board one left is not shown, and hides no older one (P8)."""
        _, public = await start(moot.sysop, board, "@ana")
        attic = await private(moot, ana)
        thread, _ = await start(moot.sysop, attic, "@ana")
        for _ in range(5):
            await write(moot.sysop, thread, "@ana")
        assert len((await ana.ask(ListMentions())).found) == 7
        await ana.ask(LeaveSeat(board=attic))
        page = await ana.ask(ListMentions(limit=1))
        assert ([one.post.id for one in page.found], page.next_before) == ([public], None)
