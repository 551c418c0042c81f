"""Registers the feature of boards and seats with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.boards import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.BOARD: mirror.drop_seats, StreamKind.DESK: mirror.drop_desk},
    board_tables=("seats", "old_slugs", "awaited", "applications", "applications_at_desk"),
)
