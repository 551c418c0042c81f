"""Drafts: kept on disk as typed, under names that tell nothing."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbs_client.mirror.drafts import Draft, Drafts


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "state" / "drafts")


def test_a_draft_is_there_after_a_crash(drafts: Drafts, tmp_path: Path) -> None:
    """What was saved is there for whoever opens the same destination next."""
    drafts.save("thread:x", "half a thou", {"parent": "p"})
    again = Drafts(tmp_path / "state" / "drafts")
    assert again.load("thread:x") == Draft("thread:x", "half a thou", {"parent": "p"})
    assert again.load("thread:y") is None
    assert again.all() == [Draft("thread:x", "half a thou", {"parent": "p"})]


def test_saving_nothing_clears(drafts: Drafts) -> None:
    """An emptied composer leaves no file behind."""
    drafts.save("a", "words")
    drafts.save("a", "")
    assert drafts.all() == []
    drafts.clear("a")


def test_only_its_owner_may_read_them(drafts: Drafts, tmp_path: Path) -> None:
    """Drafts are 0600 in a 0700 folder, and their names hold nothing of where they go."""
    drafts.save("garden/../../etc", "words")
    folder = tmp_path / "state" / "drafts"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.name.removesuffix(".json").isalnum()


def test_a_damaged_draft_hides_no_other(drafts: Drafts, tmp_path: Path) -> None:
    """A file that cannot be read is left alone; the others are there."""
    drafts.save("a", "one")
    (tmp_path / "state" / "drafts" / "broken.json").write_bytes(b"\xff{")
    assert [draft.text for draft in drafts.all()] == ["one"]


@given(text=st.text(alphabet=st.characters(codec=None), min_size=1), destination=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_anything_typed_is_kept(drafts: Drafts, text: str, destination: str) -> None:
    """No text and no destination breaks the saving; what UTF-8 can hold comes back whole (P13)."""
    drafts.save(destination, text)
    draft = drafts.load(destination)
    assert draft is not None
    assert draft.text == text.encode("utf-8", "replace").decode()


def test_what_another_editor_saved_last_counts(drafts: Drafts, tmp_path: Path) -> None:
    """Words saved in one's own editor outlive a client that was killed meanwhile, in private files."""
    drafts.save("post:a", "before", {"op": "1"})
    path = drafts.export_for_editor("post:a", "before")
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("after\n")
    os.utime(path, ns=(2**62, 2**62))
    (path.parent / f".{path.name}.swp").write_text("before")
    for _ in range(2):
        assert drafts.load("post:a") == Draft("post:a", "after", {"op": "1"})
    drafts.clear("post:a")
    assert list(path.parent.iterdir()) == []


def test_an_editors_files_go_when_it_ends(drafts: Drafts) -> None:
    """What the editor left comes back once, and none of its copies stays on the disk."""
    path = drafts.export_for_editor("post:a", "before")
    path.write_bytes(b"a\xff\nb\n")
    (path.parent / f"{path.name}~").write_text("before")
    assert drafts.import_from_editor("post:a") == "a\ufffd\nb"
    assert drafts.import_from_editor("post:a") is None
    assert drafts.load("post:a") is None
    assert list(path.parent.iterdir()) == []


def test_a_draft_that_was_sent_is_forgotten(drafts: Drafts) -> None:
    """A client killed between sending and forgetting offers nothing to be sent twice (P12)."""
    drafts.save("post:a", "sent", {"op": "1"})
    drafts.save("post:b", "not sent", {"op": "2"})
    drafts.forget_sent({"1"})
    assert [draft.destination for draft in drafts.all()] == ["post:b"]


def test_what_is_set_aside_is_found_again_unless_it_was_answered(tmp_path: Path) -> None:
    """Two texts for one place wait apart, and what no answer came for is a draft there again (P12)."""
    drafts = Drafts(tmp_path)
    drafts.save("lounge", "one", {"op": "1"})
    drafts.set_aside("lounge", "1", "", "one")
    assert drafts.load("lounge") is None
    drafts.set_aside("lounge", "2", "", "two")
    drafts.set_aside("board", "3", "Title", "three")
    drafts.forget_sent({"1"})
    drafts.save("lounge", "more", {"op": "4"})
    drafts.bring_back()
    assert drafts.load("lounge") == Draft("lounge", "two\n\nmore")
    assert drafts.load("board") == Draft("board", "three", {"op": "3", "title": "Title"})
    assert len(drafts.all()) == 2
