"""How marks and floors change the mirror."""

from bbs.features.reading.messages import (
    AllMarks,
    Floor,
    FloorSet,
    Found,
    Marked,
    Marks,
    MarksShown,
    SearchPage,
)
from bbs.ids import COMMONS, new_id
from bbs.testing import a_post, a_thread
from bbs_client.features.reading.state import fold_ephemeral, fold_result
from bbs_client.mirror.changes import SetFloor, SetMarks


def test_marks_told_and_marks_fetched_are_the_same_change() -> None:
    """Another device's marks arrive as one's own answer would bring them (protocol 7.5)."""
    marks = Marks(thread=new_id(), board=COMMONS, read=((1, 4),), revision=3)
    floor = Floor(board=COMMONS, seq=7)
    assert fold_ephemeral(Marked(marks=marks)) == (SetMarks(marks),)
    assert fold_result(MarksShown(marks=marks)) == (SetMarks(marks),)
    assert fold_ephemeral(FloorSet(floor=floor)) == (SetFloor(floor),)
    page = AllMarks(marks=(marks,), floors=(floor,))
    assert fold_result(page) == (SetFloor(floor), SetMarks(marks))


def test_what_was_found_is_not_mirrored() -> None:
    """Nothing would keep a found post true, so no copy of it stays (P10)."""
    found = Found(post=a_post(), thread=a_thread())
    assert fold_result(SearchPage(found=(found,))) == ()
