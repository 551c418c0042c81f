"""How marks and floors change the mirror. Pure."""

from bbs.features.reading.messages import AllMarks, FloorSet, Marked, MarksShown
from bbs.messages import Ephemeral, Result
from bbs_client.mirror.changes import Change, SetFloor, SetMarks


def fold_ephemeral(ephemeral: Ephemeral) -> tuple[Change, ...]:
    """Return what an ephemeral of this feature changes; nothing for any other."""
    match ephemeral:
        case Marked(marks=marks):
            return (SetMarks(marks),)
        case FloorSet(floor=floor):
            return (SetFloor(floor),)
        case _:
            return ()


def fold_result(result: Result) -> tuple[Change, ...]:
    """Return what a result of this feature tells of the mirror; nothing for any other result.

    What was searched and found is shown, not mirrored: nothing keeps it true afterwards.
    """
    match result:
        case AllMarks(marks=marks, floors=floors):
            return (*(SetFloor(floor) for floor in floors), *(SetMarks(one) for one in marks))
        case MarksShown(marks=one):
            return (SetMarks(one),)
        case _:
            return ()
