"""Boards that end: asked about, renewed or archived, and opened again (P3, P8, protocol 19.14)."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_rules import END_TRANSITIONS, moment_text
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState
from bbs.features.boards.messages import Board, BoardConfigured, GetBoard, OpenBoard
from bbs.features.boards.seat_messages import Appoint
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import ArchiveBoard, ReopenBoard
from bbs.features.reading.messages import GetInbox
from bbs.features.reading.views import Notice, NoticeKind
from bbs.features.threads.messages import ListPosts
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import CommandWaits, Conflict, NotFound
from bbs.restricted import Restricted
from bbs_server.features.boards.end_records import find_end
from bbs_server.store.api import Tx
from tests.support.moot import NORMS, Line, Moot
from tests.support.talk import seated, start, write

JOBS = ("ask about ends", "end boards")


async def back(line: Line) -> None:
    """Sign in again, after so long that the session is over."""
    await line.ask(line.person.with_password())


async def ending(moot: Moot, board: BoardId, days: int = 60, **more: AtEnd) -> BoardEnd:
    """Let the moderators set an end."""
    ends_at = instant(moot.clock() + days * DAY_MS)
    await moot.sysop.carry(SetEnd(board=board, ends_at=ends_at, **more))
    end = (await shown(moot.sysop, board)).end
    assert end is not None
    return end


async def shown(line: Line, board: BoardId) -> Board:
    """Return the board as a reader sees it."""
    return (await line.ask(GetBoard(board=board))).board


async def later(moot: Moot, *lines: Line, days: float) -> None:
    """Let days pass with the timed work of each, and sign everybody in again."""
    whole, rest = divmod(days, 1)
    for step in (*[1.0] * int(whole), rest):
        moot.clock.jump(days=step)
        await moot.do_jobs(*JOBS)
    for line in (moot.sysop, *lines):
        await back(line)


async def notices(line: Line) -> list[Notice]:
    """Return what a member was told of ends, newest first."""
    items = (await line.ask(GetInbox())).items
    return [
        item.notice
        for item in items
        if item.notice is not None and item.notice.kind is NoticeKind.ENDS
    ]


class TestAsking:
    """Before the end everybody who sits there is asked, once."""

    async def test_its_seat_holders_are_asked_once(
        self, moot: Moot, board: BoardId, ana: Line
    ) -> None:
        """Thirty days before, each finds one notice; who has no seat there finds none (P11)."""
        end = await ending(moot, board)
        stranger = await moot.join("bob")
        await later(moot, ana, stranger, days=29)
        assert (await shown(ana, board)).end == end
        assert await notices(ana) == []
        await later(moot, ana, stranger, days=3)
        asked = (await shown(ana, board)).end
        assert asked is not None
        assert asked.state is EndState.ASKED
        (told,) = await notices(ana)
        assert (told.board, told.until) == (board, end.at)
        assert len(await notices(moot.sysop)) == 1
        assert await notices(stranger) == []

    async def test_many_are_asked_in_slices(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """More seat holders than one transaction tells are all asked, each once."""

        def crowd(tx: Tx) -> None:
            for n in range(limits.ASKED_AT_ONCE_MAX + 20):
                fields = "id, handle, handle_text, name_text, state, joined_at, password"
                sql = f"INSERT INTO members ({fields}) VALUES (?, ?, '', '', 'seated', 0, '')"
                tx.execute(sql, member := new_id(), f"m{n}")
                sql = (
                    "INSERT INTO seats (board, member, state, position) VALUES (?, ?, 'seated', ?)"
                )
                tx.execute(sql, board, member, n + 10)

        await moot.change(crowd)
        await ending(moot, board)
        await later(moot, ana, days=31)
        told = await moot.read(
            lambda tx: tx.fetch_all("SELECT member, count(*) FROM notices GROUP BY member")
        )
        assert len(told) == limits.ASKED_AT_ONCE_MAX + 22
        assert {count for _, count in told} == {1}

    async def test_its_readers_see_it_come(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """Readers are told of the end when it is set, and when members are asked (P8)."""
        await ana.listen(f"board:{board}")
        await ending(moot, board)
        await later(moot, ana, days=31)
        states = [event.board.end.state for event in await ana.told(BoardConfigured, 2)]
        assert states == [EndState.OPEN, EndState.ASKED]


class TestRenewing:
    """Anybody who sits there moves the end, and the log says who."""

    async def test_a_seat_holder_renews_it(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """It goes on for the same time once more; its members are asked again before that (P8)."""
        end = await ending(moot, board)
        await later(moot, ana, days=31)
        renewed = (await ana.ask(Renew(board=board))).board.end
        assert renewed is not None
        assert (renewed.state, renewed.at) == (EndState.RENEWED, end.at + timedelta(days=60))
        (act, *_) = (await ana.ask(GetLog(board=board))).acts
        assert (act.method, act.author) == ("boards.renew", MemberAuthor(id=ana.id))
        assert [change.field for change in act.changes] == ["ends_at"]
        await later(moot, ana, days=60)
        again = (await shown(ana, board)).end
        assert again is not None
        assert again.state is EndState.ASKED
        assert len(await notices(ana)) == 2

    async def test_up_to_a_day(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """A day may be named, within the bounds that moderators have (P3)."""
        await ending(moot, board)
        await later(moot, ana, days=31)
        far = instant(moot.clock() + (limits.ENDS_DAYS_MAX + 1) * DAY_MS)
        refused = await ana.refused(Renew(board=board, until=far))
        assert isinstance(refused, BadParams)
        assert refused.field == "until"
        until = instant(moot.clock() + 100 * DAY_MS)
        renewed = (await ana.ask(Renew(board=board, until=until))).board.end
        assert renewed is not None
        assert (renewed.at, renewed.days) == (until, 100)

    async def test_only_who_sits_there_and_only_when_asked(
        self, moot: Moot, board: BoardId, ana: Line
    ) -> None:
        """Nobody moves an end that nobody was asked about, and no stranger moves any."""
        assert isinstance(await ana.refused(Renew(board=board)), Conflict)
        await ending(moot, board)
        refused = await ana.refused(Renew(board=board))
        assert "are asked from" in f"{refused}"
        bob = await moot.join("bob")
        await later(moot, ana, bob, days=31)
        assert isinstance(await bob.refused(Renew(board=board)), NotFound)


class TestArchiving:
    """Silence archives, by a time that is proven; nothing is erased."""

    async def test_silence_archives(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """The server archives it in its own name, and every word stays readable (P8, P10)."""
        begun = await start(ana, board, "Turn it.")
        await ending(moot, board)
        await later(moot, ana, days=61)
        end = (await shown(ana, board)).end
        assert end is not None
        assert end.state is EndState.ARCHIVED
        (act, *_) = (await ana.ask(GetLog(board=board))).acts
        assert (act.method, act.author) == ("moderation.archive", SystemAuthor())
        assert "nobody renewed it" in f"{act.reason}"
        with pytest.raises(Restricted):
            await write(ana, begun.thread, "More.")
        assert isinstance(await ana.refused(Renew(board=board)), Conflict)
        page = await ana.ask(ListPosts(thread=begun.thread))
        assert [post.body for post in page.posts] == ["Turn it."]

    async def test_a_clock_set_forward_ends_nothing(self, moot: Moot, board: BoardId) -> None:
        """Members may be asked too early; archiving waits until the time is proven (P10)."""
        await ending(moot, board)
        moot.clock.step(days=100)
        await moot.do_jobs(*JOBS)
        end = await moot.read(lambda tx: find_end(tx, board))
        assert end is not None
        assert end.state == EndState.ASKED

    async def test_a_server_that_was_away_asks_first(
        self, moot: Moot, board: BoardId, ana: Line
    ) -> None:
        """Whoever was never asked is not answered for: the end comes a week after the asking (P11)."""
        await ending(moot, board)
        moot.clock.jump(days=90)
        await moot.do_jobs(*JOBS)
        await back(ana)
        end = (await shown(ana, board)).end
        assert end is not None
        assert end.state is EndState.ASKED
        await later(moot, ana, days=8)
        end = (await shown(ana, board)).end
        assert end is not None
        assert end.state is EndState.ARCHIVED

    async def test_it_is_opened_again(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """Its moderators open it as any archived board; then it has no end (P7)."""
        await ending(moot, board)
        await later(moot, ana, days=61)
        await moot.sysop.ask(ReopenBoard(board=board, reason="Spring came."))
        assert (await shown(ana, board)).end is None
        await start(ana, board, "Seeds")
        await later(moot, ana, days=100)
        assert (await shown(ana, board)).end is None

    async def test_archived_by_hand_it_has_no_end_to_come(
        self, moot: Moot, board: BoardId, ana: Line
    ) -> None:
        """Nobody is asked whether an archived board goes on."""
        await ending(moot, board)
        await moot.sysop.ask(ArchiveBoard(board=board, reason="Done."))
        assert (await shown(ana, board)).end is None
        await later(moot, ana, days=61)
        assert await notices(ana) == []


class TestForgetting:
    """To forget the words of others is grave; retention does it, at the end."""

    async def test_to_forget_is_grave(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """With the words of others there, it waits for others (protocol 15)."""
        await start(ana, board, "Turn it.")
        await seated(moot, "bob", board)
        ends_at = instant(moot.clock() + 60 * DAY_MS)
        command = SetEnd(board=board, ends_at=ends_at, at_end=AtEnd.FORGET)
        assert isinstance(await moot.sysop.refused(command), CommandWaits)
        assert (await shown(ana, board)).end is None
        await moot.sysop.ask(SetEnd(board=board, ends_at=ends_at))

    async def test_an_earlier_end_is_as_grave(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """What is to be forgotten is not forgotten sooner by one alone; later is nobody's loss."""
        await start(ana, board, "Turn it.")
        await ending(moot, board, at_end=AtEnd.FORGET)
        sooner, after = (instant(moot.clock() + days * DAY_MS) for days in (20, 90))
        later_end = SetEnd(board=board, ends_at=after, at_end=AtEnd.FORGET)
        assert (await moot.sysop.ask(later_end)).board.end is not None
        command = SetEnd(board=board, ends_at=sooner, at_end=AtEnd.FORGET)
        assert isinstance(await moot.sysop.refused(command), CommandWaits)

    async def test_at_the_end_retention_forgets(
        self, moot: Moot, board: BoardId, ana: Line
    ) -> None:
        """Words end in that moment for every reader, and are erased by the work of retention (P10)."""
        begun = await start(ana, board, "Turn it.")
        await ending(moot, board, at_end=AtEnd.FORGET)
        await later(moot, ana, days=61)
        page = await ana.ask(ListPosts(thread=begun.thread))
        assert [post.body for post in page.posts] == [None]
        await moot.do_jobs()
        assert b"Turn it." not in b"".join(
            str(row).encode() for rows in (await moot.dump()).values() for row in rows
        )

    async def test_renewed_it_forgets_nothing(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """A renewal moves the forgetting, too (P11)."""
        begun = await start(ana, board, "Turn it.")
        await ending(moot, board, at_end=AtEnd.FORGET)
        await later(moot, ana, days=31)
        await ana.ask(Renew(board=board))
        await later(moot, ana, days=40)
        await moot.do_jobs()
        page = await ana.ask(ListPosts(thread=begun.thread))
        assert [post.body for post in page.posts] == ["Turn it."]


class TestSetting:
    """What moderators may set, and what not."""

    async def test_it_is_in_the_log(self, moot: Moot, board: BoardId) -> None:
        """An end, another one and none are told with what was before (P8)."""
        end = await ending(moot, board)
        await moot.sysop.ask(SetEnd(board=board))
        gone, came, *_ = (await moot.sysop.ask(GetLog(board=board))).acts
        assert [(change.field, change.after) for change in came.changes] == [
            ("ends_at", moment_text(end.at))
        ]
        assert [(change.before, change.after) for change in gone.changes] == [
            (moment_text(end.at), None)
        ]

    async def test_the_same_again_is_no_change(self, moot: Moot, board: BoardId) -> None:
        """An end that stands already leaves no act."""
        end = await ending(moot, board)
        acts = (await moot.sysop.ask(GetLog(board=board))).acts
        await moot.sysop.ask(SetEnd(board=board, ends_at=end.at))
        assert (await moot.sysop.ask(GetLog(board=board))).acts == acts

    async def test_a_board_begins_with_an_end(self, moot: Moot, ana: Line) -> None:
        """The end may be set at the opening, and the act of opening says it (P8)."""
        ends_at = instant(moot.clock() + 90 * DAY_MS)
        opening = OpenBoard(
            board=new_id(),
            slug="camp",
            title="Camp",
            charter="Until June.",
            norms=NORMS,
            ends_at=ends_at,
            at_end=AtEnd.FORGET,
        )
        opened = (await moot.sysop.ask(opening)).board.end
        assert opened == BoardEnd(at=ends_at, then=AtEnd.FORGET, days=90)
        assert (await shown(ana, opening.board)).end == opened

    @pytest.mark.parametrize("days", [-1, 6, 401])
    async def test_bad_ends_are_refused(self, moot: Moot, board: BoardId, days: int) -> None:
        """A day that is past, too near or too far is refused by the field's name (P7)."""
        bad = instant(moot.clock() + days * DAY_MS)
        refused = await moot.sysop.refused(SetEnd(board=board, ends_at=bad))
        assert isinstance(refused, BadParams)
        assert refused.field == "ends_at"

    async def test_some_boards_have_no_end(self, moot: Moot, board: BoardId) -> None:
        """The commons is for ever, and what is archived is over."""
        ends_at = instant(moot.clock() + 60 * DAY_MS)
        assert isinstance(
            await moot.sysop.refused(SetEnd(board=COMMONS, ends_at=ends_at)), Conflict
        )
        await moot.sysop.ask(ArchiveBoard(board=board, reason="Done."))
        assert isinstance(await moot.sysop.refused(SetEnd(board=board, ends_at=ends_at)), Conflict)

    async def test_every_move_is_in_the_table(self, moot: Moot, board: BoardId, ana: Line) -> None:
        """What a board goes through in a life with every turn, the table of moves allows."""
        seen: list[EndState | None] = [None]

        async def look() -> None:
            end = (await shown(moot.sysop, board)).end
            seen.append(None if end is None else end.state)

        await ending(moot, board)
        await look()
        await later(moot, ana, days=31)
        await look()
        await ana.ask(Renew(board=board))
        await look()
        await later(moot, ana, days=61)
        await look()
        await later(moot, ana, days=40)
        await look()
        await moot.sysop.ask(ReopenBoard(board=board, reason="Again."))
        await look()
        assert [state and state.value for state in seen] == [
            *(None, "open", "asked", "renewed", "asked", "archived", None)
        ]
        for before, after in pairwise(seen):
            assert after in END_TRANSITIONS[before]


async def test_moderation_alone_is_not_asked_for(moot: Moot, board: BoardId, ana: Line) -> None:
    """A seat holder without an office sets no end; a moderator does (P8)."""
    ends_at = instant(moot.clock() + 60 * DAY_MS)
    refused = await ana.refused(SetEnd(board=board, ends_at=ends_at))
    assert refused.code == "not_allowed"
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    assert (await ana.ask(SetEnd(board=board, ends_at=ends_at))).board.end is not None
