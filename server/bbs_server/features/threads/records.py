"""Reading threads, posts and lines from their tables into views."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, optional_instant
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    MemberAuthor,
    SystemAuthor,
)
from bbs.features.threads.views import ContentState, Line, Post, SkeletonPost, Thread
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import Seq
from bbs.powers import NeedTarget
from bbs_server.features.threads import purges
from bbs_server.handler_api import ObjectLocation
from bbs_server.store import texts
from bbs_server.store.api import Row, TableSpec, Tx
from bbs_server.store.proven_time import Moment


def _end(table: str) -> str:
    """Return SQL for when a post's words end, as of now also by a retention cut down since."""
    return (
        f"coalesce((SELECT {table}.visible_at + min(s.ms) FROM shortenings s"  # noqa: S608 - constants
        f" WHERE s.board = {table}.board AND s.kind = 'posts' AND s.upto >= {table}.seq"
        f" AND ({table}.fades_at IS NULL OR {table}.fades_at > {table}.visible_at + s.ms)),"
        f" {table}.fades_at)"
    )


POST_COLUMNS = (
    f"n, id, board, thread, number, parent, author_kind, author, at, visible_at, {_end('posts')},"
    " seq, norms_version, body_text, state, edits, edited_at, mentions, imported, revision, answers,"
    " subject_text"
)
POST = f"SELECT {POST_COLUMNS} FROM posts"  # noqa: S608 - our own column names
THREAD = (
    "SELECT id, board, number, author_kind, author, title_text, at, posts, last_at, state,"  # noqa: S608 - constants
    f" imported, revision, (SELECT {_end('p')} FROM posts p WHERE p.thread = threads.id"
    " AND p.number = 1 AND p.state = 'published') FROM threads"
)


class PostRow(NamedTuple):
    """A post as it is stored; `n` numbers the posts of all boards in the order of writing."""

    n: int
    id: PostId
    board: BoardId
    thread: ThreadId
    number: int | None
    parent: PostId | None
    author_kind: str
    author: str
    at: Ms
    visible_at: Ms
    fades_at: Ms | None
    seq: int | None
    norms_version: int
    body_text: str | None
    state: str
    edits: int
    edited_at: Ms | None
    mentions: str
    imported: int
    revision: int
    answers: str | None
    subject_text: str | None


POSTS = TableSpec(
    "posts",
    PostRow,
    ("id",),
    write_order=3,
    updated_columns=("number", "visible_at", "fades_at", "seq", "state", "revision"),
    number="n",
)
"""Posts as they are written and published, in the order of `POST`; `fades_at` as it is stored."""


class ThreadRow(NamedTuple):
    """A thread as it is stored."""

    id: ThreadId
    board: BoardId
    number: int | None
    author_kind: str
    author: str
    title_text: str | None
    at: Ms
    posts: int
    last_at: Ms | None
    state: str
    imported: int
    revision: int


THREADS = TableSpec(
    "threads",
    ThreadRow,
    ("id",),
    write_order=2,
    updated_columns=("posts", "last_at", "state"),  # its number is given once, by publishing
    cached_rows_max=1_000,
)
LINE_END = (
    "coalesce((SELECT lines.at + min(s.ms) FROM shortenings s WHERE s.board = lines.board"
    " AND s.kind = 'lines' AND s.upto >= lines.number AND lines.fades_at > lines.at + s.ms),"
    " lines.fades_at)"
)
LINE = (
    f"SELECT id, board, number, author_kind, author, at, {LINE_END}, body_text, state, mentions,"  # noqa: S608 - constants
    " revision FROM lines"
)
MEMBER = "member"
PUBLISHED = ContentState.PUBLISHED.value
IMPORTED = "imported"
_TAKEN = (ContentState.WITHDRAWN.value, ContentState.PURGED.value)


def author(kind: str, key: str, names: dict[str, str]) -> Author:
    """Return an author from two columns.

    Args:
        names: Names of imported authors by id, as `imported_names` gives them.
    """
    if kind == MEMBER:
        return MemberAuthor(id=key)
    if kind == IMPORTED:
        return ImportedAuthor(id=key, name=names.get(key))
    if kind == "former":
        return FormerAuthor()
    return AssemblyAuthor() if kind == "assembly" else SystemAuthor()


def imported_names(tx: Tx, authors: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names of the imported among (kind, id) pairs that still have one."""
    wanted = {key for kind, key in authors if kind == IMPORTED}
    if not wanted:
        return {}
    text_of = {key: name_text(tx, key) for key in wanted}
    words = texts.load_bodies(tx, text_of.values())
    return {key: words[text] for key, text in text_of.items() if text in words}


def name_text(tx: Tx, imported: str) -> str | None:
    """Return the text id of an imported author's name; None if there is no such author."""
    row = tx.fetch_one("SELECT name_text FROM imported_authors WHERE id = ?", imported)
    return None if row is None else row[0]


def retention_ms(tx: Tx, board: BoardId) -> Ms | None:
    """Return how long a board keeps the words of a post; None: for ever."""
    row = tx.fetch_one("SELECT retention_days FROM boards WHERE id = ?", board)
    return row[0] * DAY_MS if row is not None and row[0] else None


def has_faded(row: Row, now: Ms) -> bool:
    """Whether a post has had its time, although nobody has erased its words yet (P10)."""
    over: bool = row[14] == PUBLISHED and row[10] is not None and row[10] <= now
    return over


def _as_of(row: Row, moment: Moment, purged: Mapping[ThreadId, int]) -> Row:
    """Return a post's row as erasing it now would leave it, if its words have ended or are purged.

    While only an unproven clock says so they are hidden, and that is all: mirrors keep what they
    are told, and would never show them again.
    """
    if (shown := _without_purged(row, purged)) is not row:
        return shown
    if not has_faded(row, moment.now):
        return row
    if not has_faded(row, moment.proven_now):
        return (*row[:13], None, *row[14:17], "", *row[18:])
    return _erased(row, ContentState.FADED)


def _without_purged(row: Row, purged: Mapping[ThreadId, int]) -> Row:
    """Return a post's row as the purge under way will leave it; the very row if none touches it."""
    return _erased(row, ContentState.PURGED) if purges.is_hidden(row, purged) else row


def _erased(row: Row, state: ContentState) -> Row:
    return (*row[:13], None, state.value, *row[15:17], "", row[18], row[19] + 1, *row[20:])


def post_views(tx: Tx, rows: Sequence[Row], moment: Moment) -> list[Post]:
    """Make views of rows read with `POST`, in their order; what has ended by then has faded."""
    purged = purges.hidden(tx)
    rows = [_as_of(row, moment, purged) for row in rows]
    # A subject and an imported name go with the words they stood above (P10).
    whole = [row for row in rows if row[13] is not None]
    words = texts.load_bodies(tx, [key for row in whole for key in (row[13], row[21])])
    names = imported_names(tx, [(row[6], row[7]) for row in whole])
    return [
        Post(
            id=row[1],
            board=row[2],
            thread=row[3],
            number=row[4],
            parent=row[5],
            author=author(row[6], row[7], names if row[13] is not None else {}),
            at=instant(row[8]),
            visible_at=instant(row[9]),
            # What was taken back ends no more: a retention cut down later says nothing of it.
            fades_at=optional_instant(None if row[14] in _TAKEN else row[10]),
            seq=row[11],
            norms_version=row[12],
            subject=words.get(row[21]),
            body=words.get(row[13]),
            state=ContentState(row[14]),
            edits=row[15],
            edited_at=optional_instant(row[16]),
            mentions=tuple(row[17].split()),
            answers=row[20],
            imported=bool(row[18]),
            revision=row[19],
        )
        for row in rows
    ]


def post_row(tx: Tx, post: PostId) -> Row | None:
    """Return a post's row as `POST` reads it; of what is being purged, without its words."""
    row = stored_row(tx, post)
    return None if row is None else _without_purged(row, purges.hidden(tx))


def stored_row(tx: Tx, post: PostId) -> Row | None:
    """Return a post's row as `POST` reads it, for erasing what is left there."""
    return tx.fetch_one(f"{POST} WHERE id = ?", post)


def get_post(tx: Tx, key: PostId, moment: Moment) -> Post:
    """Return a post that is known to exist."""
    row = post_row(tx, key)
    assert row is not None
    return post_views(tx, [row], moment)[0]


def posts_by_row(tx: Tx, rows: Sequence[int], moment: Moment) -> list[Post]:
    """Return posts by their place in the order of writing, in the order given."""
    found = [tx.fetch_one(f"{POST} WHERE n = ?", n) for n in rows]
    return post_views(tx, [row for row in found if row is not None], moment)


def _thread_as_of(row: Row, moment: Moment) -> Row:
    """Return a thread's row as it is left once its first post, and its title with it, has ended."""
    if row[5] is None or row[12] is None or row[12] > moment.now:
        return row
    if row[12] > moment.proven_now:
        return (*row[:5], None, *row[6:])
    return (*row[:5], None, *row[6:9], ContentState.FADED.value, row[10], row[11] + 1, row[12])


def thread_views(tx: Tx, rows: Sequence[Row], moment: Moment) -> list[Thread]:
    """Make views of rows read with `THREAD`, in their order; as `post_views` then."""
    rows = [_thread_as_of(row, moment) for row in rows]
    words = texts.load_bodies(tx, [row[5] for row in rows])
    names = imported_names(tx, [(row[3], row[4]) for row in rows if row[5] is not None])
    return [
        Thread(
            id=row[0],
            board=row[1],
            number=row[2],
            author=author(row[3], row[4], names if row[5] is not None else {}),
            title=words.get(row[5]),
            at=instant(row[6]),
            posts=row[7],
            last_at=optional_instant(row[8]),
            state=ContentState(row[9]),
            imported=bool(row[10]),
            revision=row[11],
        )
        for row in rows
    ]


def get_thread(tx: Tx, key: ThreadId, moment: Moment) -> Thread:
    """Return a thread that is known to exist."""
    return thread_views(tx, tx.fetch_all(f"{THREAD} WHERE id = ?", key), moment)[0]


def threads_by_id(tx: Tx, keys: Iterable[ThreadId], moment: Moment) -> dict[ThreadId, Thread]:
    """Return threads by id; unknown ids are left out."""
    rows = [tx.fetch_one(f"{THREAD} WHERE id = ?", key) for key in dict.fromkeys(keys)]
    found = thread_views(tx, [row for row in rows if row is not None], moment)
    return {view.id: view for view in found}


def line_views(tx: Tx, rows: Sequence[Row]) -> list[Line]:
    """Make views of rows read with `LINE`, in their order."""
    words = texts.load_bodies(tx, [row[7] for row in rows])
    return [
        Line(
            id=row[0],
            board=row[1],
            number=row[2],
            author=author(row[3], row[4], {}),
            at=instant(row[5]),
            fades_at=instant(row[6]),
            body=words.get(row[7]),
            state=ContentState(row[8]),
            mentions=tuple(row[9].split()),
            revision=row[10],
        )
        for row in rows
    ]


def get_line(tx: Tx, key: str) -> Line:
    """Return a line that is known to exist."""
    return line_views(tx, tx.fetch_all(f"{LINE} WHERE id = ?", key))[0]


def list_skeleton(
    tx: Tx, thread_id: ThreadId, after: int, upto: Seq, limit: int, moment: Moment
) -> list[SkeletonPost]:
    """Return the shape of a thread after a number, of what was published up to a seq."""
    rows = tx.fetch_all(
        "SELECT p.number, q.number, p.author_kind, p.author, CASE WHEN p.body_text IS NOT NULL"  # noqa: S608 - constants
        " AND p.n <= ? THEN 'purged' WHEN p.state = 'published'"
        f" AND {_end('p')} <= ? THEN 'faded' ELSE p.state END, p.imported, p.seq FROM posts p LEFT JOIN posts q"
        " ON q.id = p.parent WHERE p.thread = ? AND p.number > ? AND p.seq <= ? ORDER BY p.number LIMIT ?",
        *(purges.hidden(tx).get(thread_id, 0), moment.proven_now, thread_id, after, upto, limit),
    )
    names = imported_names(tx, [(row[2], row[3]) for row in rows if row[4] == PUBLISHED])
    return [
        SkeletonPost(
            number=row[0],
            parent=row[1],
            author=author(row[2], row[3], names if row[4] == PUBLISHED else {}),
            state=ContentState(row[4]),
            imported=bool(row[5]),
            seq=row[6],
        )
        for row in rows
    ]


def locate(tx: Tx, on: NeedTarget, key: str) -> ObjectLocation | None:
    """Find the board and owner of a thread, post or line for the gate; None if there is none."""
    if on is NeedTarget.BOARD:
        return ObjectLocation(key)
    if on is NeedTarget.THREAD:
        thread = tx.get(THREADS, key)
        row = thread and (thread[1], thread[3], thread[4], thread[2] is None)
    elif on is NeedTarget.POST:
        row = tx.fetch_one(
            "SELECT board, author_kind, author, number IS NULL FROM posts WHERE id = ?", key
        )
    else:
        row = tx.fetch_one("SELECT board, author_kind, author, 0 FROM lines WHERE id = ?", key)
    if row is None:
        return None
    board, kind, owner, unpublished = row
    return ObjectLocation(board, owner if kind == MEMBER else None, owner_only=bool(unpublished))


def first_post(tx: Tx, thread_id: ThreadId) -> Row | None:
    """Return the row of a thread's first post: number 1, or the one that waits to be it."""
    first = tx.fetch_one(f"{POST} WHERE thread = ? AND number = 1", thread_id)
    if first is not None:
        return first
    return tx.fetch_one(f"{POST} WHERE thread = ? AND number IS NULL ORDER BY n LIMIT 1", thread_id)


def rows_to_purge(tx: Tx, purge: purges.ThreadPurge) -> list[Row]:
    """Return the next posts of a thread that is being purged: by number, markers too, then held ones."""
    if purge.below < purge.numbers:
        return tx.fetch_all(
            f"{POST} WHERE thread = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?",
            *(purge.thread, purge.below, purge.numbers, limits.SLICE_ROWS),
        )
    return tx.fetch_all(
        f"{POST} WHERE thread = ? AND number IS NULL AND n <= ? AND body_text IS NOT NULL"
        " ORDER BY n LIMIT ?",
        *(purge.thread, purge.upto, limits.SLICE_ROWS),
    )


def thread_by_number(tx: Tx, board: BoardId, number: int, moment: Moment) -> Thread | None:
    """Return the thread with this number on a board."""
    found = thread_views(
        tx, tx.fetch_all(f"{THREAD} WHERE board = ? AND number = ?", board, number), moment
    )
    return found[0] if found else None


def post_by_number(tx: Tx, thread_id: ThreadId, number: int, moment: Moment) -> Post | None:
    """Return the post with this number in a thread."""
    found = post_views(
        tx, tx.fetch_all(f"{POST} WHERE thread = ? AND number = ?", thread_id, number), moment
    )
    return found[0] if found else None


def line_by_number(tx: Tx, board: BoardId, number: int) -> Line | None:
    """Return the line with this number in a lounge."""
    found = line_views(tx, tx.fetch_all(f"{LINE} WHERE board = ? AND number = ?", board, number))
    return found[0] if found else None
