"""The lounge as it looks, what is new in it, and how its mentions lead there (looks 5, P2, P13)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual import events
from textual.selection import SELECT_ALL

from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import MemberAuthor
from bbs.features.presence.messages import PresenceChanged
from bbs.features.threads.views import Line
from bbs_client.keys import Pane
from bbs_client.session.events import MirrorChanged
from bbs_client.session.session import Session
from tests.client.app.driving import into, pane_of, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, READERS, an_app, uid


def said(number: int, body: str, *, who: str = BEN, minutes_ago: int = 0, calls: str = "") -> Line:
    """Return a line of the garden's lounge."""
    return Line(
        id=uid(900 + number),
        board=GARDEN,
        number=number,
        author=MemberAuthor(id=who),
        at=NOW - timedelta(minutes=minutes_ago),
        fades_at=NOW + timedelta(hours=72),
        body=body,
        mentions=(calls,) if calls else (),
    )


async def test_a_mention_in_the_inbox_leads_to_its_line(session: Session) -> None:
    """A line that calls the reader stands in the inbox, offline too; Enter goes to it (9.7)."""
    session.cache.apply([said(4, "are you in, @ana?", calls=ANA), said(5, "never mind")])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "I")
        assert "ben calls you in the lounge of garden" in screen_text(app)
        await into(pilot, "enter")
        assert pane_of(app) is Pane.LOUNGE
        line = app.main.lounge.current_line()
        assert line is not None
        assert line.number == 4


async def test_lines_stand_by_speaker_as_drawn(session: Session) -> None:
    """Time and name stand once for what one says in a minute, the bar before every row; own lines and
    those that call the reader have a bar of their own, the newest stands at the lower edge (looks 5)."""
    session.cache.apply(
        [
            said(4, "has anybody seen the number four screwdriver with the yellow handle"),
            said(5, "and the kettle"),
            said(6, "not me, @ana?", who=CLEO, calls=ANA),
            said(7, "keep it", who=ANA),
        ]
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        shown = screen_text(app).splitlines()
        assert [row.rstrip() for row in shown[15:22]] == [
            " 14:30          ben │ has anybody seen the number four screwdriver with the",
            "                    │ yellow handle",
            "                    │ and the kettle",
            " 14:30         cleo ┃ not me, @ana?",
            " 14:30          ana ┃ keep it",
            " " + "─" * 78,
            " › r to write; Enter sends, Alt+Enter begins a new line",
        ]


async def test_a_name_stands_again_after_a_pause(session: Session) -> None:
    """Who says more in another minute has its time, after a pause the name as well."""
    session.cache.apply(
        [
            said(4, "one", minutes_ago=20),
            said(5, "two", minutes_ago=19),
            said(6, "three", minutes_ago=10),
        ]
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        shown = screen_text(app)
        assert "14:10          ben │ one" in shown
        assert "14:11              │ two" in shown
        assert "14:20          ben │ three" in shown


async def test_what_is_new_stands_below_a_divider_until_one_leaves(session: Session) -> None:
    """Lines that came since the reader looked stand below it; looking is kept on this device (P2)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        assert "new since you were here" not in screen_text(app), "nobody was ever here"
        assert session.cache.looked(GARDEN) == 3
        await into(pilot, "3")
        session.cache.apply([said(4, "mine", who=ANA), said(5, "the glue"), said(6, "and more")])
        app.session.hear(MirrorChanged(tables=frozenset({"lines"})))
        await into(pilot)
        assert session.cache.looked(GARDEN) == 3, "a lounge that is not shown is not looked into"
        await into(pilot, "3")
        shown = screen_text(app)
        divider = shown.index("─── new since you were here ──")
        assert shown.index("mine") < divider < shown.index("the glue")
        assert session.cache.looked(GARDEN) == 6
        assert session.cache.lounges() == {}
        session.cache.apply([said(7, "while one is there")])
        app.session.hear(MirrorChanged(tables=frozenset({"lines"})))
        await into(pilot)
        assert session.cache.looked(GARDEN) == 7
        assert "new since you were here" in screen_text(app)
        await into(pilot, "3", "3")
        assert "new since you were here" not in screen_text(app)
        assert session.outbox.pending() == []


async def test_lines_below_the_view_were_not_looked_at(session: Session) -> None:
    """What comes while the reader is further up stays new until they come down."""
    session.cache.apply(said(number, f"talk {number}") for number in range(4, 60))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3", "home")
        session.cache.apply([said(60, "newest")])
        app.session.hear(MirrorChanged(tables=frozenset({"lines"})))
        await into(pilot)
        assert session.cache.looked(GARDEN) == 59
        assert "1 new below  End" in screen_text(app)
        await into(pilot, "end")
        assert "new below" not in screen_text(app)
        assert session.cache.looked(GARDEN) == 60


async def test_an_empty_lounge_says_how_to_begin(session: Session) -> None:
    """It says since when nobody said anything, and which key does (looks 7)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.cache.execute("DELETE FROM lines")
        await into(pilot, "j", "3")
        rows = screen_text(app).splitlines()
        says = "Nobody has said anything in the last 3 days. r says something."
        assert rows[19].strip() == says


async def test_who_is_here_stands_above(session: Session) -> None:
    """Who has a seat on the board, is here and chose to be seen, in the order of names; the reader
    at the end, if they are seen (P11)."""
    seats = [Seat(board=GARDEN, member=who, state=SeatState.SEATED) for who in (BEN, CLEO)]
    session.cache.apply([*seats, PresenceChanged(members=(CLEO, ANA, BEN))])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        assert screen_text(app).splitlines()[1].rstrip() == " here: ben, cleo and you"
        session.cache.apply([PresenceChanged(members=(CLEO,))])
        app.session.hear(MirrorChanged(tables=frozenset({"here"})))
        await into(pilot)
        assert screen_text(app).splitlines()[1].rstrip() == " here: cleo"


async def test_who_has_no_seat_is_told_how_to_take_one(session: Session) -> None:
    """Below a lounge where the reader may not write, no key is named that does not write there."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "3")
        assert app.main.lounge.board == READERS
        assert " You may read here; S shows how to take a seat." in screen_text(app)
        assert "r to write" not in screen_text(app)
        waits = Seat(board=READERS, member=ANA, state=SeatState.WAITING, position=1)
        session.cache.apply((waits,))
        await into(pilot, "h", "3")
        assert " As soon as one is free it is offered to you" in screen_text(app)
        assert "take a seat" not in screen_text(app)


@pytest.mark.parametrize("columns", [40, 58, 60, 80, 100, 140])
async def test_nothing_is_further_than_its_columns(session: Session, columns: int) -> None:
    """At every width long handles are cut, wide characters wrapped, and rows stay two columns before
    the scrollbar and within 80 (looks 2)."""
    session.cache.apply([said(4, "日本語の長い行はどうなりますか" * 4 + "x" * 60, who=uid(777))])
    session.cache.apply([said(5, "short", minutes_ago=-1)])
    app = an_app(session)
    async with app.run_test(size=(columns, 24)) as pilot:
        await into(pilot, "j", "3")
        view = app.main.lounge
        width = min(78, view.size.width - 2)
        rows = [view.render_line(y).text for y in range(view.size.height)]
        talk = [row.rstrip() for row in rows if "│" in row]
        assert len(talk) > 4
        assert all(cell_len(row) <= width - 1 for row in talk)
        assert len({cell_len(row[: row.index("│")]) for row in talk}) == 1
        assert [cell_len(row.rstrip()) for row in rows if "────" in row] == [width + 1]


async def test_what_was_scrolled_up_stays(session: Session) -> None:
    """Where the wheel went up from the newest line, a new one moves nothing (looks 6)."""
    session.cache.apply(said(number, f"talk {number}") for number in range(4, 60))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        view = app.main.lounge
        view._scroll(-5)
        before = [view.render_line(y).text for y in range(view.size.height - 1)]
        session.cache.apply([said(60, "newest")])
        app.session.hear(MirrorChanged(tables=frozenset({"lines"})))
        await into(pilot)
        assert [view.render_line(y).text for y in range(view.size.height - 1)] == before
        assert "1 new below  End" in screen_text(app)


async def test_a_copied_line_says_who_said_it(session: Session) -> None:
    """A selection has the name and the words of each line, wraps joined, and no sign of the frame."""
    words = "has anybody seen the number four screwdriver with the yellow handle"
    session.cache.apply([said(4, words), said(5, "and the kettle")])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        found = app.main.lounge.get_selection(SELECT_ALL)
        assert found is not None
        text = found[0].strip().split("\n")
        assert text[-2:] == [f"ben: {words}", "ben: and the kettle"]
        assert "─" not in found[0]


async def test_what_is_in_view_makes_no_dot_beside_the_board(session: Session) -> None:
    """A line that is seen as it comes is never shown as new elsewhere; the wheel sees, too (P4)."""
    session.cache.apply(said(number, f"talk {number}") for number in range(4, 60))
    app = an_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await into(pilot, "j", "3")
        session.cache.apply([said(60, "seen at once")])
        app.main.refresh_all()
        assert session.cache.lounges() == {}, "before the boards were drawn"
        view = app.main.lounge
        view._scroll(-5)
        session.cache.apply([said(61, "not yet")])
        app.main.refresh_all()
        await into(pilot)
        assert session.cache.lounges() != {}
        view._scroll(8)
        await into(pilot)
        assert session.cache.lounges() == {}


def test_a_lounge_without_a_seat_has_no_dot(session: Session) -> None:
    """As its posts, the lines of a board where the reader has no seat are not new to them (P4)."""
    session.cache.apply([replace(said(4, "to the readers"), board=READERS, id=uid(990))])
    assert len(session.cache.lines(READERS)) == 1
    assert list(session.cache.lounges()) == [GARDEN]


async def test_a_pasted_line_ends_with_its_last_word(session: Session) -> None:
    """The line break at the end of what is pasted makes no empty row below the line."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "3", "r")
        app.post_message(events.Paste("one\ntwo\n"))
        await into(pilot)
        await into(pilot, "enter")
        (item,) = session.pending()
        assert item.body == "one\ntwo"
