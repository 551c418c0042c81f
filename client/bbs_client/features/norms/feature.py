"""What the feature of norms brings to the mirror."""

from bbs.features.norms.messages import Norms
from bbs_client.mirror import people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(writers={Norms: people.put_norms}, board_tables=("norms",))
