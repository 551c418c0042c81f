"""Walking through boards and threads by keys, and what counts as read."""

import re

import pytest

from bbs.testing import a_thread
from bbs_client.keys import Pane
from bbs_client.mirror.changes import Change
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, pane_of, screen_text
from tests.client.app.sample import (
    ANA,
    GARDEN,
    RAIN,
    READERS,
    TOMATOES,
    a_post,
    an_app,
    post_id,
    uid,
)
from tests.client.mirror.outline import outline

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_first_paint_shows_boards_and_unread(session: Session, size: tuple[int, int]) -> None:
    """The mirror alone paints boards, unread counts as text and seat marks."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = screen_text(app)
    assert "The Village Hall" in text
    assert "-▎Slow Readers" in text
    assert "*▎The Cellar" in text
    garden = next(line for line in text.splitlines() if "Garden" in line)
    assert "6" in garden
    assert "connecting" in text
    assert "READING" in text


@pytest.mark.parametrize("size", SIZES)
async def test_enter_goes_in_and_q_comes_out(session: Session, size: tuple[int, int]) -> None:
    """Enter and q walk board, threads, thread and back, at 80x24 too."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        main = app.main
        seen = [main.pane]
        for key in ("j", "enter", "j", "enter", "q", "q"):
            await into(pilot, key)
            seen.append(main.pane)
        assert seen == [
            Pane.BOARDS,
            Pane.BOARDS,
            Pane.THREADS,
            Pane.THREADS,
            Pane.THREAD,
            Pane.THREADS,
            Pane.HOME,
        ]


async def test_opening_a_thread_marks_nothing(session: Session) -> None:
    """A post is read when one went on from it, never because its thread was opened (P2)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        assert app.main.thread.thread == TOMATOES
        await into(pilot, "q")
        assert connection_of(app).marked == []


async def test_going_on_marks_what_was_passed(session: Session) -> None:
    """Each post the cursor leaves downwards is marked as read, and only those."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        await into(pilot, "j", "j", "k")
        # Post 2 is the reader's own and is never unread.
        assert connection_of(app).marked == [(TOMATOES, 1, 1, True)]
        assert session.cache.thread(TOMATOES).unread == 3  # type: ignore[union-attr]  # known to be there


async def test_jumping_marks_nothing_on_the_way(session: Session) -> None:
    """End and G look ahead; what lies between was not read."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "G")
        assert app.main.thread.current == "#6"
        assert connection_of(app).marked == []


async def test_marks_are_few_ranges(session: Session) -> None:
    """What was read before joins the ranges around it: one mark, not one for each post."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        session.rounds.mark_passed(TOMATOES, [1, 3, 6])
        # 2 is one's own and 4 withdrawn, but 5 is still unread.
        assert connection_of(app).marked == [(TOMATOES, 1, 3, True), (TOMATOES, 6, 6, True)]


async def test_catching_up_asks_for_a_board_and_not_for_a_thread(session: Session) -> None:
    """c marks the thread at once; C asks first and then marks every thread of the board."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "c")
        assert connection_of(app).marked == [(TOMATOES, 1, 6, True)]
        await into(pilot, "C", "escape")
        assert len(connection_of(app).marked) == 1
        await into(pilot, "C", "enter")
        assert connection_of(app).marked[1:] == [(RAIN, 1, 2, True)]


async def test_unread_from_here(session: Session) -> None:
    """U gives the reader this post and all after it back as unread."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "c", "j", "j", "U")
        assert connection_of(app).marked[-1] == (TOMATOES, 3, 6, False)


async def test_the_lounge_is_one_key_from_the_threads(session: Session) -> None:
    """A board's lounge is one key away from its threads and back, its lines in order (P1)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "L")
        assert pane_of(app) is Pane.LOUNGE
        text = screen_text(app)
        assert text.index("Morning.") < text.index("Kettle") < text.index("two cups")
        await into(pilot, "L")
        assert pane_of(app) is Pane.THREADS


async def test_posts_stand_in_tree_order_with_their_facts(session: Session) -> None:
    """A thread reads as a tree; a header says who, which number, what it answers, when it ends."""
    app = an_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        lines = screen_text(app).splitlines()
        headers = [line for line in lines if re.search(r"[●○·] .*#\d  ", line)]
        assert [header.split("#")[1][0] for header in headers] == ["1", "2", "3", "4", "5", "6"]
        assert "│ ● cleo calls you  edited" in headers[2]
        assert headers[2].endswith("#3  13:30")
        assert "fades 12 Mar" in headers[0]
        assert "├─○ ana  you" in headers[1]
        assert "├─· ben  withdrawn by its author" in headers[3]


async def test_new_posts_appear_without_moving_what_is_read(session: Session) -> None:
    """A post that arrives above or below leaves the rows under the reader's eye where they are."""
    from bbs.features.threads.messages import PostPublished
    from bbs_client.mirror.fold import fold
    from bbs_client.session.events import MirrorChanged

    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "j", "j", "j", "j")
        view = app.main.thread
        row = view._viewport.rows_above(view.cursor)
        late = a_post(7, "Late\n\n" * 6, parent=post_id(TOMATOES, 1), id=post_id(TOMATOES, 7))
        session.cache.apply(fold(PostPublished(post=late)))
        app.session.hear(MirrorChanged(whole=True))
        while view.keys.index_of("#7") is None:
            await into(pilot)
        assert view.current == "#5"
        assert view._viewport.rows_above(view.cursor) == row


async def test_boards_without_a_seat_are_fetched_when_looked_at(session: Session) -> None:
    """What the mirror does not keep is asked for when the cursor rests on it, and only then."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j")
        while READERS not in connection_of(app).opened:
            await into(pilot)
        assert GARDEN not in connection_of(app).opened


async def test_members_own_posts_are_never_unread(session: Session) -> None:
    """Nobody has to read what they wrote."""
    mine = {row.post for row in outline(session.cache, TOMATOES) if not row.unread}
    assert post_id(TOMATOES, 2) in mine
    assert session.me is not None
    assert session.me.id == ANA


def exact_pages() -> list[Change]:
    """Return threads of one and of two posts, whose rows fit a view of 80x24 exactly, or nearly."""
    changes: list[Change] = []
    for at, lines in enumerate(range(6, 26)):
        thread = uid(600 + at)
        bodies = ["\n".join(f"- {at} word {n}" for n in range(lines))]
        bodies += [f"- {at} one\n- {at} two"] * (at % 2)
        changes.append(
            a_thread(id=thread, board=GARDEN, number=50 + at, title=f"T{at}", posts=len(bodies))
        )
        changes += [
            a_post(number, body, thread=thread, seq=20 + at, parent=None)
            for number, body in enumerate(bodies, 1)
        ]
    return changes


def words_of(app: FolkmootApp) -> set[str]:
    """Return the rows that are read on the screen, without the marks of cursor and of what is new."""
    rows = (row.strip("▌│ ").replace("●", "○") for row in screen_text(app).split("\n")[2:-2])
    return {row for row in rows if row}


async def test_space_never_shows_the_same_screen_again(session: Session) -> None:
    """A last post that fits counts as seen, also where only the blank row below it does not (C9)."""
    session.cache.apply(exact_pages())
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        for at in range(20):
            app.main.surface.show_thread(uid(600 + at))
            await into(pilot)
            before: set[str] = set()
            while pane_of(app) is Pane.THREAD:
                assert words_of(app) - before, "each press shows a row that was not there"
                before = words_of(app)
                await into(pilot, "space")
            assert not session.cache.unread(uid(600 + at)), "and it was read to its end"


async def test_space_shows_no_screen_twice_in_a_round(session: Session) -> None:
    """As above, in a round: each press shows something else, to the end (P4, C9)."""
    session.cache.apply(exact_pages())
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        before: set[str] = set()
        while "You read" not in screen_text(app):
            assert words_of(app) - before
            before = words_of(app)
            await into(pilot, "space")
        assert not any(row.unread for row in session.cache.boards())
