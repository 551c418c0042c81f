"""Registers the feature of cases with the mirror, which keeps nothing of them: pages ask for them."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
