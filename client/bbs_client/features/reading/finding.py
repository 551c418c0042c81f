"""Searching what is on this device: at once, as the reader types, and without a connection."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bbs.clock import begin_of_day
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.reads import ThreadRow, board_named
from bbs_client.mirror.rows import post_decoder

if TYPE_CHECKING:
    from bbs.features.reading.messages import PostInThread
    from bbs.features.reading.rules import SearchQuery

# `w` lies in the order of writing; of a post that does not match, nothing else is read.
_FOUND = (
    "SELECT p.doc FROM post_words w CROSS JOIN posts p ON p.key = w.key WHERE {}"
    # Expired text must not be found.
    " AND coalesce(p.fades_at > :now, 1) AND p.thread IN (SELECT id FROM threads)"
    " ORDER BY w.came DESC, w.seq DESC, w.key DESC LIMIT :limit"
)
_SHOWN = (
    "w.board IN (SELECT id FROM boards b WHERE visibility != 'unlisted' OR EXISTS (SELECT 1"
    " FROM seats s WHERE s.board = b.id AND s.member = :me AND s.state = 'seated'))"
)
_NAMED = "(SELECT id FROM members WHERE json_extract(CAST(doc AS TEXT), '$.handle') = :author)"


def find(
    mirror: MirrorDatabase,
    query: "SearchQuery",
    limit: int,
    thread_of: Callable[[str], ThreadRow | None],
) -> "list[PostInThread]":
    """Return the posts on this device that match a query, newest first (P1).

    They are those that the server would find of them, in its order (protocol 9).

    Args:
        query: The result of `bbs.features.reading.rules.parse_search`.
        limit: The greatest number of posts.
        thread_of: Reads a thread by its id; results are shown with it.
    """
    from bbs.features.reading.messages import PostInThread

    if not query.is_searchable:
        return []
    where, given = _conditions(query)
    given |= {"now": mirror.now_ms(), "me": mirror.reader, "limit": limit}
    if query.board is not None:
        given["board"] = board_named(mirror, query.board)
    found: list[PostInThread] = []
    for (doc,) in mirror.fetch_all(_FOUND.format(" AND ".join(where)), **given):
        post = post_decoder.decode(doc)
        row = thread_of(post.thread)
        if row is not None:
            found.append(PostInThread(post=post, thread=row.thread))
    return found


def _conditions(query: "SearchQuery") -> tuple[list[str], dict[str, object]]:
    """Return SQL that the words and what the operators name must fulfil, and its parameters."""
    from bbs.words import pattern, wanted

    where = [_SHOWN if query.board is None else "w.board = :board"]
    given: dict[str, object] = {"author": query.author}
    for number, term in enumerate(query.terms):
        what = wanted(" ".join(term.words), prefix=term.prefix)
        if what is not None:
            where.append(f"{'NOT ' if term.negated else ''}instr(w.words, :word{number})")
            given[f"word{number}"] = pattern(what)
    if query.author is not None:
        where.append(f"w.author = {_NAMED}")
    if query.after is not None:
        where.append("w.at >= :after")
        given["after"] = begin_of_day(query.after)
    if query.before is not None:
        where.append("w.at < :before")
        given["before"] = begin_of_day(query.before)
    return where, given
