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
from bbs_client.features.reading import mirror
from bbs_client.mirror.changes import Choosing
from bbs_client.mirror.manifest import Feature

FEATURE = Feature(
    told={
        AllMarks: ("floors", "marks"),
        FloorChanged: ("floor",),
        MarksChanged: ("marks",),
        MarksResult: ("marks",),
    },
    writers={
        mirror.ForgetRevisions: mirror.forget_revisions,
        Marks: mirror.set_marks,
        MarkPosts: mirror.mark_posts,
        Floor: mirror.set_floor,
        ChoiceChanged: mirror.set_choice,
        ChoiceResult: mirror.set_choice,
        AllChoices: mirror.set_choices,
        **dict.fromkeys(get_args(Choosing), mirror.choose),
    },
    board_tables=("marks", "floors"),
)
