"""Publishing: how a post gets its number and its place in the board's stream.

A post is written held and then published, at once or after the board's hold; both ways go
through here. While held it lives in its author's stream and the desk's.
"""

from bbs.clock import DAY_MS, SECOND_MS, Ms
from bbs.features.threads import rules
from bbs.features.threads.messages import Held, Posted, Started
from bbs.features.threads.views import WordsState
from bbs.ids import PostId, ThreadId
from bbs_server.acting import (
    At,
    Emit,
    board_stream,
    desk_stream,
    member_stream,
)
from bbs_server.features.threads import records, words
from bbs_server.store import log
from bbs_server.store.engine import Row, Tx


def published(tx: Tx, row: Row, now: Ms, *, ahead: int = 0) -> list[Emit]:
    """Publish a post that is held: number it, and its thread with a first post.

    Args:
        row: The post's, as `records.POST` reads it.
        now: From when on it is visible and its time to fade runs.
        ahead: Events this act will append to the board's stream before this one.

    Returns:
        The event for the board's stream; it must be the next one appended there.
    """
    post, board, thread, author_kind, author = row[1], row[2], row[3], row[6], row[7]
    counted = tx.one(
        "UPDATE threads SET posts = posts + 1, last_at = ? WHERE id = ? RETURNING posts, title_text",
        *(now, thread),
    )
    assert counted is not None
    number, title = counted
    if number == 1:
        _number_thread(tx, board, thread)
    seq = log.head(tx, board_stream(board)).seq + 1 + ahead
    numbered = tx.one(
        "UPDATE posts SET number = ?, seq = ?, visible_at = ?, state = ?, revision = revision + 1,"  # noqa: S608 - our own column names
        " fades_at = (SELECT CASE WHEN retention_days > 0 THEN ? + retention_days * ? END"
        " FROM boards WHERE id = posts.board)"
        f" WHERE id = ? RETURNING {records.POST_COLUMNS}",
        *(number, seq, now, WordsState.PUBLISHED.value, now, DAY_MS, post),
    )
    assert numbered is not None
    row = numbered
    words.index_row(tx, row)
    if row[17]:
        tx.many(
            "INSERT INTO mentions (member, row) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(member, row[0]) for member in row[17].split()],
        )
    texts = {"post.body": row[13]}
    names: dict[str, str] = {}
    if author_kind == records.IMPORTED and (name := records.name_text(tx, author)) is not None:
        names = {"post.author.name": name}
    view = records.posts(tx, [row], now)[0]
    if number > 1:
        return [Emit(board_stream(board), Posted(post=view), post, texts | names, view.author)]
    if names:
        names["thread.author.name"] = names["post.author.name"]
    event = Started(thread=records.thread(tx, thread, now), post=view)
    # Its beginning may have been withdrawn while it was held, and the title with it.
    all_texts = texts | names | ({} if title is None else {"thread.title": title})
    return [Emit(board_stream(board), event, post, all_texts, view.author)]


def _number_thread(tx: Tx, board: str, thread: ThreadId) -> None:
    tx.run("UPDATE boards SET threads = threads + 1 WHERE id = ?", board)
    tx.run(
        "UPDATE threads SET number = (SELECT threads FROM boards WHERE id = ?),"
        " state = CASE WHEN title_text IS NULL THEN state ELSE ? END WHERE id = ?",
        *(board, WordsState.PUBLISHED.value, thread),
    )


def held(tx: Tx, post: PostId, now: Ms) -> list[Emit]:
    """Tell the author's own devices and the desk how a held post now stands."""
    row = records.post_row(tx, post)
    assert row is not None
    view = records.post(tx, post, now)
    thread = records.thread(tx, view.thread, now)
    texts = {"post.body": row[13]} if row[13] is not None else {}
    opens = thread.number is None
    if opens:
        title = tx.one("SELECT title_text FROM threads WHERE id = ?", view.thread)
        if title is not None and title[0] is not None:
            texts["thread.title"] = title[0]
    event = Held(post=view, thread=thread if opens else None)
    author = row[7]
    return [
        Emit(stream, event, post, dict(texts), view.author)
        for stream in (member_stream(author), desk_stream(view.board))
    ]


def next_due(tx: Tx, now: Ms) -> Row | None:
    """Return the row of the held post that is to be published next, if its time has come."""
    until, beyond = rules.publish_times(now)
    due = (
        f"{records.POST} WHERE state = 'held' AND visible_at {{}} ? ORDER BY visible_at, n LIMIT 1"
    )
    return tx.one(due.format("<="), until) or tx.one(due.format(">"), beyond)


def hold_ends(at: At) -> Ms:
    """Return when a post written now is published on the board at hand."""
    return at.now + at.board.hold_s * SECOND_MS
