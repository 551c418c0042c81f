"""Those in office find what somebody wrote on their board; nobody else gets such a list (P2, P11)."""

from datetime import timedelta

from bbs.clock import instant
from bbs.features.threads.finding_messages import FindWords, FoundState
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts, Say, WithdrawPost
from bbs.ids import BoardId, new_id
from bbs.refusals import NotAllowed, NotFound
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write


async def test_a_moderator_finds_what_somebody_wrote_oldest_first(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """By author, thread, time and state, page by page, without words unless they are asked for."""
    bo = await seated(moot, "bo", board)
    first, second = await start(ana, board, "one"), await start(bo, board, "two")
    answers = [await write(ana, second.thread, f"answer {n}") for n in range(5)]
    await write(bo, first.thread, "not hers")
    await moot.sysop.ask(HidePost(post=answers[1], norm=1, reason="It hurts"))
    await ana.ask(WithdrawPost(post=answers[2]))
    hers = [first.post, *answers[:2], *answers[3:]]

    async def found(limit: int = 50, **asked: object) -> list[str]:
        query = FindWords(board=board, author=ana.id, limit=limit, **asked)  # type: ignore[arg-type]  # what a test asks
        ids: list[str] = []
        while True:
            page = await moot.sysop.ask(query)
            ids += [post.id for post in page.posts]
            assert all(post.body is None and post.subject is None for post in page.posts)
            assert all(thread.title is None for thread in page.threads)
            assert {post.thread for post in page.posts} == {thread.id for thread in page.threads}
            if page.next_after is None:
                return ids
            query = FindWords(board=board, author=ana.id, limit=limit, after=page.next_after)

    assert await found() == hers
    assert await found(limit=2) == hers
    assert await found(thread=second.thread) == hers[1:]
    assert await found(state=FoundState.HIDDEN) == [answers[1]]
    assert answers[1] not in await found(state=FoundState.PUBLISHED)
    at = (await ana.ask(ListPosts(thread=first.thread))).posts[0].at
    assert await found(since=at) == hers
    assert await found(until=at) == []
    assert await found(since=instant(0), until=at + timedelta(days=1)) == hers
    page = await moot.sysop.ask(FindWords(board=board, author=ana.id, words=True))
    assert [post.body for post in page.posts] == ["one", "answer 0", None, "answer 3", "answer 4"]
    assert {thread.title for thread in page.threads} == {"T"}


async def test_a_moderator_finds_lines_of_the_lounge(moot: Moot, board: BoardId, ana: Line) -> None:
    """A flood is as often in the lounge as in threads."""
    lines = [new_id() for _ in range(3)]
    for line in lines:
        await ana.ask(Say(board=board, line=line, body="buy this"))
    await moot.sysop.ask(Say(board=board, line=new_id(), body="please stop"))
    query = FindWords(board=board, author=ana.id, lines=True, limit=2)
    page = await moot.sysop.ask(query)
    assert [line.id for line in page.lines] == lines[:2]
    assert page.lines[0].body is None
    rest = await moot.sysop.ask(
        FindWords(board=board, author=ana.id, lines=True, words=True, after=page.next_after or 0)
    )
    assert [(line.id, line.body) for line in rest.lines] == [(lines[2], "buy this")]
    assert rest.next_after is None


async def test_no_member_lists_what_another_wrote(moot: Moot, board: BoardId, ana: Line) -> None:
    """Not even the own words: each post is read in its thread, and the export has one's own (P9)."""
    await start(ana, board)
    assert isinstance(await ana.refused(FindWords(board=board, author=ana.id)), NotAllowed)
    stranger = await moot.join("cy")
    assert isinstance(await stranger.refused(FindWords(board=board)), NotAllowed)
    hidden = await moot.board(moot.sysop, "attic", visibility="private")
    assert isinstance(await ana.refused(FindWords(board=hidden)), NotFound)


async def test_a_long_board_is_walked_in_slices(moot: Moot, board: BoardId, ana: Line) -> None:
    """What is looked for is found behind many posts of others, and between two pages nothing is lost."""
    begun = await start(ana, board)
    bo = await seated(moot, "bo", board)
    wanted = await write(bo, begun.thread)
    for _ in range(260):
        await write(ana, begun.thread)
    last = await write(bo, begun.thread)
    page = await moot.sysop.ask(FindWords(board=board, author=bo.id))
    assert [post.id for post in page.posts] == [wanted, last]
    assert page.next_after is None
