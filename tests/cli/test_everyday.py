"""The command line against a real server: joining, reading, writing, chatting, searching."""

import json
import uuid

import pytest

from tests.cli.house import House


def thread(house: House, title: str = "A thread", body: str = "Its words.") -> str:
    """Start a thread as ana; return its address."""
    return house.ok("ana", "write", "garden", "--title", title, "-m", body).strip()


def test_writing_prints_the_address_that_reading_takes(house: House) -> None:
    """What `bbs write` prints is what `bbs read` and the next `bbs write` take."""
    address = thread(house, "Frost tonight", "Cover the figs.")
    answer = house.ok("bo", "write", address, given="Done.\n").strip()
    assert answer == f"{address}/2"
    deeper = house.ok("ana", "write", answer, "-m", "Thank you.").strip()
    shown = house.ok("bo", "read", address)
    assert shown.splitlines()[0] == "Frost tonight"
    assert f"\n{answer}  @bo" in shown
    assert f"\n  {deeper}  @ana" in shown, "an answer to an answer is indented"
    assert f"{deeper}  @ana" in house.ok("bo", "read", address, "--flat")


def test_a_held_post_has_an_address_once_published(house: House) -> None:
    """On a board with a hold nothing is printed but until when; --wait waits for the address."""
    norms = ("--norm", "Think twice. :: It is free.")
    house.ok("ana", "admin", "boards", "open", "slow", *norms, "--hold-s", "600")
    start = ("write", "slow", "--title", "T", "-m", "B")
    held = house.bbs(*start, "--profile", "ana")
    assert (held.exit_code, held.stdout) == (0, "")
    assert "Held until" in held.stderr
    house.ok("ana", "admin", "boards", "configure", "slow", "--hold-s", "1")
    assert house.ok("ana", *start, "--wait").strip() == "slow/1"


def test_json_holds_the_wires_own_fields(house: House) -> None:
    """`bbs read --json` gives one object with board, thread, posts and their authors."""
    address = thread(house, body="a\tb \u202e c")
    shown = house.data("bo", "read", address)
    assert shown["board"]["slug"] == "garden"
    assert shown["thread"]["posts"] == 1
    assert shown["posts"][0]["body"] == "a\tb \u202e c"
    assert [member["handle"] for member in shown["members"]] == ["ana"]


def test_what_is_printed_is_clean(house: House) -> None:
    """No body can send a control or override to the terminal, as text or as JSON (P13)."""
    address = thread(house, body="left \u202e right")
    for words in (("read", address), ("read", address, "--json"), ("search", "left", "--jsonl")):
        assert "\u202e" not in house.ok("bo", *words)


def test_jsonl_is_one_object_a_line(house: House) -> None:
    """--jsonl prints each post as a line of its own, for pipes."""
    address = thread(house)
    house.ok("bo", "write", address, "-m", "two")
    lines = house.ok("bo", "read", address, "--jsonl").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]


def test_since_prints_what_is_new_for_a_script(house: House) -> None:
    """--since N leaves out posts up to N, so that a script resumes where it was."""
    address = thread(house)
    house.ok("bo", "write", address, "-m", "two")
    assert [
        post["number"] for post in house.data("bo", "read", address, "--since", "1")["posts"]
    ] == [2]


def test_unread_is_private_and_marked_by_hand(house: House) -> None:
    """Reading from a script marks nothing; `bbs mark` does, and can take it back (P2, P4)."""
    address = thread(house, "Unread")
    number = address.partition("/")[2]
    for _ in range(2):
        assert len(house.data("bo", "read", address, "--unread")["posts"]) == 1
    house.ok("bo", "mark", address)
    assert house.data("bo", "read", address, "--unread")["posts"] == []
    house.ok("bo", "mark", f"garden/{number}/1", "--unread")
    assert len(house.data("bo", "read", address, "--unread")["posts"]) == 1
    house.ok("bo", "mark", "garden")
    assert house.data("bo", "read", "garden")["unread"] == []
    assert "UNREAD" in house.ok("bo", "read", "garden")


def test_what_is_listed_as_unread_is_what_is_counted(house: House) -> None:
    """A withdrawn post is counted as unread nowhere, so it is not listed either (P4)."""
    address = thread(house, "Withdrawn before it was read")
    house.ok("ana", "write", address, "-m", "two")
    house.ok("ana", "write", f"{address}/1", "--withdraw")
    listed = house.data("bo", "read", address, "--unread")["posts"]
    assert [post["number"] for post in listed] == [2]
    counted = house.data("bo", "read", "garden")["unread"]
    assert {entry["thread"]: entry["posts"] for entry in counted}[listed[0]["thread"]] == 1


def test_edit_retitle_and_withdraw(house: House) -> None:
    """One's own words can be put otherwise and taken back; the marker stays (P9, P10)."""
    address = thread(house, "Old title", "old words")
    house.ok("ana", "write", f"{address}/1", "--edit", "-m", "new words")
    house.ok("ana", "write", address, "--edit", "--title", "New title")
    shown = house.data("bo", "read", address)
    assert shown["thread"]["title"] == "New title"
    assert shown["posts"][0]["body"] == "new words"
    house.ok("ana", "write", f"{address}/1", "--withdraw")
    assert "(withdrawn)" in house.ok("bo", "read", address)
    assert (
        house.bbs("write", f"{address}/1", "--edit", "-m", "x", "--profile", "ana").exit_code == 1
    )


def test_the_same_op_writes_once(house: House) -> None:
    """`bbs write --op` repeated after a lost answer happens once (P12)."""
    address = thread(house)
    op = str(uuid.uuid4())
    first = house.ok("bo", "write", address, "-m", "once", "--op", op)
    assert house.ok("bo", "write", address, "-m", "once", "--op", op) == first
    assert len(house.data("bo", "read", address)["posts"]) == 2
    other = house.bbs("write", address, "-m", "twice", "--op", op, "--profile", "bo")
    assert other.exit_code == 6


def test_a_dry_run_changes_nothing(house: House) -> None:
    """--dry-run lets the server decide and leaves everything as it was."""
    address = thread(house)
    assert (
        "nothing was changed"
        in house.bbs("write", address, "-m", "x", "--dry-run", "--profile", "bo").stderr
    )
    assert len(house.data("bo", "read", address)["posts"]) == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("read", "nowhere"), 5),
        (("read", "garden/99999"), 5),
        (("read", "Gar den"), 2),
        (("write", "garden", "-m", "no title"), 2),
        (("write", "garden/lounge", "-m", "x"), 2),
        (("write", "commons/1", "--withdraw", "--edit"), 2),
        (("read", "--json", "--jsonl"), 2),
        (("read", "--profile", "nobody"), 4),
        (("search",), 2),
        (("devices", "--end", "zzzz"), 5),
        (("read", "--url", "bbs://127.0.0.1:1"), 2),
    ],
)
def test_exit_codes_against_a_server(house: House, words: tuple[str, ...], code: int) -> None:
    """A script can branch on what went wrong."""
    who = () if "--profile" in words else ("--profile", "bo")
    assert house.bbs(*words, *who).exit_code == code


def test_an_unreachable_server_is_75(house: House) -> None:
    """A server that is not there can be tried again later: 75."""
    env = {"BBS_TOKEN": "bbs_" + "x" * 43}
    assert house.bbs("read", "--url", "bbs://127.0.0.1:9", **env).exit_code == 75


def test_a_wrong_token_is_4(house: House) -> None:
    """A token the server does not know means: sign in first."""
    env = {"BBS_TOKEN": "bbs_" + "x" * 43}
    assert house.bbs("read", "--url", house.url, **env).exit_code == 4


def test_too_long_is_refused_not_cut(house: House) -> None:
    """The command line never shortens words silently; the server's refusal is told."""
    result = house.bbs("write", "garden", "--title", "Long", "--profile", "ana", given="x" * 9_000)
    assert result.exit_code == 1
    assert "longer than" in result.stderr


def test_pasted_text_is_mended_and_told(house: House) -> None:
    """What no body may hold is taken out before sending, and the writer is told."""
    result = house.bbs(
        "write", "garden", "--title", "Paste", "--profile", "ana", given="cafe\u0301 \x07bell"
    )
    assert result.exit_code == 0
    assert "mended" in result.stderr
    body = house.data("ana", "read", result.stdout.strip())["posts"][0]["body"]
    assert body.startswith("caf\u00e9 ")


def test_chat_says_each_line_of_a_pipe(house: House) -> None:
    """Every line of stdin is a line of the lounge, in order; empty ones say nothing."""
    before = len(house.data("bo", "read", "garden/lounge", "--limit", "200")["lines"])
    house.ok("bo", "chat", "garden", given="one\n\ntwo\r\nthree")
    house.ok("ana", "chat", "garden", "-m", "four")
    lines = house.data("bo", "read", "garden/lounge", "--limit", "200")["lines"][before:]
    assert [line["body"] for line in lines] == ["one", "two", "three", "four"]
    assert "@bo: one" in house.ok("ana", "read", "garden/lounge")
    last = lines[-1]["number"]
    assert house.data("bo", "read", f"garden/lounge/{last}")["lines"][0]["body"] == "four"


def test_search_finds_and_explains(house: House) -> None:
    """Finds come with addresses; what the query did not mean is told on stderr."""
    address = thread(house, "Okra", "three zanzibar out of ten")
    result = house.bbs("search", "zanzibar", "before:someday", "--profile", "bo")
    assert result.exit_code == 0
    assert result.stderr
    assert f"{address}/1" in house.ok("bo", "search", "zanzibar", "--board", "garden")
    edges = ("after:0001-01-01", "before:9999-12-31")
    assert f"{address}/1" in house.ok("bo", "search", "zanzibar", *edges)
    assert house.data("bo", "search", "zanzibar", "--limit", "1")["found"][0]["post"]["number"] == 1


def test_members_and_boards_are_listed(house: House) -> None:
    """The lists of members, boards and seats come as tables and as JSON."""
    assert "@bo" in house.ok("ana", "read", "@bo")
    assert [each["handle"] for each in house.data("bo", "admin", "members", "list")["members"]][
        :2
    ] == ["ana", "bo"]
    assert "garden" in house.ok("bo", "read")
    assert {each["slug"] for each in house.data("bo", "read")["boards"]} >= {"commons", "garden"}
    assert "moderator" in house.ok("ana", "admin", "seats", "list", "garden")
    assert "Climates differ." in house.ok("bo", "admin", "norms", "show", "garden")


def test_boards_are_completed_from_the_community(house: House) -> None:
    """A Tab after `bbs read g` asks the community and offers garden."""
    from tests.cli.test_main import completed

    env = {"BBS_HOME": str(house.home), "BBS_PROFILE": "bo"}
    assert completed("bbs read --profile bo g", **env) == ["garden"]
    assert completed("bbs read --profile bo @b", **env) == ["@bo"]
