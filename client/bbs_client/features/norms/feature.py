"""Registers the feature of norms with the mirror."""

from bbs_client.features.norms import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,), board_tables=("norms",))
