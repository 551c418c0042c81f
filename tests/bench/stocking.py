"""Writes threads straight into the tables of a server that does not run, as it would have."""

import random
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any, Self

import msgspec

from bbs.chain import NO_DIGEST, digest_of, text_commitment
from bbs.clock import Ms, instant, system_clock
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import PostPublished, ThreadPublished
from bbs.features.threads.views import Post, Thread
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.messages import Event
from bbs.streams import board_stream
from bbs.wire.codec import encode_for_readers_and_log
from bbs_server.store import event_log, texts
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite.index_care import index_waiting
from bbs_server.store.text_keys import format_key

RARE = "quincunx"
RARE_POSTS = 60  # in every house, however large: a full page of finds
COMMON = "garden"
SLICE = 20_000  # rows of each table written at once
CACHE_KIB = 1_048_576
_INSERTS = {
    "texts": texts.TEXTS.put,
    "posts": "INSERT INTO posts (n, id, board, thread, number, parent, author_kind, author, at,"
    " visible_at, seq, norms_version, body_text, state)"
    " VALUES (?, ?, ?, ?, ?, ?, 'member', ?, ?, ?, ?, 1, ?, 'published')",
    "events": event_log.EVENTS.put,
}


class Stocking:
    """A database being filled; leaves it closed and whole."""

    def __init__(self, database: Path, author: MemberId, posts: int, rng: random.Random) -> None:
        self._db = sqlite3.connect(database, isolation_level=None)
        self._author = MemberAuthor(id=author)
        self._rng = rng
        self._every = max(1, posts // RARE_POSTS)
        self._at: Ms = system_clock() - posts * 100  # all of them before now, a moment apart
        self._n = 0
        self._words = Counter[str](
            dict(self._db.execute("SELECT stream, words_bytes FROM streams").fetchall())
        )
        (self._texts,) = self._db.execute("SELECT max(n) FROM texts").fetchone()
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INSERTS}
        self._phrases = _phrases(rng)

    def __enter__(self) -> Self:
        # A crash leaves half a house, which is thrown away: nothing needs to be safe here.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{CACHE_KIB}"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        return self

    def __exit__(self, *_: object) -> None:
        self._db.execute("PRAGMA journal_mode = WAL").fetchall()
        self._db.execute(f"PRAGMA wal_autocheckpoint = {SLICE}")
        while index_waiting(self._db, Hop(lambda: 0)):  # a hop without an end
            pass
        self._db.close()

    def thread(self, board: BoardId, posts: int, *, title: str) -> ThreadId:
        """Write a thread with so many posts onto a board; return its id."""
        stream = board_stream(board)
        self._words[stream] += len(title)
        top = self._db.execute(
            "SELECT seq, digest FROM streams WHERE stream = ?", (stream,)
        ).fetchone()
        seq, digest = top or (0, NO_DIGEST)
        thread, number = self._begin(board, title)
        author = msgspec.json.encode(self._author).decode()
        ids = list[str]()
        for n in range(1, posts + 1):
            seq += 1
            self._at += 100
            post, words = self._post(board, thread.id, n, seq, ids)
            self._words[stream] += len(post.body or "")
            ids.append(post.id)
            event: Event = PostPublished(post=post)
            if n == 1:
                begun = msgspec.structs.replace(
                    thread, number=number, posts=1, last_at=post.visible_at
                )
                event = ThreadPublished(thread=begun, post=post)
            _, stored = encode_for_readers_and_log(event)
            paths = msgspec.json.encode({"post.body": words}).decode()
            facts = (self._at, event.kind, author, post.id, stored.decode(), paths)
            digest = digest_of(digest, stream, seq, facts)
            self._rows["events"].append((stream, seq, *facts[:4], stored, paths, digest, 0))
            if n % SLICE == 0:
                self._flush()
        self._flush()
        self._end(thread, stream, seq, digest, posts)
        return thread.id

    def _begin(self, board: BoardId, title: str) -> tuple[Thread, int]:
        [number] = self._db.execute(
            "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", (board,)
        ).fetchone()
        thread = Thread(
            id=_uuid(self._rng), board=board, author=self._author, title=title, at=instant(self._at)
        )
        self._db.execute(
            "INSERT INTO threads (id, board, number, author_kind, author, title_text, at, state)"
            " VALUES (?, ?, ?, 'member', ?, ?, ?, 'published')",
            (thread.id, board, number, self._author.id, self._text(title), self._at),
        )
        return thread, number

    def _post(
        self, board: BoardId, thread: ThreadId, number: int, seq: int, ids: list[str]
    ) -> tuple[Post, str]:
        """Make a post and its rows; return it with the id of its text."""
        self._n += 1
        said = " ".join(self._rng.choices(self._phrases, k=3))
        rare = f" {RARE}" if self._n % self._every == 0 else ""
        body = f"In the {COMMON}: {said}{rare}."
        words = self._text(body)
        # Every tenth begins a branch, the others answer the post before: a tree, not a list.
        parent = ids[number - 2 - number % 10] if number > 11 else None
        when = instant(self._at)
        post = Post(
            id=_uuid(self._rng),
            board=board,
            thread=thread,
            number=number,
            parent=parent,
            author=self._author,
            at=when,
            visible_at=when,
            seq=seq,
            body=body,
        )
        row = (self._n, post.id, board, thread, number, parent, self._author.id)
        self._rows["posts"].append((*row, self._at, self._at, seq, words))
        return post, words

    def _text(self, body: str) -> str:
        self._texts += 1
        salt = self._rng.randbytes(texts.SALT_BYTES)
        key = format_key(text_commitment(salt, body), self._texts)
        self._rows["texts"].append(texts.TextRow(self._texts, key, body, salt))
        return key

    def _flush(self) -> None:
        self._db.execute("BEGIN")
        for table, rows in self._rows.items():
            rows.sort(key=lambda row: row[0])
            self._db.executemany(_INSERTS[table], rows)
            rows.clear()
        self._db.execute("COMMIT")

    def _end(self, thread: Thread, stream: str, seq: int, digest: bytes, posts: int) -> None:
        self._db.execute(
            "UPDATE threads SET posts = ?, last_at = ? WHERE id = ?", (posts, self._at, thread.id)
        )
        top = event_log.StreamRow(stream, seq, digest, 0, NO_DIGEST)
        self._db.execute(event_log.STREAMS.put, top._replace(words_bytes=self._words[stream]))


def _phrases(rng: random.Random) -> list[str]:
    """Return phrases out of five thousand words, some of them much more usual than others."""
    sounds = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = ["".join(rng.choices(sounds, k=rng.randint(2, 4))) for _ in range(5_000)]
    weights = [1 / rank for rank in range(1, len(words) + 1)]
    return [" ".join(rng.choices(words, weights, k=rng.randint(4, 9))) for _ in range(20_000)]


def _uuid(rng: random.Random) -> str:
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
