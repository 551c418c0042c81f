"""Mistakes in the client: words drawn as they came, files believed or thrown away, a terminal kept."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def draws_words_as_they_come() -> None:
    """Draw foreign words with whatever a terminal would obey in them."""
    from bbs_client import safe_text as words

    words.safe_line = lambda text, otherwise="": text or otherwise


def parses_markup() -> None:
    """Take the brackets in foreign words for markup."""
    from textual.content import Content

    from bbs_client import safe_text
    from bbs_client.widgets import safe_content as words

    def obey(text: str | None, otherwise: str = "") -> Content:
        return Content.from_markup(safe_text.safe_line(text, otherwise))

    words.safe_content = obey


def commits_at_the_end() -> None:
    """Keep what waits to be sent in one transaction until the client ends in good order."""
    from bbs_client.mirror import outbox

    connect, close = outbox._connect, outbox.Outbox.close

    def begin(path: Path) -> sqlite3.Connection:
        db = connect(path)
        db.execute("BEGIN")
        return db

    def end(self: outbox.Outbox) -> None:
        self._db.execute("COMMIT")
        close(self)

    outbox._connect = begin
    outbox.Outbox.close = end  # type: ignore[method-assign]  # the test's own stand-in


def draws_a_new_op() -> None:
    """Send again under another name, so that the server cannot know it has done it."""
    from msgspec.structs import replace

    from bbs.ids import new_id
    from bbs_client.mirror.outbox import Outbox
    from bbs_client.mirror.outbox_item import OutboxItem

    following = Outbox._next

    def anew(self: Outbox) -> OutboxItem | None:
        item = following(self)
        if item is None or item.command is None:
            return item
        return replace(item, command=replace(item.command, op=new_id()))

    Outbox._next = anew  # type: ignore[method-assign]  # the test's own stand-in


def names_the_newest_revision() -> None:
    """Send a mark or choice again as if it saw what it did not: it undoes what came later."""
    from bbs_client.mirror.guarding import Guard

    prepare = Guard.prepare

    def anew(self: Guard, command: Any, *, first: bool) -> Any:
        del first
        return prepare(self, command, first=True)

    Guard.prepare = anew  # type: ignore[method-assign]  # the test's own stand-in


def throws_the_outbox_away() -> None:
    """Begin a damaged outbox anew, as if its words were elsewhere."""
    from bbs_client.mirror import outbox

    connect = outbox._connect

    def anew(path: Path) -> sqlite3.Connection:
        try:
            return connect(path)
        except sqlite3.DatabaseError:
            path.unlink()
            return connect(path)

    outbox._connect = anew


def believes_its_copy() -> None:
    """Take a mirror for sound whatever SQLite says while it is read."""
    from bbs_client.mirror import database

    database.is_broken = lambda error: False  # type: ignore[attr-defined]  # the test's own stand-in


def takes_the_terminal_along() -> None:
    """Die of signals as any program does that does not care."""
    from bbs_client.tui import signals

    @contextmanager
    def careless(leave: Callable[[int], Any]) -> Iterator[None]:
        del leave
        yield

    signals.restore_on_signals = careless


def fades_by_itself() -> None:
    """Write into the mirror that something has faded, by this device's clock alone."""
    from bbs_client.mirror.file import Mirror

    def erasing(self: Mirror) -> int:
        now = self.time()
        self.erase_faded(now)
        return now

    Mirror.now_ms = erasing  # type: ignore[method-assign, assignment]  # the test's own stand-in


CLIENT_MISTAKES = {
    "draws-words-as-they-come": draws_words_as_they_come,
    "parses-markup": parses_markup,
    "commits-at-the-end": commits_at_the_end,
    "draws-a-new-op": draws_a_new_op,
    "names-the-newest-revision": names_the_newest_revision,
    "throws-the-outbox-away": throws_the_outbox_away,
    "believes-its-copy": believes_its_copy,
    "takes-the-terminal-along": takes_the_terminal_along,
    "fades-by-itself": fades_by_itself,
}
