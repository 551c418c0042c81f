"""What the feature of reading brings to the mirror."""

from bbs_client.features.reading import state
from bbs_client.mirror import changes, choosing, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    fold_result=state.fold_result,
    fold_ephemeral=state.fold_ephemeral,
    writers={
        changes.ForgetRevisions: people.forget_revisions,
        changes.SetMarks: people.set_marks,
        changes.MarkRead: people.mark_read,
        changes.SetFloor: people.set_floor,
        changes.SetChoice: choosing.set_choice,
        changes.SetChoices: choosing.set_choices,
        changes.Chose: choosing.chose,
    },
    board_tables=(
        "marks",
        "floors",
    ),
)
