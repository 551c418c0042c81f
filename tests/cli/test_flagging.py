"""What a token flags and holds back, from a shell, and what people read of it (P6, protocol 27)."""

import json
from collections.abc import Callable

import pytest

from tests.cli.house import House


@pytest.fixture(scope="session")
def script(house: House) -> Callable[..., str]:
    """A token of the moderator of sorrel, on which briar writes; return what runs a command line with it."""
    norm = "Be kind. :: People stay longer where others are kind."
    house.ok("ana", "admin", "boards", "open", "sorrel", "--norm", norm, "--hold-s", "0")
    house.join("briar", house.invitation)
    house.ok("briar", "seat", "sorrel", "--accept-norms", "1")
    return house.script("ana", "read", "flag", "hold_back")


def test_a_script_hands_words_to_a_person(house: House, script: Callable[..., str]) -> None:
    """The desk reads that a script did it, the author until when and that nobody decided; who is in
    office is left to people, in one sentence and with exit code 1."""
    address = house.ok("briar", "write", "sorrel", "--title", "Buy", "-m", "Buy herons.").strip()
    post = f"{address}/1"
    assert "Flagged" in script("admin", "posts", "flag", post, "--norm", "1", "-m", "a link")
    held = json.loads(script("admin", "posts", "hold-back", post, "--norm", "1", "--json"))
    assert held["until"]
    told = house.ok("ana", "admin", "cases", "show", "sorrel/case/1")
    assert "A script of ana flagged it" in told
    assert "A script of ana held it back until" in told
    assert "Buy herons." not in house.ok("ana", "read", address)
    assert "by a script; nobody has decided anything" in house.ok("briar", "cases")
    assert "nobody has decided anything (case 1" in house.ok("briar", "inbox")
    assert "by a script, held back what case" in house.ok("briar", "log", "sorrel")
    own = house.ok("ana", "write", "sorrel", "--title", "Norms", "-m", "I decide here.").strip()
    words = ("admin", "posts", "flag", f"{own}/1", "--norm", "1", "--url", house.url)
    token = house.data(
        "briar", "admin", "tokens", "issue", "x", "--power", "read", "--power", "flag"
    )
    refused = house.bbs(*words, BBS_TOKEN=token["token"])
    assert refused.exit_code == 1
    assert "no script flags or holds what somebody in office here wrote" in refused.stderr


def test_a_person_reports_instead(house: House, script: Callable[..., str]) -> None:
    """Without a script, the answer says what a person does."""
    address = house.ok("briar", "write", "sorrel", "--title", "More", "-m", "Herons.").strip()
    words = ("admin", "posts", "flag", f"{address}/1", "--norm", "1", "--profile", "ana")
    refused = house.bbs(*words)
    assert refused.exit_code == 1
    assert "bbs report" in refused.stderr
