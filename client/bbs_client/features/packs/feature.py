"""Registers the feature of packs with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.packs import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.BOARD: mirror.drop_log},
    board_tables=("moves", "pack_consents", "claim_lists", "kept_boards"),
)
