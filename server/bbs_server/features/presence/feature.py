"""What the feature of presence brings to the server: nothing of its own.

`pipeline/presence.py` answers its requests, because they are about the connection itself.
"""

from bbs_server.manifest import Feature

FEATURE = Feature()
