"""What a pack takes of a board: its settings and who moderates it (protocol 29)."""

from typing import NamedTuple

from bbs.clock import Ms, instant
from bbs.features.boards.settings import TEXT_SETTINGS, values_of
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.packs.views import PackSettings
from bbs.ids import BoardId
from bbs_server.features.boards import records
from bbs_server.store.api import Tx


class _Counts(NamedTuple):
    """What only the row of a board says."""

    opened_at: Ms
    threads: int


def settings_to_pack(tx: Tx, board: BoardId) -> PackSettings:
    """Return the settings of a board as a line of its pack, without its moderators."""
    found = records.get_board(tx, board)
    counts = tx.select_one(_Counts, "FROM boards WHERE id = ?", board)
    assert counts is not None
    values = values_of(found)
    values |= {name: values[name] or None for name in TEXT_SETTINGS}
    return PackSettings(
        settings=PackedSettings(**values),
        kind=found.kind,
        opened_at=instant(counts.opened_at),
        norms_version=found.norms_version,
        threads=counts.threads,
    )
