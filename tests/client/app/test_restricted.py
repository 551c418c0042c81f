"""Whoever is restricted sees it where they would write: kind, clause, until when, what is left (P7)."""

from datetime import timedelta
from pathlib import Path

from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import COMMONS, new_id
from bbs_client.mirror.fold import fold
from bbs_client.session.narrowed import narrowed_at
from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import CELLAR, GARDEN, NOW, READERS, TOMATOES, a_session, an_app


def a_restriction(
    kind: RestrictionKind = RestrictionKind.SILENCED, hours: float | None = 5, **more: object
) -> Restriction:
    """Return a restriction of the reader, or of everybody, in the garden."""
    fields = {
        "id": new_id(),
        "board": GARDEN,
        "since": NOW - timedelta(hours=1),
        "until": None if hours is None else NOW + timedelta(hours=hours),
        "norm": 2,
    }
    return Restriction(kind=kind, **{**fields, **more})  # type: ignore[arg-type]  # given by name


async def test_the_sentence_stands_in_the_composers_place(session: Session) -> None:
    """Kind, clause, end and next step are on the screen, and no composer opens over them (P7)."""
    session.cache.apply([a_restriction()])
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        shown = " ".join(screen_text(app).split())
        assert "You cannot write on this board (clause 2) until " in shown
        assert "take back your own words" in shown
        await into(pilot, "r")
        assert not app.main.composer.display


async def test_it_goes_when_the_restriction_is_lifted(session: Session) -> None:
    """An event that ends it earlier gives the composer back at once."""
    restriction = a_restriction()
    session.cache.apply([restriction])
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        over = RestrictionChanged(restriction=a_restriction(hours=0, id=restriction.id))
        session.cache.apply(fold(over))
        app.main.refresh_all()
        await into(pilot)
        assert "You cannot write" not in screen_text(app)
        await into(pilot, "r")
        assert app.main.composer.display


async def test_a_pace_leaves_the_composer_and_says_itself(session: Session) -> None:
    """Who may write once in a while writes, and knows how often."""
    session.cache.apply([a_restriction(RestrictionKind.PACED, None, value=300)])
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "r")
        assert app.main.composer.display
        assert "once in 5 minutes" in screen_text(app)


async def test_an_archived_board_gives_out_no_seat(session: Session) -> None:
    """Its page says so at once, and takes no yes to its norms; who waits may still leave the line."""
    session.cache.apply([a_restriction(RestrictionKind.ARCHIVED, None, board=READERS, norm=None)])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "S")
        shown = " ".join(screen_text(app).split())
        assert "This board is archived: you may read here, and nobody takes a seat." in shown
        assert "accept" not in shown.partition("Norms of this board")[0]
        await into(pilot, "a")
        assert not app.session.pending()


def test_what_narrows_is_decided_by_the_mirror_alone(tmp_path: Path) -> None:
    """Offline too: by the server's clock, per board and thread; a suspension on the commons everywhere."""
    session = a_session(tmp_path)
    assert narrowed_at(session, GARDEN) is None
    session.cache.apply([a_restriction(RestrictionKind.LOCKED, None, thread=TOMATOES)])
    assert narrowed_at(session, GARDEN) is None
    locked = narrowed_at(session, GARDEN, TOMATOES)
    assert locked is not None
    assert locked.text.startswith("This thread is locked (clause 2): ")
    session.cache.apply([a_restriction(RestrictionKind.SUSPENDED, board=COMMONS)])
    everywhere = narrowed_at(session, CELLAR)
    assert everywhere is not None
    assert "suspended from this community" in everywhere.text
    over = a_restriction(RestrictionKind.SILENCED, hours=-0.5, board=CELLAR)
    session = a_session(tmp_path / "later", [over])
    assert narrowed_at(session, CELLAR) is None


def test_of_two_ends_the_earlier_one_is_kept(tmp_path: Path) -> None:
    """A page that was asked for before the end was told brings nothing back (protocol 6.4)."""
    restriction = a_restriction()
    session = a_session(tmp_path, [restriction])
    session.cache.apply([a_restriction(hours=0, id=restriction.id)])
    session.cache.apply([restriction])
    assert narrowed_at(session, GARDEN) is None
