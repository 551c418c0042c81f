"""A plan and its batch in the sample community: ana cleans a flood of posts out of the cellar."""

from msgspec.structs import replace

from bbs.features.batches.messages import BatchList, BatchPage, GetBatch, ListBatches
from bbs.features.batches.plan_file import Plan, make_plan
from bbs.features.batches.views import (
    Batch,
    BatchItem,
    BatchState,
    Found,
    ItemState,
    PlanItem,
)
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.powers import Office, Way
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of
from tests.client.app.sample import ANA, BEN, CELLAR, NOW, uid

BATCH_ID, OTHER_ID = uid(951), uid(952)
REASON = "A flood from one account, on Monday."
EPOCH = "e1"


def a_hide(number: int) -> PlanItem:
    """Return an item that hides a post of ben's by norm 3."""
    thing = Thing(kind=ThingKind.POST, id=uid(6000 + number), thread=3, number=number)
    return PlanItem(
        method="threads.hide",
        params={"post": uid(6000 + number), "norm": 3, "reason": REASON},
        if_revision=1,
        found=Found(thing=thing, about=BEN, norm=3, norms_version=1, revision=1),
    )


LOCK = PlanItem(
    method="moderation.lock",
    params={"thread": uid(301), "reason": REASON},
    found=Found(thing=Thing(kind=ThingKind.THREAD, id=uid(301), thread=3)),
)
ITEMS = (a_hide(1), a_hide(2), LOCK)
BATCH = Batch(
    id=BATCH_ID,
    board=CELLAR,
    state=BatchState.RUNNING,
    author=MemberAuthor(id=ANA),
    office=Office.MODERATOR,
    way=Way.DEVICE,
    begun_at=NOW,
    count=3,
    done=1,
    reason=REASON,
    digest="ab" * 32,
)
WHY = "norm 3 was not in force when it was written"


def a_plan(*items: PlanItem) -> Plan:
    """Return a plan for the cellar."""
    return make_plan(
        epoch=EPOCH,
        board=CELLAR,
        slug="cellar",
        reason=REASON,
        items=items or ITEMS,
        made_at=NOW,
        nonce=CELLAR,
    )


def batch_items(*states: ItemState) -> tuple[BatchItem, ...]:
    """Return the items of the batch in these states; what is refused says why."""
    return tuple(
        BatchItem(
            number=number,
            item=item,
            state=state,
            why=WHY if state is ItemState.REFUSED else None,
        )
        for number, (item, state) in enumerate(zip(ITEMS, states, strict=True), 1)
    )


RUNNING = batch_items(ItemState.DONE, ItemState.OPEN, ItemState.OPEN)
OVER = batch_items(ItemState.DONE, ItemState.REFUSED, ItemState.DONE)
DONE = replace(BATCH, state=BatchState.DONE, done=2, refused=1, revision=9)


def at_desk(app: FolkmootApp, batch: Batch, items: tuple[BatchItem, ...]) -> None:
    """Let the server tell of one batch in the cellar."""

    def page(query: GetBatch) -> BatchPage:
        return BatchPage(batch=batch, items=items[query.after :][: query.limit])

    connection_of(app).answers |= {ListBatches: BatchList(batches=(batch,)), GetBatch: page}
