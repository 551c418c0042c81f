"""Refusals about leaving: what is closed to who has left, and why the sysop stays until others run it."""

from datetime import datetime

from bbs.refusals import Refused


class LeavingNow(
    Refused,
    code="members.leaving",
    sentence="you have left the community; until {until:%Y-%m-%d %H:%M} UTC you can export and come back",
    hint="come back: bbs come-back; export: bbs export FOLDER",
):
    """The member has left the community; only its doors are open until all is erased.

    Attributes:
        until: When account and words go as chosen, by the server's proven time.
    """

    until: datetime


class LeavingBoard(
    Refused,
    code="boards.leaving",
    sentence="you left this board; what you wrote there goes as you chose on {until:%Y-%m-%d}",
    hint="come back with your words, or ask for a seat after that day",
):
    """The member left the board a few days ago, and the choice about the words is still open.

    Attributes:
        until: When the choice is carried out, by the server's proven time.
    """

    board: str
    until: datetime


class BackTooOften(
    Refused,
    code="ownership.back_too_often",
    sentence="you came back here {times} times within a day, and each time all readers fetch your words"
    " anew; you can come back again from {until:%Y-%m-%d %H:%M} UTC on",
    hint="come back then; until that moment what you left stays as it is, and nothing of it is erased",
):
    """The member left and came back so often that coming back has to wait. Leaving stays open (P9).

    Attributes:
        times: How often they came back to this board, or to the community, within a day.
        until: From when on they can come back again.
    """

    times: int
    until: datetime


class SysopLeaves(
    Refused,
    code="ownership.sysop_leaves",
    sentence="you run the server of this community, which nobody else could then",
    hint="hand it over first: bbs admin hand-over MEMBER; or close it: bbs admin close",
):
    """The sysop cannot leave the community before somebody else runs it, or it is closed."""
