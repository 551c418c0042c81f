"""Threads are tended from the command line: by address, with a reason, and tried before (P5, P8)."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House

WHY = ("--reason", "Everybody asks for it")


def test_a_thread_is_pinned_and_unpinned(house: House) -> None:
    """The list shows it on top, the log says who did it and why; a dry run changes nothing."""
    for title in ("Seeds", "Frost"):
        house.ok("ana", "write", "garden", "--title", title, "-m", "Words.")
    number = house.data("ana", "read", "garden")["threads"][1]["number"]
    address = f"garden/{number}"
    tried = house.bbs(*("admin", "threads", "pin", address, *WHY, "--dry-run", "--profile", "ana"))
    assert "Dry run" in tried.stderr
    assert "(pinned)" not in house.ok("bo", "read", "garden")
    shown = house.data("ana", "admin", "threads", "pin", address, *WHY)
    assert shown["thread"]["pinned"] is True
    assert "(pinned) Seeds" in house.ok("bo", "read", "garden").splitlines()[1]
    told = house.ok("bo", "log", "garden").splitlines()[-1]
    assert told.endswith(f"@ana pinned the thread {address}: Everybody asks for it")
    house.ok("ana", "admin", "threads", "unpin", address, *WHY)
    assert "(pinned)" not in house.ok("bo", "read", "garden")


def test_only_moderators_tend_and_only_threads(house: House) -> None:
    """Others are refused as not allowed; an address of something else names what it takes."""
    house.ok(
        "ana",
        "admin",
        "boards",
        "open",
        "beds",
        "--hold-s",
        "0",
        "--norm",
        "Say where. :: Climates differ.",
    )
    house.ok("ana", "write", "beds", "--title", "Beds", "-m", "Words.")
    newest = house.data("bo", "read", "beds")["threads"][0]["address"]
    refused = house.bbs("admin", "threads", "pin", newest, *WHY, "--profile", "bo")
    assert refused.exit_code == 1
    wrong = house.bbs("admin", "threads", "pin", f"{newest}/1", *WHY, "--profile", "ana")
    assert wrong.exit_code == 2
    assert "this takes a thread, like garden/42" in wrong.stderr


def test_a_thread_is_locked_and_unlocked(house: House) -> None:
    """Whoever writes is told until when and why; the log shows both acts."""
    house.ok("ana", "write", "garden", "--title", "Wasps", "-m", "Words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"]
    day = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
    house.ok("ana", "admin", "threads", "lock", address, "--until", day, "--reason", "Sleep.")
    refused = house.bbs("write", address, "-m", "No.", "--profile", "bo")
    assert refused.exit_code == 1
    assert f"this thread is locked until {day}" in refused.stderr
    assert "“Sleep.”" in refused.stderr
    house.ok("ana", "admin", "threads", "unlock", address, "--reason", "Morning.")
    house.ok("bo", "write", address, "-m", "Yes.")
    told = house.ok("bo", "log", "garden").splitlines()
    assert any(f"@ana locked the thread {address}: locked: until {day}" in line for line in told)
    assert told[-1].endswith("UTC, now none: Morning.")


def test_a_board_is_closed_and_opened_again(house: House) -> None:
    """By its name, with a reason that whoever it stops reads; the log shows it."""
    house.ok(
        "ana", "admin", "boards", "open", "hayloft", "--norm", "Say where. :: Climates differ."
    )
    house.ok("bo", "seat", "hayloft", "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "read-only", "hayloft", "--reason", "Harvest.")
    refused = house.bbs("write", "hayloft", "--title", "T", "-m", "No.", "--profile", "bo")
    assert "this board is read-only (“Harvest.”)" in refused.stderr
    house.ok("ana", "admin", "boards", "archive", "hayloft", "--reason", "Winter.")
    house.ok("ana", "admin", "boards", "reopen", "hayloft", "--reason", "Spring.")
    house.ok("bo", "write", "hayloft", "--title", "T", "-m", "Yes.")
    told = house.ok("bo", "log", "hayloft").splitlines()
    assert told[-3].endswith("@ana closed hayloft to writing: Harvest.")
    assert told[-2].endswith("@ana archived hayloft: Winter.")
    assert told[-1].endswith(
        "@ana opened hayloft again: read only: yes, now none; archived: yes, now none: Spring."
    )


def test_a_thread_is_retitled_by_its_moderator(house: House) -> None:
    """The log does not say the title before; the author's inbox does."""
    house.ok("bo", "write", "garden", "--title", "Help!!!", "-m", "Words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"]
    house.ok("ana", "admin", "threads", "retitle", address, "Frost on figs", "--reason", "Clear.")
    assert "Frost on figs" in house.ok("bo", "read", "garden")
    assert (
        house.ok("ana", "log", "garden")
        .splitlines()[-1]
        .endswith(f"retitled the thread {address}: Clear.")
    )
    assert "(its title was “Help!!!”)" in house.ok("bo", "inbox")


def test_posts_are_moved_split_and_merged(house: House) -> None:
    """By their addresses, which lead on afterwards; into itself is refused in a sentence."""

    def begin(title: str) -> str:
        house.ok("bo", "write", "garden", "--title", title, "-m", "Begins.")
        newest = house.data("bo", "read", "garden")["threads"]
        return str(next(row["address"] for row in newest if row["title"] == title))

    one, other = begin("Slugs"), begin("Snails")
    written = house.ok("bo", "write", f"{one}/1", "-m", "About snails.").strip()
    why = ("--reason", "It is about snails.")
    house.ok("ana", "admin", "threads", "move", written, other, *why)
    assert "About snails." in house.ok("bo", "read", written)
    moved = house.data("bo", "read", written)["posts"][0]["address"]
    assert moved == f"{other}/2"
    apart = house.ok("ana", "admin", "threads", "split", moved, "Apart", *why).strip()
    assert "Apart" in house.ok("bo", "read", apart)
    itself = house.bbs("admin", "threads", "merge", one, one, *why, "--profile", "ana")
    assert "this thread cannot be moved into itself: name another thread" in itself.stderr
    house.ok("ana", "admin", "threads", "merge", apart, other, *why)
    assert "About snails." in house.ok("bo", "read", apart)
    assert "Apart" not in [
        row.get("title") for row in house.data("bo", "read", "garden")["threads"]
    ]
    told = house.ok("bo", "log", "garden").splitlines()
    assert told[-3].endswith(
        f"moved the post {written}: place: {written.partition('/')[2]}, now"
        f" {moved.partition('/')[2]}: It is about snails."
    )


def test_a_thread_goes_to_another_board(house: House) -> None:
    """Its new address is printed and the old one leads there; both logs say it; wrong uses are named."""
    opening = ("--hold-s", "0", "--norm", "Label it. :: Jars look alike.")
    house.ok("ana", "admin", "boards", "open", "stillroom", *opening)
    house.ok("ana", "admin", "boards", "open", "undercroft", "--visibility", "private", *opening)
    house.ok("ana", "write", "garden", "--title", "Quinces", "-m", "Jelly.")
    rows = house.data("bo", "read", "garden")["threads"]
    [old] = [row["address"] for row in rows if row.get("title") == "Quinces"]
    move = ("admin", "threads", "move", old)
    tried = house.bbs(*move, "--to-board", "stillroom", *WHY, "--dry-run", "--profile", "ana")
    assert "Dry run" in tried.stderr
    shown = house.data("ana", *move, "--to-board", "stillroom", *WHY)
    assert shown["thread"]["title"] == "Quinces"
    told = house.bbs("read", old, "--profile", "bo")
    assert "Jelly." in told.stdout
    assert f"{old} is stillroom/1 now." in told.stderr
    assert house.data("bo", "read", old)["thread"]["address"] == "stillroom/1"
    told = house.ok("bo", "log", "garden").splitlines()[-1]
    assert told.endswith(f"moved the thread {old}: to stillroom: Everybody asks for it")
    told = house.ok("bo", "log", "stillroom").splitlines()[-1]
    assert told.endswith("moved the thread stillroom/1: from garden: Everybody asks for it")
    for wrong, words in (
        (("stillroom/1/1", "--to-board", "garden"), "this takes a thread"),
        (("stillroom/1", "garden/1", "--to-board", "garden"), "leave TO out"),
        (("stillroom/1/1",), "or --to-board BOARD"),
    ):
        refused = house.bbs("admin", "threads", "move", *wrong, *WHY, "--profile", "ana")
        assert refused.exit_code == 2
        assert words in refused.stderr
    house.ok("ana", "admin", "threads", "move", "stillroom/1", "--to-board", "undercroft", *WHY)
    shown = house.ok("bo", "read", old)
    assert "Jelly." not in shown
    assert "moved" in shown
    assert "undercroft" not in house.ok("bo", "log", "stillroom")
    assert "Jelly." in house.ok("ana", "read", old)
