"""What a surface reads of guards, notes and posts that wait for the reader's decision."""

from functools import cache
from typing import TYPE_CHECKING

from bbs.clock import Ms, to_ms
from bbs_client.mirror.database import MirrorDatabase

if TYPE_CHECKING:
    from msgspec.json import Decoder

    from bbs.features.arriving.views import Guard, Note, NoteLine


@cache
def _guards() -> "Decoder[Guard]":
    """Return what reads a guard; late, for the first painting needs none where there is none."""
    from msgspec.json import Decoder

    from bbs.features.arriving.views import Guard

    return Decoder(Guard)


@cache
def _notes() -> "Decoder[Note]":
    from msgspec.json import Decoder

    from bbs.features.arriving.views import Note

    return Decoder(Note)


@cache
def _lines() -> "Decoder[NoteLine]":
    from msgspec.json import Decoder

    from bbs.features.arriving.views import NoteLine

    return Decoder(NoteLine)


def guards(mirror: MirrorDatabase, board: str, now_ms: Ms) -> "list[Guard]":
    """Return the guards that are on for the reader on a board, the earliest end first."""
    rows = mirror.fetch_all(
        "SELECT doc FROM guards WHERE board = ? AND state = 'on' AND until > ?"
        " ORDER BY until, kind",
        *(board, now_ms),
    )
    return [_guards().decode(doc) for (doc,) in rows]


def notes(mirror: MirrorDatabase) -> "list[Note]":
    """Return the notes that the reader reads and that are not over, the latest first."""
    rows = mirror.fetch_all("SELECT doc FROM notes ORDER BY opened_at DESC, newcomer")
    found = (_notes().decode(doc) for (doc,) in rows)
    return [note for note in found if note.ends_at is None or to_ms(note.ends_at) > mirror.now_ms()]


def note_lines(mirror: MirrorDatabase, newcomer: str) -> "list[NoteLine]":
    """Return the lines of a note in their order."""
    rows = mirror.fetch_all(
        "SELECT doc FROM note_lines WHERE note = ? ORDER BY number, id", newcomer
    )
    return [_lines().decode(doc) for (doc,) in rows]


def note_lines_after(mirror: MirrorDatabase, newcomer: str, number: int) -> int:
    """Return how many lines a note has after one of them."""
    count: int = mirror.fetch_value(
        "SELECT count(*) FROM note_lines WHERE note = ? AND number > ?", newcomer, number
    )
    return count


def held_at_desk(mirror: MirrorDatabase) -> frozenset[str]:
    """Return the ids of the posts that wait for the reader's decision."""
    return frozenset(post for (post,) in mirror.fetch_all("SELECT post FROM held_at_desk"))
