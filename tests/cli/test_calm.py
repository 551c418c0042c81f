"""Boards and threads are calmed from the command line, and who writes there is told the pace (P5, P7)."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House

DAY = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"


def test_a_board_is_slowed_down_and_let_go(house: House) -> None:
    """Whoever writes reads the pace and when again; the log shows both acts, and there is no second."""
    norm = ("--norm", "Say where. :: Climates differ.")
    house.ok("ana", "admin", "boards", "open", "brook", "--hold-s", "0", *norm)
    house.ok("bo", "seat", "brook", "--accept-norms", "1")
    slow = (
        "admin",
        "boards",
        "slow",
        "brook",
        "--every",
        "600",
        "--until",
        DAY,
        "--reason",
        "Sleep.",
    )
    assert "brook: once in 10 minutes, until" in house.ok("ana", *slow)
    written = house.bbs("write", "brook", "--title", "T", "-m", "Words.", "--profile", "bo")
    assert written.exit_code == 0
    told = " ".join(written.stderr.split())
    assert "Everybody can write on this board once in 10 minutes, until" in told
    assert "next at" in told
    refused = house.bbs("write", "brook", "--title", "T", "-m", "More.", "--profile", "bo")
    assert refused.exit_code == 1
    assert "next at" in refused.stderr
    tried = house.bbs("write", "brook", "--title", "T", "-m", "W.", "--dry-run", "--profile", "ana")
    assert "once in 10 minutes" in tried.stderr
    assert "next at" not in tried.stderr
    house.ok("ana", "admin", "boards", "end-slow", "brook", "--reason", "They talked.")
    assert "next at" not in house.bbs("write", "brook/1", "-m", "Y.", "--profile", "bo").stderr
    again = house.bbs(*slow, "--profile", "ana")
    assert "the next one may begin" in again.stderr
    log = house.ok("bo", "log", "brook").splitlines()
    assert f"@ana slowed brook down: everybody writes: once in 10 minutes, until {DAY}" in log[-2]
    assert log[-1].endswith("UTC, now none: They talked.")


def test_a_thread_is_cooled_down(house: House) -> None:
    """An address of a thread slows down that thread alone."""
    house.ok("ana", "write", "garden", "--title", "Slugs", "-m", "Words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"]
    slow = (
        "admin",
        "boards",
        "slow",
        address,
        "--every",
        "600",
        "--until",
        DAY,
        "--reason",
        "Sleep.",
    )
    shown = house.data("ana", *slow)
    assert shown["restriction"]["value"] == 600
    assert (
        "in this thread once in" in house.bbs("write", address, "-m", "A", "--profile", "bo").stderr
    )
    assert house.bbs("write", address, "-m", "B", "--profile", "bo").exit_code != 0
    house.ok("bo", "write", "garden", "--title", "Snails", "-m", "Words.")
    house.ok("ana", "admin", "boards", "end-slow", address, "--reason", "Morning.")
    house.ok("bo", "write", address, "-m", "B")


def test_the_community_is_locked_down_and_opened(house: House) -> None:
    """It waits for others where others sit, and a dry run says so; nothing is locked down before."""
    lock = ("admin", "members", "lock-down", "--reason", "A flood.")
    tried = house.bbs(*lock, "--dry-run", "--profile", "ana")
    assert tried.exit_code != 0
    assert "nobody could join, and first posts would wait" in " ".join(tried.stderr.split())
    ended = house.bbs("admin", "members", "end-lock-down", "--reason", "Calm.", "--profile", "ana")
    assert ended.exit_code == 0


def test_the_sysop_enters_a_private_board_of_others(house: House) -> None:
    """By its id and a law or a clause; those who sit there read it on top and in the log."""
    norm = ("--norm", "Keep it here. :: It is private.")
    house.ok("bo", "account")
    opened = house.data("ana", "admin", "boards", "open", "vault", "--hold-s", "0", *norm)
    key = opened["board"]["id"]
    house.ok("bo", "seat", "vault", "--accept-norms", "1")
    house.ok("ana", "admin", "boards", "appoint", "vault", "bo")
    house.ok("ana", "seat", "vault", "--leave", "--yes")
    house.ok("bo", "admin", "boards", "configure", "vault", "--visibility", "private")
    enter = ("admin", "enter", key[:8], "--reason", "A court asks.")
    assert house.bbs("read", "vault", "--profile", "ana").exit_code != 0
    assert house.bbs(*enter, "--profile", "ana").exit_code == 2
    house.ok("ana", *enter, "--law", "GDPR art. 15")
    assert "The sysop entered" in house.ok("ana", "read", "vault")
    top = house.ok("bo", "read", "vault").splitlines()[0]
    assert top.startswith("The sysop entered this board (")
    assert top.endswith("“A court asks.”")
    told = house.ok("bo", "log", "vault").splitlines()[-1]
    assert told.endswith("@ana entered vault: for 24 hours by GDPR art. 15: A court asks.")
