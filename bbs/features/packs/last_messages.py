"""Requests about the papers of a move: the last list at the old server, the receipt at the new one (30)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_views import Receipt
from bbs.features.packs.places import PackPlace
from bbs.ids import BoardId
from bbs.messages import Command, Query, Result
from bbs.powers import Need, NeedTarget, Power, Touches

_SYSOP = Need(Power.OPEN_BOARD, touches=Touches.ACCOUNT)
"""As for unpacking: the sysop's, from a device."""


class LastListResult(Result, frozen=True, kw_only=True):
    """A page of the last list."""

    page: LastPage


class GetLastList(Query[LastListResult], frozen=True, kw_only=True):
    """Read a page of the last list: what ended of the pack since, signed (30.8).

    It can be read anew as long as the words are not erased here: a later list has more. Errors:
    `conflict` before the receipt came, and once the words are erased.

    Attributes:
        after: Where the page before ended.
    """

    method: ClassVar[str] = "packs.last_list"
    needs: ClassVar[Need] = Need(Power.MOVE_BOARD, on=NeedTarget.BOARD)
    board: BoardId
    after: PackPlace | None = None


class ReceiptResult(Result, frozen=True, kw_only=True):
    """The receipt for the board's old server."""

    receipt: Receipt


class GiveReceipt(Query[ReceiptResult], frozen=True, kw_only=True):
    """Sign that this server holds all of a board that moves here (30.6). Errors: `not_found`.

    Attributes:
        slug: The name that the board gets here.
    """

    method: ClassVar[str] = "packs.give_receipt"
    needs: ClassVar[Need] = _SYSOP
    slug: Annotated[str, Meta(max_length=limits.SLUG_CHARS_MAX)]


class MovedInResult(Result, frozen=True, kw_only=True):
    """What a page of the last list did.

    Attributes:
        ended: How many posts lost their words by it.
        is_open: Whether the board is open here.
        upto: Where the next page has to begin; None once the list was brought whole.
    """

    board: BoardId
    ended: int = 0
    is_open: bool = False
    upto: PackPlace | None = None


class BringLastPage(Command[MovedInResult], frozen=True, kw_only=True):
    """End what a page of the last list names; the last page opens the board. Logged on the commons (P8).

    On an open board a later list ends what it names and nobody claimed. A page that was brought
    before changes nothing. Errors: `not_found`, `packs.paper_refused`.
    """

    method: ClassVar[str] = "packs.bring_last_page"
    needs: ClassVar[Need] = _SYSOP
    page: LastPage
