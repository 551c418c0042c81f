"""`bbs log`: whoever may read a board can read what was done there with power (P8)."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Acted
from bbs.features.reading.messages import Noticed
from bbs.powers import Office
from bbs.sdk.updates import EventHappened
from bbs.terminal.event_text import EventDescriber
from bbs.testing import a_board, a_member, a_notice
from tests.cli.house import House
from tests.sdk.peer import ME, MINE, Peer, meeting


def test_a_member_reads_who_used_what_power_and_why(house: House) -> None:
    """Settings, quotas and purges are in the log with name, moment, reason and what was before."""
    house.ok("ana", "admin", "boards", "open", "plot", "--norm", "Dig deep. :: It dries out.")
    house.ok("ana", "admin", "boards", "configure", "plot", "--retention-days", "1")
    house.ok("ana", "admin", "disk", "quota", "plot", "64")
    line = house.data("ana", "chat", "plot", "-m", "what a law forbids")
    place = f"plot/lounge/{line['number']}"
    house.ok(
        *("ana", "admin", "purge", place, "--yes"),
        *("--law", "StGB 130", "--reason", "By order of the court"),
    )
    told = house.ok("bo", "log", "plot").splitlines()
    assert [row.partition("  ")[2] for row in told[-3:]] == [
        "@ana changed plot: retention: kept, now 1 day",
        "@ana changed plot: quota: no bound, now 64.0 MiB",
        f"@ana purged the line {place} by StGB 130: By order of the court",
    ]
    acts = house.data("bo", "log", "plot")["acts"]
    assert [act["method"] for act in acts[-3:]] == [
        "boards.configure",
        "community.allot",
        "threads.purge",
    ]
    assert {(act["by"], act["address"]) for act in acts} == {("@ana", "plot")}
    purges = house.data("bo", "log", "plot", "--power", "purge")["acts"]
    assert {act["method"] for act in purges} == {"threads.purge"}
    tomorrow = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
    assert house.ok("bo", "log", "garden", "--since", "1h") == house.ok("bo", "log", "garden")
    none = house.bbs("log", "garden", "--batch", "00000000", "--profile", "bo")
    assert (none.exit_code, "batch" in none.stderr) == (5, True)
    nothing = house.bbs("log", "garden", "--since", tomorrow, "--profile", "bo")
    assert "No power was used" in nothing.output


def test_without_a_board_it_is_the_log_of_the_commons(house: House) -> None:
    """What concerns everybody is found without knowing where; a board that is not there is told."""
    told = house.ok("bo", "log")
    assert "@ana took up the office of sysop" in told
    assert "@ana opened the board garden: title:" in told
    assert house.bbs("log", "nowhere", "--profile", "bo").exit_code == 5


def test_moving_up_and_leaving_are_no_acts_of_power(house: House) -> None:
    """Who makes room for the next one used no power over them; appointing and offering do (P8)."""
    house.join("ola", house.invitation)
    house.join("uta", house.invitation)
    norm = ("--norm", "Close the door. :: It rains.")
    house.ok("ana", "admin", "boards", "open", "byre", "--title", "Byre", "--seats", "2", *norm)
    for who in ("bo", "ola"):
        house.ok(who, "seat", "byre", "--accept-norms", "1")
    house.ok("bo", "seat", "byre", "--leave", "--yes")
    house.ok("ola", "seat", "byre", "--accept-norms", "1")
    end = ("--end",)
    for who, more in (("ola", ()), ("ola", end), ("ola", ()), ("ana", end), ("ana", ())):
        mover = who if more else "ana"  # to end another's office would wait
        house.ok(mover, "admin", "boards", "appoint", "byre", who, *more)
    house.ok("ana", "seat", "byre", "--leave", "--yes")
    house.ok("ola", "admin", "seats", "offer", "byre", "uta")
    told = house.ok("bo", "log", "byre").splitlines()
    assert [row.partition("  ")[2] for row in told] == [
        "@ana made @ola a moderator",
        "@ola gave up moderation",
        "@ana made @ola a moderator",
        "@ana gave up moderation",
        "@ana took up moderation",
        "@ana gave up moderation",
        "@ola offered @uta a seat",
    ]


async def test_what_is_done_to_somebody_is_told_once() -> None:
    """It comes by the member's own stream, and by the board's to whom listens to that (P8)."""
    board, bo = a_board(slug="byre"), a_member(handle="bo")
    notice = a_notice(about=ME, board=board.id)
    assert notice.act is not None
    by = MemberAuthor(id=bo.id)
    act = replace(notice.act, author=by, office=Office.MODERATOR)
    events = (Noticed(notice=replace(notice, act=act)), Acted(act=act))
    happened = [EventHappened(MINE, 1, instant(0), each.kind, by, ME, each) for each in events]
    members = {ME: a_member(id=ME, handle="ana"), bo.id: bo}
    async with meeting(Peer()) as community:
        news = EventDescriber(community, members, {board.id: board})
        told, on_board = [await news.describe(each) for each in happened]
        assert told == "notice: byre: @bo, moderator of byre, made you a moderator"
        assert on_board == "@bo made @ana a moderator"
        assert [news.is_repeated(each) for each in happened] == [False, False]
        assert news.is_repeated(happened[0])
