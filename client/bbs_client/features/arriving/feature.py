"""Registers the feature of arriving with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.arriving import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={
        StreamKind.NOTE: mirror.drop_note,
        StreamKind.MEMBER: mirror.drop_guards,
        StreamKind.DESK: mirror.drop_desk,
    },
    board_tables=("guards", "held_at_desk"),
)
