"""Where a post's words come and go: its text, its earlier wordings and the search index together.

Nobody else stores or erases the words of a post, so that none is forgotten halfway (P10).
"""

from collections.abc import Callable

from bbs import limits
from bbs.clock import Ms
from bbs.errors import ClockInDoubt
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, PostId
from bbs.refusals import Gone
from bbs_server.features.threads import board_size, records
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Row, SearchRow, Tx
from bbs_server.store.proven_time import Moment


def _search_row(
    tx: Tx, row: Row, body_text: str | None, load: Callable[[Tx, list[str | None]], dict[str, str]]
) -> SearchRow | None:
    """Return what the index holds of a published post, or None if it holds nothing."""
    n, _, board, thread, number, _, _, author = row[:8]
    title_text = row[21]
    if number == 1:
        title_row = tx.fetch_one("SELECT title_text FROM threads WHERE id = ?", thread)
        assert title_row is not None
        title_text = title_row[0]
    words = load(tx, [body_text, title_text])
    if number is None or body_text not in words:
        return None
    title = words.get(title_text, "")
    return SearchRow(row=n, place=board, who=author, title=title, body=words[str(body_text)])


def index(tx: Tx, post: PostId) -> None:
    """Make a post that is published findable."""
    row = records.post_row(tx, post)
    assert row is not None
    index_row(tx, row)


def index_row(tx: Tx, row: Row) -> None:
    """Make a post that is published findable, from its row."""
    if (wanted := _search_row(tx, row, row[13], texts.load_bodies)) is not None:
        tx.add_to_index(wanted)


def remove_from_index(tx: Tx, post: PostId) -> None:
    """Take a post out of search; called while its words are still there."""
    row = records.stored_row(tx, post)
    assert row is not None
    if (known := _search_row(tx, row, row[13], texts.load_unchecked)) is not None:
        tx.remove_from_index(known)


def refuse_gone(row: Row, moment: Moment) -> None:
    """Refuse to take words back that are gone, or surely have had their time (P9).

    Raises:
        Gone: With what became of them.
    """
    if records.has_faded(row, moment.proven_now):
        raise Gone(state=ContentState.FADED.value)
    if row[13] is None:
        raise Gone(state=row[14])


def refuse_over(row: Row, moment: Moment) -> None:
    """Refuse to work with words that nobody is shown any more.

    Raises:
        Gone: As `refuse_gone` does.
        ClockInDoubt: If they are over by a clock that is not proven.
    """
    refuse_gone(row, moment)
    if records.has_faded(row, moment.now):
        raise text_in_doubt()


def text_in_doubt() -> ClockInDoubt:
    """Return the refusal of what is hidden by a clock that is not proven."""
    return ClockInDoubt(what="text", retry_after_s=limits.CLOCK_RETRY_SECONDS)


def replace_body(tx: Tx, ctx: Context, row: Row, body: str, mentions: str) -> str:
    """Give a post another wording; the old one is kept as history once it was published.

    Returns:
        The new text's id.
    """
    post, number, old, state_at, revision = row[1], row[4], row[13], row[16] or row[8], row[19]
    text = board_size.store_text(tx, ctx, row[2], body)
    if number is None:
        board_size.delete_texts(tx, row[2], [old])
        tx.execute(
            "UPDATE posts SET body_text = ?, mentions = ?, revision = revision + 1 WHERE id = ?",
            *(text, mentions, post),
        )
        return text
    remove_from_index(tx, post)
    tx.execute("INSERT INTO revisions VALUES (?, ?, ?, ?)", post, revision, state_at, old)
    _forget_oldest(tx, row[2], post)
    tx.execute(
        "UPDATE posts SET body_text = ?, mentions = ?, edits = edits + 1, edited_at = ?,"
        " revision = revision + 1 WHERE id = ?",
        *(text, mentions, ctx.now, post),
    )
    index(tx, post)
    return text


def _forget_oldest(tx: Tx, board: BoardId, post: PostId) -> None:
    """Keep EDITS_MAX wordings of a post with the one that now stands; forget what is older."""
    old = tx.fetch_all(
        "SELECT body_text, post, revision FROM revisions WHERE post = ?"
        " ORDER BY revision DESC LIMIT ? OFFSET ?",
        *(post, limits.SLICE_ROWS, limits.EDITS_MAX - 1),
    )
    board_size.delete_texts(tx, board, [text for text, _, _ in old])
    tx.execute_many(
        "DELETE FROM revisions WHERE post = ? AND revision = ?", [row[1:] for row in old]
    )


def erase(tx: Tx, row: Row, state: str) -> None:
    """Erase every wording of a post, its subject, and the title with what opens a thread.

    A marker stays.

    Args:
        state: What the marker says: withdrawn, faded or purged.
    """
    n, post, board, thread, number = row[:5]
    if number is not None:
        remove_from_index(tx, post)
    old = tx.fetch_all("SELECT body_text FROM revisions WHERE post = ?", post)
    board_size.delete_texts(
        tx, board, [row[13], row[21], *(text for (text,) in old)], RemovalReason(state)
    )
    tx.execute("DELETE FROM revisions WHERE post = ?", post)
    tx.execute("DELETE FROM mentions WHERE row = ?", n)
    # Who thanked for words goes with them.
    thanks = tx.fetch_all("SELECT by_text FROM thanks WHERE post = ?", post)
    texts.delete_texts(tx, [text for (text,) in thanks], RemovalReason(state))
    tx.execute("DELETE FROM thanks WHERE post = ?", post)
    tx.execute(
        "UPDATE posts SET body_text = NULL, subject_text = NULL, mentions = '', state = ?,"
        " revision = revision + 1 WHERE id = ?",
        *(state, post),
    )
    if number == 1 or (number is None and _opens(tx, thread, post)):
        title = tx.fetch_one("SELECT title_text FROM threads WHERE id = ?", thread)
        assert title is not None
        board_size.delete_texts(tx, board, title, RemovalReason(state))
        tx.execute(
            "UPDATE threads SET title_text = NULL, state = ?, revision = revision + 1 WHERE id = ?",
            *(state, thread),
        )
    if row[6] == records.IMPORTED:
        _forget_name(tx, row[7], RemovalReason(state))


def _opens(tx: Tx, thread: str, post: PostId) -> bool:
    """Whether a post that waits is to be a thread's first."""
    first = records.first_post(tx, thread)
    return first is not None and first[1] == post


def _forget_name(tx: Tx, imported: str, why: RemovalReason) -> None:
    """Erase an imported name with the last words that stood under it."""
    left = tx.fetch_one(
        "SELECT 1 FROM posts WHERE author = ? AND author_kind = 'imported'"
        " AND body_text IS NOT NULL LIMIT 1",
        imported,
    )
    if left is None:
        texts.delete_texts(tx, [records.name_text(tx, imported)], why)
        tx.execute("DELETE FROM imported_authors WHERE id = ?", imported)


def erase_line(tx: Tx, board: BoardId, line: str, body_text: str | None, state: str) -> None:
    """Erase the words of a line; a marker stays until it fades.

    Args:
        state: What the marker says: withdrawn or purged.
    """
    board_size.delete_texts(tx, board, [body_text], RemovalReason(state))
    tx.execute(
        "UPDATE lines SET body_text = NULL, mentions = '', state = ?, revision = revision + 1"
        " WHERE id = ?",
        *(state, line),
    )


def history(tx: Tx, row: Row) -> list[tuple[int, Ms, str | None]]:
    """Return (revision, when it was written, body) of every wording kept, oldest first."""
    old = tx.fetch_all(
        "SELECT revision, at, body_text FROM revisions WHERE post = ? ORDER BY revision DESC LIMIT ?",
        *(row[1], limits.EDITS_MAX - 1),
    )
    wordings = [*old[::-1], (row[19], row[16] or row[8], row[13])]
    words = texts.load_bodies(tx, [text for _, _, text in wordings])
    return [(revision, at, words.get(text)) for revision, at, text in wordings]
