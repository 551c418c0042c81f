"""The welcome of a newcomer as pages: who invited them, what comes first, and where they are."""

from collections.abc import Callable

from textual import events
from textual.app import App
from textual.containers import VerticalScroll
from textual.content import Content

from bbs.features.boards.seat_messages import SeatPlace
from bbs.ids import COMMONS
from bbs_client.actions.first_steps import KEYS
from bbs_client.actions.table import BY_ID
from bbs_client.actions.welcome import TOUR, WHILE_WAITING
from bbs_client.features.reading.round_end import first_sentence
from bbs_client.keys import Pane, key_of, keys_of
from bbs_client.safe_text import safe_line
from bbs_client.session.in_line import fetch_own_place
from bbs_client.session.session import Session
from bbs_client.session.welcome import NO_BACKLOG, KeyNames, Welcome, welcome_of
from bbs_client.theme import MONO
from bbs_client.widgets.banner import drawn
from bbs_client.widgets.page import Flow, Page

BLOCK_COLUMNS = 60  # the sentences stand as a block in the middle
_HANGS = 5  # columns before the words of what is numbered
ROWS_BESIDE_ART = 12  # of sentences; a banner that leaves fewer has a page of its own
_BLANK = Content("")
_ABSENT = "The community is being fetched to this device for the first time."

Draw = Callable[[int], list[Content]]


class WelcomePage(Page[str]):
    """The welcome. Answers the step to do first, or that the reader goes on to the tour."""

    footer = Pane.WELCOME

    def __init__(self, session: Session) -> None:
        """Show the reader's welcome.

        Args:
            session: The session of the community.
        """
        self._flow = Flow(lambda width: [])
        super().__init__(session, "Welcome", VerticalScroll(self._flow, can_focus=True))
        self._at = 0
        self._pages: list[Draw] = []
        self._welcome: Welcome | None = None
        self._place: SeatPlace | None = None

    def on_mount(self) -> None:
        """Show the first page."""
        super().on_mount()
        self.refresh_live()
        self.run_worker(self._fetch_place(), exit_on_error=False)

    async def _fetch_place(self) -> None:
        self._place = await fetch_own_place(self.session)
        self.refresh_live()

    def refresh_live(self) -> None:
        """Read the welcome again: what was done meanwhile, a place in line that changed."""
        self._welcome = welcome_of(
            self.session, on_screen=True, keys=key_names(), place=self._place
        )
        self._pages = self._make_pages()
        self._at = min(self._at, len(self._pages) - 1)
        self._show()

    def _make_pages(self) -> list[Draw]:
        welcome = self._welcome
        if welcome is None:
            return [lambda width: Content(_ABSENT).wrap(width)]
        art = community_art(self.app, self.session)

        def greet(width: int) -> list[Content]:
            return [*_in_the_middle(art, width), _BLANK, *_block(_greeting(welcome), width)]

        def tell(width: int) -> list[Content]:
            return _block(_place(welcome), width)

        if len(art) + ROWS_BESIDE_ART <= self.app.size.height:
            return [greet, tell]
        return [
            lambda width: _in_the_middle(art, width),
            lambda width: _block(_greeting(welcome), width),
            tell,
        ]

    def _show(self) -> None:
        self.say_fact(f"{self._at + 1} of {len(self._pages)}")
        self._flow.say(self._pages[self._at])

    def on_key(self, event: events.Key) -> None:
        """Do the step of a number, or for who waits, what the sentences name by its key."""
        steps = self._welcome.steps if self._welcome is not None else ()
        number = int(event.key) if event.key.isdecimal() and event.key.isascii() else 0
        if 0 < number <= len(steps):
            event.stop()
            event.prevent_default()
            self.dismiss(steps[number - 1].id)
        elif self._welcome is not None and self._welcome.waiting:
            for id in WHILE_WAITING:
                if event.key in keys_of(id):
                    event.stop()
                    event.prevent_default()
                    self.dismiss(id)

    async def action_do(self, id: str) -> None:
        """Go to the next page, or back; after the last one, to the tour."""
        view = self.query_one(VerticalScroll)
        if id == "page_on" and view.scroll_offset.y < view.max_scroll_y:
            view.scroll_page_down(animate=False)
        elif id in {"page_on", "enter"}:
            self._turn(1)
        elif id == "page_back" and not view.scroll_offset.y:
            self._turn(-1)
        else:
            await super().action_do(id)

    def _turn(self, by: int) -> None:
        if self._at + by == len(self._pages):
            self.dismiss(TOUR)
            return
        self._at = max(0, self._at + by)
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self._show()


def key_names() -> KeyNames:
    """Return the keys of what the welcome names."""
    return KeyNames(
        norms=key_of("norms"),
        seat=key_of("seat"),
        export=key_of("export"),
        letter=f"{key_of('command_line')}{BY_ID['letter'].verb}",
    )


def community_art(app: "App[object]", session: Session) -> list[Content]:
    """Return the community's banner; without one, its name and what it is for."""
    # Banners are drawn for a dark ground; on paper they keep their form alone.
    colours = app.theme != MONO.name and app.current_theme.dark
    banner = drawn(session.cache.notice("banner"), colours=colours)
    if banner is not None:
        rows = banner.split("\n", allow_blank=True)
        wide = max(row.cell_length for row in rows)
        return [row.pad_right(wide - row.cell_length) for row in rows]
    name = Content.styled(" ".join(session.community), "bold")
    commons = session.cache.board(COMMONS)
    says = first_sentence(safe_line(commons.board.charter if commons is not None else None))
    return [name, *(Content.styled(row, "italic") for row in _wrapped(says))] if says else [name]


def _wrapped(text: str) -> list[str]:
    return [row.plain for row in Content(text).wrap(BLOCK_COLUMNS)]


def _in_the_middle(rows: list[Content], width: int) -> list[Content]:
    return [row.truncate(width).pad_left(max(0, (width - row.cell_length) // 2)) for row in rows]


def _block(rows: list[Content], width: int) -> list[Content]:
    """Return the rows wrapped as a block in the middle; what is numbered hangs below its words."""
    columns = min(BLOCK_COLUMNS, max(1, width - 2))
    before = max(0, (width - columns) // 2)
    found: list[Content] = []
    for row in rows:
        hangs = _HANGS if row.plain.startswith("  ") else 0
        sign, words = row.divide([hangs]) if hangs else (_BLANK, row)
        first, *more = words.wrap(columns - hangs) or [_BLANK]
        found += [sign + first, *(each.pad_left(hangs) for each in more)]
    return [row.pad_left(before) for row in found]


def _greeting(welcome: Welcome) -> list[Content]:
    rows = [Content.styled(welcome.greeting, "bold")]
    if welcome.help:
        rows.append(Content(welcome.help))
    rows.append(_BLANK)
    for says in welcome.waiting:
        rows += [Content(says), _BLANK]
    if welcome.steps:
        rows += [Content("To do first; press a number:"), _BLANK]
        for number, step in enumerate(welcome.steps, 1):
            key = f"  {key_of(KEYS[step.id])}" if step.id in KEYS else ""
            rows.append(
                Content.assemble(
                    (f"  {number}  ", "bold $primary"),
                    (f"done: {step.says}", "$quiet") if step.done else step.says,
                    (key, "bold $primary"),
                )
            )
        rows += [_BLANK, Content.styled(NO_BACKLOG, "$quiet")]
    return rows


def _place(welcome: Welcome) -> list[Content]:
    rows = []
    if welcome.place:
        rows += [Content.styled("What this place is", "bold"), Content(welcome.place), _BLANK]
    rows += [Content.styled("The norms", "bold"), Content(welcome.norms)]
    rows += [Content(f"  {at}  {says}") for at, says in enumerate(welcome.clauses, 1)]
    again = f"{key_of('welcome')} shows this again. Next comes a short tour of the keys."
    return [*rows, _BLANK, Content.styled(again, "$quiet")]
