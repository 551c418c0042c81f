"""Registers the feature of batches with the mirror, which keeps nothing of them: pages ask for them."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
