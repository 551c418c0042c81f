"""Registers the feature of packs with the server."""

from bbs_server.manifest import Feature

FEATURE = Feature()
