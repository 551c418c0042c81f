"""Erases the texts that the record of removals names and a database still has (P10).

Three kinds of database still have such texts: a restored backup, an older file that a person copied
back, and a database whose server was killed between the record and the COMMIT.
"""

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from bbs import limits
from bbs.clock import Ms
from bbs.features.members.views import SystemAuthor
from bbs.features.threads.messages import LineUnsaid, PostWithdrawn
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.members import records as member_records
from bbs_server.features.threads import post_text, publishing, records, rows, sizes
from bbs_server.ops.hand_over_again import hand_over_again
from bbs_server.ops.leave_again import leave_again
from bbs_server.outcome import AppendEvent
from bbs_server.store import removals, texts
from bbs_server.store.api import WORDS_OF_GONE_THREAD, GoneThread, RemovalReason, Store, Tx
from bbs_server.store.event_log import append
from bbs_server.store.files import StoreFiles
from bbs_server.store.meta import delete_meta
from bbs_server.store.proven_time import Moment
from bbs_server.store.removals import Behind, RemovalEntry

log = logging.getLogger("bbs.store")

T = TypeVar("T")

LOST = "(changed after the backup, and lost)"
"""Replaces a required text if somebody replaced the backup's text since and the newer text is lost."""


@dataclass(frozen=True, slots=True)
class ErasureContext:
    """The time and the randomness that erasing needs.

    Attributes:
        faded_by: Text that ends by this time, ms, is erased as faded; 0 for none.
        random_bytes: Returns n random bytes.
    """

    faded_by: Ms
    random_bytes: Callable[[int], bytes]


class ErasureCounts(Struct, frozen=True, kw_only=True):
    """The numbers of things that were erased again.

    Attributes:
        posts: Posts that are markers now.
        lines: Lines of lounges.
        texts: Texts of the record of removals that the database still had.
    """

    posts: int
    lines: int
    texts: int


async def reapply_removals(
    files: StoreFiles, store: Store, at: ErasureContext, record: Path
) -> ErasureCounts:
    """Erase from a restored database all texts that the record of removals names.

    It appends no events, because the new epoch makes every mirror fetch everything again.

    Args:
        record: A record that is whole since the backup, or the best available one.

    Raises:
        RemovalsError: If the record is damaged. Texts erased until then stay erased.
    """
    erased = await _erase_named(files, store, at, partial(removals.read_entries, record), None)
    await _count_anew(store)
    return erased


async def catch_up(
    files: StoreFiles, store: Store, chance: Callable[[int], bytes], behind: Behind
) -> ErasureCounts:
    """Erase from a database the texts that its record of removals names, before it is served.

    If acknowledged removals were lost with the database, other commands were lost, too: then a new
    epoch makes every mirror fetch everything again, as after a restore. Otherwise events report
    each erased post as withdrawn, and each erased line except faded ones, which mirrors erase by
    their end.

    Raises:
        StorageUnavailable: If the disk fails. The next start begins again.
    """
    told_at = None if behind.lost else store.time.moment()
    context = ErasureContext(0, chance)
    erased = await _erase_named(files, store, context, lambda: behind.entries, told_at)
    if behind.lost:
        await _count_anew(store)
    epoch = str(uuid.UUID(bytes=chance(16), version=4)) if behind.lost else None
    await store.write(partial(_followed, epoch=epoch))
    log.warning(
        "%d posts, %d lines and %d texts that the record of removals names were still in the"
        " database and are erased%s",
        *(erased.posts, erased.lines, erased.texts),
        ": it is older than the record, and what was written since may be lost"
        if behind.lost
        else "",
    )
    return erased


def _followed(tx: Tx, *, epoch: str | None) -> None:
    delete_meta(tx, removals.BEHIND)
    if epoch is not None:
        tx.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", epoch)


async def _erase_named(
    files: StoreFiles,
    store: Store,
    at: ErasureContext,
    lines_of: Callable[[], Iterable[RemovalEntry]],
    told_at: Moment | None,
) -> ErasureCounts:
    """Erase the texts that the record names, and those that have faded.

    Args:
        lines_of: Returns the lines of the record to apply.
        told_at: The moment of the events that report it; None for no events.
    """
    await store.write(files.begin_gone)
    await _in_slices(store, (pair for entry in lines_of() for pair in entry.texts()), _note)
    members = sorted({gone for entry in lines_of() for gone in entry.members})
    await store.write(lambda tx: _begin_erasing(tx, members))
    left = {(each.member, each.board): each for entry in lines_of() for each in entry.left}
    await _in_slices(store, left.values(), leave_again)
    # The last line of a board counts: it was handed over, or came home.
    moved = {each.board: each for entry in lines_of() for each in entry.moved}
    away = [each for each in moved.values() if not each.home]
    await _in_slices(store, away, hand_over_again)
    threads = {gone for entry in lines_of() for gone in entry.threads}
    posts = await store.write(lambda tx: _posts(tx, at, threads))
    await _in_slices(store, posts, partial(_erase_posts, told_at))
    lines = await store.write(lambda tx: _lines(tx, at))
    await _in_slices(store, lines, partial(_erase_lines, told_at))
    await store.write(lambda tx: _replace(files, tx, at))
    gone = await store.write(lambda tx: tx.fetch_all("SELECT text, why FROM gone"))
    await _in_slices(store, gone, _drop)
    await store.write(files.end_gone)
    return ErasureCounts(posts=len(posts), lines=len(lines), texts=len(gone))


def _begin_erasing(tx: Tx, members: Sequence[str]) -> None:
    """Let the server erase accounts again; until then all their words are hidden."""
    tx.execute_many(
        "INSERT INTO removed_members (member, of_case, act, state, since, erase_at, step, place)"
        " SELECT id, '', '', 'erasing', 0, 0, '', '' FROM members WHERE id = ?"
        " ON CONFLICT (member) DO UPDATE SET state = 'erasing', step = '', place = ''",
        [(member,) for member in members],
    )


async def _count_anew(store: Store) -> None:
    for (board,) in await store.read(lambda tx: tx.fetch_all("SELECT id FROM boards")):
        await store.write(partial(sizes.recount, board=board))


async def _in_slices(
    store: Store, rows: Iterable[T], fn: Callable[[Tx, Sequence[T]], object]
) -> None:
    rest = iter(rows)
    while some := list(islice(rest, limits.SLICE_ROWS)):
        await store.write(partial(_with, fn, some))


def _with(fn: Callable[[Tx, Sequence[T]], object], some: Sequence[T], tx: Tx) -> None:
    fn(tx, some)


def _note(tx: Tx, named: Sequence[tuple[str, RemovalReason]]) -> None:
    stored = texts.lengths(tx, [key for key, _ in named])
    tx.execute_many(
        "INSERT INTO gone (text, why) VALUES (?, ?) ON CONFLICT DO NOTHING",
        [(key, why.value) for key, why in named if key in stored],
    )


def _posts(tx: Tx, at: ErasureContext, threads: Iterable[GoneThread]) -> list[tuple[str, str]]:
    """Return the posts to erase, each with its new state.

    Args:
        threads: Threads purged as a whole.
    """
    removed = tx.fetch_all("SELECT p.id, g.why FROM posts p JOIN gone g ON g.text = p.body_text")
    due = tx.fetch_all(
        "SELECT id FROM posts WHERE fades_at <= ? AND fades_at IS NOT NULL"
        " AND body_text IS NOT NULL AND state = 'published'",
        at.faded_by,
    )
    # A held post whose text was replaced has no text left; only its author ever read it.
    states = {
        post: why
        if why in (RemovalReason.FADED, RemovalReason.PURGED)
        else RemovalReason.WITHDRAWN.value
        for post, why in removed
    }
    of_thread = f"SELECT id FROM posts WHERE {WORDS_OF_GONE_THREAD}"  # noqa: S608 - constant
    whole = {
        post: RemovalReason.PURGED.value
        for gone in threads
        for (post,) in tx.fetch_all(of_thread, *gone)
    }
    return list(({post: RemovalReason.FADED.value for (post,) in due} | states | whole).items())


def _erase_posts(told_at: Moment | None, tx: Tx, posts: Sequence[tuple[str, str]]) -> None:
    for post, state in posts:
        row = tx.get(rows.POSTS, post)
        assert row is not None
        post_text.erase(tx, row, state)
        if told_at is None:
            continue
        if row.number is None:
            _tell(tx, told_at, publishing.held_post_events(tx, post, told_at))
        else:
            event = PostWithdrawn(post=records.get_post(tx, post, told_at))
            _tell(tx, told_at, [AppendEvent(board_stream(row.board), event, post)])


def _tell(tx: Tx, moment: Moment, emits: Iterable[AppendEvent]) -> None:
    for emit in emits:
        append(tx, moment.now, emit, SystemAuthor(), unproven=not moment.is_proven)


def _lines(tx: Tx, at: ErasureContext) -> list[tuple[str, str, str | None, str]]:
    """Return the board, id and text of each line to erase, with its new state."""
    rows = tx.fetch_all(
        "SELECT l.board, l.id, l.body_text, CASE WHEN l.fades_at <= ? THEN 'faded'"
        " WHEN g.why IN ('faded', 'purged') THEN g.why ELSE 'withdrawn' END FROM lines l"
        " LEFT JOIN gone g ON g.text = l.body_text"
        " WHERE g.text IS NOT NULL OR l.fades_at <= ?",
        *(at.faded_by, at.faded_by),
    )
    return [(board, line, text, state) for board, line, text, state in rows]


def _erase_lines(
    told_at: Moment | None, tx: Tx, lines: Sequence[tuple[str, str, str | None, str]]
) -> None:
    for board, line, text, state in lines:
        if state == RemovalReason.FADED:
            texts.delete_texts(tx, [text], RemovalReason.FADED)
            post_text.delete_line(tx, line)
        else:
            post_text.erase_line(tx, board, line, text, state)
            if told_at is not None:
                event = LineUnsaid(line=records.get_line(tx, line))
                _tell(tx, told_at, [AppendEvent(lounge_stream(board), event, line)])


def _replace(files: StoreFiles, tx: Tx, at: ErasureContext) -> None:
    """Replace texts that were changed after the backup was made."""
    gone = "IN (SELECT text FROM gone)"
    tx.execute(f"DELETE FROM revisions WHERE body_text {gone}")  # noqa: S608 - constant
    for member, handle in tx.fetch_all(f"SELECT id, handle FROM members WHERE name_text {gone}"):  # noqa: S608 - our own names and question marks
        member_records.rename(tx, at, member, handle)
    for column in ("title_text", "slug_text"):
        for board, slug in tx.fetch_all(f"SELECT id, slug FROM boards WHERE {column} {gone}"):  # noqa: S608 - our own names and question marks
            text = texts.insert_text(tx, at, slug)
            tx.execute(f"UPDATE boards SET {column} = ? WHERE id = ?", text, board)  # noqa: S608 - our own names
    for (thread,) in tx.fetch_all(f"SELECT id FROM threads WHERE title_text {gone}"):  # noqa: S608 - our own names and question marks
        first = records.first_post(tx, thread)
        assert first is not None
        tx.remove_from_index(first.n)
        title = texts.insert_text(tx, at, LOST)
        tx.execute("UPDATE threads SET title_text = ? WHERE id = ?", title, thread)
        tx.add_to_index(first.n)
    # A closing that was cancelled or moved after the backup is no longer announced.
    if tx.execute(f"DELETE FROM closing WHERE reason_text {gone}"):  # noqa: S608 - constant
        tx.execute("DELETE FROM restrictions WHERE kind = 'closing'")
    files.replace_gone(tx, lambda: texts.insert_text(tx, at, LOST))


def _drop(tx: Tx, gone: Sequence[tuple[str, str]]) -> None:
    for why in RemovalReason:
        texts.delete_texts(tx, [key for key, of in gone if of == why], why)
