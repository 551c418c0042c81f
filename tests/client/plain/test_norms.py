"""Norms that change, in lines: told, read with what changed, accepted, and what waited is sent (P5)."""

from pathlib import Path

import pytest

from bbs.features.norms.messages import Clause
from bbs.terminal.norms_text import norms_toml
from tests.cli.house import PASSWORD, House
from tests.client.plain.conftest import bodies, offline, visit

OLD = Clause(text="Shut the door.", why="It rains.")
NEW = Clause(text="Shut the door and the window.", why="It rains.", example="The roof, too.")


@pytest.fixture
def attic(house: House, request: pytest.FixtureRequest) -> str:
    """A board of ana's on which bo sits, with a thread."""
    slug = f"attic-{abs(hash(request.node.name)) % 10_000}"
    house.ok(
        *("ana", "admin", "boards", "open", slug, "--hold-s", "0"),
        *("--norm", f"{OLD.text} :: {OLD.why}"),
    )
    house.ok("bo", "seat", slug, "--accept-norms", "1")
    house.ok("ana", "write", slug, "--title", "T", "-m", "Its words.")
    return slug


def amend(house: House, slug: str, folder: Path) -> None:
    """Let ana amend the norms, and bo agree."""
    file = folder / "norms.toml"
    file.write_text("\n".join(norms_toml((NEW,), slug)))
    with house.joined_long_ago("bo"):
        words = ("admin", "norms", "amend", slug, str(file), "--reason", "It hailed.")
        assert house.bbs(*words, "--profile", "ana").exit_code == 7
        password = ("--password-file", str(house.password_file))
        house.ok("bo", "admin", "proposals", "second", slug, "1", *password)
    assert PASSWORD


def test_what_changed_is_told_and_accepted_before_writing(
    house: House, attic: str, tmp_path: Path
) -> None:
    """The board's head says it; writing shows what changed and asks; after the yes it goes on (P5)."""
    visit("bo", f"open {attic}", "quit")
    amend(house, attic, tmp_path)
    told = visit("bo", f"open {attic}", f"reply {attic}/1/1 Not yet", "no", "quit")
    assert "have changed: accept them before you write here." in told
    assert "~ 1. Shut the door {+and the window+}." in told
    assert "Example: {+The roof, too.+}" in told
    assert "Do you accept them?" in told
    assert bodies(house, f"{attic}/1") == ["Its words."]
    told = visit("bo", f"open {attic}/1", "reply 1 Now I do", "yes", "quit")
    assert f"Posted as {attic}/1/2." in told
    assert bodies(house, f"{attic}/1") == ["Its words.", "Now I do"]
    told = visit("bo", f"norms {attic}", "quit")
    assert "What changed since version 1:" in told
    assert "It hailed." in told


def test_what_was_written_offline_waits_for_the_yes_and_is_sent(
    house: House, attic: str, tmp_path: Path
) -> None:
    """Words of somebody who was away are kept, the visit says for what they wait, and the yes sends them."""
    visit("bo", f"{attic}/1", "quit")
    told = visit(offline("bo"), f"{attic}/1", "reply 1 From the train.", "quit")
    assert "Not sent yet" in told
    amend(house, attic, tmp_path)
    told = visit("bo", f"open {attic}", "quit")
    assert "your answer waits for your yes to the norms of" in told
    assert "1 thing you wrote will be sent after your yes to norms." in told
    assert bodies(house, f"{attic}/1") == ["Its words."]
    told = visit("bo", f"seat {attic}", "yes", "outbox", "quit")
    assert "~ 1. Shut the door {+and the window+}." in told
    assert f"Posted as {attic}/1/2." in told
    [_, post] = house.data("bo", "read", f"{attic}/1")["posts"]
    assert (post["body"], post["norms_version"]) == ("From the train.", 2)


def test_a_moderator_amends_norms_in_lines(house: House) -> None:
    """The clauses are typed a line each, with the reason; a second clause is in force at once (P8)."""
    slug = "loft-of-norms"
    house.ok("ana", "admin", "boards", "open", slug, "--norm", f"{OLD.text} :: {OLD.why}")
    told = visit(
        *("ana", f"amend {slug}", "We have a window.", "1"),
        *(f"{NEW.text} :: {NEW.why}", "Be brief. :: We read.", "", "", "quit"),
    )
    assert "Version 2 of the norms is in force." in told
    norms = house.data("ana", "norms", slug)
    assert [clause["text"] for clause in norms["clauses"]] == [NEW.text, "Be brief."]
    assert norms["reason"] == "We have a window."
