"""The lists one chooses from: a board's threads, and the boards in the sidebar."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import GARDEN, NOW, an_app, uid


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
    thread = session.cache.threads(GARDEN)[1].thread
    session.cache.apply((a_lock(thread.id), replace(thread, pinned=True, revision=2)))
    app = an_app(session)
    async with app.run_test(size=(108, 24)) as pilot:
        await into(pilot, "j", "enter", "j")
        rows = [row.partition("│")[2] for row in screen_text(app).split("\n")]
        listed = [row.strip("▌ ") for row in rows if " new  " in row]
        assert listed[0].startswith("● Tomatoes after the frost  pinned  locked until 9 Mar")
        assert listed[0].endswith("4 new  ben   14:10")
        assert listed[1].endswith("2 new  ben   14:10")


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
