"""Journals and boards that end, from the command line (protocol 19.14, 19.17)."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House

NORM = ("--norm", "Say where. :: Climates differ.")


def _day(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def _open(house: House, slug: str, *more: str) -> str:
    return house.ok("ana", "admin", "boards", "open", slug, *NORM, *more)


def test_a_board_ends_on_the_day_that_is_named(house: House) -> None:
    """A day is the last one, in UTC; list and board show it, and `--no-end` takes it away."""
    day, later = _day(90), _day(120)
    _open(house, "camp", "--until", day)
    assert day in house.ok("bo", "admin", "boards", "list")
    assert f"This board ends on {day}." in house.ok("bo", "read", "camp")
    board = house.data("bo", "read", "camp")["board"]
    assert board["end"]["at"] == f"{_day(91)}T00:00:00Z"
    house.ok("ana", "admin", "boards", "configure", "camp", "--until", later, "--title", "Camp")
    assert f"ends on {later}" in house.ok("bo", "read", "camp")
    house.ok("ana", "admin", "boards", "configure", "camp", "--no-end")
    assert house.data("bo", "read", "camp")["board"].get("end") is None
    log = house.ok("bo", "log", "camp")
    assert f"changed the end of camp: end: {day}, now {later}" in log
    assert f"changed the end of camp: end: {later}, now none" in log


def test_bad_ends_are_refused_in_a_sentence(house: House) -> None:
    """A day that is past, one without a zone, and an end that contradicts itself (P7)."""
    _open(house, "hut")
    bad = {
        ("--until", _day(-3)): "--until: name a day or moment 7 to 400 days ahead",
        ("--until", _day(0)): "--until: name a day or moment 7 to 400 days ahead",
        ("--until", "2027-02-30"): "--until 2027-02-30: the calendar has no such day",
        ("--until", "9999-12-31"): "--until 9999-12-31: write a moment between",
        ("--until", "2027-06-30T12:00"): "a moment with its zone",
        ("--until", "June"): "write a day",
        ("--at-end", "forget"): "say when it ends by --until",
        ("--no-end", "--until", _day(30)): "--no-end takes the end away",
    }
    for words, says in bad.items():
        refused = house.bbs("admin", "boards", "configure", "hut", *words, "--profile", "ana")
        assert refused.exit_code != 0
        assert says in refused.stderr, refused.stderr
    refused = house.bbs(
        "admin", "boards", "open", "den", *NORM, "--until", _day(2), BBS_PROFILE="ana"
    )
    assert "--until: name a day or moment 7 to 400 days ahead" in refused.stderr
    refused = house.bbs("admin", "boards", "renew", "hut", "--profile", "ana")
    assert "this board has no end" in refused.stderr


def test_a_dry_run_changes_nothing(house: House) -> None:
    """What would be set is tried as by every command."""
    _open(house, "shed")
    house.ok("ana", "admin", "boards", "configure", "shed", "--until", _day(60), "--dry-run")
    assert house.data("bo", "read", "shed")["board"].get("end") is None


def test_a_journal_is_read(house: House) -> None:
    """Whoever does not write it is told whose it is, and that reading is what a seat there gives."""
    _open(house, "travels", "--kind", "journal", "--hold-s", "0")
    house.ok("ana", "write", "travels", "--title", "Day one", "-m", "Rain.")
    house.ok("bo", "seat", "travels", "--accept-norms", "1")
    assert "A journal: one member writes" in house.ok("bo", "read", "travels")
    assert "journal" in house.ok("bo", "admin", "boards", "list")
    refused = house.bbs("write", "travels", "--title", "T", "-m", "Mine.", "--profile", "bo")
    assert "this is @ana's journal" in refused.stderr
    leaving = house.bbs("seat", "travels", "--leave", "--yes", "--profile", "ana")
    assert "hand it over or archive it first" in leaving.stderr
