"""Every pair of a state of words and a move: done as the one table says, or refused (protocol 12.5)."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.ownership.messages import Export
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.hiding_messages import HidePost, RestorePost
from bbs.features.threads.messages import EditPost, ListHeld, ListPosts, WithdrawPost, WritePost
from bbs.features.threads.moves import BY_TIME, STATES, Move, Shown, refusal
from bbs.features.threads.views import GONE, ContentState, Post
from bbs.ids import BoardId, new_id
from bbs.refusals import Conflict, Gone
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot
from tests.support.talk import start

WORD = "zephyrine"
STATE, MOVE = st.sampled_from(ContentState), st.sampled_from(Move)


class Place:
    """A board where ana writes, bo moderates and cy reads, each post in a thread of its own.

    Attributes:
        word: What the post says, and no other in the community.
    """

    def __init__(self, moot: Moot, board: BoardId, lines: list[Line]) -> None:
        self.moot, self.board = moot, board
        self.ana, self.bo, self.cy = lines
        self.thread = self.post = ""
        self.word = WORD

    async def reach(self, state: ContentState) -> None:
        """Write a post and bring it into a state."""
        hold = 60 if state is ContentState.HELD else 0
        await self.moot.sysop.carry(ConfigureBoard(board=self.board, hold_s=hold))
        self.thread, _ = await start(self.bo, self.board)
        if hold:
            self.moot.clock.jump(seconds=61)
            await self.moot.do_jobs("publish held posts")
        self.post = new_id()
        await self.ana.ask(WritePost(thread=self.thread, post=self.post, body=self.word))
        by = {
            ContentState.HIDDEN: Move.HIDE,
            ContentState.WITHDRAWN: Move.WITHDRAW,
            ContentState.FADED: Move.FADE,
            ContentState.PURGED: Move.PURGE,
        }
        if state in by:
            await self.make(by[state])
        shown = await self.seen()
        assert shown is not None
        assert shown.state is state

    async def make(self, move: Move) -> None:
        """Make a move, by whoever makes it.

        Raises:
            FolkmootError: As the server refuses it.
        """
        await _MAKE[move](self)

    async def seen(self) -> Post | None:
        """Return the post as a reader sees it; a held one as its author does.

        None if it was withdrawn before anybody could see it.
        """
        held = (await self.ana.ask(ListHeld(board=self.board))).posts
        page = await self.cy.ask(ListPosts(thread=self.thread))
        return next((post for post in (*held, *page.posts) if post.id == self.post), None)

    async def stored(self) -> tuple[str, str | None]:
        """Return the state and the text's id as the table of posts has them."""
        row = await self.moot.read(
            lambda tx: tx.fetch_one("SELECT state, body_text FROM posts WHERE id = ?", self.post)
        )
        assert row is not None
        state, text = row
        return state, text


async def _ask(line: Line, request: Any) -> None:
    await line.ask(request)


async def _fade(place: Place) -> None:
    """Let the post's own end come, as a board with retention sets it."""
    await place.moot.change(
        lambda tx: tx.execute(
            "UPDATE posts SET fades_at = ? WHERE id = ?", place.moot.clock(), place.post
        )
    )
    place.moot.clock.jump(seconds=1)
    await place.moot.do_jobs("fade posts")


async def _publish(place: Place) -> None:
    place.moot.clock.jump(seconds=61)
    await place.moot.do_jobs("publish held posts")


_MAKE: dict[Move, Callable[[Place], Awaitable[None]]] = {
    Move.PUBLISH: _publish,
    Move.EDIT: lambda at: _ask(at.ana, EditPost(post=at.post, body=f"{at.word} obsidian")),
    Move.WITHDRAW: lambda at: _ask(at.ana, WithdrawPost(post=at.post)),
    Move.HIDE: lambda at: _ask(at.bo, HidePost(post=at.post, norm=1, reason="Why")),
    Move.RESTORE: lambda at: _ask(at.bo, RestorePost(post=at.post, reason="Why")),
    Move.FADE: _fade,
    Move.PURGE: lambda at: at.moot.sysop.carry(Purge(post=at.post, law="A law", reason="Why")),
}


async def check_shown(place: Place, state: ContentState) -> None:
    """Compare tables, search, pages, answers and the export with what the table says of a state."""
    rules, post = STATES[state], await place.seen()
    stored, text = await place.stored()
    assert stored == (state if state is not ContentState.HIDDEN else ContentState.PUBLISHED)
    assert (text is None) == (state in GONE)
    if post is None:
        assert state is ContentState.WITHDRAWN
        return
    assert post.state is state
    assert (post.body is not None) == (rules.mirror in (Shown.WORDS, Shown.AUTHOR))
    found = (await place.cy.ask(Search(query=place.word))).found
    assert (place.post in [one.post.id for one in found]) == (rules.search is Shown.WORDS)
    reply = WritePost(thread=place.thread, post=new_id(), parent=place.post, body="Why?")
    if rules.answered:
        await place.cy.ask(reply)
    else:
        assert isinstance(await place.cy.refused(reply), FolkmootError)
    given = await _exported(place)
    assert (given is not None and "body" in given) == (rules.export is Shown.WORDS)


async def _exported(place: Place) -> dict[str, Any] | None:
    """Return the post in its author's own export; None if it is not there."""
    after = None
    while True:
        page = await place.ana.ask(Export(after=after))
        for row in page.rows:
            shown = msgspec.json.decode(row.row).get("post")
            if isinstance(shown, dict) and shown.get("id") == place.post:
                return shown
        if (after := page.next_after) is None:
            return None


# A marker that leads on has no words, and never had: `test_moving.py` tries what is done to it.
@pytest.mark.parametrize(
    "state", [state for state in ContentState if state is not ContentState.MOVED]
)
@pytest.mark.parametrize("move", Move)
async def test_every_pair_is_as_the_table_says(
    tmp_path: Path, state: ContentState, move: Move
) -> None:
    """Allowed: state, tables, search, page, answers and export are what the table says of where it
    leads. Not allowed: refused with that reason, or nothing where time moves; and nothing changed."""
    async with open_founded(tmp_path) as moot:
        place = await make_place(moot)
        await place.reach(state)
        to, error = STATES[state].moves.get(move), refusal(state, move)
        assert (to is None) == (error is not None)
        if to is not None or move in BY_TIME:
            await place.make(move)
        else:
            with pytest.raises(FolkmootError) as refused:
                await place.make(move)
            if place.post and state is not ContentState.HELD:
                assert refused.value.code == error.code  # type: ignore[union-attr]  # it is one
            assert str(refused.value)
        await check_shown(place, state if to is None else to)


async def make_place(moot: Moot, **more: Any) -> Place:
    lines = [await moot.join(handle) for handle in ("ana", "bo", "cy")]
    board = await moot.board(moot.sysop, "garden", **more)
    for line in lines:
        await line.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.carry(Appoint(board=board, member=lines[1].id))
    return Place(moot, board, lines)


@given(state=STATE, moves=st.lists(MOVE, max_size=8))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_way_leads_back_from_an_end(state: ContentState, moves: list[Move]) -> None:
    """Whatever is tried in whatever order: what is gone stays as it went, each refusal is a sentence,
    and what can be undone is undone by the move that the table names (P10)."""
    for move in moves:
        to, error = STATES[state].moves.get(move), refusal(state, move)
        if to is None:
            assert isinstance(error, Gone if state in GONE else Conflict)
            assert str(error)
            continue
        assert error is None
        assert state not in GONE or to is state
        undo = STATES[to].undo
        if to is not state and undo is not None:
            assert STATES[to].moves[undo] is state
        state = to
