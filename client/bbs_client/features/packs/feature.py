"""Registers the feature of packs with the mirror."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
