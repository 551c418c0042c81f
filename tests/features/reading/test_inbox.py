"""The inbox and what was put aside: in the order of time, only what one may read and did not mute."""

import pytest

from bbs import limits
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.reading.messages import (
    GetInbox,
    ListSaved,
    SavePost,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import InboxItem, InboxKind, Stance
from bbs.features.threads.hiding_messages import HideLine, RestoreLine
from bbs.features.threads.messages import Say, Thank, Unsay, WithdrawPost
from bbs.ids import BoardId, LineId, PostId, new_id
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def inbox(line: Line, limit: int = 50) -> list[InboxItem]:
    """Return the whole inbox, page by page."""
    items: list[InboxItem] = []
    page = await line.ask(GetInbox(limit=limit))
    while True:
        items += page.items
        if page.next_before is None:
            return items
        page = await line.ask(GetInbox(limit=limit, before=page.next_before))


def told(items: list[InboxItem]) -> list[tuple[InboxKind, PostId | None]]:
    """Return kind and post of each item."""
    return [(item.kind, item.post.id if item.post else None) for item in items]


@pytest.mark.parametrize("step_s", [0, 1])
async def test_the_inbox_is_in_the_order_of_time(
    moot: Moot, ana: Line, board: BoardId, step_s: int
) -> None:
    """Answers, mentions, thanks and notices come newest first, each once, however small the page
    and even where all of it happened in one moment (P1)."""
    thread, opening = await start(ana, board)
    other, _ = await start(moot.sysop, board)
    wanted: list[tuple[InboxKind, PostId | None]] = []
    for turn in range(3):
        moot.clock.jump(seconds=step_s)
        wanted.append((InboxKind.ANSWER, await write(moot.sysop, thread, "@ana yes", opening)))
        moot.clock.jump(seconds=step_s)
        wanted.append((InboxKind.ANSWER, await write(moot.sysop, thread)))
        moot.clock.jump(seconds=step_s)
        wanted.append((InboxKind.MENTION, await write(moot.sysop, other, f"@ana {turn}")))
        moot.clock.jump(seconds=step_s)
        await moot.sysop.carry(Appoint(board=board, member=ana.id, moderator=turn % 2 == 0))
        wanted.append((InboxKind.NOTICE, None))
        await write(moot.sysop, other, "nothing for ana")
        await write(ana, thread, "@ana to myself", opening)
    moot.clock.jump(seconds=step_s)
    await moot.sysop.ask(Thank(post=opening))
    wanted.append((InboxKind.THANKS, opening))
    whole = await inbox(ana)
    assert sorted(told(whole), key=str) == sorted(wanted, key=str)
    if step_s:
        assert told(whole) == wanted[::-1]
    assert await inbox(ana, limit=2) == whole
    [thanks] = [item for item in whole if item.kind is InboxKind.THANKS]
    assert thanks.by == moot.sysop.id
    assert [item.seat.moderator for item in whole if item.seat] == [True, False, True]
    assert InboxKind.THANKS not in {item.kind for item in await inbox(moot.sysop)}


async def test_what_is_muted_private_or_gone_is_not_in_it(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """Muted threads and members, boards one left and posts that are gone tell nothing (P8, P10)."""
    bob = await moot.join("bob")
    await bob.ask(TakeSeat(board=board, norms_version=1))
    attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=attic, member=ana.id))
    [notice] = await inbox(ana)
    assert notice.seat is not None
    assert notice.seat.board == attic
    await ana.ask(TakeSeat(board=attic, norms_version=1))
    thread, opening = await start(ana, board)
    loud, _ = await start(moot.sysop, board, "@ana")
    inside, _ = await start(moot.sysop, attic, "@ana")
    gone = await write(moot.sysop, thread, "x", opening)
    kept = await write(moot.sysop, thread, "y", opening)
    await write(bob, thread, "z", opening)
    await bob.ask(Thank(post=opening))
    assert len(await inbox(ana)) == 7
    await moot.sysop.ask(WithdrawPost(post=gone))
    await ana.ask(SetThreadChoice(thread=loud, stance=Stance.MUTE))
    await ana.ask(SetMemberChoice(member=bob.id, stance=Stance.MUTE))
    await ana.ask(LeaveSeat(board=attic))
    assert told(await inbox(ana)) == [(InboxKind.ANSWER, kept), (InboxKind.NOTICE, None)]
    assert inside not in str(await inbox(ana))


async def test_saved_posts_come_newest_first(moot: Moot, ana: Line, board: BoardId) -> None:
    """What one put aside is listed by publication, page by page, as far as one may read it."""
    attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
    await moot.sysop.ask(OfferSeat(board=attic, member=ana.id))
    await ana.ask(TakeSeat(board=attic, norms_version=1))
    _, inside = await start(moot.sysop, attic)
    thread, first = await start(moot.sysop, board)
    posts = [inside, first]
    for _ in range(3):
        moot.clock.jump(seconds=1)
        posts.append(await write(moot.sysop, thread))
    for post in (posts[2], posts[0], posts[4], posts[1]):
        await ana.ask(SavePost(post=post))
    wanted = [posts[4], posts[2], *sorted(posts[:2], reverse=True)]
    page = await ana.ask(ListSaved(limit=3))
    assert [one.post.id for one in page.found] == wanted[:3]
    rest = await ana.ask(ListSaved(limit=3, before=page.next_before))
    assert ([one.post.id for one in rest.found], rest.next_before) == (wanted[3:], None)
    await ana.ask(LeaveSeat(board=attic))
    await ana.ask(SavePost(post=first, saved=False))
    assert [one.post.id for one in (await ana.ask(ListSaved())).found] == wanted[:2]


async def test_a_page_looks_no_further_than_its_bound(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """However much of it is muted, a page costs what its bound says; the pages after it go on, and
    nothing is left out or told twice."""
    thread, _ = await start(ana, board)
    first = await write(moot.sysop, thread)
    loud, _ = await start(ana, board)
    moot.clock.jump(seconds=1)
    await write(moot.sysop, loud, "@ana")
    columns = "board, thread, author_kind, author, at, norms_version, state, answers"
    await moot.change(
        lambda tx: tx.execute(
            f"INSERT INTO posts (id, number, visible_at, {columns}) WITH RECURSIVE n (i) AS"
            " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            f" SELECT 'p' || i, 2 + i, visible_at + i, {columns} FROM n, posts"
            " WHERE thread = ? AND number = 2",
            *(limits.INBOX_LOOKED_MAX + 5, loud),
        )
    )
    await ana.ask(SetThreadChoice(thread=loud, stance=Stance.MUTE))
    page = await ana.ask(GetInbox())
    assert page.items == ()
    assert page.next_before is not None
    assert told(await inbox(ana)) == [(InboxKind.ANSWER, first)]


async def say(line: Line, board: BoardId, body: str) -> LineId:
    """Say a line in a lounge; return its id."""
    said = new_id()
    await line.ask(Say(board=board, line=said, body=body))
    return said


async def test_a_mention_in_a_lounge_is_a_mention(moot: Moot, ana: Line, board: BoardId) -> None:
    """A line that mentions a member stands in their inbox like a post, each once, however small the
    page; what a member says to themselves does not (P1)."""
    thread, _ = await start(moot.sysop, board)
    wanted: list[tuple[PostId | None, LineId | None]] = []
    for turn in range(3):
        moot.clock.jump(seconds=1)
        wanted.append((None, await say(moot.sysop, board, f"@ana, come in: {turn}")))
        moot.clock.jump(seconds=1)
        wanted.append((await write(moot.sysop, thread, "@ana"), None))
        await say(ana, board, "@ana to myself")
        await say(moot.sysop, board, "to nobody")
    whole = await inbox(ana)
    found = [(item.post and item.post.id, item.line and item.line.id) for item in whole]
    assert found == wanted[::-1]
    assert {item.kind for item in whole} == {InboxKind.MENTION}
    assert await inbox(ana, limit=2) == whole
    assert all(item.at == item.line.at for item in whole if item.line)


async def test_a_mention_in_a_lounge_ends_with_its_line(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """Withdrawn or faded, by the clock alone too, a line calls nobody any more (P10)."""
    first = await say(moot.sysop, board, "@ana canary")
    moot.clock.jump(hours=limits.LOUNGE_HOURS_DEFAULT - 1)
    second = await say(moot.sysop, board, "@ana again")
    assert [item.line.id for item in await inbox(ana) if item.line] == [second, first]
    moot.clock.jump(hours=1)
    assert [item.line.id for item in await inbox(ana) if item.line] == [second]
    await moot.sysop.ask(Unsay(line=second))
    assert await inbox(ana) == []
    await moot.do_jobs()
    left = await moot.read(lambda tx: tx.fetch_value("SELECT count(*) FROM line_mentions"))
    assert left == 0


async def test_a_hidden_line_calls_nobody_until_it_is_restored(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """What is hidden by a clause is in no inbox; restored, it is there again (P8)."""
    bob = await moot.join("bob")
    await bob.ask(TakeSeat(board=board, norms_version=1))
    called = await say(bob, board, "@ana, read this")
    await moot.sysop.ask(HideLine(line=called, norm=1, reason="Not so."))
    assert [item for item in await inbox(ana) if item.line] == []
    await moot.sysop.ask(RestoreLine(line=called, reason="It was."))
    assert [item.line.id for item in await inbox(ana) if item.line] == [called]


async def test_a_lounge_calls_nobody_who_cannot_read_it(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """Whoever may not read a board is not called from its lounge, nor one who left it, nor by whom
    they muted (P8)."""
    attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
    await say(moot.sysop, attic, "@ana, before")
    await moot.sysop.ask(OfferSeat(board=attic, member=ana.id))
    await ana.ask(TakeSeat(board=attic, norms_version=1))
    called = await say(moot.sysop, attic, "@ana, now")
    assert [item.line.id for item in await inbox(ana) if item.line] == [called]
    await ana.ask(SetMemberChoice(member=moot.sysop.id, stance=Stance.MUTE))
    assert [item for item in await inbox(ana) if item.line] == []
    await ana.ask(SetMemberChoice(member=moot.sysop.id, stance=Stance.NONE))
    await ana.ask(LeaveSeat(board=attic))
    assert [item for item in await inbox(ana) if item.line] == []
