"""The link and one's own marks: there at once, sent together, kept (P2)."""

from bbs.features.members.messages import ListMembers
from bbs.features.reading.messages import GetMarks, MarkPosts, Marks, MarksChanged
from bbs.ids import COMMONS
from bbs.sdk.updates import EphemeralHappened
from tests.client.mirror.linked import House


async def test_marks_are_there_at_once_and_sent_together(house: House) -> None:
    """Reading is marked here at once; marks next to each other are one request (P2)."""
    thread = house.model.start()
    for _ in range(5):
        house.model.reply(thread.id)
    await house.start()
    await house.until(lambda: house.cache.boards()[0].unread == 6)
    for number in range(1, 4):
        house.link.mark(thread.id, number, number)
    assert house.cache.boards()[0].unread == 3
    await house.until(lambda: bool(house.asked(MarkPosts)))
    await house.settle()
    assert [(one.first, one.last, one.read) for one in house.asked(MarkPosts)] == [(1, 3, True)]
    assert house.cache.boards()[0].unread == 3
    house.link.mark(thread.id, 2, 2, read=False)
    assert house.cache.boards()[0].unread == 4


async def test_marks_made_offline_are_kept_and_sent(house: House) -> None:
    """Marks made offline wait in the outbox, joined, and are laid over what the server says."""
    thread = house.model.start()
    for _ in range(5):
        house.model.reply(thread.id)
    await house.start()
    await house.until(lambda: house.cache.boards()[0].unread == 6)
    house.community.turn(False, "cut")
    await house.until(lambda: not house.link.online)
    for number in range(1, 5):
        house.link.mark(thread.id, number, number)
        await house.settle()
    await house.until(lambda: len(house.outbox.pending(marks=True)) == 1)
    assert house.outbox.pending() == []
    # Another device's marks arrive before ours were told.
    other = Marks(thread=thread.id, board=COMMONS, read=((6, 6),), revision=1)
    house.community.push(EphemeralHappened(MarksChanged(marks=other)))
    house.model.marks[thread.id] = other
    await house.until(lambda: house.cache.read_ranges(thread.id) == ((1, 4), (6, 6)))
    house.community.turn(True)
    await house.until(lambda: house.outbox.pending(marks=True) == [])
    await house.until(lambda: house.model.marks[thread.id].read == ((1, 4), (6, 6)))
    assert house.cache.boards()[0].unread == 1


async def test_marks_are_kept_when_the_client_ends(house: House) -> None:
    """A client that ends right after a mark has kept it."""
    thread = house.model.start()
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.community.turn(False, "cut")
    await house.until(lambda: not house.link.online)
    house.link.mark(thread.id, 1, 1)
    house.link.stop()
    assert house.task is not None
    await house.task
    assert len(house.outbox.pending(marks=True)) == 1


async def test_reconnecting_reads_marks_anew(house: House) -> None:
    """What no stream tells, one's own marks, is read anew with every connection (7.5)."""
    await house.start()
    await house.settle()
    before = len(house.asked(GetMarks))
    members = len(house.asked(ListMembers))
    house.community.turn(False, "cut")
    house.community.turn(True)
    await house.until(lambda: len(house.asked(GetMarks)) == before + 1)
    assert len(house.asked(ListMembers)) == members
