"""The lists one chooses from: a board's threads, and the boards in the sidebar."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.threads.views import ContentState
from bbs.streams import board_stream
from bbs_client.keys import Pane
from bbs_client.session.session import Session
from bbs_client.widgets.cutting import MIN_COLUMNS, cut_apart
from tests.client.app.driving import connection_of, into, pane_of, screen_text
from tests.client.app.sample import ANA, BEN, GARDEN, NOW, READERS, a_post, an_app, uid


def a_lock(thread: str) -> Restriction:
    """Return the lock of a thread for a week."""
    return Restriction(
        id=uid(801),
        board=GARDEN,
        kind=RestrictionKind.LOCKED,
        thread=thread,
        since=NOW,
        until=NOW + timedelta(days=7),
    )


async def test_a_list_tells_in_words_what_changes_the_reading(session: Session) -> None:
    """Beads and words after the title; the author, and a time of six columns at the edge (looks 5)."""
    thread = session.cache.threads(GARDEN)[0].thread
    session.cache.apply((a_lock(thread.id), replace(thread, pinned=True, revision=2)))
    app = an_app(session)
    async with app.run_test(size=(120, 24)) as pilot:
        await into(pilot, "j", "enter", "j")
        rows = [row.partition("│")[2] for row in screen_text(app).split("\n")]
        listed = [row.strip("▌ ") for row in rows if " new  " in row]
        assert listed[0].startswith("● Rain barrels, again  pinned  locked until 9 Mar")
        assert listed[0].endswith("2 new  ben        14:10")
        assert listed[1].endswith("4 new  ben        14:10")


@pytest.mark.parametrize("size", [(100, 24), (100, 34)])
async def test_a_peek_shows_what_is_new_and_marks_nothing(
    session: Session, size: tuple[int, int]
) -> None:
    """Below the list: how the first new posts of the thread under the cursor begin (P2, looks 5)."""
    app = an_app(session)
    async with app.run_test(size=size) as pilot:
        await into(pilot, "j", "enter")
        text = screen_text(app)
        assert text.index("● ben first of 2 new") < text.index("│  Mine leaks.")
        await into(pilot, "j")
        assert "first of 4 new" in screen_text(app)
        assert connection_of(app).marked == []
        high = size[1] >= 30
        assert ("  ben: Works best." in screen_text(app)) == high, "the newest post's first words"


async def test_a_full_list_has_no_peek(session: Session) -> None:
    """Where threads need the rows, they have them: nothing covers a list."""
    thread = session.cache.threads(GARDEN)[0].thread
    more = [
        replace(thread, id=uid(700 + at), number=10 + at, title=f"T{at}", posts=0)
        for at in range(14)
    ]
    session.cache.apply(more)
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await into(pilot, "j", "enter", "end")
        text = screen_text(app)
        assert "Tomatoes after the frost" in text
        assert "first of" not in text


def sidebar(text: str) -> list[str]:
    """Return the rows of the sidebar."""
    return [row.partition("│")[0].rstrip() for row in text.split("\n") if "│" in row]


async def test_the_sidebar_begins_with_home_inbox_and_letters(session: Session) -> None:
    """24 columns: home, the inbox with what calls one, letters, a bar for each board, counts in column 22."""
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await into(pilot, "j")
        rows = sidebar(screen_text(app))
        assert rows[:7] == [
            "   Home",
            "   Inbox              1",
            "   Letters",
            "",
            "  ▎The Village Hall",
            "▌ ▎Garden •           6",
            " -▎Slow Readers",
        ]
        assert "   Here now" in rows
        assert rows[rows.index("   Here now") + 1] == "   ben"
        await into(pilot, "home", "enter")
        assert pane_of(app) is Pane.HOME
        assert sidebar(screen_text(app))[0] == "▌  Home"
        await into(pilot, "b", "home", "j", "enter")
        assert "Inbox" in screen_text(app).split("\n")[0]


@pytest.mark.parametrize(
    ("state", "sign", "meaning", "says"),
    [
        (SeatState.OFFERED, "+", "a seat is offered", "A seat is offered to you: S."),
        (SeatState.WAITING, "~", "you wait for a seat", "You wait for a seat, second in line."),
        (SeatState.LEFT, "-", "no seat", "You left your seat here."),
        (None, "-", "no seat", "You have no seat on this board yet."),
    ],
)
async def test_a_seat_says_what_it_is(
    session: Session, state: SeatState | None, sign: str, meaning: str, says: str
) -> None:
    """A sign in column 1 that is explained below, and a whole sentence on the board (issue 15, C9)."""
    if state is not None:
        ben = Seat(board=READERS, member=BEN, state=SeatState.WAITING, position=1)
        mine = Seat(board=READERS, member=ANA, state=state, position=2, norms_version=1)
        session.cache.apply((ben, mine))
    session.cache.set_cursor(board_stream(READERS), 1)
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "j")
        rows = sidebar(screen_text(app))
        assert f"▌{sign}▎Slow Readers" in rows
        assert f" {sign} {meaning}" in rows, "the sign explains itself"
        assert says in screen_text(app)
    async with an_app(session).run_test(size=(80, 24)) as pilot:
        await into(pilot, "b")
        assert f"Slow Readers  {meaning}" in screen_text(pilot.app)  # type: ignore[arg-type]  # our app


async def test_names_that_differ_at_their_end_stay_different(session: Session) -> None:
    """Two boards of the same beginning are told apart in the sidebar (issue 15, B4)."""
    boards = {row.board.id: row.board for row in session.cache.boards()}
    titles = {GARDEN: "Repair evenings, north side", READERS: "Repair evenings, south side"}
    session.cache.apply(
        [replace(boards[id], title=title, revision=2) for id, title in titles.items()]
    )
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await into(pilot)
        rows = sidebar(screen_text(app))
        assert "  ▎Repai…north side • 6" in rows
        assert " -▎Repair evenings, so…" in rows


NAMES = st.text(st.characters(exclude_categories=("C", "Z", "M")), min_size=1, max_size=40)


@given(
    start=NAMES,
    ends=st.lists(NAMES, min_size=1, max_size=20, unique=True),
    room=st.integers(MIN_COLUMNS, 30),
)
def test_names_are_cut_apart(start: str, ends: list[str], room: int) -> None:
    """What differs still differs once it is cut, and fits; what fits is not cut."""
    names = [start + end for end in ends]
    shown = cut_apart(names, [room] * len(names))
    assert len(set(shown)) == len(names)
    assert all(cell_len(text) <= room for text in shown)
    assert all(
        text == name for text, name in zip(shown, names, strict=True) if cell_len(name) <= room
    )


async def test_a_thread_that_waits_to_be_published_counts_down(session: Session) -> None:
    """◌, whose it is, and the time until it is published, as in the thread itself (looks 4)."""
    thread = session.cache.threads(GARDEN)[0].thread
    held = replace(
        thread,
        id=uid(750),
        number=None,
        title="The pond pump",
        author=MemberAuthor(id=ANA),
        state=ContentState.HELD,
        posts=0,
    )
    at = NOW + timedelta(seconds=42)
    post = a_post(None, "It hums.", id=uid(751), thread=uid(750), seq=None, visible_at=at)
    session.cache.apply((held, replace(post, author=MemberAuthor(id=ANA), state=ContentState.HELD)))
    app = an_app(session)
    async with app.run_test(size=(100, 24)) as pilot:
        await into(pilot, "j", "enter")
        assert "◌ The pond pump  yours, published in 42 s" in screen_text(app)
