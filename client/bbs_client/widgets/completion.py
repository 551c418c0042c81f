"""Completion while writing: handles, boards, addresses and emoji by their names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from textual import events
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

T = TypeVar("T")

OFFERED_MAX = 6  # rows; more would cover the text, and the writer would not read them
COLUMNS_MAX = 48
BARS_ROWS = 2  # at the foot of the screen, so that they stay in view
LOOKED_AT_MAX = 500  # the newest threads of a board; type a number for older ones

_handle = re.compile(r"(?<![\w.+@/-])@([A-Za-z0-9_-]{0,32})$").search
_address = re.compile(r"(?<![\w./@-])([a-z0-9][a-z0-9_-]{1,31})/([^\s/]{0,40})$").search
_slug = re.compile(r"(?<![\w./@-])([a-z0-9][a-z0-9_-]{0,31})$").search
_emoji = re.compile(r"(?<![\w:]):([a-z0-9_+-]{2,60})$").search


@dataclass(frozen=True)
class Offer:
    """A possible completion of a word.

    Attributes:
        text: The text that replaces the word.
        shows: The text that the writer sees, cleaned.
    """

    text: str
    shows: str


@lru_cache(maxsize=1)
def emoji() -> Mapping[str, str]:
    """Return emoji by their names, such as `wave`; loaded when the writer types the first name.

    The table is Rich's, which Textual installs, without skin tones and without names that cannot be
    typed.
    """
    from rich._emoji_codes import EMOJI

    typed = re.compile(r"[a-z0-9_+-]+").fullmatch
    return {name: sign for name, sign in EMOJI.items() if typed(name) and "skin_tone" not in name}


def emoji_before(before: str) -> tuple[int, str] | None:
    """Return how many characters a name such as `:wave` has, and its emoji; None without one.

    Args:
        before: The text before the cursor, with a colon.
    """
    found = _emoji(before)
    sign = emoji().get(found[1]) if found else None
    return None if found is None or sign is None else (len(found[0]), sign)


class Completer:
    """Finds completions of words in the mirror. Alphabetical, threads newest first (P1)."""

    def __init__(self, session: Session) -> None:
        """Make a completer.

        Args:
            session: The session with names and titles.
        """
        self._session = session

    def find(self, before: str, *, asked: bool) -> tuple[int, list[Offer]]:
        """Return how many characters before the cursor to replace, and the possible texts.

        Args:
            before: The text before the cursor in its line.
            asked: Whether the writer pressed Tab; otherwise complete only after a sign such as `@`.
        """
        found: Iterable[Offer] = ()
        size = 0
        if word := _handle(before):
            found, size = self._handles(word[1].lower()), len(word[0])
        elif word := _emoji(before):
            found, size = _emoji_named(word[1]), len(word[0])
        elif word := _address(before):
            found, size = self._threads(word[1], word[2].lower()), len(word[0])
        elif asked and (word := _slug(before)):
            found, size = self._boards(word[1]), len(word[0])
        offers = list(islice(found, OFFERED_MAX))
        typed = before[len(before) - size :]
        # Do not offer a complete word again.
        return (size, offers) if any(one.text != typed for one in offers) else (0, [])

    def _handles(self, letters: str) -> Iterable[Offer]:
        members = [one for one in self._session.members.values() if one.handle]
        found = []
        for member in sorted(members, key=lambda one: one.handle or ""):
            handle, name = safe_line(member.handle), safe_line(member.name)
            if _begins(letters, handle, name):
                found.append((handle, Offer(f"@{handle}", f"@{handle}  {name}".rstrip())))
        return exact_first(letters, found)

    def _boards(self, letters: str) -> Iterable[Offer]:
        found = []
        for row in self._session.cache.boards():
            slug = safe_line(row.board.slug)
            if slug.startswith(letters):
                found.append((slug, Offer(slug, f"{slug}  {safe_line(row.board.title)}".rstrip())))
        return exact_first(letters, found)

    def _threads(self, slug: str, letters: str) -> Iterable[Offer]:
        board = self._session.cache.board_named(slug)
        found = []
        for thread, _ in self._session.cache.threads(board)[:LOOKED_AT_MAX] if board else ():
            number, title = str(thread.number or ""), safe_line(thread.title)
            if number and _begins(letters, number, title):
                address = f"{slug}/{number}"
                found.append((number, Offer(address, f"{address}  {title}".rstrip())))
        return exact_first(letters, found)


def exact_first(letters: str, named: Iterable[tuple[str, T]]) -> list[T]:
    """Return things with the one of exactly this name first, then those whose names begin so.

    Otherwise a short name could not be chosen by typing all of it. Within each part they keep
    their order.

    Args:
        letters: What was typed.
        named: The things with their names.
    """
    ranked = sorted(named, key=lambda pair: (pair[0] != letters, not pair[0].startswith(letters)))
    return [thing for _, thing in ranked]


def _begins(letters: str, first: str, words: str) -> bool:
    """Return whether one name begins with these letters, or any word of another name does."""
    return any(word.startswith(letters) for word in (first, *words.casefold().split()))


def _emoji_named(letters: str) -> Iterable[Offer]:
    names = sorted(
        (name for name in emoji() if letters in name), key=lambda name: (len(name), name)
    )
    # Many emoji have several names: offer each once, by its best match.
    by_sign: dict[str, str] = {}
    for name in exact_first(letters, ((name, name) for name in names)):
        by_sign.setdefault(emoji()[name], name)
    return (Offer(sign, f"{sign} :{name}:") for sign, name in by_sign.items())


class Popup(Widget):
    """The completions beside the cursor. It takes Enter only once the writer has moved into it."""

    @dataclass
    class Clicked(Message):
        """The writer clicked a completion."""

    def __init__(self, session: Session) -> None:
        """Make an empty popup.

        Args:
            session: The session with names and titles.
        """
        super().__init__()
        self._completer = Completer(session)
        self._offers: list[Offer] = []
        self._chars = 0
        self._chosen: int | None = None
        self._quiet = False

    @property
    def is_open(self) -> bool:
        """Whether any completion is offered."""
        return bool(self._offers)

    @property
    def is_sure(self) -> bool:
        """Whether there is only one completion."""
        return len(self._offers) == 1

    def offer(self, before: str, at: Offset, *, asked: bool = False) -> bool:
        """Show the completions of the word before the cursor; none right after a choice.

        Args:
            before: The text before the cursor in its line.
            at: The cursor's place on the screen.
            asked: Whether the writer pressed Tab.

        Returns:
            Whether there is any.
        """
        if self._quiet and not asked:
            self._quiet = False
            self.close()
            return False
        self._chars, self._offers = self._completer.find(before, asked=asked)
        self._chosen = None
        rows = len(self._offers)
        # Above if there is no room below, and never over the text being typed.
        below = at.y + rows < self.screen.size.height - BARS_ROWS
        self.absolute_offset = Offset(at.x - self._chars, at.y + 1 if below else at.y - rows)
        self.display = self.is_open
        self.refresh(layout=True)
        return self.is_open

    def close(self) -> None:
        """Close the popup."""
        self._offers = []
        self.display = False

    def try_key(self, key: str) -> bool:
        """Move in the completions if the key is for them; return whether it was.

        Enter counts only after a completion was selected; every other key goes to the text.
        """
        if not self.is_open:
            return False
        if key in {"down", "up"}:
            step = 1 if key == "down" else -1
            before = self._chosen if self._chosen is not None else (-1 if step > 0 else 0)
            self._chosen = (before + step) % len(self._offers)
            self.refresh()
            return True
        if key == "enter" and self._chosen is not None:
            return True
        if key in {"enter", "left", "right", "home", "end", "pageup", "pagedown"}:
            self.close()
        return False

    def choose(self) -> tuple[int, str]:
        """Return how many characters the selected completion replaces, and its text; close."""
        text = self._offers[self._chosen or 0].text
        self._quiet = True
        self.close()
        return self._chars, text

    def render(self) -> Content:
        """Return a row for each completion."""
        width = max((Content(one.shows).cell_length for one in self._offers), default=0)
        width = min(width, COLUMNS_MAX)
        rows = []
        for place, one in enumerate(self._offers):
            text = Content(one.shows).truncate(width, ellipsis=True, pad=True)
            row = Content.assemble(" ", text, " ")
            rows.append(row.stylize("reverse") if place == self._chosen else row)
        return Content("\n").join(rows)

    def on_click(self, event: events.Click) -> None:
        """Choose the completion under the mouse."""
        event.stop()
        if event.y < len(self._offers):
            self._chosen = event.y
            self.post_message(self.Clicked())
