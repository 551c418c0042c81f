"""`bbs claim`: what is claimed is shown and compared first; a person decides (P6, protocol 31)."""

import json

import pytest

from bbs.ids import new_id
from tests.cli.house import House
from tests.cli.terminal import terminal
from tests.support.old_words import a_lifeboat, keep_profile

KEY = b"\x05" * 32


@pytest.fixture(scope="module")
def link(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A board that came in a lifeboat, with two threads of uma's, who has a profile of the old server."""
    file = tmp_path_factory.mktemp("packs") / "reeds.pack"
    file.write_bytes(a_lifeboat(new_id(), {"Moths": KEY, "Newts": KEY}))
    told = house.bbs("admin", "unpack", str(file), "--as", "reeds", "--yes", "--profile", "ana")
    assert told.exit_code == 0, told.output
    keep_profile(house.home, "old", KEY)
    link = house.url.rstrip("/") + "/reeds#claim"
    assert f"bbs claim '{link}'" in told.output
    return link


def test_a_dry_run_shows_what_is_claimed(house: House, link: str) -> None:
    """Origin, who signed, how many words, and that there is no copy to compare with; nothing changes."""
    told = house.bbs("claim", link, "--profile", "old", "--dry-run")
    assert told.exit_code == 0, told.output
    shown = told.output
    assert "reeds came from moot.example." in shown
    assert "nothing proves its words" in shown
    assert "Your key claims 2 posts in 2 threads." in shown
    assert "This device has no copy of 2 of them to compare with." in shown
    data = house.data("old", "claim", link, "--dry-run")
    assert (data["dry_run"], data["key"], len(data["threads"])) == (True, "unsigned", 2)


def test_a_wrong_answer_is_asked_again(house: House, link: str) -> None:
    """The four answers stand on lines of their own, and what is none of them ends nothing (P6)."""
    with terminal(house.home, "claim", link, "--profile", "old") as shell:
        shell.expect("\n  1  my name here")
        shell.expect("\n  4  not mine")
        shell.expect("Which? (1 to 4)")
        shell.type("foo")
        shell.expect("Type 1, 2, 3 or 4.")
        shell.expect("Which? (1 to 4)")
        shell.type("4")
        shell.expect("Decide so?")
        shell.type("n")
        assert shell.end() != 0


def test_who_was_left_out_is_told_so_by_their_own_device(house: House, link: str) -> None:
    """The server tells no reason (31.3); the old device knows what its owner chose (29.1)."""
    house.join("livia", house.invitation)
    house.ok("livia", "seat", "garden", "--accept-norms", "1")
    house.ok("livia", "consent", "garden", "left-out")
    house.ok("livia", "lifeboat", "keep", "garden")
    told = house.bbs("claim", link, "--profile", "livia", "--dry-run")
    assert told.exit_code == 4
    assert 'as livia you chose "leave me out" for: garden' in told.stderr


def test_a_script_decides_nothing(house: House, link: str) -> None:
    """`--answer` is for a person who does not want to be asked, not for a script (P6)."""
    told = house.bbs(
        "claim", link, "--profile", "old", "--answer", "taken", "--yes", BBS_SCRIPT="1"
    )
    assert told.exit_code == 1
    assert "a person" in told.output


def test_a_person_decides_thread_by_thread(house: House, link: str) -> None:
    """Taken back is hidden at once; my name here gives an invitation, or a member the words."""
    person = {"BBS_SCRIPT": "0"}
    taken = house.bbs(
        *("claim", link, "--profile", "old", "--thread", "1"),
        *("--answer", "taken", "--yes", "--no-script"),
    )
    assert taken.exit_code == 0, taken.output
    assert "taken back" in taken.stdout
    named = house.bbs(
        *(
            "claim",
            link,
            "--profile",
            "old",
            "--thread",
            "2",
            "--answer",
            "named",
            "--yes",
            "--json",
        ),
        **person,
    )
    assert named.exit_code == 0, named.output
    invitation = json.loads(named.stdout)["invitation"]
    assert invitation.startswith(house.url)
    again = house.bbs(
        *("claim", link, "--profile", "old", "--as", "bo", "--thread", "2", "--answer", "named"),
        "--yes",
        **person,
    )
    assert again.exit_code == 0, again.output
    assert "@bo" in again.stdout
    counts = house.ok("ana", "admin", "claims", "reeds")
    assert "1 thread: a member's now" in counts
    assert "1 thread: taken back" in counts
    house.ok("bo", "seat", "reeds", "--accept-norms", "1")
    assert "Moths at dusk" not in house.ok("bo", "read", "reeds/1")
    assert "Newts at dusk" in house.ok("bo", "read", "reeds/2")
    assert "Nobody vouched for anybody here." in house.ok("bo", "vouch", "reeds")


def test_a_key_that_claims_nothing(house: House, link: str) -> None:
    """A profile without words there, and a link that names nothing, are refused in one sentence."""
    told = house.bbs("claim", link, "--profile", "bo", "--dry-run")
    assert told.exit_code != 0
    assert "this key claims nothing there" in told.output
    assert house.bbs("claim", "garden", "--profile", "old").exit_code == 2
