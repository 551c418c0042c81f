"""What a token wrote says so, wherever it is read (P8, protocol 3.7)."""

from datetime import UTC, datetime

from bbs.export.markdown import render_row
from bbs.features.moderation.messages import GetLog
from bbs.features.ownership.messages import Export
from bbs.features.reading.messages import GetInbox, GetRound, ListMentions, Search
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetThread,
    ImportPosts,
    LineSaid,
    ListLines,
    ListPosts,
    ListRecent,
    ListThreads,
    PostEdited,
    PostHeld,
    PostPublished,
    Retitle,
    Say,
    ThreadPublished,
    ThreadRetitled,
)
from bbs.features.threads.views import Mail, Post
from bbs.ids import BoardId, new_id
from bbs.powers import Power, Way
from bbs.streams import board_stream, lounge_stream
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write


async def garden(moot: Moot) -> tuple[Line, Line, BoardId]:
    """Return a member of a new board, a token of hers, and the board."""
    board = await moot.board(moot.sysop, "garden")
    ana = await seated(moot, "ana", board)
    await ana.listen(board_stream(board), lounge_stream(board))
    return ana, await moot.with_token(ana, [Power.READ, Power.WRITE]), board


async def posts_of(line: Line, thread: str) -> dict[int | None, Post]:
    """Return the posts of a thread by number."""
    return {post.number: post for post in (await line.ask(ListPosts(thread=thread))).posts}


async def test_threads_posts_and_lines_say_how_they_came(moot: Moot) -> None:
    """A token's words carry `script` in every page; a device's carry nothing (P8)."""
    ana, bot, board = await garden(moot)
    by_hand, by_bot = await start(ana, board), await start(bot, board)
    await write(bot, by_hand.thread)
    await write(ana, by_bot.thread)
    await bot.ask(Say(board=board, line=new_id(), body="From a script"))
    await ana.ask(Say(board=board, line=new_id(), body="By hand"))
    ways = {key: post.via for key, post in (await posts_of(ana, by_hand.thread)).items()}
    assert ways == {1: Way.DEVICE, 2: Way.SCRIPT}
    ways = {key: post.via for key, post in (await posts_of(ana, by_bot.thread)).items()}
    assert ways == {1: Way.SCRIPT, 2: Way.DEVICE}
    listed = (await ana.ask(ListThreads(board=board))).threads
    assert [thread.via for thread in listed] == [Way.SCRIPT, Way.DEVICE]
    assert (await ana.ask(GetThread(thread=by_bot.thread))).thread.via is Way.SCRIPT
    lines = (await ana.ask(ListLines(board=board))).lines
    assert [line.via for line in lines] == [Way.SCRIPT, Way.DEVICE]
    recent = (await ana.ask(ListRecent(board=board))).posts
    assert [post.via for post in recent] == [Way.DEVICE, Way.SCRIPT, Way.SCRIPT, Way.DEVICE]
    assert ana.answers[-1].count(b'"via"') == 2 + 1  # two posts and a thread: omitted otherwise


async def test_events_say_how_words_came(moot: Moot) -> None:
    """Whoever listens is told with the event itself, and a replay tells the same (protocol 6)."""
    ana, bot, board = await garden(moot)
    begun = await start(bot, board)
    post = await write(bot, begun.thread)
    await bot.ask(EditPost(post=post, body="Otherwise"))
    await bot.ask(Retitle(thread=begun.thread, title="Other"))
    await bot.ask(Say(board=board, line=new_id(), body="Hm."))
    again = await moot.again(ana)
    await again.listen(board_stream(board), lounge_stream(board), cursor=0)
    for line in (ana, again):
        [published] = await line.told(ThreadPublished)
        assert (published.thread.via, published.post.via) == (Way.SCRIPT, Way.SCRIPT)
        [posted] = await line.told(PostPublished)
        [edited] = await line.told(PostEdited)
        assert (posted.post.via, edited.post.edited_via) == (Way.SCRIPT, Way.SCRIPT)
        [retitled] = await line.told(ThreadRetitled)
        [said] = await line.told(LineSaid)
        assert (retitled.thread.via, said.line.via) == (Way.SCRIPT, Way.SCRIPT)


async def test_every_wording_says_how_it_came(moot: Moot) -> None:
    """An edit by a script marks the edit, not the post; the history tells each wording apart (P8)."""
    ana, bot, board = await garden(moot)
    begun = await start(ana, board, "By hand")
    await bot.ask(EditPost(post=begun.post, body="By a script"))
    post = (await posts_of(ana, begun.thread))[1]
    assert (post.via, post.edited_via, post.words_via) == (Way.DEVICE, Way.SCRIPT, Way.SCRIPT)
    await ana.ask(EditPost(post=begun.post, body="By hand again"))
    post = (await posts_of(ana, begun.thread))[1]
    assert (post.via, post.edited_via, post.words_via) == (Way.DEVICE, Way.DEVICE, Way.DEVICE)
    wordings = (await ana.ask(GetHistory(post=begun.post))).revisions
    assert [wording.via for wording in wordings] == [Way.DEVICE, Way.SCRIPT, Way.DEVICE]
    written = await write(bot, begun.thread)
    await ana.ask(EditPost(post=written, body="Put right by hand"))
    post = (await posts_of(ana, begun.thread))[2]
    assert (post.via, post.edited_via, post.words_via) == (Way.SCRIPT, Way.DEVICE, Way.SCRIPT)


async def test_a_held_post_says_how_its_last_wording_came(moot: Moot) -> None:
    """While it is held an edit leaves no trace: what is published says how it came itself (P9)."""
    board = await moot.board(moot.sysop, "garden", hold_s=60)
    ana = await seated(moot, "ana", board)
    bot = await moot.with_token(ana, [Power.READ, Power.WRITE])
    await ana.listen(f"member:{ana.id}")
    first, second = await start(bot, board), await start(ana, board)
    held = await ana.told(PostHeld, 2)
    assert [told.post.via for told in held] == [Way.SCRIPT, Way.DEVICE]
    await ana.ask(EditPost(post=first.post, body="By hand"))
    await bot.ask(EditPost(post=second.post, body="By a script"))
    moot.clock.jump(hours=1)
    await moot.do_jobs()
    assert (await posts_of(ana, first.thread))[1].via is Way.DEVICE
    assert (await posts_of(ana, second.thread))[1].via is Way.SCRIPT


async def test_what_is_found_says_how_it_came(moot: Moot) -> None:
    """Search, mentions, inbox and round lead to posts that say it too (P8)."""
    _, bot, board = await garden(moot)
    bo = await seated(moot, "bo", board)
    await start(bot, board, "Look, @bo: frost", "Frost")
    for request in (Search(query="frost"), ListMentions()):
        [found] = (await bo.ask(request)).found
        assert (found.post.via, found.thread.via) == (Way.SCRIPT, Way.SCRIPT)
    [item] = (await bo.ask(GetInbox())).items
    assert item.post is not None
    assert item.post.via is Way.SCRIPT
    [stop] = (await bo.ask(GetRound())).round.stops
    assert (await posts_of(bo, stop.thread))[stop.numbers[0]].via is Way.SCRIPT


async def test_what_a_script_imports_says_so(moot: Moot) -> None:
    """Posts brought in by a token carry it, and so does the act (P8)."""
    ana, _, board = await garden(moot)
    bot = await moot.with_token(moot.sysop, [Power.READ, Power.IMPORT])
    for line, title in ((bot, "Script"), (moot.sysop, "Hand")):
        mail = Mail(
            id=new_id(),
            thread=new_id(),
            title=title,
            author="Somebody",
            at=datetime(2001, 1, 1, tzinfo=UTC),
            body="An old mail",
        )
        await line.ask(ImportPosts(board=board, posts=(mail,)))
    threads = (await ana.ask(ListThreads(board=board))).threads
    assert {thread.title: thread.via for thread in threads} == {
        "Script": Way.SCRIPT,
        "Hand": Way.DEVICE,
    }
    acts = (await ana.ask(GetLog(board=board, power=Power.IMPORT))).acts
    assert [act.way for act in acts] == [Way.DEVICE, Way.SCRIPT]


async def test_an_export_says_how_words_came(moot: Moot) -> None:
    """Who takes their words away sees which of them a script wrote, each wording for itself (P8, P9)."""
    ana, bot, board = await garden(moot)
    begun = await start(bot, board)
    await ana.ask(EditPost(post=begun.post, body="By hand"))
    await bot.ask(EditPost(post=begun.post, body="By a script"))
    await bot.ask(Say(board=board, line=new_id(), body="Hm."))
    rows = [row for row in (await ana.ask(Export())).rows if b'"script"' in bytes(row.row)]
    sections = [row.section for row in rows]
    assert sorted(set(sections)) == ["lines", "posts", "sessions", "threads", "wordings"]
    assert sections.count("wordings") == 1  # the first of two
    told = {row.section: render_row(row) for row in rows if row.section in ("posts", "lines")}
    assert all(text is not None and ", by script" in text[2] for text in told.values())


async def test_what_was_written_before_is_a_devices(moot: Moot) -> None:
    """A database of before knows no scripts: its rows say `device`, and its views nothing."""
    ana, _, board = await garden(moot)
    begun = await start(ana, board)

    def as_before(tx: Tx) -> None:
        for table in ("posts", "threads", "lines", "revisions"):
            columns = tx.fetch_all(f"SELECT name, dflt_value FROM pragma_table_info('{table}')")
            assert ("via", "'device'") in columns, table

    await moot.read(as_before)
    assert (await posts_of(ana, begun.thread))[1].via is Way.DEVICE
    assert b'"via"' not in ana.answers[-1]
