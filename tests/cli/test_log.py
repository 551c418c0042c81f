"""`bbs log`: whoever may read a board can read what was done there with power (P8)."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House

CLOSE = ("admin", "close", "--yes", "--reason")


def test_a_member_reads_who_used_what_power_and_why(house: House) -> None:
    """Quotas, purges, settings and the announced end are in the log, with name, moment and reason."""
    house.ok("ana", "admin", "quota", "garden", "64")
    line = house.data("bo", "chat", "garden", "-m", "what a law forbids")
    house.ok(
        *("ana", "admin", "purge", f"garden/lounge/{line['number']}", "--yes"),
        *("--law", "StGB 130", "--reason", "By order of the court"),
    )
    told = house.ok("bo", "log", "garden").splitlines()
    assert [row.partition("  ")[2] for row in told[-2:]] == [
        "@ana set the quota of garden: 64.0 MiB",
        "@ana purged 1 line by StGB 130: By order of the court",
    ]
    kinds = [act["kind"] for act in house.data("bo", "log", "garden")["acts"]]
    assert kinds[-2:] == ["community.allotted", "threads.purged"]
    assert "threads.posted" not in kinds


def test_without_a_board_it_is_the_log_of_the_commons(house: House) -> None:
    """What concerns everybody is found without knowing where; a board that is not there is told."""
    day = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    house.ok("ana", *CLOSE, "Nobody is left", "--on", day)
    house.ok("ana", *CLOSE, "Somebody came", "--cancel")
    told = house.ok("bo", "log")
    assert "@ana made an invitation for" in told
    assert told.index("@ana announced the end for") < told.index("Nobody is left")
    assert told.endswith("@ana called the end off: Somebody came\n")
    assert house.bbs("log", "nowhere", "--profile", "bo").exit_code == 5
