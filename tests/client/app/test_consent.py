"""How words may go with a board that is taken along, and where it moves, on the screen (29.1, 30)."""

from datetime import timedelta

from msgspec.structs import replace

from bbs.features.boards.settings import Visibility
from bbs.features.moderation.messages import Change
from bbs.features.packs.consent_messages import (
    BoardConsent,
    ConsentResult,
    PackConsent,
    SetConsent,
)
from bbs.features.packs.move_messages import NEW_COMMUNITY, MoveBoard, MoveChanged
from bbs.features.packs.move_views import Move, MoveState
from bbs.features.packs.unpack_messages import BoardOrigin, ListOldActs, OldActPage
from bbs.features.packs.views import PackKind
from bbs.features.proposals.messages import ListProposals, ProposalList
from bbs_client.features.packs.mirror import NoMove
from bbs_client.mirror.fold import fold
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, an_app
from tests.client.app.test_proposals import a_proposal, listed


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
        assert "How may your words go, if Garden is taken along?" in shown
        assert "1 with my name: your words go with your name." in shown
        assert "2 without name (as it is now): your words go without your name" in shown
        await into(pilot, "1")
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
        await into(pilot, "j", "vertical_line", "3")
        assert "your words do not go; a marker stays in their place" in notes(app)
        await into(pilot, *":consent commons", "enter")
        assert "Nobody takes the commons or a letter along" in notes(app)


MOVE = Move(
    board=GARDEN,
    state=MoveState.ANNOUNCED,
    host="moot.example:7000",
    key="A" * 43,
    slug="allotment",
    visibility=Visibility.UNLISTED,
    announced_at=NOW,
    until=NOW + timedelta(days=14),
)


async def test_a_move_is_told_where_the_board_is_read(session: Session) -> None:
    """The banner names the address, who reads it there and the day; the notice adds what the reader can do."""
    titled = (Change(field=NEW_COMMUNITY, said_after="The Moot"),)
    waits = a_proposal(
        method=MoveBoard.method, reason="We grew.", objections_max=2, votes=(), changes=titled
    )
    session.cache.apply((MOVE, *fold(listed(waits))))
    app = who_may_choose(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "2")
        shown = " ".join(screen_text(app).split())
        assert (
            "allotment at bbs://moot.example:7000, which members there may read who know" in shown
        )
        assert "Members can object until 16 Mar 14:30. | shows it." in shown
        assert "waits for you" not in shown  # the banner said it
        await into(pilot, "vertical_line")
        shown = " ".join(screen_text(app).split())
        assert "Key of the new server: AAAA AAAA" in shown
        assert "How may your words go, if Garden is taken along?" in shown
        assert "ben announced it: We grew." in shown
        assert "0 of 2 objections so far" in shown
        assert "The community there is The Moot." in shown
        assert "get an invitation to moot.example:7000" in shown
        assert "p what waits" in shown
        await into(pilot, "p")
        assert "Waiting" in screen_text(app) or "waits" in screen_text(app)


async def test_the_objections_to_a_move_are_counted_as_they_are_now(session: Session) -> None:
    """A seat that was left since lowers how many end it; the page asks first, as the list does (protocol 30)."""
    before = a_proposal(method=MoveBoard.method, objections_max=2, votes=())
    session.cache.apply((MOVE, *fold(listed(before))))
    app = who_may_choose(session)

    def waiting(_: ListProposals) -> ProposalList:
        now = listed(a_proposal(method=MoveBoard.method, objections_max=1, votes=(), revision=2))
        session.cache.apply(fold(now))
        return now

    connection_of(app).answers[ListProposals] = waiting
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "2", "vertical_line")
        assert "0 of 1 objection so far" in " ".join(screen_text(app).split())


async def test_a_board_that_has_moved_leads_on(session: Session) -> None:
    """Nothing is to be chosen any more: the board says where it is now."""
    session.cache.apply((replace(MOVE, state=MoveState.LEADS_ON),))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "2")
        shown = " ".join(screen_text(app).split())
        assert "Garden has moved: its words are gone here, and its address leads on" in shown
        assert "allotment at bbs://moot.example:7000" in shown
        await into(pilot, "vertical_line")
        assert "How may your words go" not in screen_text(app)


def test_a_move_that_came_to_nothing_is_forgotten(session: Session) -> None:
    """Whether the board's event says so, or the server when it is asked (protocol 30)."""
    for over in (MoveChanged(board=GARDEN), NoMove(GARDEN)):
        session.cache.apply((MOVE,))
        assert session.cache.move_of(GARDEN) == MOVE
        session.cache.apply((MoveChanged(board=GARDEN, state=MoveState.READY),))
        assert session.cache.move_of(GARDEN) == MOVE
        session.cache.apply((over,))
        assert session.cache.move_of(GARDEN) is None


async def test_a_board_says_where_it_came_from(session: Session) -> None:
    """Its page names the old server, the day, who made the pack, and the digest to compare."""
    origin = BoardOrigin(
        digest="3fa9" * 16,
        pack_kind=PackKind.LIFEBOAT,
        host="moot.example",
        key="A" * 43,
        opened_at=NOW,
    )
    app = an_app(session)
    connection_of(app).answers[ListOldActs] = OldActPage(acts=(), origin=origin)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "S")
        shown = " ".join(screen_text(app).split())
        assert "This board came from moot.example, and was unpacked here on 2 Mar" in shown
        assert "a pack that a member made, digest 3fa93fa93fa9." in shown
