"""What the feature of presence brings to the mirror."""

from bbs_client.features.presence import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold_result=state.fold_result,
    fold_ephemeral=state.fold_ephemeral,
    writers={
        changes.SetHere: people.set_here,
    },
)
