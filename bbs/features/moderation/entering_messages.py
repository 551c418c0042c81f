"""The sysop's visit to a private board of others, by a law or a clause, seen by everybody there (P8)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, is_there
from bbs.ids import BoardId
from bbs.messages import Command
from bbs.powers import Need, Power


class EnterBoard(Command[RestrictionResult], frozen=True, kw_only=True):
    """Enter a private board of others for `ENTER_HOURS`, by a law or a clause. Logged there (P8).

    Until then the sysop reads it and acts there with the sysop's powers; each act says that it was
    done on a visit. The board shows the visit for `ENTER_BANNER_DAYS`. Another visit within
    `ENTER_AGAIN_DAYS` waits for a commons moderator's key (protocol 15). Nobody enters a letter. Errors: `not_found`,
    `conflict` for a board that the sysop can read, `text_refused`, `protocol.bad_params` without a
    law or a clause, with both, or for a clause that the norms do not have, `proposals.waits`.

    Attributes:
        law: The law that asks for it, in the form in which its country cites it.
        norm: The clause of the board's norms that asks for it.
        of_commons: Whether that is a clause of the commons' norms instead.
    """

    method: ClassVar[str] = "moderation.enter"
    needs: ClassVar[Need] = Need(Power.ENTER)
    text_paths: ClassVar[tuple[str, ...]] = ("law", "reason")
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("entered", "the sysop has entered it lately", is_there, key_of_commons=True),
    )
    board: BoardId
    law: Reason | None = None
    norm: Annotated[int, Meta(ge=1, le=limits.NORMS_MAX)] | None = None
    of_commons: bool = False
    reason: Reason
