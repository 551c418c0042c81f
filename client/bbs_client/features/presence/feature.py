"""Registers the feature of presence with the mirror."""

from bbs_client.features.presence import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,))
