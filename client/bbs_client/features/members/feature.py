"""What the feature of members brings to the mirror."""

from bbs_client.features.members import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold=state.fold,
    fold_result=state.fold_result,
    writers={
        changes.PutMember: people.put_member,
    },
)
