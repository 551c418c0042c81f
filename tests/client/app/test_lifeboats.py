"""A board is kept whole from the screen, after its size was shown (protocol 33.1)."""

from pathlib import Path

import pytest

from bbs.features.threads.messages import ListThreads
from bbs.features.threads.views import ThreadPage
from bbs.testing import a_thread
from bbs_client.kept_boards import kept_boards
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import GARDEN, an_app


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))


async def test_a_board_is_kept_after_its_size_was_shown(session: Session) -> None:
    """The question counts what the server has, at 80x24; a yes keeps it, asked again it stops."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        session.online = True

        def page(request: ListThreads) -> ThreadPage:
            thread = a_thread(board=GARDEN, number=90, posts=30)
            session.cache.apply((thread,))
            return ThreadPage(threads=(thread,))

        connection = connection_of(app)
        connection.answers[ListThreads] = page
        await into(pilot, "j", "grave_accent")
        shown = " ".join(screen_text(app).split())
        assert "Keep all of Garden on this device?" in shown
        assert "are here. All of it takes about" in shown
        assert "Nobody is told." in shown
        await into(pilot, "n")
        assert kept_boards(connection.profile.name) == frozenset()
        await into(pilot, "grave_accent", "y")
        assert kept_boards(connection.profile.name) == {GARDEN}
        assert connection.fetches_of_kept == 1
        assert "bbs lifeboat make garden FILE saves it" in notes(app)
        await into(pilot, *":keep garden", "enter", "y")
        assert kept_boards(connection.profile.name) == frozenset()


async def test_the_commons_is_not_kept(session: Session) -> None:
    """It stays with its community; nothing is asked of the server."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *":lifeboat commons", "enter")
        assert "stay with their community" in notes(app)
        assert connection_of(app).asked == []
