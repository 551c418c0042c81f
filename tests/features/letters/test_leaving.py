"""Leaving takes one's words along or leaves them, and the last one ends the letter (protocol 20.7)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bbs import limits
from bbs.features.letters.messages import LeaveLetter, LetterChanged
from bbs.features.letters.views import LeaveWords, Letter, LetterState
from bbs.features.threads.messages import ListPosts, Retitle, StartThread, WithdrawPost, WritePost
from bbs.features.threads.views import ContentState, Post
from bbs.ids import new_id
from bbs.refusals import NotFound
from bbs.streams import board_stream, member_stream
from bbs.wire.messages import StreamEnded
from bbs_server.composition import JOBS
from bbs_server.store.api import Tx
from tests.support.letters import letter_between, letters_of, write
from tests.support.moot import Line, Moot, open_moot


@pytest_asyncio.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community of its own."""
    async with open_moot(tmp_path) as found:
        yield found


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


@pytest.mark.parametrize("count", [3, limits.LETTER_TAKEN_AT_ONCE + 5])
async def test_words_that_are_taken_are_withdrawn(moot: Moot, count: int) -> None:
    """All of them: the newest at once, the rest in steps; those of others stay (P9, 20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ben, letter, "Of ben.")
    for number in range(count):
        await write(ana, letter, f"Of ana, {number}")
    await leave(ana, letter, LeaveWords.TAKEN)
    assert (await posts_for(ben, letter))[-1].state is ContentState.WITHDRAWN
    await moot.do_jobs("take words out of letters")
    posts = await posts_for(ben, letter)
    assert [post.body for post in posts] == ["Of ben.", *([None] * count)]
    assert {post.state for post in posts[1:]} == {ContentState.WITHDRAWN}
    assert (await moot.dump())["letter_takings"] == []


async def test_words_that_faded_already_hold_nobody_back(moot: Moot) -> None:
    """A post whose time is over and that no job has erased yet needs not be taken (P10, 20.7)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    await write(ana, letter, "Of last year")
    moot.clock.jump(seconds=limits.LETTER_DAYS * 86_400)
    again = moot.line(ana.person)
    await again.ask(ana.person.with_password())
    late = await write(again, letter, "Of today")
    await leave(again, letter, LeaveWords.TAKEN)
    await moot.do_jobs("fade posts", "take words out of letters")
    states = await moot.read(lambda tx: tx.fetch_all("SELECT id, state FROM posts ORDER BY n"))
    assert [state for key, state in states] == ["faded", "withdrawn"]
    assert states[-1][0] == late.id


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
    for table in ("letters", "letter_requests", "letter_takings"):
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
