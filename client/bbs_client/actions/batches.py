"""The batches of a board: looking at one while it runs, stopping it, undoing it (protocol 26)."""

from functools import partial

from bbs import limits
from bbs.errors import UnknownMethod
from bbs.features.batches.following import fetch_items
from bbs.features.batches.messages import ListBatches, StopBatch
from bbs.features.batches.undoing import plan_undo
from bbs.features.batches.views import Batch, BatchItem, ItemState
from bbs.ids import new_id
from bbs_client.actions.forms import FormField, WholeForm
from bbs_client.actions.plans import offer_plan, open_plan
from bbs_client.actions.sheets import ListingQuestion, RollQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.actions.table import BY_ID
from bbs_client.actions.verbs import find_run
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.batch_sheets import (
    OLDER,
    OPEN_PLAN,
    BatchWord,
    batch_listing,
    batch_roll,
)
from bbs_client.session.session import Session
from bbs_client.session.sheets import Listing, Roll

OLD_SERVER = "This server knows no batches yet."
NOTHING_BACK = "Nothing of this batch can come back: {count} stay as they are, such as: {why}"
NO_CHANGE = "it would change nothing"
_REASON = "reason"


async def batches(surface: Surface, _: str) -> None:
    """Show what was applied together on the board here; raises as `show_batches`."""
    await show_batches(surface, surface.board_here())


async def plan(surface: Surface, path: str) -> None:
    """Open a plan of this device, look at it, and apply it if the reader wants to.

    Raises:
        FolkmootError: What is wrong with the plan, or what the server answered.
    """
    batch = await open_plan(surface, path)
    if batch is not None:
        await show_batch(surface, batch)


async def show_batches(surface: Surface, row: BoardRow) -> None:
    """Show the batches of a board, and open what its reader chooses.

    Raises:
        FolkmootError: What the server answered: they are for those in office there.
    """
    session, at, before = surface.session, "", None
    while True:
        again = partial(_fetch_listing, session, row, before)
        try:
            listing = await surface.wait(again())
        except UnknownMethod:
            surface.notify(OLD_SERVER)
            return
        chosen = await surface.ask(ListingQuestion(listing, at, again))
        if chosen is None:
            return
        at = chosen
        if chosen == OPEN_PLAN:
            await plan(surface, "")
        elif chosen == OLDER:
            at, before = "", listing.items[-2].id
        else:
            await show_batch(surface, chosen)


async def _fetch_listing(session: Session, row: BoardRow, before: str | None) -> Listing:
    query = ListBatches(board=row.board.id, before=before, limit=limits.PAGE_ITEMS_MAX)
    found = await session.connection.call(query)
    kept = map(session.batches.keep, found.batches)
    return batch_listing(session, row.board.label, kept, older=found.next_before is not None)


class Watched:
    """A batch with its items, asked for anew only as far as they were not tried before."""

    def __init__(self, session: Session, batch: str) -> None:
        """Know only its id."""
        self._session = session
        self._id = batch
        self._items: dict[int, BatchItem] = {}

    async def fetch(self) -> Batch:
        """Ask how it stands now. Raises `FolkmootError`."""
        tried = (each.number for each in self._items.values() if each.state is ItemState.OPEN)
        after = min(tried, default=len(self._items) + 1) - 1
        batch, items = await fetch_items(self._session.connection.call, self._id, after)
        self._items |= {each.number: each for each in items}
        return self._session.batches.keep(batch)

    async def roll(self) -> Roll:
        """Return its page as it is now. Raises `FolkmootError`."""
        return self.page(await self.fetch())

    def page(self, batch: Batch) -> Roll:
        """Return its page."""
        return batch_roll(self._session, batch, self._items.values())


async def show_batch(surface: Surface, id: str) -> None:
    """Show a batch while it goes on, and do what its reader chooses, until they leave it.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    while True:
        watched = Watched(session, id)
        batch = await surface.wait(watched.fetch())
        question = RollQuestion(watched.page(batch), watched.roll)
        match await surface.ask(question):
            case BatchWord.STOP:
                await _stop(surface, batch)
            case BatchWord.UNDO:
                if (undone := await _undo(surface, batch)) is not None:
                    id = undone
            case BatchWord.PROPOSAL:
                await find_run(BY_ID["proposals"])(surface, "")
            case BatchWord.OTHER:
                id = batch.undone_by or batch.undoes or id
            case _:
                return
        surface.refresh()


async def _stop(surface: Surface, batch: Batch) -> None:
    says = "The item that is being done is done still; what was done stays, and can be undone."
    if await surface.ask(Confirm("Stop this batch?", says, yes="stop it")):
        request = StopBatch(board=batch.board, batch=batch.id, op=new_id())
        result = await surface.wait(surface.session.connection.call(request))
        surface.session.batches.keep(result.batch)
        surface.notify("Stopped; what was done stays.")


async def _undo(surface: Surface, batch: Batch) -> str | None:
    """Show what undoing a batch brings back, and apply that; return the id of the batch that does it."""
    session = surface.session
    row, epoch = session.cache.board(batch.board), session.cache.epoch()
    reason = await _ask_reason(surface)
    if reason is None or row is None or epoch is None:
        return None
    undoing = await surface.wait(
        plan_undo(
            session.connection.call,
            batch,
            epoch=epoch,
            slug=row.board.label,
            reason=reason,
            made_at=session.now(),
        )
    )
    if undoing.plan is None:
        reasons = [each.why for each in undoing.stays]
        reasons += (item.found.why or NO_CHANGE for item in undoing.left if item.found is not None)
        first = safe_line(reasons[0]) if reasons else "nothing was done"
        surface.notify(NOTHING_BACK.format(count=len(reasons), why=first))
        return None
    return await offer_plan(surface, undoing.plan, undoing.stays, undoing.left)


async def _ask_reason(surface: Surface) -> str | None:
    about = (
        "You see first what comes back, and what stays as it is. Undoing is a batch of its own: its"
        " acts stand in the log, and what is grave needs a second key again.",
    )
    field = FormField(
        name=_REASON,
        label="reason",
        help="Why: the log shows it beside each act. Quote nothing.",
        chars_max=limits.REASON_CHARS_MAX,
        is_required=True,
    )
    form = WholeForm("Undo this batch", (field,), True, yes="look at it", about=about)
    values = await surface.ask(form)
    return None if values is None else values.get(_REASON)
