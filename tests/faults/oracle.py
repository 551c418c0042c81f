"""What was sent and what was acknowledged, noted outside the server, and held against its files."""

import asyncio
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bbs.features.threads.messages import WritePost
from bbs.features.threads.views import PostResult
from bbs.streams import COMMONS_STREAM
from bbs_server.store import event_log
from bbs_server.store.sqlite import partitions
from bbs_server.store.sqlite.unit_of_work import SqliteTx

STREAM = COMMONS_STREAM


@dataclass(frozen=True)
class Place:
    """Where a post stands: its number in the thread and its seq in the board's stream."""

    number: int | None
    seq: int | None


@dataclass
class Oracle:
    """The log of one run.

    Attributes:
        sent: Body of every post a client began to send, by id.
        acked: What the server told of the posts it answered, by id.
    """

    sent: dict[str, str] = field(default_factory=dict)
    acked: dict[str, Place] = field(default_factory=dict)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def note_sent(self, command: WritePost) -> None:
        """Note a request, before its first byte leaves."""
        self.sent[command.post] = command.body

    def note_acked(self, answer: PostResult) -> None:
        """Note an answer, after its last byte came."""
        self.acked[answer.post.id] = Place(answer.post.number, answer.post.seq)
        self._news.set()

    async def next_ack(self) -> None:
        """Wait for one more answer."""
        self._news.clear()
        await self._news.wait()


@contextmanager
def copied(database: Path, to: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy of a dead server's files, so that its own start finds them as it left them."""
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    for name in (database.name, f"{database.name}-wal"):
        if (database.parent / name).exists():
            shutil.copyfile(database.parent / name, to / name)
    with closing(sqlite3.connect(to / database.name, isolation_level=None)) as connection:
        yield connection


def faults_of(connection: sqlite3.Connection, oracle: Oracle) -> list[str]:
    """Hold a database against the oracle; return what is wrong, a sentence each (P12)."""
    found = [f"quick_check: {line}" for (line,) in connection.execute("PRAGMA quick_check")]
    found = [] if found == ["quick_check: ok"] else found
    rows = connection.execute(
        "SELECT posts.id, posts.number, posts.seq, texts.body FROM posts"
        " JOIN texts ON texts.id = posts.body_text"
    ).fetchall()
    kept = {post: Place(number, seq) for post, number, seq, _ in rows}
    for post, place in oracle.acked.items():
        if post not in kept:
            found.append(f"acknowledged and lost: {post} at {place}")
        elif kept[post] != place:
            found.append(f"acknowledged at {place}, kept at {kept[post]}")
    bodies = Counter(body for *_, body in rows)
    found += [f"{n} times: {body[:40]!r}" for body, n in bodies.items() if n > 1]
    for post, _, _, body in rows:
        if post in oracle.sent and oracle.sent[post] != body:
            found.append(f"other words than were sent: {post}")
    return found + _faults_of_log(connection, set(kept)) + _faults_of_index(connection)


def _faults_of_index(connection: sqlite3.Connection) -> list[str]:
    """Check that the index has each post up to its end once, unless it waits, and no other (9.4)."""
    found: list[str] = []
    tx, end = SqliteTx(connection), partitions.indexed_upto(connection)
    waiting = {n for (n,) in connection.execute("SELECT n FROM search_queue")}
    boards = [board for (board,) in connection.execute("SELECT id FROM boards")]
    places = " OR ".join(partitions.token("p", board) for board in boards)
    for each in partitions.ranges(connection):
        sql = f"SELECT rowid FROM {each.table} WHERE {each.table} MATCH ? ORDER BY rowid"
        has = [n for (n,) in connection.execute(sql, (f"place : ({places})",))]
        first, should = each.first, list[int]()
        while first <= each.upto:
            rows, upto = partitions.words_of(tx, first, each.upto, limit=200)
            should += [row.row for row in rows if row.row not in waiting]
            first = upto + 1
        if has != should:
            found.append(f"the index has posts {has} and should have {should}")
    if waiting and max(waiting) > end:
        found.append(f"post {max(waiting)} waits although the index ends at {end}")
    return found


def _faults_of_log(connection: sqlite3.Connection, posts: set[str]) -> list[str]:
    """Check that streams have no gap, their chains are whole, and each post was told once."""
    found: list[str] = []
    tx = SqliteTx(connection)
    for stream, head, base in connection.execute("SELECT stream, seq, base_seq FROM streams"):
        seqs = [
            seq
            for (seq,) in connection.execute(
                "SELECT seq FROM events WHERE stream = ? ORDER BY seq", (stream,)
            )
        ]
        if seqs != list(range(base + 1, head + 1)):
            found.append(f"a gap in {stream}: {len(seqs)} events below {head}")
        if (broken := event_log.find_broken_seq(tx, stream, head)) is not None:
            found.append(f"the chain of {stream} is broken at {broken}")
    told = Counter(
        subject
        for (subject,) in connection.execute(
            "SELECT subject FROM events WHERE stream = ? AND kind IN"
            " ('threads.posted', 'threads.started')",
            (STREAM,),
        )
    )
    found += [f"told {n} times: {subject}" for subject, n in told.items() if n > 1]
    # A thread's start is told under the thread's id or its first post's; answers under their own.
    answers = {post for (post,) in connection.execute("SELECT id FROM posts WHERE number > 1")}
    found += [f"kept and never told: {post}" for post in (answers & posts) - told.keys()]
    return found
