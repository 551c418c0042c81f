"""How marks, floors and choices change the mirror. Pure."""

from bbs.features.reading.messages import (
    AllChoices,
    AllMarks,
    ChoiceChanged,
    ChoiceResult,
    FloorChanged,
    MarksChanged,
    MarksResult,
)
from bbs.messages import Ephemeral, Result
from bbs_client.mirror.changes import Change, SetChoice, SetChoices, SetFloor, SetMarks


def fold_ephemeral(ephemeral: Ephemeral) -> tuple[Change, ...]:
    """Return what an ephemeral of this feature changes; nothing for any other."""
    match ephemeral:
        case MarksChanged(marks=marks):
            return (SetMarks(marks),)
        case FloorChanged(floor=floor):
            return (SetFloor(floor),)
        case ChoiceChanged(choice=choice, revision=revision):
            return (SetChoice(choice, revision),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result.

    What was searched and found is shown, not mirrored: nothing keeps it true afterwards.
    """
    match result:
        case AllMarks(marks=marks, floors=floors):
            return (*(SetFloor(floor) for floor in floors), *(SetMarks(one) for one in marks))
        case MarksResult(marks=one):
            return (SetMarks(one),)
        case ChoiceResult(choice=choice, revision=revision):
            return (SetChoice(choice, revision),)
        case AllChoices(choices=choices, revision=revision):
            return (SetChoices(choices, revision),)
        case _:
            return ()
