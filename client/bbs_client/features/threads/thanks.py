"""Who thanked the reader for a post: how it is written into the mirror (P2)."""

from bbs.features.threads.thanks_views import Thanks
from bbs.features.threads.views import ContentState
from bbs_client.mirror.transaction import MirrorTransaction

_MAY_HAVE = (None, ContentState.PUBLISHED, ContentState.HIDDEN)
"""States of a post whose thanks are there; None for one that is not here."""


def put_thanks(pen: MirrorTransaction, thanks: Thanks) -> None:
    """Keep who thanked the reader for a post; a post that is gone took that along (P2)."""
    state = pen.fetch_value("SELECT state FROM posts WHERE id = ?", thanks.post)
    if thanks.by is None or state not in _MAY_HAVE:
        return
    pen.put("thanks", thanks, "post, by")
    pen.touch("thanks")


def forget_thanks(pen: MirrorTransaction, post: str) -> None:
    """Forget who thanked the reader for a post."""
    if pen.run("DELETE FROM thanks WHERE post = ?", post):
        pen.erased = True
        pen.touch("thanks")
