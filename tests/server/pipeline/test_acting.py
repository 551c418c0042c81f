"""Commands carried out for the assembly, the system and members who do not send them now (P8)."""

from pathlib import Path

import pytest

from bbs.clock import DAY_MS, instant
from bbs.errors import FolkmootError
from bbs.features.boards.messages import BoardConfigured, ConfigureBoard, GetBoard
from bbs.features.boards.seat_messages import Appoint, ListSeats, OfferSeat, SeatChanged
from bbs.features.community.messages import AnnounceClosing
from bbs.features.members.views import AssemblyAuthor, MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import Act, GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, new_id
from bbs.powers import OFFICE_POWERS, Office, Power, Way
from bbs.refusals import CommunityClosed, NotAllowed, NotFound, OpConflict
from bbs.restricted import Restricted
from bbs.streams import board_stream
from tests.support.acting import OFFICES, act_as, act_for
from tests.support.moot import Line, Moot, open_moot
from tests.support.restricting import restricted
from tests.support.talk import seated


async def _acts(line: Line, board: str) -> list[Act]:
    return list((await line.ask(GetLog(board=board))).acts)


async def _stored_ops(moot: Moot) -> int:
    count: int = await moot.read(lambda tx: tx.fetch_value("SELECT count(*) FROM ops"))
    return count


@pytest.mark.parametrize("who", OFFICES)
async def test_what_is_done_in_an_office_is_an_act_of_it(tmp_path: Path, who: str) -> None:
    """The same gate, handler, reactions and act as a member's, under the name of the office (P8)."""
    author, office = OFFICES[who]
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        await ana.listen(board_stream(board))
        command = Appoint(board=board, member=ana.id, op=new_id())
        await act_as(moot, who, command)
        [told] = await ana.told(SeatChanged)
        assert told.seat.moderator
        [act, *_] = await _acts(ana, board)
        assert (act.author, act.office, act.way) == (author, office, Way.SYSTEM)
        assert (act.power, act.method, act.about) == (Power.APPOINT, command.method, ana.id)
        seats = (await ana.ask(ListSeats(board=board))).seats
        assert next(seat for seat in seats if seat.member == ana.id).moderator


@pytest.mark.parametrize("who", OFFICES)
async def test_an_op_is_carried_out_once_for_an_office(tmp_path: Path, who: str) -> None:
    """Under the op again nothing happens, with other content it is refused; also after a start (P12)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        command = Appoint(board=board, member=ana.id, op=new_id())
        await act_as(moot, who, command)
        acts = await _acts(moot.sysop, board)
        assert not (await act_as(moot, who, command)).appended
        other = Appoint(board=board, member=ana.id, moderator=False, op=command.op)
        with pytest.raises(OpConflict):
            await act_as(moot, who, other)
        clock, folder = moot.clock, moot.folder
    async with open_moot(folder, clock) as again:
        assert not (await act_as(again, who, command)).appended
        sysop = await again.again(moot.sysop)
        assert await _acts(sysop, board) == acts


async def test_the_assembly_decides_at_once(tmp_path: Path) -> None:
    """What members decided together waits for nobody, however grave it is, and says who did it."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        await ana.listen(board_stream(board))
        await act_as(moot, "assembly", ConfigureBoard(board=board, retention_days=1, op=new_id()))
        assert (await ana.ask(GetBoard(board=board))).board.retention_days == 1
        [told] = await ana.told(BoardConfigured)
        assert told.board.retention_days == 1
        assert (await _acts(ana, board))[0].author == AssemblyAuthor()


@pytest.mark.parametrize("who", OFFICES)
async def test_without_an_op_nothing_is_remembered(tmp_path: Path, who: str) -> None:
    """What comes by time carries no op: it takes no row in the table of answers."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        before = await _stored_ops(moot)
        await act_as(moot, who, Appoint(board=board, member=ana.id))
        assert await _stored_ops(moot) == before


@pytest.mark.parametrize("who", OFFICES)
async def test_the_end_of_the_community_stops_every_office(tmp_path: Path, who: str) -> None:
    """What is shut for members is shut for the assembly and the system: one gate (protocol 16.3)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        on = instant(moot.clock() + 30 * DAY_MS)
        await moot.sysop.carry(AnnounceClosing(on=on, reason="Why"))
        moot.clock.jump(days=100)
        with pytest.raises(CommunityClosed):
            await act_as(moot, who, Appoint(board=board, member=ana.id, op=new_id()))


async def test_an_archived_board_gives_out_no_seat_by_the_assembly(tmp_path: Path) -> None:
    """A restriction about everybody is about the assembly too (P7)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden", visibility="private")
        ana = await moot.join("ana")
        await restricted(moot, RestrictionKind.ARCHIVED, board)
        with pytest.raises(Restricted):
            await act_as(moot, "assembly", OfferSeat(board=board, member=ana.id, op=new_id()))


async def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    """A command that is refused half-way leaves no row, and no op that would hide its repetition."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        await seated(moot, "ana", board)
        before = await moot.dump()
        command = ConfigureBoard(board=COMMONS, slug="other", title="New", op=new_id())
        with pytest.raises(FolkmootError):
            await act_as(moot, "assembly", command)
        assert await moot.dump() == before


async def test_a_member_is_judged_as_they_are_now(tmp_path: Path) -> None:
    """For a member it is their own power that counts: an office that is named gives them none (P8)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        command = ConfigureBoard(board=board, title="New", op=new_id())
        with pytest.raises(NotAllowed):
            await act_for(moot, MemberAuthor(id=ana.id), Office.MODERATOR, command)
        with pytest.raises(NotFound, match="member"):
            await act_for(moot, MemberAuthor(id=new_id()), Office.MODERATOR, command)


@pytest.mark.parametrize("office", [Office.MEMBER, Office.MODERATOR, Office.SYSOP])
async def test_an_office_of_members_is_held_by_a_member(tmp_path: Path, office: Office) -> None:
    """Nobody acts as moderator or sysop without being a member (P8)."""
    async with open_moot(tmp_path) as moot:
        command = Appoint(board=COMMONS, member=moot.sysop.id, op=new_id())
        for author in (AssemblyAuthor(), SystemAuthor()):
            with pytest.raises(NotAllowed):
                await act_for(moot, author, office, command)


async def test_nobody_writes_without_being_a_member(tmp_path: Path) -> None:
    """Posts have authors: neither assembly nor system writes, reads or has an account."""
    personal = {Power.KNOCK, Power.DOORS, Power.LISTEN, Power.KNOW, Power.SIT, Power.READ}
    for _, office in OFFICES.values():
        assert not OFFICE_POWERS[office] & {*personal, Power.WRITE, Power.INVITE}
    async with open_moot(tmp_path) as moot:
        start = StartThread(
            board=COMMONS, thread=new_id(), post=new_id(), title="T", body="B", op=new_id()
        )
        for who in OFFICES:
            with pytest.raises(NotAllowed):
                await act_as(moot, who, start)
