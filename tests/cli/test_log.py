"""`bbs log`: whoever may read a board can read what was done there with power (P8)."""

from datetime import UTC, datetime, timedelta

from bbs.clock import instant
from bbs.features.boards.messages import SeatChanged, SeatState
from bbs.features.members.views import MemberAuthor
from bbs.sdk.updates import EventHappened
from bbs.terminal.event_text import EventDescriber
from bbs.testing import a_board, a_member, a_seat
from tests.cli.house import House
from tests.sdk.peer import ME, MINE, Peer, meeting

CLOSE = ("admin", "close", "--yes", "--reason")


def test_a_member_reads_who_used_what_power_and_why(house: House) -> None:
    """Settings, quotas and purges are in the log with name, moment, reason and what was before."""
    house.ok("ana", "admin", "boards", "configure", "garden", "--retention-days", "1")
    house.ok("ana", "admin", "quota", "garden", "64")
    line = house.data("bo", "chat", "garden", "-m", "what a law forbids")
    place = f"garden/lounge/{line['number']}"
    house.ok(
        *("ana", "admin", "purge", place, "--yes"),
        *("--law", "StGB 130", "--reason", "By order of the court"),
    )
    told = house.ok("bo", "log", "garden").splitlines()
    assert [row.partition("  ")[2] for row in told[-3:]] == [
        "@ana changed garden: retention: kept, now 1 day",
        "@ana changed garden: quota: no bound, now 64.0 MiB",
        f"@ana purged the line {place} by StGB 130: By order of the court",
    ]
    acts = house.data("bo", "log", "garden")["acts"]
    assert [act["method"] for act in acts[-3:]] == [
        "boards.configure",
        "community.allot",
        "threads.purge",
    ]
    assert {(act["by"], act["address"]) for act in acts} == {("@ana", "garden")}
    purges = house.data("bo", "log", "garden", "--power", "purge")["acts"]
    assert {act["method"] for act in purges} == {"threads.purge"}
    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    nothing = house.bbs("log", "garden", "--since", tomorrow, "--profile", "bo")
    assert "No power was used" in nothing.output


def test_without_a_board_it_is_the_log_of_the_commons(house: House) -> None:
    """What concerns everybody is found without knowing where; a board that is not there is told."""
    day = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
    house.ok("ana", *CLOSE, "Nobody is left", "--on", day)
    house.ok("ana", *CLOSE, "Somebody came", "--cancel")
    told = house.ok("bo", "log")
    assert "@ana took up the office of sysop" in told
    assert "@ana opened the board garden: title:" in told
    assert f"announced the end of the community: read-only from: {day}: Nobody is left" in told
    assert "called the end of the community off" in told
    assert told.endswith(": Somebody came\n")
    assert house.bbs("log", "nowhere", "--profile", "bo").exit_code == 5


def test_moving_up_and_leaving_are_no_acts_of_power(house: House) -> None:
    """Who makes room for the next one used no power over them; appointing and offering do (P8)."""
    house.join("ola", house.invitation)
    house.join("pia", house.invitation)
    norm = ("--norm", "Close the door. :: It rains.")
    house.ok("ana", "admin", "boards", "open", "shed", "--title", "Shed", "--seats", "2", *norm)
    for who in ("bo", "ola"):
        house.ok(who, "seat", "shed", "--accept-norms", "1")
    house.ok("bo", "seat", "shed", "--leave", "--yes")
    end = ("--end",)
    for who, more in (("ola", ()), ("ola", end), ("ola", ()), ("ana", end), ("ana", ())):
        house.ok("ana", "admin", "boards", "appoint", "shed", who, *more)
    house.ok("ana", "admin", "boards", "offer", "shed", "pia")
    house.ok("ana", "seat", "shed", "--leave", "--yes")
    told = house.ok("bo", "log", "shed").splitlines()
    assert [row.partition("  ")[2] for row in told] == [
        "@ana made @ola a moderator",
        "@ana ended moderation of @ola",
        "@ana made @ola a moderator",
        "@ana gave up moderation",
        "@ana took up moderation",
        "@ana offered @pia a seat",
        "@ana gave up moderation",
    ]


async def test_who_is_offered_a_seat_is_told_once() -> None:
    """An offer comes by the member's own stream, for they do not listen to the board yet."""
    board = a_board(slug="shed")
    offered = SeatChanged(seat=a_seat(board=board.id, member=ME, state=SeatState.OFFERED))
    by = MemberAuthor(id=ME)
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {ME: a_member(id=ME, handle="ana")}, {board.id: board})
        told = [
            await news.describe(EventHappened(stream, 1, instant(0), offered.kind, by, ME, offered))
            for stream in (MINE, f"board:{board.id}")
        ]
    assert told == ["@ana offered you a seat on shed", None]
