"""Words are hidden by a clause from the command line, read by their author, and shown again (P5, P8)."""

from tests.cli.house import House

WHY = ("--reason", "It names somebody")


def _written(house: House) -> str:
    house.ok("bo", "write", "garden", "--title", "Zephyrine", "-m", "Quincunx words.")
    return str(house.data("bo", "read", "garden")["threads"][0]["address"]) + "/1"


def test_a_post_is_hidden_read_and_shown_again(house: House) -> None:
    """A marker names the clause, the log who, why and until when; a dry run hides nothing."""
    address = _written(house)
    words = ("admin", "hide", address, "--norm", "1", *WHY)
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
    assert f"bbs admin hidden {address} shows them" in notices
    for who in ("bo", "ana"):
        assert "Quincunx words." in house.ok(who, "admin", "hidden", address)
    again = house.bbs(*words, "--profile", "ana")
    assert again.exit_code == 6
    assert "hidden already" in again.stderr
    house.ok("ana", "admin", "unhide", address, "--reason", "A mistake")
    assert "Quincunx words." in house.ok("ana", "read", address)
    told = house.ok("bo", "log", "garden").splitlines()[-1]
    assert told.endswith(f"@ana restored the post {address} by norm 1: A mistake")


def test_a_line_is_hidden_and_shown_again(house: House) -> None:
    """The lounge shows a marker with the clause meanwhile."""
    said = house.data("bo", "chat", "garden", "-m", "Obsidian line.")
    address = f"garden/lounge/{said['number']}"
    hidden = house.data("ana", "admin", "hide", address, "--norm", "1", *WHY)["line"]
    assert (hidden["state"], hidden["norm"], hidden.get("body")) == ("hidden", 1, None)
    assert "Obsidian line." in house.ok("bo", "admin", "hidden", address)
    shown = house.data("ana", "admin", "unhide", address, *WHY)["line"]
    assert (shown.get("state"), shown["body"]) == (None, "Obsidian line.")


def test_only_moderators_hide_and_only_words_of_others(house: House) -> None:
    """Each refusal is a sentence: the power, a clause that is none, and what takes no clause."""
    address = _written(house)
    thread = address.rpartition("/")[0]
    for who, words, says in (
        ("bo", (address, "--norm", "1"), "this needs the power 'hide'"),
        ("ana", (address, "--norm", "19"), "has no such clause"),
        ("ana", ("garden", "--norm", "1"), "name a post or a line"),
    ):
        refused = house.bbs("admin", "hide", *words, *WHY, "--profile", who)
        assert refused.exit_code in (1, 2, 6)
        assert says in refused.stderr
    house.ok("ana", "write", thread, "-m", "My own.")
    own = house.bbs("admin", "hide", f"{thread}/2", "--norm", "1", *WHY, "--profile", "ana")
    assert "withdraw them instead" in own.stderr
