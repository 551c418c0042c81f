"""Questions before a seat, from the command line: asking, reading, deciding (protocol 19.8)."""

from tests.cli.house import House

QUESTIONS = "What grows where you live?\nWho sent you?"
ANSWERS = ("--answer", "Figs.", "--answer", "A friend.")


def a_board(house: House, slug: str) -> None:
    """Open a board of ana's that asks."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    house.ok("ana", "admin", "boards", "open", slug, *norm, "--questions", QUESTIONS)


def test_a_seat_is_asked_for_and_given(house: House) -> None:
    """Answers are options, one for each question; the desk lists, shows and accepts them by number."""
    a_board(house, "figs")
    refused = house.bbs("seat", "figs", "--accept-norms", "1", "--profile", "bo")
    assert refused.exit_code == 2
    assert "1. What grows where you live?" in refused.stderr
    assert "--answer" in refused.stderr
    few = house.bbs("seat", "figs", "--accept-norms", "1", "--answer", "Figs.", "--profile", "bo")
    assert few.exit_code == 1
    assert "answers: 2 answers, one to each question; 1 came" in few.stderr
    told = house.ok("bo", "seat", "figs", "--accept-norms", "1", *ANSWERS)
    assert told.startswith("Your answers wait for the desk; without a word by ")
    assert house.bbs("admin", "applications", "list", "figs", "--profile", "bo").exit_code == 1
    assert "@bo" in house.ok("ana", "admin", "applications", "list", "figs")
    everywhere = house.ok("ana", "admin", "applications", "list")
    assert any("figs" in row and "@bo" in row for row in everywhere.splitlines())
    assert (
        "No application waits"
        in house.bbs("admin", "applications", "list", "--profile", "bo").stderr
    )
    shown = house.ok("ana", "admin", "applications", "show", "figs", "1")
    assert "What grows where you live?" in shown
    assert "A friend." in shown
    tried = house.bbs(
        "admin", "applications", "accept", "figs", "1", "--dry-run", "--profile", "ana"
    )
    assert "Dry run" in tried.stderr
    done = house.data("ana", "admin", "applications", "accept", "figs", "1")
    assert (done["application"]["state"], done["application"]["number"]) == ("accepted", 1)
    assert "figs: the desk accepted your application" in house.ok("bo", "inbox")
    assert "@ana accepted application 1" in house.ok("bo", "log", "figs")
    assert house.bbs("admin", "applications", "show", "figs", "1", "--profile", "ana").exit_code


def test_a_seat_is_declined_or_not_asked_for_any_more(house: House) -> None:
    """With a word for them alone, or a clause; who takes the answers back is asked first."""
    a_board(house, "plums")
    house.ok("bo", "seat", "plums", "--accept-norms", "1", *ANSWERS)
    assert house.ok("bo", "seat", "plums", "--leave", "--yes").startswith("Withdrawn")
    house.ok("bo", "seat", "plums", "--accept-norms", "1", *ANSWERS)
    silent = house.bbs("admin", "applications", "decline", "plums", "2", "--profile", "ana")
    assert "word: say a kind word, or name the clause of the norms" in silent.stderr
    house.ok("ana", "admin", "applications", "decline", "plums", "2", "--word", "Come in spring.")
    told = house.ok("bo", "inbox")
    assert "plums: the desk declined your application: “Come in spring.”" in told
    assert "you may ask again from " in told
    assert "Come in spring" not in house.ok("bo", "log", "plums")
    again = house.bbs("seat", "plums", "--accept-norms", "1", *ANSWERS, "--profile", "bo")
    assert "the desk declined; you may ask again from " in again.stderr
    house.ok("ana", "admin", "boards", "configure", "plums", "--questions", "")
    assert house.data("ana", "admin", "applications", "list", "plums")["applications"] == []


def test_an_answer_is_neither_cut_nor_mended_silently(house: House) -> None:
    """Too long: refused with option, limit and length; what no text may have is told (P12, P13)."""
    a_board(house, "pears")
    accept = ("seat", "pears", "--accept-norms", "1", "--answer", "Pears.", "--answer")
    long = house.bbs(*accept, "x" * 3_000, "--profile", "bo")
    assert long.exit_code == 1
    assert "--answer 2: longer than 500 characters: it has 3000" in long.stderr
    tried = house.bbs(*accept, "Ana,\n\x1b[1mmy neighbour.", "--dry-run", "--profile", "bo")
    assert tried.exit_code == 0, tried.stderr
    assert "The --answer 2 was mended (controls 1)." in tried.stderr
