"""What the feature of commands that wait brings to the mirror: nothing yet, lists come from the server."""

from bbs_client.mirror.manifest import Feature

FEATURE = Feature()
