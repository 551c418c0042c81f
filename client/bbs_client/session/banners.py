"""What everybody is told as long as it holds: urgent notices and a lock-down everywhere, a visit there."""

from bbs.clock import HOUR_MS
from bbs_client.session.session import Session


def describe_banners(session: Session, board: str | None) -> list[str]:
    """Return the banners of a place in clean sentences; offline too.

    Args:
        session: The reader's session.
        board: The board's id; None at home.
    """
    found = session.cache.banners(board, session.cache.time())
    if not found:
        return []
    from bbs.terminal.calm_text import describe_banner  # late, for the first painting

    return [describe_banner(banner, session.times.moment) for banner in found]


URGENT_HOURS = 24  # for which an urgent notice stands at the top; the inbox keeps it for longer


def describe_urgent(session: Session) -> list[str]:
    """Return the urgent notices of the last day in clean sentences, whatever the reader mutes."""
    found = session.cache.urgent_notices(session.cache.time() - URGENT_HOURS * HOUR_MS)
    if not found:
        return []
    from bbs.terminal.inbox_text import describe_notice  # late, as above

    members, times = dict(session.members), session.times
    return [
        f"{describe_notice(notice, members, session.slug)}, {times.moment(notice.at)}"
        for notice in found
    ]
