"""Registers the feature of arriving with the mirror."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
