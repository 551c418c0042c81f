"""First paint: from the mirror, without a network, quickly."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from bbs import limits
from bbs_client.keys import key_name
from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text, until_shown
from tests.client.app.sample import TOMATOES, an_app, post_id, uid

LATE = (
    "websockets", "cryptography", "markdown_it", "bbs.sdk", "aiosqlite", "precis_i18n",
    "bbs_client.session.connection", "bbs_client.mirror.apply", "bbs_client.mirror.manifest", "bbs.wire.registry",
    "bbs.text",
    "bbs_client.tui.palette", "bbs_client.widgets.dialog", "bbs_client.widgets.composer",
    "bbs_client.widgets.thread_view", "textual.widgets._text_area", "bbs_client.tui.margin",
)  # fmt: skip


def test_first_paint_loads_no_network_code(tmp_path: Path) -> None:
    """Nothing but Textual, the standard library and the mirror is imported before it."""
    script = textwrap.dedent(
        f"""
        import asyncio, pathlib, sys
        from functools import partial
        from bbs.profiles import Profile
        from bbs_client.tui.app import FolkmootApp
        from bbs_client.communities import _connection
        from bbs_client.mirror.file import Mirror
        from bbs_client.mirror.drafts import Drafts
        from bbs_client.mirror.outbox import Outbox
        from bbs_client.session.storage import ProfileStorage
        from bbs_client.tui.driver import RestoringDriver
        from bbs_client.session.session import Session

        folder = pathlib.Path({str(tmp_path)!r})
        cache = Mirror.open(folder / "m.db", "{uid(1)}")
        kept = ProfileStorage(cache, Outbox.open(folder / "o.db"), Drafts(folder / "d"))
        me = Profile(name="x", url="ws://127.0.0.1:1/", handle="a", member="{uid(1)}",
                     session="{uid(2)}", token="t" * 40, host="127.0.0.1:1")
        seen = []

        class Painted(FolkmootApp):
            async def _painted(self):
                seen.extend(name for name in {LATE!r} if name in sys.modules)
                self.exit()

        async def main():
            app = Painted(Session(*kept, partial(_connection, me, kept)))
            await app.run_async(headless=True, size=(200, 50))

        asyncio.run(main())
        print("loaded", seen)
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.stdout.strip() == "loaded []", done.stderr[-2_000:]


def _moved(times: int) -> list[events.Event]:
    return [events.MouseMove(None, at % 80, 3, 1, 0, 0, False, False, False) for at in range(times)]


@pytest.mark.parametrize(
    ("moves", "typed", "pasted", "found"),
    [
        (0, "/", "tomato", "tomato"),
        (0, "/", "tomato\nfrost", "tomato"),
        (0, "/green ", "tomato", "green tomato"),
        (limits.TYPED_AHEAD_MAX, "/", "tomato", "tomato"),
    ],
    ids=["pasted", "lines pasted", "both", "a restless mouse"],
)
async def test_what_comes_before_the_first_painting_is_done_in_its_order(
    session: Session, moves: int, typed: str, pasted: str, found: str
) -> None:
    """A paste stays behind the key that opens its field; no mouse takes the room of keys."""
    app = an_app(session)
    keys = [events.Key(key_name(letter), letter) for letter in typed]
    for event in (*_moved(moves), *keys, events.Paste(pasted)):
        app.post_message(event)
    async with app.run_test(size=(80, 24)) as pilot:
        # The field takes what came ahead of it a moment after it is there; lost words never come.
        await until_shown(pilot, found)
        assert app.screen.query_one(Input).value == found


@pytest.mark.parametrize(
    ("stuck", "opened"), [(limits.TYPED_AHEAD_MAX - 1, 1), (limits.TYPED_AHEAD_MAX, 0)]
)
async def test_what_is_held_before_the_first_painting_is_bounded(
    session: Session, stuck: int, opened: int
) -> None:
    """A key that is stuck fills no memory: what it leaves no room for is missing at the end."""
    app = an_app(session)
    for key in (*["j"] * stuck, "?"):
        app.post_message(events.Key(key_name(key), key))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert len(app.screen_stack) == 1 + opened


async def test_ten_thousand_posts_open_by_drawing_a_screenful(session: Session) -> None:
    """A huge thread opens by drawing what is seen: work grows with the screen, not the thread."""
    from bbs.features.threads.messages import PostPublished
    from tests.client.app.sample import a_post

    thread = TOMATOES
    posts = [
        a_post(number, f"Post {number}\n\nsecond", id=post_id(thread, number))
        for number in range(7, 10_001)
    ]
    session.cache.apply((*posts, PostPublished(post=posts[-1])))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        view = app.main.thread
        assert len(view.keys) == 10_000
        assert len(view._drawn) < 60
        await into(pilot, "G")
        assert view.current == "#10000"
        assert "Post 10000" in screen_text(app)
        assert len(view._drawn) < 120
        assert view.max_scroll_y > 10_000
