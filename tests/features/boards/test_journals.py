"""Journals: one member writes, and the others read (protocol 19.17)."""

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import Appoint, HandOver, LeaveSeat, SeatState
from bbs.features.moderation.messages import Change, GetLog
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.reading.messages import SetBoardChoice
from bbs.features.reading.views import BoardChoice, Stance
from bbs.features.threads.messages import EditPost, Say, StartThread, Thank, WithdrawPost, WritePost
from bbs.features.threads.tending_messages import MoveThread
from bbs.ids import COMMONS, BoardId, new_id
from bbs.journal_refusals import LastWriter, NotTheWriter
from bbs.messages import Command
from bbs.refusals import Conflict
from tests.support.moot import NORMS, Line, Moot
from tests.support.talk import Begun, seated, start, write


async def journal(moot: Moot) -> BoardId:
    """Open a journal that the sysop writes."""
    board = new_id()
    await moot.sysop.ask(
        OpenBoard(
            board=board,
            slug="travels",
            title="Travels",
            charter="Letters from the road.",
            norms=NORMS,
            kind=BoardKind.JOURNAL,
            hold_s=0,
        )
    )
    return board


def writings(board: BoardId, begun: Begun) -> list[Command[object]]:
    """Return each way of writing on a board, and in a thread of it."""
    return [
        StartThread(board=board, thread=new_id(), post=new_id(), title="Mine", body="Words."),
        WritePost(thread=begun.thread, post=new_id(), body="Words."),
        Say(board=board, line=new_id(), body="Words."),
    ]


async def test_its_writer_writes_and_nobody_else(moot: Moot, ana: Line) -> None:
    """Posts, threads and the lounge are its writer's; the refusal says whose journal it is (P7)."""
    board = await journal(moot)
    begun = await start(moot.sysop, board, "Day one.")
    await write(moot.sysop, begun.thread, "Day two.")
    reader, stranger = await seated(moot, "bob", board), ana
    for line in (reader, stranger):
        for command in writings(board, begun):
            refused = await line.refused(command)
            assert isinstance(refused, NotTheWriter)
            assert refused.writer == moot.sysop.person.handle
            assert f"this is @{refused.writer}'s journal" in f"{refused}"


async def test_whoever_sits_there_thanks_and_follows(moot: Moot) -> None:
    """A seat on a journal is for reading it: thanks and following need no more (P3)."""
    board = await journal(moot)
    begun = await start(moot.sysop, board, "Day one.")
    bob = await seated(moot, "bob", board)
    await bob.ask(Thank(post=begun.post))
    chosen = await bob.ask(SetBoardChoice(board=board, stance=Stance.FOLLOW))
    assert isinstance(chosen.choice, BoardChoice)
    assert chosen.choice.stance is Stance.FOLLOW


async def test_it_is_handed_over(moot: Moot) -> None:
    """The writer changes by handing over: then the other writes, and the first reads (P8)."""
    board = await journal(moot)
    begun = await start(moot.sysop, board, "Day one.")
    bob = await seated(moot, "bob", board)
    await moot.sysop.ask(HandOver(board=board, member=bob.id))
    await write(bob, begun.thread, "Day two.")
    refused = await moot.sysop.refused(EditPost(post=begun.post, body="Day 1.", if_revision=1))
    assert isinstance(refused, NotTheWriter)
    assert refused.writer == "bob"
    await moot.sysop.ask(WithdrawPost(post=begun.post))


async def test_it_has_one_writer(moot: Moot) -> None:
    """Nobody appoints a second one, and nobody takes the only one away (P3)."""
    board = await journal(moot)
    bob = await seated(moot, "bob", board)
    for member, moderator in ((bob.id, True), (moot.sysop.id, False)):
        refused = await moot.sysop.refused(Appoint(board=board, member=member, moderator=moderator))
        assert isinstance(refused, Conflict)
        assert "one writer" in refused.what


async def test_its_writer_leaves_it_to_somebody(moot: Moot) -> None:
    """Even with nobody else there, the writer hands it over or archives it before leaving."""
    board = await journal(moot)
    refused = await moot.sysop.refused(LeaveSeat(board=board))
    assert isinstance(refused, LastWriter)
    assert "hand it over or archive it" in refused.hint
    await moot.sysop.ask(ArchiveBoard(board=board, reason="Home again."))
    assert (await moot.sysop.ask(LeaveSeat(board=board))).seat.state is SeatState.LEFT


async def test_no_words_of_others_are_moved_there(moot: Moot, board: BoardId, ana: Line) -> None:
    """What stands in a journal is its writer's own."""
    there = await journal(moot)
    begun = await start(ana, board, "Compost.")
    refused = await moot.sysop.refused(
        MoveThread(thread=begun.thread, to_board=there, becomes=new_id(), reason="Fits.")
    )
    assert isinstance(refused, Conflict)
    assert "journal" in refused.what


async def test_the_log_says_that_it_is_a_journal(moot: Moot) -> None:
    """The act of opening names the kind, which never changes (P8)."""
    board = await journal(moot)
    acts = (await moot.sysop.ask(GetLog(board=COMMONS))).acts
    opened = next(act for act in acts if act.thing.id == board)
    assert Change(field="kind", after="journal") in opened.changes
