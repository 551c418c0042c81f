"""Leaving a board or the community, with or without the words, and coming back (P9, protocol 28)."""

from typing import ClassVar

from bbs.features.ownership.views import LeaveWords, Leaving, LeavingList, LeavingResult
from bbs.ids import BoardId
from bbs.messages import Command, Event, Query
from bbs.powers import Need, Power


class Leave(Command[LeavingResult], frozen=True, kw_only=True):
    """Leave a board or the community. Members who are suspended or wait for a seat may leave, too.

    The seat ends at once, and its office; of the community all seats, offices, sessions, tokens and
    invitations. What becomes of the words holds at once in every view, and is carried out for good
    after `LEAVING_DAYS`, by proven time; until then `ownership.come_back` brings them back. A letter is
    left by `letters.leave`, with the same choice. With the same choice again, it changes nothing.
    Errors: `conflict` for a board without a seat or words of the member's, `not_found` if they may not
    read it either, `ownership.sysop_leaves`, `conflict` with another choice while the first one is under way.

    Attributes:
        board: The board; None to leave the community.
        words: What becomes of all that the member wrote there.
    """

    method: ClassVar[str] = "ownership.leave"
    needs: ClassVar[Need] = Need(Power.DOORS)
    board: BoardId | None = None
    words: LeaveWords


class ComeBack(Command[LeavingResult], frozen=True, kw_only=True):
    """Come back to what the member left: words and name are shown again.

    Seats are theirs again where one is free, otherwise they wait in line. Sessions, tokens,
    invitations, offices and seats in letters stay ended. Errors: `not_found`, `conflict` once the
    choice is being carried out, `ownership.back_too_often` after `COMEBACKS_MAX` within a day.

    Attributes:
        board: The board or letter; None for the community.
    """

    method: ClassVar[str] = "ownership.come_back"
    needs: ClassVar[Need] = Need(Power.DOORS)
    board: BoardId | None = None


class ListLeavings(Query[LeavingList], frozen=True, kw_only=True):
    """List what the member left in the last days, with the day from which nothing brings it back."""

    method: ClassVar[str] = "ownership.leavings"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class LeavingChanged(Event, frozen=True, kw_only=True):
    """The member left a board or the community, or came back. In the member's own stream."""

    kind: ClassVar[str] = "ownership.leaving_changed"
    leaving: Leaving
