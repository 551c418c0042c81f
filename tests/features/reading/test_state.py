"""How marks and floors change the mirror."""

from bbs.features.reading.messages import (
    AllChoices,
    AllMarks,
    ChoiceChanged,
    ChoiceResult,
    Floor,
    FloorChanged,
    Marks,
    MarksChanged,
    MarksResult,
    PostInThread,
    SearchPage,
)
from bbs.features.reading.views import Stance, ThreadChoice
from bbs.ids import COMMONS, new_id
from bbs.testing import a_post, a_thread
from bbs_client.features.reading.state import fold_ephemeral, fold_result
from bbs_client.mirror.changes import SetChoice, SetChoices, SetFloor, SetMarks


def test_marks_told_and_marks_fetched_are_the_same_change() -> None:
    """Another device's marks arrive as one's own answer would bring them (protocol 7.5)."""
    marks = Marks(thread=new_id(), board=COMMONS, read=((1, 4),), revision=3)
    floor = Floor(board=COMMONS, seq=7)
    assert fold_ephemeral(MarksChanged(marks=marks)) == (SetMarks(marks),)
    assert fold_result(MarksResult(marks=marks)) == (SetMarks(marks),)
    assert fold_ephemeral(FloorChanged(floor=floor)) == (SetFloor(floor),)
    page = AllMarks(marks=(marks,), floors=(floor,))
    assert fold_result(page) == (SetFloor(floor), SetMarks(marks))


def test_choices_told_and_chosen_are_the_same_change() -> None:
    """Another device's choice arrives as one's own answer would bring it (protocol 7.10)."""
    choice = ThreadChoice(thread=new_id(), stance=Stance.MUTE)
    assert fold_ephemeral(ChoiceChanged(choice=choice, revision=4)) == (SetChoice(choice, 4),)
    assert fold_result(ChoiceResult(choice=choice, revision=4)) == (SetChoice(choice, 4),)
    everything = AllChoices(choices=(choice,), revision=5)
    assert fold_result(everything) == (SetChoices((choice,), 5),)


def test_what_was_found_is_not_mirrored() -> None:
    """Nothing would keep a found post true, so no copy of it stays (P10)."""
    found = PostInThread(post=a_post(), thread=a_thread())
    assert fold_result(SearchPage(found=(found,))) == ()
