"""Where a post's words come and go: its text, its earlier wordings and the search index together.

Nobody else stores or erases the words of a post, so that none is forgotten halfway (P10).
"""

from collections.abc import Callable

from bbs import limits
from bbs.clock import Ms
from bbs.errors import ClockInDoubt
from bbs.features.threads.views import WordsState
from bbs.ids import BoardId, PostId
from bbs.refusals import Gone
from bbs_server.acting import At
from bbs_server.features.threads import records, sizes
from bbs_server.store import texts
from bbs_server.store.engine import Row, SearchRow, Tx, Why
from bbs_server.store.proven_time import Moment


def _search_row(
    tx: Tx, row: Row, body_text: str | None, load: Callable[[Tx, list[str | None]], dict[str, str]]
) -> SearchRow | None:
    """Return what the index holds of a published post, or None if it holds nothing."""
    n, _, board, thread, number, _, _, author = row[:8]
    title_text = row[21]
    if number == 1:
        title_row = tx.one("SELECT title_text FROM threads WHERE id = ?", thread)
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
    if (wanted := _search_row(tx, row, row[13], texts.load)) is not None:
        tx.index(wanted)


def unindex(tx: Tx, post: PostId) -> None:
    """Take a post out of search; called while its words are still there."""
    row = records.stored_row(tx, post)
    assert row is not None
    if (known := _search_row(tx, row, row[13], texts.load_unchecked)) is not None:
        tx.unindex(known)


def refuse_gone(row: Row, moment: Moment) -> None:
    """Refuse to take words back that are gone, or surely have had their time (P9).

    Raises:
        Gone: With what became of them.
    """
    if records.is_over(row, moment.proven_now):
        raise Gone(state=WordsState.FADED.value)
    if row[13] is None:
        raise Gone(state=row[14])


def refuse_over(row: Row, moment: Moment) -> None:
    """Refuse to work with words that nobody is shown any more.

    Raises:
        Gone: As `refuse_gone` does.
        ClockInDoubt: If they are over by a clock that is not proven.
    """
    refuse_gone(row, moment)
    if records.is_over(row, moment.now):
        raise text_in_doubt()


def text_in_doubt() -> ClockInDoubt:
    """Return the refusal of what is hidden by a clock that is not proven."""
    return ClockInDoubt(what="text", retry_after_s=limits.CLOCK_RETRY_SECONDS)


def reword(tx: Tx, at: At, row: Row, body: str, mentions: str) -> str:
    """Give a post another wording; the old one is kept as history once it was published.

    Returns:
        The new text's id.
    """
    post, number, old, state_at, revision = row[1], row[4], row[13], row[16] or row[8], row[19]
    text = sizes.keep(tx, at, row[2], body)
    if number is None:
        sizes.drop(tx, row[2], [old])
        tx.run(
            "UPDATE posts SET body_text = ?, mentions = ?, revision = revision + 1 WHERE id = ?",
            *(text, mentions, post),
        )
        return text
    unindex(tx, post)
    tx.run("INSERT INTO revisions VALUES (?, ?, ?, ?)", post, revision, state_at, old)
    _forget_oldest(tx, row[2], post)
    tx.run(
        "UPDATE posts SET body_text = ?, mentions = ?, edits = edits + 1, edited_at = ?,"
        " revision = revision + 1 WHERE id = ?",
        *(text, mentions, at.now, post),
    )
    index(tx, post)
    return text


def _forget_oldest(tx: Tx, board: BoardId, post: PostId) -> None:
    """Keep EDITS_MAX wordings of a post with the one that now stands; forget what is older."""
    old = tx.all(
        "SELECT body_text, post, revision FROM revisions WHERE post = ?"
        " ORDER BY revision DESC LIMIT ? OFFSET ?",
        *(post, limits.SLICE_ROWS, limits.EDITS_MAX - 1),
    )
    sizes.drop(tx, board, [text for text, _, _ in old])
    tx.many("DELETE FROM revisions WHERE post = ? AND revision = ?", [row[1:] for row in old])


def erase(tx: Tx, row: Row, state: str) -> None:
    """Erase every wording of a post, its subject, and the title with what opens a thread.

    A marker stays.

    Args:
        state: What the marker says: withdrawn, faded or purged.
    """
    n, post, board, thread, number = row[:5]
    if number is not None:
        unindex(tx, post)
    old = tx.all("SELECT body_text FROM revisions WHERE post = ?", post)
    sizes.drop(tx, board, [row[13], row[21], *(text for (text,) in old)], Why(state))
    tx.run("DELETE FROM revisions WHERE post = ?", post)
    tx.run("DELETE FROM mentions WHERE row = ?", n)
    # Who thanked for words goes with them.
    thanks = tx.all("SELECT by_text FROM thanks WHERE post = ?", post)
    texts.drop(tx, [text for (text,) in thanks], Why(state))
    tx.run("DELETE FROM thanks WHERE post = ?", post)
    tx.run(
        "UPDATE posts SET body_text = NULL, subject_text = NULL, mentions = '', state = ?,"
        " revision = revision + 1 WHERE id = ?",
        *(state, post),
    )
    if number == 1 or (number is None and _opens(tx, thread, post)):
        title = tx.one("SELECT title_text FROM threads WHERE id = ?", thread)
        assert title is not None
        sizes.drop(tx, board, title, Why(state))
        tx.run(
            "UPDATE threads SET title_text = NULL, state = ?, revision = revision + 1 WHERE id = ?",
            *(state, thread),
        )
    if row[6] == records.IMPORTED:
        _forget_name(tx, row[7], Why(state))


def _opens(tx: Tx, thread: str, post: PostId) -> bool:
    """Whether a post that waits is to be a thread's first."""
    first = records.first_post(tx, thread)
    return first is not None and first[1] == post


def _forget_name(tx: Tx, imported: str, why: Why) -> None:
    """Erase an imported name with the last words that stood under it."""
    left = tx.one(
        "SELECT 1 FROM posts WHERE author = ? AND author_kind = 'imported'"
        " AND body_text IS NOT NULL LIMIT 1",
        imported,
    )
    if left is None:
        texts.drop(tx, [records.name_text(tx, imported)], why)
        tx.run("DELETE FROM imported_authors WHERE id = ?", imported)


def erase_line(tx: Tx, board: BoardId, line: str, body_text: str | None, state: str) -> None:
    """Erase the words of a line; a marker stays until it fades.

    Args:
        state: What the marker says: withdrawn or purged.
    """
    sizes.drop(tx, board, [body_text], Why(state))
    tx.run(
        "UPDATE lines SET body_text = NULL, mentions = '', state = ?, revision = revision + 1"
        " WHERE id = ?",
        *(state, line),
    )


def history(tx: Tx, row: Row) -> list[tuple[int, Ms, str | None]]:
    """Return (revision, when it was written, body) of every wording kept, oldest first."""
    old = tx.all(
        "SELECT revision, at, body_text FROM revisions WHERE post = ? ORDER BY revision DESC LIMIT ?",
        *(row[1], limits.EDITS_MAX - 1),
    )
    wordings = [*old[::-1], (row[19], row[16] or row[8], row[13])]
    words = texts.load(tx, [text for _, _, text in wordings])
    return [(revision, at, words.get(text)) for revision, at, text in wordings]
