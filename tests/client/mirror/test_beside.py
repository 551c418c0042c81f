"""What a second client of a profile works on: a copy of the mirror, and an outbox that waits its turn."""

from pathlib import Path

from bbs.features.threads.messages import Say
from bbs.ids import new_id
from bbs_client.mirror.beside import BesideOutbox
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox

ME = new_id()


def a_line() -> Say:
    """Return something to be sent."""
    return Say(board=new_id(), line=new_id(), body="Hello.")


def test_a_copy_changes_nothing_of_the_mirror_it_was_made_from(tmp_path: Path) -> None:
    """A copy holds what was committed; what is written to it, wiping included, stays in it (P10)."""
    path = tmp_path / "mirror.db"
    mirror = Mirror.open(path, ME)
    mirror.set_cursor("board:x", 7)
    copy = Mirror.copy(path, ME)
    assert copy.cursor("board:x") == 7
    copy.set_cursor("board:x", 8)
    copy.wipe()
    assert copy.cursor("board:x") is None
    assert mirror.cursor("board:x") == 7
    copy.close()
    mirror.close()
    again = Mirror.open(path, ME)
    assert again.cursor("board:x") == 7
    again.close()


def test_a_mirror_that_cannot_be_read_is_copied_as_an_empty_one(tmp_path: Path) -> None:
    """A missing or damaged file costs a second client nothing but time."""
    missing = Mirror.copy(tmp_path / "none.db", ME)
    assert missing.cursors() == {}
    missing.close()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database " * 1_000)
    copy = Mirror.copy(damaged, ME)
    assert copy.cursors() == {}
    copy.close()
    assert damaged.read_bytes().startswith(b"no database"), "it is the other client's to mend"


def test_what_the_other_window_holds_goes_first(tmp_path: Path) -> None:
    """An item waits for every item of its destination in the other outbox that may still go (P12)."""
    other = Outbox.open(tmp_path / "outbox.db")
    beside = BesideOutbox.beside(tmp_path / "outbox.db", Drafts(tmp_path / "drafts"))
    held = other.add(a_line(), "lounge:garden")
    beside.add(a_line(), "lounge:garden")
    assert not beside.has_sendable()
    free = beside.add(a_line(), "lounge:shed")
    assert beside.has_sendable()
    beside.done(free)
    other.mark_sent(held)
    assert not beside.has_sendable(), "what was sent may be sent again"
    other.done(held)
    assert beside.has_sendable()
    beside.close()
    other.close()


def test_what_the_other_window_was_refused_holds_nothing_back(tmp_path: Path) -> None:
    """A refusal waits for its writer, who may be away: it is not sent before it is decided."""
    other = Outbox.open(tmp_path / "outbox.db")
    beside = BesideOutbox.beside(tmp_path / "outbox.db", Drafts(tmp_path / "drafts"))
    refused = other.add(a_line(), "lounge:garden")
    other.mark_sent(refused)
    other.mark_refused(refused, "full")
    beside.add(a_line(), "lounge:garden")
    assert beside.has_sendable()
    beside.close()
    other.close()
