"""Two devices of one member, lost answers and resends: nothing that came later is undone."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from bbs.errors import Disconnected
from bbs.features.reading.messages import (
    ChoiceChanged,
    Choosing,
    GetChoices,
    GetMarks,
    MarkPosts,
    MarksChanged,
    MarksResult,
    SavePost,
    SetBoardChoice,
    SetThreadChoice,
)
from bbs.features.reading.rules import choice_of, is_default, subject_of
from bbs.features.reading.views import NotificationLevel, Stance
from bbs.ids import BoardId
from bbs.messages import Command, Request, Result
from bbs.testing import FakeClock
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.guarding import seen_in
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import CHOICES, OutboxItem
from bbs_client.mirror.pending_marks import PendingMarks
from bbs_client.session.keeper import Keeper
from tests.faults.rounds import chance, rounds
from tests.support.moot import Line, Moot
from tests.support.talk import Begun, start, write

POSTS = 6


class Watched:
    """The server, and a look at what each command changed.

    Attributes:
        changes: Who changed which thread's marks, or the choices (""), and to which revision.
        undone: Commands that acted again.
    """

    def __init__(self, moot: Moot, truth: Line) -> None:
        self.moot, self.truth = moot, truth
        self.changes: list[tuple[str, str, int]] = []
        self.undone: list[Command[Any]] = []
        self._done: set[object] = set()

    async def state(self) -> tuple[dict[str, Any], set[str]]:
        """Return the marks and the choices that stand."""
        marks = await self.truth.ask(GetMarks())
        choices = await self.truth.ask(GetChoices())
        return {one.thread: one.read for one in marks.marks}, {repr(one) for one in choices.choices}

    async def _rows(self) -> list[tuple[Any, ...]]:
        self.moot.clock.jump(seconds=10)  # budgets are none of this test's business
        return await self.moot.read(
            lambda tx: [
                *tx.fetch_all("SELECT ranges FROM marks WHERE member = ?", self.truth.id),
                *tx.fetch_all("SELECT choice FROM choices WHERE member = ?", self.truth.id),
            ]
        )

    async def ask(self, device: str, line: Line, request: Request[Any]) -> Any:
        """Let a device ask; note a command that acts again."""
        if not isinstance(request, Command):
            return await line.ask(request)
        before = await self._rows()
        result = await line.ask(request)
        if await self._rows() != before:
            thread, revision = (
                (result.marks.thread, result.marks.revision)
                if isinstance(result, MarksResult)
                else ("", result.revision)
            )
            self.changes.append((device, thread, revision))
            if request.op in self._done:
                self.undone.append(request)
        self._done.add(request.op)
        return result


class Device:
    """Outbox, gathered marks and mirror of a device whose connection loses requests and answers."""

    def __init__(self, name: str, line: Line, server: Watched, rng: Random, folder: Path) -> None:
        self.name, self.line, self.server, self.rng = name, line, server, rng
        self.loses = True
        self.is_able = True
        self._folder = folder / name
        self._heard = 0
        self._open()

    def _open(self) -> None:
        self.outbox = Outbox.open(self._folder / "outbox.db", FakeClock())
        self.cache = Mirror.open(self._folder / "mirror.db", self.line.id)
        self.marking = PendingMarks(self.outbox)
        self.keeper = Keeper(self.cache, self.marking, lambda news: None)

    def close(self) -> None:
        """End in good order."""
        self.marking.move_to_outbox()
        self.outbox.close()
        self.cache.close()

    def crash(self) -> None:
        """End at once, and begin again: what was gathered in memory is lost."""
        self.outbox.close()
        self.cache.close()
        self._open()

    def seen(self, command: Command[Any]) -> int | None:
        """Tell what a link tells its sender."""
        return seen_in(self.cache, command) if self.is_able else None

    async def call(self, request: Request[Any], *, retry: bool = True) -> Any:
        """Ask over a connection that may be lost before the request or before the answer."""
        fate = self.rng.random() if self.loses else 1.0
        if fate < 0.2:
            raise Disconnected("lost before it arrived")
        result = await self.server.ask(self.name, self.line, request)
        if fate < 0.5:
            raise Disconnected("the answer was lost")
        return result

    def mark(self, thread: str, first: int, last: int, read: bool) -> None:
        """Mark here, as a link does."""
        mark = MarkPosts(thread=thread, first=first, last=last, read=read)
        self.marking.add(mark)
        self.keeper.write((mark,))

    def choose(self, command: Choosing) -> None:
        """Choose here, as a link does."""
        kind, subject = subject_of(choice_of(command))
        self.outbox.add(command, f"{CHOICES}{kind}:{subject}")
        self.keeper.write((command,))

    async def send(self) -> None:
        """Send what waits, until a loss."""
        try:
            await self.marking.send(
                self,
                online=lambda: True,
                fold=self._fold,
                dropped=lambda: None,
                seen=self.seen,
            )
        except Disconnected:
            self.marking.move_to_outbox()
        try:
            await self.outbox.flush(
                self,
                answered=lambda item, result: self._fold(result),
                refused=self._fail,
                dropped=self._check_dropped,
                seen=self.seen,
            )
        except Disconnected:
            return

    def _fold(self, result: Result) -> None:
        self.keeper.write(fold(result))

    def _fail(self, item: OutboxItem) -> None:
        raise AssertionError(item.error)

    def _check_dropped(self, item: OutboxItem) -> None:
        command = item.command
        assert isinstance(command, MarkPosts | Choosing)
        assert command.if_revision is not None
        about = command.thread if isinstance(command, MarkPosts) else ""
        assert any(
            name != self.name and thread == about and revision > command.if_revision
            for name, thread, revision in self.server.changes
        ), "nobody else changed anything"

    def hear(self) -> None:
        """Take the ephemerals that came, but for some that are lost (protocol 7.5)."""
        came = self.line.ephemerals[self._heard :]
        self._heard += len(came)
        for frame in came:
            if self.rng.random() < 0.7 and frame.kind in (MarksChanged.kind, ChoiceChanged.kind):
                kind = MarksChanged if frame.kind == MarksChanged.kind else ChoiceChanged
                self.keeper.write(fold(msgspec.convert(frame.data, kind)))

    async def refetch(self) -> None:
        """Fetch marks and choices, as after a reconnect."""
        self._fold(await self.line.ask(GetChoices()))
        self._fold(await self.line.ask(GetMarks()))

    def state(self) -> tuple[dict[str, Any], set[str]]:
        """Return what the mirror shows."""
        threads = [key for (key,) in self.cache.fetch_all("SELECT thread FROM marks")]
        choices = self.cache.choices().values()
        marks = {key: self.cache.read_ranges(key) for key in threads}
        return marks, {repr(one) for one in choices if not is_default(one)}


def _at_random(device: Device, rng: Random, board: BoardId, begun: list[Begun]) -> None:
    thread, post = rng.choice(begun)
    stance = rng.choice(list(Stance))
    first = rng.randint(1, POSTS)
    last = rng.randint(first, POSTS)
    acts: list[Callable[[], None]] = [
        *[lambda: device.mark(thread, first, last, rng.random() < 0.6)] * 4,
        lambda: device.choose(SetThreadChoice(thread=thread, stance=stance)),
        lambda: device.choose(SetBoardChoice(board=board, stance=stance)),
        lambda: device.choose(
            SetBoardChoice(board=board, level=rng.choice(list(NotificationLevel)))
        ),
        lambda: device.choose(SavePost(post=post, saved=rng.random() < 0.6)),
    ]
    rng.choice(acts)()


async def _visit(
    moot: Moot, board: BoardId, ana: Line, folder: Path, rng: Random, *, able: bool, steps: int
) -> tuple[Watched, list[Device]]:
    """Let two devices mark and choose at random, and settle at the end."""
    begun = [await start(moot.sysop, board) for _ in range(2)]
    for thread, _ in begun:
        for _ in range(POSTS - 1):
            moot.clock.jump(seconds=10)
            await write(moot.sysop, thread)
    server = Watched(moot, await moot.again(ana))
    devices = [
        Device(name, await moot.again(ana), server, rng, folder) for name in ("laptop", "phone")
    ]
    for device in devices:
        device.is_able = able
    for _ in range(steps):
        device = rng.choice(devices)
        for _ in range(rng.randint(0, 3)):
            _at_random(device, rng, board, begun)
        match rng.randrange(8):
            case 0:
                device.crash()
            case 1:
                await device.refetch()
            case 2:
                device.marking.move_to_outbox()
            case _:
                await device.send()
        if rng.random() < 0.5:
            device.hear()
    for device in devices:
        device.loses = False
        await device.send()
        await device.send()
    for device in devices:
        await device.refetch()
    return server, devices


async def test_a_resend_undoes_nothing_that_came_later(
    moot: Moot, board: BoardId, ana: Line, tmp_path: Path
) -> None:
    """Two devices mark and choose at random, answers are lost, clients crash: no command acts twice,
    a change is dropped only where the other one changed what this one had seen, nothing waits at the
    end, and both mirrors show what stands (P4, P12, protocol 5.4)."""
    rng = chance("two devices")
    server, devices = await _visit(
        moot, board, ana, tmp_path, rng, able=True, steps=rounds(80, 2_000)
    )
    assert server.undone == []
    truth = await server.state()
    for device in devices:
        assert device.outbox.pending(marks=True) == []
        assert not device.marking
        assert device.state() == truth
        device.close()


async def test_without_revisions_a_resend_acts_again(
    moot: Moot, board: BoardId, ana: Line, tmp_path: Path
) -> None:
    """The same visit to a server that takes no revisions is seen to undo changes: the test sees it."""
    server, devices = await _visit(moot, board, ana, tmp_path, Random("seen"), able=False, steps=40)
    assert server.undone
    for device in devices:
        device.close()
