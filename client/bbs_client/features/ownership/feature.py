"""What the feature of ownership brings to the mirror: nothing, for an export is read from the server."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
