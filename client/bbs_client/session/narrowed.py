"""Restrictions of the reader's writing, as a sentence that all surfaces show (P7)."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from bbs.clock import SECOND_MS, instant
from bbs_client.session.session import Session

if TYPE_CHECKING:
    from bbs.features.moderation.views import Restriction


class Narrowed(NamedTuple):
    """A restriction of the reader's writing.

    Attributes:
        text: The restriction, its clause, its end and what the reader can still do.
        stops: Whether it forbids writing; else it only sets a pace.
        until: Its end, or when the reader may write again under a pace, if that is sooner; None
            until a moderator or the sysop ends it.
    """

    text: str
    stops: bool
    until: datetime | None = None
    is_about: bool = False


def narrowed_at(session: Session, board: str, thread: str | None = None) -> Narrowed | None:
    """Return the restriction of the reader's writing on a board or in a thread; offline too.

    Args:
        session: The reader's session.
        board: The board's id.
        thread: The thread's id; None for the board as a whole.
    """
    closing = session.cache.closing()
    if closing is not None and closing.read_only_at <= session.now():
        from bbs.refusals import CommunityClosing
        from bbs.terminal.restriction_text import with_next_step

        refusal = CommunityClosing(stage="read_only", closed_at=closing.closed_at)
        return Narrowed(with_next_step(str(refusal), refusal.hint), stops=True)
    restriction = session.cache.restriction(board, thread, session.cache.time())
    if restriction is None:
        return None
    # Imported late, because the first painting needs neither.
    from bbs.features.moderation.rules import ABOUT_MEMBERS, PACES
    from bbs.features.moderation.views import RestrictionKind
    from bbs.terminal.restriction_text import describe_restriction

    text = describe_restriction(restriction, session.times.moment)
    stops = restriction.kind not in PACES
    again = None if stops else _again_at(session, restriction)
    is_about = restriction.kind in ABOUT_MEMBERS and restriction.kind is not RestrictionKind.GUARDED
    if again is None:
        return Narrowed(text, stops, restriction.until, is_about)
    text = f"{text} You can write there next at {session.times.moment(again)}."
    return Narrowed(text, stops, again, is_about)


def _again_at(session: Session, pace: "Restriction") -> datetime | None:
    """Return when the reader may write again under a pace; None if at once."""
    from bbs.features.moderation.rules import next_writing

    me, now = session.cache.me(), session.cache.time()
    if me is None:
        return None
    since = now - SECOND_MS * (pace.value or 0)
    last = session.cache.last_written(me.id, pace.board, pace.thread, since)
    again = next_writing(pace, last, now)
    return None if again is None else instant(again)


def archived_at(session: Session, board: str) -> str:
    """Return that a board is archived, and what its readers can still do; empty if it is not.

    Args:
        session: The reader's session.
        board: The board's id.
    """
    restriction = session.cache.restriction(board, None, session.cache.time())
    if restriction is None or restriction.kind.value != "archived":
        return ""
    from bbs.terminal.restriction_text import describe_restriction  # late, as above

    return describe_restriction(restriction, session.times.moment)
