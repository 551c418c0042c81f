"""What each errand of a connection does; the queue holds them by kind and subject."""

from bbs_client.session.keeping import BoardKeeper
from bbs_client.session.sync import MirrorSync

Errand = tuple[str, str]
"""A kind and a subject: the id or stream that it concerns, empty for none."""


async def run_errand(
    sync: MirrorSync, kept: BoardKeeper, kind: str, subject: str
) -> tuple[Errand, ...]:
    """Do an errand that needs nothing of the connection. Raises as `MirrorSync` does.

    Args:
        sync: The connection's sync.
        kept: The boards to keep whole.
        kind: The errand's kind.
        subject: Its subject.

    Returns:
        The errands that follow from it.
    """
    if kind == "packs":
        await sync.packs.fetch_claim_lists()
        return tuple(("keep", board) for board in kept.begin(sync))
    if kind == "keep":
        return ((kind, subject),) if await kept.fetch_part(sync, subject) else ()
    by_subject = {
        "board": sync.board,
        "thread": sync.thread,
        "reset": sync.reset,
        "norms": sync.norms,
        "notes": sync.notes.follow,
        "desks": sync.desks.follow,
        "cases": sync.cases.fetch,
        "proposals": sync.proposals,
        "move": sync.packs.fetch_move,
    }
    await by_subject[kind](subject)
    return ()
