"""An urgent notice: one line that reaches everybody who sits on a board at once, past all mutes (P4, P8)."""

from typing import ClassVar

from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, begins_now
from bbs.ids import BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power


class GiveUrgentNotice(Command[Done], frozen=True, kw_only=True):
    """Tell everybody who sits on a board one line at once, whatever they mute. Logged there (P8).

    It waits for a second key (protocol 15), and comes again on that board only after
    `URGENT_NOTICE_AGAIN_DAYS`. Errors: `not_found`, `text_refused`, `conflict` too soon after the
    last one, `proposals.waits`.

    Attributes:
        board: The board; the commons for everybody in the community.
        text: The line. It stands in the log as the reason of the act.
    """

    method: ClassVar[str] = "community.notice"
    needs: ClassVar[Need] = Need(Power.CALM, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = ("text",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("urgent_notice", "everybody there would be told past all mutes", begins_now),
    )
    board: BoardId
    text: Reason
