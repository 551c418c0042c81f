"""A community as the version with schema 28 left it: rows, words, chain and index written by its rules.

Its rules are repeated here, not imported: what this program does today with a new row must not
change what it finds in an old one.
"""

import base64
import hashlib
import hmac
import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from bbs.clock import DAY_MS, SECOND_MS, instant, system_clock
from bbs.ids import COMMONS
from tests.support.older import tables_before

SCHEMA = 28
FIRST_AFTER = "0029_lines_beside_sizes.sql"
LINES = 30
THREAD_POSTS = 500
WITHDRAWN_EVERY = 40
"""Every so many-th post was withdrawn before: its text is gone, its event and its place are not."""

WITHDRAWN_WORD = "quawithdrawnzq"
"""A word of every post that was withdrawn: the index still has it, until its tables are merged (P10)."""

RARE = "quincunx"
RARE_EVERY = 99
_WORDS = [
    "garden",
    "harbour",
    "lantern",
    "meadow",
    "orchard",
    "pebble",
    "river",
    "saddle",
    "timber",
    "willow",
    "zephyr",
]


class Written(NamedTuple):
    """A post of a thread.

    Attributes:
        body: Its words; None if it was withdrawn.
    """

    id: str
    number: int
    body: str | None


class Community(NamedTuple):
    """What is in the database.

    Attributes:
        token: Signs its sysop in.
        threads: The posts of each thread.
        rare: How many posts hold the word `RARE`.
        cursors: The last seq of each stream, and one in its middle.
        tags: The tags of these, as the version before gave them to its clients.
    """

    member: str
    token: str
    threads: dict[str, list[Written]]
    rare: int
    cursors: tuple[dict[str, int], dict[str, int]]
    tags: tuple[dict[str, str], dict[str, str]]


def make(
    database: Path, posts: int, *, planted: Sequence[str] = (), over: Sequence[str] = ()
) -> Community:
    """Write the database, which no server has opened yet.

    Args:
        posts: How many posts the board has, in threads of `THREAD_POSTS`.
        planted: What the first posts say; the others say nothing in particular.
        over: Which of these had their time by now, while no server ran.
    """
    database.parent.mkdir(mode=0o700, parents=True)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        database.chmod(0o600)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN")
        tables_before(connection, FIRST_AFTER)
        old = _Old(connection, random.Random(28), planted, over)
        community = old.fill(posts)
        connection.execute("COMMIT")
    return community


class _Old:
    """The version before, as far as it wrote rows."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        rng: random.Random,
        planted: Sequence[str],
        over: Sequence[str],
    ) -> None:
        self._db = connection
        self._rng = rng
        self._planted = list(planted)
        self._over = over
        self._at = system_clock()
        self._key = rng.randbytes(32)
        self._digests: dict[str, list[bytes]] = {}
        self.member = self._id()

    def fill(self, posts: int) -> Community:
        self._at -= (posts + LINES + 60) * SECOND_MS  # the last line is a minute old
        token = base64.urlsafe_b64encode(self._rng.randbytes(32)).decode().rstrip("=")
        self._meta()
        self._people(token)
        threads, rare = {}, 0
        for number in range(1, max(1, posts // THREAD_POSTS) + 1):
            thread, written = self._thread(number, min(posts, THREAD_POSTS))
            threads[thread] = written
            rare += sum(RARE in (post.body or "") for post in written)
        self._lounge()
        self._end(posts)
        ends = {stream: len(digests) for stream, digests in self._digests.items()}
        halves = {stream: seq // 2 for stream, seq in ends.items()}
        tags = tuple({key: self._tag(key, seq) for key, seq in at.items()} for at in (ends, halves))
        return Community(self.member, token, threads, rare, (ends, halves), (tags[0], tags[1]))

    def _meta(self) -> None:
        facts = {
            "epoch": self._id(),
            "history_key": self._key.hex(),
            "acts_brought": "1",
            "notices_brought": "1",
        }
        self._many("meta", [{"key": key, "value": value} for key, value in facts.items()])

    def _people(self, token: str) -> None:
        at, me = self._at, self.member
        self._many(
            "members",
            [
                {
                    **{"n": 1, "id": me, "handle": "ana", "handle_text": self._text("ana")},
                    **{"name_text": self._text("Ana"), "state": "seated", "joined_at": at},
                    "password": "",
                }
            ],
        )
        self._many("names", [{"skeleton": "ana", "member": me, "kind": "handle"}])
        far = system_clock() + 300 * DAY_MS
        hashed = hashlib.sha256(token.encode()).digest()
        self._many(
            "sessions",
            [
                {
                    **{"id": self._id(), "member": me, "token_hash": hashed, "label": ""},
                    **{"idle_until": far, "ends_at": far},
                }
            ],
        )
        self._many(
            "boards",
            [
                {
                    **{"id": COMMONS, "slug": "commons", "slug_text": self._text("commons")},
                    **{"number": 1, "title_text": self._text("Lindenfold")},
                    **{"charter_text": self._text("Of us all."), "visibility": "members"},
                    **{"seats": 9, "lounge_hours": 72, "opened_at": at},
                }
            ],
        )
        norm = {"board": COMMONS, "version": 1}
        self._many("norms_versions", [{**norm, "since": at}])
        words = {"norm_text": self._text("Be kind."), "why_text": self._text("We like it here.")}
        self._many("norms", [{**norm, "number": 1, **words}])
        seat = {"board": COMMONS, "member": me, "state": "seated", "position": 1}
        self._many("seats", [{**seat, "norms_version": 1, "since": at}])
        office = {"board": COMMONS, "member": me, "office": "sysop", "since": at}
        self._many("offices", [office])

    def _thread(self, number: int, posts: int) -> tuple[str, list[Written]]:
        stream, thread, title = f"board:{COMMONS}", self._id(), f"Of {_WORDS[number % 11]}s"
        title_text = self._text(title)
        written: list[Written] = []
        rows: dict[str, list[dict[str, Any]]] = {"posts": [], "search": []}
        dropped: list[dict[str, Any]] = []
        for place in range(1, posts + 1):
            self._at += SECOND_MS
            body: str | None = self._planted.pop(0) if self._planted else self._sentence(place)
            text = self._text(body or "")
            seq = len(self._digests.get(stream, ())) + 1
            post = self._post(thread, place, written, seq)
            told = {"post": post}
            if place == 1:
                about = {"id": thread, "board": COMMONS, "number": number}
                told = {"thread": {**about, "author": post["author"], "at": post["at"]}, **told}
            paths = {"post.body": text} | ({"thread.title": title_text} if place == 1 else {})
            kind = "threads.started" if place == 1 else "threads.posted"
            self._append(stream, kind, post["id"], told, paths)
            kept = place % WITHDRAWN_EVERY != 0
            row = self._post_row(post, text if kept else None)
            rows["posts"].append({**row, "fades_at": self._at if body in self._over else None})
            names = {"who": f"w{self.member}", "place": f"p{COMMONS}"}
            tokens = {key: value.replace("-", "") for key, value in names.items()}
            words = {"title": title if place == 1 else "", "body": body}
            rows["search"].append({"rowid": rows["posts"][-1]["n"], **words, **tokens})
            if not kept:
                self._db.execute("DELETE FROM texts WHERE id = ?", (text,))
                dropped.append({"search": "delete", **rows["search"][-1]})
                body = None
            written.append(Written(post["id"], place, body))
        self._many(
            "threads",
            [
                {
                    **{"id": thread, "board": COMMONS, "number": number, "author_kind": "member"},
                    **{"author": self.member, "title_text": title_text, "at": self._at},
                    **{"posts": posts, "last_at": self._at, "state": "published"},
                }
            ],
        )
        for table, values in rows.items():
            self._many(table, values)
        self._many("search", dropped)
        return thread, written

    def _post(
        self, thread: str, number: int, before: Sequence[Written], seq: int
    ) -> dict[str, Any]:
        at = instant(self._at).isoformat().replace("+00:00", "Z")
        parent = {"parent": before[-1 - number % min(9, len(before))].id} if before else {}
        return {
            **{"id": self._id(), "board": COMMONS, "thread": thread, "number": number, **parent},
            **{"author": {"kind": "member", "id": self.member}, "at": at, "visible_at": at},
            "seq": seq,
        }

    def _post_row(self, post: dict[str, Any], text: str | None) -> dict[str, Any]:
        return {
            **{key: post[key] for key in ("id", "board", "thread", "number", "seq")},
            **{"n": post["seq"], "parent": post.get("parent"), "author_kind": "member"},
            **{"author": self.member, "at": self._at, "visible_at": self._at},
            **{"norms_version": 1, "body_text": text},
            **{"state": "withdrawn" if text is None else "published", "answers": self.member},
        }

    def _lounge(self) -> None:
        stream, rows = f"lounge:{COMMONS}", []
        for number in range(1, LINES + 1):
            self._at += SECOND_MS
            text, fades_at = self._text(self._sentence(number)), self._at + 30 * DAY_MS
            at, end = (
                instant(ms).isoformat().replace("+00:00", "Z") for ms in (self._at, fades_at)
            )
            line = {
                **{"id": self._id(), "board": COMMONS, "number": number},
                **{"author": {"kind": "member", "id": self.member}, "at": at, "fades_at": end},
            }
            self._append(stream, "threads.said", line["id"], {"line": line}, {"line.body": text})
            rows.append(
                {
                    **{"id": line["id"], "board": COMMONS, "number": number, "at": self._at},
                    **{"author_kind": "member", "author": self.member, "fades_at": fades_at},
                    **{"body_text": text, "state": "published"},
                }
            )
        self._many("lines", rows)

    def _end(self, posts: int) -> None:
        """Write what depends on everything else."""
        count = "UPDATE boards SET threads = ?, lines = ?, positions = 1"
        self._db.execute(count, (max(1, posts // THREAD_POSTS), LINES))
        [size] = self._db.execute(
            "SELECT sum(length(CAST(body AS BLOB))) FROM texts WHERE id IN (SELECT body_text FROM"
            " posts UNION SELECT title_text FROM threads UNION SELECT body_text FROM lines)"
        ).fetchone()
        self._many("board_sizes", [{"board": COMMONS, "words_bytes": size}])
        for stream, digests in self._digests.items():
            end = {"stream": stream, "seq": len(digests), "digest": digests[-1]}
            self._many("streams", [{**end, "base_seq": 0, "base_digest": b""}])

    def _append(
        self, stream: str, kind: str, subject: str, told: dict[str, Any], paths: dict[str, str]
    ) -> None:
        digests = self._digests.setdefault(stream, [])
        author = _json({"kind": "member", "id": self.member})
        seq, before = len(digests) + 1, digests[-1] if digests else b""
        facts = (self._at, kind, author, subject, _json(told), _json(paths))
        chained = _json([before.hex(), stream, seq, *facts])
        digests.append(hashlib.sha256(chained.encode()).digest())
        columns = ("at", "kind", "author", "subject", "data", "texts")
        row = {**dict(zip(columns, facts, strict=True)), "data": facts[4].encode()}
        self._many("events", [{"stream": stream, "seq": seq, **row, "digest": digests[-1]}])

    def _tag(self, stream: str, seq: int) -> str:
        part = self._digests[stream][seq - 1][:3]
        signing = hashlib.blake2b(b"%b " % stream.encode(), key=self._key, digest_size=5)
        signing.update(b"%d %b" % (seq, part))
        return part.hex() + signing.hexdigest()

    def _text(self, body: str) -> str:
        salt = self._rng.randbytes(16)
        made = hmac.digest(salt, body.encode(), "sha256")
        key = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
        self._many("texts", [{"id": key, "body": body, "salt": salt}])
        return key

    def _sentence(self, place: int) -> str:
        words = " ".join(self._rng.choices(_WORDS, k=12))
        if place % WITHDRAWN_EVERY == 0:
            return f"{words} {WITHDRAWN_WORD}."
        return f"{words} {RARE}." if place % RARE_EVERY == 0 else f"{words}."

    def _id(self) -> str:
        digits = f"{self._rng.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def _many(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            names = ", ".join(rows[0])
            marks = ", ".join("?" * len(rows[0]))
            sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"
            self._db.executemany(sql, [tuple(row.values()) for row in rows])


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def words_of(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield every text that is kept, with its id, in the order of the ids."""
    yield from connection.execute("SELECT id, body FROM texts ORDER BY id")
