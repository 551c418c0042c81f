"""Searching what is on this device: at once, as the reader types, and without a connection."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from bbs.features.threads.views import Post
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.reads import ThreadRow, board_named
from bbs_client.mirror.rows import post_decoder

if TYPE_CHECKING:
    from bbs.features.reading.messages import PostInThread
    from bbs.features.reading.rules import SearchQuery

_NAMED = "SELECT id FROM members WHERE json_extract(CAST(doc AS TEXT), '$.handle') = ?"
CANDIDATES = 4  # factor of rows to look at, because some fail conditions that SQL cannot express


def find(
    mirror: MirrorDatabase,
    query: "SearchQuery",
    limit: int,
    thread_of: Callable[[str], ThreadRow | None],
) -> "list[PostInThread]":
    """Return the posts on this device that match a query, newest first (P1).

    Words match parts of words, because the reader is still typing the last one. Letters beyond
    ASCII match only as written; the server folds them.

    Args:
        query: The result of `bbs.features.reading.rules.parse_search`.
        limit: The greatest number of posts.
        thread_of: Reads a thread by its id; results are shown with it.
    """
    from bbs.features.reading.messages import PostInThread

    wanted = [word for term in query.terms if not term.negated for word in term.words]
    # Expired text must not be found.
    where = ["state = 'published'", "id IS NOT NULL", "coalesce(fades_at > ?, 1)"]
    args: list[object] = [mirror.now_ms()]
    for word in wanted:
        where.append("CAST(doc AS TEXT) LIKE ? ESCAPE '\\'")
        args.append(f"%{_escaped(word)}%")
    for moment, comparison in ((query.before, "<"), (query.after, ">=")):
        if moment is not None:
            where.append(f"visible_at {comparison} ?")
            args.append(int(datetime.combine(moment, time(), UTC).timestamp()) * 1000)
    if query.board is not None:
        where.append("board = ?")
        args.append(board_named(mirror, query.board))
    if query.author is not None:
        where.append(f"author = ({_NAMED})")
        args.append(query.author)
    sql = f"SELECT doc FROM posts WHERE {' AND '.join(where)} ORDER BY visible_at DESC LIMIT ?"  # noqa: S608 - our own conditions
    found: list[PostInThread] = []
    for (doc,) in mirror.fetch_all(sql, *args, limit * CANDIDATES):
        post = post_decoder.decode(doc)
        row = thread_of(post.thread) if _holds(post, query) else None
        if row is not None and len(found) < limit:
            found.append(PostInThread(post=post, thread=row.thread))
    return found


def _holds(post: Post, query: "SearchQuery") -> bool:
    """Return whether a post's text matches, not only its stored document."""
    said = f"{post.subject or ''}\n{post.body or ''}".casefold()
    return all(
        (" ".join(term.words).casefold() in said) is not term.negated for term in query.terms
    )


def _escaped(word: str) -> str:
    for special in "\\%_":
        word = word.replace(special, f"\\{special}")
    return word
