"""Registers the feature of letters with the mirror."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
