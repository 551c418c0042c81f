"""What guards hold, from the command line: who has guards, what waits, and the decision (protocol 21)."""

from tests.cli.house import House


def test_a_newcomers_posts_are_listed_published_and_declined(house: House) -> None:
    """The desk finds a post by the first characters of its id; its author learns why."""
    norm = ("--norm", "Stay with quinces. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", "quinces", *norm, "--guard-first-posts", "yes")
    house.ok("bo", "seat", "quinces", "--accept-norms", "1")
    told = house.ok("ana", "admin", "members", "guards", "quinces")
    assert "first posts wait" in told
    assert "0 of 3 posts" in told
    for title in ("Hello", "Buy quinces"):
        house.ok("bo", "write", "quinces", "--title", title, "-m", f"{title}, said bo.")
    assert house.bbs("admin", "members", "guards", "quinces", "--profile", "bo").exit_code == 1
    assert house.data("bo", "admin", "posts", "held")["held"] == []
    told = house.ok("bo", "inbox")
    assert told.count("notice: quinces: a post of yours is held for a person, until") == 2
    assert "bbs read quinces --held" in told
    mine = house.ok("bo", "read", "quinces", "--held")
    assert "Buy quinces, said bo." in mine
    assert mine.count("Held for a person") == 2
    listed = house.ok("ana", "admin", "posts", "held", "quinces")
    assert listed.count("a first post") == 2
    first, second = (
        one["post"]["id"] for one in house.data("ana", "admin", "posts", "held", "quinces")["held"]
    )
    shown = house.ok("ana", "admin", "posts", "show", first[:8])
    assert "Hello, said bo." in shown
    tried = house.bbs("admin", "posts", "publish", first[:8], "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    house.ok("ana", "admin", "posts", "publish", first[:8])
    assert "Hello, said bo." in house.ok("ana", "read", "quinces/1")
    silent = house.bbs("admin", "posts", "decline", second, "--profile", "ana")
    assert "word: name a clause, or tell the author why" in silent.stderr
    house.ok("ana", "admin", "posts", "decline", second, "--norm", "1", "--word", "No selling.")
    assert house.data("ana", "admin", "posts", "held", "quinces")["held"] == []
    assert "No selling" not in house.ok("bo", "log", "quinces")
    told = house.ok("bo", "inbox")
    assert "a moderator declined a post of yours by norm 1: “No selling.”; its words are" in told
    assert "A moderator declined it" in house.ok("bo", "read", "quinces", "--held")
    [notice, *_] = house.data("bo", "inbox")["items"]
    assert notice["notice"]["held"]["word"] == "No selling."
    log = house.ok("bo", "log", "quinces")
    assert "published a newcomer's post that waited" in log
    assert "declined a newcomer's post that waited" in log
    assert house.bbs("admin", "posts", "show", second, "--profile", "ana").exit_code == 5


def test_a_note_is_read_and_written_by_its_readers(house: House) -> None:
    """`bbs note` lists, prints, writes and takes back; who does not read a note finds none (rule 21)."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    house.ok("ana", "admin", "boards", "open", "bullaces", *norm, "--guard-first-posts", "yes")
    house.join("cass", house.invitation)
    house.ok("cass", "seat", "bullaces", "--accept-norms", "1")
    house.ok("cass", "write", "bullaces", "--title", "Jam", "-m", "I cook it.")
    assert "@cass" in house.ok("cass", "note")
    assert house.bbs("note", "@cass", "--profile", "bo").exit_code == 5
    assert (
        "Dry run" in house.bbs("note", "@cass", "-m", "Hi", "--dry-run", BBS_PROFILE="ana").stderr
    )
    house.ok("ana", "note", "@cass", "-m", "Welcome!")
    assert "@ana: Welcome!" in house.ok("cass", "note", "@cass")
    (line,) = house.data("cass", "note", "@cass")["lines"]
    assert house.bbs("note", "@cass", "--withdraw", "1", "--profile", "cass").exit_code == 5
    house.ok("ana", "note", "@cass", "--withdraw", str(line["number"]))
    assert "taken back" in house.ok("cass", "note", "@cass")
