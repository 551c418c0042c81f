"""Leaving the community: hidden or nobody's at once, brought back for a week, then gone (P9, protocol 28)."""

from bbs.features.members.views import FormerAuthor, MemberAuthor, MemberState
from bbs.features.ownership.leaving_messages import ComeBack, Leave, ListLeavings
from bbs.features.ownership.messages import ListExport
from bbs.features.ownership.views import LeaveWords, LeavingState
from bbs.features.threads.messages import ListLines, ListPosts, Say
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.leaving_refusals import LeavingNow
from tests.support.moot import Moot
from tests.support.talk import seated, start, write

TITLE, WORDS, SAID = "Zephyrine", "obsidian", "quincunx"


async def test_taken_back_from_the_community(moot: Moot) -> None:
    """From the commit on nobody reads the words; for a week all comes back but sessions."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben = await seated(moot, "ana", board), await seated(moot, "ben", board)
    begun = await start(ana, board, WORDS, TITLE)
    await write(ben, begun.thread, "I answer")
    await ana.ask(Say(board=board, line=new_id(), body=SAID))
    left = await ana.ask(Leave(words=LeaveWords.TAKEN))
    assert (left.leaving.posts, left.leaving.lines) == (1, 1)
    page = await ben.ask(ListPosts(thread=begun.thread))
    [first, _] = page.posts
    assert (first.body, first.state, type(first.author)) == (
        None,
        ContentState.WITHDRAWN,
        FormerAuthor,
    )
    assert page.thread.title is None
    assert page.posts[1].answers is None
    [line] = (await ben.ask(ListLines(board=board))).lines
    assert line.body is None
    back = moot.line(ana.person)
    me = await back.ask(ana.person.with_password(session=new_id()))
    assert me.member.state is MemberState.LEAVING
    assert me.member.handle == "ana"
    assert isinstance(await back.refused(ListPosts(thread=begun.thread)), LeavingNow)
    await back.ask(ListExport())
    [leaving] = (await back.ask(ListLeavings())).leavings
    assert leaving.state is LeavingState.LEAVING
    await moot.do_jobs()
    await back.ask(ComeBack())
    page = await back.ask(ListPosts(thread=begun.thread))
    assert page.posts[0].body == WORDS
    assert page.posts[0].author == MemberAuthor(id=ana.id)
    assert page.posts[1].answers == ana.id
    await write(back, begun.thread, "I am back")
