"""`bbs log`: whoever may read a board can read what was done there with power (P8)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bbs.cli.read.log import replayed
from bbs.clock import instant
from bbs.features.boards.messages import ListBoards, SeatChanged, SeatState
from bbs.features.members.views import Author, MemberAuthor, SystemAuthor
from bbs.features.threads.messages import TextPurged
from bbs.ids import COMMONS, new_id
from bbs.refusals import Conflict, NotFound
from bbs.sdk.updates import EventHappened
from bbs.terminal import act_text
from bbs.terminal.event_text import EventDescriber
from bbs.testing import a_board, a_member, a_post, a_seat
from tests.cli.house import House
from tests.sdk.peer import BOARD, LOUNGE, ME, MINE, Peer, faded, meeting

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


def test_moving_up_and_leaving_are_no_acts_of_power(house: House) -> None:
    """Who makes room for the next one used no power over them; appointing and offering do (P8)."""
    house.join("ola", house.invitation)
    house.join("pia", house.invitation)
    norm = ("--norm", "Close the door. :: It rains.")
    house.ok("ana", "admin", "boards", "open", "shed", "--title", "Shed", "--seats", "2", *norm)
    for who in ("bo", "ola"):
        house.ok(who, "seat", "shed", "--accept-norms", "1")
    house.ok("bo", "seat", "shed", "--leave", "--yes")
    for who, more in (("ola", ()), ("ola", ("--end",)), ("ana", ("--end",)), ("ana", ())):
        house.ok("ana", "admin", "boards", "appoint", "shed", who, *more)
    house.ok("ana", "admin", "boards", "offer", "shed", "pia")
    house.ok("ana", "seat", "shed", "--leave", "--yes")
    told = house.ok("bo", "log", "shed").splitlines()
    assert [row.partition("  ")[2] for row in told] == [
        "@ana opened the board shed",
        "@ana took up moderation",
        "@ana made @ola a moderator",
        "@ana ended the moderation of @ola",
        "@ana gave up moderation",
        "@ana took up moderation",
        "@ana offered @pia a seat",
        "@ana gave up moderation",
    ]


@pytest.mark.parametrize("state", [SeatState.SEATED, SeatState.WAITING, SeatState.LEFT])
@pytest.mark.parametrize("author", [SystemAuthor(), MemberAuthor(id=ME)])
def test_a_seat_that_changes_without_power_is_not_in_the_log(
    author: Author, state: SeatState
) -> None:
    """Moving up, taking, leaving, or a moderator accepting new norms, is nobody's power (P8)."""
    for moderator in (False, True):
        seat = a_seat(member=ME, state=state, moderator=moderator, norms_version=2)
        assert act_text.describe_act(SeatChanged(seat=seat), author, {}, str) is None


async def seqs(
    peer: Peer, before: Callable[[], object], after_first: Callable[[], object]
) -> list[int]:
    """Replay the commons' log to one who listens to it already; return what came, by number."""
    found: list[int] = []
    async with meeting(peer, queue_max=4) as community:
        before()
        await community.call(ListBoards())  # its answer comes after what was told
        async for happened in replayed(community, BOARD):
            found.append(happened.seq)
            if len(found) == 1:
                after_first()
    return found


def written(peer: Peer, count: int) -> Peer:
    """Return the peer with some more events in the log of its commons."""
    for _ in range(count):
        peer.append(BOARD, faded())
    return peer


@pytest.mark.parametrize("news", [1, 3, 9])
async def test_the_log_is_told_whole_and_in_order_while_somebody_writes(news: int) -> None:
    """What happens before and during the replay makes it neither short, nor mixed, nor double (P8)."""
    peer = written(Peer(), 5)

    def write() -> None:
        for _ in range(news):
            peer.tell(BOARD, faded())

    assert await seqs(peer, write, write) == [*range(1, 6 + news)]


async def test_the_log_begins_with_what_is_kept() -> None:
    """What the log has forgotten is not waited for, and a log that forgot everything is empty."""
    peer = written(Peer(), 5)
    peer.bases[BOARD] = 3
    assert await seqs(peer, lambda: None, lambda: None) == [4, 5]
    peer = written(Peer(), 5)
    peer.bases[BOARD] = 5
    assert await seqs(peer, lambda: None, lambda: None) == []


async def test_a_log_that_is_cut_short_is_never_told_as_if_it_were_whole() -> None:
    """A restore meanwhile, or the end of one's rights, is an error with a next step, not an end."""
    peer = written(Peer(), 50)

    def restore() -> None:
        peer.epoch = "e2"
        peer.cut()

    with pytest.raises(Conflict, match="cut short") as refused:
        await seqs(peer, lambda: None, restore)
    assert refused.value.hint
    private = written(Peer(), 5)
    with pytest.raises(NotFound):
        await seqs(private, private.streams.clear, lambda: None)


async def test_a_purge_is_told_once_however_many_streams_tell_it() -> None:
    """Board, lounge and the writer's own stream each carry a purge; the sentence comes from one."""
    event = TextPurged(posts=(a_post(),), law="StGB 130")
    at = instant(0)
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {ME: a_member(id=ME, handle="ana")}, {})
        happened = [
            EventHappened(stream, 1, at, event.kind, MemberAuthor(id=ME), COMMONS, event)
            for stream in (BOARD, LOUNGE, MINE)
        ]
        told = [await news.describe(each) for each in happened]
    assert told == ["@ana purged 1 post by StGB 130", None, None]


async def test_a_purge_of_a_thread_is_told_once_however_many_slices_it_takes() -> None:
    """The power was used once; what tells mirrors that its words went says nothing more (P8)."""
    whole = TextPurged(posts=(a_post(),), law="StGB 130", thread=new_id(), upto=3)
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {ME: a_member(id=ME, handle="ana")}, {})
        told = [
            await news.describe(
                EventHappened(BOARD, 1, instant(0), event.kind, MemberAuthor(id=ME), COMMONS, event)
            )
            for event in (whole, replace(whole, upto=None))
        ]
    assert told == ["@ana purged a thread of 3 posts by StGB 130", None]


async def test_who_is_appointed_or_offered_a_seat_is_told_once() -> None:
    """An offer comes by one's own stream, for one does not listen there yet; the rest by the board's."""
    board = a_board(slug="shed")
    offered = SeatChanged(seat=a_seat(board=board.id, member=ME, state=SeatState.OFFERED))
    ended = SeatChanged(seat=a_seat(board=board.id, member=ME), appointed=False)
    async with meeting(Peer()) as community:
        news = EventDescriber(community, {}, {board.id: board})
        told = [
            await news.describe(
                EventHappened(stream, 1, instant(0), event.kind, SystemAuthor(), ME, event)
            )
            for event, stream in (
                (offered, MINE),
                (ended, MINE),
                (ended, f"board:{board.id}"),
            )
        ]
    assert told == [
        "the server offered a member a seat",
        None,
        "the server ended the moderation of a member",
    ]
