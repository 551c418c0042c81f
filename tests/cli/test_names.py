"""JSON rows say what people call a thing beside its id, in every command and both kinds of JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bbs.cli.admin import admin as admin_group
from bbs.cli.main import cli
from tests.cli.house import House, until_asked
from tests.support.programs import python

ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "read": ("bo", ("read",)),
    "read board": ("bo", ("read", "garden")),
    "read thread": ("bo", ("read", "{thread}")),
    "read post": ("bo", ("read", "{thread}/2")),
    "read lounge": ("bo", ("read", "garden/lounge")),
    "read member": ("bo", ("read", "@ana")),
    "search": ("bo", ("search", "herons")),
    "round": ("bo", ("round",)),
    "inbox": ("ana", ("inbox",)),
    "saved": ("bo", ("saved",)),
    "save": ("bo", ("save", "{thread}/2")),
    "thank": ("bo", ("thank", "{thread}/1")),
    "report": ("bo", ("report", "{thread}/1", "--norm", "1", "--dry-run")),
    "reports": ("bo", ("reports",)),
    "follow": ("bo", ("follow", "{thread}")),
    "unfollow": ("bo", ("unfollow", "{thread}")),
    "mute": ("bo", ("mute", "@ana", "--dry-run")),
    "unmute": ("bo", ("unmute", "@ana")),
    "mark": ("bo", ("mark", "{thread}", "--unread")),
    "mark board": ("bo", ("mark", "garden", "--dry-run")),
    "seat": ("bo", ("seat", "garden")),
    "note": ("lia", ("note",)),
    "note of": ("lia", ("note", "@lia")),
    "log": ("bo", ("log", "garden")),
    "who": ("bo", ("who",)),
    "chat": ("bo", ("chat", "garden", "-m", "herons again")),
    "write": ("bo", ("write", "{thread}", "-m", "herons too")),
    "write thread": ("bo", ("write", "garden", "--title", "Herons", "-m", "herons")),
    "letters": ("lia", ("letter",)),
    "letter": ("lia", ("letter", "leo")),
    "letter written": ("lia", ("letter", "leo", "-m", "herons")),
    "block": ("lia", ("block", "@leo", "--dry-run")),
    "admin members": ("ana", ("admin", "members", "list")),
    "admin boards": ("ana", ("admin", "boards", "list")),
    "admin seats": ("ana", ("admin", "seats", "list", "garden")),
    "admin invitations": ("ana", ("admin", "invitations", "list")),
    "admin applications": ("ana", ("admin", "applications", "list", "medlars")),
    "admin applications show": ("ana", ("admin", "applications", "show", "medlars", "2")),
    "admin held": ("ana", ("admin", "posts", "held", "medlars")),
    "admin members guards": ("ana", ("admin", "members", "guards", "medlars")),
    "admin disk quota": ("ana", ("admin", "disk", "quota", "garden", "5", "--dry-run")),
    "admin posts list": ("ana", ("admin", "posts", "list", "garden", "--by", "bo")),
    "admin posts list lines": ("ana", ("admin", "posts", "list", "garden", "--lines")),
    "admin reports": ("ana", ("admin", "reports", "garden")),
    "admin log": ("bo", ("admin", "log", "garden")),
    "admin restrictions": ("ana", ("admin", "restrictions", "garden")),
    "admin disk show": ("ana", ("admin", "disk", "show")),
    "admin threads": (
        "ana",
        ("admin", "threads", "pin", "{thread}", "--reason", "Why", "--dry-run"),
    ),
    "admin posts hide": (
        "ana",
        ("admin", "posts", "hide", "{thread}/2", "--norm", "1", "--reason", "Why", "--dry-run"),
    ),
}
"""Every command that prints rows: who runs it, and with which words."""

ELSEWHERE = {
    "bbs": "connect join demo sign-in account devices profiles forget-device serve sysop-invite"
    " backup restore doctor export consent claim vouch lifeboat pack leave come-back keys completion norms admin cases answer appeal",
    "admin": "claims events tokens purge close hand-over clock proposals status norms numbers explain cases appeals enter"
    " plan apply undo batches move pack unpack",
}
"""Commands that print no row of a board, thread, post, line or member, or the row of another one."""


@pytest.fixture(scope="session")
def thread(house: House) -> str:
    """A thread of ana's with an answer of bo's, thanked, saved and talked about."""
    address = house.ok("ana", "write", "garden", "--title", "Herons", "-m", "herons @bo").strip()
    house.ok("bo", "write", address, "-m", "herons @ana")
    house.ok("ana", "write", address, "-m", "herons once more")
    house.ok("bo", "save", f"{address}/1")
    house.ok("bo", "thank", f"{address}/3")
    house.ok("ana", "chat", "garden", "-m", "herons on the wire")
    house.ok("bo", "report", f"{address}/3", "--norm", "1", "-m", "herons")
    for handle in ("lia", "leo"):
        house.join(handle, house.invitation)
    _open_letter(house)
    _let_wait(house)
    return address


def _open_letter(house: House) -> None:
    """Let lia and leo have a letter: people of this module, whom no other test asks for one."""
    house.ok("lia", "letter", "leo", "--ask")
    until_asked(house, "leo", "@lia asks you")
    house.ok("leo", "letter", "lia", "--accept")
    house.ok("leo", "letter", "lia", "-m", "herons @lia")


def _let_wait(house: House) -> None:
    """Let a post of lia's and an application of leo's wait for the desk of a board."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    asks = ("--questions", "Who sent you?", "--guard-first-posts", "yes")
    house.ok("ana", "admin", "boards", "open", "medlars", *norm, *asks)
    for handle in ("lia", "leo"):
        house.ok(handle, "seat", "medlars", "--accept-norms", "1", "--answer", "Herons.")
    house.ok("ana", "admin", "applications", "accept", "medlars", "1")
    house.ok("lia", "write", "medlars", "--title", "Herons", "-m", "herons")


def rows_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in JSON that is a board, member, thread, post, line, seat or event."""
    if isinstance(value, dict):
        telling = (
            {"author", "at"},
            {"slug", "number"},
            {"handle", "joined_at"},
            {"member", "state"},
        )
        if any(each <= value.keys() for each in telling):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from rows_in(each)


def is_right(row: dict[str, Any], people: dict[str, str]) -> bool:
    """Tell whether a row names itself, and whoever wrote it, as people do."""
    if not (row.get("address") or row.get("state") == "held"):
        return False
    if (author := row.get("author")) and author.get("type") == "member":
        return bool(row.get("by") == people[author["id"]])
    return "slug" in row or "by" in row


@pytest.mark.parametrize("kind", ["--json", "--jsonl"])
@pytest.mark.parametrize(("who", "words"), ROWS.values(), ids=ROWS)
def test_every_row_says_its_address_and_who(
    house: House, thread: str, who: str, words: tuple[str, ...], kind: str
) -> None:
    """Each row has `address` and `by` beside its ids, so that a script need not look them up."""
    people = {
        row["id"]: row["address"]
        for row in house.data("ana", "admin", "members", "list")["members"]
    }
    shown = house.ok(who, *(word.format(thread=thread) for word in words), kind)
    for line in shown.splitlines():
        value = json.loads(line)
        # An invitation has no address: it is nowhere.
        assert kind == "--json" or "address" in value or "uses_left" in value
        wrong = [row for row in rows_in(value) if not is_right(row, people)]
        assert not wrong


@pytest.mark.parametrize("kind", ["--json", "--jsonl"])
def test_every_row_has_both_fields(house: House, thread: str, kind: str) -> None:
    """A script finds `address` and `by` in each row, also where both are null (decision 0022)."""
    house.ok("ana", "admin", "tokens", "issue", "herons", "--power", "read")
    others = [("bo", ("account",)), ("ana", ("devices",)), ("ana", ("admin", "tokens", "list"))]
    for who, words in (*ROWS.values(), *others):
        shown = house.ok(who, *(word.format(thread=thread) for word in words), kind)
        for line in shown.splitlines():
            row = json.loads(line)
            assert kind == "--json" or {"address", "by"} <= row.keys(), words
            for each in dicts_in(row):
                is_row = each.keys() & {"id", "slug", "handle", "uses_left", "stance", "key"}
                is_row -= {"id"} if each.get("type") or each.get("kind") == "member" else set()
                assert not is_row or {"address", "by"} <= each.keys(), (words, each)


def dicts_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object that stands anywhere in JSON."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from dicts_in(each)


def test_rows_name_what_they_are_about(house: House, thread: str) -> None:
    """A newcomer, an account, a choice, a saved post and a mark say it as a post does (decision 0022)."""
    joined = house.join("heron", house.invitation)["member"]
    assert (joined["address"], joined["by"]) == ("@heron", "@ana")
    account = house.data("heron", "account")
    assert (account["address"], account["by"]) == ("@heron", "@ana")
    for verb, what in (("follow", thread), ("mute", "@ana"), ("save", f"{thread}/2")):
        row = house.data("bo", verb, what, "--dry-run")
        for each in (row, row["choice"]):
            assert (each["address"], each["by"]) == (what, None)
    (mark,) = house.data("bo", "mark", thread, "--dry-run")["marks"]
    assert (mark["address"], mark["by"]) == (thread, None)


def test_a_row_is_named_as_on_the_screen(house: House, thread: str) -> None:
    """Post, line, thread, board and member go by their addresses, an author by their handle."""
    shown = house.data("bo", "read", thread)
    assert [(post["address"], post["by"]) for post in shown["posts"]][:3] == [
        (f"{thread}/1", "@ana"),
        (f"{thread}/2", "@bo"),
        (f"{thread}/3", "@ana"),
    ]
    assert (shown["thread"]["address"], shown["thread"]["by"]) == (thread, "@ana")
    assert shown["board"]["address"] == "garden"
    assert shown["members"][0]["address"] == "@ana"
    line = json.loads(house.ok("bo", "read", "garden/lounge", "--jsonl").splitlines()[-1])
    assert line["address"] == f"garden/lounge/{line['number']}"


def test_what_the_wire_calls_by_keeps_its_id(house: House, thread: str) -> None:
    """Who thanked stands in `by` as a handle and in `by_id` as the id; so does who invited."""
    thanks = [each for each in house.data("ana", "inbox")["items"] if each["kind"] == "thanks"]
    item = next(each for each in thanks if each["address"] == f"{thread}/3")
    assert item["by"] == "@bo"
    members = {
        row["address"]: row["id"]
        for row in house.data("ana", "admin", "members", "list")["members"]
    }
    assert item["by_id"] == members["@bo"]
    listed = house.data("ana", "admin", "invitations", "list")["invitations"]
    made = next(each for each in listed if each["by"] is not None)  # a claim's is nobody's
    assert (made["by"], made["by_id"]) == ("@ana", members["@ana"])


def test_every_command_that_prints_rows_is_asked() -> None:
    """A new command stands in this table, or in the list of those that print no such row."""
    asked = {words[0] for _, words in ROWS.values()} | set(ELSEWHERE["bbs"].split())
    assert asked == set(cli.table)
    admin = {words[1] for _, words in ROWS.values() if words[0] == "admin"}
    assert admin | set(ELSEWHERE["admin"].split()) == set(admin_group.table)


@contextmanager
def visiting(house: House, who: str, *verbs: str) -> Iterator[None]:
    """Let somebody be here, as a plain visit that says some verbs and stays."""
    with subprocess.Popen(
        [sys.executable, *python("-m", "bbs.cli.main"), "connect", "--plain", "--profile", who],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "BBS_HOME": str(house.home)},
    ) as visit:
        assert visit.stdin is not None
        assert visit.stdout is not None
        visit.stdin.write("".join(f"{verb}\n" for verb in verbs).encode())
        visit.stdin.flush()
        shown = b""
        while b"here" not in shown and b"Here" not in shown:
            more = os.read(visit.stdout.fileno(), 65_536)
            assert more, shown
            shown += more
        yield
        visit.stdin.close()
        visit.wait(30)


def test_who_shows_those_who_chose_to_be_seen_by_board(house: House) -> None:
    """`bbs who` names who is seen on each board; who hides looks like who is away (P11)."""
    with visiting(house, "ana", "who seen"), visiting(house, "bo", "who"):
        rows = house.data("bo", "who")["here"]
        seen = {(row["address"], row["by"]) for row in rows}
        assert seen >= {("commons", "@ana"), ("garden", "@ana")}
        assert {by for _, by in seen} == {"@ana"}
        line = json.loads(house.ok("bo", "who", "garden", "--jsonl"))
        assert (line["address"], line["by"]) == ("garden", "@ana")
        told = house.ok("bo", "who")
        table = [row.split()[:2] for row in told.splitlines()]
        assert table[:3] == [["BOARD", "MEMBER"], ["commons", "@ana"], ["garden", "@ana"]]
    assert house.bbs("who", "nowhere", "--profile", "bo").exit_code == 5
