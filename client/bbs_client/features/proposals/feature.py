"""Registers the feature of commands that wait with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.proposals import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.BOARD: mirror.drop_proposals},
    board_tables=("proposals",),
)
