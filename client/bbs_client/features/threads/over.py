"""What is over by the server's time: hidden at once, erased at a time the server has proven (P10)."""

from bbs.clock import Ms, instant
from bbs.streams import StreamKind, stream_bounds, stream_prefix
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.places import TouchedRows

_ANY_DUE = """
SELECT EXISTS(SELECT 1 FROM posts WHERE fades_at <= :proven AND state = 'published')
    OR EXISTS(SELECT 1 FROM threads WHERE fades_at <= :proven AND state = 'published')
    OR EXISTS(SELECT 1 FROM lines WHERE fades_at <= :proven)
"""
_HIDDEN = """
SELECT 'posts', board, thread FROM posts
    WHERE fades_at > :then AND fades_at <= :now AND state = 'published'
UNION SELECT 'threads', board, id FROM threads
    WHERE fades_at > :then AND fades_at <= :now AND state = 'published'
UNION SELECT 'lines', board, '' FROM lines WHERE fades_at > :then AND fades_at <= :now
"""
_HEAL = """
DELETE FROM cursors WHERE stream > :first AND stream < :last OR stream IN (
    SELECT :prefix || board FROM posts WHERE id IS NOT NULL AND coalesce(fades_at > :proven, 1)
        AND (state = 'faded' AND fades_at IS NOT NULL OR state = 'published' AND NOT words)
    UNION SELECT :prefix || board FROM threads WHERE coalesce(fades_at > :proven, 1)
        AND (state = 'faded' AND fades_at IS NOT NULL OR state = 'published' AND NOT words))
"""


def erase_faded(mirror: MirrorDatabase, proven_ms: Ms) -> TouchedRows:
    """Forget what has faded by a time the server has proven, as its event would (P10).

    Args:
        proven_ms: In milliseconds since 1970 UTC.

    Raises:
        MirrorUnwritable: If the disk refuses; nothing was changed.
    """
    if not mirror.fetch_value(_ANY_DUE, proven=proven_ms):
        return TouchedRows()
    from bbs_client.features.threads.fading import Fade

    return mirror.apply((Fade(instant(proven_ms)),))


def hidden_since(mirror: MirrorDatabase, then_ms: Ms) -> TouchedRows:
    """Return what is over by now and was not then, so that it is drawn without its words."""
    rows = mirror.fetch_all(_HIDDEN, then=then_ms, now=mirror.now_ms())
    return TouchedRows(
        tables=frozenset(table for table, _, _ in rows),
        boards=frozenset(board for _, board, _ in rows),
        threads=frozenset(thread for _, _, thread in rows if thread),
    )


def fetch_again(mirror: MirrorDatabase, proven_ms: Ms) -> None:
    """Have fetched anew what a wrong clock took from here: an earlier version's own, a server's.

    Of lounges nothing is left that would tell: each is fetched again, which is one page.
    """
    first, last = stream_bounds(StreamKind.LOUNGE)
    prefix = stream_prefix(StreamKind.BOARD)
    mirror.execute(_HEAL, proven=proven_ms, first=first, last=last, prefix=prefix)
