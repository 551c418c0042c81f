"""Norms that change, on the screen: what changed is read, and writing waits for the yes (P5)."""

import pytest
from msgspec.structs import replace

from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import (
    AmendNorms,
    AmendNormsResult,
    Clause,
    GetNorms,
    ListNormsVersions,
    Norms,
    NormsVersion,
    NormsVersions,
)
from bbs.ids import COMMONS
from bbs_client.session.consent import unaccepted
from bbs_client.session.events import YesNeeded
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import CELLAR, GARDEN, NOW, an_app
from tests.client.app.test_proposals import notes

TABLE = Clause(text="Speak as at a kitchen table here.", why="We share one.")
BOOTS = Clause(
    text="Rinse your boots.", why="Slugs travel.", example="Also the spade.", judgement=True
)


@pytest.fixture
def changed(session: Session) -> Session:
    """A session whose garden has other norms than the reader accepted."""
    return with_norms(session, GARDEN)


def with_norms(session: Session, id: str, second: Clause = BOOTS) -> Session:
    """Let the norms of a board have changed."""
    row = session.cache.board(id)
    assert row is not None
    norms = Norms(
        board=id, version=2, clauses=(TABLE, second), since=NOW, reason="We talked about it."
    )
    session.cache.apply((replace(row.board, norms_version=2, revision=9), norms))
    return session


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_what_changed_is_read_clause_by_clause(
    changed: Session, size: tuple[int, int]
) -> None:
    """# shows the diff, the reason and how often each clause was cited, at 80x24 as well (P5)."""
    app = an_app(changed)
    async with app.run_test(size=size) as pilot:
        connection_of(app).answers[ListNormsVersions] = NormsVersions(
            board=GARDEN, versions=(NormsVersion(version=2, since=NOW),), cited=(0, 3)
        )
        await into(pilot, "j", "number_sign")
        shown = screen_text(app)
        assert "Version 2 since 2 Mar: We talked about it." in shown
        assert "1 changed, 1 new" in shown
        assert "You accepted version 1. What changed since version 1:" in shown
        assert "- 1  Speak as at a kitchen table." in shown
        assert "+ 1  Speak as at a kitchen table here." in shown
        assert "+ 2  Rinse your boots." in shown
        assert "+    Example: Also the spade." in shown
        assert "+    A matter of judgement: two people" in shown
        assert "Not yet? Nothing happens; your seat stays yours." in shown
        await into(pilot, "v")
        shown = screen_text(app)
        assert "Cited 3 times in 400 days." in shown
        assert "v what changed" in shown
        await into(pilot, "escape")
        assert app.screen is app.main


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_long_clause_hangs_below_its_number(
    session: Session, size: tuple[int, int]
) -> None:
    """Its lines are made for the room there is: none is wrapped a second time, to the margin."""
    app = an_app(with_norms(session, GARDEN, Clause(text="Dig " * 60 + ".", why="Dry " * 60)))
    async with app.run_test(size=size) as pilot:
        await into(pilot, "j", "number_sign")
        rows = [row.rpartition("│")[2] for row in screen_text(app).splitlines()]
        assert sum(row.strip().startswith("+    Dig") for row in rows) >= 2
        assert not any(row.strip().startswith(("Dig", "Dry")) for row in rows)


async def test_a_yes_is_said_where_the_norms_are_read(changed: Session) -> None:
    """# offers to accept what changed, and takes the version that was read (P5)."""
    app = an_app(changed)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "number_sign")
        assert "a accept" in screen_text(app)
        await into(pilot, "a")
        [item] = changed.outbox.pending()
        assert isinstance(item.command, TakeSeat)
        assert (item.command.board, item.command.norms_version) == (GARDEN, 2)


async def test_writing_first_shows_what_changed_and_goes_on_after_the_yes(changed: Session) -> None:
    """r asks for a yes to what changed; after it the composer opens, and the yes is on its way (P5)."""
    app = an_app(changed)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        told = " ".join(screen_text(app).split())
        assert "have changed: accept them before you write here." in told
        await into(pilot, "r")
        assert "+ 2  Rinse your boots." in screen_text(app)
        assert not app.main.composer.display
        await into(pilot, "a")
        assert app.main.composer.display
        [item] = changed.outbox.pending()
        assert isinstance(item.command, TakeSeat)
        assert (item.command.board, item.command.norms_version) == (GARDEN, 2)
        assert unaccepted(changed, GARDEN) is None


async def test_without_a_yes_nothing_is_written(changed: Session) -> None:
    """Esc leaves the norms as they are: no composer, nothing to be sent; reading goes on."""
    app = an_app(changed)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "r", "escape")
        assert not app.main.composer.display
        assert changed.outbox.pending() == []
        assert "kitchen" not in screen_text(app)


async def test_norms_that_change_while_somebody_writes_leave_their_words(session: Session) -> None:
    """Sending asks for the yes first and keeps the words; sent again after it, they go out behind it."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "r", *"words")
        with_norms(session, GARDEN)
        await into(pilot, "ctrl+s")
        assert "+ 2  Rinse your boots." in screen_text(app)
        assert session.outbox.pending() == []
        await into(pilot, "a")
        assert app.main.composer.editor.text == "words"
        assert "then send this again." in " ".join(screen_text(app).split())
        await into(pilot, "ctrl+s")
        methods = [item.method for item in session.outbox.pending()]
        assert methods == ["boards.take_seat", "threads.post"]


async def test_who_has_no_seat_is_told_what_the_key_here_does(session: Session) -> None:
    """Where the norms stand, a accepts them: it does not lead to them once more (P5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "colon", *"seat readers", "enter")
        assert "a accepts the norms below and takes a seat." in " ".join(screen_text(app).split())


async def test_norms_of_the_commons_are_asked_for_on_every_board(session: Session) -> None:
    """Their change is told on each board, and one yes is enough for all (P5)."""
    with_norms(session, COMMONS)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        told = " ".join(screen_text(app).split())
        assert "The norms of the commons have changed: accept them before you write anywhere." in (
            told
        )
        await into(pilot, "r", "a")
        [item] = session.outbox.pending()
        assert isinstance(item.command, TakeSeat)
        assert item.command.board == COMMONS
        assert app.main.composer.display
    assert unaccepted(session, GARDEN) is None


async def test_what_waits_for_a_yes_says_so(session: Session) -> None:
    """A notice says what is asked and by which key, and that the words are sent then."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        with_norms(session, GARDEN)
        app.main.hear(YesNeeded(GARDEN))
        await into(pilot)
        [told] = [toast.message for toast in app._notifications]
        assert told.endswith("S asks you; what you wrote is sent then.")


async def test_a_moderator_amends_norms_in_a_form(session: Session) -> None:
    """% opens the clauses, a line each, and a field for the reason; a clause is marked there as a
    matter of judgement, and the mark taken away (P5, P8)."""
    row = session.cache.board(CELLAR)
    assert row is not None
    table = Clause(
        text="Speak as at a table.", why="We share one.", example="Pass the salt.", judgement=True
    )
    session.cache.apply(
        (
            replace(row.board, norms_version=2, revision=9),
            Norms(board=CELLAR, version=2, clauses=(table,)),
        )
    )
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[AmendNorms] = AmendNormsResult(board=CELLAR, version=3)
        answers[GetNorms] = Norms(board=CELLAR, version=1, clauses=(TABLE,))
        answers[ListNormsVersions] = NormsVersions(board=CELLAR, versions=())
        await into(pilot, "j", "j", "j", "percent_sign")
        assert "[two] Speak as at a table. :: We share one. :: Pass the" in screen_text(app)
        await into(pilot, *(["delete"] * len("[two] ")), "end", "enter")
        await into(pilot, *"[two] Be brief. :: We read.", "tab", *"Talks.", "ctrl+s")
        [sent] = [each for each in connection_of(app).asked if isinstance(each, AmendNorms)]
        plain = replace(table, judgement=False)
        assert sent.norms == (plain, Clause(text="Be brief.", why="We read.", judgement=True))
        assert (sent.board, sent.reason, sent.if_version) == (CELLAR, "Talks.", 2)
        assert "Version 3 of the norms is in force." in notes(app)


async def test_whoever_does_not_moderate_amends_nothing(session: Session) -> None:
    """A member is told who may, and no form opens."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "percent_sign")
        assert "Only moderators of a board change its norms." in notes(app)
        assert app.screen is app.main


async def test_home_leads_to_norms_that_changed(changed: Session) -> None:
    """What waits for the reader has the board whose norms changed, and Enter shows what changed."""
    app = an_app(changed)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        assert "The norms of Garden have changed" in screen_text(app)
