"""Checks the acts that came with a board from before: their digests, and the salts of their words (P8)."""

import msgspec

from bbs import limits
from bbs.chain import text_commitment
from bbs.features.packs.order_rules import act_digest
from bbs.features.packs.views import Line, PackAct
from bbs.ids import BoardId
from bbs_server.features.packs import unpack_records as records
from bbs_server.store.api import Tx

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


def altered_old_acts(tx: Tx) -> list[str]:
    """Compute the chains of old acts again, to find changes made outside the server.

    Returns:
        A line for each board whose old acts are not as its pack had them.
    """
    boards = tx.fetch_all('SELECT board FROM packs ORDER BY board COLLATE "binary"')
    found = ((board, _find_altered(tx, board)) for (board,) in boards)
    return [
        f"act {number} from before of {board} is not as it was" for board, number in found if number
    ]


def _find_altered(tx: Tx, board: BoardId) -> int | None:
    """Return the number of the first act that does not follow from the one before; None if all do."""
    number, home, before = 0, -1, b""
    while rows := records.list_acts(tx, board, number, limits.SLICE_ROWS):
        for row in rows:
            number += 1
            act = _act(row.line)
            if act is None or row.number != number:
                return number
            if act.home != home:
                home, before = act.home, bytes.fromhex(act.before or "")
            digest = bytes.fromhex(act.digest)
            if not _fits(board, before, act):
                return number
            before = digest
    return None


def _act(line: bytes) -> PackAct | None:
    try:
        found = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError):
        return None
    return found if isinstance(found, PackAct) else None


def _fits(board: BoardId, before: bytes, act: PackAct) -> bool:
    # A sealed act names an office where its server stores a name: its digest stands for the rest.
    if not act.is_sealed and act_digest(board, before, act).hex() != act.digest:
        return False
    return all(
        word.id.startswith(text_commitment(bytes.fromhex(word.salt), word.body))
        for word in act.words
    )
