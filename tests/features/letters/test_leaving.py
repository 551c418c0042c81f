"""Leaving takes one's words along or leaves them, and the last one ends the letter (protocol 20.7)."""

from bbs import limits
from bbs.features.letters.messages import LeaveLetter, LetterChanged
from bbs.features.letters.views import LeaveWords, Letter, LetterState
from bbs.features.members.views import FormerAuthor
from bbs.features.ownership.leaving_messages import ComeBack, Leave, LeavingChanged, ListLeavings
from bbs.features.ownership.views import LeavingState
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.features.threads.messages import (
    GetHistory,
    GetThread,
    ListPosts,
    Retitle,
    StartThread,
    ThreadRetitled,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState, Post, is_untitled
from bbs.ids import new_id
from bbs.refusals import Gone, NotFound
from bbs.streams import board_stream, member_stream
from bbs.wire.messages import StreamEnded
from bbs_server.composition import JOBS
from bbs_server.store.api import Tx
from tests.support.kept import bytes_in
from tests.support.letters import letter_between, letters_of, write
from tests.support.moot import Line, Moot


async def leave(line: Line, letter: Letter, words: LeaveWords) -> Letter:
    return (await line.ask(LeaveLetter(letter=letter.id, words=words))).letter


async def posts_for(line: Line, letter: Letter) -> tuple[Post, ...]:
    assert letter.thread is not None
    page = await line.ask(ListPosts(thread=letter.thread, limit=limits.PAGE_ITEMS_MAX))
    return page.posts


async def test_words_that_are_left_stay(moot: Moot) -> None:
    """Whoever leaves hears nothing more on any device; the others read on (20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ana, letter, "Good-bye.")
    phone = await moot.again(ana)
    await phone.listen(board_stream(letter.id), member_stream(ana.id))
    await ben.listen(member_stream(ben.id))
    assert (await leave(ana, letter, LeaveWords.LEFT)).state is LetterState.ENDED
    assert (await phone.told(LetterChanged))[-1].letter.state is LetterState.ENDED
    await phone.tape.until(lambda: any(e.kind == StreamEnded.kind for e in phone.ephemerals))
    (changed,) = await ben.told(LetterChanged)
    assert changed.letter.members == (ben.id,)
    assert [post.body for post in await posts_for(ben, letter)] == ["Good-bye."]
    await write(ben, letter, "Alone now.")
    assert (await letters_of(ana)).heads == ()
    assert isinstance(await ana.refused(ListPosts(thread=letter.thread or "")), NotFound)
    assert isinstance(
        await ana.refused(LeaveLetter(letter=letter.id, words=LeaveWords.TAKEN)), NotFound
    )


WORK = "go on with leavings"


async def test_words_that_are_taken_are_hidden_then_erased(moot: Moot) -> None:
    """From the commit on nobody reads them; after a week they are gone; those of others stay (P9, 20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    assert letter.thread is not None
    words = ["canaryfirst", *(f"canary {number}" for number in range(30))]
    for body in words:
        await write(ana, letter, body)
    await write(ben, letter, "Of ben.")
    await ana.ask(Retitle(thread=letter.thread, title="canarytitle"))
    await ben.listen(board_stream(letter.id))
    await leave(ana, letter, LeaveWords.TAKEN)
    posts = await posts_for(ben, letter)
    assert [post.body for post in posts] == [*([None] * len(words)), "Of ben."]
    assert {post.state for post in posts[:-1]} == {ContentState.WITHDRAWN}
    assert {type(post.author) for post in posts[:-1]} == {FormerAuthor}
    (left,) = await ben.told(AuthorLeft)
    assert (left.board, left.words) == (letter.id, LeaveWords.TAKEN)
    (untitled,) = [each for each in await ben.told(ThreadRetitled) if each.thread.title is None]
    assert is_untitled(untitled.thread)
    assert isinstance(await ben.refused(GetHistory(post=posts[0].id)), Gone)
    await moot.do_jobs(WORK)
    assert await _kept(moot, letter) == len(words) + 1, "until the seventh day they can come back"
    await ben.ask(Retitle(thread=letter.thread, title="Of ben"))
    moot.clock.jump(days=limits.LEAVING_DAYS + 1)
    await moot.do_jobs(WORK)
    assert await _kept(moot, letter) == 1
    assert await posts_for(await back(moot, ben), letter) == posts
    thread = await (await back(moot, ben)).ask(GetThread(thread=letter.thread))
    assert thread.thread.title == "Of ben"
    assert await moot.running.dispatcher.store.run_maintenance()
    assert b"canary" not in bytes_in(moot.folder)


async def back(moot: Moot, line: Line) -> Line:
    """Sign somebody in again."""
    again = moot.line(line.person)
    await again.ask(line.person.with_password(session=new_id()))
    return again


async def _kept(moot: Moot, letter: Letter) -> int:
    sql = "SELECT count(*) FROM posts WHERE board = ? AND body_text IS NOT NULL"
    return int(await moot.read(lambda tx: tx.fetch_value(sql, letter.id)))


async def test_words_come_back_without_the_seat(moot: Moot) -> None:
    """The others read them again, and nobody is let in again: they wrote on among themselves (20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ana, letter, "Of ana.")
    before = await posts_for(ben, letter)
    await leave(ana, letter, LeaveWords.TAKEN)
    await moot.do_jobs(WORK)
    assert [left.board for left in (await ana.ask(ListLeavings())).leavings] == [letter.id]
    await ana.ask(ComeBack(board=letter.id))
    assert await posts_for(ben, letter) == before
    assert isinstance(await ana.refused(ListPosts(thread=letter.thread or "")), NotFound)
    moot.clock.jump(days=limits.LEAVING_DAYS + 1)
    await moot.do_jobs(WORK)
    assert await _kept(moot, letter) == 1


async def test_nobody_comes_back_to_a_letter_that_ended(moot: Moot) -> None:
    """With the last one it ends at once, also for who could still come back (P10, 20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ana, letter, "canaryone")
    await write(ben, letter, "canarytwo")
    await ana.listen(member_stream(ana.id))
    await leave(ana, letter, LeaveWords.TAKEN)
    await leave(ben, letter, LeaveWords.TAKEN)
    told = await ana.told(LeavingChanged, 2)
    assert [each.leaving.state for each in told] == [LeavingState.LEAVING, LeavingState.ERASED]
    assert (await ana.ask(ListLeavings())).leavings == ()
    assert isinstance(await ana.refused(ComeBack(board=letter.id)), NotFound)
    await moot.do_jobs()
    assert await moot.running.dispatcher.store.run_maintenance()
    assert b"canary" not in bytes_in(moot.folder)


async def test_who_comes_back_to_the_community_wakes_no_letter_that_ended(moot: Moot) -> None:
    """What was erased meanwhile gets no stream of its own again (P10, 28.4)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ana, letter, "canaryone")
    await ana.ask(Leave(words=LeaveWords.TAKEN))
    await moot.do_jobs()
    await leave(ben, letter, LeaveWords.LEFT)
    board = await moot.board(moot.sysop, "garden")
    start = StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")
    await moot.sysop.ask(start)
    await moot.do_jobs()
    await (await back(moot, ana)).ask(ComeBack())
    assert board_stream(letter.id) not in str((await moot.dump())["streams"])


async def test_with_the_last_one_everything_is_erased(moot: Moot) -> None:
    """Words, rows and events are gone, and nobody can tell that there was a letter (P10, 20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    before = await moot.dump()
    letter = await letter_between(moot, ana, ben)
    assert letter.thread is not None
    for number in range(3):
        await write(ana, letter, f"canaryword {number}")
    taken = await write(ben, letter, "canaryword taken")
    await ben.ask(WithdrawPost(post=taken.id))
    await ana.ask(Retitle(thread=letter.thread, title="canarytitle"))
    sent = WritePost(op=new_id(), thread=letter.thread, post=new_id(), body="canaryword last")
    await ana.ask(sent)
    await leave(ana, letter, LeaveWords.LEFT)
    await leave(ben, letter, LeaveWords.LEFT)
    board = await moot.board(moot.sysop, "garden")
    start = StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")
    await moot.sysop.ask(start)  # the last post of all stays until there is another one
    await moot.do_jobs()
    moot.clock.jump(seconds=(limits.LETTER_REQUEST_DAYS + 1) * 86_400)
    await moot.do_jobs()
    after = await moot.dump()
    for table in ("letters", "letter_requests"):
        assert after[table] == before[table], table
    for table in after.keys() - {"ops", "meta", "sessions"}:
        rows = str([row for row in after[table] if row not in before[table]])
        if table not in ("events", "streams"):  # whose members' streams say that there was one
            assert letter.id not in rows, table
            assert letter.thread not in rows, table
        assert "canary" not in rows, table
    assert board_stream(letter.id) not in str(after["streams"])
    assert isinstance(await ana.refused(sent), NotFound)


async def test_what_ends_is_erased_in_slices(moot: Moot) -> None:
    """However much happened in a letter, no transaction deletes all of it (P14)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    stream = board_stream(letter.id)

    def count(tx: Tx) -> int:
        return int(tx.fetch_value("SELECT count(*) FROM events WHERE stream = ?", stream))

    def pad(tx: Tx) -> None:
        rest = "at, kind, author, subject, data, texts, digest"
        sql = (
            f"INSERT INTO events (stream, seq, {rest}) SELECT stream, ?, {rest}"
            " FROM events WHERE stream = ? AND seq = 1"
        )
        for seq in range(10_000, 10_000 + limits.SLICE_ROWS * 2):
            tx.execute(sql, seq, stream)

    await moot.change(pad)
    await leave(ana, letter, LeaveWords.LEFT)
    await leave(ben, letter, LeaveWords.LEFT)
    (job,) = (job for job in JOBS if job.name == "erase ended letters")
    more = True
    while more:
        before = await moot.read(count)
        more = (await moot.running.dispatcher.execute_as_system(job.run, acts=False)).again
        assert before - await moot.read(count) <= limits.SLICE_ROWS
    assert await moot.read(count) == 0
    assert stream not in str((await moot.dump())["streams"])
