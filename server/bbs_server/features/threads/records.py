"""Reading threads, posts and lines from their tables into views."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bbs.clock import DAY_MS, Ms, instant, optional_instant
from bbs.features.members.views import (
    AssemblyAuthor,
    Author,
    FormerAuthor,
    ImportedAuthor,
    MemberAuthor,
    SystemAuthor,
)
from bbs.features.threads.ended_there import EndedThere
from bbs.features.threads.views import Approval, ContentState, Line, Post, SkeletonPost, Thread
from bbs.ids import BoardId, LineId, MemberId, PostId, ThreadId
from bbs.messages import Seq
from bbs.powers import Way
from bbs.rows import view_of
from bbs_server.features.threads import hidden, leavers
from bbs_server.features.threads.hidden import Hidden
from bbs_server.features.threads.leavers import BoneRow
from bbs_server.features.threads.rows import (
    FORMER,
    IMPORTED,
    LINE,
    MEMBER,
    NOBODY,
    OF_LETTER,
    POST,
    PUBLISHED,
    THREADS,
    LineRow,
    PostRow,
    ThreadRow,
    post_end,
)
from bbs_server.standing import ObjectLocation
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hidden_now import HIDDEN_NOW
from bbs_server.store.proven_time import Moment

# A look-up costs a tenth of making an enum's member from its value.
_STATES = {state.value: state for state in ContentState}
WAYS = {way.value: way for way in Way}
_TAKEN = (ContentState.WITHDRAWN.value, ContentState.PURGED.value)


def author(kind: str, key: str, names: dict[str, str]) -> Author:
    """Return an author from two columns.

    Args:
        names: Names of imported authors by id, as `imported_names` gives them.
    """
    if kind == MEMBER:
        return MemberAuthor(id=key)
    if kind in (IMPORTED, NOBODY):
        return ImportedAuthor(id=key, name=names.get(key))
    if kind == FORMER:
        return FormerAuthor()
    return AssemblyAuthor() if kind == "assembly" else SystemAuthor()


def imported_names(tx: Tx, authors: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names, as far as they are stored, of imported authors among (kind, id) pairs."""
    wanted = {key for kind, key in authors if kind == IMPORTED}
    if not wanted:
        return {}
    text_of = {key: name_text(tx, key) for key in wanted}
    words = texts.load_bodies(tx, text_of.values())
    return {key: words[text] for key, text in text_of.items() if text in words}


def name_text(tx: Tx, imported: str) -> str | None:
    """Return the text id of an imported author's name; None if there is no such author."""
    found: str | None = tx.fetch_value(
        "SELECT name_text FROM imported_authors WHERE id = ?", imported
    )
    return found


def retention_ms(tx: Tx, board: BoardId) -> Ms | None:
    """Return how long a board keeps the text of a post, in ms; None for ever."""
    days: int | None = tx.fetch_value("SELECT retention_days FROM boards WHERE id = ?", board)
    return days * DAY_MS if days else None


def has_faded(post: PostRow, now: Ms) -> bool:
    """Whether the text of a post has ended by `now`, although no job has erased it yet (P10)."""
    return post.state == PUBLISHED and post.fades_at is not None and post.fades_at <= now


def _as_of(post: PostRow, moment: Moment, found: Hidden, reader: MemberId | None) -> PostRow:
    """Return a post's row as erasing it now would leave it, if its text has ended or is purged.

    If it is hidden, it is left out, but for a reader who wrote it.

    If the text has ended only by a clock that is not proven, it is hidden without a new state:
    mirrors keep a state they are told, and would never show the text again.
    """
    concerned = hidden.concerns_post(post, found)
    if concerned:
        post = leavers.post_as_left(hidden.with_turns(post, found), found.left, reader)
        if hidden.is_purged(post, found):
            return _erased(post, ContentState.PURGED)
    if post.fades_at is not None and has_faded(post, moment.proven_now):
        return _erased(post, ContentState.FADED)
    shown = hidden.post_as_shown(post, found, reader) if concerned else post
    return shown._replace(body_text=None, mentions="") if has_faded(post, moment.now) else shown


def _ended_there(row: PostRow | ThreadRow) -> EndedThere | None:
    is_marker = row.state == ContentState.WITHDRAWN.value and not row.moved_to
    return EndedThere(row.ended_there) if row.ended_there and is_marker else None


def _erased(post: PostRow, state: ContentState) -> PostRow:
    return post._replace(body_text=None, state=state.value, mentions="", revision=post.revision + 1)


def post_views(
    tx: Tx, rows: Sequence[PostRow], moment: Moment, *, reader: MemberId | None = None
) -> list[Post]:
    """Make views of posts read with `POST`, in their order; text that has ended is left out.

    Args:
        reader: Whose own words are in the views also while they are hidden; None in all views that
            others see.
    """
    found = hidden.find_hidden(tx)
    rows = [_as_of(row, moment, found, reader) for row in rows]
    # A subject and an imported name go with the text below them (P10).
    whole = [row for row in rows if row.body_text is not None]
    words = texts.load_bodies(
        tx, [key for row in whole for key in (row.body_text, row.subject_text)]
    )
    names = imported_names(tx, [(row.author_kind, row.author) for row in whole])
    return [
        Post(
            id=row.id,
            board=row.board,
            thread=row.thread,
            number=row.number,
            parent=row.parent,
            author=author(row.author_kind, row.author, names if row.body_text is not None else {}),
            at=instant(row.at),
            visible_at=instant(row.visible_at),
            # What is withdrawn or purged has no end that a shorter retention could change.
            fades_at=optional_instant(None if row.state in _TAKEN else row.fades_at),
            seq=row.seq,
            norms_version=row.norms_version,
            norms_board=row.norms_board,
            subject=words.get(row.subject_text or ""),
            body=words.get(row.body_text or ""),
            state=ContentState.MOVED if row.moved_to else _STATES[row.state],
            edits=row.edits,
            edited_at=optional_instant(row.edited_at),
            edited_via=WAYS[row.edited_via],
            mentions=tuple(row.mentions.split()),
            answers=row.answers,
            imported=bool(row.imported),
            via=WAYS[row.via],
            moved_to=row.moved_to,
            ended_there=_ended_there(row),
            **hidden.fields_of_post(row, found),
            approval=Approval(row.approval) if row.approval else None,
            revision=row.revision,
        )
        for row in rows
    ]


def post_row(tx: Tx, post: PostId) -> PostRow | None:
    """Return a post's row as `POST` reads it, without its text if that is being purged.

    Its text is there also while it is hidden; its revision is the one that readers were told.
    """
    row = tx.select_one(PostRow, f"{POST} WHERE id = ?", post)
    if row is None:
        return None
    found = hidden.find_hidden(tx)
    row = hidden.with_turns(row, found)
    return _erased(row, ContentState.PURGED) if hidden.is_purged(row, found) else row


def get_post(tx: Tx, key: PostId, moment: Moment) -> Post:
    """Return a post that is known to exist."""
    row = tx.select_one(PostRow, f"{POST} WHERE id = ?", key)
    assert row is not None
    return post_views(tx, [row], moment)[0]


def posts_by_row(tx: Tx, rows: Sequence[int], moment: Moment) -> list[Post]:
    """Return posts by their place in the order of writing, in the order given."""
    found = [tx.select_one(PostRow, f"{POST} WHERE n = ?", n) for n in rows]
    return post_views(tx, [row for row in found if row is not None], moment)


def _title_ends(tx: Tx, threads: Iterable[ThreadId]) -> dict[ThreadId, Ms | None]:
    """Return when each thread's first post ends, and its title with it, in ms; None for never."""
    wanted = list(threads)
    if not wanted:
        return {}
    marks = ",".join("?" * len(wanted))
    found = tx.fetch_all(
        f"SELECT thread, {post_end('posts')} FROM posts WHERE thread IN ({marks})"  # noqa: S608 - only question marks
        " AND number = 1 AND state = 'published'",
        *wanted,
    )
    return {thread: end for thread, end in found}


def _thread_as_of(thread: ThreadRow, end: Ms | None, moment: Moment) -> ThreadRow:
    """Return a thread's row without its title if its first post has ended."""
    if thread.title_text is None or end is None or end > moment.now:
        return thread
    if end > moment.proven_now:
        return thread._replace(title_text=None)
    return thread._replace(
        title_text=None, state=ContentState.FADED.value, revision=thread.revision + 1
    )


def thread_views(
    tx: Tx, rows: Sequence[ThreadRow], moment: Moment, *, reader: MemberId | None = None
) -> list[Thread]:
    """Make views of threads, in their order; a title that has ended is left out.

    Args:
        reader: As `post_views` takes it.
    """
    found = hidden.find_hidden(tx)
    rows = [hidden.thread_as_shown(row, found, reader) for row in rows]
    ends = _title_ends(tx, [row.id for row in rows if row.title_text is not None])
    rows = [_thread_as_of(row, ends.get(row.id), moment) for row in rows]
    words = texts.load_bodies(tx, [row.title_text for row in rows])
    named = [(row.author_kind, row.author) for row in rows if row.title_text is not None]
    names = imported_names(tx, named)
    return [
        view_of(
            Thread,
            row,
            author=author(row.author_kind, row.author, names if row.title_text is not None else {}),
            title=words.get(row.title_text or ""),
            at=instant(row.at),
            last_at=optional_instant(row.last_at),
            state=_STATES[row.state],
            imported=bool(row.imported),
            via=WAYS[row.via],
            pinned=bool(row.pinned),
            ended_there=_ended_there(row),
        )
        for row in rows
    ]


def get_thread(tx: Tx, key: ThreadId, moment: Moment) -> Thread:
    """Return a thread that is known to exist."""
    return threads_by_id(tx, [key], moment)[key]


def threads_by_id(
    tx: Tx, keys: Iterable[ThreadId], moment: Moment, *, reader: MemberId | None = None
) -> dict[ThreadId, Thread]:
    """Return threads by id; unknown ids are left out.

    Args:
        reader: As `post_views` takes it.
    """
    rows = [tx.get(THREADS, key) for key in dict.fromkeys(keys)]
    found = thread_views(tx, [row for row in rows if row is not None], moment, reader=reader)
    return {view.id: view for view in found}


def list_pinned(tx: Tx, board: BoardId) -> list[ThreadRow]:
    """Return the pinned threads of a board in the order of its list, newest first (P1)."""
    return tx.select(
        ThreadRow, "FROM threads WHERE board = ? AND pinned = 1 ORDER BY number DESC", board
    )


def line_views(tx: Tx, rows: Sequence[LineRow], *, reader: MemberId | None = None) -> list[Line]:
    """Make views of lines read with `LINE`, in their order.

    Args:
        reader: As `post_views` takes it.
    """
    found = hidden.find_hidden(tx)
    rows = [hidden.line_as_shown(row, found, reader) for row in rows]
    words = texts.load_bodies(tx, [row.body_text for row in rows])
    return [
        view_of(
            Line,
            row,
            author=author(row.author_kind, row.author, {}),
            at=instant(row.at),
            fades_at=instant(row.fades_at),
            body=words.get(row.body_text or ""),
            state=_STATES[row.state],
            mentions=tuple(row.mentions.split()),
            via=WAYS[row.via],
            **hidden.clause_of_line(row, found)._asdict(),
        )
        for row in rows
    ]


def line_row(tx: Tx, key: LineId) -> LineRow | None:
    """Return a line's row as `LINE` reads it."""
    return tx.select_one(LineRow, f"{LINE} WHERE id = ?", key)


def get_line(tx: Tx, key: LineId) -> Line:
    """Return a line that is known to exist."""
    row = line_row(tx, key)
    assert row is not None
    return line_views(tx, [row])[0]


def list_skeleton(
    tx: Tx, thread_id: ThreadId, after: int, upto: Seq, limit: int, moment: Moment
) -> list[SkeletonPost]:
    """Return the shape of a thread after a number, of what was published up to a seq."""
    found = hidden.find_hidden(tx)
    rows = tx.select(
        BoneRow,
        "SELECT p.number, q.number, p.author_kind, p.author, CASE WHEN p.moved_to IS NOT NULL"  # noqa: S608 - constants
        " THEN 'moved' WHEN p.body_text IS NOT NULL"
        " AND p.n <= ? THEN 'purged' WHEN p.state = 'published'"
        f" AND {post_end('p')} <= ? THEN 'faded' WHEN p.state = 'published' AND {HIDDEN_NOW.format('p')}"
        " THEN 'hidden' ELSE p.state END, p.imported, p.seq FROM posts p LEFT JOIN posts q"
        " ON q.id = p.parent AND q.thread = p.thread WHERE p.thread = ? AND p.number > ? AND p.seq <= ? ORDER BY p.number LIMIT ?",
        *(
            found.purged.get(thread_id, 0),
            moment.proven_now,
            thread_id,
            after,
            upto,
            limit,
        ),
    )
    rows = leavers.bones_as_left(tx, thread_id, rows, found.left)
    shown = [(row.author_kind, row.author) for row in rows if row.state == PUBLISHED]
    names = imported_names(tx, shown)
    return [
        SkeletonPost(
            number=row.number,
            parent=row.parent,
            author=author(row.author_kind, row.author, names if row.state == PUBLISHED else {}),
            state=_STATES[row.state],
            imported=bool(row.imported),
            seq=row.seq,
        )
        for row in rows
    ]


def locate_thread(tx: Tx, key: ThreadId) -> ObjectLocation | None:
    """Find the board and owner of a thread for the gate; None if there is none."""
    thread = tx.get(THREADS, key)
    if thread is None:
        return None
    found = _located(
        *(thread.board, thread.author_kind, thread.author, thread.number is None, thread.id)
    )
    return replace(found, words_on=hidden.board_of_thread(tx, key)) if thread.moved_to else found


def locate_post(tx: Tx, key: PostId) -> ObjectLocation | None:
    """Find the board and owner of a post for the gate; None if there is none."""
    sql = "SELECT board, author_kind, author, number IS NULL, thread FROM posts WHERE id = ?"
    found = tx.fetch_one(sql, key)
    return None if found is None else _located(*found)


def locate_line(tx: Tx, key: LineId) -> ObjectLocation | None:
    """Find the board and owner of a line for the gate; None if there is none."""
    found = tx.fetch_one("SELECT board, author_kind, author, 0, NULL FROM lines WHERE id = ?", key)
    return None if found is None else _located(*found)


def _located(
    board: BoardId, kind: str, author: str, is_waiting: int, thread: ThreadId | None
) -> ObjectLocation:
    owner = author if kind == MEMBER else None
    shared = kind == OF_LETTER
    return ObjectLocation(board, owner, owner_only=bool(is_waiting), shared=shared, thread=thread)


def first_post(tx: Tx, thread_id: ThreadId) -> PostRow | None:
    """Return a thread's first post: number 1, or the held post that will get it."""
    first = tx.select_one(PostRow, f"{POST} WHERE thread = ? AND number = 1", thread_id)
    if first is not None:
        return first
    return tx.select_one(
        PostRow, f"{POST} WHERE thread = ? AND number IS NULL ORDER BY n LIMIT 1", thread_id
    )
