"""The moderators' desk: what waits there for a decision, section by section, and what can be done."""

import importlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from typing import NamedTuple

from msgspec import Struct

from bbs.discovery import feature_names
from bbs.errors import Disconnected, FolkmootError
from bbs_client.actions.surface import Question, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import describe_error
from bbs_client.session.case_sync import has_desk
from bbs_client.session.session import Session

WORDS_MAX = 5
"""The most words of an item: each has a digit as its key."""

OFFLINE = "You are offline; what waits at the desk is with the server alone."
NO_DESK = "You moderate no board, so no desk is yours."
NOTHING = "Nothing waits for you to decide."


class DeskItem(Struct, frozen=True, kw_only=True):
    """Something that waits at a desk for a decision.

    Attributes:
        section: The name of its section.
        id: Its id, unique within the section.
        board: The board at whose desk it waits.
        heading: What it is, in one line; cleaned.
        since: Since when it waits.
        rows: Its text, row by row; cleaned.
        then: What happens without a decision, a sentence; cleaned.
        words: What can be done, two or three words each; at most `WORDS_MAX`, none for what is there to
            be read.
        says: How far it is, a few words beside the heading; cleaned.
        due: When time acts on it; what is due first stands first. None: it stands by `since`.
        is_quiet: Whether nothing waits for a decision there; it is told after what does.
        is_row: Whether it is one row that Enter opens; its text is on a page of its own.
        revision: The revision that the reader sees, for a decision about it and no later one.
    """

    section: str
    id: str
    board: str
    heading: str
    since: datetime
    rows: tuple[str, ...] = ()
    then: str = ""
    words: tuple[str, ...] = ()
    says: str = ""
    due: datetime | None = None
    is_quiet: bool = False
    is_row: bool = False
    revision: int = 0


Fetch = Callable[[Session, BoardRow], Awaitable[tuple[DeskItem, ...]]]
"""Asks the server for what waits at the desk of one board that the reader moderates."""

Do = Callable[[Surface, DeskItem, str], Awaitable[None]]
"""Does one of an item's words, and asks first what has to be asked."""


class DeskSection(NamedTuple):
    """A part of the desk, from a feature's `desk.py` as `SECTION`.

    Attributes:
        name: A word or two, such as `Applications`.
        fetch: Asks for its items.
        do: Does what the reader chose.
        is_whole: Whether it is fetched once for all desks, and not for each; also for the sysop.
        is_last: Whether it is told after the others: little of it waits for a decision.
    """

    name: str
    fetch: Fetch
    do: Do
    is_whole: bool = False
    is_last: bool = False


class Desk(NamedTuple):
    """What waits at all desks of the reader.

    Attributes:
        items: Section by section, the oldest first within each.
        trouble: Why it may not be all, a sentence; cleaned, empty for none.
    """

    items: tuple[DeskItem, ...]
    trouble: str = ""


class DeskQuestion(Question[tuple[DeskItem, str]], frozen=True):
    """Shows the desk; asks what to do with which item.

    Attributes:
        desk: What waits.
    """

    desk: Desk


@cache
def find_sections() -> dict[str, DeskSection]:
    """Return the sections of the desk by their names, in the order of their features' names; some last."""
    package = "bbs_client.features"
    paths = [f"{package}.{name}.desk" for name in feature_names(package)]
    found = [importlib.import_module(path).SECTION for path in paths if find_spec(path)]
    return {section.name: section for section in sorted(found, key=lambda each: each.is_last)}


def desks(session: Session) -> list[BoardRow]:
    """Return the boards that the reader moderates."""
    return [row for row in session.cache.boards() if row.moderates]


async def fetch_desk(session: Session) -> Desk:
    """Ask for everything that waits for the reader, board by board. Cancelling is safe."""
    items: list[DeskItem] = []
    trouble = ""
    for section in find_sections().values():
        found: list[DeskItem] = []
        rows = desks(session)
        for row in session.cache.boards()[:1] if section.is_whole else rows:
            try:
                found += await section.fetch(session, row)
            except Disconnected:
                trouble = OFFLINE
            except FolkmootError as error:
                trouble = describe_error(error)
        items += sorted(found, key=lambda item: (item.is_quiet, item.due or item.since))
    return Desk(tuple(items), trouble)


async def desk(surface: Surface, _: str) -> None:
    """Show what waits at the desks of the reader, and do what they decide, item after item.

    Raises:
        FolkmootError: What the server answered to a decision.
    """
    session = surface.session
    if not has_desk(session.cache):
        surface.notify(NO_DESK)
        return
    while True:
        found = await surface.wait(fetch_desk(session))
        answer = await surface.ask(DeskQuestion(found))
        if answer is None:
            return
        item, word = answer
        await find_sections()[item.section].do(surface, item, word)
        surface.refresh()
