"""Publishing: how a post gets its number and its place in the board's stream.

A post is written held and then published, at once or after the board's hold; both ways go
through here. While held it lives in its author's stream and the desk's.
"""

from bbs.clock import SECOND_MS, Ms
from bbs.features.threads import rules
from bbs.features.threads.as_of import nameless
from bbs.features.threads.messages import Held, Posted, Started
from bbs.features.threads.views import WordsState
from bbs.ids import MemberId, PostId, ThreadId
from bbs.streams import board_stream, desk_stream, member_stream
from bbs_server.acting import At, Emit
from bbs_server.features.threads import records, words
from bbs_server.store import log
from bbs_server.store.engine import Row, Tx
from bbs_server.store.proven_time import Moment


def begin_thread(
    tx: Tx, at: At, thread: ThreadId, author_kind: str, author: str, title: str, written: Ms
) -> None:
    """Begin a thread that has no post yet.

    Args:
        title: The id of its text.
        written: When, ms.
    """
    tx.put(
        records.THREADS,
        (thread,),
        (
            *(thread, at.board.id, None, author_kind, author, title, written, 0, None),
            *(WordsState.HELD.value, int(author_kind == records.IMPORTED), 1),
        ),
    )


def written(
    tx: Tx,
    at: At,
    post: PostId,
    thread: ThreadId,
    parent: PostId | None,
    author_kind: str,
    author: str,
    when: Ms,
    *,
    text: str,
    subject: str | None = None,
    mentions: str = "",
    answers: MemberId | None = None,
) -> Row:
    """Return the row of a new post, held until it is published; nobody has put it yet.

    Args:
        text: The id of its words.
        subject: The id of its own subject; None for none.
    """
    imported = author_kind == records.IMPORTED
    visible_at = at.now if imported else hold_ends(at)
    return (
        *(tx.number(records.POSTS), post, at.board.id, thread, None, parent, author_kind, author),
        *(when, visible_at, None, None, at.board.norms_version, text, WordsState.HELD.value),
        *(0, None, mentions, int(imported), 1, answers, subject),
    )


def published(tx: Tx, row: Row, moment: Moment, *, ahead: int = 0) -> list[Emit]:
    """Publish a post that is held: number it, and its thread with a first post.

    Args:
        row: The post's, as `records.POST` reads it.
        moment: From when on it is visible and its time to fade runs.
        ahead: Events this act will append to the board's stream before this one.

    Returns:
        The event for the board's stream; it must be the next one appended there.
    """
    post, board, thread, author_kind, author = row[1], row[2], row[3], row[6], row[7]
    now = moment.now
    number, title = _count(tx, thread, row, now)
    seq = log.head(tx, board_stream(board)).seq + 1 + ahead
    kept_ms = tx.recall(records.kept_ms, board)
    row = (
        *(*row[:4], number, *row[5:9], now, None if kept_ms is None else now + kept_ms, seq),
        *(*row[12:14], WordsState.PUBLISHED.value, *row[15:19], row[19] + 1, *row[20:]),
    )
    tx.put(records.POSTS, (post,), row)
    words.index_row(tx, row)
    if row[17]:
        tx.many(
            "INSERT INTO mentions (member, row) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(member, row[0]) for member in row[17].split()],
        )
    texts = {"post.body": row[13]} | ({} if row[21] is None else {"post.subject": row[21]})
    names: dict[str, str] = {}
    if author_kind == records.IMPORTED and (name := records.name_text(tx, author)) is not None:
        names = {"post.author.name": name}
    view = records.posts(tx, [row], moment)[0]
    by = nameless(view.author)  # what an event says beside its texts outlasts them
    if number > 1:
        return [Emit(board_stream(board), Posted(post=view), post, texts | names, by)]
    if names:
        names["thread.author.name"] = names["post.author.name"]
    event = Started(thread=records.thread(tx, thread, moment), post=view)
    # Its beginning may have been withdrawn while it was held, and the title with it.
    all_texts = texts | names | ({} if title is None else {"thread.title": title})
    return [Emit(board_stream(board), event, post, all_texts, by)]


def _count(tx: Tx, thread: ThreadId, post: Row, now: Ms) -> tuple[int, str | None]:
    """Count a thread's next post; return its number, and the id of the thread's title."""
    row = tx.look(records.THREADS, thread)
    assert row is not None
    number, title, state = row[2], row[5], row[9]
    posts: int = row[7] + 1
    if posts == 1:
        counted = tx.one(
            "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", row[1]
        )
        assert counted is not None
        number = counted[0]
        # Here and not with each post: what is named in a change has its index written anew.
        tx.run("UPDATE threads SET number = ? WHERE id = ?", number, thread)
        # Its title may have been withdrawn while it was held.
        state = state if title is None else WordsState.PUBLISHED.value
    last_at = rules.last_at(row[8], post[8], now, imported=bool(post[18]))
    row = (*row[:2], number, *row[3:7], posts, last_at, state, *row[10:])
    tx.put(records.THREADS, (thread,), row)
    return posts, title


def held(tx: Tx, post: PostId, moment: Moment) -> list[Emit]:
    """Tell the author's own devices and the desk how a held post now stands."""
    row = records.post_row(tx, post)
    assert row is not None
    view = records.post(tx, post, moment)
    thread = records.thread(tx, view.thread, moment)
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


def next_due(tx: Tx, moment: Moment) -> Row | None:
    """Return the row of the held post that is to be published next, if its time has come.

    Nobody can take publishing back: while the clock is in doubt, what was held before waits by the
    steady clock, and by the wall clock only what is dated ahead by it.
    """
    until, beyond = rules.publish_times(moment.now)
    return tx.one(
        f"{records.POST} WHERE state = 'held' AND NOT EXISTS (SELECT 1 FROM purges g"  # noqa: S608 - constants
        " WHERE g.thread = posts.thread AND g.upto >= posts.n) AND (visible_at <= ? OR visible_at > ?"
        " OR (visible_at <= ? AND at > ?)) ORDER BY visible_at > ?, visible_at, n LIMIT 1",
        *(moment.steady_now, beyond, until, moment.steady_now, beyond),
    )


def hold_ends(at: At) -> Ms:
    """Return when a post written now is published on the board at hand."""
    return at.now + at.board.hold_s * SECOND_MS
