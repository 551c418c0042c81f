"""What an author who leaves takes from a board: the name, or the words, in one go (P9, protocol 28)."""

from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.leaving_messages import AuthorLeft
from bbs.streams import StreamKind, stream_parts
from bbs_client.mirror.transaction import MirrorTransaction

_TEXT = "CAST(doc AS TEXT)"
_HAD_WORDS = "(words OR state = 'published')"
_FORMER = (
    f"(SELECT json_set({_TEXT}, '$.author', json('{{\"kind\":\"former\"}}'),"
    " '$.revision', revision + 1))"
)
_TAKEN = f"(SELECT json_set({_FORMER}, '$.state', 'withdrawn'))"
_WITHOUT_NAME = f"UPDATE %s SET revision = revision + 1, doc = CAST({_FORMER} AS BLOB)"  # noqa: S608 - our own names
_WITHOUT_WORDS = (
    "UPDATE %s SET revision = revision + 1, words = 0,"  # noqa: S608 - our own names
    f" state = iif({_HAD_WORDS}, 'withdrawn', state),"
    f" doc = CAST(iif({_HAD_WORDS}, json_remove({_TAKEN}, %s), {_FORMER}) AS BLOB)"
)
_OF_AUTHOR = ", author = NULL WHERE board = ? AND author = ?"
_OF_BEGINNER = f" WHERE board = ? AND json_extract({_TEXT}, '$.author.id') = ?"

_POSTS = {
    LeaveWords.FORMER: _WITHOUT_NAME % "posts" + _OF_AUTHOR,
    LeaveWords.TAKEN: _WITHOUT_WORDS
    % ("posts", "'$.body', '$.subject', '$.mentions', '$.fades_at'")
    + f", fades_at = iif({_HAD_WORDS}, NULL, fades_at), for_me = iif(for_me = 2, 2, 0){_OF_AUTHOR}",
}
_THREADS = {
    LeaveWords.FORMER: _WITHOUT_NAME % "threads" + _OF_BEGINNER,
    LeaveWords.TAKEN: _WITHOUT_WORDS % ("threads", "'$.title'") + _OF_BEGINNER,
}
_LINES = {
    LeaveWords.FORMER: _WITHOUT_NAME % "lines" + _OF_AUTHOR,
    LeaveWords.TAKEN: _WITHOUT_WORDS % ("lines", "'$.body', '$.mentions'")
    + ", for_me = 0, author = NULL WHERE board = ? AND author = ?",
}
"""What is done to the rows of an author who left, by what they chose."""


def end_author(pen: MirrorTransaction, told: AuthorLeft) -> None:
    """Take the name off all that an author wrote on a board, or the words; or fetch them anew.

    Args:
        pen: The transaction.
        told: Who left, where, and what they chose. Of somebody who came back the cursor is dropped:
            the stream is fetched again (`Keeper` asks for that). Their own words stay as they are on
            the devices of who left.
    """
    if told.is_back:
        if pen.place is not None:
            pen.run("DELETE FROM cursors WHERE stream = ?", pen.place.stream)
        return
    kind = None if pen.place is None else stream_parts(pen.place.stream).kind
    if kind != StreamKind.LOUNGE:
        _end_answers(pen, told)
    if told.member == pen.me:
        return
    if kind != StreamKind.LOUNGE:
        _end_posts(pen, told)
    if kind != StreamKind.BOARD:
        pen.run(_LINES[told.words], told.board, told.member)
        pen.touch("lines", told.board)
    pen.erased |= told.words is LeaveWords.TAKEN


def _end_answers(pen: MirrorTransaction, told: AuthorLeft) -> None:
    """Let no post answer the author any more."""
    pen.run(
        f"UPDATE posts SET doc = CAST(json_remove({_TEXT}, '$.answers') AS BLOB), for_me = iif("  # noqa: S608 - a constant
        f"for_me = 2, EXISTS(SELECT 1 FROM json_each({_TEXT}, '$.mentions') WHERE value = ?), for_me)"
        f" WHERE board = ? AND json_extract({_TEXT}, '$.answers') = ?",
        *(pen.me, told.board, told.member),
    )


def _end_posts(pen: MirrorTransaction, told: AuthorLeft) -> None:
    here, of_author = (told.board, told.member), "board = ? AND author = ?"
    # A bone has no document: it is fetched again with the shape of its thread.
    pen.run(f"DELETE FROM posts WHERE {of_author} AND id IS NULL", *here)  # noqa: S608 - a constant
    pen.run(f"UPDATE post_words SET author = NULL WHERE {of_author}", *here)  # noqa: S608 - a constant
    pen.run(_POSTS[told.words], *here)
    pen.run(_THREADS[told.words], *here)
    pen.touch("threads", told.board)
    pen.recompute_unread(told.board)
