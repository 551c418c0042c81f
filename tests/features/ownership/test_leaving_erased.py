"""After a week what was chosen is carried out: no byte holds what it forbids (P9, P10, protocol 28)."""

import pytest

from bbs.features.members.views import FormerAuthor, MemberAuthor
from bbs.features.ownership.leaving_messages import ListLeavings
from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.messages import ListPosts
from bbs.features.threads.views import ContentState
from bbs.refusals import SignInFailed
from tests.features.ownership.leaving_people import (
    ABOUT,
    HANDLE,
    MORE,
    NAME,
    SAID,
    TITLE,
    WORDS,
    Folk,
    gather,
)
from tests.support.moot import Moot

ALL = (TITLE, WORDS, MORE, SAID)


@pytest.fixture
async def folk(moot: Moot) -> Folk:
    """People of a garden."""
    return await gather(moot)


async def _shown(folk: Folk) -> list[tuple[str | None, ContentState, type]]:
    sysop = folk.moot.line(folk.moot.sysop.person)
    await sysop.ask(folk.moot.sysop.person.with_password())
    posts = (await sysop.ask(ListPosts(thread=folk.begun.thread))).posts
    return [(post.body, post.state, type(post.author)) for post in posts]


@pytest.mark.parametrize("board", [True, False])
@pytest.mark.parametrize("words", LeaveWords)
async def test_day_6_whole_day_8_done(folk: Folk, words: LeaveWords, board: bool) -> None:
    """Until the seventh day all is there; then each choice is carried out, on a board and everywhere."""
    await folk.leave(words, board=board)
    await folk.days(6)
    assert await folk.found(*ALL) == set(ALL) - {SAID}  # talk ends soon by itself
    before = await _shown(folk)
    await folk.days(2)
    assert await _shown(folk) == before
    taken = words is LeaveWords.TAKEN
    assert await folk.found(*ALL) == (set() if taken else set(ALL) - {SAID})
    named = words is LeaveWords.LEFT
    author = MemberAuthor if named else FormerAuthor
    state = ContentState.WITHDRAWN if taken else ContentState.PUBLISHED
    assert before[0] == (None if taken else WORDS, state, author)
    mine = "SELECT count(*) FROM posts WHERE author = ? OR answers = ?"
    count = await folk.moot.read(lambda tx: tx.fetch_value(mine, folk.ana.id, folk.ana.id))
    assert count == (3 if named else 0)
    ana = folk.moot.line(folk.ana.person)
    if board:
        await ana.ask(folk.ana.person.with_password())
        assert (await ana.ask(ListLeavings())).leavings == ()
    else:
        assert isinstance(await ana.refused(folk.ana.person.with_password()), SignInFailed)
        stays = "SELECT handle FROM members WHERE id = ?"
        handle = await folk.moot.read(lambda tx: tx.fetch_value(stays, folk.ana.id))
        assert (handle == HANDLE) == named
        gone = {ABOUT} if named else {HANDLE, NAME, ABOUT}
        assert await folk.found(*gone) == set()
