"""In a letter people write as on a board: posts, titles, marks, search, rounds (protocol 20.5)."""

import msgspec

from bbs.features.boards.messages import ListBoards
from bbs.features.community.messages import GetDisk
from bbs.features.letters.messages import LetterNews, ListLetters
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.messages import Export
from bbs.features.presence.messages import GetPresence
from bbs.features.reading.messages import (
    GetInbox,
    GetMarks,
    GetRound,
    GetUnread,
    MarkPosts,
    Resolve,
    Search,
)
from bbs.features.threads.messages import (
    EditPost,
    GetThread,
    Retitle,
    Say,
    StartThread,
    Thank,
    ThreadRetitled,
    WithdrawPost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream, member_stream
from tests.support.letters import letter_between, letters_of, write
from tests.support.moot import Moot
from tests.support.restricting import restricted


async def test_a_letter_has_one_thread_and_no_lounge(moot: Moot) -> None:
    """It is there before its first post; another one, and a line, are refused (20.5)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    assert letter.thread is not None
    thread = (await ben.ask(GetThread(thread=letter.thread))).thread
    assert (thread.number, thread.posts, thread.title) == (1, 0, None)
    assert (await write(ben, letter, "First.")).number == 1
    start = StartThread(board=letter.id, thread=new_id(), post=new_id(), title="T", body="B")
    assert isinstance(await ana.refused(start), Conflict)
    assert isinstance(await ana.refused(Say(board=letter.id, line=new_id(), body="B")), Conflict)


async def test_anybody_in_it_gives_it_a_title(moot: Moot) -> None:
    """Before the first post and after it, whoever wrote that; with its words it ends (20.5)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    assert letter.thread is not None
    await ben.listen(board_stream(letter.id))
    await ana.ask(Retitle(thread=letter.thread, title="The garden"))
    first = await write(ana, letter, "Seeds are here.")
    named = await ben.ask(Retitle(thread=letter.thread, title="The garden in May"))
    assert named.thread.title == "The garden in May"
    assert len(await ben.told(ThreadRetitled, 2)) == 2
    assert [each.post.id for each in (await ben.ask(Search(query="garden"))).found] == [first.id]
    await ana.ask(WithdrawPost(post=first.id))
    left = (await ben.ask(GetThread(thread=letter.thread))).thread
    assert (left.title, left.state) == (None, ContentState.WITHDRAWN)


async def test_posts_are_new_to_the_others_and_come_in_rounds(moot: Moot) -> None:
    """Letters stand before the boards in a round, and what is read is read (P4, 20.5)."""
    ana, ben = await moot.join("ana"), await moot.join("ben")
    letter = await letter_between(moot, ana, ben)
    post = await write(ana, letter, "A word for you.")
    (unread,) = (await ben.ask(GetUnread())).threads
    assert (unread.board, unread.posts) == (letter.id, 1)
    (stop,) = (await ben.ask(GetRound())).round.stops
    assert stop.board == letter.id
    assert (await ben.ask(GetInbox())).items == (), "a letter is no answer to anybody"
    await ben.ask(MarkPosts(thread=post.thread, first=1, last=1))
    assert (await ben.ask(GetUnread())).threads == ()
    await ben.ask(Thank(post=post.id))


async def test_only_those_in_it_find_it(moot: Moot) -> None:
    """Search, lists, export and news are theirs alone (20.1)."""
    ana, ben, cyd = [await moot.join(handle) for handle in ("ana", "ben", "cyd")]
    letter = await letter_between(moot, ana, ben)
    post = await write(ana, letter, "Whispering willows")
    await ana.ask(EditPost(post=post.id, body="Whispering willows, again"))
    await moot.sysop.ask(GetDisk())
    for line in (cyd, moot.sysop):
        for query in (GetUnread(), GetRound(), GetMarks(), GetInbox(), GetPresence(), Export()):
            await line.ask(query)
        await line.refused(Resolve(address=letter.id))
        assert (await line.ask(Search(query="willows"))).found == ()
        assert isinstance(await line.refused(GetThread(thread=post.thread)), NotFound)
        assert letter.id not in {each.id for each in (await line.ask(ListBoards())).boards}
        assert (await letters_of(line)).heads == ()
        await line.settle()
        assert not [each for each in line.ephemerals if each.kind == LetterNews.kind]
        assert b"willows" not in line.sent
        assert letter.id.encode() not in line.sent, "no list, count or cursor names it"
    assert len((await ben.ask(Search(query="willows"))).found) == 1
    page = await ana.ask(Export())
    assert b"willows" in msgspec.json.encode(page)


async def test_the_list_shows_what_moved_last_first(moot: Moot) -> None:
    """Pages follow one another without a gap, whatever their size (20.5)."""
    ana = await moot.join("ana")
    opened = []
    for number in range(5):
        other = await moot.join(f"guest{number}")
        opened.append(await letter_between(moot, ana, other))
        moot.clock.jump(seconds=60)
    moot.clock.jump(seconds=60)
    await write(ana, opened[2], "News.")
    order = [opened[place].id for place in (2, 4, 3, 1, 0)]
    assert [head.letter.id for head in (await letters_of(ana)).heads] == order
    found, before = [], None
    while True:
        page = await ana.ask(ListLetters(limit=2, before=before))
        found += [head.letter.id for head in page.heads]
        if (before := page.next_before) is None:
            break
    assert found == order


async def test_whoever_is_suspended_learns_of_no_news(moot: Moot) -> None:
    """They read no letters while it lasts, so they are not told how much is written there (P11)."""
    ana, ben, cora = [await moot.join(handle) for handle in ("ana", "ben", "cora")]
    letter = await letter_between(moot, ana, ben, cora)
    for line in (ben, cora):
        await line.listen(member_stream(line.id))
    await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ben)
    await write(ana, letter, "Without ben.")
    await cora.tape.until(lambda: any(e.kind == LetterNews.kind for e in cora.ephemerals))
    await ben.settle()
    assert not [e for e in ben.ephemerals if e.kind == LetterNews.kind]
