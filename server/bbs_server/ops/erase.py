"""Erasing again, from a restored database, what was removed or has faded since the backup (P10)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from bbs import limits
from bbs.clock import Ms
from bbs_server.features.members import records as member_records
from bbs_server.features.threads import records, sizes, words
from bbs_server.store import removals, texts
from bbs_server.store.engine import Row, Store, Tx, Why
from bbs_server.store.files import Files

T = TypeVar("T")

LOST = "(changed after the backup, and lost)"
"""Stands where there must be words, the backup's were replaced, and the newer ones are gone."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When it happens: `now` says what has faded by itself; `chance` gives n random bytes."""

    now: Ms
    chance: Callable[[int], bytes]


class Erased(Struct, frozen=True, kw_only=True):
    """How much was erased again.

    Attributes:
        posts: Posts that are markers now. `lines`: Lines of lounges.
        texts: Of the record of removals, how many the backup still had.
    """

    posts: int
    lines: int
    texts: int


async def erase_again(files: Files, store: Store, at: Moment, record: Path) -> Erased:
    """Bring a restored database to where the record of removals left the lost one.

    No stream tells of it post by post: the new epoch makes every mirror fetch anew.

    Args:
        record: Whole since the backup, or the best there is.

    Raises:
        BadRemovals: If the record is damaged. What was erased so far stays so.
    """
    await store.write(
        lambda tx: tx.run("CREATE TEMPORARY TABLE gone (text TEXT PRIMARY KEY, why TEXT)")
    )
    named = (pair for entry in removals.entries(record) for pair in entry.texts())
    await _in_slices(store, named, _note)
    posts = await store.write(lambda tx: _posts(tx, at))
    await _in_slices(store, posts, _erase_posts)
    lines = await store.write(lambda tx: _lines(tx, at))
    await _in_slices(store, lines, _erase_lines)
    await store.write(lambda tx: _replace(files, tx, at))
    gone = await store.write(lambda tx: tx.all("SELECT text, why FROM gone"))
    await _in_slices(store, gone, _drop)
    for (board,) in await store.read(lambda tx: tx.all("SELECT id FROM boards")):
        await store.write(partial(sizes.set_anew, board=board))
    return Erased(posts=len(posts), lines=len(lines), texts=len(gone))


async def _in_slices(
    store: Store, rows: Iterable[T], fn: Callable[[Tx, Sequence[T]], object]
) -> None:
    rest = iter(rows)
    while some := list(islice(rest, limits.SLICE_ROWS)):
        await store.write(partial(_with, fn, some))


def _with(fn: Callable[[Tx, Sequence[T]], object], some: Sequence[T], tx: Tx) -> None:
    fn(tx, some)


def _note(tx: Tx, named: Sequence[tuple[str, Why]]) -> None:
    tx.many(
        "INSERT INTO gone SELECT id, ? FROM texts WHERE id = ? ON CONFLICT DO NOTHING",
        [(why.value, key) for key, why in named],
    )


def _posts(tx: Tx, at: Moment) -> list[tuple[str, str]]:
    """Return the posts to erase, and what each becomes."""
    removed = tx.all("SELECT p.id, g.why FROM posts p JOIN gone g ON g.text = p.body_text")
    due = tx.all(
        "SELECT id FROM posts WHERE fades_at <= ? AND fades_at IS NOT NULL"
        " AND body_text IS NOT NULL AND state = 'published'",
        at.now,
    )
    # A held post put in other words has none left: nobody else ever read it.
    states = {
        post: why if why in (Why.FADED, Why.PURGED) else Why.WITHDRAWN.value
        for post, why in removed
    }
    return list(({post: Why.FADED.value for (post,) in due} | states).items())


def _erase_posts(tx: Tx, posts: Sequence[tuple[str, str]]) -> None:
    for post, state in posts:
        row = records.post_row(tx, post)
        assert row is not None
        words.erase(tx, row, state)


def _lines(tx: Tx, at: Moment) -> list[tuple[str, str, str | None, str]]:
    """Return the boards and ids of lines to erase, their texts, and what each becomes."""
    rows = tx.all(
        "SELECT l.board, l.id, l.body_text, CASE WHEN l.fades_at <= ? THEN 'faded'"
        " WHEN g.why IN ('faded', 'purged') THEN g.why ELSE 'withdrawn' END FROM lines l"
        " LEFT JOIN gone g ON g.text = l.body_text"
        " WHERE g.text IS NOT NULL OR l.fades_at <= ?",
        *(at.now, at.now),
    )
    return [(board, line, text, state) for board, line, text, state in rows]


def _erase_lines(tx: Tx, lines: Sequence[tuple[str, str, str | None, str]]) -> None:
    for board, line, text, state in lines:
        if state == Why.FADED:
            texts.drop(tx, [text], Why.FADED)
            tx.run("DELETE FROM lines WHERE id = ?", line)
        else:
            words.erase_line(tx, board, line, text, state)


def _replace(files: Files, tx: Tx, at: Moment) -> None:
    """Put something else where other words than the backup's had stood."""
    gone = "IN (SELECT text FROM gone)"
    tx.run(f"DELETE FROM revisions WHERE body_text {gone}")  # noqa: S608 - constant
    for member, handle in tx.all(f"SELECT id, handle FROM members WHERE name_text {gone}"):  # noqa: S608 - our own names and question marks
        member_records.rename(tx, at, member, handle)
    for board, slug in tx.all(f"SELECT id, slug FROM boards WHERE title_text {gone}"):  # noqa: S608 - our own names and question marks
        tx.run("UPDATE boards SET title_text = ? WHERE id = ?", texts.keep(tx, at, slug), board)
    for board, slug in tx.all(f"SELECT id, slug FROM boards WHERE slug_text {gone}"):  # noqa: S608 - our own names and question marks
        tx.run("UPDATE boards SET slug_text = ? WHERE id = ?", texts.keep(tx, at, slug), board)
    for (thread,) in tx.all(f"SELECT id FROM threads WHERE title_text {gone}"):  # noqa: S608 - our own names and question marks
        first = records.first_post(tx, thread)
        assert first is not None
        words.unindex(tx, first[1])
        title = texts.keep(tx, at, LOST)
        tx.run("UPDATE threads SET title_text = ? WHERE id = ?", title, thread)
        words.index(tx, first[1])
    # An end that was called off, or put on another day, is not announced any more.
    tx.run(f"DELETE FROM closing WHERE reason_text {gone}")  # noqa: S608 - constant
    # Whatever features there are: columns that hold ids of texts are named so.
    for table, column, required in files.text_columns(tx):
        for (key,) in tx.all(f"SELECT DISTINCT {column} FROM {table} WHERE {column} {gone}"):  # noqa: S608 - our own names and question marks
            other = texts.keep(tx, at, LOST) if required else None
            tx.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", other, key)  # noqa: S608 - our own names and question marks


def _drop(tx: Tx, gone: Sequence[Row]) -> None:
    for why in Why:
        texts.drop(tx, [key for key, of in gone if of == why], why)
