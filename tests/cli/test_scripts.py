"""What a token wrote says so in every command that prints it (P8)."""

import json

import pytest
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.messages import PostEdited, PostPublished, ThreadPublished
from bbs.powers import Way
from bbs.sdk.updates import EventHappened
from bbs.terminal.event_text import EventDescriber
from bbs.testing import a_board, a_member, a_post, a_thread
from tests.cli.house import House
from tests.sdk.peer import ME, Peer, meeting


@pytest.fixture(scope="session")
def thread(house: House) -> str:
    """Let a token of Ana's start a thread with a line in the lounge; return the thread's address."""
    script = house.script("ana", "read", "write")
    address = script("write", "garden", "--title", "Almanac", "-m", "Frost tonight, @bo.")
    script("chat", "garden", "-m", "Frost is near.")
    by_hand = house.ok("ana", "write", address, "-m", "By hand").strip()
    script("write", by_hand, "--edit", "-m", "By hand, mended")
    return address


def test_people_read_it_everywhere(house: House, thread: str) -> None:
    """Threads, posts, edits, lines, search, inbox and round name the script beside its owner (P8)."""
    assert "@ana (by script)" in house.ok("bo", "read", "garden")
    told = house.ok("bo", "read", thread)
    [head] = [row for row in told.splitlines() if row.startswith(f"{thread}/1  @ana")]
    assert ", by script" in head
    [head] = [row for row in told.splitlines() if row.strip().startswith(f"{thread}/2  @ana")]
    assert ", edited by script" in head
    assert "by script, edited" not in head
    assert "@ana (by script): Frost is near." in house.ok("bo", "read", "garden/lounge")
    for words in (("search", "frost"), ("inbox",)):
        assert f"{thread}/1  @ana (by script)" in house.ok("bo", *words), words
    assert "by script" in house.ok("bo", "round")


def test_programs_read_it_too(house: House, thread: str) -> None:
    """Rows of JSON carry `via` where a script wrote, and leave it out elsewhere (P8)."""
    first, second = house.data("bo", "read", thread)["posts"]
    assert (first["via"], first.get("edited_via")) == ("script", None)
    assert (second.get("via"), second["edited_via"]) == (None, "script")
    threads = house.data("bo", "read", "garden")["threads"]
    assert [row["via"] for row in threads if row["address"] == thread] == ["script"]
    lines = map(json.loads, house.ok("bo", "read", "garden/lounge", "--jsonl").splitlines())
    assert [row["via"] for row in lines if row["body"] == "Frost is near."] == ["script"]


async def test_news_say_it() -> None:
    """`--follow` and the plain client tell who wrote, and that a script of theirs did (P8)."""
    board, thread = a_board(slug="garden"), a_thread(via=Way.SCRIPT, number=3, title="Frost")
    thread = replace(thread, board=board.id)
    post = a_post(board=board.id, thread=thread.id, number=2)
    by_script = replace(post, via=Way.SCRIPT)
    by = MemberAuthor(id=ME)
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {ME: a_member(id=ME, handle="ana")}, {board.id: board})
        told = [
            await news.describe(EventHappened("", 1, instant(0), event.kind, by, "", event))
            for event in (
                ThreadPublished(thread=thread, post=by_script),
                PostPublished(post=by_script),
                PostEdited(post=by_script),
                PostEdited(post=replace(post, edited_via=Way.SCRIPT)),
                PostPublished(post=post),
            )
        ]
    assert told == [
        "@ana (by script) started garden/3: Frost",
        "@ana (by script) wrote garden/3/2",
        "@ana edited garden/3/2",
        "@ana (by script) edited garden/3/2",
        "@ana wrote garden/3/2",
    ]


def test_a_token_is_issued_with_its_items_an_hour(house: House) -> None:
    """How much a script may write is chosen with the token, and listed beside its powers (3.7)."""
    issue = ("admin", "tokens", "issue", "ticker", "--power", "write")
    issued = house.data("bo", *issue, "--items-per-hour", "12")
    assert issued["session"]["items_per_hour"] == 12
    [row] = [
        row for row in house.ok("bo", "admin", "tokens", "list").splitlines() if "ticker" in row
    ]
    assert row.split()[1:] == ["token", row.split()[2], "12", "write", "ticker"]
    refused = house.bbs(*issue, "--items-per-hour", "0", "--profile", "bo")
    assert refused.exit_code == 2


def test_a_script_is_told_why_it_cannot_read_what_is_private(house: House) -> None:
    """A token that may read is refused its owner's inbox for the true reason (protocol 3.7)."""
    script = ("admin", "tokens", "issue", "peeker", "--power", "read")
    env = {"BBS_TOKEN": house.data("ana", *script)["token"], "BBS_URL": house.url}
    told = house.bbs("inbox", **env)
    assert "a token cannot read or change what is private to its owner" in told.stderr
    assert "do this from a device of yours" in told.stderr
    error = json.loads(house.bbs("inbox", "--json", **env).stderr)["error"]
    assert (error["code"], error["private"]) == ("not_allowed", True)


def test_a_script_is_told_to_do_it_from_a_device(house: House) -> None:
    """What no token may change names the field and the next step, for people and programs (P8)."""
    script = ("admin", "tokens", "issue", "tender", "--power", "read", "--power", "configure")
    env = {"BBS_TOKEN": house.data("ana", *script)["token"], "BBS_URL": house.url}
    change = ("admin", "boards", "configure", "garden", "--retention-days", "1")
    told = house.bbs(*change, **env)
    assert told.exit_code == 1
    assert "retention days: a token cannot do this" in told.stderr
    assert "from a device of yours" in told.stderr
    error = json.loads(house.bbs(*change, "--json", **env).stderr)["error"]
    assert (error["code"], error["what"]) == ("device_needed", "retention_days")
