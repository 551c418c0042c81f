"""The batches at the moderators' desk: those that run or wait, and a row that leads to the others."""

from bbs.errors import UnknownMethod
from bbs.features.batches.messages import ListBatches
from bbs.features.batches.views import Batch, BatchState
from bbs.plural import counted
from bbs.terminal.batch_text import describe_progress
from bbs_client.actions.batches import show_batch, show_batches
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.session.batch_sheets import batch_name
from bbs_client.session.session import Session

_NAME = "Batches"
_OPEN = "open"
_LATEST = 5  # one runs at a time on a board; drafts and those that wait stand first
_GOES_ON = (BatchState.RUNNING, BatchState.WAITING)


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    """Ask for the latest batches of a board."""
    try:
        found = (
            await session.connection.call(ListBatches(board=row.board.id, limit=_LATEST))
        ).batches
    except UnknownMethod:  # an older server has no batches
        return ()
    on = tuple(_batch(session, each) for each in found if each.state in _GOES_ON)
    return (*on, _all(row, found[0])) if found else ()


def _batch(session: Session, batch: Batch) -> DeskItem:
    return DeskItem(
        section=_NAME,
        id=batch.id,
        board=batch.board,
        heading=f"{session.slug(batch.board)}  {batch_name(session, batch)}",
        says=describe_progress(batch),
        since=batch.begun_at,
        words=(_OPEN,),
        is_quiet=True,  # whose key it waits for has it among what waits for them
        is_row=True,
        revision=batch.revision,
    )


def _all(row: BoardRow, latest: Batch) -> DeskItem:
    """Return the row that leads to all batches of a board."""
    return DeskItem(
        section=_NAME,
        id=row.board.id,
        board=row.board.id,
        heading=f"batches of {row.board.label}",
        says=f"the last of {counted(latest.count, 'item')}",
        since=latest.begun_at,
        words=(_OPEN,),
        is_quiet=True,
        is_row=True,
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    if item.id != item.board:
        await show_batch(surface, item.id)
    elif (row := surface.session.cache.board(item.board)) is not None:
        await show_batches(surface, row)


SECTION = DeskSection(_NAME, _fetch, _do, is_last=True)
