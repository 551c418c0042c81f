"""SQLite's search index in ranges: whatever happens meanwhile, it finds each post once, by its words."""

import random
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bbs import limits
from bbs.words import CUTTING
from bbs_server.store.api import SearchRequest
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite.index_care import Rewriting, index_waiting, merge_all, rebuild
from bbs_server.store.sqlite.open import DATABASE
from bbs_server.store.sqlite.partitions import (
    NOT_INDEXED,
    POSTS_MAX,
    UNICODE61,
    Range,
    adopt_first_table,
    ranges,
)
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.store.finding import reword, say, search_for, searched, unsay
from tests.support.older import FIRST_INDEX, put_into_first_index
from tests.support.ready import make_file

# No two begin alike: FTS5 keeps of a word only where it differs from the one before it.
WORDS = [f"{a}{b}{n}canary{b}{a}" for n, a in enumerate("bdfgk") for b in "aeiou"]


def overdue() -> Hop:
    """Return a hop that is over at once: its work does the least that it can."""
    return Hop(iter(range(0, 10**9, limits.HOP_WORK_MS_MAX)).__next__)


class Shelf:
    """A database without a server, its posts and what is to be found."""

    def __init__(self, path: Path) -> None:
        make_file(path)
        self.path = path
        self.sql = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode = WAL", "secure_delete = ON"):
            self.sql.execute(f"PRAGMA {pragma}")
        self.said: dict[int, str] = {}
        self.rewriting = Rewriting()

    def commit(self, fn: object, *args: object) -> None:
        """Do something as a command of its own does."""
        self.sql.execute("BEGIN")
        tx = SqliteTx(self.sql)
        fn(tx, *args)  # type: ignore[operator]  # any of `say`, `reword`, `unsay`
        tx.index.write(self.sql)
        self.sql.execute("COMMIT")

    def say(self, number: int, body: str) -> None:
        self.said[number] = body
        self.commit(say, number, body)

    def reword(self, number: int, body: str) -> None:
        self.said[number] = body
        self.commit(reword, number, body)

    def unsay(self, number: int) -> None:
        del self.said[number]
        self.commit(unsay, number)

    def index(self) -> None:
        while index_waiting(self.sql, overdue()):
            pass

    def rebuild(self) -> None:
        while rebuild(self.sql, overdue()):
            pass

    def rewrite(self) -> None:
        while self.rewriting.go_on(self.sql, overdue()):
            pass

    def found(self, word: str, **more: object) -> list[int]:
        """Return the posts that a search finds, as it comes upon them."""
        return searched(SqliteTx(self.sql), search_for(word, **{"limit": 10_000, **more}))

    def says(self, word: str) -> list[int]:
        """Return the posts that have a word, newest first."""
        return sorted((n for n, body in self.said.items() if word in body.split()), reverse=True)

    def check(self) -> None:
        """Every word finds the posts that have it, newest first, each once."""
        for word in WORDS:
            assert self.found(word) == self.says(word), word

    def bytes(self) -> bytes:
        """Return every byte of the database's files, after the log is emptied."""
        self.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return b"".join(
            file.read_bytes() for file in self.path.parent.iterdir() if "shm" not in file.name
        )

    def check_bytes(self, gone: set[str]) -> None:
        """No word that nobody says any more is in a byte of a file."""
        said = {word for body in self.said.values() for word in body.split()}
        content = self.bytes()
        assert not [word for word in gone - said if word[3:].encode() in content]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A database of this version."""
    made = Shelf(tmp_path / DATABASE)
    yield made
    made.sql.close()


def first_index_of(shelf: Shelf) -> None:
    """Give a database the index of before there were ranges, for all it has so far."""
    for each in ranges(shelf.sql):
        shelf.sql.execute(f"DROP TABLE {each.table}")
    for table in ("search_ranges", "search_queue"):
        shelf.sql.execute(f"DELETE FROM {table}")
    shelf.sql.execute(FIRST_INDEX)
    put_into_first_index(shelf.sql)
    adopt_first_table(shelf.sql)


def test_a_post_waits_for_a_commit_of_the_indexs_own(shelf: Shelf) -> None:
    """A post's own commit writes no row of the index; the next commit of the index's lets it be
    found, and so does that after a restart (protocol 9.3)."""
    shelf.say(1, WORDS[0])
    assert (ranges(shelf.sql), shelf.found(WORDS[0])) == ([], [])
    assert shelf.sql.execute("SELECT count(*) FROM search_queue").fetchone() == (0,)
    shelf.index()
    shelf.check()
    shelf.say(2, WORDS[0])
    assert shelf.found(WORDS[0]) == [1]
    shelf.index()
    shelf.check()


def test_a_range_ends_after_so_many_posts(shelf: Shelf) -> None:
    """Posts go into the range of their number, and a search finds those of all, newest first (P10)."""
    numbers = [1, POSTS_MAX, POSTS_MAX + 1, 2 * POSTS_MAX + 1, 2 * POSTS_MAX + 2]
    for number in numbers:
        shelf.say(number, "word " + WORDS[number % 7])
        shelf.index()
    assert [(each.first, each.upto) for each in ranges(shelf.sql)] == [
        (1, POSTS_MAX),
        (POSTS_MAX + 1, 2 * POSTS_MAX),
        (2 * POSTS_MAX + 1, 2 * POSTS_MAX + 2),
    ]
    assert shelf.found("word") == numbers[::-1]
    assert shelf.found("word", below=numbers[3]) == numbers[2::-1]
    assert shelf.found("word", limit=2) == numbers[:2:-1]
    shelf.unsay(POSTS_MAX)
    reasons = [each.to_merge for each in ranges(shelf.sql)]
    assert reasons == [2, 1, 0]  # two are finished
    assert shelf.found("word") == [n for n in numbers[::-1] if n != POSTS_MAX]


def test_a_search_that_is_cut_goes_on_in_the_next_range(shelf: Shelf) -> None:
    """A part that came through a range without a find need not look there again (P14)."""
    for number in (1, POSTS_MAX + 1):
        shelf.say(number, WORDS[0] if number == 1 else "else")
        shelf.index()
    asked: SearchRequest | None = search_for(WORDS[0], part_ms=0.01)
    belows = []
    while asked is not None:
        found, asked = SqliteTx(shelf.sql).search(asked)
        belows.append(asked and asked.below)
    assert found == [1]
    assert set(belows) <= {None, POSTS_MAX + 1}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_every_post_is_found_by_its_words(shelf: Shelf, seed: int) -> None:
    """Posts, edits and withdrawals, in any order with the commits of the index: once it is up to
    date it finds each post by its present words, and no earlier word is in a byte (P10)."""
    rng = random.Random(seed)
    number = 0
    begun_with_old = seed % 2
    for n in range(150):
        if n == 75 and begun_with_old:
            shelf.index()
            first_index_of(shelf)
            shelf.check()
        match rng.choice("sssseeuuiirw"):
            case "s":
                number += rng.choice((1, 1, 3, POSTS_MAX // 3))
                shelf.say(number, " ".join(rng.sample(WORDS, 3)))
            case "e" if shelf.said:
                shelf.reword(rng.choice([*shelf.said]), " ".join(rng.sample(WORDS, 3)))
            case "u" if shelf.said:
                shelf.unsay(rng.choice([*shelf.said]))
            case "i":
                index_waiting(shelf.sql, overdue())
            case "r":
                rebuild(shelf.sql, overdue())
            case "w":
                shelf.rewriting.go_on(shelf.sql, overdue())
        if rng.random() < 0.2:
            shelf.index()
            shelf.check()
    shelf.index()
    shelf.rebuild()
    shelf.rewrite()
    shelf.check()
    for key in [*shelf.said][::2]:
        shelf.unsay(key)
    shelf.rewrite()
    shelf.check()
    shelf.check_bytes(set(WORDS))
    assert {each.cutting for each in ranges(shelf.sql)} == {CUTTING}


def test_the_first_index_is_asked_until_it_is_built_anew(shelf: Shelf) -> None:
    """While an index of before is built anew, step by step, a search finds each post once, words
    that are taken out are found no more, and in the end they are in no byte (P10)."""
    for number in range(1, 120):
        shelf.say(number, f"word {WORDS[number % len(WORDS)]} {number}")
    first_index_of(shelf)
    for number in (1, 60, 119):
        shelf.reword(number, "word quincunx")
    shelf.say(120, "word later")
    shelf.index()
    steps = 0
    while (came := rebuild(shelf.sql, overdue())) is not None:
        steps += 1
        assert came.done <= came.posts == 120
        if steps % 12 == 0:
            shelf.unsay(shelf.says("word")[20])  # not built anew yet, mostly
            shelf.unsay(min(shelf.says("word")))  # built anew already
        assert shelf.found("word") == shelf.says("word")
    assert steps > 100
    assert shelf.found("quincunx") == shelf.says("quincunx")
    assert [each.cutting for each in ranges(shelf.sql)] == [CUTTING, CUTTING]
    shelf.rewrite()
    for number in [*shelf.said]:
        shelf.unsay(number)
    shelf.rewrite()
    shelf.check_bytes({*WORDS, "quincunx"})
    assert not shelf.sql.execute(
        "SELECT name FROM sqlite_master WHERE name = 'search' OR name GLOB 'search_data*'"
    ).fetchall()


def test_a_range_of_another_cutting_is_built_anew(shelf: Shelf) -> None:
    """A newer Unicode cuts other words: every range of before is built anew, none is forgotten."""
    for number in (1, 2, POSTS_MAX + 1, POSTS_MAX + 2):
        shelf.say(number, "word " + WORDS[number % 5])
        shelf.index()
    shelf.sql.execute("UPDATE search_ranges SET cutting = '0/older'")
    shelf.say(POSTS_MAX + 3, "word")
    shelf.index()
    while rebuild(shelf.sql, overdue()) is not None:
        assert shelf.found("word") == shelf.says("word")
    shelf.check()
    assert {each.cutting for each in ranges(shelf.sql)} == {CUTTING}


def test_words_are_in_no_byte_of_a_copy(shelf: Shelf) -> None:
    """A copy made while the index is built anew has no word of a withdrawn post; what its index
    misses is indexed by the server that opens it (P10)."""
    for number in range(1, 60):
        shelf.say(number, f"word {WORDS[number % len(WORDS)]}")
    first_index_of(shelf)
    for _ in range(20):
        rebuild(shelf.sql, overdue())
    for number in range(1, 59):
        shelf.unsay(number)
    copy = shelf.path.with_name("copy.db")
    shelf.sql.execute("VACUUM INTO ?", (str(copy),))
    shelf.sql.close()
    shelf.path.unlink()
    shelf.sql = sqlite3.connect(copy, isolation_level=None)
    shelf.sql.execute("PRAGMA secure_delete = ON")
    merge_all(shelf.sql)
    shelf.check_bytes(set(WORDS))
    assert {each.cutting for each in ranges(shelf.sql)} == {CUTTING, NOT_INDEXED}
    shelf.rebuild()
    shelf.check()


def test_only_what_gave_up_words_is_written_anew(shelf: Shelf) -> None:
    """A withdrawal rewrites the range of its post, and nothing rewrites the others (P10, P14)."""
    for number in (1, 2, POSTS_MAX + 1, POSTS_MAX + 2):
        shelf.say(number, WORDS[number % 5])
        shelf.index()

    def changes(table: str) -> list[tuple[int, bytes]]:
        return shelf.sql.execute(f"SELECT id, block FROM {table}_data").fetchall()

    shelf.rewrite()
    shelf.unsay(1)
    assert [each.to_merge for each in ranges(shelf.sql)] == [1, 0]
    first, second = changes("search_1"), changes("search_2")
    shelf.rewrite()
    assert changes("search_1") != first
    assert changes("search_2") == second
    assert [each.to_merge for each in ranges(shelf.sql)] == [0, 0]
    before = shelf.sql.total_changes
    shelf.rewrite()
    assert shelf.sql.total_changes == before


def test_what_is_taken_out_while_a_range_is_written_anew_goes_as_well(shelf: Shelf) -> None:
    """A range is written anew once more for posts withdrawn after it was begun (P10)."""
    for number in range(1, 60):
        shelf.say(number, f"{WORDS[number % len(WORDS)]} {number}")
        shelf.index()
    shelf.unsay(1)
    assert shelf.rewriting.go_on(shelf.sql, overdue())
    shelf.unsay(59)
    shelf.say(60, WORDS[3])
    shelf.index()
    shelf.rewrite()
    shelf.check()
    for number in [*shelf.said]:
        shelf.unsay(number)
    shelf.rewrite()
    shelf.check_bytes(set(WORDS))


def test_an_index_of_before_without_posts_goes_at_once(shelf: Shelf) -> None:
    """A community without posts has nothing to build anew (P10)."""
    first_index_of(shelf)
    assert shelf.sql.execute("SELECT id, cutting, first, upto FROM search_ranges").fetchall() == [
        (0, UNICODE61, 1, 0)
    ]
    shelf.rebuild()
    assert shelf.sql.execute("SELECT * FROM search_ranges").fetchall() == []


def test_a_table_of_before_is_deleted_in_small_commits(shelf: Shelf) -> None:
    """Even on a fast processor no commit has more to write than a disk takes in a moment (P14)."""
    first_index_of(shelf)
    shelf.sql.execute(
        "WITH RECURSIVE pages (id) AS (SELECT 11 UNION ALL SELECT id + 1 FROM pages LIMIT 3000)"
        " INSERT INTO search_data (id, block) SELECT id, randomblob(4000) FROM pages"
    )
    log = shelf.path.with_name(f"{DATABASE}-wal")
    sizes = []
    shelf.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    while rebuild(shelf.sql, Hop(lambda: 0.0)) is not None:
        sizes.append(log.stat().st_size)
        shelf.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert len(sizes) > 2
    assert max(sizes) < 5 * 2**20


def test_damaged_words_are_indexed_and_taken_out_alike(shelf: Shelf) -> None:
    """Invalid UTF-8, as a faulty disk makes it, stops neither indexing nor a withdrawal (P12)."""
    shelf.say(1, f"{WORDS[0]} wo")
    shelf.sql.execute("UPDATE texts SET body = CAST(body || x'ff' AS TEXT) WHERE body LIKE '% wo'")
    shelf.index()
    shelf.check()
    shelf.unsay(1)
    shelf.rewrite()
    shelf.check()
    shelf.check_bytes(set(WORDS))


def test_range_has_its_table() -> None:
    """The tables' names tell the first index from the ranges'."""
    assert Range(0, UNICODE61, 1, 1).table == "search"
    assert Range(3, CUTTING, 1, 1).table == "search_3"


def test_words_are_read_by_keys_of_now_and_of_before(shelf: Shelf) -> None:
    """A body and a title are found and taken out by either kind of key; another text that a restore
    left in the place of a lost one is not (P10)."""
    for number, title in ((1, "old"), (2, "new"), (3, "lost")):
        shelf.said[number] = f"word {title}body"
        shelf.commit(partial(say, title=title), number, shelf.said[number])
    # The first post's title and body are the texts 1 and 2.
    for table, key, which in (
        ("texts", "id", "n < 3"),
        ("posts", "body_text", "n = 1"),
        ("threads", "title_text", "id = 'thread-1'"),
    ):
        shelf.sql.execute(f"UPDATE {table} SET {key} = substr({key}, 1, 43) WHERE {which}")
    shelf.sql.execute("UPDATE texts SET id = 'another.' || n WHERE n IN (5, 6)")
    shelf.index()
    assert shelf.found("word") == [2, 1]
    for title in ("old", "new"):
        assert shelf.found(title) == shelf.found(f"{title}body") != []
    assert shelf.found("lost") == shelf.found("lostbody") == []
    shelf.unsay(1)
    assert (shelf.found("old"), shelf.found("oldbody"), shelf.found("word")) == ([], [], [2])
