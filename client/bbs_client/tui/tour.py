"""The tour: the community's banner, then an introduction on cards where the reader tries keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from bbs_client.actions.program import TourQuestion
from bbs_client.keys import Pane, key_of, keys_of
from bbs_client.session.session import Session
from bbs_client.theme import MONO
from bbs_client.widgets.banner import drawn
from bbs_client.widgets.page import Page


@dataclass(frozen=True)
class Card:
    """One card of the tour.

    Attributes:
        title: Its heading; empty for the banner.
        says: Paragraphs; an id of the key table in braces stands for its key.
        tries: Ids of functions whose keys can be tried on the card.
    """

    title: str
    says: tuple[str, ...]
    tries: tuple[str, ...] = ()


CARDS = (
    Card(
        "A place with an end to it",
        (
            "Folkmoot is a few small boards, threads of answers, and a lounge to talk in. There is"
            " no feed, nothing is ranked, and nobody counts anything about you.",
            "This takes a minute. {page_on} goes on, Esc leaves, and {tour} brings it back.",
        ),
    ),
    Card(
        "Boards and seats",
        (
            "{boards} shows the boards; a wide screen has them on the left. Each has a theme and a"
            " finite number of seats.",
            "The open ones you can read. To write you take a seat: {seat} shows what the board is"
            " for and its norms, a few sentences with their reasons, and you say yes to them.",
            "Moving about is {down} and {up}, {enter} goes in, {back} comes out.",
        ),
        ("down", "up"),
    ),
    Card(
        "One key reads everything",
        (
            "{page_on} walks through all that is new, oldest first, thread by thread, until you are"
            " caught up. Then it is over: go outside.",
            "{home} shows how much waits. {next_unread} goes to the next new post, {skip} leaves a"
            " thread for another time. A post counts as read when you went on from it, not when"
            " it was opened.",
        ),
        ("next_unread", "skip"),
    ),
    Card(
        "Writing",
        (
            "{reply} answers the post under the cursor, {new_thread} begins a thread,"
            " {send} sends. Esc stops writing and keeps the draft, on disk, as it is.",
            "Letters are commands while you read and text while you write; the bar at the bottom"
            " says which.",
        ),
        ("reply", "new_thread"),
    ),
    Card(
        "The lounge",
        (
            "Every board has a lounge for talk that need not last: {lounge} goes there. What is"
            " said there fades after hours or days.",
            "{who} shows who is here. You are not seen until you say so.",
        ),
        ("lounge", "who"),
    ),
    Card(
        "Power can be seen",
        (
            "Norms come first: they are short, numbered, versioned, and say why.",
            "Moderators and the sysop are members like you. What they do with their power stands"
            " in the board's log, which goes to every member of it.",
        ),
    ),
    Card(
        "What is said may be forgotten",
        (
            "At the top right stands how long posts stay on a board.",
            "{withdraw} takes your own words back, every wording of them. What faded or was taken"
            " back is erased on the server and on everybody's device; only a mark stays, so that"
            " answers still make sense.",
        ),
    ),
    Card(
        "All the rest",
        (
            "{help} shows every key, {command_palette} finds any function by its name,"
            " {switch} goes anywhere by a few letters, {search} searches.",
            "{theme} changes how everything looks, {keymap} which keys do what.",
            "Say hello; somebody was new yesterday.",
        ),
        ("help", "switch"),
    ),
)
"""The cards after the banner."""


def said(text: str) -> Content:
    """Return a paragraph with the current keys."""
    parts: list[str | tuple[str, str]] = []
    for piece in text.split("{"):
        id, closed, rest = piece.partition("}")
        parts += [(key_of(id), "bold $primary"), rest] if closed else [piece]
    return Content.assemble(*parts)


def tour_of(session: Session, theme_name: str, question: TourQuestion) -> "Tour | None":
    """Return the tour of a community; None if only the banner is wanted and there is none.

    Args:
        session: The session of the community.
        theme_name: The theme in force.
        question: What to show.
    """
    kept = session.cache.notice("banner") if question.has_banner else ""
    banner = drawn(kept, colours=theme_name != MONO.name)
    brief = question.brief
    return None if brief and banner is None else Tour(session, banner, brief=brief)


class Tour(Page[None]):
    """Cards on a page; the key of a function is ticked on its card, and not run.

    Attributes:
        cards: The cards.
    """

    footer = Pane.TOUR

    def __init__(self, session: Session, banner: Content | None, *, brief: bool = False) -> None:
        """Make the tour.

        Args:
            session: The session of the community.
            banner: Its banner, to be shown first; None for none.
            brief: True to show the banner alone.
        """
        self._card = Static("", id="card", markup=False)
        super().__init__(session, "Tour", VerticalScroll(self._card))
        self._banner = banner
        welcome = (Card("", ()),) if banner is not None else ()
        self.cards: Sequence[Card] = welcome if brief else (*welcome, *CARDS)
        self._at = 0
        self._tried: set[str] = set()

    def on_mount(self) -> None:
        """Show the first card."""
        self._show()

    def _show(self) -> None:
        card = self.cards[self._at]
        self._card.set_class(not card.title, "banner")
        self.say_fact(f"{self._at + 1} of {len(self.cards)}")
        self._card.update(self._words(card) if card.title else self._banner or "")
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _words(self, card: Card) -> Content:
        parts: list[Content] = [Content.styled(f"{card.title}\n", "bold")]
        parts += [said(text) + "\n" for text in card.says]
        if card.tries:
            ticks = [
                Content.assemble(
                    ("✓ " if id in self._tried else "· ", "$success"), (key_of(id), "bold $primary")
                )
                for id in card.tries
            ]
            parts.append(Content("Try: ") + Content("   ").join(ticks))
        return Content("\n").join(parts)

    def on_key(self, event: events.Key) -> None:
        """Tick a function whose key is tried on its card."""
        for id in self.cards[self._at].tries:
            if event.key in keys_of(id):
                event.stop()
                event.prevent_default()
                self._tried.add(id)
                self._show()

    async def action_do(self, id: str) -> None:
        """Go to the next card, or back; after the last one, close."""
        if id not in {"page_on", "enter", "page_back"}:
            await super().action_do(id)
        elif id == "page_back":
            self._at = max(0, self._at - 1)
            self._show()
        elif self._at + 1 == len(self.cards):
            self.dismiss(None)
        else:
            self._at += 1
            self._show()
