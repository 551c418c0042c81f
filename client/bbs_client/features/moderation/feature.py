"""Registers the feature of moderation with the mirror; the log of acts is read from the server."""

from bbs.streams import StreamKind
from bbs_client.features.moderation import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.MEMBER: mirror.drop_own, StreamKind.BOARD: mirror.drop_common},
    board_tables=("restrictions",),
)
