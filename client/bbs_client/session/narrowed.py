"""What keeps the reader from writing somewhere, as a sentence that all surfaces say (P7)."""

from datetime import datetime
from typing import NamedTuple

from bbs_client.session.session import Session


class Narrowed(NamedTuple):
    """What narrows the reader's writing.

    Attributes:
        text: What holds, by which clause, until when, and what is left to do.
        stops: Whether it forbids writing; else it only spaces it out.
        until: When it is over; None until somebody ends it.
    """

    text: str
    stops: bool
    until: datetime | None = None


def narrowed_at(session: Session, board: str, thread: str | None = None) -> Narrowed | None:
    """Return what narrows the reader's writing on a board or in a thread, offline too; None if nothing.

    Args:
        session: Whose.
        board: Its id.
        thread: The thread's id; None for the board as a whole.
    """

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(session.zone):%Y-%m-%d %H:%M}"

    closing = session.cache.closing()
    if closing is not None and closing.read_only_at <= session.now():
        from bbs.refusals import CommunityClosing
        from bbs.terminal.restriction_text import with_next_step

        refusal = CommunityClosing(stage="read_only", closed_at=closing.closed_at)
        return Narrowed(with_next_step(str(refusal), refusal.hint), stops=True)
    restriction = session.cache.restriction(board, thread, session.cache.time())
    if restriction is None:
        return None
    # Late: the first painting needs neither.
    from bbs.features.moderation.rules import PACES
    from bbs.terminal.restriction_text import describe_restriction

    text = describe_restriction(restriction, local)
    return Narrowed(text, restriction.kind not in PACES, restriction.until)
