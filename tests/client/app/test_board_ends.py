"""What a board says at its top, and renewing it, on the screen (protocol 19.14 to 19.18)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_views import BoardEnd, EndState
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, BoardResult, ConfigureBoard, OpenBoard
from bbs.features.norms.templates import TEMPLATES
from bbs.features.reading.messages import Resolve, ResolveResult
from bbs.testing import a_board
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import CELLAR, GARDEN, NOW, an_app
from tests.client.app.test_board_form import TO_CELLAR, app_of_sysop, asked, told

IN_MAY = NOW.replace(month=5, day=1, hour=0, minute=0)
ENDING = BoardEnd(at=IN_MAY, state=EndState.ASKED, days=90)


def with_end(session: Session, board: str, end: BoardEnd | None, **fields: object) -> Board:
    """Let a board of the sample end."""
    row = session.cache.board(board)
    assert row is not None
    changed = replace(row.board, end=end, revision=row.board.revision + 1, **fields)
    session.cache.apply((changed,))
    return changed


def line_of(app: FolkmootApp) -> str:
    """Return what stands on the screen, in one line."""
    return " ".join(screen_text(app).split())


async def test_whoever_sits_there_renews_it_by_a_key(session: Session) -> None:
    """The top says that it ends and by which key it goes on; Enter is enough (P3)."""
    app = an_app(session)
    board = with_end(session, CELLAR, ENDING)
    async with app.run_test(size=(80, 24)) as pilot:
        later = replace(ENDING, at=ENDING.at + timedelta(days=90), state=EndState.RENEWED)
        renewed = replace(board, end=later, revision=board.revision + 1)
        connection_of(app).answers[Renew] = BoardResult(board=renewed)
        await into(pilot, *TO_CELLAR, "enter")
        assert "ends on 2026-04-30. Anybody with a seat here renews it: Q." in line_of(app)
        await into(pilot, "Q")
        assert "Let The Cellar go on" in screen_text(app)
        assert "empty for another 90 days after 2026-04-30" in line_of(app)
        await into(pilot, *"June", "enter")
        assert "until: write a day, as in 2027-06-30" in line_of(app)
        await into(pilot, "ctrl+u", "enter")
        command = asked(app, Renew)
        assert command == Renew(board=CELLAR, op=command.op)
        assert told(app) == "The Cellar goes on until 2026-07-29."


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (None, "The Cellar has no end, so there is nothing to renew."),
        (replace(ENDING, state=EndState.OPEN), "This board ends on 2026-04-30."),
    ],
)
async def test_a_board_that_nobody_asked_about_is_not_renewed(
    session: Session, end: BoardEnd | None, says: str
) -> None:
    """Where there is no end, or it is far off, the key says so and asks nothing."""
    app = an_app(session)
    with_end(session, CELLAR, end)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "Q")
        assert told(app) == says
        assert not connection_of(app).asked


async def test_what_has_waited_stands_at_the_top(session: Session) -> None:
    """Readers see one fixed sentence, until the server says otherwise (protocol 19.18)."""
    app = an_app(session)
    row = session.cache.board(CELLAR)
    assert row is not None
    says = "Something has waited for this board's moderators for more than three days."
    async with app.run_test(size=(80, 24)) as pilot:
        session.cache.apply((BoardResult(board=row.board, awaited=True),))
        await into(pilot, *TO_CELLAR, "enter")
        assert says in line_of(app)
        session.cache.apply((BoardResult(board=row.board),))
        assert session.cache.awaited(CELLAR)
        session.cache.apply((BoardResult(board=row.board, awaited=False),))
        assert not session.cache.awaited(CELLAR)


async def test_in_a_journal_of_another_nobody_begins_to_write(session: Session) -> None:
    """The composer does not open where the server would take nothing (P7)."""
    app = an_app(session)
    with_end(session, GARDEN, None, kind=BoardKind.JOURNAL)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t")
        assert told(app) == "This is another member's journal: you read it, and its writer writes."
        assert "A journal: one member writes, and the others read." in line_of(app)
        await into(pilot, "3")
        assert "r to write" not in line_of(app)
        assert "you read it, and its writer writes" in line_of(app)


async def test_a_moderator_sets_an_end_in_the_form(session: Session) -> None:
    """The end is a line of the form; settings that stay are not sent with it (P8)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        row = session.cache.board(CELLAR)
        assert row is not None
        end = BoardEnd(at=IN_MAY, days=59)
        changed = replace(row.board, end=end, revision=row.board.revision + 1)
        connection_of(app).answers[SetEnd] = BoardResult(board=changed)
        await into(pilot, *TO_CELLAR, "E", "shift+tab", "shift+tab", "end", "ctrl+u", *"2026-04-30")
        await into(pilot, "ctrl+s")
        command = asked(app, SetEnd)
        assert command == SetEnd(board=CELLAR, ends_at=IN_MAY, op=command.op)
        assert not [each for each in connection_of(app).asked if isinstance(each, ConfigureBoard)]
        assert told(app) == "Changed: end: 2026-04-30."


async def test_a_journal_is_opened_in_the_form(session: Session) -> None:
    """Kind and end stand below the settings; what is typed there goes with the opening."""
    app, template = app_of_sysop(session), TEMPLATES["workshop"]
    async with app.run_test(size=(80, 24)) as pilot:
        board = a_board(slug="workshop", title=template.title)
        connection_of(app).answers[OpenBoard] = BoardResult(board=board)
        connection_of(app).answers[Resolve] = ResolveResult(board=board)
        await into(pilot, "O", "j", "enter", *["shift+tab"] * 3, "end", "ctrl+u", *"journal")
        await into(pilot, "tab", "end", "ctrl+u", *"2026-04-30", "ctrl+s")
        command = asked(app, OpenBoard)
        assert (command.kind, command.ends_at) == (BoardKind.JOURNAL, IN_MAY)
