"""What is shown of words that are hidden, or that a purge under way erases: a marker, until it ends.

Rows of posts and lines stay as they are. So hiding a thread costs the same however long it is; the
revisions that hiding and showing again add are given to the rows later, in slices (`hiding`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bbs import limits
from bbs.clock import Instant, Ms, instant
from bbs.features.norms.clause_text import clause_name
from bbs.features.threads.messages import AuthorThanked
from bbs.features.threads.moves import Move, check_move
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.refusals import Gone
from bbs.rows import columns
from bbs.streams import StreamKind, stream_parts
from bbs_server.features.threads import leavers
from bbs_server.features.threads.rows import THREADS, LineRow, PostRow, ThreadRow
from bbs_server.store.api import Tx
from bbs_server.store.hidden_now import REMOVED_NOW

_OF_MEMBERS = "members."
"""How the kinds of events begin that show who a member is."""
_OF_THREADS = "threads."
"""How the kinds of events begin that show words of members."""
_PUBLISHED, _HIDDEN = ContentState.PUBLISHED.value, ContentState.HIDDEN.value

HOLD = "hold"
"""The cause of words that a moderator holds urgently, until a case is decided (protocol 24)."""


class HidingRow(NamedTuple):
    """Words that are hidden, or were, as it is stored; see the table."""

    id: str
    kind: str
    thing: str
    thread: ThreadId | None
    first: int
    upto: int
    numbers: int
    opens: int
    proposal: str | None
    turns: int
    settled: int
    told: int
    ended_at: Ms | None
    norm: int | None = None
    goes_at: Ms | None = None
    act: str | None = None
    of_commons: int = 0
    cause: str | None = None  # `HOLD`; None for a clause and for a command that waits
    case_id: str | None = None
    hold_until: Ms | None = None

    @property
    def is_over(self) -> bool:
        """Whether the words are shown again, or erased."""
        return self.ended_at is not None


class Hidden(NamedTuple):
    """All that is hidden or being purged, and what still is ahead of its rows.

    Attributes:
        purged: The threads that are being purged, each with the last row that is.
        rows: What is hidden, by the thread that it stands in; of a lounge by the line.
        removed: The members all of whose words are hidden, because they "never were members".
        left: The members who left, and what becomes of their words.
    """

    purged: Mapping[ThreadId, int]
    rows: Mapping[str, Sequence[HidingRow]]
    removed: frozenset[MemberId]
    left: leavers.Left


_ALL = (
    "SELECT '', 'purge', thread, thread, 0, upto, 0, 0, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL"  # noqa: S608 - our own names
    f" FROM purges WHERE reason_text IS NOT NULL UNION ALL SELECT {columns(HidingRow)} FROM hidings"
    " WHERE ended_at IS NULL OR settled < upto"
    " UNION ALL SELECT '', 'removed', r.member, NULL, 0, 0, 0, 0, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL"
    f" FROM removed_members r WHERE {REMOVED_NOW}"
)


def find_hidden(tx: Tx) -> Hidden:
    """Return what is hidden or being purged; the writer remembers it, for speed."""
    return tx.memoize(_load)


def _load(tx: Tx) -> Hidden:
    purged: dict[ThreadId, int] = {}
    rows: dict[str, list[HidingRow]] = {}
    removed: set[MemberId] = set()
    for fields in tx.fetch_all(_ALL):
        row = HidingRow(*fields)
        if row.kind == "purge":
            purged[row.thing] = row.upto
        elif row.kind == "removed":
            removed.add(row.thing)
        else:
            rows.setdefault(row.thread or row.thing, []).append(row)
    return Hidden(purged, rows, frozenset(removed), leavers.load(tx))


def concerns_post(post: PostRow, hidden: Hidden) -> bool:
    """Return whether anything in a post's thread is hidden, was, or is being purged, or its author is gone."""
    at_thread = post.thread in hidden.rows or post.thread in hidden.purged
    if hidden.left and (post.author in hidden.left or post.answers in hidden.left):
        return True
    return at_thread or post.author in hidden.removed


def is_purged(post: PostRow, hidden: Hidden) -> bool:
    """Return whether a post still has text and is being purged."""
    return post.body_text is not None and post.n <= hidden.purged.get(post.thread, 0)


def is_hidden(post: PostRow, hidden: Hidden) -> bool:
    """Return whether a post still has text, and it is hidden."""
    if post.body_text is None:
        return False
    if leavers.is_taken(hidden.left, post.author, post.board):
        return True
    return post.author in hidden.removed or any(
        not row.is_over and row.first <= post.n <= row.upto
        for row in hidden.rows.get(post.thread, ())
    )


def is_title_hidden(thread: ThreadId, hidden: Hidden) -> bool:
    """Return whether a thread's title is hidden."""
    return any(row.opens and not row.is_over for row in hidden.rows.get(thread, ()))


def _is_line_hidden(line: str, hidden: Hidden) -> bool:
    rows = hidden.rows.get(line, ())
    return any(row.thread is None and not row.is_over for row in rows)


def holds_together(thread: ThreadId, hidden: Hidden) -> bool:
    """Return whether a thread is hidden or purged as a whole, or its title is: no post may leave it then."""
    rows = hidden.rows.get(thread, ())
    return thread in hidden.purged or any(row.kind == "thread" or row.opens for row in rows)


class HidingClause(NamedTuple):
    """The clause by which words are hidden, or the end of the urgent hold of them.

    Attributes:
        norm: Its number; None where they are hidden by none.
        of_commons: Whether it is one of the commons' norms, and not of the board's.
        hold_until: When the urgent hold ends; None without one, and where a clause hides them.
        of_removed: Whether they are hidden because their author was removed.
    """

    norm: int | None = None
    of_commons: bool = False
    hold_until: Instant | None = None
    of_removed: bool = False


_NO_CLAUSE = HidingClause()
_NO_FIELDS: Mapping[str, Any] = {}
_OF_REMOVED = HidingClause(of_removed=True)


def clause_of_post(post: PostRow, hidden: Hidden) -> HidingClause:
    """Return the clause by which a post is hidden, as it is shown."""
    if post.state != _HIDDEN:
        return _NO_CLAUSE
    return clause_of_row(post, hidden)


def fields_of_post(post: PostRow, hidden: Hidden) -> Mapping[str, Any]:
    """Return what a post's view says of its hiding; hardly any post pays for it."""
    return clause_of_post(post, hidden)._asdict() if post.state == _HIDDEN else _NO_FIELDS


def clause_of_row(post: PostRow, hidden: Hidden) -> HidingClause:
    """Return the clause by which a post is hidden; none for none, or another cause."""
    if post.author in hidden.removed:
        return _OF_REMOVED
    rows = hidden.rows.get(post.thread, ())
    return _clause(row for row in rows if row.first <= post.n <= row.upto)


def clause_of_line(line: LineRow, hidden: Hidden) -> HidingClause:
    """Return the clause by which a line is hidden; see `clause_of_post`."""
    if line.state != _HIDDEN:
        return _NO_CLAUSE
    if line.author in hidden.removed:
        return _OF_REMOVED
    return _clause(row for row in hidden.rows.get(line.id, ()) if row.thread is None)


def clause_of_title(thread: ThreadId, hidden: Hidden) -> HidingClause:
    """Return the clause by which a thread's title is hidden."""
    return _clause(row for row in hidden.rows.get(thread, ()) if row.opens)


def _clause(rows: Iterable[HidingRow]) -> HidingClause:
    found = _NO_CLAUSE
    for row in rows:
        if row.is_over:
            continue
        if row.norm is not None:
            return HidingClause(row.norm, bool(row.of_commons))
        if row.hold_until is not None:
            found = HidingClause(hold_until=instant(row.hold_until))
    return found


def with_turns(post: PostRow, hidden: Hidden) -> PostRow:
    """Return a post's row with the revision that readers were told."""
    turns = sum(
        row.turns
        for row in hidden.rows.get(post.thread, ())
        if max(row.first, row.settled + 1) <= post.n <= row.upto
    )
    return post._replace(revision=post.revision + turns) if turns else post


def post_as_shown(post: PostRow, hidden: Hidden, reader: MemberId | None) -> PostRow:
    """Return a post's row as it is shown: without text that is hidden from the reader.

    Args:
        reader: The author whose own text is shown, in an export or to the members who decide about
            it; None for all readers alike. No reader has the id of an imported author.
    """
    if not is_hidden(post, hidden):
        return post
    state = _HIDDEN if post.state == _PUBLISHED else post.state
    if reader == post.author:
        return post._replace(state=state)
    return post._replace(body_text=None, state=state, mentions="")


def thread_as_shown(thread: ThreadRow, hidden: Hidden, reader: MemberId | None) -> ThreadRow:
    """Return a thread's row as it is shown; see `post_as_shown`."""
    thread = leavers.thread_as_left(thread, hidden.left, reader)
    rows = [row for row in hidden.rows.get(thread.id, ()) if row.opens]
    turns = sum(row.turns for row in rows if row.settled < row.first)
    thread = thread._replace(revision=thread.revision + turns) if turns else thread
    is_shown = all(row.is_over for row in rows) and thread.author not in hidden.removed
    if thread.title_text is None or is_shown:
        return thread
    state = _HIDDEN if thread.state == _PUBLISHED else thread.state
    if reader == thread.author:
        return thread._replace(state=state)
    return thread._replace(title_text=None, state=state)


def line_as_shown(line: LineRow, hidden: Hidden, reader: MemberId | None) -> LineRow:
    """Return a line's row as it is shown; see `post_as_shown`."""
    line = leavers.line_as_left(line, hidden.left, reader)
    rows = hidden.rows.get(line.id, ())
    turns = sum(row.turns for row in rows if row.settled < row.upto)
    line = line._replace(revision=line.revision + turns) if turns else line
    is_shown = all(row.is_over for row in rows) and line.author not in hidden.removed
    if line.body_text is None or is_shown:
        return line
    line = line._replace(state=_HIDDEN)
    if reader == line.author:
        return line
    return line._replace(body_text=None, mentions="")


def hidden_among(tx: Tx, keys: Iterable[str]) -> frozenset[str]:
    """Return the ids among these of posts, lines or threads whose text no reader may see."""
    hidden = find_hidden(tx)
    if not any(hidden):
        return frozenset()
    wanted = list(dict.fromkeys(keys))
    found = {key for key in wanted if is_title_hidden(key, hidden) or _is_line_hidden(key, hidden)}
    if hidden.removed:
        found |= leavers.removed_among(tx, wanted)
    if hidden.left:
        found |= leavers.taken_among(tx, wanted)
    rows = _posts_among(tx, wanted)
    return frozenset(
        found | {row.id for row in rows if is_purged(row, hidden) or is_hidden(row, hidden)}
    )


def purged_among(tx: Tx, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these ids are those of posts that are being purged."""
    hidden = find_hidden(tx)
    if not hidden.purged:
        return frozenset()
    return frozenset(row.id for row in _posts_among(tx, list(keys)) if is_purged(row, hidden))


def hidden_events(
    tx: Tx, stream: str, events: Sequence[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Return which events of a stream, each a kind and a subject, may show no words now.

    What is hidden is so for thanks, too, only once it is purged: their reader knows the words. Words
    that went to another board are shown to the readers of that one. No event names a member who was
    removed.
    """
    thanked = AuthorThanked.kind
    kind, owner = stream_parts(stream)
    of_board = kind in (StreamKind.BOARD, StreamKind.DESK)
    left = _left(tx, owner, [subject for _, subject in events]) if of_board else frozenset()
    unseen = hidden_among(tx, (subject for kind, subject in events if kind != thanked))
    purged = purged_among(tx, (subject for kind, subject in events if kind == thanked))
    if removed := find_hidden(tx).removed | leavers.members_gone(find_hidden(tx).left):
        purged |= _thanked_by(tx, [subject for kind, subject in events if kind == thanked], removed)
        unseen |= {subject for kind, subject in events if kind.startswith(_OF_MEMBERS)} & removed
    return frozenset(
        (kind, subject)
        for kind, subject in events
        if subject in (purged if kind == thanked else unseen)
        or (subject in left and kind.startswith(_OF_THREADS))
    )


def _thanked_by(tx: Tx, posts: Sequence[str], members: frozenset[MemberId]) -> frozenset[str]:
    """Return for which of these posts any of some members thanked."""
    found: set[str] = set()
    for start in range(0, len(posts), limits.SLICE_ROWS):
        some = posts[start : start + limits.SLICE_ROWS]
        sql = f"SELECT post, by FROM thanks WHERE post IN ({','.join('?' * len(some))})"  # noqa: S608 - only question marks
        found |= {post for post, by in tx.fetch_all(sql, *some) if by in members}
    return frozenset(found)


def _left(tx: Tx, board: BoardId, keys: Sequence[str]) -> frozenset[str]:
    """Return which of these ids are of posts and threads that went from a board to another one."""
    has_lost = (
        "SELECT 1 FROM threads t JOIN threads u ON u.id = t.moved_to"
        " WHERE t.board = ? AND t.moved_to IS NOT NULL AND u.board <> t.board LIMIT 1"
    )
    if tx.fetch_one(has_lost, board) is None:
        return frozenset()
    wanted = list(dict.fromkeys(keys))
    posts = {row.id for row in _posts_among(tx, wanted) if row.board != board}
    return frozenset(
        posts | {key for key in wanted if board_of_thread(tx, key) not in (None, board)}
    )


def board_of_thread(tx: Tx, key: str) -> BoardId | None:
    """Return on which board a thread stands, or the one that it was merged with; None if there is none."""
    row = tx.get(THREADS, key)
    while row is not None and row.moved_to is not None:
        row = tx.get(THREADS, row.moved_to)
    return None if row is None else row.board


def _posts_among(tx: Tx, keys: Sequence[str]) -> list[PostRow]:
    found: list[PostRow] = []
    for start in range(0, len(keys), limits.SLICE_ROWS):
        some = keys[start : start + limits.SLICE_ROWS]
        marks = ",".join("?" * len(some))
        found += tx.select(PostRow, f"FROM posts WHERE id IN ({marks})", *some)
    return found


def refuse_hidden(post: PostRow, hidden: Hidden) -> None:
    """Refuse to work with words that are hidden.

    Raises:
        Conflict, Gone: If they are.
    """
    if leavers.is_taken(hidden.left, post.author, post.board):
        raise Gone(state=ContentState.WITHDRAWN.value)
    if is_hidden(post, hidden):
        check_move(ContentState.HIDDEN, Move.EDIT, why_hidden(clause_of_row(post, hidden)))


def why_hidden(clause: HidingClause) -> str:
    """Return why words are hidden, as the end of a sentence.

    Args:
        clause: By which they are; by none while a moderator holds them, or a command about them waits.
    """
    norm, of_commons, hold_until, of_removed = clause
    if of_removed:
        return "with all that their author wrote"
    if hold_until is not None:
        return f"by an urgent hold until {hold_until:%Y-%m-%d %H:%M} UTC"
    if norm is None:
        return "while a command about them waits"
    return f"by {clause_name(norm, of_commons=of_commons)}"
