"""Deciding cases and appeals from the command line (protocol 23)."""

import sqlite3
from contextlib import closing

from bbs.ids import COMMONS
from tests.cli.house import House


def _heard(house: House, board: str, author: str) -> str:
    """Open a board, let `author` write there, and be reported and heard; return the case."""
    norm = ("--norm", "Stay with the fruit. :: It is what people come for.")
    house.ok("ana", "admin", "boards", "open", board, *norm, "--hold-s", "0")
    for handle in (author, "mina", "ruth"):
        if house.bbs("account", "--profile", handle).exit_code != 0:
            house.join(handle, house.invitation)
        house.ok(handle, "seat", board, "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", board, "@mina")
    house.ok(author, "write", board, "--title", "Fruit", "-m", "Fruit is for fools.")
    house.ok("ruth", "report", f"{board}/1/1", "--norm", "1", "-m", "This hurts.")
    case = f"{board}/case/1"
    house.ok("ana", "admin", "cases", "ask", case, "-m", "It is said to be unkind.")
    house.ok(author, "answer", case, "-m", "I was tired.")
    return case


def test_a_silence_is_decided_appealed_and_lifted(house: House) -> None:
    """The person is told what, why, by which clause, until when, and how to appeal (P7)."""
    case = _heard(house, "cherries", "paul")
    why = ("--norm", "1", "--reason", "Unkind to beginners.")
    decide = ("admin", "cases", "decide", case, "--sanction", "silence", "--hide", *why)
    too_long = house.bbs(*decide, "--days", "8", "--profile", "ana")
    assert too_long.exit_code == 2
    assert "7 days" in too_long.stderr
    tried = house.bbs(*decide, "--days", "3", "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    assert "decided case 1" in house.ok("ana", *decide, "--days", "3").lower()
    refused = house.bbs("write", "cherries/1", "-m", "But", "--profile", "paul")
    assert refused.exit_code != 0
    assert "Unkind to beginners." in refused.stderr
    listed = house.ok("ana", "admin", "cases", "sanctions", "cherries")
    assert "silence" in listed
    assert "norm 1" in listed
    [sanction] = house.data("ana", "admin", "cases", "sanctions", "cherries")["sanctions"]
    assert sanction["kind"] == "silence"
    told = house.ok("paul", "appeal")
    assert "Unkind to beginners." in told
    act = house.data("paul", "appeal")["can_appeal"][0]["id"]
    assert house.bbs("appeal", act[:8], "--profile", "paul").exit_code == 2
    house.ok("paul", "appeal", act[:8], "--words", "I was quoting.")
    assert "waits for somebody who did not decide" in house.ok("paul", "appeal")
    assert house.data("ana", "admin", "appeals", "list")["appeals"] == []
    [appeal] = house.data("mina", "admin", "appeals", "list")["appeals"]
    shown = house.ok("mina", "admin", "appeals", "show", appeal["id"][:8])
    assert "I was quoting." in shown
    assert "decided case 1" in shown
    lift = ("admin", "appeals", "lift", appeal["id"][:8], "--reason", "It was a quote.")
    assert house.bbs(*lift, "--profile", "ana").exit_code != 0
    house.ok("mina", *lift)
    house.ok("paul", "write", "cherries/1", "-m", "Thank you.")
    assert "the decision is lifted" in house.ok("paul", "appeal")
    log = house.ok("paul", "log", "cherries")
    assert "decided about the appeal against what was done in case 1" in log
    assert "decided case 1" in log


def test_a_case_is_let_be_and_a_sanction_lifted(house: House) -> None:
    """Nothing is done, or it ends sooner; the log says so."""
    case = _heard(house, "plumes", "perdita")
    word = ("--word", "We see it otherwise.")
    house.ok("ana", "admin", "cases", "let-be", case, *word)
    assert "We see it otherwise." in house.ok("ruth", "reports")
    case = _heard(house, "peaches", "perdita")
    why = ("--norm", "1", "--reason", "Unkind.")
    slow = ("--sanction", "slow", "--days", "2", "--seconds", "600")
    house.ok("ana", "admin", "cases", "decide", case, *slow, *why)
    house.ok("mina", "admin", "cases", "lift", case, "--reason", "She is sorry.")
    again = house.bbs("admin", "cases", "lift", case, "--reason", "Why", "--profile", "mina")
    assert "no sanction of this case is on" in again.stderr
    assert "let case 1 be" in house.ok("perdita", "log", "plumes")
    assert "lifted the sanction of case 1" in house.ok("perdita", "log", "peaches")


def test_the_suspended_list_what_they_can_appeal_and_appeal(house: House) -> None:
    """From the whole community: nothing of it is named to them, and the door stays open (P7)."""
    case = _heard(house, "sorrels", "sue")
    assert "There is nothing to appeal." in house.bbs("appeal", "--profile", "sue").stderr
    suspend = ("--norm", "1", "--sanction", "suspend", "--days", "3")
    house.ok("ana", "admin", "cases", "decide", case, *suspend, "--reason", "Unkind to all.")
    # Only the commons could decide so, and here the same people sit there: the row says it instead.
    path = house.home.parent / "data" / "folkmoot.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        change = "UPDATE restrictions SET board = ? WHERE kind = 'suspended'"
        connection.execute(change, (COMMONS,))
    assert house.bbs("who", "--profile", "sue").exit_code != 0
    told = house.bbs("appeal", "--profile", "sue")
    assert told.exit_code == 0, told.stderr
    assert "Unkind to all." in told.stdout
    assert "There is nothing to appeal." not in told.stderr
    act = house.data("sue", "appeal")["can_appeal"][0]["id"]
    house.ok("sue", "appeal", act[:8], "--words", "I was quoting.")
    assert "waits for somebody who did not decide" in house.ok("sue", "appeal")
    leaving = house.bbs("leave", "sorrels", "--words", "taken", "--dry-run", "--profile", "sue")
    assert "on sorrels." in leaving.output, "who is suspended leaves a board by its name (P9)"
    assert leaving.exit_code == 0
