"""Reading the mirror: what is drawn, in the order it is drawn, without a network."""

import sqlite3
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bbs import limits
from bbs.clock import Ms
from bbs.features.boards.messages import Board, Seat, SeatState
from bbs.features.members.views import Member
from bbs.features.threads.as_of import post_as_of, thread_as_of
from bbs.features.threads.views import Line, Post, Thread
from bbs.ids import COMMONS
from bbs_client.mirror.docs import (
    board_decoder,
    line_decoder,
    member_decoder,
    post_decoder,
    ranges_decoder,
    seat_decoder,
    thread_decoder,
)
from bbs_client.mirror.places import gaps
from bbs_client.mirror.rows import FLOOR
from bbs_client.mirror.trees import Trees

if TYPE_CHECKING:
    from bbs.features.norms.messages import Norms

_CHUNK = 500  # below SQLite's oldest limit of variables in a statement


class BoardRow(NamedTuple):
    """A board in the sidebar.

    Attributes:
        seat: The reader's own; None without one.
        unread: Posts that are new to the reader; 0 without a seat.
    """

    board: Board
    seat: Seat | None
    unread: int

    @property
    def is_seated(self) -> bool:
        """Whether the reader has a seat, so that the server takes what they write here."""
        return self.seat is not None and self.seat.state is SeatState.SEATED


class ThreadRow(NamedTuple):
    """A thread in a board's list, with how many of its posts are new to the reader."""

    thread: Thread
    unread: int


class _CountedThread(NamedTuple):
    id: str
    doc: bytes
    unread: int
    fades_at: Ms | None


class Reads(Trees):
    """The reading half of the cache. All quick; nothing here waits for anything but the disk."""

    _me: str | None
    _members: dict[str, Member] | None

    def me(self) -> Member | None:
        """Return the reader as a member; None before the first sync."""
        return self.members().get(self._me) if self._me else None

    def members(self) -> Mapping[str, Member]:
        """Return all members by id; the same view until one changes."""
        if self._members is None:
            rows = self.fetch_all("SELECT doc FROM members")
            found = (member_decoder.decode(doc) for (doc,) in rows)
            self._members = {member.id: member for member in found}
        return MappingProxyType(self._members)

    def boards(self) -> list[BoardRow]:
        """Return the boards the reader may know of: the commons, then in the order of opening (P1)."""
        sql = "SELECT board, doc FROM seats WHERE member = ? AND state != 'left'"
        seats = {board: seat_decoder.decode(doc) for board, doc in self.fetch_all(sql, self._me)}
        unread = dict(self.fetch_all("SELECT board, sum(unread) FROM threads GROUP BY board"))
        for (board, _), hidden in self.hidden_unread().items():
            unread[board] -= hidden
        rows = self.fetch_all("SELECT doc FROM boards ORDER BY id != ?, number", COMMONS)
        boards = (board_decoder.decode(doc) for (doc,) in rows)
        return [BoardRow(one, seats.get(one.id), unread.get(one.id, 0)) for one in boards]

    def board(self, board: str) -> BoardRow | None:
        """Return one board by its id; None if it is not here."""
        doc = self.fetch_value("SELECT doc FROM boards WHERE id = ?", board)
        if doc is None:
            return None
        sql = "SELECT doc FROM seats WHERE board = ? AND member = ? AND state != 'left'"
        seat_doc = self.fetch_value(sql, board, self._me)
        seat = None if seat_doc is None else seat_decoder.decode(seat_doc)
        unread = self.fetch_value("SELECT sum(unread) FROM threads WHERE board = ?", board) or 0
        hidden = sum(n for (of, _), n in self.hidden_unread().items() if of == board)
        return BoardRow(board_decoder.decode(doc), seat, unread - hidden)

    def seats(self, board: str) -> list[Seat]:
        """Return the seats of a board that are here: the seated by position, then the others."""
        rows = self.fetch_all(
            "SELECT doc FROM seats WHERE board = ? AND state != 'left'"
            " ORDER BY state != 'seated', position, member",
            board,
        )
        return [seat_decoder.decode(doc) for (doc,) in rows]

    def norms(self, board: str) -> "Norms | None":
        """Return a board's norms in the newest version that is here; None if none is."""
        # Late, like the rules below: the first painting needs neither.
        import msgspec

        from bbs.features.norms.messages import Norms

        doc = self.fetch_value("SELECT doc FROM norms WHERE board = ?", board)
        return None if doc is None else msgspec.json.decode(doc, type=Norms)

    def lacks_norms(self, board: str) -> bool:
        """Tell whether a board is here, but not its norms in the version in force."""
        row, norms = self.board(board), self.norms(board)
        return row is not None and (norms is None or norms.version < row.board.norms_version)

    def threads(self, board: str) -> list[ThreadRow]:
        """Return a board's threads, newest first (P1); those that wait to be published on top."""
        sql = "FROM threads WHERE board = ? ORDER BY number IS NOT NULL, number DESC, id"
        return self._thread_rows(self.select(_CountedThread, sql, board))

    def _thread_rows(self, rows: list[_CountedThread]) -> list[ThreadRow]:
        """Return threads as they are shown now."""
        now, decode, hidden = self._now(), thread_decoder.decode, self.hidden_unread()
        by_thread = {thread: count for (_, thread), count in hidden.items()}
        return [
            ThreadRow(thread_as_of(decode(doc), ends, now), unread - by_thread.get(key, 0))
            for key, doc, unread, ends in rows
        ]

    def hidden_unread(self) -> dict[tuple[str, str], int]:
        """Return how many unread posts are over by now, by board and thread.

        They stay unread until the server has erased them: this device's clock is not believed for
        more than not showing them (P4).
        """
        found: dict[tuple[str, str], int] = {}
        rows = self.fetch_all(
            "SELECT t.board, p.thread, p.number, m.ranges FROM posts p"
            " JOIN threads t ON t.id = p.thread"
            " LEFT JOIN marks m ON m.thread = p.thread WHERE p.fades_at <= ?"
            " AND p.state = 'published' AND p.fresh = 1 AND p.number IS NOT NULL",
            self._now(),
        )
        if not rows:
            return found
        from bbs.features.reading.rules import contains

        for board, thread, number, ranges in rows:
            if ranges is None or not contains(ranges_decoder.decode(ranges), number):
                found[board, thread] = found.get((board, thread), 0) + 1
        return found

    def thread(self, thread: str) -> ThreadRow | None:
        """Return one thread by its id; None if it is not here."""
        rows = self._thread_rows(self.select(_CountedThread, "FROM threads WHERE id = ?", thread))
        return rows[0] if rows else None

    def posts(self, thread: str, which: Iterable[str | int]) -> list[Post]:
        """Return posts of a thread in the order asked for; those that are not here are left out.

        Args:
            thread: Its id.
            which: Ids, numbers, or both.
        """
        wanted = list(which)
        found: dict[str | int, bytes] = {}
        for column, kind in (("id", str), ("number", int)):
            keys = [key for key in wanted if isinstance(key, kind)]
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                marks = ",".join("?" * len(chunk))
                found.update(
                    self.fetch_all(
                        f"SELECT {column}, doc FROM posts WHERE thread = ?"  # noqa: S608 - two names
                        f" AND {column} IN ({marks}) AND id IS NOT NULL",
                        thread,
                        *chunk,
                    )
                )
        return [self._shown(found[key]) for key in wanted if key in found]

    def _shown(self, doc: bytes) -> Post:
        post: Post = post_decoder.decode(doc)
        return post_as_of(post, self._now())

    def post(self, post: str) -> Post | None:
        """Return one post by its id; None if it is not here."""
        doc = self.fetch_value("SELECT doc FROM posts WHERE id = ?", post)
        return None if doc is None else self._shown(doc)

    def said_at(self, address: str) -> Post | Line | None:
        """Return what `garden/42/7` or `garden/lounge/7` names; None if it is not here."""
        slug, thread, number = address.split("/")
        if thread == "lounge":
            doc = self.fetch_value(
                "SELECT l.doc FROM boards b JOIN lines l ON l.board = b.id AND l.number = ?"
                " WHERE json_extract(CAST(b.doc AS TEXT), '$.slug') = ? AND l.fades_at > ?",
                *(int(number), slug, self._now()),
            )
            return None if doc is None else line_decoder.decode(doc)
        doc = self.fetch_value(
            "SELECT p.doc FROM boards b JOIN threads t ON t.board = b.id AND t.number = ?"
            " JOIN posts p ON p.thread = t.id AND p.number = ? AND p.id IS NOT NULL"
            " WHERE json_extract(CAST(b.doc AS TEXT), '$.slug') = ?",
            *(int(thread), int(number), slug),
        )
        return None if doc is None else self._shown(doc)

    def lines(self, board: str, limit: int = limits.PAGE_ITEMS_MAX) -> list[Line]:
        """Return the newest lines of a lounge, by number.

        Args:
            board: Whose lounge.
            limit: At most so many.
        """
        sql = "SELECT doc FROM lines WHERE board = ? AND fades_at > ? ORDER BY number DESC LIMIT ?"
        rows = self.fetch_all(sql, board, self._now(), limit)
        return [line_decoder.decode(doc) for (doc,) in reversed(rows)]

    def first_line(self, board: str) -> int | None:
        """Return the number of a lounge's oldest line that is here; None if none is."""
        number: int | None = self.fetch_value(
            "SELECT min(number) FROM lines WHERE board = ?", board
        )
        return number

    def seated(self) -> frozenset[str]:
        """Return the ids of the boards the reader sits on, those included that are not here yet."""
        sql = "SELECT board FROM seats WHERE member = ? AND state = ?"
        rows = self.fetch_all(sql, self._me, SeatState.SEATED.value)
        return frozenset(board for (board,) in rows)

    def floor(self, board: str) -> int | None:
        """Return the seq above which a board's posts are new to the member; None: none of them is."""
        floor: int | None = self.fetch_value(f"{FLOOR} :board", me=self._me, board=board)
        return floor

    def missing(self, thread: str) -> list[tuple[int, int]]:
        """Return the ranges of numbers of a thread whose posts are not here; empty: complete.

        One without words that should have some was fetched while the server's clock was wrong.
        """
        row = self.thread(thread)
        if row is None or row.thread.posts == 0:
            return []
        last = row.thread.posts
        sql = (
            "SELECT number, number FROM posts WHERE thread = ? AND number IS NOT NULL"
            " AND id IS NOT NULL"
            " AND (words OR state != 'published' OR coalesce(fades_at <= ?, 0)) ORDER BY number"
        )
        holes = gaps(self.fetch_all(sql, thread, self._now()))
        return [(first, min(end, last)) for first, end in holes if first <= last]


def is_broken(error: sqlite3.Error) -> bool:
    """Tell whether an error means that the file is damaged, rather than the disk busy or full."""
    code = getattr(error, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
