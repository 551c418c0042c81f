"""`bbs admin restrictions`, `numbers`, `explain` and `log`: what people read of how a board is governed."""

from tests.cli.house import House

NORM = ("--norm", "Stay with medlars. :: It is what people come for.")


def test_a_log_by_office_names_nobody_to_readers(house: House) -> None:
    """A board that says so: "a moderator" for readers, the name for who hears appeals; JSON alike."""
    house.ok("ana", "admin", "boards", "open", "sorbs", *NORM)
    house.ok("ana", "admin", "boards", "configure", "sorbs", "--log-by-office", "yes")
    house.ok("ana", "admin", "boards", "configure", "sorbs", "--seats", "9")
    told = house.ok("bo", "admin", "log", "sorbs").splitlines()
    assert told[-1].endswith("a moderator changed sorbs: seats: 40, now 9") or (
        "a moderator changed sorbs" in told[-1]
    )
    assert "@ana changed sorbs: log by office" in told[-2]
    row = house.data("bo", "log", "sorbs")["acts"][-1]
    assert (row["author"], row["by"]) == ({"kind": "office", "office": "moderator"}, None)
    assert house.data("ana", "log", "sorbs")["acts"][-1]["by"] == "@ana"
    by_ana = house.data("bo", "log", "sorbs", "--by", "@ana")["acts"]
    assert [each["method"] for each in by_ana] == ["boards.configure"]
    assert house.data("bo", "log", "sorbs", "--cases")["acts"] == []


def test_who_is_restricted_is_listed_to_seat_holders(house: House) -> None:
    """What everybody is restricted by stands there, too; without a seat nothing is told."""
    house.ok("ana", "admin", "boards", "open", "rowans", *NORM)
    nothing = house.bbs("admin", "restrictions", "rowans", "--profile", "ana")
    assert "Nobody is restricted there" in nothing.output
    house.ok("ana", "admin", "boards", "read-only", "rowans", "--reason", "A pause")
    told = house.ok("ana", "admin", "restrictions", "rowans")
    assert "everybody" in told
    assert "read-only: nobody writes" in told
    assert "a moderator ends it" in told
    refused = house.bbs("admin", "restrictions", "rowans", "--profile", "bo")
    assert refused.exit_code == 1
    assert "you need a seat on this board" in refused.stderr


def test_a_board_of_few_has_no_numbers(house: House) -> None:
    """It says why, and JSON has none."""
    told = house.ok("ana", "admin", "numbers", "garden")
    assert "Fewer than 10 people have a seat here" in told
    assert "numbers" not in house.data("ana", "admin", "numbers", "garden")


def test_somebodys_standing_is_explained_by_rows(house: House) -> None:
    """A sentence for each row that says so, and what a new thread would meet."""
    house.ok("ana", "admin", "boards", "open", "quinces2", *NORM, "--guard-links", "yes")
    house.ok("bo", "seat", "quinces2", "--accept-norms", "1")
    told = house.ok("bo", "admin", "explain", "@bo", "quinces2").splitlines()
    assert told[0] == "@bo is a seat holder of quinces2 (role seated; row of seats: seated)."
    assert "@bo accepted version 1 of the norms; version 1 is in force (row of seats)." in told
    assert any("posts with links wait for a moderator (0 posts so far)" in row for row in told)
    assert told[-1] == "A new thread there would be taken now."
    house.ok("ana", "admin", "boards", "read-only", "quinces2", "--reason", "A pause")
    told = house.ok("ana", "admin", "explain", "@bo", "quinces2").splitlines()
    assert any(
        row.startswith("Read-only: nobody writes, until a moderator ends it") for row in told
    )
    assert "moderation.restricted" in told[-1]
    assert house.bbs("admin", "explain", "@ana", "quinces2", "--profile", "bo").exit_code == 1
    found = house.data("ana", "admin", "explain", "@ana", "quinces2")
    assert {each["office"] for each in found["offices"]} >= {"moderator", "sysop"}
