"""The SQL of the community as a whole: the sizes of its boards, and its announced end."""

from bbs import limits
from bbs.features.community.views import BoardSize
from bbs.ids import BoardId, MemberId
from bbs.streams import StreamKind, board_stream, stream_prefix
from bbs_server.handler_api import Context
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


def list_board_sizes(tx: Tx) -> list[BoardSize]:
    """Return the size of every board but letters, by number, readable by the actor or not."""
    kinds = StreamKind.BOARD, StreamKind.LOUNGE, StreamKind.DESK, StreamKind.BOARD
    rows = tx.fetch_all(
        "SELECT b.id, b.slug, (SELECT coalesce(sum(t.posts), 0) FROM threads t WHERE t.board = b.id),"
        " coalesce(s.words_bytes, 0), (SELECT coalesce(sum(e.seq - e.base_seq), 0) FROM streams e"
        " WHERE e.stream IN (? || b.id, ? || b.id, ? || b.id)), coalesce(s.quota_bytes, 0)"
        " FROM boards b LEFT JOIN streams s ON s.stream = ? || b.id"
        " WHERE b.kind <> 'letter' ORDER BY b.number",
        *map(stream_prefix, kinds),
    )
    return [
        BoardSize(
            board=board, slug=slug, posts=posts, words_bytes=words, events=events, quota_bytes=quota
        )
        for board, slug, posts, words, events, quota in rows
    ]


def update_quota(tx: Tx, board: BoardId, quota_bytes: int) -> None:
    """Set a board's quota."""
    row = event_log.head(tx, board_stream(board))
    tx.upsert(event_log.STREAMS, (row.stream,), row._replace(quota_bytes=quota_bytes))


def near_quota(tx: Tx) -> tuple[int, list[tuple[BoardId, int]]]:
    """Return the size of all boards' text, without letters, in bytes, and the boards near their quota.

    Returns:
        The sum, and (board, percent of its quota) for each at `QUOTA_NEAR_PERCENT` or above.
    """
    rows = tx.fetch_all(
        "SELECT b.id, s.words_bytes, s.quota_bytes FROM boards b JOIN streams s ON s.stream = ? || b.id"
        " WHERE b.kind <> 'letter'",
        stream_prefix(StreamKind.BOARD),
    )
    percent = [(board, used * 100 // quota) for board, used, quota in rows if quota]
    near = [(board, part) for board, part in percent if part >= limits.QUOTA_NEAR_PERCENT]
    return sum(used for _, used, _ in rows), near


ALL_TOLD = "~"
"""Above every member's id: everybody was told."""


def next_to_tell(tx: Tx, board: BoardId, above: MemberId) -> tuple[list[MemberId], MemberId]:
    """Return the next slice of a board's seat holders by id, and up to whom everybody is told then.

    Fewer than a slice are the last ones.
    """
    rows = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'seated'"
        ' AND member COLLATE "binary" > ? ORDER BY member COLLATE "binary" LIMIT ?',
        *(board, above, limits.SLICE_ROWS),
    )
    members = [member for (member,) in rows]
    return members, members[-1] if len(members) == limits.SLICE_ROWS else ALL_TOLD


def reason(tx: Tx) -> str | None:
    """Return the reason of the announced end; None if no end is announced."""
    key = tx.fetch_value("SELECT reason_text FROM closing")
    return texts.load_bodies(tx, [key]).get(key)


def replace_reason(tx: Tx, ctx: Context, why: str | None) -> None:
    """Store the reason of the announced end in place of an earlier one; None for none."""
    key = tx.fetch_value("SELECT reason_text FROM closing")
    if key is not None:
        tx.execute("DELETE FROM closing")
        texts.delete_texts(tx, [key])
    if why is not None:
        sql = "INSERT INTO closing (one, reason_text) VALUES (1, ?)"
        tx.execute(sql, texts.insert_text(tx, ctx, why))
