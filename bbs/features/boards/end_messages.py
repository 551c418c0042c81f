"""Boards that end: an end set by moderators, asked about before, renewed by anybody who sits there."""

from typing import ClassVar

from bbs.clock import Instant
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import BoardResult
from bbs.gravity import Grave, comes_sooner
from bbs.ids import BoardId
from bbs.messages import Command
from bbs.powers import Need, NeedTarget, Power, Touches


class SetEnd(Command[BoardResult], frozen=True, kw_only=True):
    """Set the day on which a board ends, or another one, or none. Logged on the board (P8).

    `ENDS_ASKED_DAYS` before, everybody who sits there is asked, and any of them may renew the board.
    Nothing is erased at the end, unless the moderators choose to forget what was written there: that,
    and an earlier end of such a board, may wait for the agreement or objections of other members
    (protocol 15). Errors: `protocol.bad_params` for an end that is less than `ENDS_DAYS_MIN` or more
    than `ENDS_DAYS_MAX` days ahead, and for an end that forgets without a day; `conflict` for the commons and
    for an archived board; `proposals.waits`.

    Attributes:
        ends_at: The moment of its end; None for none.
        at_end: What happens then.
    """

    method: ClassVar[str] = "boards.set_end"
    needs: ClassVar[Need] = Need(Power.CONFIGURE, on=NeedTarget.BOARD, touches=Touches.MEMORY)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            "forgets_at", "all words there would be erased at its end", comes_sooner, erases=True
        ),
    )
    board: BoardId
    ends_at: Instant | None = None
    at_end: AtEnd = AtEnd.ARCHIVE


class Renew(Command[BoardResult], frozen=True, kw_only=True):
    """Move a board's end, as anybody who sits there, once its members are asked. Logged there (P8).

    Errors: `not_found` without a seat there, `conflict` if the board has no end or its members were
    not asked yet, `protocol.bad_params` for an end that is not later, or more than `ENDS_DAYS_MAX` days
    ahead.

    Attributes:
        until: Until when; None: for as many days as before.
    """

    method: ClassVar[str] = "boards.renew"
    needs: ClassVar[Need] = Need(Power.SIT, on=NeedTarget.BOARD)
    board: BoardId
    until: Instant | None = None
