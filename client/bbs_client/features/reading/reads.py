"""Queries of marks, choices, rounds and the inbox.

The first painting loads this module, so the writers are in another one.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import json

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.features.boards.seat_messages import SeatState
from bbs.features.reading.views import Layout, Stance
from bbs.streams import StreamKind, stream_prefix
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.places import gaps
from bbs_client.mirror.rows import FLOOR, choice_decoder, ranges_decoder
from bbs_client.mirror.unread import unread

NOTICE_MS = limits.NOTICE_DAYS * DAY_MS

if TYPE_CHECKING:
    from bbs.features.reading.rounds import RoundPreferences, UnreadPost, Vector
    from bbs.features.reading.views import Choice, Folder, InboxItem, Notice
    from bbs.features.threads.views import Line, Post
    from bbs_client.mirror.reads import ThreadRow

# Read bodies out of their JSON documents only here, and only for unread posts.
_WAITING = (
    "SELECT board, thread, number, id, seq, visible_at, author, for_me > 0,"
    " coalesce(length(json_extract(CAST(doc AS TEXT), '$.body')), 0) FROM posts"
    " WHERE thread = ? AND fresh = 1 AND number BETWEEN ? AND ? AND coalesce(fades_at > ?, 1)"
)


def marks_revision(mirror: MirrorDatabase, thread: str) -> int:
    """Return the server's revision of the reader's marks of a thread; 0 before there is one."""
    return mirror.fetch_value("SELECT revision FROM marks WHERE thread = ?", thread) or 0


def floor(mirror: MirrorDatabase, board: str) -> int | None:
    """Return the seq above which a board's posts are new to the member; None if no post is."""
    floor: int | None = mirror.fetch_value(f"{FLOOR} :board", me=mirror.reader, board=board)
    return floor


def choices(mirror: MirrorDatabase) -> "Mapping[tuple[str, str], Choice]":
    """Return the reader's choices; the same view until one changes.

    Returns:
        By kind and id, as `bbs.features.reading.rules.subject_of` names them: `thread`,
        `board`, `member` and `post`, and ("layout", "") for the reader's own order. A missing key
            means no choice.
    """

    def find() -> "Mapping[tuple[str, str], Choice]":
        # Imported late, because the first painting needs no rules.
        from bbs.features.reading.rules import is_default, subject_of

        rows = mirror.fetch_all("SELECT doc FROM choices ORDER BY kind, subject")
        found = [choice_decoder.decode(doc) for (doc,) in rows]
        return MappingProxyType({subject_of(one): one for one in found if not is_default(one)})

    return mirror.remembered("choices", find)


def choices_revision(mirror: MirrorDatabase) -> int:
    """Return the latest stored revision of the reader's choices; 0 if there is none."""
    return int(mirror.fetch_value("SELECT coalesce(max(revision), 0) FROM choices"))


def folders(mirror: MirrorDatabase) -> "tuple[Folder, ...]":
    """Return the reader's own order and folders of boards; empty for none."""
    doc = mirror.fetch_value("SELECT doc FROM choices WHERE kind = 'layout'")
    layout = None if doc is None else choice_decoder.decode(doc)
    return layout.folders if isinstance(layout, Layout) else ()


def stances(mirror: MirrorDatabase, kind: str) -> "dict[str, Stance]":
    """Return the reader's stances on threads, boards or members, by id, where there are any.

    Args:
        kind: `thread`, `board` or `member`.
    """
    rows = mirror.fetch_all(
        "SELECT subject, stance FROM choices WHERE kind = ? AND stance != 'none'", kind
    )
    return {subject: Stance(stance) for subject, stance in rows}


def wishes(mirror: MirrorDatabase) -> "RoundPreferences":
    """Return the reader's choices in the form for rounds; `order` holds all boards."""
    from bbs.features.reading.rounds import round_preferences

    numbers = dict(mirror.fetch_all("SELECT id, number FROM boards"))
    return round_preferences(choices(mirror).values(), numbers)


def vector(mirror: MirrorDatabase) -> "Vector":
    """Return the seq up to which each of the reader's boards is folded: an offline round."""
    rows = mirror.fetch_all(
        "SELECT s.board, c.seq FROM seats s JOIN cursors c ON c.stream = ? || s.board"
        " WHERE s.member = ? AND s.state = ?",
        *(stream_prefix(StreamKind.BOARD), mirror.reader, SeatState.SEATED.value),
    )
    return dict(rows)


def has_reached(mirror: MirrorDatabase, wanted: "Vector") -> bool:
    """Return whether all posts of a round that the server fixed are here."""
    here = vector(mirror)
    return all(here.get(board, -1) >= seq for board, seq in wanted.items())


def inbox(
    mirror: MirrorDatabase,
    post_of: "Callable[[str], Post | None]",
    thread_of: "Callable[[str], ThreadRow | None]",
    line_of: "Callable[[str], Line | None]",
) -> "list[InboxItem]":
    """Return the reader's inbox items that are here, newest first (P1).

    Used offline, instead of `reading.inbox`.

    Args:
        post_of, thread_of, line_of: Read the post, the thread and the line, by id.
    """
    from bbs.clock import instant
    from bbs.features.reading.rounds import is_muted_by
    from bbs.features.reading.views import InboxItem, InboxKind, Notice

    rows = mirror.fetch_all(
        "SELECT visible_at AS at, iif(for_me = 2, 'answer', 'mention'), id AS post,"
        " board, thread, author AS who, NULL FROM posts WHERE for_me > 0 AND state = 'published'"
        " AND author IS NOT :me AND coalesce(fades_at > :now, 1) UNION ALL"
        " SELECT at, 'thanks', post, board, thread, by, NULL FROM thanks WHERE post NOT IN"
        " (SELECT id FROM posts WHERE fades_at <= :now AND state = 'published' AND id IS NOT NULL)"
        " UNION ALL SELECT at, 'mention', id, board, '', author, NULL FROM lines"
        " WHERE for_me AND author IS NOT :me AND fades_at > :now"
        " UNION ALL SELECT at, 'notice', id, '', '', '', doc FROM notices WHERE at > :since"
        " ORDER BY at DESC, post DESC, who DESC",
        me=mirror.reader,
        now=mirror.now_ms(),
        since=mirror.now_ms() - NOTICE_MS,
    )
    preferences = wishes(mirror)
    found: list[InboxItem] = []
    for at, kind, post, board, thread, who, doc in rows:
        if len(found) == limits.PAGE_ITEMS_MAX:
            break
        if doc is not None:
            notice = json.decode(doc, type=Notice)
            told = InboxItem(kind=InboxKind.NOTICE, at=notice.at, seat=notice.seat, notice=notice)
            found.append(told)
        elif not is_muted_by(preferences, board, thread, who):
            row = thread_of(thread) if thread else None
            item = InboxItem(
                kind=InboxKind(kind),
                at=instant(at),
                post=post_of(post) if thread else None,
                thread=row.thread if row else None,
                line=None if thread else line_of(post),
                by=who,
            )
            found.append(item)
    return found


def calls(mirror: MirrorDatabase) -> int:
    """Return how many unread posts mention or answer the reader; those that they muted do not count."""
    rows = mirror.fetch_all(
        "SELECT board, thread, author, number FROM posts INDEXED BY posts_for_me WHERE for_me > 0"
        " AND author IS NOT ? AND number IS NOT NULL"
        " AND thread IN (SELECT id FROM threads WHERE unread > 0)",
        mirror.reader,
    )
    if not rows:
        return 0
    from bbs.features.reading.rounds import is_muted_by

    preferences = wishes(mirror)
    new = {thread: frozenset(unread(mirror, thread)) for _, thread, _, _ in rows}
    return sum(
        number in new[thread] and not is_muted_by(preferences, board, thread, author)
        for board, thread, author, number in rows
    )


def has_notices(mirror: MirrorDatabase, until_ms: Ms) -> bool:
    """Return whether there are notices up to this moment."""
    return mirror.fetch_value("SELECT 1 FROM notices WHERE at <= ?", until_ms) is not None


def waiting(mirror: MirrorDatabase) -> "list[UnreadPost]":
    """Return every unread post, by thread and number; its cost grows with their number."""
    from bbs.features.reading.rounds import UnreadPost

    found: list[UnreadPost] = []
    threads = mirror.fetch_all(
        "SELECT t.id, m.ranges FROM threads t LEFT JOIN marks m ON m.thread = t.id"
        " WHERE t.unread > 0 ORDER BY t.id"
    )
    for thread, ranges in threads:
        for first, last in gaps(ranges_decoder.decode(ranges) if ranges else ()):
            found += mirror.select(UnreadPost, _WAITING, thread, first, last, mirror.now_ms())
    return found


def urgent_notices(mirror: MirrorDatabase, since: Ms) -> "list[Notice]":
    """Return the urgent notices given after a moment, in ms, the newest first."""
    docs = mirror.fetch_all("SELECT doc FROM notices WHERE at > ? ORDER BY at DESC", since)
    if not docs:
        return []
    from msgspec import json

    from bbs.features.reading.views import Notice, NoticeKind

    found = (json.decode(doc, type=Notice) for (doc,) in docs)
    return [notice for notice in found if notice.kind is NoticeKind.URGENT]
