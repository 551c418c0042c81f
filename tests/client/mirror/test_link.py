"""The link: one task between a front end and a community, online and offline."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.errors import Disconnected, Throttled
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.presence.messages import GetPresence, PresenceChanged, SetPresence
from bbs.features.reading.messages import GetChoices, MarkPosts, Search, SetThreadChoice
from bbs.features.reading.views import Stance
from bbs.features.threads.messages import LineSaid, Say
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.messages import Result
from bbs.refusals import Conflict, NotSignedIn
from bbs.sdk.updates import EphemeralHappened, StreamGone, StreamReset
from bbs.testing import a_board, a_seat, a_thread
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox_item import OutboxState
from bbs_client.session import events
from tests.client.mirror.linked import House, a_say
from tests.client.mirror.model import Model
from tests.client.mirror.scripted import Scripted
from tests.client.mirror.test_truth import everything, shown


async def test_going_online_fills_the_mirror_and_says_so(house: House) -> None:
    """Connecting brings the mirror up to date and tells the front end to draw."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    await house.until(lambda: any(one.whole for one in house.told(events.MirrorChanged)))
    assert [(one.online) for one in house.told(events.OnlineChanged)] == [False, True]
    assert house.told(events.SyncProgress)[-1] == events.SyncProgress(1, 1, "")


async def test_events_reach_the_mirror_and_the_front_end(house: House) -> None:
    """A post that is published is in the mirror and told with its board and thread."""
    await house.start()
    house.news.clear()
    thread = house.model.start()
    house.community.pump()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    changed = house.told(events.MirrorChanged)[-1]
    assert COMMONS in changed.boards
    assert thread.id in changed.threads
    assert {"threads", "posts"} <= changed.tables
    assert house.cache.cursor(f"board:{COMMONS}") == house.model.head(f"board:{COMMONS}")


async def test_what_is_written_offline_is_sent_once_online(house: House) -> None:
    """Offline, a command waits where it can be seen; online, it goes by itself."""
    await house.start(online=False)
    item = house.link.submit(a_say(), "lounge")
    await house.settle()
    assert house.asked(Say) == []
    assert house.outbox.item(item) is not None
    house.community.turn(True)
    await house.until(lambda: house.outbox.item(item) is None)
    await house.until(lambda: len(house.asked(Say)) == 1)
    assert [one.online for one in house.told(events.OnlineChanged)] == [False, False, True]


async def test_an_answer_is_shown_before_its_event_comes(house: House) -> None:
    """What one sends is in the mirror with its answer; its event changes nothing more (6.4)."""
    await house.start()
    house.link.submit(a_say(), "lounge")
    await house.until(lambda: len(house.cache.lines(COMMONS)) == 1)
    line = house.cache.lines(COMMONS)[0]
    house.model.tell(f"lounge:{COMMONS}", LineSaid(line=line))
    house.community.pump()
    await house.settle()
    assert house.cache.lines(COMMONS) == [line]


async def test_a_refusal_is_told_and_kept(house: House) -> None:
    """A refused command is told with its reason and stays until its writer decides."""
    await house.start()

    def refuse(request: Any) -> Result:
        raise Conflict("not today")

    house.community.answers[Say] = refuse
    item = house.link.submit(a_say(), "lounge")
    await house.until(lambda: bool(house.told(events.CommandRefused)))
    refused = house.told(events.CommandRefused)[0]
    assert (refused.item.id, refused.item.error) == (item, "not today")
    kept = house.outbox.item(item)
    assert kept is not None
    assert kept.state is OutboxState.REFUSED
    house.community.answers[Say] = house.say
    house.link.retry(item)
    await house.until(lambda: house.outbox.item(item) is None)
    other = house.link.submit(a_say(), "lounge")
    house.link.discard(other)
    assert house.outbox.pending() == []


async def test_words_sent_too_fast_wait_and_say_so(house: House) -> None:
    """A throttled command is sent again after the time the server named, and the reader hears it."""
    await house.start()
    refusals = [Throttled(12.0)]

    def throttle(command: Any) -> Result:
        if refusals:
            raise refusals.pop()
        return house.say(command)

    house.community.answers[Say] = throttle
    item = house.link.submit(a_say(), "lounge")
    await house.until(lambda: house.outbox.item(item) is None)
    assert house.told(events.SendingSlowed) == [events.SendingSlowed(12.0)]
    assert not house.told(events.CommandRefused)


async def test_a_reader_tries_now_instead_of_waiting(house: House) -> None:
    """The wish reaches the community; once the connection has ended for good there is no try."""
    assert not house.link.try_now()
    await house.start(online=False)
    assert house.link.try_now()
    assert house.community.tried == 1


async def test_calls_say_at_once_that_one_is_offline(house: House) -> None:
    """A question that needs the server fails at once when there is none."""
    with pytest.raises(Disconnected):
        await house.link.call(GetPresence())
    await house.start()
    here = await house.link.call(GetPresence())
    assert house.cache.here == set(here.members)
    house.community.turn(False, "cut")
    with pytest.raises(Disconnected):
        await house.link.call(Search(query="x"))
    with pytest.raises(Disconnected):
        await house.link.older_lines(COMMONS)


async def test_what_is_shown_is_fetched_once_online(house: House) -> None:
    """A board opened offline is there as soon as there is a connection."""
    board = house.model.open_board(new_id(), seat=False)
    thread = house.model.start(board.id)
    await house.start(online=False)
    await house.link.open_board(board.id)
    await house.link.open_thread(thread.id)
    house.community.turn(True)
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    await house.until(lambda: house.cache.missing(thread.id) == [])


async def test_ended_sessions_wipe_the_mirror(house: House) -> None:
    """When the session is ended elsewhere, nothing mirrored stays on this device."""
    house.model.start()
    await house.start()
    await house.until(lambda: len(house.cache.threads(COMMONS)) == 1)
    house.community.turn(False, "ended")
    await house.until(lambda: not house.link.online)
    item = house.link.submit(a_say(), "lounge")
    house.community.end(NotSignedIn())
    assert house.task is not None
    await house.task
    assert house.cache.boards() == []
    assert len(house.told(events.SignedOut)) == 1
    assert house.outbox.item(item) is not None


async def test_presence_is_chosen_and_asked_again(house: House) -> None:
    """One is seen only when one chose to, on every connection anew, and nobody when offline."""
    await house.start()
    await house.until(lambda: any("here" in one.tables for one in house.told(events.MirrorChanged)))
    assert house.asked(SetPresence) == []
    house.link.set_presence(True)
    await house.until(lambda: len(house.asked(SetPresence)) == 1)
    house.community.push(EphemeralHappened(PresenceChanged(members=(house.model.me.id,))))
    await house.until(lambda: house.cache.here == {house.model.me.id})
    house.community.turn(False, "cut")
    await house.until(lambda: house.cache.here == frozenset())
    house.community.turn(True)
    await house.until(lambda: len(house.asked(SetPresence)) == 2)
    assert all(one.visible for one in house.asked(SetPresence))
    house.link.set_presence(False)
    await house.until(lambda: house.asked(SetPresence)[-1].visible is False)


async def test_a_new_seat_brings_its_board(house: House) -> None:
    """Taking a seat, on any device, mirrors the board from then on."""
    board = house.model.open_board(new_id(), seat=False)
    await house.start()
    thread = house.model.start(board.id)
    house.model.sit(board.id)
    house.community.pump()
    await house.until(lambda: house.cache.cursor(f"board:{board.id}") is not None)
    await house.until(lambda: house.cache.thread(thread.id) is not None)


async def test_an_offer_brings_a_private_board(house: House) -> None:
    """To whom a seat is offered is shown the board with its name, not an offer of nobody knows what."""
    await house.start()
    board, me = a_board(visibility=Visibility.PRIVATE), house.model.me.id
    house.model.boards[board.id] = board
    offer = a_seat(board=board.id, member=me, state=SeatState.OFFERED)
    house.model.tell(f"member:{me}", SeatChanged(seat=offer))
    house.community.pump()
    await house.until(lambda: house.cache.board(board.id) is not None)


async def test_a_stream_that_ends_takes_what_it_fed(house: House) -> None:
    """Who may not read a board any longer has nothing of it left (6.6)."""
    board = house.model.open_board(new_id())
    thread = house.model.start(board.id)
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    left = a_seat(
        board=board.id, member=house.model.me.id, state=SeatState.LEFT, position=9, revision=2
    )
    del house.model.seats[board.id, house.model.me.id]
    house.model.tell(f"member:{house.model.me.id}", SeatChanged(seat=left))
    house.community.pump()
    house.community.push(StreamGone(f"board:{board.id}"))
    await house.until(lambda: house.cache.board(board.id) is None)
    assert house.cache.thread(thread.id) is None


async def test_a_reset_is_fetched_afresh(house: House) -> None:
    """A stream that was reset is read by pages, whatever came in between (6.5)."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    stream = f"board:{COMMONS}"
    house.model.withdraw(next(iter(house.model.posts.values())))
    house.community.heard[stream] = house.model.head(stream)
    house.community.push(StreamReset(stream, house.model.head(stream)))
    await house.until(
        lambda: (
            [row.thread.state for row in house.cache.threads(COMMONS)] == [ContentState.WITHDRAWN]
        )
    )


async def test_a_cursor_beyond_the_head_is_forgotten_with_the_reset(house: House) -> None:
    """A stream that begins anew below one's cursor is read again, and goes on folding (6.5)."""
    await house.start()
    stream = f"board:{COMMONS}"
    house.cache.set_cursor(stream, 500)
    thread = house.model.start()
    house.community.heard[stream] = house.model.head(stream)
    house.community.push(StreamReset(stream, house.model.head(stream)))
    await house.until(lambda: house.cache.cursor(stream) == house.model.head(stream))
    assert house.cache.thread(thread.id) is not None
    later = house.model.start()
    house.community.pump()
    await house.until(lambda: house.cache.thread(later.id) is not None)
    assert house.cache.cursor(stream) == house.model.head(stream)


async def test_a_restored_server_is_told_and_mirrored_anew(house: House) -> None:
    """Another epoch is told, and the mirror is filled again (protocol 6.5)."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.community.turn(False, "restored")
    house.community.model = Model(me=house.model.me, epoch="second")
    house.community.turn(True)
    await house.until(lambda: house.cache.epoch() == "second")
    assert house.told(events.NewEpoch)
    assert house.cache.thread(thread.id) is None


async def test_a_server_that_lost_history_is_mirrored_anew(house: House, tmp_path: Path) -> None:
    """What the lost events told is gone, of things with a later revision too (6.4, 6.7, P12)."""
    await house.start()
    stream, member = f"board:{COMMONS}", f"member:{house.model.me.id}"
    kept = house.model.start(mine=True)
    earlier = Model(me=house.model.me, other=house.model.other)
    earlier.boards, earlier.seats = dict(house.model.boards), dict(house.model.seats)
    for _ in range(3):
        house.model.configure(COMMONS, retention_days=90, lounge_hours=9)
    house.model.choose(SetThreadChoice(thread=kept.id, stance=Stance.MUTE))
    house.community.pump()
    await house.until(lambda: house.cache.cursor(stream) == house.model.head(stream))
    await house.link.call(GetChoices())
    assert house.cache.thread(kept.id) is not None
    house.community.turn(False, "put back")
    house.community.model = earlier
    new = [earlier.start() for _ in range(9)]
    house.community.heard = {name: earlier.head(name) for name in house.community.heard}
    house.community.turn(True)
    # The member's own stream was not told of anything that was lost.
    house.community.push(StreamReset(stream, earlier.head(stream), "", lost=True))
    await house.until(lambda: house.cache.thread(new[-1].id) is not None)
    await house.settle()
    fresh = Mirror.open(tmp_path / "fresh" / "mirror.db", house.model.me.id)
    await everything(fresh, Scripted(earlier))
    assert shown(house.cache, earlier) == shown(fresh, earlier)
    assert house.cache.choices() == fresh.choices()
    assert house.cache.cursor(member) == earlier.head(member)
    assert house.told(events.NewEpoch)
    fresh.close()


async def test_marks_of_a_server_that_went_back_are_believed(house: House) -> None:
    """Marks and choices, which no stream tells, are what the server says on coming back (7.7)."""
    thread = house.model.start()
    await house.start()
    await house.link.call(MarkPosts(op=new_id(), thread=thread.id, first=1, last=1))
    house.model.choose(SetThreadChoice(thread=thread.id, stance=Stance.MUTE))
    await house.link.call(GetChoices())
    for _ in range(3):
        await house.link.call(MarkPosts(op=new_id(), thread=thread.id, first=1, last=1))
    house.community.turn(False, "put back")
    house.model.marks = {thread.id: replace(house.model.marks[thread.id], revision=1, read=())}
    house.model.choices, house.model.chosen = {}, 0
    house.community.turn(True)
    await house.settle()
    row = house.cache.thread(thread.id)
    assert row is not None
    assert row.unread == 1
    assert house.cache.choices() == {}


async def test_a_thread_known_by_one_post_is_fetched(house: House) -> None:
    """A post in a thread that is not here brings the thread."""
    await house.start()
    old = a_thread(number=77, posts=1)
    house.model.threads[old.id] = old
    house.model.reply(old.id)
    house.community.pump()
    await house.until(lambda: house.cache.thread(old.id) is not None)


async def test_what_is_due_fades_by_the_hour(house: House) -> None:
    """A client left open forgets by the clock, connected or not (P10)."""
    house.model.configure(COMMONS, retention_days=1)
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.model.clock.jump(days=2)
    house.hour.set()
    await house.until(lambda: house.cache.threads(COMMONS)[0].thread.title is None)


async def test_a_mirror_that_breaks_is_filled_again(house: House, tmp_path: Path) -> None:
    """A damaged file costs a sync, not a restart."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    many = itertools.count(100)
    house.cache.apply(a_thread(number=next(many)) for _ in range(300))
    path = tmp_path / "mirror.db"
    house.cache._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    house.cache._db.execute("PRAGMA shrink_memory")
    house.model.start()
    house.community.pump()
    await house.settle()
    house.cache.threads(COMMONS)
    house.model.start()
    house.community.pump()
    await house.until(lambda: len(house.cache.threads(COMMONS)) == 3)
