"""Registers the feature of ownership with the mirror, which keeps nothing of an export."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
