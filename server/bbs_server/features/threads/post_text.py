"""The texts of boards: stored, counted against the board's quota (`sizes`), reworded and erased.

No other module of this feature stores or erases a text, so that none is forgotten halfway (P10), and
the count of a board's texts is right.
"""

from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms, instant
from bbs.errors import ClockInDoubt
from bbs.features.threads import rules
from bbs.features.threads.views import ContentState, PostRevision
from bbs.ids import BoardId, LineId, PostId, ThreadId
from bbs.powers import Way
from bbs.refusals import Gone
from bbs.rows import columns, marks, view_of
from bbs_server.features.threads import records, sizes
from bbs_server.features.threads.rows import IMPORTED, LineRow, PostRow
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.proven_time import Moment


class _Wording(NamedTuple):
    """An earlier wording of a post.

    Attributes:
        revision: The post's, while it had this wording.
        at: When it was written.
        via: How it came.
        norms_version, norms_board: The version of the norms in force then (P5), and whose they are
            where that is not the post's board.
    """

    revision: int
    at: Ms
    body_text: str
    via: str
    norms_version: int
    norms_board: BoardId | None


def store_text(tx: Tx, ctx: Context, board: BoardId, body: str) -> str:
    """Store a text of a board and return its id.

    Raises:
        QuotaExceeded: If the board's quota does not hold it.
    """
    sizes.count(tx, board, len(body.encode()))
    return texts.insert_text(tx, ctx, body)


def delete_texts(
    tx: Tx, board: BoardId, ids: Iterable[str | None], why: RemovalReason = RemovalReason.REPLACED
) -> None:
    """Delete texts of a board for good, as `texts.delete_texts` does, and count them no longer."""
    going = [key for key in ids if key is not None]
    freed = _size_of(tx, going)
    texts.delete_texts(tx, going, why)
    if freed:
        sizes.count(tx, board, -freed)


def drop_texts(tx: Tx, board: BoardId, ids: Iterable[str | None]) -> None:
    """Delete texts of a board that its pack brings again, as `texts.drop_texts` does."""
    going = [key for key in ids if key is not None]
    freed = _size_of(tx, going)
    texts.drop_texts(tx, going)
    sizes.count(tx, board, -freed)


def _size_of(tx: Tx, keys: list[str]) -> int:
    return sum(len(body.encode()) for body in texts.load_bodies(tx, keys).values())


def wording(tx: Tx, post: PostRow) -> str:
    """Return the words of a post as they are stored; empty once they are erased."""
    return texts.load_bodies(tx, [post.body_text]).get(post.body_text or "", "")


def refuse_over(post: PostRow, moment: Moment) -> None:
    """Refuse to work with text that nobody is shown any more.

    Raises:
        Gone: If it is gone or has certainly ended; with the state of the post.
        ClockInDoubt: If it has ended by a clock that is not proven.
    """
    if records.has_faded(post, moment.proven_now):
        raise Gone(state=ContentState.FADED.value)
    if post.body_text is None:
        raise Gone(state=post.state)
    if records.has_faded(post, moment.now):
        raise text_in_doubt()


def text_in_doubt() -> ClockInDoubt:
    """Return the error for text that is hidden by a clock that is not proven."""
    return ClockInDoubt(what="text", retry_after_s=limits.CLOCK_RETRY_SECONDS)


def via_of(ctx: Context) -> str:
    """Return how words of an act come, as their rows keep it; by the server where nobody sent it."""
    return Way.SYSTEM.value if ctx.actor is None else ctx.actor.via


def mentions(tx: Tx, ctx: Context, body: str) -> str:
    """Return the ids of the members a text mentions who may read it, separated by spaces."""
    if not (handles := rules.find_mentions(body)):
        return ""
    called = ctx.readers.members_by_handle(tx, handles)
    may_read = ctx.readers.who_may_read(tx, ctx.board, called.values())
    return " ".join(member for member in called.values() if member in may_read)


def replace_body(tx: Tx, ctx: Context, post: PostRow, body: str) -> str:
    """Give a post another wording, and keep the old wording if the post was published.

    Returns:
        The new text's id.
    """
    called = mentions(tx, ctx, body)
    text = store_text(tx, ctx, post.board, body)
    version = ctx.board.norms_version
    if post.number is None:
        delete_texts(tx, post.board, [post.body_text])
        tx.execute(
            "UPDATE posts SET body_text = ?, mentions = ?, via = ?, norms_version = ?,"
            " norms_board = NULL, revision = revision + 1 WHERE id = ?",
            *(text, called, ctx.acting.via, version, post.id),
        )
        return text
    tx.remove_from_index(post.n)
    tx.execute(
        f"INSERT INTO revisions (post, {columns(_Wording)}) VALUES (?, {marks(_Wording)})",  # noqa: S608 - names of ours
        *(post.id, *_current(post)),
    )
    _forget_oldest(tx, post)
    tx.execute(
        "UPDATE posts SET body_text = ?, mentions = ?, edits = edits + 1, edited_at = ?,"
        " edited_via = ?, norms_version = ?, norms_board = NULL, revision = revision + 1 WHERE id = ?",
        *(text, called, ctx.now, ctx.acting.via, version, post.id),
    )
    tx.execute("DELETE FROM mentions WHERE row = ?", post.n)
    tx.execute_many(
        "INSERT INTO mentions (member, row) VALUES (?, ?)",
        [(member, post.n) for member in called.split()],
    )
    tx.add_to_index(post.n)
    return text


def _current(post: PostRow) -> _Wording:
    """Return the current wording of a post whose words are there."""
    assert post.body_text is not None
    if post.edited_at is None:
        at, via = post.at, post.via
    else:
        at, via = post.edited_at, post.edited_via
    return _Wording(post.revision, at, post.body_text, via, post.norms_version, post.norms_board)


def _forget_oldest(tx: Tx, post: PostRow) -> None:
    """Keep EDITS_MAX wordings of a post, the current one included; delete older ones."""
    old = tx.select(
        _Wording,
        "FROM revisions WHERE post = ? ORDER BY revision DESC LIMIT ? OFFSET ?",
        *(post.id, limits.SLICE_ROWS, limits.EDITS_MAX - 1),
    )
    delete_texts(tx, post.board, [wording.body_text for wording in old])
    tx.execute_many(
        "DELETE FROM revisions WHERE post = ? AND revision = ?",
        [(post.id, wording.revision) for wording in old],
    )


def erase(tx: Tx, post: PostRow, state: str, *, has_title: bool = True) -> None:
    """Erase every wording of a post, its subject, and the title with what opens a thread.

    A marker stays.

    Args:
        post: Its row as it is stored.
        state: What the marker says: withdrawn, faded or purged.
        has_title: False to leave the thread's title, which others gave it.
    """
    why = RemovalReason(state)
    if post.number is not None:
        tx.remove_from_index(post.n)
    old = tx.fetch_all("SELECT body_text FROM revisions WHERE post = ?", post.id)
    going = [post.body_text, post.subject_text, *(text for (text,) in old)]
    delete_texts(tx, post.board, going, why)
    tx.execute("DELETE FROM revisions WHERE post = ?", post.id)
    tx.execute("DELETE FROM mentions WHERE row = ?", post.n)
    forget_thanks(tx, post.id, why)
    tx.execute(
        "UPDATE posts SET body_text = NULL, subject_text = NULL, mentions = '', state = ?,"
        " approval = '', revision = revision + 1 WHERE id = ?",
        *(state, post.id),
    )
    if has_title and (post.number == 1 or (post.number is None and _opens(tx, post))):
        title = tx.fetch_value("SELECT title_text FROM threads WHERE id = ?", post.thread)
        delete_texts(tx, post.board, [title], why)
        forget_old_titles(tx, post.thread, why)
        tx.execute(
            "UPDATE threads SET title_text = NULL, state = ?, revision = revision + 1 WHERE id = ?",
            *(state, post.thread),
        )
    if post.author_kind == IMPORTED:
        _forget_name(tx, post.author, why)


def forget_thanks(tx: Tx, post: PostId, why: RemovalReason = RemovalReason.REPLACED) -> None:
    """Erase the names of those who gave thanks for a post: they go with its words."""
    thanks = tx.fetch_all("SELECT by_text FROM thanks WHERE post = ?", post)
    texts.delete_texts(tx, [text for (text,) in thanks], why)
    tx.execute("DELETE FROM thanks WHERE post = ?", post)


def forget_old_titles(
    tx: Tx, thread: ThreadId, why: RemovalReason = RemovalReason.REPLACED
) -> None:
    """Erase the titles that a thread had before: they end with the title it has."""
    before = tx.fetch_all("SELECT title_text FROM old_titles WHERE thread = ?", thread)
    texts.delete_texts(tx, [text for (text,) in before], why)
    tx.execute("DELETE FROM old_titles WHERE thread = ?", thread)


def _opens(tx: Tx, post: PostRow) -> bool:
    """Whether a post that waits is to be its thread's first."""
    first = records.first_post(tx, post.thread)
    return first is not None and first.id == post.id


def _forget_name(tx: Tx, imported: str, why: RemovalReason) -> None:
    """Erase an imported name if no text stands under it any more."""
    left = tx.fetch_one(
        "SELECT 1 FROM posts WHERE author = ? AND author_kind = 'imported'"
        " AND body_text IS NOT NULL LIMIT 1",
        imported,
    )
    if left is None:
        texts.delete_texts(tx, [records.name_text(tx, imported)], why)
        tx.execute("DELETE FROM imported_authors WHERE id = ?", imported)


def erase_line(tx: Tx, board: BoardId, line: str, body_text: str | None, state: str) -> None:
    """Erase the text of a line; a marker stays until the line fades.

    Args:
        state: What the marker says: withdrawn or purged.
    """
    delete_texts(tx, board, [body_text], RemovalReason(state))
    tx.execute("DELETE FROM line_mentions WHERE line = ?", line)
    tx.execute(
        "UPDATE lines SET body_text = NULL, mentions = '', state = ?, revision = revision + 1"
        " WHERE id = ?",
        *(state, line),
    )


def drop_line(tx: Tx, line: LineRow) -> None:
    """Erase a line whose time is over; nothing of it stays."""
    delete_texts(tx, line.board, [line.body_text], RemovalReason.FADED)
    delete_line(tx, line.id)


def delete_line(tx: Tx, line: LineId) -> None:
    """Delete the row of a line, and whom it mentions."""
    tx.execute("DELETE FROM line_mentions WHERE line = ?", line)
    tx.execute("DELETE FROM lines WHERE id = ?", line)


def history(tx: Tx, post: PostRow) -> list[PostRevision]:
    """Return every stored wording of a post, oldest first; the last is the current one."""
    old = tx.select(
        _Wording,
        "FROM revisions WHERE post = ? ORDER BY revision DESC LIMIT ?",
        *(post.id, limits.EDITS_MAX - 1),
    )
    wordings = [*old[::-1], _current(post)]
    words = texts.load_bodies(tx, [wording.body_text for wording in wordings])
    return [
        view_of(
            PostRevision,
            wording,
            at=instant(wording.at),
            body=words.get(wording.body_text),
            via=Way(wording.via),
        )
        for wording in wordings
    ]
