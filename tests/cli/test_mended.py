"""What a newcomer may do wrong at the command line, and what it says then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bbs import errors, refusals
from bbs.cli.errors import note_op
from bbs.features.norms.messages import Clause, Norms
from bbs.terminal.error_report import as_facts
from bbs.terminal.norms_text import norms_lines
from bbs.wire.error_codec import all_errors
from tests.cli.house import House, running_server


@pytest.mark.parametrize(
    "words",
    [
        ("devices", "--end", ""),
        ("devices", "--end", "abc", "--yes"),
        ("admin", "tokens", "revoke", ""),
        ("admin", "invitations", "revoke", " "),
        ("mark", "commons/lounge"),
        ("mark", "@bo"),
        ("mark", "garden", "--unread"),
        ("chat", "garden", "-m", ""),
    ],
)
def test_what_was_hardly_meant_is_a_usage_error(house: House, words: tuple[str, ...]) -> None:
    """An empty variable or the wrong kind of address changes nothing."""
    assert house.bbs(*words, "--profile", "bo").exit_code == 2
    house.ok("bo", "account")


def test_ending_ones_own_session_asks_and_is_told_afterwards(house: House) -> None:
    """One's own session ends only by --yes; then every command says that it was ended."""
    session = house.join("quin", house.invitation)["session"]
    assert house.bbs("devices", "--end", session[:8], "--profile", "quin").exit_code == 2
    house.ok("quin", "read")
    house.ok("quin", "devices", "--end", session[:8], "--yes")
    for words in (("read",), ("mark", "commons"), ("sign-in",)):
        result = house.bbs(*words, "--profile", "quin")
        assert result.exit_code == 4
        assert "this session was ended" in result.stderr, words
        assert f"bbs sign-in {house.url}" in result.stderr
        assert "do not match" not in result.stderr


def test_a_wrong_password_is_not_taken_for_an_ended_session(house: House, tmp_path: Path) -> None:
    """Inside a session, a failed proof is about what was typed."""
    wrong = tmp_path / "wrong"
    wrong.write_text("no such password was ever set\n")
    wrong.chmod(0o600)
    files = ("--old-password-file", str(wrong), "--new-password-file", str(wrong))
    result = house.bbs("account", "--password", *files, "--profile", "bo")
    assert result.exit_code == 4
    assert "that is not your present password" in result.stderr
    asked = house.bbs("account", "--password", "--profile", "bo")
    assert asked.exit_code == 2
    assert "--old-password-file" in asked.stderr


@pytest.mark.parametrize("token", ["x", "bbs_" + "x" * 43, "no token\tat all", "y" * 5_000])
def test_a_token_that_is_none_is_4(house: House, token: str) -> None:
    """Short, malformed and unknown tokens are told as tokens that are not valid."""
    result = house.bbs("read", "--url", house.url, BBS_TOKEN=token)
    assert result.exit_code == 4
    assert "token is not valid" in result.stderr


def test_a_token_cannot_reach_its_owners_account(house: House) -> None:
    """A refusal is told in words people know, without names of the wire."""
    issued = house.data("bo", "admin", "tokens", "issue", "short", "--power", "read")
    result = house.bbs("account", "--url", house.url, BBS_TOKEN=issued["token"])
    assert result.exit_code == 1
    assert "a token cannot read or change its owner's account" in result.stderr


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (("write", "garden", "--title", "Long"), "x" * 2_000_000),
        (("write", "garden", "--title", "y" * 90_000, "-m", "short"), None),
        (("chat", "garden", "-m", "z" * 90_000), None),
        (("search", "q" * 90_000), None),
        (("admin", "boards", "configure", "garden", "--charter", "c" * 90_000), None),
        (("admin", "invitations", "make", "--note", "n" * 90_000), None),
    ],
)
def test_too_long_is_refused_before_it_is_sent(
    house: House, words: tuple[str, ...], given: str | None
) -> None:
    """Words no frame could carry are a refusal that names the limit, not a lost connection."""
    result = house.bbs(*words, "--profile", "ana", given=given)
    assert result.exit_code == 1, result.output
    assert "longer than" in result.stderr


def test_a_mended_title_is_told(house: House) -> None:
    """A newline in a title is not taken out silently (P13)."""
    result = house.bbs("write", "garden", "--title", "Two\nlines", "-m", "x", "--profile", "ana")
    assert result.exit_code == 0
    assert "title was mended" in result.stderr


def test_bytes_that_are_no_text_are_told(house: House, tmp_path: Path) -> None:
    """What is not UTF-8 is replaced, and the writer is told how often."""
    file = tmp_path / "latin"
    file.write_bytes(b"caf\xe9")
    words = ("write", "garden", "--title", "Latin", "-F", str(file), "--profile", "ana")
    result = house.bbs(*words)
    assert result.exit_code == 0
    assert "not all UTF-8: 1" in result.stderr


def test_a_line_too_long_does_not_stop_the_rest(house: House) -> None:
    """In a pipe, a refused line is told with its number; the others are said; exit code 3."""
    result = house.bbs("chat", "garden", "--profile", "bo", given=f"before\n{'x' * 9_000}\nafter\n")
    assert result.exit_code == 3
    assert "line 2: line: longer than 1000" in result.stderr
    lines = house.data("ana", "read", "garden/lounge")["lines"]
    assert [line["body"] for line in lines[-2:]] == ["before", "after"]


def test_marking_says_what_was_marked(house: House) -> None:
    """One learns how much a mark covered; it is for the reader alone (P2)."""
    house.bbs("mark", "garden", "--profile", "bo")
    address = house.data("ana", "write", "garden", "--title", "Counted", "-m", "x")["address"]
    assert "1 post in 1 thread marked" in house.bbs("mark", "garden", "--profile", "bo").stderr
    thread = address.rpartition("/")[0] if address.count("/") > 1 else address
    assert f"{thread}: 1 post marked" in house.bbs("mark", thread, "--profile", "bo").stderr
    assert "Nothing was unread" in house.bbs("mark", "garden", "--profile", "bo").stderr


def test_a_dry_run_shows_no_secret_that_opens_nothing(house: House) -> None:
    """Codes, links and tokens of a dry run are not printed: somebody would hand them over."""
    for words in (
        ("admin", "members", "reset", "@bo"),
        ("admin", "invitations", "make"),
        ("admin", "tokens", "issue", "x", "--power", "read"),
        ("account", "--renew-codes"),
    ):
        result = house.bbs(*words, "--dry-run", "--profile", "ana")
        assert result.exit_code == 0, words
        assert result.stdout == "", words
        assert "Dry run" in result.stderr, words
    shown = house.data("ana", "chat", "garden", "-m", "x", "--dry-run")
    assert shown["dry_run"] is True


def test_a_seat_one_has_is_told_and_the_commons_stays(house: House) -> None:
    """Taking a seat twice says so; the commons is not left alone, and no hint sends one astray."""
    assert "already" in house.ok("bo", "seat", "garden")
    result = house.bbs("seat", "commons", "--leave", "--yes", "--profile", "bo")
    assert result.exit_code == 6
    assert "look again" not in result.stderr
    told = house.bbs("seat", "garden", "--leave", "--profile", "ana")
    assert told.exit_code == 1
    assert "bbs admin boards hand-over" in told.stderr


def test_writing_without_a_seat_names_the_command(house: House) -> None:
    """Hints name commands with the board, not methods of the protocol."""
    house.join("rosa", house.invitation)
    for words in (("write", "garden", "--title", "T"), ("chat", "garden")):
        result = house.bbs(*words, "-m", "x", "--profile", "rosa")
        assert result.exit_code == 1
        assert "bbs seat garden" in result.stderr


def test_empty_results_say_so(house: House) -> None:
    """Nothing found or nothing there is a sentence on stderr, and nothing on stdout."""
    result = house.bbs("search", "xylophonic", "--profile", "bo")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "Nothing found" in result.stderr
    nobody = house.bbs("search", "from:nobody_here", "--profile", "bo")
    assert nobody.stderr == "there is no member @nobody_here\n"
    author = house.bbs("search", "author:bo", "--profile", "bo")
    assert "author: was looked for as a word; from:" in author.stderr
    assert (
        "Nothing new here"
        in house.bbs("read", "commons", "--since", "999", "--profile", "bo").stderr
    )


def test_what_is_no_mbox_is_refused(house: House, tmp_path: Path) -> None:
    """Importing a file without mails is a sentence and 1; a report of mails goes to stdout."""
    file = tmp_path / "notes.txt"
    file.write_text("no mail at all\n")
    words = ("admin", "threads", "import-mbox", str(file), "--board", "garden", "--profile", "ana")
    assert house.bbs(*words).exit_code == 1
    file.write_text("From a Mon Mar  2 10:00:00 2026\nFrom: A <a@example.org>\nSubject: s\n\nx\n")
    result = house.bbs(*words, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "in the file 1 = would be added 1 + known 0 + twice 0 + skipped 0" in result.stdout


def raw(house: House, line: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of shell in which `bbs` is the command line, as bo."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("BBS_")}
    return subprocess.run(
        ["sh", "-c", f'bbs() {{ "{sys.executable}" -m bbs.cli.main "$@"; }}; {line}'],
        env={**env, "BBS_HOME": str(house.home), "BBS_PROFILE": "bo"},
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("bbs read >&-", 1),
        ("bbs read >/dev/full", 1),
        ("bbs write garden/1 <&-", 2),
        ("bbs chat garden <&-", 0),
        ("bbs read <&- 2>&- >/dev/null", 0),
        ("bbs admin boards list --jsonl | head -c 1 >/dev/null", 0),
    ],
)
def test_closed_and_full_streams_are_no_fault_of_the_program(
    house: House, line: str, code: int
) -> None:
    """Standard streams that are closed or full give one line and an exit code, no traceback."""
    done = raw(house, line)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if code == 1:
        assert done.stderr.count(b"\n") == 1


def test_a_reader_who_has_seen_enough_is_no_failure(house: House) -> None:
    """`bbs read … | head -1` leaves `bbs` itself with 0: nothing failed."""
    address = house.ok("ana", "write", "garden", "--title", "Pipe", "-m", "w\n" * 900).strip()
    done = raw(house, f"(bbs read {address}; bbs read {address}; echo $? >&2) | true")
    assert done.stderr.strip() == b"0"


def test_chat_tells_a_person_that_the_server_sets_the_pace(tmp_path: Path) -> None:
    """With a terminal to tell it on, a throttled pipe says why it is slow and how much is left."""
    with running_server(tmp_path / "data", sample=False) as invitation:
        house = House(tmp_path / "home", invitation)
        house.join("ana", invitation)
        told = shown_on_stderr(house, "chat commons --profile ana", "a line\n" * 24)
    assert "Slowed down by the server; " in told
    assert "to go." in told


def shown_on_stderr(house: House, words: str, given: str) -> str:
    """Run `bbs` with input from a file and a terminal as stderr; return what it shows there first."""
    many = house.home / "many"
    many.write_text(given)
    run = f"'{sys.executable}' -m bbs.cli.main {words} < '{many}'"
    parent, child = os.openpty()
    env = {name: value for name, value in os.environ.items() if not name.startswith("BBS_")}
    process = subprocess.Popen(
        ["sh", "-c", run],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=child,
        env={**env, "BBS_HOME": str(house.home)},
    )
    os.close(child)
    try:
        return os.read(parent, 4_096).decode()
    finally:
        process.kill()
        process.wait(10)
        os.close(parent)


@pytest.mark.parametrize("words", ["nan", "abc", "inf", "1e99"])
def test_a_quota_that_is_no_number_says_what_it_takes(house: House, words: str) -> None:
    """Before anything is asked of the server, and without the names a program has for it."""
    refused = house.bbs("admin", "disk", "quota", "garden", words, "--profile", "ana")
    assert refused.exit_code == 2
    assert "MiB" in refused.stderr
    assert "0 is no quota" in refused.stderr


@pytest.mark.parametrize("host", ["moot..example.org", ".x", "a" * 64 + ".example", "x.7"])
def test_a_host_that_can_be_none_is_refused_in_a_line(house: House, host: str) -> None:
    """Signing in, reading and joining all know what a host is made of; none shows a traceback."""
    file, code = str(house.password_file), "c" * 43
    for words in (
        ("sign-in", f"bbs://{host}:1", "--handle", "ana", "--password-file", file),
        ("read", "--url", f"bbs://{host}:1"),
        ("join", f"bbs://{host}:1/#{code}"),
    ):
        refused = house.bbs(*words, BBS_TOKEN="x" * 43)
        assert refused.exit_code in (1, 2), words
        assert "the host is a name or an IP address" in refused.stderr, words


def test_hints_are_for_people_who_type(house: House) -> None:
    """A wrong address shows right ones; a file open to others is not always a token's."""
    told = house.bbs("read", "Gar den", "--profile", "ana")
    assert told.exit_code == 2
    assert "garden/42/7" in told.stderr.splitlines()[-1]
    house.password_file.chmod(0o644)
    file = str(house.password_file)
    told = house.bbs("sign-in", house.url, "--handle", "ana", "--password-file", file)
    house.password_file.chmod(0o600)
    assert told.exit_code == 1
    assert "chmod 600" in told.stderr
    assert "token" not in told.stderr


def lost() -> None:
    """Lose the line."""
    raise errors.Disconnected("cut")


def test_only_an_act_that_may_have_happened_names_its_op() -> None:
    """After a lost line `bbs write` prints the op to repeat; a query has none (P12)."""
    with pytest.raises(errors.Disconnected) as caught, note_op("an-op"):
        lost()
    facts = as_facts(caught.value)
    assert facts["code"] == "disconnected"
    assert "--op an-op" in facts["hint"]
    assert "op" not in as_facts(errors.Disconnected("cut"))["hint"].split()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConnectionRefusedError("nobody is there"), "no_connection"),
        (TimeoutError(), "timeout"),
        (PermissionError(13, "Permission denied", "profile.json"), "system"),
    ],
)
def test_an_error_of_the_system_has_a_code_of_ours(error: OSError, code: str) -> None:
    """A script reads the same code whatever class of Python's an error has."""
    assert as_facts(error)["code"] == code


def test_norms_wrap_at_words() -> None:
    """On a terminal no word of a norm is broken, and its further lines stand under the first."""
    clause = Clause(text="Say where you garden. " * 6, why="Climates differ. " * 9)
    norms = Norms(board="b", version=1, clauses=(clause,))
    lines = norms_lines(norms, 40)
    assert max(map(len, lines)) <= 40
    assert all(line.startswith(("1. ", "   ")) for line in lines)
    assert " ".join(" ".join(lines).split()).count("garden.") == 6
    assert len(norms_lines(norms)) == 2


def test_refusals_name_no_file_that_is_not_installed() -> None:
    """Hints lead to commands and people, not to a folder of the repository."""
    hints = [
        cls.hint
        for cls in vars(refusals).values()
        if isinstance(cls, type) and hasattr(cls, "hint")
    ]
    assert not any("docs/" in hint or "boards." in hint or "norms.get" in hint for hint in hints)


def test_the_command_lines_own_errors_take_no_code_of_the_wire() -> None:
    """What a peer sends is never rebuilt as an error only this end can have."""
    for code in ("members.not_signed_in", "boards.seat_needed", "conflict", "disconnected"):
        assert all_errors()[code].__module__ in ("bbs.errors", "bbs.refusals")


def test_a_conflict_without_a_version_names_none() -> None:
    """What to do stands in the sentence; there is no version to read first."""
    into_itself = "this thread cannot be moved into itself: name another thread"
    assert as_facts(refusals.Conflict(what=into_itself))["hint"] == ""
    assert (
        "current version" in as_facts(refusals.Conflict(what="it was changed", revision=3))["hint"]
    )
