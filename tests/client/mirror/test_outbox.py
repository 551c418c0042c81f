"""The outbox (P12): kept over crashes, sent once, in order, and nothing leaves it silently."""

import asyncio
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from bbs.errors import Disconnected, InternalError, StorageUnavailable
from bbs.features.reading.messages import MarkPosts
from bbs.features.threads.messages import Say
from bbs.features.threads.views import LineResult
from bbs.ids import COMMONS, new_id
from bbs.messages import Request, Result
from bbs.refusals import NotSignedIn, SeatNeeded
from bbs.testing import FakeClock, a_line
from bbs_client.mirror.errors import MirrorTooNew, MirrorUnwritable, ProfileBusy
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import MARKS, OUTBOX_TRANSITIONS, OutboxItem, OutboxState
from tests.support.programs import python


class Server:
    """Keeps what it did by op, as a server does; answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[Say] = []
        self.done: dict[str, Result] = {}
        self.errors: dict[str, Exception] = {}
        self.lost: set[str] = set()

    async def call(self, request: Request[Any], **_: Any) -> Any:
        assert isinstance(request, Say)
        self.asked.append(request)
        if (error := self.errors.get(request.body)) is not None:
            raise error
        assert isinstance(request.op, str)
        answer = LineResult(line=a_line(id=request.line, body=request.body))
        result = self.done.setdefault(request.op, answer)
        if request.body in self.lost:
            self.lost.remove(request.body)
            raise Disconnected("the line was lost after the act")
        return result

    @property
    def said(self) -> list[str]:
        return [request.body for request in self.asked]


def say(body: str) -> Say:
    return Say(board=COMMONS, line=new_id(), body=body)


class Seen:
    """What a flush reported."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.refused: list[tuple[str, str]] = []

    async def flush(self, outbox: Outbox, server: Server) -> None:
        await outbox.flush(server, answered=self._answered, refused=self._refused)

    def _answered(self, item: OutboxItem, result: Result) -> None:
        assert item.command is not None
        self.answered.append(item.command.body)

    def _refused(self, item: OutboxItem) -> None:
        assert item.command is not None
        self.refused.append((item.command.body, item.error))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.db"


@pytest.fixture
def outbox(path: Path) -> Any:
    with_clock = Outbox.open(path, FakeClock(7))
    yield with_clock
    with_clock.close()


def bodies(items: list[OutboxItem]) -> list[str]:
    return [item.command.body for item in items if item.command is not None]


async def test_all_is_sent_in_order(outbox: Outbox) -> None:
    """What was written offline is sent in the order of writing, and then is gone from here."""
    for n in range(5):
        outbox.add(say(str(n)), "lounge")
    server, seen = Server(), Seen()
    await seen.flush(outbox, server)
    assert server.said == seen.answered == ["0", "1", "2", "3", "4"]
    assert outbox.pending() == []


def test_an_item_says_what_it_is(outbox: Outbox, path: Path) -> None:
    """What waits can be shown: what it is, where it goes, when it was written, how it stands."""
    item = outbox.item(outbox.add(say("hello"), "lounge"))
    assert item is not None
    assert (item.destination, item.method) == ("lounge", "threads.say")
    assert (item.created_at_ms, item.state, item.error) == (7, OutboxState.QUEUED, "")
    assert item.command is not None
    assert isinstance(item.command.op, str)
    assert outbox.for_destination("lounge") == [item]
    assert outbox.for_destination("elsewhere") == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_a_refused_one_stays_with_its_reason(outbox: Outbox) -> None:
    """A refused item of five stays, holds back its own destination, and no other."""
    for body, destination in (("1", "a"), ("2", "a"), ("3", "a"), ("4", "b"), ("5", "a")):
        outbox.add(say(body), destination)
    server, seen = Server(), Seen()
    server.errors["2"] = SeatNeeded(COMMONS)
    await seen.flush(outbox, server)
    assert seen.answered == ["1", "4"]
    assert [body for body, _ in seen.refused] == ["2"]
    assert bodies(outbox.pending()) == ["2", "3", "5"]
    assert outbox.pending()[0].state is OutboxState.REFUSED
    assert "seat" in outbox.pending()[0].error
    await seen.flush(outbox, server)
    assert server.said.count("2") == 1

    server.errors.clear()
    outbox.retry(outbox.pending()[0].id)
    await seen.flush(outbox, server)
    assert seen.answered == ["1", "4", "2", "3", "5"]


async def test_discarding_lets_the_next_go(outbox: Outbox) -> None:
    """Only its writer takes a refused item out; what came after it then goes on."""
    outbox.add(say("1"), "a")
    outbox.add(say("2"), "a")
    server, seen = Server(), Seen()
    server.errors["1"] = InternalError("ref")
    await seen.flush(outbox, server)
    outbox.done(outbox.pending()[0].id)
    await seen.flush(outbox, server)
    assert seen.answered == ["2"]


async def test_a_lost_answer_is_asked_for_again_with_the_same_op(outbox: Outbox) -> None:
    """An act whose answer was lost is sent again as the same act, and happens once (P12)."""
    outbox.add(say("once"), "a")
    server, seen = Server(), Seen()
    server.lost.add("once")
    with pytest.raises(Disconnected):
        await seen.flush(outbox, server)
    assert outbox.pending()[0].state is OutboxState.SENT
    await seen.flush(outbox, server)
    assert server.asked[0] == server.asked[1]
    assert len(server.done) == 1
    assert outbox.pending() == []


@pytest.mark.parametrize("error", [StorageUnavailable("full"), NotSignedIn()])
async def test_what_cannot_be_taken_now_stays(outbox: Outbox, error: Exception) -> None:
    """A server that cannot take it now, or a session that ended, costs nothing (P12)."""
    outbox.add(say("1"), "a")
    outbox.add(say("2"), "b")
    server, seen = Server(), Seen()
    server.errors["1"] = error
    with pytest.raises(type(error)):
        await seen.flush(outbox, server)
    assert bodies(outbox.pending()) == ["1", "2"]
    assert seen.refused == []


def test_only_what_was_never_sent_is_amended(outbox: Outbox) -> None:
    """A command that may have arrived keeps its content: its op names it (P12)."""
    item = outbox.add(say("one"), "a")
    assert outbox.amend(item, say("two"))
    assert bodies(outbox.pending()) == ["two"]
    outbox.mark_sent(item)
    assert not outbox.amend(item, say("three"))
    assert bodies(outbox.pending()) == ["two"]


async def test_being_put_off_does_not_make_a_sent_one_unsent(outbox: Outbox) -> None:
    """What may have happened stays unamended when a second sending is throttled (P12)."""
    item = outbox.add(say("one"), "a")
    server, seen = Server(), Seen()
    server.lost.add("one")
    with pytest.raises(Disconnected):
        await seen.flush(outbox, server)
    server.errors["one"] = StorageUnavailable("full")
    with pytest.raises(StorageUnavailable):
        await seen.flush(outbox, server)
    assert not outbox.amend(item, say("two"))
    assert [one.state for one in outbox.pending()] == [OutboxState.SENT]


async def test_one_put_off_at_its_first_sending_may_be_amended(outbox: Outbox) -> None:
    """What was answered without happening counts as never sent."""
    item = outbox.add(say("one"), "a")
    server, seen = Server(), Seen()
    server.errors["one"] = StorageUnavailable("full")
    with pytest.raises(StorageUnavailable):
        await seen.flush(outbox, server)
    assert outbox.amend(item, say("two"))


def test_states_move_only_as_the_table_says(outbox: Outbox) -> None:
    """An item's life is the table of moves; anything else changes nothing."""
    moves = {
        OutboxState.SENT: outbox.mark_sent,
        OutboxState.QUEUED: outbox.retry,
        OutboxState.REFUSED: lambda item: outbox.mark_refused(item, "no"),
    }
    ways = {
        OutboxState.QUEUED: (),
        OutboxState.SENT: (OutboxState.SENT,),
        OutboxState.REFUSED: (OutboxState.SENT, OutboxState.REFUSED),
    }
    for start, way in ways.items():
        for to, move in moves.items():
            item = outbox.add(say("x"), "a")
            for step in way:
                moves[step](item)
            move(item)
            found = outbox.item(item)
            assert found is not None
            assert found.state is (to if to in OUTBOX_TRANSITIONS[start] or to is start else start)


async def test_marks_are_neither_listed_nor_refused(outbox: Outbox) -> None:
    """One's marks are nobody's news: they are sent, and a mark that is refused just goes (P2)."""
    mark = MarkPosts(thread=new_id(), first=1, last=2)
    outbox.add(mark, f"{MARKS}{mark.thread}")
    assert outbox.pending() == []
    assert len(outbox.pending(marks=True)) == 1

    class Refusing(Server):
        async def call(self, request: Request[Any], **_: Any) -> Any:
            raise InternalError("x")

    seen = Seen()
    await seen.flush(outbox, Refusing())
    assert outbox.pending(marks=True) == []
    assert seen.refused == []


def test_a_method_of_a_later_version_is_kept(outbox: Outbox, path: Path) -> None:
    """A command this version does not know is shown as such, not thrown away."""
    outbox.add(say("x"), "a")
    db = sqlite3.connect(path)
    db.execute("UPDATE items SET method = 'threads.sing'")
    db.commit()
    db.close()
    (item,) = outbox.pending()
    assert (item.command, item.method) == (None, "threads.sing")


def test_a_second_client_is_refused(outbox: Outbox, path: Path) -> None:
    """Two clients on one profile cannot send the same twice (P12)."""
    with pytest.raises(ProfileBusy):
        Outbox.open(path)
    script = f"""
        from pathlib import Path
        from bbs_client.mirror.errors import ProfileBusy
        from bbs_client.mirror.outbox import Outbox
        try:
            Outbox.open(Path({str(path)!r}))
        except ProfileBusy as error:
            print(error)
    """
    said = subprocess.run(
        [sys.executable, *python("-c", textwrap.dedent(script))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "another window" in said.stdout


def test_closing_lets_another_have_it(path: Path) -> None:
    """A profile is free again as soon as its client ends."""
    Outbox.open(path).close()
    Outbox.open(path).close()


def test_a_later_versions_file_is_left_alone(path: Path) -> None:
    """An older program refuses a newer outbox: it holds words that exist nowhere else."""
    Outbox.open(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 9")
    db.close()
    with pytest.raises(MirrorTooNew):
        Outbox.open(path)


def test_a_damaged_file_is_named_and_kept(path: Path) -> None:
    """A damaged outbox is never deleted: somebody may still read the words out of it."""
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(MirrorUnwritable, match=path.name):
        Outbox.open(path)
    assert path.read_bytes().startswith(b"not a database")


STEPS = ("add", "mark_sent", "mark_refused", "retry", "done")
LEFT = {
    "add": OutboxState.QUEUED,
    "mark_sent": OutboxState.SENT,
    "mark_refused": OutboxState.REFUSED,
    "retry": OutboxState.QUEUED,
    "done": None,
}
BEFORE = {
    "mark_refused": ("mark_sent",),
    "retry": ("mark_sent", "mark_refused"),
    "done": ("mark_sent",),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_client_leaves_what_it_had_done(path: Path, step: str) -> None:
    """Whatever step a client was killed after, the outbox stands as after that step."""
    script = f"""
        import os, signal
        from pathlib import Path
        from bbs_client.mirror.outbox import Outbox
        from bbs.features.threads.messages import Say
        from bbs.ids import COMMONS, new_id
        outbox = Outbox.open(Path({str(path)!r}))
        item = outbox.add(Say(board=COMMONS, line=new_id(), body="kept"), "a")
        for step in {(*BEFORE.get(step, ()), step)!r}:
            if step != "add":
                getattr(outbox, step)(*((item, "no") if step == "mark_refused" else (item,)))
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ended = subprocess.run([sys.executable, *python("-c", textwrap.dedent(script))], check=False)
    assert ended.returncode == -signal.SIGKILL
    outbox = Outbox.open(path)
    left = [(item.state, item.command.body) for item in outbox.pending() if item.command]
    outbox.close()
    assert left == ([] if LEFT[step] is None else [(LEFT[step], "kept")])


def test_a_client_killed_between_act_and_answer_acts_once(path: Path) -> None:
    """A client killed while a command was under way sends the same op again (P12)."""
    read, write = os.pipe()
    script = f"""
        import asyncio, os, signal
        from pathlib import Path
        from bbs_client.mirror.outbox import Outbox
        from bbs.features.threads.messages import Say
        from bbs.ids import COMMONS, new_id
        outbox = Outbox.open(Path({str(path)!r}))
        outbox.add(Say(board=COMMONS, line=new_id(), body="once"), "a")
        class Server:
            async def call(self, request, **_):
                os.write({write}, request.op.encode())
                os.kill(os.getpid(), signal.SIGKILL)
        asyncio.run(outbox.flush(Server(), answered=print, refused=print))
    """
    command = [sys.executable, *python("-c", textwrap.dedent(script))]
    ended = subprocess.run(command, check=False, pass_fds=(write,))
    os.close(write)
    first_op = os.read(read, 100).decode()
    os.close(read)
    assert ended.returncode == -signal.SIGKILL
    outbox = Outbox.open(path)
    server, seen = Server(), Seen()
    asyncio.run(seen.flush(outbox, server))
    outbox.close()
    assert [request.op for request in server.asked] == [first_op]
