"""The words of members who left a board or the community: a former member's, or taken back (protocol 28).

Rows stay as they are until the choice is carried out. What readers see follows from `leavings`, so it
holds in every view from one commit on; each row is then one revision ahead, as mirrors are told.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

from bbs import limits
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.leave_words import LeaveWords
from bbs_server.features.threads.rows import (
    FORMER,
    IMPORTED,
    NOBODY,
    THREADS,
    LineRow,
    PostRow,
    ThreadRow,
)
from bbs_server.store.api import Tx
from bbs_server.store.hidden_now import REMOVED_NOW, TAKING_NOW
from bbs_server.store.leavers import GONE_NOW

R = TypeVar("R", PostRow, ThreadRow, LineRow)

Left = Mapping[MemberId, Mapping[BoardId, str]]
"""By member what becomes of their words, by board; under an empty id, of those everywhere."""

_TAKEN, _WITHDRAWN = LeaveWords.TAKEN.value, ContentState.WITHDRAWN.value

_TAKING = f"FROM pack_claims k WHERE {TAKING_NOW}"
"""SQL for imported authors who took their words back by a claim (protocol 31.6); their ids are no members'."""


def load(tx: Tx) -> Left:
    """Return whose words are a former member's now, or taken back."""
    found: dict[MemberId, dict[BoardId, str]] = {}
    rows = tx.fetch_all(f"SELECT l.member, l.board, l.words FROM leavings l WHERE {GONE_NOW}")  # noqa: S608 - constant
    for member, board, words in rows:
        found.setdefault(member, {})[board] = words
    for imported, board in tx.fetch_all(f"SELECT k.imported, k.board {_TAKING}"):
        found[imported] = {board: _TAKEN}
    return found


def words_of(left: Left, author: str | None, board: BoardId) -> str | None:
    """Return what becomes of an author's words on a board; None if they did not leave it.

    Words that are taken back anywhere are taken back, whatever else was chosen.
    """
    boards = left.get(author or "")
    if boards is None:
        return None
    chosen = {boards.get(board), boards.get("")}
    return _TAKEN if _TAKEN in chosen else next((each for each in chosen if each), None)


def is_taken(left: Left, author: str, board: BoardId) -> bool:
    """Return whether an author took their words on a board back."""
    return words_of(left, author, board) == _TAKEN


def members_gone(left: Left) -> frozenset[MemberId]:
    """Return who left the community and took their name along."""
    return frozenset(member for member, boards in left.items() if "" in boards)


def post_as_left(post: PostRow, left: Left, reader: MemberId | None) -> PostRow:
    """Return a post's row as readers see it, if its author left, or whoever it answers.

    Args:
        reader: Whose own words are shown to them; None for all readers alike.
    """
    if words_of(left, post.answers, post.board) is not None:
        post = post._replace(answers=None)
    words = words_of(left, post.author, post.board)
    if words is None or reader == post.author:
        return post
    return _as_former(post, words, has_words=post.body_text is not None)


def _as_former(row: R, words: str, *, has_words: bool) -> R:
    # Who takes back by a claim what came in a pack was no member here.
    kind, key = (NOBODY, row.id) if row.author_kind == IMPORTED else (FORMER, "")
    row = row._replace(author_kind=kind, author=key, revision=row.revision + 1)
    if words != _TAKEN or not has_words:
        return row
    if isinstance(row, ThreadRow):
        return row._replace(title_text=None, state=_WITHDRAWN)
    return row._replace(body_text=None, mentions="", state=_WITHDRAWN)


def thread_as_left(thread: ThreadRow, left: Left, reader: MemberId | None) -> ThreadRow:
    """Return a thread's row as readers see it; see `post_as_left`."""
    words = words_of(left, thread.author, thread.board)
    if words is None or reader == thread.author:
        return thread
    return _as_former(thread, words, has_words=thread.title_text is not None)


def line_as_left(line: LineRow, left: Left, reader: MemberId | None) -> LineRow:
    """Return a line's row as readers see it; see `post_as_left`."""
    words = words_of(left, line.author, line.board)
    if words is None or reader == line.author:
        return line
    return _as_former(line, words, has_words=line.body_text is not None)


def has_words_of_leaver(tx: Tx, thread: ThreadId, left: Left) -> bool:
    """Return whether somebody wrote in a thread who left its board, and can still come back."""
    if not left:
        return False
    wrote = {
        author for (author,) in tx.fetch_all("SELECT author FROM posts WHERE thread = ?", thread)
    }
    return any(board for member in wrote for board in left.get(member, ()))


class BoneRow(NamedTuple):
    """A post of a thread's shape, with the number of its parent."""

    number: int
    parent: int | None
    author_kind: str
    author: str
    state: str
    imported: int
    seq: int


def bones_as_left(tx: Tx, thread: ThreadId, bones: Sequence[BoneRow], left: Left) -> list[BoneRow]:
    """Return the shape of a thread as readers see it; see `post_as_left`."""
    row = tx.get(THREADS, thread) if left else None
    if row is None:
        return list(bones)
    found = []
    for bone in bones:
        words = words_of(left, bone.author, row.board)
        if words is not None:
            kind = NOBODY if bone.author_kind == IMPORTED else FORMER
            bone = bone._replace(author_kind=kind, author="")
            if words == _TAKEN and bone.state in _SHOWN:
                bone = bone._replace(state=_WITHDRAWN)
        found.append(bone)
    return found


_SHOWN = (ContentState.PUBLISHED.value, ContentState.HIDDEN.value)


def taken_among(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Return which of these ids are of threads and lines whose authors took them back."""
    found: set[str] = set()
    for start in range(0, len(keys), limits.SLICE_ROWS):
        some = keys[start : start + limits.SLICE_ROWS]
        for table in ("threads", "lines"):
            rows = tx.fetch_all(
                f"SELECT t.id FROM {table} t JOIN leavings l ON l.member = t.author"  # noqa: S608 - names of ours
                f" WHERE {GONE_NOW} AND l.words = 'taken' AND l.board IN ('', t.board)"
                f" AND t.id IN ({','.join('?' * len(some))})",
                *some,
            )
            found |= {key for (key,) in rows}
        claimed = f"SELECT t.id FROM threads t WHERE t.author IN (SELECT k.imported {_TAKING})"  # noqa: S608 - a constant
        rows = tx.fetch_all(f"{claimed} AND t.id IN ({','.join('?' * len(some))})", *some)
        found |= {key for (key,) in rows}
    return found


def removed_among(tx: Tx, keys: Sequence[str]) -> set[str]:
    """Return which of these ids are of threads and lines of members who were removed."""
    found: set[str] = set()
    for start in range(0, len(keys), limits.SLICE_ROWS):
        some = keys[start : start + limits.SLICE_ROWS]
        for table in ("threads", "lines"):
            rows = tx.fetch_all(
                f"SELECT t.id FROM {table} t JOIN removed_members r ON r.member = t.author"  # noqa: S608 - names of ours
                f" WHERE {REMOVED_NOW} AND t.id IN ({','.join('?' * len(some))})",
                *some,
            )
            found |= {key for (key,) in rows}
    return found
