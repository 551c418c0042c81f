"""Guards, notes and their lines in the mirror: what is kept, for whom, and what ends (protocol 21)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.clock import to_ms
from bbs.features.arriving.messages import (
    GuardChanged,
    GuardList,
    NoteChanged,
    NoteList,
    NoteOpened,
    NoteResult,
    NoteSaid,
    NoteUnsaid,
)
from bbs.features.arriving.views import Guard, GuardKind, GuardState, Note, NoteLine
from bbs.features.threads.views import Approval
from bbs.streams import member_stream, note_stream
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, boards, clock, uid

GUARD = Guard(
    board=GARDEN,
    member=ANA,
    kind=GuardKind.FIRST_POSTS,
    since=NOW,
    until=NOW + timedelta(days=30),
    posts=1,
)
NOTE = Note(
    newcomer=ANA,
    board=GARDEN,
    host=BEN,
    host_until=NOW + timedelta(days=60),
    post=uid(9),
    why=Approval.FIRST_POSTS,
    opened_at=NOW,
)
LINE = NoteLine(id=uid(1), note=ANA, number=1, author=CLEO, at=NOW, text="Tell us where you are.")


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """The mirror of ana, who is new on the garden."""
    opened = Mirror.open(tmp_path / "mirror.db", ANA, clock)
    opened.apply(boards())
    yield opened
    opened.close()


def test_a_guard_is_kept_until_it_ends(mirror: Mirror) -> None:
    """By its event, by time, and by the list that does not name it any more; never one of another."""
    now = to_ms(NOW)
    mirror.apply(fold(GuardChanged(guard=GUARD)))
    mirror.apply(fold(GuardChanged(guard=replace(GUARD, member=BEN, kind=GuardKind.LINKS))))
    assert mirror.guards(GARDEN, now) == [GUARD]
    assert mirror.guards(GARDEN, to_ms(GUARD.until)) == []
    mirror.apply(fold(GuardList(guards=(), as_of={"board:x": 1})))
    assert mirror.guards(GARDEN, now) == [GUARD]
    mirror.apply(fold(GuardList(guards=(), as_of={member_stream(ANA): 1})))
    assert mirror.guards(GARDEN, now) == []
    mirror.apply(fold(GuardChanged(guard=replace(GUARD, state=GuardState.PASSED, revision=2))))
    mirror.apply(fold(GuardChanged(guard=GUARD)))
    assert mirror.guards(GARDEN, now) == []


def test_a_note_has_its_lines_in_any_order_of_arrival(mirror: Mirror) -> None:
    """An answer that is older than an event takes nothing back."""
    second = replace(LINE, id=uid(2), number=2, author=ANA, text="By the lake.")
    mirror.apply(fold(NoteSaid(line=second)))
    mirror.apply(fold(NoteOpened(note=NOTE)))
    mirror.apply(fold(NoteChanged(note=replace(NOTE, host=None, revision=2))))
    mirror.apply(fold(NoteResult(note=NOTE, lines=(LINE,))))
    assert [note.host for note in mirror.notes()] == [None]
    assert mirror.note_lines(ANA) == [LINE, second]


def test_words_that_were_taken_back_are_gone(mirror: Mirror) -> None:
    """Nothing brings them back, and nothing of them is left in the file (P10)."""
    mirror.apply(fold(NoteOpened(note=NOTE)))
    mirror.apply(fold(NoteSaid(line=LINE)))
    mirror.apply(fold(NoteUnsaid(line=replace(LINE, text=None, withdrawn=True, revision=2))))
    mirror.apply(fold(NoteSaid(line=LINE)))
    assert [line.text for line in mirror.note_lines(ANA)] == [None]


def test_a_note_ends_with_its_stream_and_with_the_list(mirror: Mirror) -> None:
    """Who does not read it any more keeps no line of it."""
    for end in (StreamEnded(stream=note_stream(ANA)), NoteList(notes=())):
        mirror.apply(fold(NoteOpened(note=NOTE)))
        mirror.apply(fold(NoteSaid(line=LINE)))
        mirror.apply(fold(end))
        assert mirror.notes() == []
        assert mirror.note_lines(ANA) == []


def test_a_note_that_is_over_is_hidden_offline(mirror: Mirror) -> None:
    """From its last moment on, before the server says that it was erased (P10)."""
    mirror.apply((NOTE, LINE, replace(NOTE, ends_at=NOW + timedelta(seconds=1), revision=2)))
    assert len(mirror.notes()) == 1
    mirror.apply((replace(NOTE, ends_at=NOW, revision=3),))
    assert mirror.notes() == []
