"""Leaving is a door that nothing closes, and what ends with it ends at once (P9, protocol 28)."""

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import GetBoard
from bbs.features.boards.seat_messages import Appoint, SeatState, TakeSeat
from bbs.features.members.messages import Invite, ListMembers
from bbs.features.members.views import FormerAuthor, MemberAuthor, MemberState
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import ArchiveBoard
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.leaving_messages import ComeBack, Leave, ListLeavings
from bbs.features.ownership.messages import Export
from bbs.features.ownership.views import LeaveWords, LeavingState
from bbs.features.reading.messages import GetUnread, Search
from bbs.features.threads.finding_messages import FindWords
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.features.threads.messages import GetSkeleton, ListPosts, ListRecent, ListThreads, Thank
from bbs.features.threads.tending_messages import MoveThread
from bbs.ids import COMMONS, new_id
from bbs.leaving_refusals import LeavingBoard, SysopLeaves
from bbs.powers import Power
from bbs.refusals import (
    Conflict,
    NameTaken,
    NobodyToThank,
    NotFound,
    NotSignedIn,
    SignInFailed,
)
from bbs.streams import board_stream, lounge_stream
from tests.features.ownership.leaving_people import (
    ABOUT,
    HANDLE,
    MORE,
    SAID,
    TITLE,
    WORDS,
    Folk,
    gather,
)
from tests.features.proposals.motions import back, friends, moved, shorter
from tests.support.letters import letter_between
from tests.support.letters import write as write_letter
from tests.support.moot import Moot
from tests.support.people import Person, secret
from tests.support.restricting import restricted
from tests.support.talk import Begun, seated, start, write

_KEPT = {TITLE, WORDS, MORE, ABOUT}


@pytest.fixture
async def folk(moot: Moot) -> Folk:
    """People of a garden."""
    return await gather(moot)


async def test_a_clock_a_year_ahead_erases_nothing(folk: Folk) -> None:
    """For four seconds the wall clock is wrong; all comes back afterwards (P10)."""
    await folk.leave(LeaveWords.TAKEN)
    await folk.moot.do_jobs()
    folk.moot.clock.step(days=365)
    for _ in range(4):
        folk.moot.clock.jump(seconds=1)
        await folk.moot.do_jobs("go on with leavings")
    folk.moot.clock.step(days=-365)
    assert await folk.found(*_KEPT) == _KEPT
    ana = await folk.back()
    await ana.ask(ComeBack())
    assert (await ana.ask(ListPosts(thread=folk.begun.thread))).posts[0].body == WORDS


async def test_the_sysop_hands_over_first(moot: Moot) -> None:
    """Nobody could run the server; the refusal says what to do."""
    error = await moot.sysop.refused(Leave(words=LeaveWords.LEFT))
    assert isinstance(error, SysopLeaves)
    assert "hand" in str(error.hint)


@pytest.mark.parametrize("board", [True, False])
async def test_open_while_suspended(folk: Folk, board: bool) -> None:
    """From a board or the community; the restriction outlasts the seat."""
    until = folk.moot.clock() + 30 * DAY_MS
    await restricted(
        folk.moot,
        RestrictionKind.SUSPENDED,
        folk.board if board else COMMONS,
        folk.ana,
        until=until,
    )
    await folk.leave(LeaveWords.TAKEN, board=board)
    assert (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts[0].body is None
    sql = "SELECT count(*) FROM restrictions WHERE member = ?"
    await folk.days(8)
    assert await folk.moot.read(lambda tx: tx.fetch_value(sql, folk.ana.id)) == 1


async def test_open_while_waiting_for_a_seat(moot: Moot) -> None:
    """Who never got in leaves as well."""
    sql = "UPDATE boards SET seats = 1 WHERE id = ?"
    await moot.change(lambda tx: tx.execute(sql, COMMONS))
    ana = await moot.join("ana")
    await ana.ask(Leave(words=LeaveWords.TAKEN))
    moot.clock.jump(days=8)
    await moot.do_jobs()
    assert isinstance(await moot.line(ana.person).refused(ana.person.with_password()), SignInFailed)


async def test_open_on_an_archived_board(folk: Folk) -> None:
    """Nobody can keep words by closing a board."""
    await folk.moot.sysop.carry(ArchiveBoard(board=folk.board, reason="Over"))
    await folk.leave(LeaveWords.FORMER, board=True)
    [first, *_] = (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts
    assert (first.body, first.author) == (WORDS, FormerAuthor())


async def test_what_ends_at_once(folk: Folk) -> None:
    """Sessions, tokens, invitations and seats; what was moved lapses; nobody's act."""
    moot, ana = folk.moot, folk.ana
    await moot.sysop.ask(Appoint(board=folk.board, member=ana.id))
    token = await moot.with_token(ana, [Power.READ])
    code = new_id()
    await ana.ask(Invite(invitation=code, code=secret("guest"), uses=1))
    phone = await moot.again(ana)
    acts = len((await folk.ben.ask(GetLog(board=folk.board))).acts)
    await folk.leave(LeaveWords.LEFT)
    assert len((await folk.ben.ask(GetLog(board=folk.board))).acts) == acts
    for line in (token, phone):
        assert isinstance(await line.refused(ListThreads(board=folk.board)), NotSignedIn)
    for sql in (
        "SELECT count(*) FROM sessions WHERE member = ?",
        "SELECT count(*) FROM seats WHERE member = ?",
        "SELECT count(*) FROM offices WHERE member = ?",
        "SELECT count(*) FROM invitations WHERE by = ? AND revoked IS NULL",
    ):
        assert await moot.read(lambda tx, sql=sql: tx.fetch_value(sql, ana.id)) == 0, sql


async def test_motions_lapse(moot: Moot) -> None:
    """Nobody is left who moved them."""
    board, [ana, *_] = await friends(moot, "ana", "bo", "cy", "dee")
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await moved(ana, shorter(board))
    await ana.ask(Leave(board=board, words=LeaveWords.LEFT))
    states = "SELECT state FROM proposals"
    assert await moot.read(lambda tx: tx.fetch_all(states)) == [("lapsed",)]


@pytest.mark.parametrize("kind", [BoardKind.BOARD, BoardKind.JOURNAL])
async def test_a_board_may_be_left_without_a_moderator(moot: Moot, kind: BoardKind) -> None:
    """The last moderator of a board may leave; a journal without its writer is archived."""
    board = await moot.board(moot.sysop, "leaves", kind=kind)
    ana, _ = await seated(moot, "ana", board), await seated(moot, "ben", board)
    sql = "UPDATE offices SET member = ? WHERE board = ?"
    await moot.change(lambda tx: tx.execute(sql, ana.id, board))
    await ana.ask(Leave(board=board, words=LeaveWords.LEFT))
    archived = "SELECT count(*) FROM restrictions WHERE board = ? AND kind = 'archived'"
    found = await moot.read(lambda tx: tx.fetch_value(archived, board))
    assert found == (kind is BoardKind.JOURNAL)


async def test_back_on_a_board(folk: Folk) -> None:
    """The seat comes back where it is free; nobody sits there with the choice open."""
    await folk.leave(LeaveWords.FORMER, board=True)
    error = await folk.ana.refused(TakeSeat(board=folk.board, norms_version=1))
    assert isinstance(error, LeavingBoard)
    other = await folk.moot.board(folk.moot.sysop, "orchard")
    moving = MoveThread(
        thread=folk.begun.thread, to_board=other, becomes=new_id(), reason="It is about trees"
    )
    assert isinstance(await folk.moot.sysop.refused(moving), Conflict)
    assert (await folk.ben.ask(Search(query=f"{WORDS} by:{HANDLE}"))).found == ()
    assert isinstance(
        await folk.ana.refused(Leave(board=folk.board, words=LeaveWords.LEFT)), Conflict
    )
    await folk.leave(LeaveWords.FORMER, board=True)
    done = await folk.ana.ask(ComeBack(board=folk.board))
    assert done.leaving.state is LeavingState.BACK
    [first, *_] = (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts
    assert first.author == MemberAuthor(id=folk.ana.id)
    seat = (await folk.ana.ask(GetBoard(board=folk.board))).seat
    assert seat is not None
    assert seat.state is SeatState.SEATED
    assert isinstance(await folk.ana.refused(ComeBack(board=folk.board)), NotFound)


async def test_who_left_the_community_comes_back_to_it_first(folk: Folk) -> None:
    """Nobody gets a seat on a board while all that they are is going (protocol 28)."""
    await folk.leave(LeaveWords.FORMER, board=True)
    await folk.leave(LeaveWords.TAKEN)
    ana = await folk.back()
    assert isinstance(await ana.refused(ComeBack(board=folk.board)), Conflict)
    await ana.ask(ComeBack())
    await ana.ask(ComeBack(board=folk.board))


async def test_back_at_the_end_of_the_line(folk: Folk) -> None:
    """Who took the free seat meanwhile keeps it."""
    sql = "UPDATE boards SET seats = 3 WHERE id = ?"
    await folk.moot.change(lambda tx: tx.execute(sql, folk.board))
    await folk.leave(LeaveWords.TAKEN, board=True)
    await seated(folk.moot, "cy", folk.board)
    await folk.ana.ask(ComeBack(board=folk.board))
    seat = (await folk.ana.ask(GetBoard(board=folk.board))).seat
    assert seat is not None
    assert seat.state is SeatState.WAITING


async def test_once_begun_nothing_brings_it_back(folk: Folk) -> None:
    """A slice after the day, even where the rest is still there."""
    await folk.leave(LeaveWords.TAKEN, board=True)
    sql = "UPDATE leavings SET state = 'erasing'"
    await folk.moot.change(lambda tx: tx.execute(sql))
    assert isinstance(await folk.ana.refused(ComeBack(board=folk.board)), Conflict)


@pytest.mark.parametrize(("words", "days"), [(LeaveWords.TAKEN, 0), (LeaveWords.FORMER, 8)])
async def test_one_event_for_all_and_a_replay_without_names(
    folk: Folk, words: LeaveWords, days: int
) -> None:
    """Readers are told once for a board and once for its lounge; who comes later learns of nobody."""
    streams = (board_stream(folk.board), lounge_stream(folk.board))
    await folk.ben.listen(*streams)
    await folk.leave(words)
    told = await folk.ben.told(AuthorLeft, 2)
    assert {(each.board, each.member, each.words) for each in told} == {
        (folk.board, folk.ana.id, words)
    }
    await folk.days(days)
    ben = await back(folk.moot, folk.ben)
    await ben.listen(*streams, cursor=0)
    await ben.settle()
    authors = f'"kind":"member","id":"{folk.ana.id}"'.encode()
    sent = b"".join(ben.tape.frames)
    assert authors not in sent
    assert f'"answers":"{folk.ana.id}"'.encode() not in sent
    assert (WORDS.encode() in sent) is (words is LeaveWords.FORMER)
    assert SAID.encode() not in sent or words is LeaveWords.FORMER


async def test_a_board_sees_former_in_what_was_before_and_the_name_after(folk: Folk) -> None:
    """Who comes to sit there again, later, writes under their name; what was stays nobody's."""
    await folk.leave(LeaveWords.FORMER, board=True)
    await folk.days(8)
    ana = await back(folk.moot, folk.ana)
    await ana.ask(TakeSeat(board=folk.board, norms_version=1))
    begun = await start(ana, folk.board, "again", "Again")
    ben = await back(folk.moot, folk.ben)
    await ben.listen(board_stream(folk.board), cursor=0)
    await ben.settle()
    named = [frame for frame in ben.frames if folk.ana.id in str(frame.author)]
    told = {frame.subject for frame in named if frame.kind.startswith("threads.")}
    assert told
    assert told <= {begun.thread, begun.post}


async def test_a_handle_rests(folk: Folk) -> None:
    """For 400 days nobody takes it or one that reads like it; then it is free."""
    await folk.leave(LeaveWords.FORMER)
    await folk.days(8)
    assert HANDLE not in {each.handle for each in (await folk.ben.ask(ListMembers())).members}
    line = folk.moot.line(Person(HANDLE))
    assert isinstance(await line.refused(line.person.sign_up(folk.moot.code)), NameTaken)
    await folk.days(limits.HANDLE_RESTS_DAYS)
    await folk.moot.do_jobs("free handles that rested")
    rests = "SELECT count(*) FROM resting_handles"
    assert await folk.moot.read(lambda tx: tx.fetch_value(rests)) == 0


async def test_a_handle_rests_as_long_as_words_stand_under_it(folk: Folk) -> None:
    """Under the own name it is kept, until the last of the words is gone."""
    sql = "UPDATE boards SET retention_days = 0"
    await folk.moot.change(lambda tx: tx.execute(sql))
    keep = "UPDATE posts SET fades_at = NULL"
    await folk.moot.change(lambda tx: tx.execute(keep))
    await folk.leave(LeaveWords.LEFT)
    await folk.days(8)
    member = {each.id: each for each in (await folk.ben.ask(ListMembers())).members}[folk.ana.id]
    assert (member.handle, member.state) == (HANDLE, MemberState.LEFT)
    handle = "SELECT handle FROM members WHERE id = ?"
    await folk.days(limits.HANDLE_RESTS_DAYS + 1)
    assert await folk.moot.read(lambda tx: tx.fetch_value(handle, folk.ana.id)) == HANDLE
    gone = "UPDATE posts SET body_text = NULL WHERE author = ?"
    await folk.moot.change(lambda tx: tx.execute(gone, folk.ana.id))
    await folk.days(limits.HANDLE_LOOKED_AT_DAYS + 1)
    assert await folk.moot.read(lambda tx: tx.fetch_value(handle, folk.ana.id)) != HANDLE


@pytest.mark.parametrize("words", LeaveWords)
async def test_letters_are_left_with_the_same_choice(folk: Folk, words: LeaveWords) -> None:
    """Those in them read on, of words that stay."""
    letter = await letter_between(folk.moot, folk.ana, folk.ben)
    await write_letter(folk.ana, letter, "nightingale")
    await folk.leave(words)
    await folk.moot.do_jobs()
    assert letter.thread is not None
    [post] = (await folk.ben.ask(ListPosts(thread=letter.thread))).posts
    assert post.body == (None if words is LeaveWords.TAKEN else "nightingale")
    assert isinstance(post.author, FormerAuthor) is (words is not LeaveWords.LEFT)
    await folk.days(8)
    assert await folk.found("nightingale") == (
        set() if words is LeaveWords.TAKEN else {"nightingale"}
    )


async def test_a_dry_run_says_how_much(folk: Folk) -> None:
    """By board, and nothing is changed."""
    before = await folk.moot.dump()
    done = await folk.ana.ask(Leave(words=LeaveWords.TAKEN, dry_run=True))
    assert [(part.posts, part.lines, part.threads) for part in done.boards] == [(2, 1, 1)]
    assert await folk.moot.dump() == before
    assert (await folk.ana.ask(ListLeavings())).leavings == ()


async def test_nobody_learns_whose_words_they_were(folk: Folk) -> None:
    """Neither by thanks, unread lists and searches, nor by what others export; the commit on (28.3)."""
    await folk.ben.ask(Thank(post=folk.begun.post))
    answer = await write(folk.ana, folk.begun.thread, "hello @ben")
    await folk.leave(LeaveWords.FORMER, board=True)
    error = await folk.ben.refused(Thank(post=answer))
    assert isinstance(error, NobodyToThank)
    before = len(folk.ben.answers)
    await folk.ben.ask(GetUnread())
    await folk.ben.ask(Export())
    await folk.ben.ask(ListRecent(board=folk.board))
    await folk.ben.ask(GetSkeleton(thread=folk.begun.thread))
    sent = b"".join(folk.ben.answers[before:])
    rows = [line for line in sent.split(b"},{") if folk.ana.id.encode() in line]
    assert not [row for row in rows if b'"by"' in row or b'"author"' in row], rows
    assert HANDLE.encode() not in sent
    found = await folk.moot.sysop.ask(FindWords(board=folk.board, author=folk.ana.id))
    assert found.posts == ()


async def test_many_seats_end_in_slices(folk: Folk) -> None:
    """However many boards somebody leaves, the command ends a few seats, and the work the others; the
    words of all are hidden from the commit on (28.2, P14)."""
    begun: list[Begun] = []
    for number in range(2 * limits.LEAVING_BOARDS_AT_ONCE + 1):
        board = await folk.moot.board(folk.moot.sysop, f"field-{number}")
        await folk.ana.ask(TakeSeat(board=board, norms_version=1))
        begun.append(await start(folk.ana, board, f"field {number}", "Field"))
    sql = "SELECT count(*) FROM seats WHERE member = ?"
    seats = await folk.moot.read(lambda tx: tx.fetch_value(sql, folk.ana.id))
    await folk.leave(LeaveWords.TAKEN)
    left = await folk.moot.read(lambda tx: tx.fetch_value(sql, folk.ana.id))
    assert left == seats - limits.LEAVING_BOARDS_AT_ONCE
    for each in begun:
        [post] = (await folk.moot.sysop.ask(ListPosts(thread=each.thread))).posts
        assert (post.body, type(post.author)) == (None, FormerAuthor)
    await folk.moot.do_jobs("go on with leavings")
    assert await folk.moot.read(lambda tx: tx.fetch_value(sql, folk.ana.id)) == 0
    told = (
        "SELECT count(*) FROM events WHERE kind = 'threads.author_left' AND stream LIKE 'board:%'"
    )
    assert await folk.moot.read(lambda tx: tx.fetch_value(told)) == seats, "each board once"
    await (await folk.back()).ask(ComeBack())
    assert await folk.moot.read(lambda tx: tx.fetch_value(sql, folk.ana.id)) == seats
