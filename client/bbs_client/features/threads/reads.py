"""What a surface reads of threads, posts and lounges.

The first painting loads it, so what writes threads and posts stands elsewhere.
"""

from collections.abc import Iterable
from contextlib import suppress

from msgspec.json import Decoder
from msgspec.structs import replace

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.members.author_text import without_name
from bbs.features.threads.tree import Tree
from bbs.features.threads.views import ContentState, Line, Post, Thread
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.places import gaps
from bbs_client.mirror.reads import LoungeNews, ThreadRow, board_named
from bbs_client.mirror.rows import encode, post_decoder, thread_decoder
from bbs_client.mirror.unread import hidden_unread

KEPT_FROM_POSTS = 250  # shorter threads are put in order as quickly as their order is read
LATE_MAX = 16  # posts put into a kept tree at each reading, before it is kept anew
_POSTS = """
SELECT p.doc FROM json_each(:wanted) w JOIN posts p ON p.thread = :thread AND p.id IS NOT NULL
    AND (p.id = w.value OR p.thread = :thread AND p.number = w.value) ORDER BY w.key
"""

_NEW_LINES = """
SELECT b.id, count(*), sum(l.for_me) FROM boards b
    JOIN seats s ON s.board = b.id AND s.member = :me AND s.state = 'seated'
    LEFT JOIN looked k ON k.board = b.id
    JOIN lines l ON l.board = b.id AND l.number > coalesce(k.number, 0)
WHERE l.fades_at > :now AND l.words AND l.author IS NOT :me
    AND coalesce(l.author, '') NOT IN
        (SELECT subject FROM choices WHERE kind = 'member' AND stance = 'mute')
    AND b.id NOT IN (SELECT subject FROM choices WHERE kind = 'board' AND stance = 'mute')
GROUP BY b.id
"""

line_decoder = Decoder(Line)


def threads(mirror: MirrorDatabase, board: str) -> list[ThreadRow]:
    """Return a board's threads, newest first (P1).

    Those that wait to be published stand on top, then the pinned ones, in the same order.
    """
    where = (
        "board = ? AND state != 'moved' ORDER BY number IS NOT NULL, pinned DESC, number DESC, id"
    )
    return _thread_rows(mirror, where, board)


def unbroken_from(mirror: MirrorDatabase, board: str) -> int | None:
    """Return the number of the oldest thread above the first gap; None if no thread is here."""
    sql = (
        "SELECT max(number) FROM threads t WHERE board = ? AND NOT EXISTS"
        " (SELECT 1 FROM threads o WHERE o.board = t.board AND o.number = t.number - 1)"
    )
    number: int | None = mirror.fetch_value(sql, board)
    return number


def thread(mirror: MirrorDatabase, thread: str) -> ThreadRow | None:
    """Return one thread by its id; None if it is not here."""
    return next(iter(_thread_rows(mirror, "id = ?", thread)), None)


def _thread_rows(mirror: MirrorDatabase, where: str, id: str) -> list[ThreadRow]:
    """Return threads as they are shown now."""
    sql = f"SELECT id, doc, unread, fades_at FROM threads WHERE {where}"  # noqa: S608 - our own words
    now, decode, hidden = mirror.now_ms(), thread_decoder.decode, hidden_unread(mirror)
    by_thread = {thread: count for (_, thread), count in hidden.items()}
    return [
        ThreadRow(_thread_as_of(decode(doc), ends, now), unread - by_thread.get(key, 0))
        for key, doc, unread, ends in mirror.fetch_all(sql, id)
    ]


def posts(mirror: MirrorDatabase, thread: str, which: Iterable[str | int]) -> list[Post]:
    """Return posts of a thread in the order asked for; those that are not here are left out.

    Args:
        thread: Its id.
        which: Ids, numbers, or both.
    """
    rows = mirror.fetch_all(_POSTS, thread=thread, wanted=encode(list(which)).decode())
    return [_shown(mirror, doc) for (doc,) in rows]


def post(mirror: MirrorDatabase, post: str) -> Post | None:
    """Return one post by its id; None if it is not here."""
    doc = mirror.fetch_value("SELECT doc FROM posts WHERE id = ?", post)
    return None if doc is None else _shown(mirror, doc)


def _shown(mirror: MirrorDatabase, doc: bytes) -> Post:
    post: Post = post_decoder.decode(doc)
    return _post_as_of(post, mirror.now_ms())


def said_at(mirror: MirrorDatabase, address: str) -> Post | Line | None:
    """Return what `garden/42/7`, `garden/lounge/7` or a post's id names; None if it is not here."""
    if "/" not in address:
        return post(mirror, address)
    slug, thread, number = address.split("/")
    board = board_named(mirror, slug)
    if thread == "lounge":
        doc = mirror.fetch_value(
            "SELECT doc FROM lines WHERE board = ? AND number = ? AND fades_at > ?",
            *(board, int(number), mirror.now_ms()),
        )
        return None if doc is None else line_decoder.decode(doc)
    doc = mirror.fetch_value(
        "SELECT p.doc FROM threads t JOIN posts p ON p.thread = t.id AND p.number = ?"
        " WHERE t.board = ? AND t.number = ? AND p.id IS NOT NULL",
        *(int(number), board, int(thread)),
    )
    if doc is None:
        return None
    found = _shown(mirror, doc)
    return found if found.moved_to is None else post(mirror, found.moved_to)


def thread_at(mirror: MirrorDatabase, board: str, number: int) -> ThreadRow | None:
    """Return the thread to which a number of a board leads, also of a merged thread; None if not here."""
    key = mirror.fetch_value("SELECT id FROM threads WHERE board = ? AND number = ?", board, number)
    found = None if key is None else thread(mirror, key)
    while found is not None and found.thread.moved_to is not None:
        found = thread(mirror, found.thread.moved_to)
    return found


def moved(mirror: MirrorDatabase, thread: str) -> dict[int, tuple[str, int]]:
    """Return of each marker in a thread its number, and where the post stands that was moved from there."""
    rows = mirror.fetch_all(
        "SELECT m.number, p.thread, p.number FROM posts m JOIN posts p ON p.id = m.moved_to"
        " WHERE m.thread = ? AND m.moved_to IS NOT NULL AND m.number IS NOT NULL",
        thread,
    )
    return {number: (stands, at) for number, stands, at in rows}


def missing(mirror: MirrorDatabase, thread: str) -> list[tuple[int, int]]:
    """Return the ranges of numbers of a thread whose posts are not here; empty: complete.

    One without words that should have some was fetched while the server's clock was wrong.
    """
    last = mirror.fetch_value("SELECT posts FROM threads WHERE id = ?", thread) or 0
    sql = (
        "SELECT number, number FROM posts WHERE thread = ? AND number IS NOT NULL"
        " AND id IS NOT NULL"
        " AND (words OR state != 'published' OR coalesce(fades_at <= ?, 0)) ORDER BY number"
    )
    holes = gaps(mirror.fetch_all(sql, thread, mirror.now_ms()))
    return [(first, min(end, last)) for first, end in holes if first <= last]


def line(mirror: MirrorDatabase, line: str) -> Line | None:
    """Return one line of a lounge by its id; None if it is not here."""
    doc = mirror.fetch_value("SELECT doc FROM lines WHERE id = ?", line)
    return None if doc is None else line_decoder.decode(doc)


def lines(mirror: MirrorDatabase, board: str, limit: int = limits.PAGE_ITEMS_MAX) -> list[Line]:
    """Return the newest lines of a lounge, by number.

    Args:
        board: Whose lounge.
        limit: At most so many.
    """
    sql = "SELECT doc FROM lines WHERE board = ? AND fades_at > ? ORDER BY number DESC LIMIT ?"
    rows = mirror.fetch_all(sql, board, mirror.now_ms(), limit)
    return [line_decoder.decode(doc) for (doc,) in reversed(rows)]


def first_line(mirror: MirrorDatabase, board: str) -> int | None:
    """Return the number of a lounge's oldest line that is here; None if none is."""
    number: int | None = mirror.fetch_value("SELECT min(number) FROM lines WHERE board = ?", board)
    return number


def lounges(mirror: MirrorDatabase) -> dict[str, LoungeNews]:
    """Return what is new in lounges where the reader has a seat, by board; only those with news."""
    rows = mirror.fetch_all(_NEW_LINES, now=mirror.now_ms(), me=mirror.reader)
    return {board: LoungeNews(count, mentions) for board, count, mentions in rows}


def looked(mirror: MirrorDatabase, board: str) -> int:
    """Return the number of the line up to which the reader looked into a lounge on this device; 0: never."""
    return mirror.fetch_value("SELECT number FROM looked WHERE board = ?", board) or 0


def keep_looked(mirror: MirrorDatabase, board: str, number: int) -> bool:
    """Keep up to which line the reader looked into a lounge; nobody else is told (P2).

    What the disk refuses is new again the next time.

    Returns:
        Whether they looked further than before.
    """
    if number <= looked(mirror, board):
        return False
    with suppress(MirrorUnwritable):
        mirror.execute("INSERT OR REPLACE INTO looked VALUES (?, ?)", board, number)
        return True
    return False


def tree(mirror: MirrorDatabase, thread: str) -> Tree:
    """Return the published posts of a thread in tree order.

    A long thread's order is kept beside the posts, and read back whole: it need not be found
    anew each time the thread is opened, nor when a post has come.
    """
    kept = mirror.fetch_all("SELECT last, columns FROM trees WHERE thread = ?", thread)
    tree, last = Tree.build((), ()), 0
    for end, columns in kept:
        with suppress(ValueError):
            tree, last = Tree.from_bytes(columns), end
    sql = "SELECT number, parent_number FROM posts WHERE thread = ? AND number > ? ORDER BY number"
    late = mirror.fetch_all(sql, thread, last)
    if 0 < len(late) <= LATE_MAX and last:
        for number, parent in late:
            tree.add(number, parent)
    elif late:
        if last:
            late = mirror.fetch_all(sql, thread, 0)
        numbers = [number for number, _ in late]
        tree = Tree.build(numbers, [parent for _, parent in late])
        if len(tree) >= KEPT_FROM_POSTS:
            with suppress(MirrorUnwritable):  # then it is found anew the next time
                sql = "INSERT OR REPLACE INTO trees(thread, last, columns) VALUES (?, ?, ?)"
                mirror.execute(sql, thread, numbers[-1], tree.to_bytes())
    return tree


def held(mirror: MirrorDatabase, thread: str) -> list[tuple[str, int | None]]:
    """Return the reader's own posts of a thread that wait to be published, oldest first.

    Returns:
        The id of each, and its parent's number: None for a beginning, and where it is not here.
    """
    return mirror.fetch_all(
        "SELECT id, parent_number FROM posts WHERE thread = ? AND number IS NULL"
        " ORDER BY visible_at, id",
        thread,
    )


def look(mirror: MirrorDatabase, thread: str) -> tuple[bool | None, frozenset[int]]:
    """Return how the reader left a thread on this device: whether flat, and which posts are folded.

    Whether flat is None where they left it as usual.
    """
    for flat, folded in mirror.fetch_all("SELECT flat, folded FROM looks WHERE thread = ?", thread):
        return bool(flat), frozenset(map(int, folded.split()))
    return None, frozenset()


def keep_look(
    mirror: MirrorDatabase, thread: str, flat: bool, folded: Iterable[int], *, usual: bool = False
) -> None:
    """Keep how the reader looks at a thread; what the disk refuses is forgotten with the program.

    Args:
        thread: Its id.
        flat: Whether its posts stand in the order of their numbers rather than as a tree.
        folded: The numbers of posts whose answers are not shown.
        usual: Whether threads are flat that the reader has not looked at otherwise.
    """
    marks = " ".join(map(str, sorted(folded)))
    with suppress(MirrorUnwritable):
        if flat != usual or marks:
            sql = "INSERT OR REPLACE INTO looks(thread, flat, folded) VALUES (?, ?, ?)"
            mirror.execute(sql, thread, flat, marks)
        else:
            mirror.execute("DELETE FROM looks WHERE thread = ?", thread)


def _post_as_of(post: Post, now_ms: Ms) -> Post:
    """Return a post as it is shown at a time: without its text if that has faded by then (P10).

    The revision stays, because nothing has been erased yet.
    """
    if post.state is not ContentState.PUBLISHED or post.fades_at is None:
        return post
    if to_ms(post.fades_at) > now_ms:
        return post
    author = without_name(post.author)
    return replace(
        post, subject=None, body=None, state=ContentState.FADED, author=author, mentions=()
    )


def _thread_as_of(thread: Thread, ends_ms: Ms | None, now_ms: Ms) -> Thread:
    """Return a thread as it is shown at a time; see `_post_as_of`.

    Args:
        ends_ms: When its title fades, in ms since 1970 UTC; None for never or unknown.
        now_ms: The time, in ms since 1970 UTC.
    """
    if thread.state is not ContentState.PUBLISHED or ends_ms is None or ends_ms > now_ms:
        return thread
    return replace(thread, title=None, state=ContentState.FADED, author=without_name(thread.author))
