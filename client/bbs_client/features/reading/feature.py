"""What the feature of reading brings to the mirror.

What was searched and found is shown, not mirrored: nothing keeps it true afterwards.
"""

from typing import get_args

from bbs.features.reading.messages import (
    AllChoices,
    AllMarks,
    ChoiceChanged,
    ChoiceResult,
    Floor,
    FloorChanged,
    MarkPosts,
    Marks,
    MarksChanged,
    MarksResult,
)
from bbs_client.mirror import changes, choosing, people
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        AllMarks: ("floors", "marks"),
        FloorChanged: ("floor",),
        MarksChanged: ("marks",),
        MarksResult: ("marks",),
    },
    writers={
        changes.ForgetRevisions: people.forget_revisions,
        Marks: people.set_marks,
        MarkPosts: people.mark_posts,
        Floor: people.set_floor,
        ChoiceChanged: choosing.set_choice,
        ChoiceResult: choosing.set_choice,
        AllChoices: choosing.set_choices,
        **dict.fromkeys(get_args(changes.Choosing), choosing.choose),
    },
    board_tables=("marks", "floors"),
)
