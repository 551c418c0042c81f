"""Marks and choices name the revision that was seen, and are not applied twice (protocol 5.4)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import Disconnected, StorageUnavailable
from bbs.features.reading.messages import GetChoices, MarkPosts, Marks, MarksResult, SetThreadChoice
from bbs.features.reading.views import Stance, ThreadChoice
from bbs.ids import COMMONS, new_id
from bbs.messages import Request, Result
from bbs.refusals import Conflict
from bbs.testing import FakeClock
from bbs.wire.messages import PRIVATE_REVISIONS
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import CHOICES, MARKS, OutboxItem, OutboxState
from bbs_client.mirror.pending_marks import PendingMarks
from bbs_client.session.events import CommandRefused
from tests.client.mirror.linked import House

THREAD = new_id()
SHOWN = MarksResult(marks=Marks(thread=THREAD, board=COMMONS, read=((1, 1),), revision=4))


class Server:
    """Answers each request with the next thing it was given; an error is raised.

    Attributes:
        asked: Every request, with whether the SDK was to send it again by itself.
    """

    def __init__(self, *answers: Result | Exception) -> None:
        self.asked: list[tuple[Any, bool]] = []
        self.answers = list(answers)
        self.before: Callable[[], None] = lambda: None

    async def call(self, request: Request[Any], *, retry: bool = True) -> Any:
        self.asked.append((request, retry))
        self.before()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def revisions(self) -> list[int | None]:
        return [request.if_revision for request, _ in self.asked]


def conflict(revision: int) -> Conflict:
    return Conflict(what="the marks were changed meanwhile", revision=revision)


@pytest.fixture
def outbox(tmp_path: Path) -> Any:
    opened = Outbox.open(tmp_path / "outbox.db", FakeClock())
    yield opened
    opened.close()


class Seen:
    """What a flush reported."""

    def __init__(self, outbox: Outbox, server: Server, revision: int | None = 3) -> None:
        self.outbox, self.server, self.revision = outbox, server, revision
        self.answered: list[OutboxItem] = []
        self.refused: list[OutboxItem] = []
        self.dropped: list[OutboxItem] = []

    async def flush(self) -> None:
        await self.outbox.flush(
            self.server,
            answered=lambda item, result: self.answered.append(item),
            refused=self.refused.append,
            dropped=self.dropped.append,
            seen=lambda command: self.revision,
        )


def a_mark(**fields: Any) -> MarkPosts:
    return MarkPosts(**{"thread": THREAD, "first": 1, "last": 2} | fields)


async def test_the_revision_is_kept_before_the_bytes_go_out(outbox: Outbox) -> None:
    """A client that ends while a mark is under way sends it again as it was (P12, 5.4)."""
    item = outbox.add(a_mark(), f"{MARKS}{THREAD}")
    server = Server(Disconnected("cut"), SHOWN)
    kept: list[OutboxItem | None] = []
    server.before = lambda: kept.append(outbox.item(item))
    seen = Seen(outbox, server)
    with pytest.raises(Disconnected):
        await seen.flush()
    assert kept[0] is not None
    assert kept[0].state is OutboxState.SENT
    assert isinstance(kept[0].command, MarkPosts)
    assert kept[0].command.if_revision == 3
    seen.revision = 9
    await seen.flush()
    assert server.asked[0] == server.asked[1]
    # The SDK would send it again by itself, and nobody could tell a first sending any more.
    assert [again for _, again in server.asked] == [False, False]


async def test_a_first_sending_that_conflicts_goes_again(outbox: Outbox) -> None:
    """A conflict proves that a first sending was not applied: it goes with the revision told (5.4)."""
    outbox.add(a_mark(), f"{MARKS}{THREAD}")
    seen = Seen(outbox, Server(conflict(5), conflict(6), SHOWN))
    await seen.flush()
    assert seen.server.revisions == [3, 5, 6]
    assert (len(seen.answered), seen.refused, seen.dropped) == (1, [], [])


@pytest.mark.parametrize("kind", ["mark", "choice"])
async def test_a_resend_that_conflicts_is_dropped(outbox: Outbox, kind: str) -> None:
    """What may have been applied is not applied again over a later change, and is no refusal."""
    if kind == "mark":
        outbox.add(a_mark(), f"{MARKS}{THREAD}")
    else:
        choice = SetThreadChoice(thread=THREAD, stance=Stance.MUTE)
        outbox.add(choice, f"{CHOICES}thread:{THREAD}")
    seen = Seen(outbox, Server(Disconnected("cut"), conflict(5)))
    with pytest.raises(Disconnected):
        await seen.flush()
    await seen.flush()
    assert seen.server.revisions == [3, 3]
    assert (seen.answered, seen.refused, len(seen.dropped)) == ([], [], 1)
    assert outbox.pending(marks=True) == []


async def test_a_server_that_always_conflicts_is_not_asked_for_ever(outbox: Outbox) -> None:
    """The client trusts no server: after a few conflicts the mark is dropped."""
    outbox.add(a_mark(), f"{MARKS}{THREAD}")
    seen = Seen(outbox, Server(*[conflict(n) for n in range(50)]))
    await seen.flush()
    assert len(seen.server.asked) == limits.CONFLICT_TRIES_MAX + 1
    assert len(seen.dropped) == 1


async def test_what_was_put_off_takes_a_new_revision(outbox: Outbox) -> None:
    """An error that says that nothing was applied makes the next sending a first one (5.4)."""
    outbox.add(a_mark(), f"{MARKS}{THREAD}")
    seen = Seen(outbox, Server(StorageUnavailable("full"), SHOWN))
    with pytest.raises(StorageUnavailable):
        await seen.flush()
    seen.revision = 4
    await seen.flush()
    assert seen.server.revisions == [3, 4]


async def test_an_earlier_server_is_sent_no_revision(outbox: Outbox) -> None:
    """A server that does not tell of revisions would refuse them, also of what was sent before."""
    outbox.add(a_mark(), f"{MARKS}{THREAD}")
    seen = Seen(outbox, Server(Disconnected("cut"), SHOWN))
    with pytest.raises(Disconnected):
        await seen.flush()
    seen.revision = None
    await seen.flush()
    assert seen.server.revisions == [3, None]


async def test_a_mark_under_way_does_not_grow(outbox: Outbox) -> None:
    """What is sent again is what was sent: later marks of the thread stand behind it, and in the
    outbox it is one that was sent (P12, protocol 5.4)."""
    marking = PendingMarks(outbox)
    marking.add(MarkPosts(thread=THREAD, first=1, last=2))
    server = Server(Disconnected("cut"))
    server.before = lambda: marking.add(MarkPosts(thread=THREAD, first=3, last=4))
    with pytest.raises(Disconnected):
        await marking.send(
            server,
            online=lambda: True,
            fold=lambda result: None,
            dropped=lambda: None,
            seen=lambda command: 3,
        )
    marking.add(MarkPosts(thread=THREAD, first=5, last=6))
    marking.move_to_outbox()
    assert not marking
    first, second = outbox.pending(marks=True)
    assert isinstance(first.command, MarkPosts)
    assert isinstance(second.command, MarkPosts)
    assert (first.state, first.command) == (OutboxState.SENT, server.asked[0][0])
    assert (second.state, second.command.first, second.command.last) == (OutboxState.QUEUED, 3, 6)


async def test_gathered_marks_settle_conflicts_too(outbox: Outbox) -> None:
    """Marks that were never in the outbox follow the same rules (protocol 5.4)."""
    marking, told, dropped = PendingMarks(outbox), [], []

    async def send(server: Server) -> None:
        await marking.send(
            server,
            online=lambda: True,
            fold=told.append,
            dropped=lambda: dropped.append(1),
            seen=lambda command: 3,
        )

    marking.add(MarkPosts(thread=THREAD, first=1, last=2))
    server = Server(conflict(5), SHOWN)
    await send(server)
    assert (server.revisions, told, dropped) == ([3, 5], [SHOWN], [])
    marking.add(MarkPosts(thread=THREAD, first=3, last=3))
    with pytest.raises(Disconnected):
        await send(Server(Disconnected("cut")))
    await send(server := Server(conflict(6)))
    assert (server.revisions, dropped, bool(marking)) == ([3], [1], False)


async def test_a_link_asks_hello_and_its_mirror(house: House) -> None:
    """Revisions come from the mirror, each answer brings the next, and only a server that tells of
    them is sent any (protocol 3.1, 5.4)."""
    thread = house.model.start()
    house.community.features = (PRIVATE_REVISIONS,)
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.link.mark(thread.id, 1, 1)
    await house.until(lambda: len(house.asked(MarkPosts)) == 1)
    await house.settle()
    house.link.mark(thread.id, 2, 2)
    await house.until(lambda: len(house.asked(MarkPosts)) == 2)
    await house.settle()
    house.link.choose(SetThreadChoice(thread=thread.id, stance=Stance.MUTE))
    house.link.choose(SetThreadChoice(thread=thread.id, stance=Stance.NONE))
    await house.until(lambda: len(house.asked(SetThreadChoice)) == 2)
    await house.settle()
    house.community.features = ()
    house.link.mark(thread.id, 1, 1, read=False)
    await house.until(lambda: len(house.asked(MarkPosts)) == 3)
    assert [one.if_revision for one in house.asked(MarkPosts)] == [0, 1, None]
    assert [one.if_revision for one in house.asked(SetThreadChoice)] == [0, 1]


async def test_what_was_dropped_is_shown_as_the_server_has_it(house: House) -> None:
    """Choices and marks are fetched again where one of this device's is given up (protocol 5.4)."""
    thread = house.model.start()
    house.community.features = (PRIVATE_REVISIONS,)
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    tries = iter([Disconnected("cut"), conflict(1)])

    def fail(request: Request[Any]) -> None:
        if isinstance(request, SetThreadChoice):
            raise next(tries)

    followed = ThreadChoice(thread=thread.id, stance=Stance.FOLLOW)
    house.community.before = fail
    fetched = len(house.asked(GetChoices))
    house.link.choose(SetThreadChoice(thread=thread.id, stance=Stance.MUTE))
    house.model.choose(SetThreadChoice(thread=thread.id, stance=Stance.FOLLOW))
    await house.until(lambda: len(house.asked(GetChoices)) > fetched)
    await house.until(lambda: house.cache.choices() == {("thread", thread.id): followed})
    assert house.outbox.pending(marks=True) == []
    assert house.told(CommandRefused) == []
