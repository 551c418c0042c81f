"""A board is renamed from the command line: scripts that know the old name go on working."""

import json
import os
import subprocess
import sys

from tests.cli.house import House

NORM = "Say where you garden. :: Climates differ."


def test_scripts_go_on_with_the_old_name(house: House) -> None:
    """In a pipe the old slug gives the same results; standard error names the new one, once."""
    house.ok("ana", "admin", "boards", "open", "orchard", "--hold-s", "0", "--norm", NORM)
    written = house.data("ana", "write", "orchard", "--title", "Apples", "-m", "Which sorts?")
    shown = house.ok("ana", "admin", "boards", "configure", "orchard", "--slug", "meadow")
    assert shown.splitlines()[-1].startswith("meadow")

    def read(address: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*(sys.executable, "-m", "bbs.cli.main", "read", address), *("--profile", "ana")],
            capture_output=True,
            text=True,
            check=True,
            timeout=50,
            env={**os.environ, "BBS_HOME": str(house.home)},
        )

    for address in ("{}", "{}/1", "{}/1/1", "{}/lounge"):
        old, new = read(address.format("orchard")), read(address.format("meadow"))
        assert old.stdout == new.stdout
        assert old.stderr.replace(new.stderr, "") == "orchard is called meadow now.\n"
    posts = json.loads(house.ok("bo", "read", "orchard/1", "--json"))["posts"]
    assert [post["id"] for post in posts] == [written["post"]["id"]]
    assert posts[0]["address"] == "meadow/1/1"
    house.ok("bo", "seat", "orchard", "--accept-norms", "1")
    house.ok("bo", "write", "orchard/1", "-m", "Late ones.")
    told = house.ok("bo", "log", "orchard").splitlines()[-1]
    assert told.endswith("@ana changed meadow: name: “orchard”, now “meadow”")


def test_an_old_name_is_taken(house: House) -> None:
    """Another board cannot have it; the refusal is a refusal, and nothing was changed."""
    house.ok("ana", "admin", "boards", "open", "lean-to", "--norm", NORM)
    house.ok("ana", "admin", "boards", "configure", "lean-to", "--slug", "barn")
    refused = house.bbs("admin", "boards", "open", "lean-to", "--norm", NORM, "--profile", "ana")
    assert refused.exit_code == 1
    assert "this name in addresses is taken" in refused.stderr
    house.ok("ana", "admin", "boards", "configure", "lean-to", "--slug", "lean-to")
    assert "lean-to" in house.ok("ana", "admin", "boards", "list")
