"""What the reader left: how it is written into the mirror (protocol 28)."""

from bbs.features.ownership.views import Leaving, LeavingList
from bbs_client.mirror.transaction import MirrorTransaction


def put_leaving(pen: MirrorTransaction, leaving: Leaving) -> None:
    """Store a leaving, unless a later revision of it, or a later leaving of the same place, is stored."""
    later = "(leavings.left_at, leavings.revision) <= (excluded.left_at, excluded.revision)"
    if pen.put("leavings", leaving, "place", later, place=leaving.board or ""):
        pen.touch("leavings", leaving.board)


def keep_leavings(pen: MirrorTransaction, listed: LeavingList) -> None:
    """Forget what was not listed any more: it is over."""
    known = {leaving.board or "" for leaving in listed.leavings}
    for (place,) in pen.fetch_all("SELECT place FROM leavings"):
        if place not in known:
            pen.run("DELETE FROM leavings WHERE place = ?", place)
            pen.touch("leavings", place or None)


def drop_leavings(pen: MirrorTransaction, member: str) -> None:
    """Drop what the reader's own stream told of."""
    pen.run("DELETE FROM leavings")
    pen.touch("leavings")
