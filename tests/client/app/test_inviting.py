"""Inviting on the screen: for every member, with a link that is copied and shown once."""

from datetime import UTC, datetime

from msgspec.structs import replace

from bbs.features.members.messages import InvitationResult, Invite
from bbs.features.members.views import Invitation, MemberState
from bbs.ids import new_id
from bbs.terminal.qr import qr_rows
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import an_app

UNTIL = datetime(2030, 1, 14, 12, tzinfo=UTC)


def inviting(session: Session) -> FolkmootApp:
    """Return the client of a member without any office, whose server makes invitations for three."""
    app = an_app(session)
    invitation = Invitation(id=new_id(), uses_left=3, expires_at=UNTIL)
    connection_of(app).answers[Invite] = InvitationResult(invitation=invitation)
    return app


async def test_a_link_is_made_shown_and_copied(session: Session) -> None:
    """Enter takes what stands there; the link is on the clipboard, and a high screen has its code."""
    app = inviting(session)
    async with app.run_test(size=(100, 44)) as pilot:
        await into(pilot, "Y", *"mirela", "tab", "ctrl+u", "3", "enter")
        (command,) = (each for each in connection_of(app).asked if isinstance(each, Invite))
        assert (command.note, command.uses, command.days) == ("mirela", 3, 14)
        link = f"bbs://moot.example:8765/#{command.code}"
        assert app.clipboard == link
        shown = screen_text(app)
        assert link in shown
        assert "It lets 3 people in until 2030-01-14" in shown
        assert all(row.strip() in shown for row in qr_rows(link))
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_where_a_code_has_no_room_it_says_how_much_it_needs(session: Session) -> None:
    """At 80x24 the link stands alone: half of a code can be read by nothing."""
    app = inviting(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "Y", "enter")
        shown = screen_text(app)
        assert "rows, a QR code stands here." in shown
        assert "█▀" not in shown


async def test_who_waits_for_a_seat_is_told_who_invites(session: Session) -> None:
    """Neither a form nor a request for a member who waits (P3)."""
    me = session.me
    assert me is not None
    session.cache.apply((replace(me, state=MemberState.WAITING, revision=me.revision + 1),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "Y")
        told = str(list(app._notifications)[-1].message)
        assert told == "You can invite once you have a seat; until then, ask a member for a link."
        assert not connection_of(app).asked


async def test_numbers_out_of_bounds_are_refused_where_they_were_typed(session: Session) -> None:
    """The form names the field and its bounds, and asks the server for nothing."""
    app = inviting(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "Y", "tab", "ctrl+u", "0", "enter")
        assert "people: type a number from 1 to" in screen_text(app)
        assert not connection_of(app).asked
