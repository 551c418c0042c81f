"""What the feature of norms brings to the mirror."""

from bbs_client.features.norms import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold_result=state.fold_result,
    writers={
        changes.PutNorms: people.put_norms,
    },
    board_tables=("norms",),
)
