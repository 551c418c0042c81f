"""What members say of themselves: an away line that ends by itself, and a profile (P2, P10, P11)."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS, instant, to_ms
from bbs.errors import BadParams, FolkmootError
from bbs.features.members.about import away_line, check_away, check_profile
from bbs.features.members.about_messages import (
    ClearAway,
    ClearProfile,
    GetProfile,
    MemberProfile,
    SetAway,
    SetProfile,
)
from bbs.features.members.messages import ChangeName, ListMembers, MemberUpdated
from bbs.features.members.views import Member
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotFound, TextRefused
from bbs.restricted import Restricted
from bbs.streams import COMMONS_STREAM
from bbs.testing import a_member
from bbs_server.features.members import about_records, jobs
from tests.support.moot import Line, Moot, open_moot
from tests.support.restricting import restricted
from tests.support.tx import NOW

END = NOW + 5 * DAY_MS
any_text = st.text(max_size=limits.AWAY_CHARS_MAX + 5)


def _refusal(check: Callable[..., None], *args: object) -> FolkmootError | None:
    """Return how a rule refuses these values; None if it does not."""
    try:
        check(*args)
    except FolkmootError as refused:
        return refused
    return None


def _stored(folder: Path) -> bytes:
    """Return every byte that a stopped server left."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@given(text=any_text, days=st.floats(-400, 400, allow_nan=False))
def test_an_away_line_is_a_line_with_an_end(text: str, days: float) -> None:
    """What is accepted is one line that ends within 180 days; the rest is named by its field (P13)."""
    until = NOW + int(days * DAY_MS)
    has_end = NOW < until <= NOW + limits.AWAY_DAYS_MAX * DAY_MS
    match _refusal(check_away, text, until, NOW):
        case TextRefused(field=field):
            assert field == "text"
        case BadParams(field=field):
            assert field == "until"
            assert not has_end
        case None:
            assert has_end
            assert "\n" not in text
            assert 0 < len(text) <= limits.AWAY_CHARS_MAX


@given(now=st.integers(NOW, NOW + 10 * DAY_MS))
def test_it_is_over_by_the_millisecond(now: int) -> None:
    """From its end on nobody shows it: by the time alone, never by presence (P2)."""
    member = a_member(away="At sea.", away_until=instant(END))
    assert away_line(member, now) == ("At sea." if now < END else None)
    assert away_line(a_member(), now) is None


@given(text=st.text(max_size=limits.PROFILE_CHARS_MAX + 5))
def test_a_profile_has_a_bound(text: str) -> None:
    """A profile is a text of at most 1,000 characters and 40 lines (P3, P13)."""
    refused = _refusal(check_profile, text)
    if refused is None:
        assert len(text) <= limits.PROFILE_CHARS_MAX
        assert text.count("\n") < limits.PROFILE_LINES_MAX
    else:
        assert isinstance(refused, TextRefused)


def _in(moot: Moot, days: float) -> datetime:
    return instant(moot.clock() + int(days * DAY_MS))


async def _member(line: Line, who: Line) -> Member:
    page = await line.ask(ListMembers())
    (found,) = [each for each in page.members if each.id == who.id]
    return found


async def _profile(line: Line, who: Line) -> str | None:
    shown: MemberProfile = await line.ask(GetProfile(member=who.id))
    return shown.text


async def _erased(moot: Moot, *words: str) -> None:
    """Check that words are in no row and no byte of the database (P10)."""
    dump = str(await moot.dump())
    assert not [word for word in words if word in dump]


async def test_an_away_line_is_told_and_ends_without_an_event(tmp_path: Path) -> None:
    """Everybody is told it once; at its end it is gone for all, and later its words are, too (P10)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        await bo.listen(COMMONS_STREAM)
        shown = await ana.ask(SetAway(text="Canary at sea.", until=_in(moot, 2)))
        assert shown.member.away == "Canary at sea."
        (told,) = await bo.told(MemberUpdated)
        assert told.member.away == "Canary at sea."
        assert told.member.away_until == shown.member.away_until
        assert (await _member(bo, ana)).away == "Canary at sea."
        moot.clock.jump(days=2)
        heads = (await bo.ask(ListMembers())).as_of
        over = await _member(bo, ana)
        assert (over.away, over.away_until) == (None, None)
        renamed = await ana.ask(ChangeName(name="Ana at home"))
        assert renamed.member.away is None
        await moot.change(lambda tx: about_records.delete_away_before(tx, moot.clock()))
        await _erased(moot, "Canary at sea")
        assert (await bo.ask(ListMembers())).as_of[COMMONS_STREAM] == heads[COMMONS_STREAM] + 1


async def test_another_away_line_erases_the_one_before(tmp_path: Path) -> None:
    """Changed or cleared, the old wording is in no table and no event (P9, P10)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        await ana.ask(SetAway(text="Canary one.", until=_in(moot, 2)))
        await ana.ask(SetAway(text="Canary two.", until=_in(moot, 3)))
        await _erased(moot, "Canary one")
        cleared = await ana.ask(ClearAway())
        assert (cleared.member.away, cleared.member.away_until) == (None, None)
        await _erased(moot, "Canary one", "Canary two")
        assert (await ana.ask(ClearAway())).member.revision >= cleared.member.revision


@pytest.mark.parametrize(
    ("text", "days", "says"),
    [
        ("Gone.", 0, "this is past; name the day on which you are back"),
        ("Gone.", -3, "this is past"),
        ("Gone.", 181, "ends by itself within 180 days"),
        ("Gone.\nReally.", 2, "text"),
        ("", 2, "text"),
        ("x" * 121, 2, "121"),
    ],
)
async def test_bad_input_is_refused_in_a_sentence(
    tmp_path: Path, text: str, days: float, says: str
) -> None:
    """A past end, one too far, two lines, nothing and too much: each is named (P12)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        refused = await ana.refused(SetAway(text=text, until=_in(moot, days)))
        assert says in str(refused)
        assert "\n" not in str(refused)


async def test_a_profile_is_read_by_members_and_its_old_words_are_gone(tmp_path: Path) -> None:
    """It has paragraphs, is asked for by itself, and another wording erases the one before (P10)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        assert await _profile(bo, ana) is None
        await ana.ask(SetProfile(text="Canary first.\n\nI grow leeks."))
        assert await _profile(bo, ana) == "Canary first.\n\nI grow leeks."
        assert b"leeks" not in (await _sent(bo, ListMembers()))
        await ana.ask(SetProfile(text="Canary second."))
        await _erased(moot, "Canary first", "leeks")
        await ana.ask(ClearProfile())
        assert await _profile(bo, ana) is None
        await _erased(moot, "Canary second")
        assert isinstance(await bo.refused(GetProfile(member=new_id())), NotFound)


async def _sent(line: Line, request: Any) -> bytes:
    before = len(line.answers)
    await line.ask(request)
    return b"\n".join(line.answers[before:])


async def test_erased_words_are_not_in_the_file(tmp_path: Path) -> None:
    """After the server stopped no byte of its database holds an old profile or away line (P10)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        for wording in ("Canary-old", "A new one"):
            await ana.ask(SetProfile(text=f"{wording} profile."))
            await ana.ask(SetAway(text=f"{wording} away.", until=_in(moot, 2)))
    left = _stored(tmp_path)
    assert b"A new one profile." in left
    assert b"Canary-old" not in left


@pytest.mark.parametrize("kind", [RestrictionKind.SILENCED, RestrictionKind.SUSPENDED])
async def test_who_may_not_write_takes_words_back(tmp_path: Path, kind: RestrictionKind) -> None:
    """Silenced or suspended, a member says nothing new of themselves and can clear all (P7, P9)."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        await ana.ask(SetProfile(text="Before."))
        await ana.ask(SetAway(text="Away.", until=_in(moot, 2)))
        await restricted(moot, kind, COMMONS, ana)
        for request in (SetProfile(text="No."), SetAway(text="No.", until=_in(moot, 2))):
            refused: FolkmootError = await ana.refused(request)
            assert isinstance(refused, Restricted)
        await ana.ask(ClearAway())
        await ana.ask(ClearProfile())
        assert await _profile(bo, ana) is None
        assert (await _member(bo, ana)).away is None


async def test_the_job_erases_in_slices(tmp_path: Path) -> None:
    """Away lines that are over are erased a slice at a time, by the proven time (P10, P14)."""
    async with open_moot(tmp_path) as moot:
        lines = [await moot.join(f"m{n}") for n in range(3)]
        for line in lines:
            await line.ask(SetAway(text="Canary.", until=_in(moot, 1)))
        await moot.change(lambda tx: about_records.delete_away_before(tx, moot.clock()))
        assert "Canary." in str(await moot.dump())
        moot.clock.jump(days=1)
        (job,) = [each for each in jobs.JOBS if each.name == "erase away lines that are over"]
        assert job.run is jobs.delete_away_lines
        await moot.change(lambda tx: about_records.delete_away_before(tx, moot.clock()))
        await _erased(moot, "Canary.")
        assert to_ms(_in(moot, 0)) == moot.clock()
