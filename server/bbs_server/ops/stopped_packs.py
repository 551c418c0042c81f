"""Stops what was being unpacked when a backup was taken: a restore begins no half board (P10, protocol 29.10)."""

from bbs.features.packs.unpack_messages import UnpackState
from bbs_server.features.packs import unpack_records
from bbs_server.store.api import Tx

_BEFORE_THE_FIRST_ROW = (UnpackState.RECEIVING, UnpackState.CHECKING)


def stop_unpacking(tx: Tx) -> bool:
    """Stop the pack that was on its way; the server clears what was written of its board.

    It does not go on from its file: what its authors took back since the backup stands in that file
    still, and words that were written and erased since would be missing. A board that is whole waits on,
    and one that is cleared goes on being cleared.

    Returns:
        Whether there was one, which the sysop unpacks anew.
    """
    row = unpack_records.find_on_its_way(tx)
    if row is None or row.state == UnpackState.CLEARING:
        return False
    is_unwritten = UnpackState(row.state) in _BEFORE_THE_FIRST_ROW
    after = UnpackState.STOPPED if is_unwritten else UnpackState.CLEARING
    unpack_records.update_unpacking(tx, row, state=after.value)
    return True
