"""A command that arrives again is answered with what it made, as that stands now (P12, protocol 5.3)."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import LeaveSeat
from bbs.features.threads.hiding_messages import HideLine, HidePost
from bbs.features.threads.messages import (
    EditPost,
    Retitle,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.tending_messages import MovePosts, PinThread
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, new_id
from bbs.powers import Power
from bbs.refusals import Gone, NotFound, OpConflict
from bbs.wire import codec
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import seated, start

WHY = "It belongs there."


def a_post(thread: str, body: str = "First words.") -> WritePost:
    """Return a post with an op of its own."""
    return WritePost(op=new_id(), thread=thread, post=new_id(), body=body)


async def stored(moot: Moot, op: str) -> tuple[str | None, bytes]:
    """Return what an op keeps: of what it made, and of its answer."""

    def row(tx: Tx) -> tuple[str | None, bytes]:
        [(made, result)] = tx.fetch_all("SELECT made, result FROM ops WHERE op = ?", op)
        return made, bytes(result)

    return await moot.read(row)


async def test_an_answer_that_shows_own_things_is_not_stored(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """What a member made stands in its rows; an answer about others' things is stored still."""
    begin = StartThread(
        op=new_id(), board=board, thread=new_id(), post=new_id(), title="T", body="B"
    )
    await ana.ask(begin)
    post = a_post(begin.thread)
    say = Say(op=new_id(), board=board, line=new_id(), body="Hello")
    withdraw = WithdrawPost(op=new_id(), post=post.post)
    for command, made in (
        (post, {"post": post.post}),
        (say, {"line": say.line}),
        (withdraw, {"post": post.post}),
    ):
        await ana.ask(command)
        kept, result = await stored(moot, str(command.op))
        assert (msgspec.json.decode(kept or ""), result) == (made, b"")
    kept, _ = await stored(moot, str(begin.op))
    assert msgspec.json.decode(kept or "") == {"thread": begin.thread, "post": begin.post}
    pin = PinThread(op=new_id(), thread=begin.thread, reason=WHY)
    await moot.sysop.ask(pin)
    kept, result = await stored(moot, str(pin.op))
    assert kept is None
    assert begin.thread.encode() in result


async def test_a_resend_after_an_edit_shows_the_edit(ana: Line, board: BoardId) -> None:
    """The first sending again, and the edit again: both tell the post as it reads now (5.3)."""
    thread, _ = await start(ana, board)
    post = a_post(thread)
    await ana.ask(post)
    edit = EditPost(op=new_id(), post=post.post, body="Second words.")
    edited = await ana.ask(edit)
    assert (await ana.ask(post), await ana.ask(edit)) == (edited, edited)
    last = await ana.ask(EditPost(post=post.post, body="Third words."))
    assert (await ana.ask(post), await ana.ask(edit)) == (last, last)
    assert isinstance(await ana.refused(replace(post, body="Other words.")), OpConflict)


async def test_a_resend_after_a_new_title_shows_it(ana: Line, board: BoardId) -> None:
    """What began a thread tells its title as it is now (5.3)."""
    begin = StartThread(
        op=new_id(), board=board, thread=new_id(), post=new_id(), title="Old", body="B"
    )
    await ana.ask(begin)
    renamed = await ana.ask(Retitle(thread=begin.thread, title="New"))
    assert (await ana.ask(begin)).thread == renamed.thread


async def test_withdrawn_words_come_with_no_answer(ana: Line, board: BoardId) -> None:
    """A resend after a withdrawal tells the withdrawal, with any content: nobody can tell any more
    what was sent (P10, 5.3)."""
    thread, first = await start(ana, board)
    post, say = a_post(thread), Say(op=new_id(), board=board, line=new_id(), body="Hello")
    await ana.ask(post)
    await ana.ask(say)
    withdrawn = await ana.ask(WithdrawPost(post=post.post))
    unsaid = await ana.ask(Unsay(line=say.line))
    assert withdrawn.post.state is ContentState.WITHDRAWN
    assert (await ana.ask(post), await ana.ask(say)) == (withdrawn, unsaid)
    # The op answers with what it made, whatever else its sender names now.
    assert await ana.ask(replace(post, post=first, body="A guess")) == withdrawn


async def test_hidden_words_come_with_no_answer(moot: Moot, ana: Line, board: BoardId) -> None:
    """While words are hidden, their own author is answered without them, as by a page (P10)."""
    thread, _ = await start(moot.sysop, board)
    post, say = a_post(thread), Say(op=new_id(), board=board, line=new_id(), body="Hello")
    await ana.ask(post)
    await ana.ask(say)
    hidden = await moot.sysop.ask(HidePost(post=post.post, norm=1, reason=WHY))
    line = await moot.sysop.ask(HideLine(line=say.line, norm=1, reason=WHY))
    assert hidden.post.state is ContentState.HIDDEN
    assert (await ana.ask(post), await ana.ask(say)) == (hidden, line)


async def test_a_moved_post_is_told_where_it_stands(moot: Moot, ana: Line, board: BoardId) -> None:
    """Another thread of the board, another number (5.3)."""
    source, target = [await start(moot.sysop, board) for _ in range(2)]
    post = a_post(source.thread)
    await ana.ask(post)
    await moot.sysop.ask(MovePosts(post=post.post, to=target.thread, reason=WHY))
    again = (await ana.ask(post)).post
    assert (again.id, again.thread, again.number) == (post.post, target.thread, 2)
    assert again.body == post.body


async def test_a_line_that_has_faded_is_said_once(moot: Moot, ana: Line, board: BoardId) -> None:
    """Its op is kept longer than the line, so that it is not said again; it is gone then (5.3)."""
    say = Say(op=new_id(), board=board, line=new_id(), body="Hello")
    await ana.ask(say)
    moot.clock.jump(seconds=73 * 3_600)
    for _ in range(2):
        gone = await ana.refused(say)
        assert isinstance(gone, Gone)
        assert gone.facts() == Gone(state="faded").facts()
        await moot.do_jobs("fade lounge lines")


async def test_a_board_out_of_sight_gives_facts_without_words(moot: Moot) -> None:
    """Who lost the seat learns that it was done, and no word of that board (5.2, 5.3)."""
    cellar = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
    thread, _ = await start(moot.sysop, cellar)
    post = a_post(thread)
    say = Say(op=new_id(), board=cellar, line=new_id(), body="Hello")
    first, said = await moot.sysop.ask(post), await moot.sysop.ask(say)
    await moot.sysop.ask(LeaveSeat(board=cellar))
    assert await moot.sysop.ask(post) == replace(first, post=replace(first.post, body=None))
    assert await moot.sysop.ask(say) == replace(said, line=replace(said.line, body=None))


async def test_a_token_gets_what_its_boards_reach(moot: Moot, ana: Line, board: BoardId) -> None:
    """A line that its owner said elsewhere is not found, whatever the op (3.7, 5.2)."""
    other = await moot.board(moot.sysop, "kitchen")
    say = Say(op=new_id(), board=board, line=new_id(), body="Hello")
    said = await ana.ask(say)
    both = (Power.READ, Power.WRITE)
    assert await (await moot.with_token(ana, both, (board,))).ask(say) == said
    elsewhere = await moot.with_token(ana, both, (other,))
    assert isinstance(await elsewhere.refused(say), NotFound)


async def test_an_answer_of_before_is_answered_as_it_was_stored(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """An earlier version stored every answer: its facts are of then, its words of now (5.3)."""
    thread, _ = await start(ana, board)
    post = a_post(thread)
    first = await ana.ask(post)
    edited = await ana.ask(EditPost(post=post.post, body="Second words."))
    assert edited.post.revision > first.post.revision
    result = codec.encode_without_text(first)

    def as_before(tx: Tx) -> None:
        [(paths,)] = tx.fetch_all(
            "SELECT texts FROM events WHERE subject = ? ORDER BY seq LIMIT 1", post.post
        )
        tx.execute(
            "UPDATE ops SET made = NULL, result = ?, texts = ? WHERE op = ?",
            *(result, paths, post.op),
        )

    await moot.change(as_before)
    assert await ana.ask(post) == first
    await ana.ask(WithdrawPost(post=post.post))
    assert (await ana.ask(post)).post == replace(first.post, body=None)


async def test_an_op_dated_ahead_keeps_none_behind_it(tmp_path: Path) -> None:
    """Ops end after their days in the order of writing, and a clock that once ran ahead delays its
    own alone (P10)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        lines = [Say(op=new_id(), board=board, line=new_id(), body="B") for _ in range(3)]
        for say in lines:
            await ana.ask(say)
        ahead = moot.clock() + 400 * DAY_MS
        await moot.change(
            lambda tx: tx.execute("UPDATE ops SET at = ? WHERE op = ?", ahead, lines[0].op)
        )
        moot.clock.jump(days=limits.OP_DAYS + 1)
        await moot.do_jobs("forget answers")
        left = await moot.read(lambda tx: tx.fetch_all("SELECT op FROM ops"))
        assert left == [(lines[0].op,)]
