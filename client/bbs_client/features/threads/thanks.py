"""Who thanked the reader for a post: how it is written into the mirror (P2)."""

from typing import NamedTuple

from bbs.clock import Ms, to_ms
from bbs.features.threads.views import ContentState, Thanks
from bbs_client.mirror.transaction import MirrorTransaction


class StoredThanks(NamedTuple):
    """A row of `thanks`."""

    post: str
    by: str
    board: str
    thread: str
    at: Ms


def put_thanks(pen: MirrorTransaction, thanks: Thanks) -> None:
    """Keep who thanked the reader for a post; a post that is gone took that along (P2)."""
    state = pen.fetch_value("SELECT state FROM posts WHERE id = ?", thanks.post)
    if thanks.by is None or state not in (None, ContentState.PUBLISHED):
        return
    row = StoredThanks(thanks.post, thanks.by, thanks.board, thanks.thread, to_ms(thanks.at))
    pen.put("thanks", row, "post, by")
    pen.touch("thanks")


def forget_thanks(pen: MirrorTransaction, post: str) -> None:
    """Forget who thanked the reader for a post."""
    if pen.run("DELETE FROM thanks WHERE post = ?", post):
        pen.erased = True
        pen.touch("thanks")
