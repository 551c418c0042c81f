"""How marks and floors change the mirror."""

from pathlib import Path

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
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold


def test_marks_told_and_marks_fetched_are_the_same_change() -> None:
    """Another device's marks arrive as one's own answer would bring them (protocol 7.5)."""
    marks = Marks(thread=new_id(), board=COMMONS, read=((1, 4),), revision=3)
    floor = Floor(board=COMMONS, seq=7)
    assert fold(MarksChanged(marks=marks)) == (marks,)
    assert fold(MarksResult(marks=marks)) == (marks,)
    assert fold(FloorChanged(floor=floor)) == (floor,)
    page = AllMarks(marks=(marks,), floors=(floor,))
    assert fold(page) == (marks, floor)


def test_choices_told_and_chosen_are_the_same_change(tmp_path: Path) -> None:
    """Another device's choice arrives as one's own answer would bring it (protocol 7.10)."""
    choice = ThreadChoice(thread=new_id(), stance=Stance.MUTE)
    other = ThreadChoice(thread=choice.thread, stance=Stance.FOLLOW)
    cache = Mirror.open(tmp_path / "mirror.db")
    subject = ("thread", choice.thread)
    for message in (
        ChoiceChanged(choice=choice, revision=4),
        ChoiceResult(choice=other, revision=5),
    ):
        cache.apply(fold(message))
        assert (cache.choices()[subject], cache.choices_revision()) == (
            message.choice,
            message.revision,
        )
    cache.apply(fold(AllChoices(choices=(choice,), revision=6)))
    assert (cache.choices(), cache.choices_revision()) == ({subject: choice}, 6)
    cache.close()


def test_what_was_found_is_not_mirrored() -> None:
    """Nothing would keep a found post true, so no copy of it stays (P10)."""
    found = PostInThread(post=a_post(), thread=a_thread())
    assert fold(SearchPage(found=(found,))) == ()
