"""What was reported, from the command line: the desk handles it, and the person answers (protocol 22)."""

from datetime import datetime

from bbs.terminal.output import local_time
from tests.cli.house import House


def test_a_case_is_handled_from_its_report_to_the_next_level(house: House) -> None:
    """Listed, shown, claimed, asked, answered, noted and passed on, by `garden/case/1` or by its id."""
    house.join("fern", house.invitation)
    norm = ("--norm", "Stay with olives. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", "olives", *norm, "--hold-s", "0")
    for handle in ("bo", "fern"):
        house.ok(handle, "seat", "olives", "--accept-norms", "1")
    house.ok("bo", "write", "olives", "--title", "Olives", "-m", "Olives are for fools.")
    house.ok("fern", "report", "olives/1/1", "--norm", "1", "-m", "This hurts.")
    listed = house.ok("ana", "admin", "cases", "list", "olives")
    assert "olives/case/1" in listed
    assert "fern" not in listed
    [head] = house.data("ana", "admin", "cases", "list", "olives")["cases"]
    for name in ("olives/case/1", head["id"][:8]):
        shown = house.ok("ana", "admin", "cases", "show", name)
        assert "Olives are for fools." in shown
        assert "A member reported it" in shown
        assert "This hurts." in shown
    assert house.bbs("admin", "cases", "show", "olives/case/1", "--profile", "fern").exit_code == 5
    assert house.bbs("admin", "cases", "show", "12", "--profile", "ana").exit_code == 2
    tried = house.bbs("admin", "cases", "claim", "olives/case/1", "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    assert "You have case 1." in house.ok("ana", "admin", "cases", "claim", "olives/case/1")
    assert "No case about words of yours" in house.bbs("cases", "--profile", "fern").stderr
    assert "olives/case/1" not in house.bbs("cases", "--profile", "bo").output
    said = ("-m", "It is said that you call people fools.")
    told = house.ok("ana", "admin", "cases", "ask", "olives/case/1", *said)
    assert "can answer until" in told
    assert "words of yours were reported (case 1)" in house.ok("bo", "inbox")
    mine = house.ok("bo", "cases")
    assert "olives/case/1: your words were reported, by norm 1" in mine
    assert "said: It is said that you call people fools." in mine
    assert "ana" not in mine
    house.ok("bo", "answer", "olives/case/1", "-m", "I was tired.")
    assert "you answered: I was tired." in house.ok("bo", "cases")
    again = house.bbs("answer", "olives/case/1", "-m", "And more.", "--profile", "bo")
    assert "you answered already" in again.stderr
    house.ok("ana", "admin", "cases", "note", "olives/case/1", "-m", "A hard week.")
    shown = house.ok("ana", "admin", "cases", "show", "olives/case/1")
    assert "I was tired." in shown
    assert "A hard week." in shown
    alone = house.bbs(
        "admin", "cases", "pass-on", "olives/case/1", "-m", "Yours.", "--profile", "ana"
    )
    assert "nobody is there" in alone.stderr


def test_words_are_held_and_released(house: House) -> None:
    """Held, readers see until when; the author reads their words; released, all is as it was."""
    norm = ("--norm", "Stay with olives. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", "damsons", *norm, "--hold-s", "0")
    house.ok("bo", "seat", "damsons", "--accept-norms", "1")
    house.ok("bo", "write", "damsons", "--title", "Plums", "-m", "Plums are for fools.")
    report = ("report", "damsons/1/1", "--norm", "1")
    house.join("olive", house.invitation)
    house.ok("olive", "seat", "damsons", "--accept-norms", "1")
    house.ok("olive", *report)
    said = ("-m", "It is said that you call people fools.")
    nothing = house.bbs("admin", "cases", "hold", "damsons/case/1", *said, "--profile", "ana")
    assert "--words, --writing, or both" in nothing.stderr
    held = house.ok("ana", "admin", "cases", "hold", "damsons/case/1", "--words", *said)
    assert "Held the words until" in held
    shown = house.ok("olive", "read", "damsons/1")
    assert "held by a moderator until" in shown
    assert "Plums are for fools." not in shown
    assert "held urgently what case 1 is about" in house.ok("olive", "admin", "log", "damsons")
    mine = house.ok("bo", "cases")
    assert ": your words\n" in mine
    assert "bbs answer damsons/case/1" in mine
    released = house.ok("ana", "admin", "cases", "release", "damsons/case/1")
    assert "Nothing is held any more in case 1." in released
    assert "Plums are for fools." in house.ok("olive", "read", "damsons/1")
    house.ok("ana", "admin", "cases", "let-be", "damsons/case/1")
    assert "bbs answer damsons/case/1" not in house.ok("bo", "cases")  # closed: nothing to answer


def test_the_person_reads_what_was_decided_and_how_an_appeal_was_answered(house: House) -> None:
    """Until when, by which clause and why, what still works, how to appeal, and then the answer."""
    norm = ("--norm", "Stay with limes. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", "limes", *norm, "--hold-s", "0")
    for handle in ("lena", "mick", "ronja"):
        house.join(handle, house.invitation)
        house.ok(handle, "seat", "limes", "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", "limes", "@mick")
    house.ok("lena", "write", "limes", "--title", "Limes", "-m", "Limes are for fools.")
    house.ok("ronja", "report", "limes/1/1", "--norm", "1")
    case = "limes/case/1"
    house.ok("ana", "admin", "cases", "ask", case, "-m", "It is said to be unkind.")
    house.ok("lena", "answer", case, "-m", "I was tired.")
    silence = ("--norm", "1", "--sanction", "silence", "--days", "3", "--reason", "Unkind.")
    house.ok("ana", "admin", "cases", "decide", case, *silence)
    told = house.ok("lena", "cases")
    [mine] = house.data("lena", "cases")["cases"]
    until = local_time(datetime.fromisoformat(mine["sanction"]["until"]))
    assert "decided by norm 1 (version 1): You may read and not write on limes, until " in told
    assert until in told
    assert "Why: “Unkind.”" in told
    assert "You read as before, and withdraw and export your own words." in told
    act = mine["sanction"]["act"][:8]
    assert f'bbs appeal {act} --words "…" appeals' in told
    house.ok("lena", "appeal", act, "--words", "It was a quote.")
    told = house.ok("lena", "cases")
    assert "Somebody who did not decide answers by" in told
    assert f"bbs appeal {act}" not in told
    [appeal] = house.data("mick", "admin", "appeals", "list")["appeals"]
    uphold = ("admin", "appeals", "uphold", appeal["id"][:8], "--reason", "It was none.")
    house.ok("mick", *uphold)
    assert "The appeal was answered: the decision stands. “It was none.”" in house.ok(
        "lena", "cases"
    )
