"""Registers the feature of members with the mirror."""

from bbs.streams import StreamKind
from bbs_client.features.members import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,), fed_by={StreamKind.BOARD: mirror.drop_others})
