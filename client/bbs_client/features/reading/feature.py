"""Registers the feature of reading with the mirror.

Search results are shown and not mirrored, because no stream keeps them up to date.
"""

from bbs.streams import StreamKind
from bbs_client.features.reading import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.MEMBER: mirror.drop_notices},
    board_tables=("marks", "floors"),
)
