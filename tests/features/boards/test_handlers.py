"""Boards and seats: what each command does, tells and refuses."""

import random
from typing import Any

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import (
    BoardConfigured,
    BoardOpened,
    BoardUnlisted,
    ConfigureBoard,
    GetBoard,
    ListBoards,
    OpenBoard,
    Visibility,
)
from bbs.features.boards.seat_messages import (
    Appoint,
    LeaveSeat,
    ListSeats,
    OfferSeat,
    Seat,
    SeatChanged,
    SeatState,
    TakeSeat,
)
from bbs.features.boards.seat_rules import SEAT_TRANSITIONS
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import Acted
from bbs.features.norms.messages import Clause, GetNorms
from bbs.ids import COMMONS, new_id
from bbs.refusals import CeilingReached, Conflict, NameTaken, NormsFirst, NotFound, TextRefused
from tests.support.moot import NORMS, Line, Moot

COMMONS_STREAM = f"board:{COMMONS}"


@pytest.fixture
async def ana(moot: Moot) -> Line:
    """A member."""
    return await moot.join("ana")


def opening(slug: str = "garden", **fields: Any) -> OpenBoard:
    """Return a request to open a board."""
    given = {"title": slug.title(), "charter": f"About {slug}.", "norms": NORMS, **fields}
    return OpenBoard(board=new_id(), slug=slug, **given)


async def seat_of(line: Line, board: str) -> Seat | None:
    """Return the seat one has on a board."""
    return (await line.ask(GetBoard(board=board))).seat


class TestOpening:
    """Opening boards."""

    async def test_who_opens_a_board_sits_on_it_first(self, moot: Moot, ana: Line) -> None:
        """The opener is its first seat and moderator; its norms are in force at version 1 (P5)."""
        open_ = opening(retention_days=9, seats=5, hold_s=30, lounge_hours=8)
        shown = await moot.sysop.ask(open_)
        assert shown.seat is not None
        assert (shown.seat.state, shown.seat.moderator) == (SeatState.SEATED, True)
        board = (await ana.ask(GetBoard(board=open_.board))).board
        assert board == shown.board
        assert (board.number, board.retention_days, board.seats) == (2, 9, 5)
        assert (board.hold_s, board.lounge_hours, board.norms_version) == (30, 8, 1)
        norms = await ana.ask(GetNorms(board=open_.board))
        assert (norms.version, norms.clauses) == (1, NORMS)

    async def test_a_listed_board_is_told_to_everybody(self, moot: Moot, ana: Line) -> None:
        """A new listed board is told on the commons, with its words; others are not (P8)."""
        await ana.listen(COMMONS_STREAM)
        await moot.sysop.ask(opening("attic", visibility=Visibility.PRIVATE))
        await moot.sysop.ask(opening("shed", visibility=Visibility.UNLISTED))
        open_ = opening("garden")
        await moot.sysop.ask(open_)
        (told,) = await ana.told(BoardOpened)
        assert (told.board.id, told.board.title) == (open_.board, "Garden")

    async def test_slugs_are_unique_for_all(self, moot: Moot) -> None:
        """A slug is one board's, private ones included, and some are never given."""
        await moot.sysop.ask(opening("attic", visibility=Visibility.PRIVATE))
        for slug in ("attic", "commons"):
            assert isinstance(await moot.sysop.refused(opening(slug)), NameTaken)
        for slug in ("", "A", "with space", "ümlaut", "-x", "a/b"):
            refused = await moot.sysop.refused(opening(slug))
            assert refused.code in ("text_refused", "taken", "protocol.bad_params"), slug

    async def test_ids_and_norms_and_words_are_checked(self, moot: Moot) -> None:
        """A board has an id of its own, at least one norm with a why, and clean words (P5, P13)."""
        board = await moot.board(moot.sysop, "garden")
        again = opening("kitchen")
        again = OpenBoard(board=board, slug="kitchen", title="K", charter="C", norms=again.norms)
        assert isinstance(await moot.sysop.refused(again), Conflict)
        assert isinstance(await moot.sysop.refused(opening("x1", norms=())), BadParams)
        blank = (Clause(text="Be kind.", why=""),)
        assert isinstance(await moot.sysop.refused(opening("x2", norms=blank)), TextRefused)
        for field in ("title", "charter"):
            refused = await moot.sysop.refused(opening("x3", **{field: "a\x1b[2J"}))
            assert isinstance(refused, TextRefused)
            assert refused.field == field

    async def test_boards_are_bounded(self, moot: Moot) -> None:
        """There is a number of boards nobody passes, and the refusal names the setting (P3)."""

        def fill(tx: Any) -> None:
            columns = (
                "slug_text, title_text, charter_text, visibility, seats, lounge_hours, opened_at"
            )
            tx.execute(
                f"INSERT INTO boards (id, slug, number, {columns})"
                " WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                " SELECT 'b' || i, 's' || i, i, '', '', '', 'members', 1, 1, 0 FROM n",
                limits.BOARDS_DEFAULT,
            )

        await moot.change(fill)
        refused = await moot.sysop.refused(opening())
        assert isinstance(refused, CeilingReached)
        assert (refused.limit, refused.setting) == (limits.BOARDS_DEFAULT, "boards_max")

    async def test_the_list_is_in_order_of_opening(self, moot: Moot, ana: Line) -> None:
        """Boards are listed by number, the same for everybody with the same rights (P1)."""
        for slug in ("zoo", "attic", "middle"):
            await moot.board(moot.sysop, slug)
        listed = await ana.ask(ListBoards())
        assert [(one.number, one.slug) for one in listed.boards] == [
            (1, "commons"),
            (2, "zoo"),
            (3, "attic"),
            (4, "middle"),
        ]
        assert [seat.board for seat in listed.seats] == [COMMONS]


class TestConfiguring:
    """Changing settings."""

    async def test_what_is_not_named_stays(self, moot: Moot, ana: Line) -> None:
        """Only what is named changes, the revision grows, readers are told (P8)."""
        board = await moot.board(moot.sysop, "garden", retention_days=5)
        await ana.listen(f"board:{board}", COMMONS_STREAM)
        before = (await ana.ask(GetBoard(board=board))).board
        shown = await moot.sysop.ask(ConfigureBoard(board=board, title="Gardens"))
        assert shown.board.title == "Gardens"
        assert shown.board.charter == before.charter
        assert (shown.board.retention_days, shown.board.revision) == (5, before.revision + 1)
        told = await ana.told(BoardConfigured, 2)
        assert [event.board for event in told] == [shown.board] * 2
        assert {frame.stream for frame in ana.frames} == {f"board:{board}", COMMONS_STREAM}

    async def test_old_words_are_gone(self, moot: Moot) -> None:
        """A title or charter that was replaced stays in the acts, to their end, and nowhere else (P10)."""
        board = await moot.board(moot.sysop, "garden", title="Canarytitle", charter="Canarychar")
        await moot.sysop.carry(ConfigureBoard(board=board, title="New", charter="New."))
        moot.clock.jump(days=limits.ACT_DAYS + 1)
        await moot.do_jobs()
        assert "anary" not in str(await moot.dump())

    async def test_a_guarded_change_notices_another(self, moot: Moot) -> None:
        """With `if_revision` a change that did not see the last one is refused (5.6)."""
        board = await moot.board(moot.sysop, "garden")
        await moot.sysop.carry(ConfigureBoard(board=board, seats=3, if_revision=1))
        refused = await moot.sysop.refused(ConfigureBoard(board=board, seats=4, if_revision=1))
        assert isinstance(refused, Conflict)
        assert refused.revision == 2

    async def test_coming_into_view_and_going(self, moot: Moot, ana: Line) -> None:
        """A board that becomes listed is told as opened, one that ceases as unlisted (P8)."""
        board = await moot.board(moot.sysop, "shed", visibility=Visibility.UNLISTED)
        await ana.listen(COMMONS_STREAM)
        for visibility in (Visibility.MEMBERS, Visibility.PRIVATE, Visibility.MEMBERS):
            await moot.sysop.carry(ConfigureBoard(board=board, visibility=visibility))
        assert len(await ana.told(BoardOpened, 2)) == 2
        assert [event.board for event in ana.events(BoardUnlisted)] == [board]
        assert (await ana.ask(GetNorms(board=board))).clauses == NORMS


class TestSeats:
    """Taking, leaving, offering, appointing."""

    async def test_taking_a_seat_accepts_the_norms(self, moot: Moot, ana: Line) -> None:
        """A seat is taken under the version in force, and by no other (P5)."""
        board = await moot.board(moot.sysop, "garden")
        refused = await ana.refused(TakeSeat(board=board, norms_version=2))
        assert isinstance(refused, NormsFirst)
        assert refused.version == 1
        await ana.listen(f"board:{board}", f"member:{ana.id}")
        shown = await ana.ask(TakeSeat(board=board, norms_version=1))
        assert (shown.seat.state, shown.seat.norms_version) == (SeatState.SEATED, 1)
        told = await ana.told(SeatChanged, 2)
        assert [event.seat for event in told] == [shown.seat] * 2

    async def test_taking_it_twice_tells_nothing(self, moot: Moot, ana: Line) -> None:
        """Taking a seat one has changes nothing and is told to nobody."""
        board = await moot.board(moot.sysop, "garden")
        first = await ana.ask(TakeSeat(board=board, norms_version=1))
        before = await moot.dump()
        assert await ana.ask(TakeSeat(board=board, norms_version=1)) == first
        after = await moot.dump()
        assert after["events"] == before["events"]
        assert after["seats"] == before["seats"]

    async def test_seats_are_listed_by_place(self, moot: Moot, ana: Line) -> None:
        """The seated come first, then those who wait, each in the order of asking (P1)."""
        board = await moot.board(moot.sysop, "garden", seats=2)
        bob, cid = await moot.join("bob"), await moot.join("cid")
        for line in (cid, bob, ana):
            await line.ask(TakeSeat(board=board, norms_version=1))
        seats = (await ana.ask(ListSeats(board=board))).seats
        assert [seat.member for seat in seats] == [moot.sysop.id, cid.id, bob.id, ana.id]
        await cid.ask(LeaveSeat(board=board))
        await bob.ask(TakeSeat(board=board, norms_version=1))
        await cid.ask(TakeSeat(board=board, norms_version=1))
        seats = (await ana.ask(ListSeats(board=board))).seats
        assert [(seat.member, seat.state) for seat in seats] == [
            (moot.sysop.id, SeatState.SEATED),
            (bob.id, SeatState.SEATED),
            (ana.id, SeatState.WAITING),
            (cid.id, SeatState.WAITING),
        ]

    async def test_an_offer_keeps_its_place(self, moot: Moot, ana: Line) -> None:
        """If seats become fewer, who was offered one waits, in the place of the offer (P3)."""
        board = await moot.board(moot.sysop, "garden", seats=2)
        bob = await moot.join("bob")
        await moot.sysop.ask(OfferSeat(board=board, member=bob.id))
        await moot.sysop.ask(ConfigureBoard(board=board, seats=1))
        await ana.ask(TakeSeat(board=board, norms_version=1))
        shown = await bob.ask(TakeSeat(board=board, norms_version=1))
        assert shown.seat.state is SeatState.WAITING
        await moot.sysop.ask(ConfigureBoard(board=board, seats=2))
        seats = [await seat_of(line, board) for line in (ana, bob)]
        assert [seat.state for seat in seats if seat] == [SeatState.WAITING, SeatState.OFFERED]

    async def test_there_has_to_be_a_seat(self, moot: Moot, ana: Line) -> None:
        """Leaving, offering to nobody and appointing who does not sit there are refused."""
        board = await moot.board(moot.sysop, "garden")
        assert isinstance(await ana.refused(LeaveSeat(board=board)), NotFound)
        offer = OfferSeat(board=board, member=new_id())
        assert isinstance(await moot.sysop.refused(offer), NotFound)
        appoint = Appoint(board=board, member=ana.id)
        assert isinstance(await moot.sysop.refused(appoint), NotFound)
        await moot.sysop.ask(OfferSeat(board=board, member=ana.id))
        assert isinstance(await moot.sysop.refused(appoint), NotFound)
        await ana.ask(LeaveSeat(board=board))
        assert await seat_of(ana, board) is None

    async def test_appointing_is_told_and_ends(self, moot: Moot, ana: Line) -> None:
        """Making a moderator and ending it are in the board's log, each once (P8)."""
        board = await moot.board(moot.sysop, "garden")
        await ana.ask(TakeSeat(board=board, norms_version=1))
        await ana.listen(f"board:{board}")
        for moderator in (True, True, False):
            await moot.sysop.carry(Appoint(board=board, member=ana.id, moderator=moderator))
        told = await ana.told(SeatChanged, 2)
        assert [event.seat.moderator for event in told] == [True, False]
        acts = [event.act for event in await ana.told(Acted, 2)]
        assert [change.after for act in acts for change in act.changes] == [True, False]
        assert {act.about for act in acts} == {ana.id}

    async def test_who_is_next_is_offered_a_seat_by_nobody(self, moot: Moot, ana: Line) -> None:
        """Whoever makes room, by leaving or by adding seats, is not the author of it (P8)."""
        board = await moot.board(moot.sysop, "garden", seats=2)
        bob, cid = await moot.join("bob"), await moot.join("cid")
        for line in (ana, bob, cid):
            await line.ask(TakeSeat(board=board, norms_version=1))
        await cid.listen(f"board:{board}")
        await ana.ask(LeaveSeat(board=board))
        await moot.sysop.carry(ConfigureBoard(board=board, seats=3))
        told = await cid.told(SeatChanged, 3)
        assert [event.seat.member for event in told] == [ana.id, bob.id, cid.id]
        authors = [frame.author for frame in cid.frames if frame.kind == SeatChanged.kind]
        assert authors == [MemberAuthor(id=ana.id), SystemAuthor(), SystemAuthor()]

    async def test_who_leaves_moderates_no_more(self, moot: Moot, ana: Line) -> None:
        """Power goes with the seat: who comes back sits there like anybody (P8)."""
        board = await moot.board(moot.sysop, "garden")
        await ana.ask(TakeSeat(board=board, norms_version=1))
        await moot.sysop.ask(Appoint(board=board, member=ana.id))
        await ana.ask(LeaveSeat(board=board))
        shown = await ana.ask(TakeSeat(board=board, norms_version=1))
        assert not shown.seat.moderator

    @pytest.mark.parametrize("seed", range(3))
    async def test_seats_keep_their_life_cycle(self, moot: Moot, seed: int) -> None:
        """Whatever is asked in whatever order: only allowed moves, never more than there are (P3)."""
        dice = random.Random(seed)
        board = await moot.board(moot.sysop, "garden", seats=2)
        people = [await moot.join(f"member{n}") for n in range(5)]
        states: dict[str, SeatState | None] = {line.id: None for line in people}
        seats_max = 2
        for _ in range(80):
            line = dice.choice(people)
            seats = dice.randint(1, 4)
            requests: list[tuple[Line, Any]] = [
                (line, TakeSeat(board=board, norms_version=1)),
                (line, LeaveSeat(board=board)),
                (moot.sysop, OfferSeat(board=board, member=line.id)),
                (moot.sysop, ConfigureBoard(board=board, seats=seats)),
            ]
            who, request = dice.choice(requests)
            try:
                await who.carry(request)
            except (Conflict, NotFound):
                continue
            if isinstance(request, ConfigureBoard):
                seats_max = seats
            found = {
                one.member: one.state for one in (await line.ask(ListSeats(board=board))).seats
            }
            grown = 0
            for member, before in states.items():
                now = found.get(member)
                moved = SeatState.LEFT if before is not None and now is None else now
                if moved is not None and moved is not before:
                    assert moved in SEAT_TRANSITIONS[before], (before, moved)
                    grown += moved is SeatState.SEATED
                states[member] = now
            seated = sum(state is SeatState.SEATED for state in found.values())
            waiting = sum(state is SeatState.WAITING for state in found.values())
            kept = sum(state is SeatState.OFFERED for state in found.values())
            assert not grown or seated <= seats_max
            assert not (waiting and seated + kept < seats_max)
