"""What the feature of presence brings to the server: nothing of its own.

Its requests are about the connection itself: `pipeline/presence.py` answers them.
"""

from bbs_server.manifest import Feature

FEATURE = Feature()
