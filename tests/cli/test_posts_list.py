"""Moderators list what somebody wrote on their board, in pipes and for themselves."""

import json

import pytest

from tests.cli.house import House


@pytest.fixture(scope="session")
def flood(house: House) -> list[str]:
    """A board of its own with what lu wrote, a post of which is hidden; return the posts' addresses."""
    norm = ("--norm", "No advertisements. :: We read.")
    house.ok("ana", "admin", "boards", "open", "borage", *norm, "--hold-s", "0")
    house.join("lu", house.invitation)
    house.ok("lu", "seat", "borage", "--accept-norms", "1")
    thread = house.ok("lu", "write", "borage", "--title", "Watches", "-m", "cheap watches").strip()
    answers = [house.ok("lu", "write", thread, "-m", f"watch {n}").strip() for n in range(2)]
    house.ok("ana", "write", thread, "-m", "Please stop.")
    house.ok("lu", "chat", "borage", "-m", "watches!")
    house.ok("ana", "admin", "posts", "hide", answers[1], "--norm", "1", "--reason", "An advert.")
    return [f"{thread}/1", *answers]


def listed(house: House, *words: str) -> list[str]:
    """Return the addresses that a list has."""
    rows = house.ok("ana", "admin", "posts", "list", "borage", *words, "--jsonl")
    return [json.loads(row)["address"] for row in rows.splitlines()]


def test_posts_are_listed_by_author_time_thread_words_and_state(
    house: House, flood: list[str]
) -> None:
    """Oldest first, as addresses that other commands take."""
    assert listed(house, "--by", "@lu") == flood
    assert listed(house, "--by", "lu", "--since", "1h", "--thread", "borage/1") == flood
    assert listed(house, "--by", "lu", "--until", "1h") == []
    assert listed(house, "--hidden") == listed(house, "--hidden-by", "1") == flood[2:]
    assert listed(house, "--hidden-by", "commons 1") == []
    assert listed(house, "--lines") == ["borage/lounge/1"]
    house.wait_for_index()
    assert listed(house, "--by", "lu", "--words", "cheap") == flood[:1]
    assert len(listed(house)) == len(flood) + 1


def test_a_row_says_who_when_and_in_which_state(house: House, flood: list[str]) -> None:
    """Words only where they are asked for; those that are hidden not even then."""
    rows = house.data("ana", "admin", "posts", "list", "borage", "--by", "lu")["posts"]
    for row in rows:
        assert {"id", "address", "by", "at", "state", "revision"} <= row.keys()
        assert row["by"] == "@lu"
        assert "body" not in row
    assert [row["state"] for row in rows] == ["published", "published", "hidden"]
    told = house.ok("ana", "admin", "posts", "list", "borage", "--by", "lu", "--with-words")
    assert "cheap watches" in told
    assert "watch 1" not in told
    assert "hidden by norm 1" in told


def test_what_is_asked_for_wrongly_is_told(house: House, flood: list[str]) -> None:
    """One sentence each; whoever holds no office gets no list."""
    for words, part in (
        (("--since", "yesterday"), "2d"),
        (("--lines", "--words", "x"), "no search finds its lines"),
        (("--hidden", "--words", "x"), "finds no hidden words"),
        (("--held", "--lines"), "no guard holds lines"),
        (("--thread", "borage/99"), "no such"),
    ):
        told = house.bbs("admin", "posts", "list", "borage", *words, "--profile", "ana")
        assert part in told.stderr, told.stderr
        assert told.exit_code in (2, 5)
    told = house.bbs("admin", "posts", "list", "borage", "--by", "ana", "--profile", "lu")
    assert told.exit_code == 1
    assert "you may not" in told.stderr
