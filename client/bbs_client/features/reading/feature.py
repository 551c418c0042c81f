"""Registers the feature of reading with the mirror.

What was searched and found is shown, not mirrored: nothing keeps it true afterwards.
"""

from bbs.streams import StreamKind
from bbs_client.features.reading import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.MEMBER: mirror.drop_notices},
    board_tables=("marks", "floors"),
)
