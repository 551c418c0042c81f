"""A transaction that writes into the mirror, with a record of the rows it touched."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct

from bbs.clock import to_ms
from bbs.features.reading.rounds import RoundPreferences, round_preferences
from bbs.features.reading.unread import Reader, is_post_unread
from bbs.features.threads.views import GONE, ContentState, Line, Post, SkeletonPost
from bbs.streams import StreamKind, stream_parts
from bbs_client.mirror.places import EventPlace, TouchedRows, gaps
from bbs_client.mirror.rows import FLOOR, Rows, choice_decoder, encode

_FRESH = f"""(
    state = 'published' AND NOT imported AND author IS NOT :me
    AND coalesce(seq > ({FLOOR} posts.board), 0)
    AND NOT EXISTS (SELECT 1 FROM choices
        WHERE kind = 'member' AND subject = posts.author AND stance = 'mute')
    AND 'mute' != coalesce(
        (SELECT stance FROM choices WHERE kind = 'thread' AND subject = posts.thread
            AND stance != 'none'),
        (SELECT stance FROM choices WHERE kind = 'board' AND subject = posts.board), 'none')
)"""  # noqa: S608 - our own words
_SCOPES = {"board": "board", "thread": "thread", "member": "author"}
_RANK: dict[str, int] = {
    ContentState.HELD: 0,
    ContentState.PUBLISHED: 1,
    ContentState.HIDDEN: 1,
    **dict.fromkeys(GONE, 2),
}


_COLUMNS: dict[str, tuple[str, ...]] = {}  # column names of each table, the same in every mirror


class Version(NamedTuple):
    """How far a stored thing is in its life; `words` says whether its text is there."""

    state: str
    revision: int
    words: bool


class MirrorTransaction(Rows):
    """One transaction of changes.

    Attributes:
        me: The reader's member id; None if there is no reader: then nothing is unread.
        place: The place of the event behind the changes; None if they come from no event.
        is_at_desk: Whether a desk was told. What others wrote and only its moderators read stays
            with the server.
        erased: Whether text was erased, so that SQLite's log must be truncated, too (P10).
        memory: The values to keep in memory only, by the name given to `remember`.
        shown: Threads whose hidden posts may be read again and were deleted here.
        touched: The changed rows; complete after `complete`.
    """

    def __init__(self, db: sqlite3.Connection, me: str | None, place: EventPlace | None) -> None:
        self.db = db
        self.me = me
        self.place = place
        self.is_at_desk = place is not None and stream_parts(place.stream).kind == StreamKind.DESK
        self.erased = False
        self.memory: dict[str, object] = {}
        self.touched = TouchedRows()
        self.tables: set[str] = set()
        self.boards: set[str] = set()
        self.threads: set[str] = set()
        self.shown: set[str] = set()
        self._posted: set[str] = set()
        self._readers: dict[str, Reader] = {}
        self._preferences: RoundPreferences | None = None
        self._boards: dict[str, bool] = {}

    def fetch_all(self, sql: str, *args: object, **named: object) -> list[Any]:
        """Return all rows of a statement."""
        return self.db.execute(sql, named or args).fetchall()

    def exists(self, sql: str, *args: object) -> bool:
        """Return whether a statement returns a row."""
        return bool(self.fetch_all(sql, *args))

    def put(self, table: str, view: Struct, key: str, where: str = "", **given: object) -> bool:
        """Write a view as a row; return whether anything changed.

        A column gets the value given for it, else the view's field of its name; `doc` gets the
        whole view. Any other column stays as it is.

        Args:
            key: The key's columns, separated by commas.
            where: The condition for replacing an existing row; empty to replace always.
        """
        columns = _columns(self.db, table)
        if "doc" in columns and "doc" not in given:
            given["doc"] = encode(view)
        names, sql = _statement(table, columns, type(view), tuple(given), key, where)
        values = (*(getattr(view, name) for name in names), *given.values())
        return self.db.execute(sql, tuple(map(_stored, values))).rowcount > 0

    def is_news(self, table: str, told: Post | Line, doc: bytes) -> bool:
        """Return whether a post or line is new or changed; note if its text is erased.

        The reader's own text arrives in an answer and in an event, and is written once.
        """
        new = Version(told.state, told.revision, told.body is not None)
        sql = f"SELECT doc, state, revision, words FROM {table} WHERE id = ?"  # noqa: S608 - our own names
        for known, *version in self.fetch_all(sql, told.id):
            old = Version(*version)
            if doc == known or not supersedes(new, old):
                return False
            self.erased |= bool(old.words) and not new.words
        return True

    def run(self, sql: str, *args: object) -> int:
        """Run a statement and return how many rows it changed."""
        return self.db.execute(sql, args).rowcount

    def touch(self, table: str, board: str | None = None, thread: str | None = None) -> None:
        """Record a changed row; `complete` computes the counts of touched threads again."""
        self.tables.add(table)
        if board is not None:
            self.boards.add(board)
        if thread is not None:
            self.threads.add(thread)
            if table == "posts":
                self._posted.add(thread)

    def remember(self, name: str, value: object) -> None:
        """Keep a value in memory only; `Mirror.remembered` returns it (P11)."""
        self.memory[name] = value
        self.touch(name)

    def has_board(self, board: str) -> bool:
        """Return whether a board is stored, so that an answer after its end does not restore it."""
        if board not in self._boards:
            self._boards[board] = self.exists("SELECT 1 FROM boards WHERE id = ?", board)
        return self._boards[board]

    def forget(self, board: str) -> None:
        """Drop the cached presence and floor of a board, so that they are looked up again."""
        self._boards.pop(board, None)
        self._readers.pop(board, None)

    def is_unread_by_default(self, board: str, thread: str, post: Post | SkeletonPost) -> bool:
        """Return whether a post without a mark is unread (P4).

        Readers of the row leave out expired posts. This function does not, because this device's
        clock may be wrong.
        """
        if self.me is None:
            return False
        if board not in self._readers:
            floor = self.fetch_value(f"{FLOOR} :board", me=self.me, board=board)
            self._readers[board] = Reader(self.me, floor)
        if self._preferences is None:
            docs = self.fetch_all("SELECT doc FROM choices WHERE stance != 'none'")
            choices = (choice_decoder.decode(doc) for (doc,) in docs)
            self._preferences = round_preferences(choices, {})
        reader = self._readers[board]
        return is_post_unread(reader, self._preferences, board, thread, post, is_over=False)

    def recompute_unread(self, board: str) -> None:
        """Compute again which posts of a board are new, after the reader's floor or seat changed."""
        self._readers.pop(board, None)
        self._refresh("board", board)
        self.touch("posts", board)
        for (thread,) in self.fetch_all("SELECT id FROM threads WHERE board = ?", board):
            self.touch("threads", board, thread)

    def choices_changed(self, stances: Iterable[tuple[str, str]]) -> None:
        """Read the reader's choices again; where they changed, compute which posts are new.

        Args:
            stances: Kind and id of each thread, board or member whose stance has changed.
        """
        self._preferences = None
        self.touch("choices")
        for kind, subject in stances:
            for board, thread in self._refresh(kind, subject):
                self.touch("posts", board, thread)
                self.touch("threads", board, thread)

    def _refresh(self, kind: str, subject: str) -> set[tuple[str, str]]:
        """Compute which posts are new; return board and thread of the changed ones."""
        changed = self.fetch_all(
            f"UPDATE posts SET fresh = {_FRESH} WHERE {_SCOPES[kind]} = :subject"  # noqa: S608 - our own names
            f" AND fresh != {_FRESH} RETURNING board, thread",
            subject=subject,
            me=self.me,
        )
        return set(changed)

    def complete(self) -> None:
        """Update the counts and return the touched rows."""
        for thread in self.threads:
            self._count(thread)
        wanting = {
            thread
            for thread in self._posted
            if not self.exists("SELECT 1 FROM threads WHERE id = ?", thread)
            and self.exists("SELECT 1 FROM posts WHERE thread = ? LIMIT 1", thread)
        }
        self.touched = TouchedRows(
            frozenset(self.tables),
            frozenset(self.boards),
            frozenset(self.threads),
            frozenset(wanting),
            frozenset(self.shown),
        )

    def _count(self, thread: str) -> None:
        """Count the new posts of a thread: the fresh posts in the gaps between ranges read."""
        sql = "SELECT count(*) FROM posts WHERE thread = ? AND fresh = 1 AND number BETWEEN ? AND ?"
        unread = sum(self.fetch_value(sql, thread, *gap) for gap in gaps(self.read_ranges(thread)))
        self.run(
            "UPDATE threads SET unread = ? WHERE id = ? AND unread != ?", unread, thread, unread
        )


def _stored(value: Any) -> Any:
    """Return a value that SQLite takes directly; adapters for enum members are slow."""
    if isinstance(value, datetime):
        return to_ms(value)
    return value.value if isinstance(value, Enum) else value


def _columns(db: sqlite3.Connection, table: str) -> tuple[str, ...]:
    if table not in _COLUMNS:
        found = db.execute(f"SELECT * FROM {table} LIMIT 0").description  # noqa: S608 - our own names
        _COLUMNS[table] = tuple(name for name, *_ in found)
    return _COLUMNS[table]


@cache
def _statement(
    table: str,
    columns: tuple[str, ...],
    view: type[Struct],
    given: tuple[str, ...],
    key: str,
    where: str,
) -> tuple[tuple[str, ...], str]:
    """Return the fields of a view to write, the statement, and its given values."""
    fields = set(view.__struct_fields__) - set(given)
    names = tuple(name for name in columns if name in fields)
    written = (*names, *given)
    changes = (f"{name} = excluded.{name}" for name in written if name not in key.split(", "))
    sql = (
        f"INSERT INTO {table}({', '.join(written)}) VALUES ({', '.join('?' * len(written))})"  # noqa: S608 - our own names
        f" ON CONFLICT({key}) DO UPDATE SET {', '.join(changes)}"
    )
    return names, f"{sql} WHERE {where}" if where else sql


def supersedes(new: Version, old: Version) -> bool:
    """Return whether a version that arrived replaces the stored one, in any order of arrival.

    The version further in its life wins: erased text never comes back (P10), and a published post
    is never held again. Then the later revision wins; of equal revisions, the one with its text.
    """
    if _RANK[new.state] != _RANK[old.state]:
        return _RANK[new.state] > _RANK[old.state]
    if new.revision != old.revision:
        return new.revision > old.revision
    return new.words or not old.words
