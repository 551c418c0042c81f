"""Which stored posts are new to the reader without a mark (P4)."""

from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.places import gaps
from bbs_client.mirror.rows import ranges_decoder


def unread(mirror: MirrorDatabase, thread: str) -> list[int]:
    """Return the numbers of a thread's posts that are new to the reader, in rising order."""
    numbers: list[int] = []
    fresh = "FROM posts INDEXED BY posts_fresh WHERE thread = ? AND fresh = 1 AND number BETWEEN ? AND ?"
    for gap in gaps(mirror.read_ranges(thread)):
        sql = f"SELECT count(*), min(number), max(number) {fresh}"
        [(count, first, last)] = mirror.fetch_all(sql, thread, *gap)
        if count and last - first == count - 1:
            numbers.extend(range(first, last + 1))
        elif count:
            # Fetch them as one text, because a row for each would cost twice as much.
            sql = f"SELECT group_concat(number) FROM (SELECT number {fresh} ORDER BY number)"  # noqa: S608 - our own words
            [(found,)] = mirror.fetch_all(sql, thread, *gap)
            numbers.extend(map(int, found.split(",")))
    sql = "SELECT number FROM posts WHERE fades_at <= ? AND state = 'published' AND thread = ?"
    if hidden := {number for (number,) in mirror.fetch_all(sql, mirror.now_ms(), thread)}:
        return [number for number in numbers if number not in hidden]
    return numbers


def hidden_unread(mirror: MirrorDatabase) -> dict[tuple[str, str], int]:
    """Return how many unread posts have expired, by board and thread.

    They stay unread until the server has erased them, because this device's clock decides only what
    is shown (P4).
    """
    found: dict[tuple[str, str], int] = {}
    rows = mirror.fetch_all(
        "SELECT t.board, p.thread, p.number, m.ranges FROM posts p"
        " JOIN threads t ON t.id = p.thread"
        " LEFT JOIN marks m ON m.thread = p.thread WHERE p.fades_at <= ?"
        " AND p.state = 'published' AND p.fresh = 1 AND p.number IS NOT NULL",
        mirror.now_ms(),
    )
    if not rows:
        return found
    from bbs.features.reading.rules import contains

    for board, thread, number, ranges in rows:
        if ranges is None or not contains(ranges_decoder.decode(ranges), number):
            found[board, thread] = found.get((board, thread), 0) + 1
    return found
