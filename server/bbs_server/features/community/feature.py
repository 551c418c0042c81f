"""Registers the feature of the community as a whole with the server."""

from bbs_server.features.community import handlers
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers,),
)
