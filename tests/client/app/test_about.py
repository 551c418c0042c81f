"""What members say of themselves on the screen: a page with host and profile, an away line with an end."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace
from textual.events import Paste

from bbs.errors import BadParams
from bbs.features.members.about_messages import (
    ClearAway,
    ClearProfile,
    GetProfile,
    MemberProfile,
    SetAway,
    SetProfile,
)
from bbs.features.members.messages import ListInvitations, RevokeInvitation
from bbs.features.members.views import Invitation, Invitations, MemberResult
from bbs.ids import new_id
from bbs.messages import Done
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.fields import LineField, ParagraphField
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import BEN, CLEO, an_app

MEMBER_OF = ("at", "down", "enter")  # Ben stands below Ana


def host_and_guest(session: Session) -> None:
    """Let Ben be away, and a guest of Cleo's since yesterday."""
    ben, now = session.members[BEN], session.now()
    changed = replace(
        ben,
        invited_by=CLEO,
        joined_at=now - timedelta(days=1),
        away="Walking, without a phone.",
        away_until=now + timedelta(days=9),
        revision=ben.revision + 1,
    )
    session.cache.apply((changed,))


def answering(app: FolkmootApp, session: Session) -> None:
    """Let the server answer what the dialogs of one's own words send."""
    me = session.me
    assert me is not None
    answers = connection_of(app).answers
    answers[GetProfile] = MemberProfile(member=me.id, text="I grow leeks.")
    answers[SetProfile] = MemberProfile(member=me.id, text="x")
    answers[ClearProfile] = Done()
    answers[SetAway] = MemberResult(member=me)
    answers[ClearAway] = MemberResult(member=me)


async def test_the_page_of_a_member_tells_host_away_line_and_profile(session: Session) -> None:
    """u shows all that members may know; the profile is asked for, and shown as text (P2, P13)."""
    host_and_guest(session)
    app = an_app(session)
    asked = MemberProfile(member=BEN, text="I grow [b]leeks[/b].\n\nAnd figs.")
    connection_of(app).answers[GetProfile] = asked
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *MEMBER_OF)
        shown = screen_text(app)
        assert "away until" in shown
        assert "Walking, without a phone." in shown
        assert "@cleo, host until" in shown
        assert "member since" in shown
        assert "I grow [b]leeks[/b]." in shown
        assert "And figs." in shown
        await into(pilot, "9")
        assert not [each for each in connection_of(app).asked if isinstance(each, SetAway)]


async def test_an_away_line_that_is_over_is_shown_nowhere(session: Session) -> None:
    """From its end on neither list nor page shows it, without any news of the server (P2)."""
    host_and_guest(session)
    ben = session.members[BEN]
    over = replace(ben, away_until=session.now(), revision=ben.revision + 1)
    session.cache.apply((over,))
    app = an_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await into(pilot, "at")
        assert "Walking" not in screen_text(app)
        await into(pilot, "down", "enter")
        assert "Walking" not in screen_text(app)


async def test_the_list_of_members_shows_who_is_away(session: Session) -> None:
    """The line stands beside the name, with the day it ends on."""
    host_and_guest(session)
    app = an_app(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await into(pilot, "at")
        assert "away until" in screen_text(app)
        assert "Walking, without a phone." in screen_text(app)


async def test_who_is_here_shows_an_away_line_too(session: Session) -> None:
    """Beside a name that is here, because the line is set by hand and says nothing of presence (P2)."""
    host_and_guest(session)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "w")
        assert "away until" in screen_text(app)


async def test_ones_own_line_is_set_and_taken_back(session: Session) -> None:
    """On one's own page a key asks for line and day; emptied, it is taken back (P9)."""
    app = an_app(session)
    answering(app, session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "at", "enter", "9", *"at sea", "tab", *"2030-03-01", "enter")
        (sent,) = (each for each in connection_of(app).asked if isinstance(each, SetAway))
        assert sent.text == "at sea"
        assert sent.until.astimezone(session.zone) == datetime(
            2030, 3, 1, tzinfo=session.zone or UTC
        )
        assert "All members see it beside your name" in notes(app)
        await into(pilot, "colon", *"away clear", "enter")
        assert any(isinstance(each, ClearAway) for each in connection_of(app).asked)


async def test_a_day_that_is_none_is_refused_in_the_form(session: Session) -> None:
    """The form comes back with what was typed, and says how a day is written; so does the server's no."""
    app = an_app(session)
    answering(app, session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "9", *"at sea", "tab", *"tomorrow", "enter")
        assert "write a day, as in 2027-03-01" in screen_text(app)
        assert "tomorrow" in screen_text(app)
        rule = "this is past; name the day on which you are back"
        connection_of(app).answers[SetAway] = BadParams(field="until", rule=rule)
        await into(pilot, "tab", "ctrl+u", *"2020-01-01", "enter")
        assert "this is past" in screen_text(app)


async def test_what_is_too_long_stays_in_the_form(session: Session) -> None:
    """Away line and profile keep all that was typed or pasted, and say by how much it is too long (P12)."""
    app = an_app(session)
    answering(app, session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "9")
        field = app.screen.query_one(LineField)
        field.post_message(Paste("at sea\nagain\x07" + "!" * 120))
        await pilot.pause()
        assert "The text was mended: 1 control character." in screen_text(app)
        await into(pilot, "tab", *"2030-03-01", "enter")
        assert "away: too long by 12 characters; 120 fit." in screen_text(app)
        assert field.value == "at sea again" + "!" * 120
        await into(pilot, "escape", "quotation_mark")
        app.screen.query_one(ParagraphField).text = "x" * 1_050
        await into(pilot, "ctrl+s")
        assert "profile: too long by 50 characters; 1,000 fit." in screen_text(app)
        assert app.screen.query_one(ParagraphField).text == "x" * 1_050
        assert not [e for e in connection_of(app).asked if isinstance(e, SetAway | SetProfile)]


async def test_ones_own_profile_is_changed_and_erased(session: Session) -> None:
    """The form begins with what stands; saving sends it, and an emptied one erases it (P10)."""
    app = an_app(session)
    answering(app, session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "quotation_mark")
        assert "I grow leeks." in screen_text(app)
        await into(pilot, *"Figs. ", "ctrl+s")
        (sent,) = (each for each in connection_of(app).asked if isinstance(each, SetProfile))
        assert sent.text == "Figs. I grow leeks."
        await into(pilot, "colon", *"profile clear", "enter")
        assert any(isinstance(each, ClearProfile) for each in connection_of(app).asked)
        assert "Your profile is erased." in notes(app)


async def test_invitations_are_listed_and_one_is_revoked(session: Session) -> None:
    """Who can still join stands first in the row; revoking asks before it does (P8)."""
    me = session.me
    assert me is not None
    ends = session.now() + timedelta(days=9)
    mine = Invitation(id=new_id(), by=me.id, uses_left=2, expires_at=ends, note="for Cy")
    used = replace(mine, id=new_id(), uses_left=0, note="")
    app = an_app(session)
    connection_of(app).answers[ListInvitations] = Invitations(invitations=(mine, used))
    connection_of(app).answers[RevokeInvitation] = Done()
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "semicolon")
        shown = screen_text(app)
        assert "for 2 people" in shown
        assert "for Cy" in shown
        assert "used up" in shown
        assert "You are their host for 60" in shown
        await into(pilot, "x")
        assert "Nobody can join by its link any more." in screen_text(app)
        await into(pilot, "y")
        (sent,) = (e for e in connection_of(app).asked if isinstance(e, RevokeInvitation))
        assert sent.invitation == mine.id
