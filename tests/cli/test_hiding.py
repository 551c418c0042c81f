"""Words are hidden by a clause from the command line, read by their author, and shown again (P5, P8)."""

import json

from tests.cli.house import House

WHY = ("--reason", "It names somebody")


def _written(house: House) -> str:
    house.ok("bo", "write", "garden", "--title", "Zephyrine", "-m", "Quincunx words.")
    return str(house.data("bo", "read", "garden")["threads"][0]["address"]) + "/1"


def test_a_post_is_hidden_read_and_shown_again(house: House) -> None:
    """A marker names the clause, the log who, why and until when; a dry run hides nothing."""
    address = _written(house)
    words = ("admin", "posts", "hide", address, "--norm", "1", *WHY)
    tried = house.bbs(*words, "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    assert "Quincunx words." in house.ok("ana", "read", address)
    shown = house.data("ana", *words)
    assert (shown["post"]["state"], shown["post"]["norm"]) == ("hidden", 1)
    read = house.ok("ana", "read", address)
    assert "(hidden by norm 1)" in read
    assert "Quincunx" not in read
    told = house.ok("bo", "log", "garden").splitlines()[-1]
    assert f"@ana hid the post {address}: kept for its author until 2" in told
    assert told.endswith("by norm 1: It names somebody")
    notices = house.ok("bo", "inbox")
    assert f"bbs admin posts hidden {address} shows them" in notices
    for who in ("bo", "ana"):
        assert "Quincunx words." in house.ok(who, "admin", "posts", "hidden", address)
    again = house.bbs(*words, "--profile", "ana")
    assert again.exit_code == 6
    assert "hidden already" in again.stderr
    house.ok("ana", "admin", "posts", "restore", address, "--reason", "A mistake")
    assert "Quincunx words." in house.ok("ana", "read", address)
    told = house.ok("bo", "log", "garden").splitlines()[-1]
    assert told.endswith(f"@ana restored the post {address} by norm 1: A mistake")


def test_a_line_is_hidden_and_shown_again(house: House) -> None:
    """The lounge shows a marker with the clause meanwhile."""
    said = house.data("bo", "chat", "garden", "-m", "Obsidian line.")
    address = f"garden/lounge/{said['number']}"
    hidden = house.data("ana", "admin", "posts", "hide", address, "--norm", "1", *WHY)["line"]
    assert (hidden["state"], hidden["norm"], hidden.get("body")) == ("hidden", 1, None)
    assert "Obsidian line." in house.ok("bo", "admin", "posts", "hidden", address)
    shown = house.data("ana", "admin", "posts", "restore", address, *WHY)["line"]
    assert (shown.get("state"), shown["body"]) == (None, "Obsidian line.")


def test_only_moderators_hide_and_only_words_of_others(house: House) -> None:
    """Each refusal is a sentence: the power, a clause that is none, and what takes no clause."""
    address = _written(house)
    thread = address.rpartition("/")[0]
    for who, words, says in (
        ("bo", (address, "--norm", "1"), "you may not hide the words of others here"),
        ("ana", (address, "--norm", "19"), "has no such clause"),
        ("ana", ("garden", "--norm", "1"), "name a post or a line"),
    ):
        refused = house.bbs("admin", "posts", "hide", *words, *WHY, "--profile", who)
        assert refused.exit_code in (1, 2, 6)
        assert says in refused.stderr
    house.ok("ana", "write", thread, "-m", "My own.")
    own = house.bbs(
        "admin", "posts", "hide", f"{thread}/2", "--norm", "1", *WHY, "--profile", "ana"
    )
    assert "withdraw them instead" in own.stderr


def test_a_judgement_is_cited_by_two(house: House) -> None:
    """A clause that is a matter of judgement waits, with exit code 7; its author finds it in inbox and
    list, where nobody can object; a dry run tells nobody (protocol 15.11)."""
    norms = house.home / "judged.toml"
    norms.write_text('[[norms]]\ntext = "Be kind."\nwhy = "We meet."\njudgement = true\n')
    house.ok(
        "ana", "admin", "boards", "open", "parlour", "--norms-file", str(norms), "--hold-s", "0"
    )
    house.ok("bo", "seat", "parlour", "--accept-norms", "1")
    house.ok("bo", "write", "parlour", "--title", "Beginners", "-m", "They ask silly things.")
    words = ("admin", "posts", "hide", "parlour/1/1", "--norm", "1", *WHY, "--profile", "ana")
    for dry in (("--dry-run",), ()):
        waits = house.bbs(*words, *dry, "--json")
        assert waits.exit_code == 7
        facts = json.loads(waits.stderr)["error"]
        assert (facts["code"], facts["to_few"]) == ("proposals.waits", True)
        assert (facts["proposal"] is None) == bool(dry)
    assert "They ask silly things." in house.ok("ana", "read", "parlour/1")
    assert "bbs admin proposals shows which, why and until when" in house.ok("bo", "inbox")
    told = house.ok("bo", "admin", "proposals", "list", "parlour").splitlines()
    assert told[0] == (
        "parlour 1  @ana wants to hide the post parlour/1/1 by norm 1: It names somebody"
    )
    assert told[1].endswith("; nobody can object")
    says = ("--reason", "It was a joke", "--password-file", str(house.password_file))
    refused = house.bbs(*("admin", "proposals", "object", "parlour", "1", *says, "--profile", "bo"))
    assert "what concerns a person is not put to a vote" in refused.stderr


def test_a_clause_of_the_commons_is_cited(house: House) -> None:
    """Marker, log and what filters it name whose clause it is; anything else is no clause."""
    address = _written(house)
    words = ("admin", "posts", "hide", address, *WHY, "--norm")
    house.ok("ana", *words, "commons 1")
    assert "(hidden by norm 1 of the commons)" in house.ok("bo", "read", address)
    told = house.ok("bo", "log", "garden", "--norm", "commons 1").splitlines()
    assert told[-1].endswith("by norm 1 of the commons: It names somebody")
    assert f"the post {address}" not in house.ok("bo", "log", "garden", "--norm", "1")
    wrong = house.bbs(*words, "hall 1", "--profile", "ana")
    assert wrong.exit_code == 2
    assert "is no clause" in wrong.stderr
