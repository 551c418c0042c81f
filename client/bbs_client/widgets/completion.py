"""Completing what is being written: handles, boards, addresses and emoji by their names."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from textual import events
from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widget import Widget

from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

OFFERED_MAX = 6  # rows: more are not read while the writer types, and cover the text
COLUMNS_MAX = 48
BARS_ROWS = 2  # at the foot of the screen: they stay in view
LOOKED_AT_MAX = 500  # threads of a board, the newest: what is older is found by its number

_handle = re.compile(r"(?<![\w.+@/-])@([A-Za-z0-9_-]{0,32})$").search
_address = re.compile(r"(?<![\w./@-])([a-z0-9][a-z0-9_-]{1,31})/([^\s/]{0,40})$").search
_slug = re.compile(r"(?<![\w./@-])([a-z0-9][a-z0-9_-]{0,31})$").search
_emoji = re.compile(r"(?<![\w:]):([a-z0-9_+-]{2,60})$").search


@dataclass(frozen=True)
class Offer:
    """One thing a word can be completed to.

    Attributes:
        text: What comes in its place.
        shows: What the writer sees, cleaned.
    """

    text: str
    shows: str


@lru_cache(maxsize=1)
def emoji() -> Mapping[str, str]:
    """Return emoji by their names, as in `wave`; read when the first name is typed.

    The table is Rich's, which Textual brings; without skin tones and names nobody can type.
    """
    from rich._emoji_codes import EMOJI

    typed = re.compile(r"[a-z0-9_+-]+").fullmatch
    return {name: sign for name, sign in EMOJI.items() if typed(name) and "skin_tone" not in name}


def emoji_before(before: str) -> tuple[int, str] | None:
    """Return how many characters a name such as `:wave` has, and its emoji; None without one.

    Args:
        before: What stands before the cursor, where a colon is typed.
    """
    found = _emoji(before)
    sign = emoji().get(found[1]) if found else None
    return None if found is None or sign is None else (len(found[0]), sign)


class Completer:
    """Knows what words can become, from the mirror. Alphabetical, threads newest first (P1)."""

    def __init__(self, session: Session) -> None:
        """Make one.

        Args:
            session: Where names and titles come from.
        """
        self._session = session

    def find(self, before: str, *, asked: bool) -> tuple[int, list[Offer]]:
        """Return how many characters before the cursor can be replaced, and by what.

        Args:
            before: What stands before the cursor in its line.
            asked: Whether the writer asked; else only what a sign such as `@` calls for.
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
        # A word that is whole is not offered again.
        return (size, offers) if any(one.text != typed for one in offers) else (0, [])

    def _handles(self, letters: str) -> Iterable[Offer]:
        members = [one for one in self._session.members.values() if one.handle]
        for member in sorted(members, key=lambda one: one.handle or ""):
            handle, name = safe_line(member.handle), safe_line(member.name)
            if _begins(letters, handle, name):
                yield Offer(f"@{handle}", f"@{handle}  {name}".rstrip())

    def _boards(self, letters: str) -> Iterable[Offer]:
        for row in self._session.cache.boards():
            slug = safe_line(row.board.slug)
            if slug.startswith(letters):
                yield Offer(slug, f"{slug}  {safe_line(row.board.title)}".rstrip())

    def _threads(self, slug: str, letters: str) -> Iterable[Offer]:
        board = self._session.cache.board_named(slug)
        for thread, _ in self._session.cache.threads(board)[:LOOKED_AT_MAX] if board else ():
            number, title = str(thread.number or ""), safe_line(thread.title)
            if number and _begins(letters, number, title):
                yield Offer(f"{slug}/{number}", f"{slug}/{number}  {title}".rstrip())


def _begins(letters: str, first: str, words: str) -> bool:
    """Tell whether one name begins with these letters, or any word of another."""
    return any(word.startswith(letters) for word in (first, *words.casefold().split()))


def _emoji_named(letters: str) -> Iterable[Offer]:
    names = [name for name in emoji() if letters in name]
    names.sort(key=lambda name: (not name.startswith(letters), len(name), name))
    # Many have several names: the best one that fits is enough.
    by_sign = {emoji()[name]: name for name in reversed(names)}
    return (Offer(sign, f"{sign} :{name}:") for sign, name in reversed(by_sign.items()))


class Popup(Widget):
    """What is offered, beside the cursor. It takes Enter only once the writer has moved into it."""

    @dataclass
    class Clicked(Message):
        """An offer was chosen by mouse."""

    def __init__(self, session: Session) -> None:
        """Make one that shows nothing.

        Args:
            session: Where names and titles come from.
        """
        super().__init__()
        self._completer = Completer(session)
        self._offers: list[Offer] = []
        self._chars = 0
        self._chosen: int | None = None
        self._quiet = False

    @property
    def is_open(self) -> bool:
        """Whether something is offered."""
        return bool(self._offers)

    @property
    def is_sure(self) -> bool:
        """Whether there is only one thing the word can become."""
        return len(self._offers) == 1

    def offer(self, before: str, at: Offset, *, asked: bool = False) -> bool:
        """Show what fits the word before the cursor; nothing right after a choice.

        Args:
            before: What stands before the cursor in its line.
            at: Where the cursor is on the screen.
            asked: Whether the writer asked for it.

        Returns:
            Whether there is something.
        """
        if self._quiet and not asked:
            self._quiet = False
            self.close()
            return False
        self._chars, self._offers = self._completer.find(before, asked=asked)
        self._chosen = None
        rows = len(self._offers)
        # Above where there is no room below: never over what the writer types.
        below = at.y + rows < self.screen.size.height - BARS_ROWS
        self.absolute_offset = Offset(at.x - self._chars, at.y + 1 if below else at.y - rows)
        self.display = self.is_open
        self.refresh(layout=True)
        return self.is_open

    def close(self) -> None:
        """Offer nothing."""
        self._offers = []
        self.display = False

    def try_key(self, key: str) -> bool:
        """Tell whether a key is for what is offered, and move by it.

        Enter is only taken with an offer chosen; any key that is not taken goes to the text.
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
        """Return how many characters the chosen offer replaces, and its text; close."""
        text = self._offers[self._chosen or 0].text
        self._quiet = True
        self.close()
        return self._chars, text

    def render(self) -> Content:
        """Return a row for each offer."""
        width = max((Content(one.shows).cell_length for one in self._offers), default=0)
        width = min(width, COLUMNS_MAX)
        rows = []
        for place, one in enumerate(self._offers):
            text = Content(one.shows).truncate(width, ellipsis=True, pad=True)
            row = Content.assemble(" ", text, " ")
            rows.append(row.stylize("reverse") if place == self._chosen else row)
        return Content("\n").join(rows)

    def on_click(self, event: events.Click) -> None:
        """Choose what the mouse points at."""
        event.stop()
        if event.y < len(self._offers):
            self._chosen = event.y
            self.post_message(self.Clicked())
