"""What the feature of presence brings to the mirror."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs_client.features.presence import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(writers={PresenceChanged: mirror.set_here, PresenceResult: mirror.set_here})
