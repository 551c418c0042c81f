"""Queries of restrictions."""

from msgspec.json import Decoder

from bbs.clock import Ms
from bbs.features.moderation.views import Restriction
from bbs.ids import COMMONS
from bbs_client.mirror.database import MirrorDatabase

restriction_decoder = Decoder(Restriction)


def restriction(
    mirror: MirrorDatabase, board: str, thread: str | None, now: Ms
) -> Restriction | None:
    """Return the restriction of the reader's writing on a board or in a thread now, or None.

    Args:
        thread: The thread's id; None for the board as a whole.
        now: The time by the server's clock, in ms, so that restrictions end offline, too.
    """
    found = restrictions(mirror, board, thread, now)
    if not found:
        return None
    from bbs.features.moderation.rules import weightiest

    return weightiest(found)


def restrictions(
    mirror: MirrorDatabase, board: str, thread: str | None, now: Ms
) -> list[Restriction]:
    """Return all restrictions of the reader's writing there now; see `restriction`."""
    docs = mirror.fetch_all("SELECT doc FROM restrictions WHERE board IN (?, ?)", board, COMMONS)
    if not docs:
        return []
    # Imported late, because the first painting needs no rules.
    from bbs.features.moderation.rules import BANNERS, holds, holds_on

    return [
        each
        for (doc,) in docs
        if holds_on(each := restriction_decoder.decode(doc), board)
        and each.kind not in BANNERS
        and each.thread in (None, thread)
        and holds(each, now)
    ]


def banners(mirror: MirrorDatabase, board: str | None, now: Ms) -> list[Restriction]:
    """Return what everybody on a board is told as long as it holds; a lock-down is told everywhere.

    Args:
        board: The board's id; None for no board.
        now: As `restriction` takes it.
    """
    docs = mirror.fetch_all(
        "SELECT doc FROM restrictions WHERE kind = 'locked_down' OR kind = 'entered' AND board = ?",
        board,
    )
    if not docs:
        return []
    from bbs.features.moderation.rules import holds  # late, as above

    found = (restriction_decoder.decode(doc) for (doc,) in docs)
    return [each for each in found if holds(each, now)]
