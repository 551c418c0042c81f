"""What is unread: one rule, and the server's SQL against it (P4, protocol 11.1)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import to_ms
from bbs.features.members.author_text import author_id
from bbs.features.reading.messages import Marks
from bbs.features.reading.rules import is_default, subject_of
from bbs.features.reading.unread import Reader, is_unread
from bbs.features.threads.views import ContentState, Post
from bbs.ids import COMMONS
from bbs.rows import columns, marks
from bbs_server.features.reading import records
from bbs_server.features.threads.hidden import HidingRow
from bbs_server.features.threads.records import PostRow, ThreadRow
from bbs_server.store.api import Tx
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.ready import make_file
from tests.support.unread import ME, NOW, OTHER, THREADS, Story, stories

NEW: dict[str, Any] = {
    "number": 7,
    "seq": 20,
    "author": OTHER,
    "state": ContentState.PUBLISHED,
    "imported": False,
    "is_over": False,
    "is_muted": False,
}


@pytest.mark.parametrize(
    "fact",
    [
        {"number": None},
        {"number": 5},
        {"seq": None},
        {"seq": 10},
        {"author": ME},
        {"state": ContentState.HELD},
        {"state": ContentState.WITHDRAWN},
        {"state": ContentState.FADED},
        {"state": ContentState.PURGED},
        {"state": ContentState.HIDDEN},
        {"state": ContentState.MOVED},
        {"imported": True},
        {"is_over": True},
        {"is_muted": True},
    ],
)
def test_each_fact_alone_makes_a_post_not_unread(fact: dict[str, Any]) -> None:
    """Unread is published, above the floor, by somebody else and not marked (P4, protocol 11.1)."""
    reader = Reader(ME, 10, ((1, 5),))
    assert is_unread(reader, **NEW)
    assert not is_unread(reader, **(NEW | fact))


def test_nothing_is_unread_without_a_seat() -> None:
    """A board on which a member has no seat brings them nothing to read (P4, protocol 11.1)."""
    assert not is_unread(Reader(ME, None), **NEW)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database of the server."""
    path: Path = tmp_path_factory.mktemp("unread") / "bbs.db"
    make_file(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
    connection.execute("PRAGMA foreign_keys = OFF")  # only what the statement looks at is here
    yield connection
    connection.close()


_AS_STORED = {
    ContentState.HIDDEN: ContentState.PUBLISHED,  # hiding lies over the row
    ContentState.MOVED: ContentState.WITHDRAWN,  # a marker is a post without words that leads on
}


def insert_hiding(tx: Tx, n: int, post: Post) -> None:
    """Hide a post by its row: what the server tells as a state lies over the row."""
    row = HidingRow(
        *(post.id, "post", post.id, post.thread, n, n),
        numbers=0,
        opens=0,
        proposal=None,
        turns=1,
        settled=n - 1,
        told=n,
        ended_at=None,
    )
    tx.execute(f"INSERT INTO hidings ({columns(HidingRow)}) VALUES ({marks(HidingRow)})", *row)


def insert_choices(tx: Tx, story: Story) -> None:
    """Write what the reader chose by hand."""
    for choice in story.choices:
        if not is_default(choice):
            tx.execute(
                "INSERT INTO choices (member, kind, subject, stance, choice, revision)"
                " VALUES (?, ?, ?, ?, ?, 1)",
                *(ME, *subject_of(choice), getattr(choice, "stance").value),  # noqa: B009 - each of these has one
                msgspec.json.encode(choice).decode(),
            )


def insert(tx: Tx, story: Story, shortened_upto: int) -> None:
    """Write a story into the server's tables, its first posts ended by a shorter retention."""
    for place, thread in enumerate(THREADS, start=1):
        posts = sum(post.thread == thread and post.number is not None for post in story.posts)
        row = ThreadRow(
            *(thread, COMMONS, "member", OTHER, None, 1),
            number=place,
            posts=posts,
            last_at=1,
            state="published",
        )
        tx.execute(f"INSERT INTO threads ({columns(ThreadRow)}) VALUES ({marks(ThreadRow)})", *row)
    for n, post in enumerate(story.posts, start=1):
        kind = msgspec.to_builtins(post.author)["kind"]
        row_of_post = PostRow(
            n=n,
            id=post.id,
            board=post.board,
            thread=post.thread,
            number=post.number,
            parent=None,
            author_kind=kind,
            author=author_id(post.author) or "",
            at=1,
            visible_at=1,
            fades_at=None if post.fades_at is None else to_ms(post.fades_at),
            seq=post.seq,
            norms_version=1,
            body_text=None,
            state=_AS_STORED.get(post.state, post.state).value,
            edits=0,
            edited_at=None,
            mentions="",
            imported=int(post.imported),
            revision=1,
            answers=None,
            subject_text=None,
        )
        tx.execute(
            f"INSERT INTO posts ({columns(PostRow)}) VALUES ({marks(PostRow)})", *row_of_post
        )
        if post.state is ContentState.HIDDEN:
            insert_hiding(tx, n, post)
    if shortened_upto:
        tx.execute(
            "INSERT INTO shortenings (board, kind, ms, upto, below) VALUES (?, 'posts', 1, ?, ?)",
            *(COMMONS, shortened_upto, shortened_upto + 1),
        )
    insert_choices(tx, story)
    if story.floor is not None:
        records.insert_floor(tx, ME, COMMONS, story.floor)
    for thread, ranges in story.read.items():
        kept = Marks(thread=thread, board=COMMONS, read=ranges, revision=1)
        records.upsert_marks(tx, ME, kept)


def found_by(tx: Tx, story: Story) -> dict[str, set[int]]:
    """Return what the server finds unread, numbers by thread."""
    slices = records.list_unread(
        tx, ME, COMMONS, NOW, story.preferences, 10**6, limits.UNREAD_POSTS_MAX
    )
    while True:
        try:
            next(slices)
        except StopIteration as end:
            posts, more = end.value
            break
    assert not more
    found: dict[str, set[int]] = {thread: set() for thread in THREADS}
    for one, _ in posts:
        assert one.number not in found[one.thread]
        found[one.thread].add(one.number)
    return found


@given(story=stories(), shortened_upto=st.integers(0, 6))
def test_the_server_finds_unread_what_the_rule_says(
    database: sqlite3.Connection, story: Story, shortened_upto: int
) -> None:
    """The server's statement agrees with the rule on every post, each exactly once (P4)."""
    tx = SqliteTx(database)
    database.execute("BEGIN")
    try:
        insert(tx, story, shortened_upto)
        over = {
            (post.thread, post.number)
            for post in story.posts
            if post.seq is not None and post.seq <= shortened_upto
        }
        assert found_by(tx, story) == {
            thread: {n for n in story.unread(thread) if (thread, n) not in over}
            for thread in THREADS
        }
    finally:
        database.execute("ROLLBACK")
