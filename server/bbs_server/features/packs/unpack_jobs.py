"""Timed work of unpacking: checks, writes, opens and clears, and deletes what is left of files."""

from bbs import limits
from bbs.errors import FolkmootError, RetryableError
from bbs.features.packs.unpack_messages import UnpackState
from bbs.messages import Done
from bbs_server.features.packs import file_records, home_records
from bbs_server.features.packs import unpack_opening as opening
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.opening_acts import OpenUnpacked
from bbs_server.features.packs.unpack_checking import check_slice
from bbs_server.features.packs.unpack_records import UnpackingRow
from bbs_server.features.packs.unpack_writing import write_slice
from bbs_server.handler_api import Context
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, Outcome, WakeJobs
from bbs_server.store.api import Tx


def unpack(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Do a slice of the work on the pack that is on its way; the runner asks again while there is more."""
    row = records.find_on_its_way(tx)
    if row is None or row.state == UnpackState.RECEIVING:
        return Outcome(Done())
    try:
        effects = tx.attempt(lambda: _step(tx, ctx, row))
    except RetryableError:
        raise
    except FolkmootError as error:
        opening.refuse(tx, ctx, row, error)
        effects = []
    is_over = records.find_on_its_way(tx) is None
    wakes = (WakeJobs(),) if is_over else ()  # the file is to go at once
    return Outcome(Done(), (*effects, *wakes), more=True)


def _step(tx: Tx, ctx: Context, row: UnpackingRow) -> list[Effect]:
    match UnpackState(row.state):
        case UnpackState.CHECKING:
            check_slice(tx, ctx, row)
        case UnpackState.CLEARING:
            opening.clear_slice(tx, ctx, row)
        case UnpackState.WRITING if row.place < row.size:
            _, effects = write_slice(tx, ctx, row)
            return effects
        case UnpackState.WRITING:
            if opening.end_writing(tx, ctx, row):
                return [ctx.carry_out_due(tx, OpenUnpacked(board=row.board))]
    return []


def forget_files(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the files of packs that came to their end: their words stand on boards, or nowhere."""
    pack = file_records.find_leftover(tx)
    if pack is None:
        return Outcome(Done(), more=home_records.forget_ended(tx, limits.SLICE_ROWS))
    while file_records.delete_file(tx, pack, limits.SLICE_ROWS):
        if tx.time_is_up():
            break
    return Outcome(Done(), more=True)


JOBS: tuple[Job, ...] = (
    Job("unpack boards", 5.0, unpack, JobKind.ACTS, at_edges=True),
    Job("forget files of packs", 10.0, forget_files, JobKind.TIDIES, at_edges=True),
)
