"""What is refused only for norms that changed waits in the outbox for the yes, and is sent then (P5, P12)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bbs.features.boards.seat_messages import Seat, SeatResult, SeatState, TakeSeat
from bbs.features.threads.messages import Say
from bbs.features.threads.views import LineResult
from bbs.ids import COMMONS, new_id
from bbs.messages import Command, Request, Result
from bbs.refusals import NormsFirst
from bbs.testing import a_line
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import NormsAsked, OutboxItem, OutboxState


class Server:
    """Takes lines of whoever has accepted the version in force."""

    def __init__(self) -> None:
        self.version, self.accepted = 2, 1
        self.sent: list[Request[Any]] = []

    async def call(self, request: Request[Any], **_: Any) -> Any:
        self.sent.append(request)
        if isinstance(request, TakeSeat):
            if request.norms_version != self.version:
                raise NormsFirst(COMMONS, self.version)
            self.accepted = self.version
            seat = Seat(board=COMMONS, member=new_id(), state=SeatState.SEATED)
            return SeatResult(seat=seat)
        assert isinstance(request, Say)
        if self.accepted < self.version:
            raise NormsFirst(COMMONS, self.version)
        return LineResult(line=a_line(id=request.line, body=request.body))

    def has_accepted(self, board: str, version: int) -> bool:
        assert board == COMMONS
        return self.accepted >= version


class Seen:
    """What a flush reported."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.asked: list[NormsAsked | None] = []
        self.refused: list[str] = []

    async def flush(self, outbox: Outbox, server: Server) -> None:
        await outbox.flush(
            server,
            answered=self._answered,
            asked=lambda item: self.asked.append(item.asks),
            refused=lambda item: self.refused.append(item.error),
        )

    def _answered(self, item: OutboxItem, result: Result) -> None:
        self.answered.append(item.method)


def said(command: Command[Any]) -> Any:
    """Return the words of a line."""
    assert isinstance(command, Say)
    return command.body


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Iterator[Outbox]:
    opened = Outbox.open(path)
    yield opened
    opened.close()


def say(body: str) -> Say:
    return Say(board=COMMONS, line=new_id(), body=body)


async def test_words_wait_for_the_yes_and_are_sent_once_in_order(outbox: Outbox) -> None:
    """Nothing is refused for good: after the yes the same commands go out, in the order of writing."""
    for body in ("one", "two"):
        outbox.add(say(body), "lounge")
    outbox.add(say("elsewhere"), "other")
    server, seen = Server(), Seen()
    await seen.flush(outbox, server)
    assert seen.asked == [NormsAsked(COMMONS, 2), NormsAsked(COMMONS, 2)]
    assert [item.state for item in outbox.pending()] == [
        OutboxState.ASKED,
        OutboxState.QUEUED,
        OutboxState.ASKED,
    ]
    assert not outbox.has_sendable()
    outbox.resume(server.has_accepted)
    await seen.flush(outbox, server)
    assert len(server.sent) == 2
    server.accepted = 2
    outbox.resume(server.has_accepted)
    await seen.flush(outbox, server)
    assert outbox.pending() == []
    assert seen.refused == []
    last = [command for command in server.sent[2:] if isinstance(command, Command)]
    assert [said(command) for command in last] == ["one", "two", "elsewhere"]
    first = server.sent[0]
    assert isinstance(first, Command)
    assert first.op == last[0].op


async def test_what_waits_for_a_yes_outlives_the_program(path: Path) -> None:
    """Closed and opened again, it waits for the same yes (P12)."""
    outbox = Outbox.open(path)
    outbox.add(say("one"), "lounge")
    await Seen().flush(outbox, Server())
    outbox.close()
    again = Outbox.open(path)
    [item] = again.pending()
    assert item.asks == (COMMONS, 2)
    again.done(item.id)
    again.close()


async def test_a_yes_to_what_changed_again_is_not_kept(outbox: Outbox) -> None:
    """A yes says what it is to: where the norms changed again, it is told and goes, and blocks nothing."""
    outbox.add(TakeSeat(board=COMMONS, norms_version=2), "board")
    server, seen = Server(), Seen()
    server.version = 3
    await seen.flush(outbox, server)
    assert outbox.pending() == []
    assert seen.refused == [
        "the norms changed again: read them, then accept the version that is in force"
    ]
    outbox.add(TakeSeat(board=COMMONS, norms_version=3), "board")
    await seen.flush(outbox, server)
    assert seen.answered == ["boards.take_seat"]


def test_an_outbox_of_before_is_opened(path: Path) -> None:
    """The file of an earlier version is taken over with what waits in it; that version refuses it then."""
    earlier = Outbox.open(path)
    earlier.add(say("kept"), "lounge")
    earlier.close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 1")
    db.close()
    outbox = Outbox.open(path)
    assert len(outbox.pending()) == 1
    outbox.close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()
