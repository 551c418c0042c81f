"""Cache + events == fresh fetch, whatever is done, in whatever order (protocol 6.4, P10, P12)."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bbs.clock import instant
from bbs.errors import Disconnected
from bbs.features.boards.messages import ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    LeaveSeat,
    OfferSeat,
    TakeBackOffer,
    TakeSeat,
    TakeUpOffice,
)
from bbs.features.members.messages import ChangeName
from bbs.features.norms.messages import Clause
from bbs.features.reading.messages import (
    ArrangeBoards,
    GetRound,
    MarkPosts,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.rounds import build_round, size
from bbs.features.reading.views import Folder, NotificationLevel, Stance
from bbs.features.threads.messages import (
    EditPost,
    ImportPosts,
    Retitle,
    Say,
    StartThread,
    Thank,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import Mail
from bbs.ids import COMMONS, new_id
from bbs.messages import Command
from bbs.refusals import Refused
from bbs.wire import registry
from tests.journeys.community import Front, House, house
from tests.journeys.corresponding import Corresponding
from tests.journeys.entering import Entering
from tests.journeys.hiding import Hiding
from tests.journeys.mirrored import dump
from tests.journeys.packing import Packing
from tests.journeys.purging import Purging
from tests.journeys.tending import TendingRules
from tests.journeys.unseen import UNSEEN

MEMBERS = ("ana", "bo", "cy")
WORDS = st.text("abc ", min_size=1, max_size=8).map(str.strip).filter(bool)
WHO = st.sampled_from(MEMBERS)
PICK = st.integers(0, 50)


class MirrorTruth(Corresponding, Entering, Hiding, Packing, TendingRules):
    """Three members do whatever members can do; two mirrors watch."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.boards: list[str] = [COMMONS]
        self.threads: list[str] = []
        self.posts: list[tuple[str, str]] = []
        self.lines: list[str] = []
        self.letters: list[str] = []
        self.waiting: list[tuple[str, str]] = []
        self.done: set[str] = set()
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.block = house(self.folder)
        self.house: House = await self.block.__aenter__()
        for handle in MEMBERS:
            await self.house.join(handle)
        self.fronts = {handle: await self.house.front(handle, handle) for handle in ("ana", "bo")}

    def do(self, who: str, command: Command[Any]) -> bool:
        """Send a command; a refusal is as good an answer as any."""

        async def send() -> bool:
            try:
                await self.house.voices[who].call(command)
            except Refused:
                return False
            except Disconnected:
                # A choice that names no revision is not sent again by itself (protocol 5.4).
                if not hasattr(command, "if_revision"):
                    raise
                return False
            return True

        done = self.runner.run(send())
        if done:
            self.done.add(command.method)
        return done

    def board(self, pick: int) -> str:
        return self.boards[pick % len(self.boards)]

    @rule(visibility=st.sampled_from(Visibility), hold_s=st.sampled_from([0, 0, 60]))
    def open_board(self, visibility: Visibility, hold_s: int) -> None:
        board = new_id()
        slug = f"b{len(self.boards)}"
        norms = (Clause(text="Be kind.", why="It helps."),)
        command = OpenBoard(
            board=board,
            slug=slug,
            title=slug,
            charter="What for.",
            norms=norms,
            visibility=visibility,
            seats=2,
            hold_s=hold_s,
        )
        if len(self.boards) < 4 and self.do("ana", command):
            self.boards.append(board)

    @rule(
        pick=PICK,
        slug=st.sampled_from([None, None, "plot", "attic", "shed"]),
        title=st.none() | WORDS,
        retention_days=st.sampled_from([None, 0, 1, 30]),
        lounge_hours=st.sampled_from([None, 1, 48]),
        visibility=st.sampled_from([None, *Visibility]),
        seats=st.sampled_from([None, 1, 3]),
    )
    def configure(self, pick: int, **changes: Any) -> None:
        self.do("ana", ConfigureBoard(board=self.board(pick), **changes))
        # The lounge's lines have a stream of their own: which came first is told by their times.
        self.house.clock.jump(seconds=0.001)

    @rule(who=WHO, pick=PICK)
    def take_seat(self, who: str, pick: int) -> None:
        self.do(who, TakeSeat(board=self.board(pick), norms_version=1))

    @rule(who=WHO, pick=PICK, stays=st.booleans())
    def leave_seat(self, who: str, pick: int, stays: bool) -> None:
        self.do(who, (TakeUpOffice if stays else LeaveSeat)(board=self.board(pick)))

    @rule(who=WHO, pick=PICK, back=st.booleans())
    def offer(self, who: str, pick: int, back: bool) -> None:
        member = self.house.members[who].member
        self.do(
            "ana", (TakeBackOffer if back else OfferSeat)(board=self.board(pick), member=member)
        )

    @rule(who=WHO, pick=PICK, more=st.sampled_from([{}, {"moderator": False}, None]))
    def appoint(self, who: str, pick: int, more: dict[str, bool] | None) -> None:
        about = {"board": self.board(pick), "member": self.house.members[who].member}
        self.do("ana", HandOver(**about) if more is None else Appoint(**about, **more))

    @rule(who=WHO, name=WORDS)
    def rename(self, who: str, name: str) -> None:
        self.do(who, ChangeName(name=f"{who} {name}".strip()))

    @rule(who=WHO, pick=PICK, title=WORDS, body=WORDS)
    def start(self, who: str, pick: int, title: str, body: str) -> None:
        thread, post = new_id(), new_id()
        command = StartThread(
            board=self.board(pick), thread=thread, post=post, title=title, body=f"{body} @bo"
        )
        if self.do(who, command):
            self.threads.append(thread)
            self.posts.append((post, thread))

    @precondition(lambda self: self.threads)
    @rule(who=WHO, pick=PICK, body=WORDS)
    def answer(self, who: str, pick: int, body: str) -> None:
        parent, thread = self.posts[pick % len(self.posts)]
        post = new_id()
        if self.do(who, WritePost(thread=thread, post=post, parent=parent, body=body)):
            self.posts.append((post, thread))

    @precondition(lambda self: self.posts)
    @rule(who=WHO, pick=PICK, body=WORDS)
    def edit(self, who: str, pick: int, body: str) -> None:
        self.do(who, EditPost(post=self.posts[pick % len(self.posts)][0], body=body))

    @precondition(lambda self: self.posts)
    @rule(who=WHO, pick=PICK)
    def withdraw(self, who: str, pick: int) -> None:
        self.do(who, WithdrawPost(post=self.posts[pick % len(self.posts)][0]))

    @precondition(lambda self: self.threads)
    @rule(who=WHO, pick=PICK, title=WORDS)
    def retitle(self, who: str, pick: int, title: str) -> None:
        self.do(who, Retitle(thread=self.threads[pick % len(self.threads)], title=title))

    @rule(who=WHO, pick=PICK, body=WORDS)
    def say(self, who: str, pick: int, body: str) -> None:
        line = new_id()
        if self.do(who, Say(board=self.board(pick), line=line, body=body)):
            self.lines.append(line)

    @precondition(lambda self: self.lines)
    @rule(who=WHO, pick=PICK)
    def unsay(self, who: str, pick: int) -> None:
        self.do(who, Unsay(line=self.lines[pick % len(self.lines)]))

    @rule(pick=PICK, bodies=st.lists(WORDS, min_size=1, max_size=3))
    def bring_in(self, pick: int, bodies: list[str]) -> None:
        thread, first = new_id(), new_id()
        at = instant(self.house.clock())
        posts = [
            Mail(
                id=first if number == 0 else new_id(),
                thread=thread,
                parent=None if number == 0 else first,
                title="Old talk",
                author="Old Name",
                at=at,
                body=body,
            )
            for number, body in enumerate(bodies)
        ]
        if self.do("ana", ImportPosts(board=self.board(pick), posts=tuple(posts))):
            self.threads.append(thread)
            self.posts += [(mail.id, thread) for mail in posts]

    @precondition(lambda self: self.threads)
    @rule(who=WHO, pick=PICK, first=st.integers(1, 4), more=st.integers(0, 3), read=st.booleans())
    def mark(self, who: str, pick: int, first: int, more: int, read: bool) -> None:
        thread = self.threads[pick % len(self.threads)]
        self.do(who, MarkPosts(thread=thread, first=first, last=first + more, read=read))

    @precondition(lambda self: self.threads)
    @rule(who=WHO, pick=PICK, stance=st.sampled_from(Stance))
    def set_thread(self, who: str, pick: int, stance: Stance) -> None:
        self.do(who, SetThreadChoice(thread=self.threads[pick % len(self.threads)], stance=stance))

    @rule(
        who=WHO,
        pick=PICK,
        stance=st.none() | st.sampled_from(Stance),
        level=st.none() | st.sampled_from(NotificationLevel),
    )
    def set_board(
        self, who: str, pick: int, stance: Stance | None, level: NotificationLevel | None
    ) -> None:
        self.do(who, SetBoardChoice(board=self.board(pick), stance=stance, level=level))

    @rule(who=WHO, other=WHO, stance=st.sampled_from(Stance))
    def set_member(self, who: str, other: str, stance: Stance) -> None:
        if who != other:
            self.do(who, SetMemberChoice(member=self.house.members[other].member, stance=stance))

    @rule(who=WHO, picks=st.lists(PICK, max_size=3))
    def arrange(self, who: str, picks: list[int]) -> None:
        boards = tuple(dict.fromkeys(self.board(pick) for pick in picks))
        self.do(who, ArrangeBoards(folders=(Folder(name="mine", boards=boards),)))

    @precondition(lambda self: self.posts)
    @rule(who=WHO, pick=PICK, saved=st.booleans())
    def save(self, who: str, pick: int, saved: bool) -> None:
        self.do(who, SavePost(post=self.posts[pick % len(self.posts)][0], saved=saved))

    @precondition(lambda self: self.posts)
    @rule(who=WHO, pick=PICK)
    def thank(self, who: str, pick: int) -> None:
        self.do(who, Thank(post=self.posts[pick % len(self.posts)][0]))

    @rule(hours=st.sampled_from([0.02, 2, 30]), swept=st.booleans())
    def wait(self, hours: float, swept: bool) -> None:
        """Ends are true by the clock, whether or not timed work has come by since (P10)."""
        self.house.clock.jump(hours=hours)
        if not swept:
            return
        self.runner.run(self.house.do_jobs("publish held posts", "fade posts", "fade lounge lines"))

    @rule(who=st.sampled_from(("ana", "bo")))
    def cut(self, who: str) -> None:
        """A line that breaks loses nothing: mirror and voice come back and resume."""
        self.house.cut(who)

    @rule(who=st.sampled_from(("ana", "bo")))
    def compare(self, who: str) -> None:
        """The mirror that heard every event holds what a mirror made now holds."""
        self.runner.run(self._compare(who))

    async def _compare(self, who: str) -> None:
        old = self.fronts[who]
        fresh = await self.house.front(who, f"fresh-{new_id()}")
        try:
            readable = {row.board.id for row in fresh.cache.boards()} | fresh.open_letters()
            for front in (old, fresh):
                for board in sorted(readable):
                    await front.link.open_board(board)
            heads = await self.house.heads()
            readable = {
                board for board in readable if fresh.cache.cursor(f"board:{board}") is not None
            }
            wanted = {
                stream: seq for stream, seq in heads.items() if stream.partition(":")[2] in readable
            }
            for front in (old, fresh):
                await front.until(lambda front=front: self._reached(front, wanted))
            for front in (old, fresh):
                front.cache.erase_faded(self.house.clock())
            # Own choices have no stream that would tell when they are here.
            await old.until(lambda: dump(old, set())["choices"] == dump(fresh, set())["choices"])
            assert dump(old, readable) == dump(fresh, readable)
            await self._compare_rounds(who, fresh)
        finally:
            await fresh.close()

    async def _compare_rounds(self, who: str, front: Front) -> None:
        """Server and mirror walk the same list, of the same size (P4)."""
        asked = await self.house.voices[who].call(GetRound())
        cache = front.cache
        here = cache.waiting()
        shown = build_round(here, cache.wishes(), asked.round.vector)
        assert (shown, size(shown, here)) == (asked.round, asked.size)

    @staticmethod
    def _reached(front: Front, wanted: dict[str, int]) -> bool:
        return all((front.cache.cursor(stream) or 0) >= seq for stream, seq in wanted.items())

    def teardown(self) -> None:
        if not hasattr(self, "runner"):
            return
        try:
            for who in self.fronts:
                self.compare(who)
        finally:
            self.runner.run(self._end())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def _end(self) -> None:
        for front in self.fronts.values():
            await front.close()
        with contextlib.suppress(asyncio.CancelledError):
            await self.block.__aexit__(None, None, None)


# One test of many examples: on a busy machine it may take as long as several.
TestMirrorTruth = pytest.mark.timeout(300)(MirrorTruth.TestCase)
TestMirrorTruth.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_every_command_is_done_or_named() -> None:
    """No command that changes what is mirrored is missing from the machine (protocol 6.4)."""
    import ast
    import inspect

    rules = (MirrorTruth, Corresponding, Entering, Hiding, Packing, Purging, TendingRules)
    source = "".join(inspect.getsource(each) for each in rules)
    named = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    commands = {m for m, cls in registry.REQUESTS.items() if issubclass(cls, Command)}
    done = {m for m in commands if registry.REQUESTS[m].__name__ in named}
    assert commands - done == UNSEEN
