"""The list of members and a member's page: what all may know, and a hue of the reader's own (P2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.members.views import MemberState
from bbs.features.reading.messages import SetMemberChoice
from bbs.features.reading.views import Stance
from bbs_client import hues, own_hues
from bbs_client.session.session import Session
from tests.client.app.driving import into, notes, screen_text
from tests.client.app.sample import BEN, CLEO, GARDEN, an_app


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of settings of its own, and no hue of the reader's before or after."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    hues.use({})
    yield own_hues.hues_path()
    hues.use({})


def written(file: Path) -> str:
    """Return what stands in a file."""
    return file.read_text("utf-8")


async def test_members_stand_by_handle_with_what_all_may_know(session: Session) -> None:
    """@ lists them by handle: who runs the server, who is here, boards of both; nobody is counted."""
    ben, cleo = session.members[BEN], session.members[CLEO]
    session.cache.apply(
        (
            replace(ben, sysop=True, revision=ben.revision + 1),
            replace(cleo, state=MemberState.WAITING, revision=cleo.revision + 1),
            Seat(board=GARDEN, member=BEN, state=SeatState.SEATED, position=2),
            SetMemberChoice(member=CLEO, stance=Stance.FOLLOW),
        )
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "at")
        rows = [row.strip() for row in screen_text(app).splitlines()]
        ana, of_ben, of_cleo = (
            next(place for place, row in enumerate(rows) if row.lstrip("▌ ").startswith(handle))
            for handle in ("ana", "ben", "cleo")
        )
        assert ana < of_ben < of_cleo
        assert "Ana Ruiz  you" in rows[ana]
        assert "Ben  runs this server  here  on Garden" in rows[of_ben]
        assert "waits for a seat in the community  followed" in rows[of_cleo]
        assert all(rows[place].endswith("2025") for place in (ana, of_ben, of_cleo))
        assert not any(word.isdecimal() for word in " ".join(rows[:2]).split())


async def test_from_a_member_one_comes_back_to_the_list(session: Session) -> None:
    """Enter shows a member; what follows them tells so; Esc leads to the list at the same place."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "at", "j", "j", "enter")
        assert "Cleo of the Hill" in screen_text(app)
        await into(pilot, "f")
        assert session.cache.stances("member") == {CLEO: Stance.FOLLOW}
        row = next(row for row in screen_text(app).splitlines() if row.startswith("▌"))
        assert "cleo" in row
        assert "You follow @cleo" in notes(app)
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_the_page_of_a_member_offers_a_letter(session: Session) -> None:
    """@ on somebody's page asks for a letter with them; one's own page offers none (protocol 20)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "at", "j", "j", "enter")
        assert "@ letter" in screen_text(app)
        await into(pilot, "at")
        assert "Ask for a letter, ~cleo?" in screen_text(app)
        await into(pilot, "n", "escape", "at", "enter")
        assert "@ letter" not in screen_text(app)


async def test_a_member_has_another_hue_for_this_reader_alone(
    session: Session, own_file: Path
) -> None:
    """c draws a name in the next hue, on this device; after the last one it is as for all."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "at", "j", "enter", "c")
        assert "chosen by you, on this device" in screen_text(app)
        chosen = hues.member_hue(BEN)
        assert chosen != hues.usual_hue(BEN)
        hues.use({})
        own_hues.load()
        assert hues.own() == {BEN: chosen}
        await into(pilot, *["c"] * 9)
        assert "as all see it" in screen_text(app)
        assert hues.member_hue(BEN) == hues.usual_hue(BEN)
    assert written(own_file) == "{}\n"


def test_a_file_of_hues_that_cannot_be_read_counts_as_none(own_file: Path) -> None:
    """Whatever stands there, names are drawn, and in hues that exist."""
    own_file.parent.mkdir(parents=True, exist_ok=True)
    for content in ("", "[]", "{", '{"x": 99, "y": "red", "z": 3}'):
        hues.use({})
        own_file.write_text(content)
        own_hues.load()
    assert hues.own() == {"z": "hue3"}
