"""What everybody is told as long as it holds: a lock-down everywhere, the sysop's visit on its board."""

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
