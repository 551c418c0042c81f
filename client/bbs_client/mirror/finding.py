"""Searching what is on this device: at once, as the reader types, and without a connection."""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from bbs import limits
from bbs.features.threads.views import Post
from bbs_client.mirror.docs import post_decoder
from bbs_client.mirror.reads import Reads

if TYPE_CHECKING:
    from bbs.features.reading.messages import PostInThread
    from bbs.features.reading.rules import SearchQuery

CANDIDATES = 4  # times as many rows are looked at as are wanted: some fail what SQL cannot say


class Finding(Reads):
    """The part of the cache that finds posts by their words."""

    def find(
        self, query: "SearchQuery", limit: int = limits.PAGE_ITEMS_DEFAULT
    ) -> "list[PostInThread]":
        """Return posts on this device that hold what is asked for, newest first (P1).

        Words are found as parts of words, for the last one is still being typed. Letters beyond
        ASCII are found as they are written; the server folds them.

        Args:
            query: As `bbs.features.reading.rules.parse_search` understood it.
            limit: At most so many.
        """
        from bbs.features.reading.messages import PostInThread

        wanted = [word for term in query.terms if not term.negated for word in term.words]
        # What is over must not be found by its words.
        where = ["state = 'published'", "id IS NOT NULL", "coalesce(fades_at > ?, 1)"]
        args: list[object] = [self._now()]
        for word in wanted:
            where.append("CAST(doc AS TEXT) LIKE ? ESCAPE '\\'")
            args.append(f"%{_escaped(word)}%")
        for moment, comparison in ((query.before, "<"), (query.after, ">=")):
            if moment is not None:
                where.append(f"visible_at {comparison} ?")
                args.append(int(datetime.combine(moment, time(), UTC).timestamp()) * 1000)
        if query.board is not None:
            boards = [row.board.id for row in self.boards() if row.board.slug == query.board]
            where.append("board = ?")
            args.append(boards[0] if boards else "")
        if query.author is not None:
            authors = [one.id for one in self.members().values() if one.handle == query.author]
            where.append("author = ?")
            args.append(authors[0] if authors else "")
        sql = f"SELECT doc FROM posts WHERE {' AND '.join(where)} ORDER BY visible_at DESC LIMIT ?"  # noqa: S608 - our own conditions
        found: list[PostInThread] = []
        for (doc,) in self.fetch_all(sql, *args, limit * CANDIDATES):
            post = post_decoder.decode(doc)
            row = self.thread(post.thread) if self._holds(post, query) else None
            if row is not None and len(found) < limit:
                found.append(PostInThread(post=post, thread=row.thread))
        return found

    def _holds(self, post: Post, query: "SearchQuery") -> bool:
        """Tell whether a post's words are what is asked for, not only its document."""
        said = f"{post.subject or ''}\n{post.body or ''}".casefold()
        return all(
            (" ".join(term.words).casefold() in said) is not term.negated for term in query.terms
        )


def _escaped(word: str) -> str:
    for special in "\\%_":
        word = word.replace(special, f"\\{special}")
    return word
