"""What the feature of presence brings to the mirror."""

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs_client.mirror import people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(writers={PresenceChanged: people.set_here, PresenceResult: people.set_here})
