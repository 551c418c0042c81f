"""Taking one's words away from the client: asked first, written whole (P9, P10)."""

import json
from pathlib import Path

import msgspec
import pytest
from msgspec import Raw

from bbs.features.ownership.messages import Export, ListExport
from bbs.features.ownership.views import (
    ExportContents,
    ExportedRow,
    ExportPage,
    ExportSection,
    OwnPost,
)
from bbs.testing import a_post
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import an_app

POST = OwnPost(thread_address="garden/4", title="Slugs", post=a_post(number=1, body="my words"))
PAGE = ExportPage(rows=(ExportedRow(section="posts", row=Raw(msgspec.json.encode(POST))),))
CONTENTS = ExportContents(sections=(ExportSection(name="posts", about="Your posts."),))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the client was started."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def there(folder: Path) -> list[str]:
    """Return the names in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_words_are_taken_away_after_a_yes(session: Session, here: Path) -> None:
    """The question says where they go and whose they are then; a yes writes them (P9, P10)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        answers = connection_of(app).answers
        answers[ListExport], answers[Export] = CONTENTS, PAGE
        await into(pilot, *":export mine", "enter")
        shown = " ".join(screen_text(app).split())
        assert "Export your words?" in shown
        assert "Enter export" in shown
        assert "is not erased here" in shown
        await into(pilot, "y")
        assert "1 post and all else is in" in " ".join(screen_text(app).split())
    words = (here / "mine" / "boards" / "garden" / "4.md").read_text()
    assert words.startswith("# Slugs\n")
    assert "my words" in words
    assert json.loads((here / "mine" / "manifest.json").read_text())["rows"] == {"posts": 1}


async def test_without_a_connection_nothing_is_left_behind(session: Session, here: Path) -> None:
    """Offline the reader is told so, and no half an export stays (P9)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "X", "y")
        assert "offline" in screen_text(app)
    assert there(here) == []


async def test_nothing_is_written_over(session: Session, here: Path) -> None:
    """What is there stays, and the reader is told before anything is asked."""
    (here / "mine").write_text("kept")
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, *":export mine", "enter")
        assert "Name a folder that is empty" in " ".join(screen_text(app).split())
    assert (here / "mine").read_text() == "kept"
