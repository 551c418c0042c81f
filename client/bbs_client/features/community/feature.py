"""What the feature of the community as a whole brings to the mirror."""

from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled, ClosingResult
from bbs.wire.messages import Welcome
from bbs_client.features.community import mirror
from bbs_client.mirror.manifest import Feature

_TELL_OF_THE_END = (ClosingAnnounced, ClosingCancelled, ClosingResult, Welcome)

FEATURE = Feature(writers=dict.fromkeys(_TELL_OF_THE_END, mirror.note_closing))
