"""When the reader wrote last in a place: what a pace of writing counts from."""

from bbs.clock import Ms, to_ms
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.rows import post_decoder


def last_written(
    mirror: MirrorDatabase, me: str, board: str, thread: str | None, since: Ms
) -> Ms | None:
    """Return when the reader last wrote on a board, as far as this device knows; None if never.

    Args:
        me: The reader's id.
        thread: The only thread that counts; None for the whole board with its lounge.
        since: What was written up to then does not count, in ms.
    """
    docs = mirror.fetch_all(
        "SELECT doc FROM posts WHERE board = ? AND author = ? AND visible_at > ? AND doc IS NOT NULL"
        " AND imported = 0",
        *(board, me, since),
    )
    posts = (post_decoder.decode(doc) for (doc,) in docs)
    written = [to_ms(post.at) for post in posts if thread in (None, post.thread)]
    if thread is None:
        sql = "SELECT max(at) FROM lines WHERE board = ? AND author = ?"
        line: Ms | None = mirror.fetch_value(sql, board, me)
        written += [] if line is None else [line]
    return max((at for at in written if at > since), default=None)
