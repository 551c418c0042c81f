"""What ends words that are hidden, and what may be done to them meanwhile (protocol 15.10)."""

import os

from bbs import limits
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import (
    ProposalEnded,
    ProposalState,
)
from bbs.features.reading.messages import GetInbox, ListMentions, ListNotices, Search
from bbs.features.threads.erasing_messages import Purge, TextPurged
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    ListPosts,
    PostPublished,
    Retitle,
    Say,
    Thank,
    Unsay,
    WithdrawPost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.refusals import Conflict
from bbs.streams import board_stream
from tests.features.proposals.motions import second
from tests.features.threads.test_hidden import Garden, _export, _written, garden, moot
from tests.support.talk import start, write

LAW, WHY = "Art. 17 GDPR", "A court wants it gone"
TITLE, BODY, MORE = "quincunx", "zephyrine", "obsidian"
WORDS = (TITLE, BODY, MORE)


__all__ = ("garden", "moot")


async def test_a_writer_may_withdraw_and_not_change_them(garden: Garden) -> None:
    """Hidden words are not edited, retitled, thanked for, or read in earlier wordings; their writer
    may take them back (P9), and what was to be purged is gone then."""
    thread, post, answer = await _written(garden)
    line = new_id()
    await garden.ana.ask(Say(board=garden.board, line=line, body=BODY))
    waits = await garden.purge(thread=thread)
    await garden.purge(line=line)
    for request in (
        EditPost(post=post, body="Again"),
        Retitle(thread=thread, title="Again"),
        GetHistory(post=post),
    ):
        refused = await garden.ana.refused(request)
        assert isinstance(refused, Conflict), request.method
        assert "hidden while a command about them waits" in str(refused)
    assert isinstance(await garden.cy.refused(Thank(post=answer)), Conflict)
    assert (await garden.ana.ask(WithdrawPost(post=post))).post.state is ContentState.WITHDRAWN
    assert (await garden.ana.ask(WithdrawPost(post=answer))).post.state is ContentState.WITHDRAWN
    assert (await garden.ana.ask(Unsay(line=line))).line.state is ContentState.WITHDRAWN
    assert (await garden.bo.ask(second(garden.bo, waits))).proposal.state is not ProposalState.OPEN
    await garden.moot.do_jobs()
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert {one.state for one in page.posts} == {ContentState.WITHDRAWN}


async def test_a_title_of_a_held_thread_is_not_changed_while_it_is_hidden(garden: Garden) -> None:
    """Held words are hidden like others: their writer is told so, and may take them back (P9)."""
    await garden.moot.sysop.ask(ConfigureBoard(board=garden.board, hold_s=60))
    thread, post = await start(garden.ana, garden.board, BODY, TITLE)
    await garden.purge(thread=thread)
    refused = await garden.ana.refused(Retitle(thread=thread, title="Again"))
    assert isinstance(refused, Conflict)
    await garden.ana.ask(WithdrawPost(post=post))
    assert (await garden.ana.refused(Retitle(thread=thread, title="Again"))).code == "gone"


async def test_hidden_words_fade_at_their_end(garden: Garden) -> None:
    """A board's retention goes on while words are hidden; nothing is left to be shown again (P10)."""
    moot = garden.moot
    await moot.sysop.carry(ConfigureBoard(board=garden.board, retention_days=1))
    thread, post, _ = await _written(garden)
    waits = await garden.purge(post=post)
    moot.clock.jump(days=1, seconds=1)
    await moot.do_jobs("fade posts")
    page = await garden.cy.ask(ListPosts(thread=thread))
    assert {one.state for one in page.posts} == {ContentState.FADED}
    assert (await garden.bo.ask(second(garden.bo, waits))).proposal.state is ProposalState.COULD_NOT
    assert (await garden.cy.ask(ListPosts(thread=thread))).posts[0].state is ContentState.FADED


async def test_an_export_gives_writers_their_hidden_words(garden: Garden) -> None:
    """Until a purge is carried out, a member's own export has the words, and nobody else's (P9)."""
    thread, _, _ = await _written(garden)
    await garden.purge(thread=thread)
    given = len(garden.ana.answers)
    await _export(garden.ana)
    sent = b"".join(garden.ana.answers[given:])
    assert all(word.encode() in sent for word in WORDS)


async def test_a_purge_reaches_the_copies_made_before_an_update(garden: Garden) -> None:
    """Once it is carried out, the copy of the database that an update left has no word any more: it
    is deleted, while one made after the purge stays (P10)."""
    moot = garden.moot
    _, post, _ = await _written(garden)
    copy = moot.folder / "folkmoot-before-0002.db"
    copy.write_bytes(BODY.encode())
    made_s = moot.clock() / 1_000 - 60
    os.utime(copy, (made_s, made_s))
    waits = await garden.purge(post=post)
    assert await moot.running.dispatcher.store.run_maintenance()
    assert copy.exists()
    await garden.bo.ask(second(garden.bo, waits))
    assert await moot.running.dispatcher.store.run_maintenance()
    assert not copy.exists()
    copy.touch()
    later_s = moot.clock() / 1_000 + 60
    os.utime(copy, (later_s, later_s))
    assert await moot.running.dispatcher.store.run_maintenance()
    assert copy.exists()


async def test_no_search_tells_whether_hidden_words_have_a_word(garden: Garden) -> None:
    """A page of a search says that there is more only for posts that are shown: nobody finds out by
    guesses what hidden words say (P10, protocol 15.10)."""
    thread, post, answer = await _written(garden)
    shown = await write(garden.cy, thread, f"{MORE} of cy")
    for hidden in (post, answer):
        await garden.purge(post=hidden)
    for word, found in ((MORE, [shown]), (BODY, [])):
        page = await garden.cy.ask(Search(query=word, limit=1))
        assert ([one.post.id for one in page.found], page.next_before) == (found, None)


async def test_no_page_tells_whom_hidden_words_mention(garden: Garden) -> None:
    """Pages of mentions and of the inbox go over hidden posts as if they were not there (15.10)."""
    _, post, answer = await _written(garden)
    for hidden in (post, answer):
        await garden.purge(post=hidden)
    mentions = await garden.cy.ask(ListMentions(limit=1))
    assert (mentions.found, mentions.next_before) == ((), None)
    inbox = await garden.cy.ask(GetInbox(limit=1))
    assert [item.post for item in inbox.items if item.post] == []
    assert inbox.next_before is None


async def test_many_writers_are_told_in_slices_once_each(garden: Garden) -> None:
    """The command that hides a long thread tells none of its writers; timed work tells each of them
    once, however many slices and posts there are, also when a restore announces it anew (P8, P14)."""
    thread, _ = await start(garden.ana, garden.board, BODY)
    for _ in range(limits.SLICE_ROWS // 2):
        for line in (garden.ana, garden.cy):
            garden.moot.clock.jump(seconds=1)
            await write(line, thread, MORE)
    waits = await garden.purge(thread=thread)
    assert (await garden.cy.ask(ListNotices())).notices == ()
    for _ in range(2):
        await garden.moot.do_jobs("tell writers what is hidden", "commands that wait")
        for line in (garden.ana, garden.cy):
            told = [each.proposal for each in (await line.ask(ListNotices())).notices]
            assert told == [waits.proposal]
        await garden.moot.change(
            lambda tx: tx.execute("UPDATE proposals SET epoch = 'before the restore'")
        )
    assert all(each.act for each in (await garden.bo.ask(ListNotices())).notices)


async def test_two_purges_never_hide_the_same(garden: Garden) -> None:
    """What waits already cannot be moved a second time, as a part or as the whole."""
    thread, post, answer = await _written(garden)
    await garden.purge(post=post)
    for what in ({"post": post}, {"thread": thread}):
        refused = await garden.moot.sysop.refused(Purge(law=LAW, reason=WHY, **what))
        assert isinstance(refused, Conflict), what
    await garden.purge(post=answer)


async def test_what_is_carried_out_shows_in_the_log_with_its_place(garden: Garden) -> None:
    """Until then the log has nothing of it; then who, law and reason, and where it stood (P8)."""
    _thread, post, _ = await _written(garden)
    before = (await garden.cy.ask(GetLog(board=garden.board))).acts
    waits = await garden.purge(post=post)
    assert (await garden.cy.ask(GetLog(board=garden.board))).acts == before
    await garden.cy.listen(board_stream(garden.board))
    await garden.bo.ask(second(garden.bo, waits))
    [act, *_] = (await garden.cy.ask(GetLog(board=garden.board))).acts
    assert (act.law, act.reason, act.thing.id) == (LAW, WHY, post)
    [purged] = await garden.cy.told(TextPurged)
    assert [one.id for one in purged.posts] == [post]
    [ended] = await garden.cy.told(ProposalEnded)
    assert ended.proposal.thing.id is None
    assert garden.cy.events(PostPublished) == []
