"""Registers the feature of the community as a whole with the mirror."""

from bbs_client.features.community import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,))
