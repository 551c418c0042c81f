"""How words may go with a board that is taken along, on the screen (protocol 29.1)."""

from bbs.features.packs.consent_messages import (
    BoardConsent,
    ConsentResult,
    PackConsent,
    SetConsent,
)
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, an_app


def chosen(member: str, consent: PackConsent) -> BoardConsent:
    """Return what a member chose for the garden."""
    return BoardConsent(board=GARDEN, member=member, consent=consent)


def who_may_choose(session: Session) -> FolkmootApp:
    """Return the client of ana, whose server stores what she chooses."""
    app = an_app(session)

    def choose(command: SetConsent) -> ConsentResult:
        done = chosen(ANA, command.consent)
        session.cache.apply((done,))
        return ConsentResult(consent=done)

    connection_of(app).answers[SetConsent] = choose
    return app


async def test_the_default_stands_where_a_seat_is_taken(session: Session) -> None:
    """A line of the seat's page says it, and n changes it there."""
    app = who_may_choose(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "S")
        shown = " ".join(screen_text(app).split())
        assert "your words go without your name, until you claim them. n changes that." in shown
        await into(pilot, "n")
        shown = " ".join(screen_text(app).split())
        assert "If Garden is taken along" in shown
        assert "with my name" in shown
        assert "This is so now." in shown
        await into(pilot, "k", "enter")
        (command,) = [one for one in connection_of(app).asked if isinstance(one, SetConsent)]
        assert (command.board, command.consent) == (GARDEN, PackConsent.NAMED)
        assert "your words go with your name. n changes" in " ".join(screen_text(app).split())


async def test_readers_see_what_others_chose(session: Session) -> None:
    """The board's page names who goes with a name and who not at all; all others are not listed."""
    session.cache.apply((chosen(BEN, PackConsent.NAMED), chosen(CLEO, PackConsent.LEFT_OUT)))
    app = an_app(session)
    async with app.run_test(size=(80, 50)) as pilot:
        await into(pilot, "j", "S")
        shown = " ".join(screen_text(app).split())
        assert "With their names go the words of @ben." in shown
        assert "Not at all go the words of @cleo." in shown
        assert "Those of all others go without a name." in shown


async def test_it_has_a_verb_and_a_key(session: Session) -> None:
    """From anywhere on the board; of the commons there is nothing to choose."""
    app = who_may_choose(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "vertical_line", "j", "j", "enter")
        assert "your words do not go; a marker stays in their place" in notes(app)
        await into(pilot, *":consent commons", "enter")
        assert "Nobody takes the commons or a letter along" in notes(app)
