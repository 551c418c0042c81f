"""Registers the feature of ownership with the mirror, which keeps what was left, and of exports nothing."""

from bbs.streams import StreamKind
from bbs_client.features.ownership import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,), fed_by={StreamKind.MEMBER: mirror.drop_leavings})
