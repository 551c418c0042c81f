"""What the feature of presence brings to the mirror."""

from bbs_client.features.presence import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(modules=(mirror,))
