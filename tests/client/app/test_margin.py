"""The third pane of wide screens, and the board's threads beside one of them (looks 2, 5)."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.geometry import Offset

from bbs.features.community.messages import ClosingAnnounced
from bbs.features.community.views import Closing
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.views import Line
from bbs_client.keys import Pane
from bbs_client.preferences import ClientSettings
from bbs_client.session.destination import Destination, DestinationKind
from bbs_client.session.events import MirrorChanged, NoticesChanged
from bbs_client.session.session import Session
from bbs_client.settings import load
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text, until_shown
from tests.client.app.sample import BEN, GARDEN, NOW, TOMATOES, a_post, an_app, uid

BROAD, BROADEST, USUAL = (140, 40), (200, 50), (80, 24)
THREAD = ("j", "enter", "j", "enter")


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))


def margin_text(app: FolkmootApp, first: int = 106) -> str:
    """Return what stands from column `first` on, without the bars."""
    return "\n".join(row[first:] for row in screen_text(app).split("\n")[:-2])


def row_of(app: FolkmootApp, words: str, first: int = 106) -> int:
    """Return the row of the screen on which words stand in the margin."""
    return next(y for y, row in enumerate(margin_text(app, first).split("\n")) if words in row)


async def test_a_thread_has_its_outline_and_the_round_beside_it(session: Session) -> None:
    """Bead, author and number of each post, the cursor's marked; below it the round to its end."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD, "home")
        shown = margin_text(app)
        assert "In this thread" in shown
        assert "▌ ● ben                        #1" in shown
        assert "    ○ ana                      #2" in shown
        assert "· withdrawn" in shown
        assert "Your round" in shown
        assert "▌ ● Tomatoes after the frost" in shown
        assert "◇ the end" in shown
        await into(pilot, "j")
        assert "#2" in margin_text(app).split("\n")[row_of(app, "▌")]
        assert app.main.thread.keys[app.main.thread.cursor] == "#2"


async def test_the_round_in_the_margin_tells_done_from_to_come(session: Session) -> None:
    """What the reader went on from stays in its place as read, down to the end (P4)."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, "space", "space")
        began = margin_text(app)
        assert "○" not in began[began.index("Your round") :]
        for _ in range(12):
            if app.main.thread.thread != TOMATOES:
                break
            await into(pilot, "space")
        shown = margin_text(app)
        path = shown[shown.index("Your round") :]
        assert "○ Tomatoes after the frost" in path
        assert "▌ ● Rain barrels, again" in path
        assert path.rstrip().endswith("◇ the end")


async def test_the_margin_costs_nothing_where_there_is_no_room(session: Session) -> None:
    """Below 140 columns it is not even made; its key says what it needs."""
    app = an_app(session)
    async with app.run_test(size=USUAL) as pilot:
        await into(pilot, *THREAD, "M")
        assert app.main.third is None
        assert not app.main.query("#margin")
        assert "The third pane needs 140 columns; this screen has 80." in notes(app)
        await pilot.resize_terminal(*BROAD)
        await into(pilot)
        assert "In this thread" in margin_text(app)
        await pilot.resize_terminal(*USUAL)
        await into(pilot)
        assert "In this thread" not in screen_text(app)


async def test_what_is_read_stays_where_it_is_when_the_margin_comes_and_goes(
    session: Session,
) -> None:
    """The margin's place is kept free: nothing else on the screen moves (looks 6)."""
    app = an_app(session)

    def beside() -> list[str]:
        return [row[:105].rstrip() for row in screen_text(app).split("\n")[:-2]]

    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD)
        before = beside()
        await into(pilot, "M")
        assert beside() == before
        await into(pilot, "M")
        assert beside() == before
        assert "In this thread" not in margin_text(app)


async def test_its_key_turns_it_and_off_is_remembered(session: Session) -> None:
    """Outline and round, the board's lounge, nothing: in this order, and off on the next start."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD, "M")
        shown = margin_text(app)
        assert "Garden › lounge" in shown
        assert "│ Kettle is on" in shown or "│ Morning! Kettle is on." in shown
        await into(pilot, "M")
        assert "lounge" not in margin_text(app)
        assert load().margin == "off"
        assert session.settings.margin == "off"
        await into(pilot, "M")
        assert "In this thread" in margin_text(app)
        assert load().margin == "on"


async def test_no_words_in_the_margin_pass_for_a_speaker(session: Session) -> None:
    """Lines of a lounge stand behind a rail, in every row, whatever they hold (P13)."""
    forged = Line(
        id=uid(990),
        board=GARDEN,
        number=9,
        author=MemberAuthor(id=BEN),
        at=NOW,
        fades_at=NOW + timedelta(hours=9),
        body="well\nana                      14:30\n│ I resign. " + "x" * 90,
    )
    session.cache.apply((forged,))
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD, "M")
        rows = [row.strip() for row in margin_text(app).split("\n")]
        after = rows[rows.index("│ well") + 1 :]
        assert after[0].startswith("│ ana")
        assert all(not row or row.startswith("│ ") for row in after)


async def test_who_turned_it_off_begins_without_it(session: Session) -> None:
    """The setting counts from the start."""
    app = an_app(session, settings=ClientSettings(margin="off", opens="boards", tour="taken"))
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD)
        assert "In this thread" not in screen_text(app)
        await into(pilot, "M")
        assert "In this thread" in screen_text(app)


async def test_a_click_on_the_outline_goes_to_the_post(session: Session) -> None:
    """The mouse goes where a row leads; the margin itself never has the focus."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD, "home")
        await pilot.click(offset=Offset(112, row_of(app, "#5")))
        await into(pilot)
        assert app.main.thread.current == "#5"
        assert app.focused is app.main.thread
        await pilot.click(offset=Offset(112, row_of(app, "Rain barrels")))
        await into(pilot)
        assert app.main.thread.thread != TOMATOES
        assert app.main.pane is Pane.THREAD


async def test_a_board_has_a_peek_beside_it_that_marks_nothing(session: Session) -> None:
    """The first new post of the thread under the cursor, and it stays new (P2)."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, "j", "enter", "j")
        shown = margin_text(app)
        assert "First new post" in shown
        assert "● ben" in shown
        assert "│  The frost took half of them." in shown
        await into(pilot, "k")
        assert "│  Mine leaks." in margin_text(app)
        assert screen_text(app).count("Mine leaks.") == 1, "and not below the list as well"
        await into(pilot, "M", "M")
        assert screen_text(app).count("Mine leaks.") == 1, "but there without a margin"
        assert not connection_of(app).marked


async def test_home_says_what_is_coming_up_and_what_else_waits(session: Session) -> None:
    """Only what is planned: the server's rest and the community's end; and the reader's tasks."""
    day = timedelta(days=1)
    closing = Closing(no_new_at=NOW + day, read_only_at=NOW + 2 * day, closed_at=NOW + 9 * day)
    session.cache.apply((ClosingAnnounced(closing=closing),))
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, "0")
        session.hear(NoticesChanged(motd="", banner="", clock_doubt=None, maintenance_at=NOW + day))
        await into(pilot)
        shown = margin_text(app)
        assert "Coming up" in shown
        assert "3 Mar  The server rests from" in shown
        assert "4 Mar  The community is" in shown
        assert "11 Mar  The community closes" in shown


async def test_home_says_what_waits_once_and_reaches_it_by_keys(session: Session) -> None:
    """Beside the path the tasks stand in the margin; the list shows the one the cursor comes to."""
    session.drafts.save(Destination(DestinationKind.THREAD, GARDEN).key, "Quinces")
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, "0")
        assert "A draft of a thread in garden" in margin_text(app)
        assert screen_text(app).count("A draft of") == 1
        await into(pilot, "end")
        row = margin_text(app).split("\n")[row_of(app, "A draft of")]
        assert row.startswith("▌")
        await into(pilot, "enter")
        assert app.main.composer.editor.text == "Quinces"


async def test_the_end_of_a_round_takes_the_margin_too(session: Session) -> None:
    """Nothing stands beside the end; at home again the margin is back (looks 5)."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        for _ in range(20):
            await into(pilot, "space")
            if "All caught up" in screen_text(app):
                break
        assert "All caught up" in screen_text(app)
        assert not app.main.query_one("#margin").display
        assert app.main.home.size.width == 140 - 25
        await into(pilot, *THREAD)
        assert app.main.query_one("#margin").display
        assert app.main.query_one("#main").size.width == 80


async def test_a_lounge_has_its_charter_beside_it(session: Session) -> None:
    """What the board is for, when lines fade and how to keep some, and what is new in its threads."""
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, "j", "3")
        shown = " ".join(margin_text(app).split())
        assert "This lounge Beds, weeds and weather." in shown
        assert "fade after 3 days. To keep some, mark them with T: they become a thread." in shown
        assert "New in its threads ● Rain barrels, again ● Tomatoes after the frost" in shown


async def test_the_threads_stay_beside_one_of_them_on_the_widest(session: Session) -> None:
    """From 180 columns; a click opens another, and nothing is fetched for them."""
    app = an_app(session)
    async with app.run_test(size=BROADEST) as pilot:
        await into(pilot, *THREAD)
        assert app.main.query_one("#beside").size.width == 44
        assert app.main.query_one("#main").region.x == 24 + 1 + 44 + 1
        row = next(
            y for y, each in enumerate(screen_text(app).split("\n")) if "Rain barr" in each[25:70]
        )
        await pilot.click(offset=Offset(40, row))
        await into(pilot)
        assert app.main.thread.thread != TOMATOES
        assert app.focused is app.main.thread
        assert f"threads:{GARDEN}" not in connection_of(app).opened[1:]
        await into(pilot, "0")
        assert not app.main.query_one("#beside").display


async def test_home_has_the_first_new_post_beside_it_on_the_widest(session: Session) -> None:
    """As on a board: of the stop under the cursor, and it stays new (P2)."""
    app = an_app(session)
    async with app.run_test(size=BROADEST) as pilot:
        await into(pilot, "0")
        assert "First new post" in margin_text(app)
        assert not connection_of(app).marked


@pytest.mark.parametrize("posts", [300])
async def test_a_long_thread_leaves_room_for_the_round(session: Session, posts: int) -> None:
    """The outline shows the posts around the cursor; the round below it ends with its end."""
    from bbs.features.threads.messages import PostPublished

    more = [a_post(number, "Yes.") for number in range(7, posts + 1)]
    session.cache.apply((*more, PostPublished(post=more[-1])))
    app = an_app(session)
    async with app.run_test(size=BROAD) as pilot:
        await into(pilot, *THREAD, "G")
        shown = margin_text(app)
        assert f"#{posts}" in shown.split("\n")[row_of(app, "▌")]
        assert "◇ the end" in shown
        session.cache.apply((a_post(posts + 1, "New."),))
        app.session.hear(MirrorChanged(whole=True))
        await until_shown(pilot, f"#{posts + 1}")
        assert f"#{posts + 1}" in margin_text(app)
