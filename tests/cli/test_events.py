"""`bbs admin events`: what a moderator's script gets, from which it goes on (P8, P12, decision 0066)."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.house import PATIENCE_S, House
from tests.support.programs import python, take_interrupts

UNTIL = ("--until", (datetime.now(UTC) + timedelta(days=3)).date().isoformat())
NORM = ("--norm", "Mend your nets. :: They tear.")


@pytest.fixture(scope="session")
def board(house: House) -> str:
    """A board of ana's on which bo and tess sit, without a hold."""
    house.ok("ana", "admin", "boards", "open", "nets", *NORM, "--hold-s", "0")
    house.join("tess", house.invitation)
    for who in ("bo", "tess"):
        house.ok(who, "seat", "nets", "--accept-norms", "1")
    return "nets"


def lines(house: House, who: str, *words: str) -> list[dict[str, Any]]:
    """Run `bbs admin events --jsonl` as somebody; return its lines."""
    shown = house.ok(who, "admin", "events", "--jsonl", *words)
    return [json.loads(line) for line in shown.splitlines()]


def test_a_script_goes_on_where_it_was(house: House, board: str) -> None:
    """The first run gives a cursor; later ones what came after it, without anybody's words (P12)."""
    begun = lines(house, "ana", "--board", board)
    assert {line["kind"] for line in begun} == {"started"}
    thread = house.ok("tess", "write", board, "--title", "Sails", "-m", "Blue canvas").strip()
    house.ok("bo", "report", f"{thread}/1", "--norm", "1", "-m", "Canvas again")
    house.ok("ana", "admin", "threads", "lock", thread, "--reason", "Canvas enough", *UNTIL)
    since = ("--board", board, "--since", begun[-1]["cursor"])
    told = lines(house, "ana", *since)
    kinds = [line["kind"] for line in told]
    assert {"threads.started", "cases.waits", "cases.changed", "moderation.acted"} <= set(kinds)
    [started] = [line for line in told if line["kind"] == "threads.started"]
    assert (started["address"], started["by"], started["board"]) == (f"{thread}/1", "@tess", board)
    [acted] = [line for line in told if line["kind"] == "moderation.acted"]
    assert (acted["address"], acted["data"]["act"]["method"]) == (thread, "moderation.lock")
    assert "anvas" not in json.dumps(told)
    assert "anvas" in json.dumps(lines(house, "ana", *since, "--words"))
    for at, line in enumerate(told):
        rest = lines(house, "ana", "--board", board, "--since", line["cursor"])
        assert places(rest) == places(told[at + 1 :])
    assert lines(house, "ana", "--board", board, "--since", told[-1]["cursor"]) == []


def places(told: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Return stream and seq of the events among lines, sorted: between streams there is no order."""
    return sorted((line["stream"], line["seq"]) for line in told if "data" in line)


def test_kinds_can_be_chosen(house: House, board: str) -> None:
    """--kind leaves out the others; the cursor passes over them all the same."""
    begun = lines(house, "ana", "--board", board)[-1]["cursor"]
    thread = house.ok("tess", "write", board, "--title", "Oars", "-m", "Ash").strip()
    house.ok("ana", "write", thread, "-m", "Elm")
    since = ("--board", board, "--since", begun, "--kind")
    assert [line["kind"] for line in lines(house, "ana", *since, "threads.posted")] == [
        "threads.posted"
    ]
    [passed] = lines(house, "ana", *since, "norms.amended")
    assert passed["kind"] == "passed"
    assert passed["events"] >= 2
    assert lines(house, "ana", "--board", board, "--since", passed["cursor"]) == []


def test_people_get_sentences(house: House, board: str) -> None:
    """Without --jsonl it prints what `bbs read --follow` would, and a desk's news beside it."""
    begun = lines(house, "ana", "--board", board)[-1]["cursor"]
    thread = house.ok("tess", "write", board, "--title", "Rope", "-m", "Hemp").strip()
    house.ok("bo", "report", f"{thread}/1", "--norm", "1", "-m", "Too long")
    shown = house.ok("ana", "admin", "events", "--board", board, "--since", begun).splitlines()
    assert f"@tess started {thread}: Rope" in shown
    assert any(line.startswith(f"case {board}/case/") for line in shown)


def test_who_is_in_no_office_hears_what_everybody_may(house: House, board: str) -> None:
    """The desk and its cases are for those in office: others have neither, and no error (P2)."""
    begun = lines(house, "bo", "--board", board)
    assert {line["stream"].partition(":")[0] for line in begun} == {"board", "lounge", "member"}
    thread = house.ok("tess", "write", board, "--title", "Knots", "-m", "Bowline").strip()
    house.ok("bo", "report", f"{thread}/1", "--norm", "1", "-m", "Slips")
    told = lines(house, "bo", "--board", board, "--since", begun[-1]["cursor"])
    assert {line["kind"] for line in told} == {"threads.started", "passed"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--since", "2026-03-01 12:00"), "no cursor"),
        (("--since", "AZLZJDg2M2VhYWQyLTY1M2Et"), "cut off or changed"),
        (("--kind", "thread.posted"), "did you mean threads.posted?"),
        (("--kind", "reading.noticed"), "no event is called"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    house: House, words: tuple[str, ...], sentence: str
) -> None:
    """A cursor that is none and a kind that there is not end the command with 2."""
    refused = house.bbs("admin", "events", *words, "--profile", "ana")
    assert refused.exit_code == 2
    assert sentence in refused.stderr


@pytest.fixture(scope="session")
def much(house: House, board: str) -> str:
    """A cursor after which more was said than a pipe takes at once."""
    begun: str = lines(house, "ana", "--board", board)[-1]["cursor"]
    house.ok("bo", "chat", board, *(word for _ in range(80) for word in ("-m", "x" * 400)))
    return begun


def test_it_ends_at_once_while_its_reader_is_stuck(house: House, board: str, much: str) -> None:
    """Ctrl-C ends it cleanly, also while nobody reads what it wrote (P14)."""
    reading, writing = os.pipe()
    with subprocess.Popen(
        [
            *(sys.executable, *python("-m", "bbs.cli.main")),
            *("admin", "events", "--jsonl", "--words", "--follow", "--profile", "ana"),
            *("--board", board, "--since", much),
        ],
        stdout=writing,
        preexec_fn=take_interrupts,
        stderr=subprocess.PIPE,
        env={**os.environ, "BBS_HOME": str(house.home)},
    ) as follower:
        os.close(writing)
        assert follower.stderr is not None
        with os.fdopen(reading, "rb") as pipe:
            assert json.loads(pipe.readline())["v"] == 1
            follower.send_signal(signal.SIGINT)
            assert follower.wait(PATIENCE_S) == 130
            assert follower.stderr.read().strip() == b""
            for line in pipe.read().splitlines()[:-1]:
                assert json.loads(line)["cursor"]
