"""`bbs letter` and `bbs block`: letters by handles, in a shell and through pipes (protocol 20)."""

from tests.cli.house import House, until_asked


def test_a_letter_is_asked_for_written_and_left(house: House) -> None:
    """Ask, say yes, write from an option and a pipe, read, and leave; each with an answer in words."""
    house.join("wim", house.invitation)
    assert "No letters." in house.bbs("letter", BBS_PROFILE="wim").stderr
    none = house.bbs("letter", "bo", BBS_PROFILE="ana")
    assert none.exit_code == 5
    assert "bbs letter bo --ask asks for one" in none.stderr
    assert "Dry run" in house.bbs("letter", "bo", "--ask", "--dry-run", BBS_PROFILE="ana").stderr
    assert "The letter opens with the first yes" in house.ok(
        "ana", "letter", "bo", "nobody-here", "--ask"
    )
    listed = house.bbs("letter", BBS_PROFILE="ana")
    assert "you asked 2 members" in listed.stdout
    assert "No letters." not in listed.stderr
    assert "@ana asks you for ~ana" in until_asked(house, "bo", "asks you")
    assert "~ana is open." in house.ok("bo", "letter", "@ana", "--accept")
    assert house.ok("ana", "letter", "bo", "-m", "The comb was in the sugar.") == "~bo/1\n"
    assert house.ok("bo", "letter", "ana", "-F", "-", given="Through a pipe.\n") == "~ana/2\n"
    told = house.ok("ana", "letter", "ana", "bo")  # one's own handle makes no difference
    late = "1 member was asked, too, and would read all of it from the beginning, until"
    assert told.startswith(late)
    assert told.splitlines()[2].startswith("~bo/1  @ana"), "nobody gave it a title"
    assert late in house.ok("ana", "letter")
    alone = house.ok("ana", "letter", "bo", "--ask", "--dry-run")
    assert "is open already" not in alone, "these two alone would be another letter"
    assert "Through a pipe." in told
    read = house.data("bo", "letter", "ana")
    assert (read["address"], [post["body"] for post in read["posts"]]) == (
        "~ana",
        ["The comb was in the sugar.", "Through a pipe."],
    )
    house.wait_for_index()
    assert "~ana/1  @ana" in house.ok("bo", "search", "comb")
    round_ = house.ok("bo", "round")
    assert "~ana/1" in round_
    assert "no title" not in round_ + house.ok("bo", "search", "comb") + house.ok("bo", "inbox")
    assert "have left the letter" in house.ok("bo", "letter", "ana", "--leave", "left", "--yes")
    # Who stays reads it and leaves it by their own handle.
    assert "~ana  everybody else has left; you had asked" in house.ok("ana", "letter")
    assert "Through a pipe." in house.ok("ana", "letter", "ana")
    assert house.ok("ana", "letter", "ana", "-m", "Still here.") == "~ana/3\n"
    house.wait_for_index()
    assert "~ana/3  @ana" in house.ok("ana", "search", "Still")
    assert "have left the letter" in house.ok("ana", "letter", "ana", "--leave", "taken", "--yes")
    house.join("pia", house.invitation)
    assert "No letters." in house.bbs("letter", BBS_PROFILE="pia").stderr


def test_of_several_letters_with_the_same_people_one_is_named(house: House) -> None:
    """Writing and leaving refuse an address that fits two letters; a number names one (protocol 20)."""
    for others in (
        ("ana",),
        ("ana", "nobody-else"),
    ):  # who is in a letter with bo may be asked again
        house.ok("bo", "letter", *others, "--ask")
        until_asked(house, "ana", "asks you")
        house.ok("ana", "letter", "bo", "--accept")
    assert "Nothing is written" in house.bbs("letter", "bo", BBS_PROFILE="ana").stderr
    for doing in (("-m", "Hello."), ("--leave", "left", "--yes")):
        refused = house.bbs("letter", "bo", *doing, BBS_PROFILE="ana")
        assert "~bo fits 2 of your letters; say which: ~bo:1 of" in refused.stderr
    assert house.ok("ana", "letter", "bo:2", "-m", "In the second.") == "~bo:2/1\n"
    assert "In the second." in house.ok("bo", "letter", "ana:2")
    assert house.ok("ana", "letter").count("~bo:") == 2
    house.ok("ana", "letter", "bo:1", "--leave", "left", "--yes")
    assert house.ok("ana", "letter", "bo", "-m", "One is left.") == "~bo/2\n"


def test_what_makes_no_sense_is_refused_in_a_sentence(house: House) -> None:
    """A letter to oneself, no handle, two doings at once: one clear error each."""
    alone = house.bbs("letter", "ana", "--ask", BBS_PROFILE="ana")
    assert "a letter to yourself has no reader" in alone.stderr
    assert house.bbs("letter", "--ask", BBS_PROFILE="ana").exit_code == 2
    both = house.bbs("letter", "bo", "--accept", "--decline", BBS_PROFILE="ana")
    assert "one at a time" in both.stderr
    assert "handle" in house.bbs("letter", "Bo", "--ask", BBS_PROFILE="ana").stderr


def test_somebody_is_blocked_and_unblocked(house: House) -> None:
    """For the caller alone: the list is theirs, and so is the way back."""
    assert "You block nobody." in house.bbs("block", BBS_PROFILE="ana").stderr
    assert "@bo is blocked, for you alone." in house.ok("ana", "block", "@bo")
    assert house.ok("ana", "block", "--list") == "@bo\n"
    assert "You block nobody." in house.bbs("block", BBS_PROFILE="bo").stderr
    assert "@bo is not blocked any more." in house.ok("ana", "block", "bo", "--remove")
    assert house.bbs("block", "--remove", BBS_PROFILE="ana").exit_code == 2


def test_an_address_of_a_letter_leads_to_its_command(house: House) -> None:
    """In a shell ~ is somebody's home: `bbs read` and `bbs write` name the command that takes handles."""
    for words in (("read", "~bo"), ("write", "~bo/3", "-m", "Hello.")):
        told = house.bbs(*words, BBS_PROFILE="ana").stderr
        assert told.splitlines() == [
            "bbs: address: ~ begins a letter, which is named by the people in it alone",
            "     bbs letter bo reads it; with -m it writes there",
        ]
    assert "bbs letter ana reads it" in house.bbs("read", "~$(x)", BBS_PROFILE="ana").stderr


def test_posts_of_a_letter_are_reported_by_their_numbers(house: House) -> None:
    """The moderators of the commons get these posts and nothing else of the letter (rule 20.12)."""
    for handle in ("sage", "mint"):
        house.join(handle, house.invitation)
    house.ok("sage", "letter", "mint", "--ask")
    until_asked(house, "mint", "asks you")
    house.ok("mint", "letter", "sage", "--accept")
    for body in ("A first word.", "A second word."):
        house.ok("mint", "letter", "sage", "-m", body)
    report = ("report", "2", "--letter", "mint", "--norm", "commons 1", "-m", "Look.")
    wrong = house.bbs("report", "9", *report[2:], "--profile", "sage")
    assert wrong.exit_code == 5
    tried = house.bbs(*report, "--dry-run", "--profile", "sage")
    assert "Dry run" in tried.stderr
    assert "Nobody else learns who reported it" in house.ok("sage", *report)
    listed = house.data("ana", "admin", "cases", "list", "commons")["cases"]
    [case] = [each["address"] for each in listed if each["is_letter"]]
    shown = house.ok("ana", "admin", "cases", "show", case)
    assert "A second word." in shown
    assert "A first word." not in shown
