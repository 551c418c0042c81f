"""What the feature of the community as a whole brings to the mirror."""

from bbs_client.features.community import state
from bbs_client.mirror import changes, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold=state.fold,
    fold_result=state.fold_result,
    writers={
        changes.NoteClosing: people.note_closing,
    },
)
