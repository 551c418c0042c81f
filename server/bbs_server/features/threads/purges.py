"""Threads that are being purged: hidden from the first commit on, erased in slices (P10)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bbs import limits
from bbs.ids import MemberId, ThreadId
from bbs_server.features.threads.rows import PostRow
from bbs_server.store.api import TableSpec, Tx


class ThreadPurge(NamedTuple):
    """A purge of a whole thread, under way or done.

    Attributes:
        upto: The row of the last post that is purged; later posts stay.
        numbers: How many posts of the thread had numbers when it was purged.
        below: The last number whose post is erased.
        author: The member who purges.
        reason_text: None once all is erased.
    """

    thread: ThreadId
    upto: int
    numbers: int
    below: int
    author: MemberId
    norm: int | None
    law_text: str | None
    reason_text: str | None


PURGES = TableSpec(
    "purges", ThreadPurge, ("thread",), write_order=4, updated_columns=ThreadPurge._fields[1:]
)
"""The last purge of each thread, done or not."""


def find_undone(tx: Tx) -> ThreadPurge | None:
    """Return a purge that is under way; None if there is none."""
    return tx.select_one(
        ThreadPurge,
        'FROM purges WHERE reason_text IS NOT NULL ORDER BY thread COLLATE "binary" LIMIT 1',
    )


def hidden(tx: Tx) -> Mapping[ThreadId, int]:
    """Return the threads that are being purged, each with the last row that is hidden."""
    return tx.memoize(_hidden)


def _hidden(tx: Tx) -> dict[ThreadId, int]:
    rows = tx.fetch_all("SELECT thread, upto FROM purges WHERE reason_text IS NOT NULL")
    return {thread: upto for thread, upto in rows}


def hidden_among(tx: Tx, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these ids are those of posts that are being purged."""
    threads = hidden(tx)
    if not threads:
        return frozenset()
    wanted = list(dict.fromkeys(keys))
    found: set[str] = set()
    for start in range(0, len(wanted), limits.SLICE_ROWS):
        some = wanted[start : start + limits.SLICE_ROWS]
        places = ",".join("?" * len(some))
        rows = tx.fetch_all(f"SELECT id, thread, n FROM posts WHERE id IN ({places})", *some)  # noqa: S608 - only question marks
        found |= {post for post, thread, n in rows if n <= threads.get(thread, 0)}
    return frozenset(found)


def is_hidden(post: PostRow, threads: Mapping[ThreadId, int]) -> bool:
    """Whether a post still has text and is being purged.

    Args:
        threads: As `hidden` returns them.
    """
    return post.body_text is not None and post.n <= threads.get(post.thread, 0)
