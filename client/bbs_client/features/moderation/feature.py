"""What the feature of acts brings to the mirror: nothing, for its log is read from the server."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
