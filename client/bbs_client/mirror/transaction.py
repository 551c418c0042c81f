"""What writing into the mirror shares: the transaction, who reads, what was touched, what is new."""

import sqlite3
from typing import Any

import msgspec

from bbs.features.members.views import Author, MemberAuthor
from bbs.features.reading.rounds import RoundPreferences, is_muted_by, round_preferences
from bbs.features.threads.views import ContentState
from bbs_client.mirror.docs import choice_decoder, ranges_decoder
from bbs_client.mirror.places import TouchedRows, gaps

# Only where one has a seat is anything new to one.
_FLOOR = (
    "SELECT f.seq FROM floors f JOIN seats s ON s.board = f.board AND s.member = ?"
    " AND s.state = 'seated' WHERE f.board = ?"
)
_FRESH = """(
    state = 'published' AND NOT imported AND author IS NOT :me
    AND coalesce(seq > (SELECT f.seq FROM floors f JOIN seats s ON s.board = f.board
        AND s.member = :me AND s.state = 'seated' WHERE f.board = posts.board), 0)
    AND NOT EXISTS (SELECT 1 FROM choices
        WHERE kind = 'member' AND subject = posts.author AND stance = 'mute')
    AND 'mute' != coalesce(
        (SELECT stance FROM choices WHERE kind = 'thread' AND subject = posts.thread
            AND stance != 'none'),
        (SELECT stance FROM choices WHERE kind = 'board' AND subject = posts.board), 'none')
)"""
_SCOPES = {"board": "board", "thread": "thread", "member": "author"}
_RANK = {
    ContentState.HELD: 0,
    ContentState.PUBLISHED: 1,
    ContentState.WITHDRAWN: 2,
    ContentState.FADED: 2,
    ContentState.PURGED: 2,
}

encode = msgspec.json.Encoder().encode


class MirrorTransaction:
    """One transaction's worth of writing.

    Attributes:
        me: The reader's member id; None: nothing is unread for anybody.
        erased: Whether words went away, so that the log beside the file must go too (P10).
        here: The new set of who is here; None: unchanged.
        touched: What changed; complete once `complete` was called.
    """

    def __init__(self, db: sqlite3.Connection, me: str | None) -> None:
        self.db = db
        self.me = me
        self.erased = False
        self.here: frozenset[str] | None = None
        self.touched = TouchedRows()
        self.tables: set[str] = set()
        self.boards: set[str] = set()
        self.threads: set[str] = set()
        self._posted: set[str] = set()
        self._recount: set[str] = set()
        self._floors: dict[str, int | None] = {}
        self._wishes: RoundPreferences | None = None
        self._boards: dict[str, bool] = {}

    def one(self, sql: str, *args: object) -> Any:
        """Return the first row of a query, or None."""
        return self.db.execute(sql, args).fetchone()

    def run(self, sql: str, *args: object) -> int:
        """Run a statement and return how many rows it changed."""
        return self.db.execute(sql, args).rowcount

    def touch(self, table: str, board: str | None = None, thread: str | None = None) -> None:
        """Note what changed; the counts of a touched thread are computed again at the end."""
        self.tables.add(table)
        if board is not None:
            self.boards.add(board)
        if thread is not None:
            self.threads.add(thread)
            self._recount.add(thread)
            if table == "posts":
                self._posted.add(thread)

    def has_board(self, board: str) -> bool:
        """Tell whether a board is here: an answer that comes after its end brings nothing back."""
        if board not in self._boards:
            self._boards[board] = self.one("SELECT 1 FROM boards WHERE id = ?", board) is not None
        return self._boards[board]

    def forget(self, board: str) -> None:
        """Look again whether a board is here."""
        self._boards.pop(board, None)

    def is_unread_by_default(
        self,
        board: str,
        thread: str,
        author: str | None,
        state: ContentState,
        seq: int | None,
        *,
        imported: bool,
    ) -> bool:
        """Tell whether a post is unread as long as no mark says otherwise (P4)."""
        if state is not ContentState.PUBLISHED or imported or seq is None or self.me is None:
            return False
        if board not in self._floors:
            row = self.one(f"SELECT ({_FLOOR})", self.me, board)
            self._floors[board] = row[0]
        floor = self._floors[board]
        if floor is None or seq <= floor or author == self.me:
            return False
        if self._wishes is None:
            docs = self.db.execute("SELECT doc FROM choices WHERE stance != 'none'")
            self._wishes = round_preferences((choice_decoder.decode(doc) for (doc,) in docs), {})
        return not is_muted_by(self._wishes, board, thread, author)

    def recompute_unread(self, board: str) -> None:
        """Decide again what is new on a board, after one's floor or seat there changed."""
        self._floors.pop(board, None)
        self._refresh("board", board)
        self.touch("posts", board)
        rows = self.db.execute("SELECT id FROM threads WHERE board = ?", (board,))
        for (thread,) in rows.fetchall():
            self.touch("threads", board, thread)

    def choices_changed(self) -> None:
        """Look again at what one chose."""
        self._wishes = None
        self.touch("choices")

    def refresh_muted(self, kind: str, subject: str) -> None:
        """Decide again what is new in a thread, on a board or of a member, after a choice."""
        for board, thread in self._refresh(kind, subject):
            self.touch("posts", board, thread)
            self.touch("threads", board, thread)

    def _refresh(self, kind: str, subject: str) -> set[tuple[str, str]]:
        """Decide what is new; return board and thread of what changed."""
        changed = self.db.execute(
            f"UPDATE posts SET fresh = {_FRESH} WHERE {_SCOPES[kind]} = :subject"  # noqa: S608 - our own names
            f" AND fresh != {_FRESH} RETURNING board, thread",
            {"subject": subject, "me": self.me},
        )
        return set(changed.fetchall())

    def complete(self) -> None:
        """Bring the counts up to date and say what was touched."""
        for thread in self._recount:
            self._count(thread)
        wanting = {
            thread
            for thread in self._posted
            if self.one("SELECT 1 FROM threads WHERE id = ?", thread) is None
            and self.one("SELECT 1 FROM posts WHERE thread = ? LIMIT 1", thread) is not None
        }
        self.touched = TouchedRows(
            frozenset(self.tables),
            frozenset(self.boards),
            frozenset(self.threads),
            frozenset(wanting),
        )

    def _count(self, thread: str) -> None:
        """Count what is new in a thread: the fresh posts in the gaps between what was read."""
        row = self.one("SELECT ranges FROM marks WHERE thread = ?", thread)
        unread = 0
        for first, last in gaps(ranges_decoder.decode(row[0]) if row else ()):
            unread += self.one(
                "SELECT count(*) FROM posts WHERE thread = ? AND fresh = 1"
                " AND number BETWEEN ? AND ?",
                thread,
                first,
                last,
            )[0]
        self.run(
            "UPDATE threads SET unread = ? WHERE id = ? AND unread != ?", unread, thread, unread
        )


def supersedes(new: tuple[ContentState, int, bool], old: tuple[ContentState, int, bool]) -> bool:
    """Tell whether what came replaces what is known, whatever the order they came in.

    Further in its life wins: words that are gone never come back (P10), and a published post is
    never held again. Then the later revision; of equal ones, the one that has its words.

    Args:
        new: State, revision and whether the words are there, of what came.
        old: The same of what is known.
    """
    if _RANK[new[0]] != _RANK[old[0]]:
        return _RANK[new[0]] > _RANK[old[0]]
    if new[1] != old[1]:
        return new[1] > old[1]
    return new[2] or not old[2]


def author_id(author: Author) -> str | None:
    """Return the member id of an author; None for all who are no members."""
    return author.id if isinstance(author, MemberAuthor) else None
