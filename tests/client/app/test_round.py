"""The round by keys: home before, one key after another, all caught up after (P1, P2, P4)."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import GetRound
from bbs.features.threads.messages import PostPublished
from bbs.features.threads.views import Line
from bbs.ids import COMMONS
from bbs_client.actions.round import read_on
from bbs_client.actions.surface import Step
from bbs_client.features.reading.round_end import draw_path
from bbs_client.keys import Pane
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.session.events import MirrorChanged, SyncProgress
from bbs_client.session.round_words import greet
from bbs_client.session.session import Session
from bbs_client.tui.app import QUIET
from bbs_client.widgets.key_bar import KeyBar
from tests.client.app.driving import connection_of, drawn_after, into, notes, pane_of, screen_text
from tests.client.app.sample import (
    ANA,
    BEN,
    CELLAR,
    GARDEN,
    NOW,
    RAIN,
    READERS,
    TOMATOES,
    a_post,
    a_session,
    an_app,
    boards,
    people,
    talk,
    uid,
)

LINE = Line(
    id=uid(949),
    board=COMMONS,
    number=1,
    author=MemberAuthor(id=BEN),
    at=NOW,
    fades_at=NOW + timedelta(hours=72),
    body="Hm.",
)
SIZES = [(80, 24), (120, 40)]


def waiting(session: Session) -> int:
    """Return how many posts are unread."""
    return sum(row.unread for row in session.cache.boards())


@pytest.mark.parametrize("size", SIZES)
async def test_space_alone_reads_everything(session: Session, size: tuple[int, int]) -> None:
    """Space shows how much waits, then all of it, then that one is caught up (P4)."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        await into(pilot, "space")
        assert pane_of(app) is Pane.HOME
        assert "6 posts wait for you, about one minute." in screen_text(app)
        presses = 0
        while "All caught up" not in screen_text(app):
            await into(pilot, "space")
            presses += 1
            assert presses < 10
        assert pane_of(app) is Pane.HOME
        assert waiting(session) == 0
        assert "You read 6 posts in 2 threads, on one board." in screen_text(app)
        await into(pilot, "space")
        assert "All caught up" in screen_text(app), "and it stays quiet"
        assert "This is the end. 0 home, b boards." in notes(app)
        assert app.main.query_one(KeyBar).pane is Pane.END, "no key that leads nowhere is named"
        await into(pilot, "0")
        text = screen_text(app)
        assert "Nothing new for you." in text, "the numbers of a round are not kept"
        assert "You read" not in text
        assert "◆" not in text


async def test_a_post_that_was_never_painted_is_not_passed(session: Session) -> None:
    """Keys that come faster than the screen is painted leave nothing out: it comes again (P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "space", "space")
        surface = app.main.surface
        for step in (Step.PAGE, Step.UNREAD) * 20:
            if not surface.step(step):
                await read_on(surface)
        unread = list(session.cache.unread(RAIN))
        assert unread == [1, 2], "one thread was painted, the next was not"
        while session.rounds.progress is not None:
            await into(pilot, "space")
        assert waiting(session) == 0


async def test_what_is_for_me_comes_first_and_nothing_twice(session: Session) -> None:
    """n goes post by post: what calls or answers me, then the boards, oldest first (P1, P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        visited = []
        await into(pilot, "n")
        for _ in range(6):
            await into(pilot, "n")
            visited.append((app.main.thread.thread, app.main.thread.current))
        assert visited == [
            (TOMATOES, "#3"),
            (TOMATOES, "#5"),
            (TOMATOES, "#6"),
            (TOMATOES, "#1"),
            (RAIN, "#1"),
            (RAIN, "#2"),
        ]
        await into(pilot, "n")
        assert pane_of(app) is Pane.HOME
        assert waiting(session) == 0


async def test_home_lists_what_waits_and_enter_goes_there(session: Session) -> None:
    """Home is a path down to an end sign; Enter opens a stop without beginning a round (P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        text = screen_text(app)
        assert text.index("●  To you") < text.index("1  cleo calls you in Tomatoes")
        rows = [row.strip(" ▌│") for row in text.split("\n")]
        begin = rows.index("●  Garden")
        stops = [row[:12] for row in rows[begin + 1 : begin + 4]]
        assert stops == ["3  Tomatoes ", "2  Rain barr", "◇  the end o"]
        await into(pilot, "enter")
        assert (app.main.thread.thread, app.main.thread.current) == (TOMATOES, "#3")
        assert session.rounds.progress is None
        assert connection_of(app).marked == []


async def test_what_arrives_meanwhile_waits_for_the_next_round(session: Session) -> None:
    """A post that comes during a round is counted, not shown; the next round begins with it (P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "space", "space")
        late = a_post(3, "Too late for this round.", thread=RAIN, seq=51, minutes_ago=0)
        session.cache.apply(fold(PostPublished(post=late)), EventPlace(f"board:{GARDEN}", 51, NOW))
        app.session.hear(MirrorChanged(whole=True))
        await into(pilot, "0")
        assert "since then: 1 post, for your next round" in screen_text(app)
        while session.rounds.progress is not None:
            await into(pilot, "n")
        text = screen_text(app)
        assert "All caught up" in text
        assert "since then: 1 post, for your next round" in text
        assert waiting(session) == 1
        await into(pilot, "space")
        assert app.main.thread.current == "#3"


async def test_skipping_leaves_a_thread_for_the_next_round(session: Session) -> None:
    """s goes on at once; what was skipped stays unread and is what the next round holds."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "space", "space", "s")
        assert app.main.thread.thread == RAIN
        await into(pilot, "n", "n")
        assert pane_of(app) is Pane.HOME
        assert waiting(session) == 4
        assert session.cache.thread(TOMATOES).unread == 4  # type: ignore[union-attr]  # known to be there


async def test_peeking_marks_nothing(session: Session) -> None:
    """p reads a thread without marking it, and says so; at its end the look is over (P2)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "p")
        assert app.main.thread.thread == TOMATOES
        assert "peeking" in screen_text(app)
        await into(pilot, "j", "j", "n", "space", "space")
        assert connection_of(app).marked == []
        assert pane_of(app) is not Pane.THREAD, "a look ends with what was looked at"
        await into(pilot, "2", "enter", "home", "j")
        assert connection_of(app).marked == [(TOMATOES, 1, 1, True)]


async def test_the_wait_for_the_server_is_ended_by_escape(session: Session) -> None:
    """While the server fixes a round, Esc gives it up: no round has begun, and reading goes on (P4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        connection_of(app).silent.add(GetRound)
        session.online = True
        await into(pilot, "space", "escape")
        assert pane_of(app) is Pane.HOME
        assert session.rounds.progress is None
        session.online = False
        await into(pilot, "space")
        assert app.main.thread.current == "#3"


async def test_after_a_long_time_away_the_reader_chooses(session: Session) -> None:
    """Much that waits for long is offered as a whole, as a digest, or from today on (P4)."""
    old = [
        a_post(number, f"Old {number}", thread=RAIN, seq=20, minutes_ago=60 * 24 * 30)
        for number in range(3, 140)
    ]
    session.cache.apply([post for post in old])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "space", "space")
        assert "You were away for a while" in screen_text(app)
        await into(pilot, "j", "j", "enter")
        assert waiting(session) == 6, "what came today is kept, and what calls me"
        assert app.main.thread.current == "#3"


@pytest.mark.parametrize("waits", [True, False])
async def test_the_client_begins_at_home(session: Session, *, waits: bool) -> None:
    """The first painting shows what waits, which nothing moves later; or soon that nothing does (P4)."""
    if not waits:
        for row in session.cache.threads(GARDEN):
            session.connection.mark(row.thread.id, 1, row.thread.posts)
    app = an_app(session, settings=replace(QUIET, opens="home"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert pane_of(app) is Pane.HOME
        first = screen_text(app)
        assert ("Tomatoes after the frost" in first) is waits
        await into(pilot)
        later = screen_text(app)
        assert ("Nothing new for you." in later) is not waits
        if waits:
            path = first.partition("◇")[0]
            assert later.startswith(path)


async def test_a_first_fetch_fills_home_from_its_top(tmp_path: Path) -> None:
    """What comes above what stands there already moves nobody who has touched no key yet (P4)."""
    offered = Seat(board=READERS, member=ANA, state=SeatState.OFFERED, position=1)
    session = a_session(tmp_path, only=(*people(), *boards(), offered))
    app = an_app(session, settings=replace(QUIET, opens="home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert "Still open: a seat on Slow Readers is offered to you  S" in screen_text(app)
        session.cache.apply(talk())
        app.session.hear(MirrorChanged(whole=True))
        await into(pilot)
        rows = screen_text(app).split("\n")
        assert rows[1].startswith(" Good day, ana.")
        assert rows[5].startswith("▌│    1  cleo calls you in Tomatoes"), "the cursor is on top"
        assert "since then" not in screen_text(app)
        await into(pilot, "end", "S")
        assert "Slow Readers" in screen_text(app).split("\n")[0], "the key acts on its own board"


async def test_many_lounges_take_one_row(session: Session) -> None:
    """New lines are one quiet row at home, and the last one at the end of a round; a call has its own."""
    lines = [
        replace(LINE, id=uid(950 + at), board=board, number=1, mentions=calls)
        for at, (board, calls) in enumerate(((COMMONS, ()), (READERS, ()), (CELLAR, (ANA,))))
    ]
    session.cache.apply(lines)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        text = screen_text(app)
        assert "Somebody calls you in the lounge of The Cellar" in text
        assert text.count("New lines in the lounges of The Village Hall and Garden") == 1
        while "You read" not in screen_text(app):
            await into(pilot, "space")
        assert "New lines in 2 lounges" in screen_text(app)
        await into(pilot, "end", "enter")
        assert pane_of(app) is Pane.LOUNGE


@pytest.mark.parametrize("title", ["A", "lounge"])
async def test_a_board_has_its_hue_where_its_name_stands(session: Session, title: str) -> None:
    """So has one named by a word of the sentence: at home, at a round's end, in the margin (looks 3)."""
    named = [replace(one, title=title) for one in boards() if isinstance(one, Board)]
    offered = Seat(board=READERS, member=ANA, state=SeatState.OFFERED, position=1)
    session.cache.apply((*named, offered, replace(LINE, board=CELLAR, mentions=(ANA,))))
    app = an_app(session)
    hues = app.theme_variables
    calls, offers = "calls you in the lounge of ", "seat on "
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        at_home = [drawn_after(app, words) for words in (calls, offers)]
        assert at_home == [(title, hues["hue3"]), (title, hues["hue2"])]
        while "You read" not in screen_text(app):
            await into(pilot, "space")
        assert [drawn_after(app, words) for words in (calls, offers)] == at_home
    app = an_app(session)
    async with app.run_test(size=(140, 40)) as pilot:
        await into(pilot, "0")
        assert drawn_after(app, offers) == at_home[1]


async def test_a_newcomer_is_shown_the_way_to_the_boards(tmp_path: Path) -> None:
    """Who has a seat on the commons alone is told where to go on, not only to come back."""
    boards_alone = [one for one in boards() if not (isinstance(one, Seat) and one.board != COMMONS)]
    session = a_session(tmp_path, only=(*people(), *boards_alone))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        assert "b shows the boards. To write on one, take a seat there." in screen_text(app)


async def test_home_leads_back_to_a_draft(session: Session) -> None:
    """What one began to write stands at home under what also waits; Enter goes on with it."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "r", *"half", "escape", "0", "end")
        assert "draft of an answer in garden: half" in screen_text(app)
        await into(pilot, "enter")
        assert app.main.composing
        assert app.main.composer.editor.text == "half"


async def test_home_is_true_also_while_one_is_in_the_sidebar(session: Session) -> None:
    """What home tells follows the mirror for as long as home is seen (P4)."""
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await into(pilot, "H", "b")
        assert pane_of(app) is Pane.BOARDS
        for row in session.cache.threads(GARDEN):
            connection_of(app).mark(row.thread.id, 1, row.thread.posts)
        connection_of(app).notify(MirrorChanged(whole=True))
        await into(pilot)
        assert "Nothing new for you." in screen_text(app)


async def test_the_path_of_home_is_a_snapshot(session: Session) -> None:
    """Nothing enters the path while one looks at it; the next time one comes, it is there (P4)."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        app.session.hear(SyncProgress(1, 1, ""))
        await into(pilot, "0", "j")
        before = screen_text(app)
        late = a_post(7, "Late.", thread=TOMATOES, seq=51, minutes_ago=0)
        session.cache.apply(fold(PostPublished(post=late)), EventPlace(f"board:{GARDEN}", 51, NOW))
        app.session.hear(MirrorChanged(whole=True))
        await into(pilot)
        text = screen_text(app)
        assert "since then: 1 post, for your next round" in text
        rows = [row.partition("│")[2] for row in text.split("\n")]
        old = [row.partition("│")[2] for row in before.split("\n")]
        end = next(at for at, row in enumerate(old) if "◇" in row)
        assert [row[:60] for row in rows[:end]] == [row[:60] for row in old[:end]]
        await into(pilot, "0")
        assert "7 posts wait for you" in screen_text(app)


async def test_what_was_skipped_is_not_said_to_be_read(session: Session) -> None:
    """The end of a round tells what was read and what was left, never more than is true."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "space", "space", "s", "space")
        text = screen_text(app)
        assert "The end of the round" in text
        assert "You read 2 posts in 1 thread, on one board." in text
        assert "You left 4 posts for the next round." in text


@pytest.mark.parametrize("size", [(80, 24), (100, 12), (100, 10), (140, 40)])
async def test_short_screens_keep_what_is_said_at_the_end(
    session: Session, size: tuple[int, int]
) -> None:
    """Of the end of a round, low screens leave out the upper parts: art, path, the quiet sentence."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        while "You read 6 posts" not in screen_text(app):
            await into(pilot, "space")
        text = screen_text(app)
        assert "All caught up" in text
        assert "Still open: new lines in the lounge of Garden" in text
        assert ("What concerns all of us." in text) == (size[1] > 12)
        assert ("◆" in text) == (size[1] > 10)


def test_the_greeting_follows_the_hour() -> None:
    """Morning from 5, day from 11, evening from 18, night from 23 (looks 6)."""
    said = [greet(NOW.replace(hour=hour), "ana") for hour in (4, 5, 10, 11, 17, 18, 22, 23)]
    hours = ["night", "morning", "morning", "day", "day", "evening", "evening", "night"]
    assert said == [f"Good {hour}, ana." for hour in hours]


@given(boards=st.integers(1, 40), columns=st.integers(20, 200))
def test_the_path_of_a_round_fits(boards: int, columns: int) -> None:
    """A bead for each board, and the end: within the screen, at most 72 columns and the end sign."""
    path = draw_path([f"hue{at % 10}" for at in range(boards)], columns).plain
    assert path.count("○") <= boards
    assert path.endswith("◆")
    assert len(path) <= min(73, columns)
    assert boards > 4 or columns < 80 or path == ("○" + "━" * 12) * boards + "◆"
