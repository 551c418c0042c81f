"""Cache + events == fresh fetch: the promise of protocol 6.4, whatever came first."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import instant
from bbs.features.threads.messages import GetThread, ListPosts
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS
from bbs.sdk.updates import EventHappened
from bbs.words import cut
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.session.sync import MirrorSync
from tests.client.mirror.model import Model
from tests.client.mirror.outline import outline
from tests.client.mirror.scripted import Scripted

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "start",
                "reply",
                "reply",
                "answer",
                "mail",
                "edit",
                "withdraw",
                "retitle",
                "fade",
                "shorter",
                "longer",
                "say",
                "unsay",
                "jump",
                "notify",
                "move",
                "object",
                "carry out",
            ]
        ),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=25,
)


def act(model: Model, action: tuple[str, int, bool]) -> None:
    """Do one thing, to the n-th thing there is."""
    what, n, mine = action
    threads, posts, lines = (
        list(things.values()) for things in (model.threads, model.posts, model.lines)
    )
    match what:
        case "start":
            model.start(mine=mine)
        case "reply" if threads:
            model.reply(threads[n % len(threads)].id, mine=mine)
        case "mail" if threads:
            model.mail(threads[n % len(threads)].id, n)
        case "answer" if posts:
            post = posts[n % len(posts)]
            model.reply(post.thread, post.id, mine=mine)
        case "edit" if posts:
            model.edit(posts[n % len(posts)])
        case "withdraw" if posts:
            model.withdraw(posts[n % len(posts)])
        case "retitle" if threads:
            model.retitle(threads[n % len(threads)])
        case "fade":
            model.fade()
        case "shorter":
            model.configure(COMMONS, retention_days=1 + n, lounge_hours=1 + n)
        case "longer":
            model.configure(COMMONS, retention_days=30 + n, lounge_hours=100)
        case "say":
            model.say(calls_me=mine, mine=n == 9)
        case "unsay" if lines:
            model.unsay(lines[n % len(lines)])
        case "notify":
            model.notify()
        case "move":
            model.waits.move(model.tell, model.other.id, instant(model.clock()))
        case "object":
            model.waits.object(model.tell, n, model.me.id)
        case "carry out":
            model.waits.end(model.tell, n)
        case "jump":
            model.clock.jump(days=n / 2)


async def everything(cache: Mirror, community: Scripted) -> MirrorSync:
    """Sync and open every thread, so that the mirror holds all there is."""
    sync = MirrorSync(
        community,
        cache,
        write=lambda changes: cache.apply(changes),
        clock=community.model.clock,
    )
    await sync.sync_all()
    for thread in list(community.model.threads):
        await sync.thread(thread)
    while await sync.older_lines(COMMONS):
        pass
    return sync


def drain(cache: Mirror, community: Scripted) -> None:
    """Fold what happened, as a link does."""
    community.pump()
    for happened in community.happened:
        if isinstance(happened, EventHappened) and happened.event is not None:
            place = EventPlace(happened.stream, happened.seq, happened.at)
            cache.apply(fold(happened.event), place)
    community.happened.clear()


def searchable(cache: Mirror) -> dict[str, str]:
    """Return the words by which each post is found: those of what is shown of it, and no others."""
    rows = cache.fetch_all("SELECT p.id, w.words FROM post_words w LEFT JOIN posts p USING (key)")
    expected = {}
    for (key,) in cache.fetch_all("SELECT id FROM posts WHERE id IS NOT NULL"):
        post = cache.post(key)
        assert post is not None
        if post.state is ContentState.PUBLISHED and post.body is not None:
            thread = cache.thread(post.thread)
            title = thread.thread.title if post.number == 1 and thread else post.subject
            expected[key] = f" {cut(title or '')} \n {cut(post.body)} "
    assert dict(rows) == expected
    assert len(rows) == len(expected)
    return expected


def shown(cache: Mirror, model: Model) -> dict[str, Any]:
    """Return all that a front end could see, once what is due has faded."""
    cache.erase_faded(model.clock())
    boards = cache.boards()
    threads = {row.board.id: cache.threads(row.board.id) for row in boards}
    outlines = {t.thread.id: outline(cache, t.thread.id) for rows in threads.values() for t in rows}
    numbers = range(1, 60)
    return {
        "boards": boards,
        "threads": threads,
        "outlines": outlines,
        "posts": {thread: cache.posts(thread, numbers) for thread in outlines},
        "words": searchable(cache),
        "lines": {row.board.id: cache.lines(row.board.id) for row in boards},
        "lounges": cache.lounges(),
        "cursors": cache.cursors(),
        # Their words are fetched once an event told of them.
        "proposals": [
            (one.id, one.state, one.objections, one.until, one.revision)
            for one, *_ in cache.proposals()
        ],
        "called from lounges": [item.line for item in cache.inbox() if item.line is not None],
        "notices": [item.notice for item in cache.inbox() if item.notice is not None],
    }


@given(before=ACTIONS, during=ACTIONS, after=ACTIONS)
def test_cache_and_events_equal_a_fresh_fetch(
    before: list[Any], during: list[Any], after: list[Any]
) -> None:
    """A mirror filled while things changed, then kept by events, equals a new one (6.4)."""
    model = Model()
    for action in before:
        act(model, action)
    kept_by = Scripted(model)
    # One thing happens before each answer, so that no two pages are of the same moment.
    waiting = list(during)
    kept_by.before = lambda request: act(model, waiting.pop()) if waiting else None
    with tempfile.TemporaryDirectory() as folder:
        kept = Mirror.open(Path(folder) / "kept" / "mirror.db", model.me.id, model.clock)
        asyncio.run(everything(kept, kept_by))
        kept_by.before = lambda request: None
        for action in after:
            act(model, action)
        drain(kept, kept_by)
        asyncio.run(everything(kept, kept_by))
        drain(kept, kept_by)

        fresh = Mirror.open(Path(folder) / "fresh" / "mirror.db", model.me.id, model.clock)
        fresh_by = Scripted(model)
        asyncio.run(everything(fresh, fresh_by))
        drain(fresh, fresh_by)
        try:
            assert shown(kept, model) == shown(fresh, model)
        finally:
            kept.close()
            fresh.close()


@given(actions=ACTIONS, again=st.integers(0, 40))
def test_events_may_come_twice(actions: list[Any], again: int) -> None:
    """Folding events that were folded before changes nothing (6.4)."""
    model, folder = Model(), tempfile.TemporaryDirectory()
    community = Scripted(model)
    with folder as path:
        cache = Mirror.open(Path(path) / "m" / "mirror.db", model.me.id, model.clock)
        asyncio.run(everything(cache, community))
        for action in actions:
            act(model, action)
        drain(cache, community)
        before = shown(cache, model)
        for stream in community.heard:
            community.heard[stream] = max(0, model.head(stream) - again)
        drain(cache, community)
        try:
            assert shown(cache, model) == before
        finally:
            cache.close()


@given(actions=ACTIONS)
def test_what_fades_offline_is_what_the_server_fades(actions: list[Any]) -> None:
    """Offline, the clock alone takes the words that the server's event would take (P10)."""
    model = Model()
    model.configure(COMMONS, retention_days=5, lounge_hours=24)
    for action in actions:
        act(model, action)
    community = Scripted(model)
    with tempfile.TemporaryDirectory() as path:
        cache = Mirror.open(Path(path) / "m" / "mirror.db", model.me.id, model.clock)
        asyncio.run(everything(cache, community))
        drain(cache, community)
        cache.erase_faded(model.clock())
        offline = shown(cache, model)
        model.fade()
        drain(cache, community)
        told = shown(cache, model)
        for key in ("threads", "posts", "lines", "lounges", "called from lounges", "outlines"):
            assert told[key] == offline[key]
        cache.close()


def test_words_that_are_gone_do_not_come_back(tmp_path: Path) -> None:
    """A page made before a post was withdrawn does not bring its words back (P10)."""
    model = Model()
    thread = model.start()
    late = model.answer(ListPosts(thread=thread.id))
    late_thread = model.answer(GetThread(thread=thread.id))
    community = Scripted(model)
    cache = Mirror.open(tmp_path / "mirror.db", model.me.id, model.clock)
    asyncio.run(everything(cache, community))
    first = next(iter(model.posts.values()))
    model.withdraw(first)
    drain(cache, community)
    cache.apply([*fold(late), *fold(late_thread)])
    post = cache.post(first.id)
    row = cache.thread(thread.id)
    assert post is not None
    assert row is not None
    assert (post.body, post.state) == (None, ContentState.WITHDRAWN)
    assert (row.thread.title, row.thread.state) == (None, ContentState.WITHDRAWN)
    cache.close()
