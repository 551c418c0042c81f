"""Words that a moderator holds urgently, and all words of somebody who "never was a member" (protocol 24)."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from bbs.clock import HOUR_MS, instant, to_ms
from bbs.features.boards.seat_messages import Appoint
from bbs.features.moderation.messages import ThingKind
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.hiding_messages import GetHiddenLine, GetHiddenPost, HidePost, RestorePost
from bbs.features.threads.messages import (
    EditPost,
    ListLines,
    ListPosts,
    Say,
    WithdrawPost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.messages import Done
from bbs.refusals import Conflict, Gone, NotFound
from bbs.streams import board_stream, lounge_stream
from bbs_server import scheduler
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome
from bbs_server.store.api import Tx
from tests.features.threads.test_hidden import BODY, WORDS, Garden, moot
from tests.features.threads.test_hidden import _written as written
from tests.support.kept import bytes_in
from tests.support.moot import Moot

__all__ = ("moot",)

Do = Callable[[Tx, Context], Iterable[Effect]]


@pytest.fixture
async def garden(moot: Moot) -> Garden:
    garden = await Garden.grown(moot)
    await moot.sysop.carry(Appoint(board=garden.board, member=garden.bo.id))
    return garden


async def _do(moot: Moot, fn: Do) -> None:
    """Do something in a transaction of the server's, with what tells it."""
    done = False

    def run(tx: Tx, ctx: Context) -> Outcome[Any]:
        nonlocal done
        if done:
            return Outcome(Done())
        done = True
        return Outcome(Done(), tuple(fn(tx, ctx)))

    await scheduler.run_slices(moot.running.dispatcher, Job("test", 1.0, run, JobKind.ACTS))


async def _hold(garden: Garden, hours: int, **things: str) -> int:
    until = garden.moot.clock() + hours * HOUR_MS

    def hold(tx: Tx, ctx: Context) -> Iterable[Effect]:
        for kind, key in things.items():
            yield from ctx.readers.hold_words(tx, ctx, "case", ThingKind(kind), key, until, "act")

    await _do(garden.moot, hold)
    return until


async def _release(garden: Garden) -> None:
    await _do(garden.moot, lambda tx, ctx: ctx.readers.show_held_words(tx, ctx, "case"))


async def _said(garden: Garden) -> str:
    line = new_id()
    await garden.ana.ask(Say(board=garden.board, line=line, body=f"{BODY} there"))
    return line


async def test_held_words_are_in_no_byte_sent_to_others(garden: Garden) -> None:
    """Readers see until when they are held, and not a byte of them; author and desk read them, and
    nothing says that a clause was broken (P5, P8)."""
    thread, post, answer = await written(garden)
    line = await _said(garden)
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    until = await _hold(garden, 36, post=post)
    await _hold(garden, 36, line=line)
    await _hold(garden, 36, post=answer)
    told = await garden.cy.told(TextHidden, 3)
    assert {(one.post or one.line).hold_until for one in told} == {instant(until)}
    for reader in (garden.cy, garden.moot.sysop, garden.bo):
        before = len(reader.answers), len(reader.tape.frames)
        await garden.look(reader, thread)
        sent = b"".join([*reader.answers[before[0] :], *reader.tape.frames[before[1] :]])
        assert not any(word.encode() in sent for word in WORDS)
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert {(one.state, one.body, one.norm) for one in page.posts} == {
        (ContentState.HIDDEN, None, None)
    }
    assert {one.hold_until for one in page.posts} == {instant(until)}
    assert page.thread.title is None
    for reader in (garden.ana, garden.bo):
        found = await reader.ask(GetHiddenPost(post=post))
        assert found.post is not None
        assert BODY in str(found.post.body)
        assert found.until == instant(until)
        assert (await reader.ask(GetHiddenLine(line=line))).line is not None
    for request in (GetHiddenPost(post=post), GetHiddenLine(line=line)):
        assert isinstance(await garden.cy.refused(request), NotFound)
    error = await garden.ana.refused(EditPost(post=post, body="Better"))
    assert "by an urgent hold until" in str(error)
    error = await garden.bo.refused(RestorePost(post=post, reason="Why not"))
    assert "release the hold" in str(error)


async def test_a_hold_leaves_nothing(garden: Garden) -> None:
    """Its end can be moved, and readers are told; released, all words are as they were."""
    thread, post, _ = await written(garden)
    line = await _said(garden)
    before = await garden.cy.ask(ListPosts(thread=thread))
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    until = await _hold(garden, 36, post=post, line=line)
    sooner = until - 12 * HOUR_MS
    await _do(garden.moot, lambda tx, ctx: ctx.readers.move_held_words(tx, ctx, "case", sooner))
    told = await garden.cy.told(TextHidden, 4)
    assert {to_ms((one.post or one.line).hold_until) for one in told} == {until, sooner}
    await _release(garden)
    shown = await garden.cy.told(TextShown, 2)
    after = await garden.cy.ask(ListPosts(thread=thread))
    assert [one.body for one in after.posts] == [one.body for one in before.posts]
    assert after.thread.title == before.thread.title
    [of_post] = [one.post for one in shown if one.post]
    assert of_post.revision == after.posts[0].revision == before.posts[0].revision + 3
    assert await garden.moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []
    assert (await garden.cy.ask(ListLines(board=garden.board))).lines[0].body is not None


async def test_a_clause_takes_a_hold_over(garden: Garden) -> None:
    """Hidden by a clause meanwhile, the words are told to nobody in between, and stay hidden."""
    thread, post, _ = await written(garden)
    await garden.cy.listen(board_stream(garden.board))
    await _hold(garden, 36, post=post)
    hidden = await garden.bo.ask(HidePost(post=post, norm=1, reason="It names an employer"))
    await _release(garden)
    assert (hidden.post.norm, hidden.post.hold_until) == (1, None)
    assert len(await garden.cy.told(TextHidden, 2)) == 2
    assert garden.cy.events(TextShown) == []
    [first, *_] = (await garden.cy.ask(ListPosts(thread=thread))).posts
    assert (first.state, first.norm) == (ContentState.HIDDEN, 1)
    assert (await garden.bo.ask(RestorePost(post=post, reason="A mistake"))).post.body


async def test_a_purge_may_want_what_is_held(garden: Garden) -> None:
    """While it waits the hold may end: the words stay hidden; purged, nothing is held any more."""
    thread, post, answer = await written(garden)
    await _hold(garden, 36, post=post)
    await garden.purge(post=post)
    await _release(garden)
    [first, *_] = (await garden.cy.ask(ListPosts(thread=thread))).posts
    assert (first.state, first.body, first.hold_until) == (ContentState.HIDDEN, None, None)
    await _hold(garden, 36, post=answer)
    await garden.ana.ask(WithdrawPost(post=answer))
    await _release(garden)
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert page.posts[-1].state is ContentState.WITHDRAWN
    with pytest.raises(Gone):
        await _hold(garden, 36, post=answer)
    with pytest.raises(Conflict):
        await _hold(garden, 36, post=post)


async def _remove(garden: Garden, state: str | None) -> None:
    """Set by hand what removing a member and lifting that does."""
    sql = "INSERT INTO removed_members VALUES (?, 'case', 'act', 'removed', 0, 0, '', '')"
    if state is None:
        sql = "DELETE FROM removed_members WHERE member = ?"
    await garden.moot.change(lambda tx: tx.execute(sql, garden.ana.id))


async def _tell(garden: Garden, *, shown: bool) -> None:
    place: str | None = ""
    while place is not None:

        def tell(tx: Tx, ctx: Context) -> Iterable[Effect]:
            nonlocal place
            done = ctx.readers.tell_removed_words(tx, ctx, garden.ana.id, str(place), shown=shown)
            place = done.place
            return done.effects

        await _do(garden.moot, tell)


async def test_all_words_of_a_removed_member_are_hidden_at_once(garden: Garden) -> None:
    """From one commit on no reader finds a byte of them, in slices their mirrors are told; lifted,
    all words are there again."""
    thread, _, _ = await written(garden)
    line = await _said(garden)
    before = await garden.cy.ask(ListPosts(thread=thread))
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    await _remove(garden, "removed")
    for reader in (garden.cy, garden.moot.sysop, garden.bo):
        counts = len(reader.answers), len(reader.tape.frames)
        await garden.look(reader, thread)
        sent = b"".join([*reader.answers[counts[0] :], *reader.tape.frames[counts[1] :]])
        assert not any(word.encode() in sent for word in WORDS)
    [first, *_] = (await garden.cy.ask(ListPosts(thread=thread))).posts
    assert (first.state, first.of_removed, first.norm) == (ContentState.HIDDEN, True, None)
    [marker] = (await garden.cy.ask(ListLines(board=garden.board))).lines
    assert (marker.id, marker.body, marker.of_removed) == (line, None, True)
    await _tell(garden, shown=False)
    told = await garden.cy.told(TextHidden, 3)
    assert all((one.post or one.line).of_removed for one in told)
    await _remove(garden, None)
    await _tell(garden, shown=True)
    assert len(await garden.cy.told(TextShown, 3)) == 3
    after = await garden.cy.ask(ListPosts(thread=thread))
    assert [one.body for one in after.posts] == [one.body for one in before.posts]
    assert after.posts[0].revision == before.posts[0].revision + 2
    assert any(word.encode() in bytes_in(garden.moot.folder) for word in WORDS)
