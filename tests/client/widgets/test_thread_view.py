"""Ways through a thread: tree and list, folds, kin, the chain above a post, links and spoilers."""

from typing import Any

import pytest

from bbs_client.features.threads.fading import Fade
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.post_keys import number_of
from bbs_client.widgets.thread_view import ThreadView
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import NOW, RAIN, TOMATOES, a_post, an_app, post_id

OPEN = ("j", "enter", "j", "enter")


def posts(view: ThreadView) -> list[int]:
    """Return the numbers of what is shown, rising."""
    return sorted(number for key in view.keys if (number := number_of(key)) is not None)


def shown(view: ThreadView) -> list[str]:
    """Return the keys of what is shown, in its order."""
    return list(view.keys)


def told(app: FolkmootApp) -> list[str]:
    """Return the short notes on the screen."""
    return [str(note.message) for note in app._notifications]


async def test_tree_and_list_are_the_same_posts(session: Session) -> None:
    """v changes the order, the cursor stays on its post, and the thread opens so the next time."""
    late = a_post(7, "To the second.", parent=post_id(TOMATOES, 2), minutes_ago=5)
    session.cache.apply((late,))
    for flat in (False, True):
        app = an_app(session)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await into(pilot, *OPEN)
            view = app.main.thread
            tree = ["#1", "#2", "#3", "#7", "#4", "#5", "#6"]
            if not flat:
                assert "garden/1 · 7 posts, 5 new · tree" in screen_text(app)
            assert shown(view) == (sorted(tree) if flat else tree)
            if not flat:
                await into(pilot, "G", "v")
                assert view.current == "#6"
                assert shown(view) == sorted(tree)
                assert "By time, as in a diary. v shows the tree." in told(app)
                assert "garden/1 · 7 posts, 5 new · by time" in screen_text(app)
            else:
                assert "garden/1 · 7 posts, 5 new · by time" in screen_text(app)


async def test_a_fold_says_what_it_hides_and_passes_none_of_it(session: Session) -> None:
    """Folded answers are counted, the new among them too; n opens the fold that hides a new post."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN, "home", "j", "z")
        view = app.main.thread
        assert shown(view) == ["#1", "#2", "#4", "#5", "#6"]
        assert "▸ 1 answer folded, 1 new" in screen_text(app)
        while view.move(1):
            pass
        view.pass_rest()
        await pilot.pause()
        assert session.cache.unread(TOMATOES) == [3]
        await into(pilot, "home", "n")
        assert view.current == "#3"
        assert "#3" in shown(view)


async def test_folds_are_kept_and_a_leaf_folds_its_parent(session: Session) -> None:
    """z on a post without answers folds what it answers; the fold is there the next time."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN, "G", "z")
        assert app.main.thread.current == "#5"
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN)
        assert "#6" not in shown(app.main.thread)
        await into(pilot, "v", "z")
        assert "Only a tree can be folded; v shows it." in told(app)


async def test_kin_are_one_key_away(session: Session) -> None:
    """^ goes to what a post answers, J and K to the other answers; going on passes one post."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN, "home", "j", "j", "circumflex_accent")
        view = app.main.thread
        assert view.current == "#2"
        await into(pilot, "J")
        assert view.current == "#4"
        await into(pilot, "J", "J")
        assert view.current == "#5"
        assert "No further answer to the same post." in told(app)
        await into(pilot, "K", "circumflex_accent", "circumflex_accent")
        assert view.current == "#1"
        assert "This post answers none that is here." in told(app)


async def test_the_keys_of_a_thread_say_elsewhere_that_none_is_open(session: Session) -> None:
    """What moves inside a thread, and what is about its post, says on other panes what is missing."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        for key in ("v", "z", "J", "full_stop", "x"):
            app.clear_notifications()
            await into(pilot, key)
            assert told(app) == ["First open a thread, with Enter."]


async def test_the_chain_above_a_post_is_shown_on_demand(session: Session) -> None:
    """a shows a post below what it answers, without its kin; choosing one goes there."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN, "G", "a")
        text = screen_text(app)
        assert "What leads to #6" in text
        assert "The frost took" in text
        assert "Nothing, I had" not in text
        await into(pilot, "enter")
        assert app.main.thread.current == "#5"


@pytest.mark.parametrize("flat", [False, True])
async def test_where_new_posts_begin_stays_marked(session: Session, flat: bool) -> None:
    """A line stands above the first post that was new on opening, also when it has been read."""
    session.cache.keep_look(TOMATOES, flat, ())
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        link = connection_of(app)
        link.mark(TOMATOES, 1, 4)
        await into(pilot, *OPEN)
        view = app.main.thread
        assert view.current == "#5"
        await into(pilot, "j", "j", "home")
        rows = screen_text(app).splitlines()
        line = next(at for at, row in enumerate(rows) if "new since you were here" in row)
        assert "#5" in rows[line + 1]


async def test_spoilers_and_links_wait_for_their_key(session: Session, monkeypatch: Any) -> None:
    """. uncovers; x shows whole targets before anything is opened; y copies one."""
    monkeypatch.delenv("DISPLAY", raising=False)
    body = "||the [end](http://end.example/very/long)|| [a](https://xn--pple-43d.com/)"
    session.cache.apply((a_post(2, body, thread=RAIN, seq=12, revision=2),))
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, "j", "enter", "enter", "G")
        assert "░░░░░░░ (uncover with .)" in screen_text(app)
        await into(pilot, "full_stop")
        assert "the end[1]" in screen_text(app)
        await into(pilot, "x")
        text = screen_text(app)
        assert "http://end.example/very/long" in text
        assert "letters of other scripts" in text
        await into(pilot, "y")
        assert app.clipboard == "http://end.example/very/long"


async def test_arrows_move_in_a_dialog_longer_than_the_screen(session: Session) -> None:
    """In a long list the arrow keys go from entry to entry, as the letters do, and do not scroll."""
    body = " ".join(f"[{number}](http://end.example/{number})" for number in range(40))
    session.cache.apply((a_post(2, body, thread=RAIN, seq=12, revision=2),))
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "j", "enter", "enter", "G", "x", "down", "j", "down", "up", "y")
        assert app.clipboard == "http://end.example/2"


async def test_a_quote_fades_with_its_post(session: Session) -> None:
    """R quotes by address; what is drawn there is gone with the original (P10)."""
    app = an_app(session)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await into(pilot, *OPEN, "G", "R")
        assert app.main.composer.editor.text.startswith("> garden/1/6\n")
        await into(pilot, "escape")
        quoting = a_post(7, "> garden/1/5\n\nIndeed.", parent=post_id(TOMATOES, 5), minutes_ago=1)
        session.cache.apply((quoting,))
        app.main.refresh_all()
        await into(pilot, "G")
        assert screen_text(app).count("newspaper") == 2
        later = NOW.replace(year=NOW.year + 1)
        session.cache.apply((Fade(later),))
        app.main.refresh_all()
        await pilot.pause()
        text = screen_text(app)
        assert "newspaper" not in text
        assert "its words are gone" in text
