"""What the frame says about the place where the reader is: the path, one fact, the first rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace
from textual.content import Content
from textual.widget import Widget

from bbs.features.boards.kinds import BoardKind
from bbs_client.keys import Pane, key_of
from bbs_client.mirror.reads import BoardRow
from bbs_client.safe_text import letter_title, safe_line, thread_title
from bbs_client.session.banners import describe_banners, describe_urgent
from bbs_client.session.board_news import describe_nature, describe_news
from bbs_client.session.proposals import describe_waiting
from bbs_client.session.retention import lounge_retention_of, retention_of
from bbs_client.session.state import describe_state
from bbs_client.widgets.safe_content import board_in_hue, safe_content

if TYPE_CHECKING:
    from textual.app import App
    from textual.widgets import Static

    from bbs_client.session.session import Session
    from bbs_client.tui.round_display import RoundDisplay
    from bbs_client.widgets.thread_view import ThreadView

_WIDTH = 77  # of the first rows, at most
_PADDING = 3


class PlaceScreen(Protocol):
    """A reading screen, as far as this module looks at it."""

    session: "Session"
    round: "RoundDisplay"
    thread: "ThreadView"
    facts: "Static"

    @property
    def shown(self) -> str:
        """The name of the visible pane."""

    @property
    def is_boards_page(self) -> bool:
        """Whether the boards have the whole screen."""

    @property
    def app(self) -> "App[object]":
        """The app."""

    def board(self) -> BoardRow | None:
        """Return the board that is open or under the cursor."""


class Place(Struct, frozen=True):
    """A place as the frame shows it.

    Attributes:
        path: Its names below the community.
        fact: How long words stay here, or the page's one fact.
        rows: The first rows of the body; empty ones are left out.
    """

    path: Sequence[Content] = ()
    fact: str = ""
    rows: Sequence[Content] = ()


def describe_place(screen: PlaceScreen) -> Place:
    """Return the place that a screen shows, below the banners that hold there."""
    row = None if screen.shown == Pane.HOME or screen.is_boards_page else screen.board()
    told = describe_urgent(screen.session)
    told += describe_banners(screen.session, None if row is None else row.board.id)
    if screen.session.cache.leavings():
        # Imported late, because few leave.
        from bbs_client.session.leaving_sheets import leaving_banner

        where = None if row is None else row.board.id
        told += filter(None, (leaving_banner(screen.session, where, key_of("leave")),))
    if row is not None and screen.session.cache.move_of(row.board.id) is not None:
        # Imported late, because few boards move.
        from bbs_client.session.pack_words import move_banner

        told.append(move_banner(screen.session, row.board.id, key_of("consent")))
    place = _describe_place(screen)
    if not told:
        return place
    banners = [
        line for text in told for line in Content.styled(text, "bold $warning").wrap(_width(screen))
    ]
    return replace(place, rows=[*banners, *place.rows])


def _describe_place(screen: PlaceScreen) -> Place:
    if screen.is_boards_page:
        return Place([Content("Boards")])
    if screen.shown == Pane.HOME:
        title, fact, about = screen.round.head()
        return Place([title], fact, [about.stylize_before("$quiet")])
    row = screen.board()
    if row is None:
        return Place()
    if row.board.kind is BoardKind.LETTER:
        return _letter(screen, row)
    name = board_in_hue(row.board)
    if screen.shown == Pane.LOUNGE:
        # Imported late, because the first painting shows no lounge.
        from bbs_client.widgets.lounge_rows import here_row

        here = here_row(screen.session, row.board.id, _width(screen))
        return Place([name, Content("lounge")], lounge_retention_of(row.board), [here])
    if screen.shown == Pane.THREAD and screen.thread.thread is not None:
        thread = screen.session.cache.thread(screen.thread.thread)
        title = Content(thread_title(thread.thread if thread else None))
        slug = safe_line(row.board.slug, "?")
        address = f"{slug}/{thread.thread.number}" if thread and thread.thread.number else slug
        about = Content.styled(f"{address} · {screen.thread.summary()}", "$quiet")
        return Place([name, title], retention_of(row.board), [about])
    return Place([name], retention_of(row.board), _about_board(screen, row))


def _letter(screen: PlaceScreen, row: BoardRow) -> Place:
    """Return a letter by the people in it, with what it is about in the first row."""
    thread = screen.session.cache.thread(screen.thread.thread or "")
    # Imported late, because the first painting shows home.
    from bbs_client.session.letters import who_may_come

    title = letter_title(thread.thread if thread is not None else None)
    said = " · ".join(filter(None, (title, screen.thread.summary())))
    about = Content.styled(said, "$quiet")
    path = [Content("Letters"), Content.styled(screen.session.slug(row.board.id), "bold")]
    late = Content.styled(who_may_come(screen.session, row.board.id), "$warning")
    return Place(path, retention_of(row.board), [about, *late.wrap(_width(screen))])


def describe_trouble(screen: PlaceScreen) -> list[Content]:
    """Return rows about what does not work now: at home, and everywhere once signed out."""
    session = screen.session
    if screen.shown != Pane.HOME and not session.signed_out:
        return []
    style = "$warning" if session.signed_out else "$quiet"
    told = [Content.styled(text, style) for text in describe_state(session, key_of)]
    return [row for text in told for row in text.wrap(_width(screen))]


def _width(screen: PlaceScreen) -> int:
    """Return how wide the first rows are; also while they are hidden, and have no width of their own."""
    around = screen.facts.parent
    room = around.size.width if isinstance(around, Widget) else 0
    return max(1, min(_WIDTH, (room or screen.app.size.width) - _PADDING))


def _about_board(screen: PlaceScreen, row: BoardRow) -> list[Content]:
    """Return what a board is for, the reader's seat, and commands that wait for others."""
    # Imported late, because the first painting shows home.
    from bbs_client.session.standing import describe_standing

    session = screen.session
    seat = describe_standing(session, row, key_of("seat"))
    room = _width(screen) - len(seat) - 2
    charter = safe_content(row.board.charter, otherwise="").truncate(max(0, room), ellipsis=True)
    about = Content.assemble(charter, " " * bool(charter), seat)
    waits = describe_waiting(session, row.board.id, session.times.moment, key_of("proposals"))
    news = Content.styled(describe_news(session, row, key_of("renew")), "bold $warning")
    return [
        about.stylize_before("$quiet"),
        Content.styled(describe_nature(row), "$quiet").truncate(_width(screen), ellipsis=True),
        Content.styled(waits, "bold $warning"),
        *(news.wrap(_width(screen)) if news else ()),
    ]
