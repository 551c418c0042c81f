"""New posts and lines are encoded once: event, answer, log, replay and pages show the same."""

import json

import msgspec
import pytest

from bbs.features.threads.messages import (
    LineSaid,
    ListLines,
    ListPosts,
    PostPublished,
    Say,
    StartThread,
    ThreadPublished,
    WritePost,
)
from bbs.features.threads.views import LineResult, PostResult, StartThreadResult
from bbs.ids import BoardId, new_id
from bbs.powers import Power
from bbs.streams import board_stream, lounge_stream
from bbs.wire.codec import encode_for_readers_and_log
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write

BODY = 'SECRETBODY for @bob: ä \\ "quoted" 𐐷 </x>'


async def stored_data(moot: Moot, subject: str) -> bytes:
    """Return the data of the first event about something, as the log keeps them."""
    data: bytes = await moot.read(
        lambda tx: tx.fetch_value("SELECT data FROM events WHERE subject = ? ORDER BY seq", subject)
    )
    return data


def answered(line: Line) -> bytes:
    """Return the result of a line's last answer, without its frame."""
    _, _, result = line.answers[-1].partition(b',"result":')
    return result[:-1]


@pytest.mark.parametrize("retention_days", [0, 30])
@pytest.mark.parametrize("by_script", [False, True])
async def test_a_new_post_is_the_same_wherever_it_is_shown(
    moot: Moot, retention_days: int, by_script: bool
) -> None:
    """A cache that folds the event equals a fresh page (protocol 6.4), and the answer equals both."""
    board = await moot.board(moot.sysop, "herbs", retention_days=retention_days)
    ana, bob = await seated(moot, "ana", board), await seated(moot, "bob", board)
    writer = await moot.with_token(ana, [Power.READ, Power.WRITE]) if by_script else ana
    await bob.listen(board_stream(board))
    thread, first = await start(writer, board, BODY, "SECRETTITLE")
    opened = msgspec.json.decode(answered(writer), type=StartThreadResult)
    posts = [opened.post]
    for parent in (None, first):
        await write(writer, thread, BODY, parent)
        posts.append(msgspec.json.decode(answered(writer), type=PostResult).post)
        moot.clock.jump(seconds=1)
    [began], told = await bob.told(ThreadPublished), await bob.told(PostPublished, 2)
    assert [began.post, *(event.post for event in told)] == posts
    assert began.thread == opened.thread
    assert list((await bob.ask(ListPosts(thread=thread))).posts) == posts
    again = await moot.again(bob)
    await again.listen(board_stream(board), cursor=0)
    assert await again.told(ThreadPublished) == [began]
    assert await again.told(PostPublished, 2) == told


async def test_the_answer_has_the_bytes_of_the_event(moot: Moot, board: BoardId) -> None:
    """What readers and sender are sent is encoded once, as the result would be."""
    ana, bob = await seated(moot, "ana", board), await seated(moot, "bob", board)
    await bob.listen(board_stream(board), lounge_stream(board))
    for request, kind, result in (
        (
            StartThread(
                board=board, thread=(thread := new_id()), post=new_id(), title="T", body=BODY
            ),
            ThreadPublished,
            StartThreadResult,
        ),
        (WritePost(thread=thread, post=new_id(), body=BODY), PostPublished, PostResult),
        (Say(board=board, line=new_id(), body=BODY), LineSaid, LineResult),
    ):
        answer = await ana.ask(request)
        [event] = await bob.told(kind)
        assert answered(ana) == msgspec.json.encode(event) == msgspec.json.encode(answer)
        assert answered(ana) in bob.tape.frames[-1]
        assert isinstance(answer, result)


async def test_the_log_keeps_no_word_of_a_new_post(moot: Moot, board: BoardId) -> None:
    """Events are stored as they would be with their words left out one by one (P10)."""
    ana, bob = await seated(moot, "ana", board), await seated(moot, "bob", board)
    await bob.listen(board_stream(board), lounge_stream(board))
    thread, first = await start(ana, board, BODY, "SECRETTITLE")
    later = await write(ana, thread, BODY, first)
    await ana.ask(Say(board=board, line=(line := new_id()), body=BODY))
    for key, kind in ((first, ThreadPublished), (later, PostPublished), (line, LineSaid)):
        [event] = await bob.told(kind)
        stored = await stored_data(moot, key)
        assert b"SECRET" not in stored
        assert stored == encode_for_readers_and_log(event)[1]


async def test_a_new_line_is_the_same_wherever_it_is_shown(moot: Moot, board: BoardId) -> None:
    """A cache that folds a line's event equals a fresh page (protocol 6.4)."""
    ana, bob = await seated(moot, "ana", board), await seated(moot, "bob", board)
    bot = await moot.with_token(ana, [Power.READ, Power.WRITE])
    await bob.listen(lounge_stream(board))
    for line in (ana, bot):
        await line.ask(Say(board=board, line=new_id(), body=BODY))
    told = await bob.told(LineSaid, 2)
    assert tuple(event.line for event in told) == (await bob.ask(ListLines(board=board))).lines
    again = await moot.again(bob)
    await again.listen(lounge_stream(board), cursor=0)
    assert await again.told(LineSaid, 2) == told


async def test_a_held_post_is_answered_as_it_stands(moot: Moot) -> None:
    """What the hold keeps back has no number, and its answer says so, with its words."""
    board = await moot.board(moot.sysop, "slow", hold_s=60)
    ana = await seated(moot, "ana", board)
    thread, first = await start(ana, board, BODY)
    opened = json.loads(answered(ana))
    assert (opened["post"]["state"], opened["post"]["body"]) == ("held", BODY)
    assert "number" not in opened["post"]
    moot.clock.jump(seconds=61)
    await moot.do_jobs()
    bob = await seated(moot, "bob", board)
    [shown] = (await bob.ask(ListPosts(thread=thread))).posts
    assert (shown.id, shown.number, shown.body, shown.revision) == (first, 1, BODY, 2)
