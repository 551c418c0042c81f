"""What the feature of norms brings to the mirror."""

from bbs.features.norms.messages import Norms
from bbs_client.features.norms import mirror
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(writers={Norms: mirror.put_norms}, board_tables=("norms",))
