"""What a board says at its top: whose journal it is, when it ends, and that something has waited. Pure."""

from bbs.features.boards.end_rules import end_day
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board

AWAITED = "Something has waited for this board's moderators for more than three days."


def describe_end(end: BoardEnd | None, renew: str) -> str:
    """Return what a board says of its end, as a sentence; empty for a board without one.

    Args:
        renew: How a seat holder renews it, such as `bbs admin boards renew garden`.
    """
    if end is None:
        return ""
    day, forgets = end_day(end.at), end.then is AtEnd.FORGET
    if end.state is EndState.ARCHIVED:
        says = "its words were forgotten" if forgets else "its moderators can open it again"
        return f"This board ended ({day}); {says}."
    then = ", and its words are forgotten then" if forgets else ""
    if end.state is EndState.ASKED:
        return f"This board ends on {day}{then}. Anybody with a seat here renews it: {renew}."
    return f"This board ends on {day}{then}."


def describe_kind(board: Board) -> str:
    """Return what a board is, where it is no plain one; else nothing."""
    if board.kind is BoardKind.JOURNAL:
        return "A journal: one member writes, and the others read."
    return ""


def short_end(end: BoardEnd | None) -> str:
    """Return a board's end in a column of a list; empty for a board without one."""
    return "" if end is None else end_day(end.at)
