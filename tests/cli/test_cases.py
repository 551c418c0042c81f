"""What was reported, from the command line: the desk handles it, and the person answers (protocol 22)."""

from tests.cli.house import House


def test_a_case_is_handled_from_its_report_to_the_next_level(house: House) -> None:
    """Listed, shown, claimed, asked, answered, noted and passed on, by `garden/case/1` or by its id."""
    house.join("fern", house.invitation)
    norm = ("--norm", "Stay with figs. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", "figs", *norm, "--hold-s", "0")
    for handle in ("bo", "fern"):
        house.ok(handle, "seat", "figs", "--accept-norms", "1")
    house.ok("bo", "write", "figs", "--title", "Figs", "-m", "Figs are for fools.")
    house.ok("fern", "report", "figs/1/1", "--norm", "1", "-m", "This hurts.")
    listed = house.ok("ana", "admin", "cases", "list", "figs")
    assert "figs/case/1" in listed
    assert "fern" not in listed
    [head] = house.data("ana", "admin", "cases", "list", "figs")["cases"]
    for name in ("figs/case/1", head["id"][:8]):
        shown = house.ok("ana", "admin", "cases", "show", name)
        assert "Figs are for fools." in shown
        assert "A member reported it" in shown
        assert "This hurts." in shown
    assert house.bbs("admin", "cases", "show", "figs/case/1", "--profile", "fern").exit_code == 5
    assert house.bbs("admin", "cases", "show", "12", "--profile", "ana").exit_code == 2
    tried = house.bbs("admin", "cases", "claim", "figs/case/1", "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    assert "You have case 1." in house.ok("ana", "admin", "cases", "claim", "figs/case/1")
    assert "No case about words of yours" in house.bbs("cases", "--profile", "bo").stderr
    said = ("-m", "It is said that you call people fools.")
    told = house.ok("ana", "admin", "cases", "ask", "figs/case/1", *said)
    assert "can answer until" in told
    assert "words of yours were reported (case 1)" in house.ok("bo", "inbox")
    mine = house.ok("bo", "cases")
    assert "figs/case/1: your words were reported, by norm 1" in mine
    assert "said: It is said that you call people fools." in mine
    assert "ana" not in mine
    house.ok("bo", "answer", "figs/case/1", "-m", "I was tired.")
    assert "you answered: I was tired." in house.ok("bo", "cases")
    again = house.bbs("answer", "figs/case/1", "-m", "And more.", "--profile", "bo")
    assert "you answered already" in again.stderr
    house.ok("ana", "admin", "cases", "note", "figs/case/1", "-m", "A hard week.")
    shown = house.ok("ana", "admin", "cases", "show", "figs/case/1")
    assert "I was tired." in shown
    assert "A hard week." in shown
    alone = house.bbs(
        "admin", "cases", "pass-on", "figs/case/1", "-m", "Yours.", "--profile", "ana"
    )
    assert "nobody is there" in alone.stderr
