"""Registers the feature of ownership with the server."""

from bbs_server.features.ownership import handlers, personal
from bbs_server.manifest import Feature

FEATURE = Feature(
    modules=(handlers,),
    personal=personal.PERSONAL,
    sections=personal.SECTIONS,
)
