"""One request for every method about batches, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.batches.messages import (
    AddItems,
    BeginBatch,
    GetBatch,
    ListBatches,
    RehearseItems,
    StartBatch,
    StopBatch,
)
from bbs.features.batches.undo_messages import PlanUndo
from bbs.features.batches.views import PlanItem
from bbs.ids import new_id
from bbs.messages import Request
from tests.server.asking_row import Row


def _items(row: Row) -> tuple[PlanItem, ...]:
    params = {"post": row.things.post, "norm": 1, "reason": "It is an advertisement"}
    return (PlanItem(method="threads.hide", params=params),)


ASKING_BATCHES: dict[str, Callable[[Row], Request[Any]]] = {
    "batches.rehearse": lambda row: RehearseItems(board=row.board, items=_items(row), dry_run=True),
    "batches.begin": lambda row: BeginBatch(
        board=row.board, batch=new_id(), reason="A flood", count=1, dry_run=True
    ),
    "batches.add": lambda row: AddItems(
        board=row.board, batch=new_id(), first=1, items=_items(row), dry_run=True
    ),
    "batches.start": lambda row: StartBatch(
        board=row.board, batch=new_id(), digest="0" * 64, dry_run=True
    ),
    "batches.stop": lambda row: StopBatch(board=row.board, batch=new_id(), dry_run=True),
    "batches.plan_undo": lambda row: PlanUndo(
        board=row.board, batch=new_id(), reason="It was a mistake"
    ),
    "batches.get": lambda row: GetBatch(batch=new_id()),
    "batches.list": lambda row: ListBatches(board=row.board),
}
