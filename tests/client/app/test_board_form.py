"""The form of a board's settings on the screen: for moderators, and for who opens a board (P8)."""

from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from bbs import limits
from bbs.features.boards.messages import BoardResult, ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.settings import SETTINGS
from bbs.features.norms.messages import Clause
from bbs.features.norms.templates import TEMPLATES
from bbs.features.reading.messages import Resolve, ResolveResult
from bbs.testing import a_board
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import CELLAR, an_app

TO_CELLAR = ("j", "j", "j")
NAMES = tuple(SETTINGS)


async def to_field(pilot: Pilot[None], name: str, text: str) -> None:
    """Go on from the first field to one of a line, and type over what stands there."""
    await into(pilot, *["tab"] * NAMES.index(name), "end", "ctrl+u", *text)


def asked(app: FolkmootApp, kind: type[Any]) -> Any:
    """Return the one request of a kind that the server was asked."""
    (found,) = (each for each in connection_of(app).asked if isinstance(each, kind))
    return found


def told(app: FolkmootApp) -> str:
    """Return what the reader was told last."""
    return str(list(app._notifications)[-1].message)


async def test_what_was_typed_outlives_a_refusal(session: Session) -> None:
    """Where the server does not take it the form comes back, with the reason and all that was typed (P12)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        row = session.cache.board(CELLAR)
        assert row is not None
        await into(pilot, *TO_CELLAR, "E")
        await to_field(pilot, "title", "The Vault")
        await into(pilot, "ctrl+s")
        shown = screen_text(app)
        assert "You are offline." in shown
        assert "The Vault" in shown
        changed = replace(row.board, title="The Vault", revision=row.board.revision + 1)
        connection_of(app).answers[ConfigureBoard] = BoardResult(board=changed)
        await into(pilot, "ctrl+s")
        first, second = (
            each for each in connection_of(app).asked if isinstance(each, ConfigureBoard)
        )
        assert (first.title, second.title) == ("The Vault", "The Vault")
        assert told(app).startswith("Changed: title")
        assert app.screen is app.main


async def test_a_moderator_changes_a_setting(session: Session) -> None:
    """What was typed anew is sent and nothing else; what cannot stand is said where it was typed."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        row = session.cache.board(CELLAR)
        assert row is not None
        changed = replace(row.board, retention_days=1, revision=row.board.revision + 1)
        connection_of(app).answers[ConfigureBoard] = BoardResult(board=changed)
        await into(pilot, *TO_CELLAR, "E")
        shown = screen_text(app)
        assert "Settings of The Cellar" in shown
        assert "The board's name in addresses." in shown
        await to_field(pilot, "retention_days", "soon")
        await into(pilot, "enter")
        shown = screen_text(app)
        assert "retention: type a number from 0 to 36500, or kept." in shown
        assert "▌soon " in shown  # the field that has the focus
        assert not connection_of(app).asked
        await into(pilot, "ctrl+u", "1", "enter")
        command = asked(app, ConfigureBoard)
        assert command == ConfigureBoard(
            board=CELLAR, if_revision=row.board.revision, retention_days=1, op=command.op
        )
        assert told(app) == "Changed: retention: 7 days, now 1 day."


async def test_leaving_it_changes_nothing(session: Session) -> None:
    """Esc, and saving what stood there, ask the server for nothing."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "E", "x", "escape")
        await into(pilot, "E", "enter")
        await into(pilot, "E", "tab", "tab", "ctrl+s")
        assert app.screen is app.main
        assert not connection_of(app).asked


async def test_others_are_told_whose_it_is(session: Session) -> None:
    """Who does not moderate the board, or is no sysop, is told so at once."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "E")
        assert told(app) == "Only moderators of a board change its settings."
        await into(pilot, "O")
        assert told(app) == "Only the sysop opens boards; ask them for one."


def app_of_sysop(session: Session) -> FolkmootApp:
    """Return the client of somebody who runs the server."""
    me = session.me
    assert me is not None
    session.cache.apply((replace(me, sysop=True, revision=me.revision + 1),))
    return an_app(session)


async def test_a_board_is_opened_from_a_template_with_three_keys(session: Session) -> None:
    """Charter, norms and name stand there; nothing has to be typed, and everything can be (P5)."""
    app, template = app_of_sysop(session), TEMPLATES["workshop"]
    async with app.run_test(size=(80, 24)) as pilot:
        board = a_board(slug="workshop", title=template.title)
        connection_of(app).answers[OpenBoard] = BoardResult(board=board)
        connection_of(app).answers[Resolve] = ResolveResult(board=board)
        await into(pilot, "O")
        shown = screen_text(app)
        assert "A new board begins with" in shown
        assert "workshop    For people who make, mend and grow things." in shown
        await into(pilot, "j", "enter", "enter")
        command = asked(app, OpenBoard)
        assert command == OpenBoard(
            board=command.board,
            op=command.op,
            slug="workshop",
            title=template.title,
            charter=template.charter,
            norms=template.clauses,
        )


async def test_no_board_is_opened_unless_the_form_is_saved(session: Session) -> None:
    """Esc leaves each of the two questions, and the server is asked for nothing."""
    app = app_of_sysop(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "O", "escape", "O", "enter", "escape")
        assert app.screen is app.main
        assert not connection_of(app).asked


async def test_the_sysop_opens_a_board(session: Session) -> None:
    """A new board has a name, a title, a charter and norms with their whys; the rest is as usual."""
    app = app_of_sysop(session)
    async with app.run_test(size=(80, 24)) as pilot:
        board = a_board(slug="orchard", title="Orchard")
        connection_of(app).answers[OpenBoard] = BoardResult(board=board)
        connection_of(app).answers[Resolve] = ResolveResult(board=board)
        await into(pilot, "O", "end", "enter", *"orchard", "enter")
        assert "title: this cannot be empty; type a word at least." in screen_text(app)
        await into(pilot, *"Orchard", "tab", *"Apples.")
        await into(pilot, "tab", *"Name sorts.", "ctrl+s")
        assert "norms, line 1: write the rule, :: and why" in screen_text(app)
        assert not any(isinstance(each, OpenBoard) for each in connection_of(app).asked)
        await into(pilot, *" :: To learn.", "ctrl+s")
        command = asked(app, OpenBoard)
        assert command == OpenBoard(
            board=command.board,
            op=command.op,
            slug="orchard",
            title="Orchard",
            charter="Apples.",
            norms=(Clause(text="Name sorts.", why="To learn."),),
        )


FIELDS = (
    FormField(name="slug", label="name", help="", now="garden", chars_max=32),
    FormField(name="visibility", label="visibility", help="", now="members"),
    FormField(name="seats", label="seats", help=""),
    FormField(name="retention_days", label="retention", help="", now="kept"),
)
FORM = SettingsQuestion("Settings", FIELDS)
STANDS = {field.name: field.now for field in FIELDS}


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("slug", " allotment ", "allotment"),
        ("visibility", "Private", Visibility.PRIVATE),
        ("seats", "7", 7),
        ("retention_days", "14", 14),
    ],
)
def test_what_is_typed_is_understood(name: str, typed: str, value: object) -> None:
    """Only what differs from before is an answer, with the type that the setting has."""
    assert FORM.read({**STANDS, name: typed}) == {name: value}
    assert FORM.read(STANDS) == {}


def test_a_word_stands_for_nothing() -> None:
    """What people read where a number is 0 can be typed as well."""
    fields = (FormField(name="retention_days", label="retention", help="", now="14"),)
    for typed in ("kept", "KEPT", "0"):
        assert SettingsQuestion("Settings", fields).read({"retention_days": typed}) == {
            "retention_days": 0
        }


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("slug", "", "name: this cannot be empty; type a word"),
        ("slug", "Two words", "2 to 32 small letters"),
        ("slug", "sysop", "taken"),
        ("visibility", "nobody", "visibility: type members or unlisted or private."),
        ("seats", "0", f"seats: type a number from 1 to {limits.BOARD_SEATS_MAX}."),
        ("seats", "²", "seats: type a number"),
        ("retention_days", "-1", "retention: type a number from 0 to 36500, or kept."),
        ("retention_days", "99999", "retention: type a number"),
    ],
)
def test_what_cannot_stand_is_refused_here(name: str, typed: str, says: str) -> None:
    """The rules of the server hold in the form, and each refusal names its field."""
    with pytest.raises(FormError, match=says) as refused:
        FORM.read({**STANDS, name: typed})
    assert refused.value.field == name
