"""Settings on their page: each changes something at once, and is kept on this device."""

from pathlib import Path

import pytest
from msgspec.structs import asdict

from bbs_client.preferences import ClientSettings
from bbs_client.session.session import Session
from bbs_client.setting_rows import GROUPS
from bbs_client.settings import load, settings_path
from bbs_client.tui.settings_page import SettingsPage
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import an_app


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of each test apart."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))


def test_every_setting_but_the_tour_is_on_the_page() -> None:
    """What the file takes can be changed on the screen, with the values it takes there."""
    rows = [setting for settings in GROUPS.values() for setting in settings]
    assert {row.name for row in rows} == asdict(ClientSettings()).keys() - {"tour"}
    for row in rows:
        for value in row.offers():
            assert getattr(load({row.name: value}, {}), row.name) == value


async def test_a_setting_changes_at_once_and_is_kept(session: Session) -> None:
    """→ takes the next value, ← the one before, r the default; the file follows each time."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "comma")
        assert "‹ folkmoot ›" in screen_text(app)
        await into(pilot, "right")
        assert app.theme == "daylight"
        assert load({}, {}).theme == "daylight"
        await into(pilot, "left")
        assert app.theme == "folkmoot"
        await into(pilot, "j", "right", "right", "right")
        assert load({}, {}).signs == "full"
        await into(pilot, "right")
        assert "ascii" in settings_path().read_text("utf-8")
        assert "< ASCII >" in screen_text(app), "drawn with the signs that were chosen"
        await into(pilot, "r")
        assert load({}, {}).signs == "auto"
        assert "signs" not in settings_path().read_text("utf-8")
        assert isinstance(app.screen, SettingsPage)
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_times_are_written_as_chosen_everywhere(session: Session) -> None:
    """ISO dates stand in every list as soon as they are chosen."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "comma", *"jjjj", "right", "escape")
        assert session.settings.times == "iso"
        assert session.times.iso
        await into(pilot, "j", "enter", "j", "enter", "i")
        assert "this fades on 2026-03-12" in screen_text(app)


async def test_a_thread_opens_as_chosen(session: Session) -> None:
    """`threads open as` is what the next thread follows."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "comma", *"jjjjjj", "right", "escape")
        assert session.settings.threads == "time"
        await into(pilot, "j", "enter", "j", "enter")
        assert app.main.thread.flat


async def test_many_values_are_chosen_from_a_list(session: Session) -> None:
    """Enter opens the list of themes, which shows each while one chooses; Esc leaves all as it was."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "comma", "enter", "j", "j")
        assert app.theme == "amber"
        await into(pilot, "escape")
        assert app.theme == "folkmoot"
        await into(pilot, "enter", "j", "j", "enter")
        assert load({}, {}).theme == "amber"
        await into(pilot, *"jjjjjjjj", "enter", "j", "enter")
        assert load({}, {}).keys == "vi"
        assert app.program.keymap_name == "vi"


async def test_being_seen_is_said_to_the_server_and_not_kept(session: Session) -> None:
    """Everybody begins unseen: this one choice is no line of the file (P11)."""
    session.online = True
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).visible = False
        await into(pilot, "comma", *"jjjjjjjjjj", "right")
        assert connection_of(app).visible is True
        assert not settings_path().exists()


async def test_what_cannot_be_kept_is_said(session: Session) -> None:
    """Where the file cannot be read, the choice counts until one quits, and the page says so."""
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text("[client\n", "utf-8")
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "comma", "right")
        assert app.theme == "daylight"
        assert "Theme: daylight, until you quit; not remembered:" in notes(app)
