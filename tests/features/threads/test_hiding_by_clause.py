"""Words that a moderator hides by a clause: read by their author and the desk alone (protocol 12.5)."""

from typing import Any

import pytest

from bbs import limits
from bbs.errors import BadParams
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import ListNotices, Search
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.hiding_messages import (
    GetHiddenLine,
    GetHiddenPost,
    HiddenEnded,
    HideLine,
    HidePost,
    RestoreLine,
    RestorePost,
)
from bbs.features.threads.messages import (
    EditPost,
    ListLines,
    ListPosts,
    Retitle,
    Say,
    Unsay,
    WithdrawPost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.refusals import Conflict, Gone, NotAllowed, NotFound
from bbs.streams import board_stream, lounge_stream, member_stream
from tests.features.proposals.motions import back
from tests.features.threads.test_hidden import BODY, MORE, TITLE, WORDS, Garden, _export, moot
from tests.features.threads.test_hidden import _written as written
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.talk import write

WHY = "It names somebody's employer"

__all__ = ("moot",)


@pytest.fixture
async def garden(moot: Moot) -> Garden:
    """A board where ana wrote, bo moderates, and cy only reads."""
    garden = await Garden.grown(moot)
    await moot.sysop.carry(Appoint(board=garden.board, member=garden.bo.id))
    return garden


async def _said(garden: Garden) -> str:
    line = new_id()
    await garden.ana.ask(Say(board=garden.board, line=line, body=f"{BODY} @cy"))
    return line


async def test_hidden_words_are_in_no_byte_sent_to_others(garden: Garden) -> None:
    """Whatever a reader asks for, and whatever they listen to again, has not a byte of words that a
    clause hides; in their place stands a marker with its number, and the log gives the reason."""
    thread, post, answer = await written(garden)
    line = await _said(garden)
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    for key in (post, answer):
        await garden.bo.ask(HidePost(post=key, norm=1, reason=WHY))
    await garden.bo.ask(HideLine(line=line, norm=1, reason=WHY))
    told = await garden.cy.told(TextHidden, 3)
    assert [(one.post or one.line).norm for one in told] == [1, 1, 1]  # type: ignore[union-attr]  # each has one of both
    for reader in (garden.cy, garden.moot.sysop, garden.bo):
        before = len(reader.answers), len(reader.tape.frames)
        await garden.look(reader, thread)
        sent = b"".join([*reader.answers[before[0] :], *reader.tape.frames[before[1] :]])
        assert not any(word.encode() in sent for word in WORDS)
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert {(one.state, one.body, one.norm) for one in page.posts} == {
        (ContentState.HIDDEN, None, 1)
    }
    assert (page.thread.state, page.thread.title) == (ContentState.HIDDEN, None)
    [marker] = (await garden.cy.ask(ListLines(board=garden.board))).lines
    assert (marker.state, marker.body, marker.norm) == (ContentState.HIDDEN, None, 1)
    acts = (await garden.cy.ask(GetLog(board=garden.board, norm=1))).acts
    assert [(act.method, act.reason, act.thing.id) for act in acts] == [
        ("threads.hide_line", WHY, line),
        ("threads.hide", WHY, answer),
        ("threads.hide", WHY, post),
    ]


async def test_their_author_is_told_and_reads_them_and_so_does_the_desk(garden: Garden) -> None:
    """The author's notice has clause, reason and until when; they and the board's moderators read
    the words by the query, and everybody else learns only that there is nothing for them (P9)."""
    _thread, post, _ = await written(garden)
    line = await _said(garden)
    await garden.ana.listen(member_stream(garden.ana.id))
    await garden.bo.ask(HidePost(post=post, norm=1, reason=WHY))
    await garden.bo.ask(HideLine(line=line, norm=1, reason=WHY))
    of_line, of_post = (await garden.ana.ask(ListNotices())).notices
    for notice, thing in ((of_post, post), (of_line, line)):
        assert notice.kind == NoticeKind.WORDS
        assert notice.act is not None
        assert (notice.act.thing.id, notice.act.norm, notice.act.reason) == (thing, 1, WHY)
        assert [change.field for change in notice.act.changes] == ["kept_until"]
    for reader in (garden.ana, garden.bo):
        found = await reader.ask(GetHiddenPost(post=post))
        assert found.post is not None
        assert found.act is not None
        assert (found.title, found.post.body) == (TITLE, f"{BODY} {MORE} @cy")
        assert (found.act.norm, found.act.reason) == (1, WHY)
        said = await reader.ask(GetHiddenLine(line=line))
        assert said.line is not None
        assert (said.line.body, said.line.norm) == (f"{BODY} @cy", 1)
    for request in (GetHiddenPost(post=post), GetHiddenLine(line=line)):
        assert isinstance(await garden.cy.refused(request), NotFound)
    given = len(garden.ana.answers)
    await _export(garden.ana)
    sent = b"".join(garden.ana.answers[given:])
    assert all(word.encode() in sent for word in WORDS)


async def test_restored_words_are_as_they_were(garden: Garden) -> None:
    """Restored, words, title and mentions are there again with a later revision; log and author are
    told, with the act that is undone. They can be hidden again, and restored again."""
    thread, post, _ = await written(garden)
    line = await _said(garden)
    before = await _seen(garden, thread)
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    for _again in range(2):
        hidden = await garden.bo.ask(HidePost(post=post, norm=1, reason=WHY))
        await garden.bo.ask(HideLine(line=line, norm=1, reason=WHY))
        assert (await _seen(garden, thread)) != before
        shown = await garden.bo.ask(RestorePost(post=post, reason="A mistake"))
        await garden.bo.ask(RestoreLine(line=line, reason="A mistake"))
        assert (shown.post.state, shown.post.norm) == (ContentState.PUBLISHED, None)
        assert shown.post.revision == hidden.post.revision + 1
        assert (await _seen(garden, thread)) == before
        acts = (await garden.cy.ask(GetLog(board=garden.board))).acts
        of_line, of_post, hid_line, hid_post, *_ = acts
        assert (of_line.undoes, of_post.undoes) == (hid_line.id, hid_post.id)
    assert len(await garden.cy.told(TextShown, 4)) == 4
    assert len((await garden.ana.ask(ListNotices())).notices) == 8
    await garden.moot.do_jobs()
    assert await garden.moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []
    assert isinstance(await garden.ana.refused(GetHiddenPost(post=post)), NotFound)


async def _seen(garden: Garden, thread: str) -> list[object]:
    """Return states and words as a reader sees them, whatever the revision."""
    page = await garden.cy.ask(ListPosts(thread=thread))
    lines = (await garden.cy.ask(ListLines(board=garden.board))).lines
    return [
        (page.thread.state, page.thread.title),
        [(post.state, post.body, post.mentions, post.norm) for post in page.posts],
        [(line.state, line.body, line.mentions, line.norm) for line in lines],
        [one.post.id for one in (await garden.cy.ask(Search(query=BODY))).found],
    ]


async def test_what_cannot_be_hidden_or_restored_is_refused_in_a_sentence(garden: Garden) -> None:
    """Own words, a clause that was not there, and words in any other state: each says why."""
    thread, post, answer = await written(garden)
    line = await _said(garden)
    own = await write(garden.bo, thread, "Mine")
    refused: list[tuple[Any, type[Exception], str]] = [
        (HidePost(post=own, norm=1, reason=WHY), Conflict, "withdraw them instead"),
        (HidePost(post=post, norm=20, reason=WHY), BadParams, "has no such clause: cite another"),
        (RestorePost(post=post, reason=WHY), Conflict, "not hidden"),
        (RestoreLine(line=line, reason=WHY), Conflict, "not hidden"),
    ]
    await _refused(garden.bo, refused)
    for nobody in (garden.ana, garden.cy):
        error = await nobody.refused(HidePost(post=post, norm=1, reason=WHY))
        assert isinstance(error, NotAllowed)
    await garden.ana.ask(WithdrawPost(post=answer))
    await garden.bo.ask(HidePost(post=post, norm=1, reason=WHY))
    await garden.bo.ask(HideLine(line=line, norm=1, reason=WHY))
    await _refused(
        garden.bo,
        [
            (HidePost(post=post, norm=1, reason=WHY), Conflict, "hidden already"),
            (HideLine(line=line, norm=1, reason=WHY), Conflict, "hidden already"),
            (HidePost(post=answer, norm=1, reason=WHY), Gone, "withdrawn"),
            (RestorePost(post=answer, reason=WHY), Gone, "withdrawn"),
        ],
    )
    for request in (EditPost(post=post, body="Again"), Retitle(thread=thread, title="Again")):
        error = await garden.ana.refused(request)
        assert isinstance(error, Conflict)
        assert "hidden by norm 1" in str(error)
    assert (await garden.ana.ask(WithdrawPost(post=post))).post.state is ContentState.WITHDRAWN
    assert (await garden.ana.ask(Unsay(line=line))).line.state is ContentState.WITHDRAWN
    await _refused(garden.bo, [(RestorePost(post=post, reason=WHY), Gone, "withdrawn")])


async def _refused(line: Line, requests: list[tuple[Any, type[Exception], str]]) -> None:
    for request, kind, says in requests:
        error = await line.refused(request)
        assert isinstance(error, kind), request
        assert says in str(error)


async def _later(garden: Garden, **span: float) -> None:
    garden.moot.clock.jump(**span)
    garden.ana, garden.bo, garden.cy = [
        await back(garden.moot, line) for line in (garden.ana, garden.bo, garden.cy)
    ]


async def test_what_nobody_restores_is_erased(garden: Garden) -> None:
    """After 60 days the words are gone from every file, as faded: readers are told, and nobody
    restores or reads them any more, from the moment of that end (P10)."""
    moot = garden.moot
    await moot.sysop.carry(ConfigureBoard(board=garden.board, lounge_hours=24 * 365))
    thread, post, answer = await written(garden)
    line = await _said(garden)
    for key in (post, answer):
        await garden.bo.ask(HidePost(post=key, norm=1, reason=WHY))
    await garden.bo.ask(HideLine(line=line, norm=1, reason=WHY))
    await _later(garden, days=limits.HIDDEN_DAYS - 1)
    await moot.do_jobs()
    assert (await garden.ana.ask(GetHiddenPost(post=post))).post is not None
    await _later(garden, days=1, seconds=1)
    await garden.cy.listen(board_stream(garden.board), lounge_stream(garden.board))
    for request in (GetHiddenPost(post=post), RestorePost(post=post, reason=WHY)):
        error = await garden.bo.refused(request)
        assert isinstance(error, Gone)
        assert error.state == "faded"
    await moot.do_jobs("erase hidden words")
    assert len(await garden.cy.told(HiddenEnded, 3)) == 3
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert [(one.state, one.body) for one in page.posts] == [(ContentState.FADED, None)] * 2
    assert (page.thread.state, page.thread.title) == (ContentState.FADED, None)
    assert (await garden.cy.ask(ListLines(board=garden.board))).lines == ()
    assert await moot.running.dispatcher.store.run_maintenance()
    assert not any(word.encode() in bytes_in(moot.folder) for word in WORDS)
    assert await moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []


async def test_hidden_words_fade_at_their_own_end(garden: Garden) -> None:
    """Where a board keeps words for a shorter time, that goes on while they are hidden (P10)."""
    await garden.moot.sysop.carry(ConfigureBoard(board=garden.board, retention_days=1))
    thread, post, _ = await written(garden)
    await garden.bo.ask(HidePost(post=post, norm=1, reason=WHY))
    garden.moot.clock.jump(days=1, seconds=1)
    assert isinstance(await garden.bo.refused(RestorePost(post=post, reason=WHY)), Gone)
    await garden.moot.do_jobs("fade posts")
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert page.posts[0].state is ContentState.FADED
    await _later(garden, days=limits.HIDDEN_DAYS)
    await garden.moot.do_jobs("erase hidden words")
    assert await garden.moot.read(lambda tx: tx.fetch_all("SELECT * FROM hidings")) == []


async def test_a_purge_may_want_what_a_clause_hides(garden: Garden) -> None:
    """While it waits nobody restores the words; withdrawn, the clause hides them still."""
    moot = garden.moot
    thread, post, _ = await written(garden)
    await garden.bo.ask(HidePost(post=post, norm=1, reason=WHY))
    await garden.purge(post=post)
    error = await garden.bo.refused(RestorePost(post=post, reason=WHY))
    assert isinstance(error, Conflict)
    assert "waits" in str(error)
    moot.clock.jump(hours=limits.SECOND_KEY_HOURS + 1)
    await moot.do_jobs("commands that wait")
    [first, *_] = (await garden.cy.ask(ListPosts(thread=thread))).posts
    assert (first.state, first.norm) == (ContentState.HIDDEN, 1)
    shown = await garden.bo.ask(RestorePost(post=post, reason=WHY))
    assert shown.post.state is ContentState.PUBLISHED
