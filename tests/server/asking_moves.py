"""One request for every method about a board that moves, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs import signatures
from bbs.clock import instant
from bbs.features.boards.settings import Visibility
from bbs.features.packs.last_messages import BringLastPage, GetLastList, GiveReceipt
from bbs.features.packs.last_views import LastPage
from bbs.features.packs.move_messages import BringReceipt, CancelMove, GetMove, MoveBoard
from bbs.features.packs.move_views import Receipt
from bbs.ids import BoardId
from bbs.messages import Request
from tests.server.asking_row import Row

_KEY = signatures.public_key_of(bytes(32))


def _receipt(board: BoardId) -> Receipt:
    return Receipt(
        host="new.example:7000",
        epoch="e",
        key=_KEY,
        board=board,
        slug="elsewhere",
        digest="5" * 64,
        at=instant(0),
        signature="A" * 86,
    )


def _page(board: BoardId) -> LastPage:
    return LastPage(
        host="old.example:7000",
        epoch="e",
        key=_KEY,
        board=board,
        receipt=_receipt(board),
        visibility=Visibility.PRIVATE,
        at=instant(0),
        signature="A" * 86,
    )


ASKING_MOVES: dict[str, Callable[[Row], Request[Any]]] = {
    "packs.move": lambda row: MoveBoard(
        board=row.board,
        host="new.example:7000",
        key=_KEY,
        slug="elsewhere",
        visibility=Visibility.PRIVATE,
        reason="Why",
        dry_run=True,
    ),
    "packs.move_state": lambda row: GetMove(board=row.board),
    "packs.last_list": lambda row: GetLastList(board=row.board),
    "packs.give_receipt": lambda row: GiveReceipt(slug="garden"),
    "packs.bring_last_page": lambda row: BringLastPage(page=_page(row.board), dry_run=True),
    "packs.cancel_move": lambda row: CancelMove(board=row.board, reason="Why", dry_run=True),
    "packs.bring_receipt": lambda row: BringReceipt(
        board=row.board,
        receipt=_receipt(row.board),
        dry_run=True,
    ),
}
