"""What a board says at its top, in the sentences that all surfaces show."""

from bbs.features.boards.end_views import EndState
from bbs.features.boards.kinds import BoardKind
from bbs_client.mirror.reads import BoardRow
from bbs_client.session.session import Session


def describe_news(session: Session, row: BoardRow, renew: str) -> str:
    """Return what is pressing on a board: that its end is near, that something has waited; or nothing.

    Args:
        session: The reader's session.
        row: The board.
        renew: The key or verb that renews it.
    """
    is_asked = row.board.end is not None and row.board.end.state is EndState.ASKED
    awaited = session.cache.awaited(row.board.id)
    if not is_asked and not awaited:
        return ""
    # Imported late, because the first painting seldom needs it.
    from bbs.terminal.board_text import AWAITED, describe_end

    says = (describe_end(row.board.end, renew) if is_asked else "", AWAITED if awaited else "")
    return " ".join(filter(None, says))


def describe_nature(row: BoardRow) -> str:
    """Return what a board is, and when it ends, where nothing of it is pressing; else nothing."""
    end = row.board.end
    if row.board.kind is BoardKind.BOARD and end is None:
        return ""
    from bbs.terminal.board_text import describe_end, describe_kind

    far = "" if end is None or end.state is EndState.ASKED else describe_end(end, "")
    return " ".join(filter(None, (describe_kind(row.board), far)))
