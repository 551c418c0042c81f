"""Registers the feature of presence with the server; it has no handlers of its own.

`pipeline/presence.py` answers its requests, because they are about the connection itself.
"""

from bbs_server.manifest import Feature

FEATURE = Feature()
