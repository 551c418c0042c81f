"""Registers the feature of letters with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.letters import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    modules=(mirror,),
    fed_by={StreamKind.MEMBER: mirror.drop_letters},
    board_tables=("letters", "asked_of"),
)
