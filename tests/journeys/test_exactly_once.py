"""Every change happens exactly once, however often it is sent, and a rehearsal changes nothing (P12)."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bbs.features.boards.messages import ConfigureBoard, OpenBoard, Visibility
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import ChangeName, Invite, IssueToken, RenewCodes
from bbs.features.reading.messages import MarkPosts
from bbs.features.threads.messages import (
    EditPost,
    ListPosts,
    PostPublished,
    PostWithdrawn,
    Retitle,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.ids import new_id
from bbs.messages import Command
from bbs.powers import Power
from bbs.refusals import CommandWaits, Conflict, Gone, OpConflict
from tests.support.voices import NORMS, Hall, Voice


class Scene:
    """A member who has said a few things."""

    def __init__(self, hall: Hall, ana: Voice, board: str) -> None:
        self.hall, self.ana, self.board = hall, ana, board
        self.thread, self.post, self.line = new_id(), new_id(), new_id()

    async def begin(self) -> None:
        """Say them."""
        await self.ana.ask(
            StartThread(board=self.board, thread=self.thread, post=self.post, title="T", body="B")
        )
        await self.ana.ask(Say(board=self.board, line=self.line, body="L"))


@pytest.fixture
async def scene(hall: Hall) -> Scene:
    """Ana on a board of her own, with a thread and a line."""
    ana = await hall.join("ana")
    found = Scene(hall, ana, await hall.board("garden", moderator=ana))
    await ana.listen(found.board)
    await found.begin()
    return found


async def test_sent_again_it_happened_once(scene: Scene) -> None:
    """The same op gets the same answer and changes nothing more, after a restart too (5.1)."""
    write = WritePost(thread=scene.thread, post=new_id(), body="Once", op=new_id())
    first = await scene.ana.ask(write)
    assert await scene.ana.ask(write) == first
    assert await asyncio.gather(*(scene.ana.ask(write) for _ in range(5))) == [first] * 5
    await scene.hall.stop()
    await scene.hall.start()
    assert await scene.ana.ask(write) == first
    page = await scene.ana.ask(ListPosts(thread=scene.thread))
    assert [post.body for post in page.posts] == ["B", "Once"]
    events = await scene.hall.read(
        lambda tx: tx.fetch_one("SELECT count(*) FROM events WHERE kind = ?", PostPublished.kind)
    )
    assert events == (1,)


async def test_one_op_at_once_from_many_devices(scene: Scene) -> None:
    """Twenty times at once over several connections it is still one post (5.1)."""
    phone = await scene.hall.phone(scene.ana)
    write = WritePost(thread=scene.thread, post=new_id(), body="Once", op=new_id())
    answers = await asyncio.gather(
        *(voice.ask(write) for _ in range(10) for voice in (scene.ana, phone))
    )
    assert len({answer.post.number for answer in answers}) == 1
    assert len((await scene.ana.ask(ListPosts(thread=scene.thread))).posts) == 2


async def test_an_op_names_one_request(scene: Scene) -> None:
    """The same op with another content, or another method, is a conflict (5.2)."""
    op, post = new_id(), new_id()
    await scene.ana.ask(WritePost(thread=scene.thread, post=post, body="One", op=op))
    others: list[Command[Any]] = [
        WritePost(thread=scene.thread, post=post, body="Two", op=op),
        WritePost(thread=scene.thread, post=new_id(), body="One", op=op),
        Say(board=scene.board, line=new_id(), body="One", op=op),
    ]
    for other in others:
        assert isinstance(await scene.ana.refused(other), OpConflict)
    # Another member's ops are their own.
    await scene.hall.sysop.ask(Say(board=scene.board, line=new_id(), body="One", op=op))


async def test_a_refused_op_may_be_sent_again(scene: Scene) -> None:
    """What was refused is not remembered: the same op may succeed later (5.3)."""
    edit = EditPost(post=scene.post, body="New", if_revision=9, op=new_id())
    assert isinstance(await scene.ana.refused(edit), Conflict)
    for n in range(7):
        await scene.ana.ask(EditPost(post=scene.post, body=f"Wording {n}"))
    answer = await scene.ana.ask(edit)
    assert answer.post.body == "New"


async def test_a_posts_id_is_kept_for_ever(scene: Scene) -> None:
    """What was withdrawn does not come back by being sent again, with another op even (P10)."""
    write = WritePost(thread=scene.thread, post=new_id(), body="Words", op=new_id())
    await scene.ana.ask(write)
    await scene.ana.ask(WithdrawPost(post=write.post))
    again = await scene.ana.ask(write)
    assert again.post.body is None
    fresh = WritePost(thread=scene.thread, post=write.post, body="Words")
    assert isinstance(await scene.ana.refused(fresh), Gone)
    start = StartThread(
        board=scene.board, thread=new_id(), post=write.post, title="T", body="Words"
    )
    assert isinstance(await scene.ana.refused(start), Gone)
    taken = WritePost(thread=scene.thread, post=scene.post, body="Mine now")
    assert isinstance(await scene.hall.sysop.refused(taken), Conflict)


async def test_repeating_a_withdrawal_is_harmless(scene: Scene) -> None:
    """Withdrawn twice is withdrawn once: one event, the same marker (5.4)."""
    first = await scene.ana.ask(WithdrawPost(post=scene.post))
    assert await scene.ana.ask(WithdrawPost(post=scene.post)) == first
    unsaid = await scene.ana.ask(Unsay(line=scene.line))
    assert await scene.ana.ask(Unsay(line=scene.line)) == unsaid
    await scene.ana.ask(Say(board=scene.board, line=new_id(), body="After"))
    assert len(await scene.ana.told(PostWithdrawn)) == 1


async def test_guarded_changes_notice_others(scene: Scene) -> None:
    """`if_revision` lets a change through only if nothing changed meanwhile (5.6)."""
    post = (await scene.ana.ask(ListPosts(thread=scene.thread))).posts[0]
    phone = await scene.hall.phone(scene.ana)
    await phone.ask(EditPost(post=post.id, body="From the phone", if_revision=post.revision))
    late = await scene.ana.refused(
        EditPost(post=post.id, body="From the desk", if_revision=post.revision)
    )
    assert isinstance(late, Conflict)
    assert late.revision == post.revision + 1
    retitled = await phone.ask(Retitle(thread=scene.thread, title="New", if_revision=1))
    assert isinstance(
        await scene.ana.refused(Retitle(thread=scene.thread, title="Old", if_revision=1)), Conflict
    )
    assert retitled.thread.revision == 2


def _commands(scene: Scene) -> list[Command[Any]]:
    board, thread, post = scene.board, scene.thread, scene.post
    return [
        StartThread(board=board, thread=new_id(), post=new_id(), title="X", body="X"),
        WritePost(thread=thread, post=new_id(), body="X"),
        EditPost(post=post, body="X"),
        WithdrawPost(post=post),
        Retitle(thread=thread, title="X"),
        Say(board=board, line=new_id(), body="X"),
        Unsay(line=scene.line),
        MarkPosts(thread=thread, first=1, last=1),
        ChangeName(name="Other Name"),
        RenewCodes(recovery_codes=("x" * 32,)),
        IssueToken(session=new_id(), token="x" * 32, label="x", powers=(Power.READ,)),
        ConfigureBoard(board=board, title="X", retention_days=1, visibility=Visibility.PRIVATE),
        TakeSeat(board=board, norms_version=1),
    ]


async def test_a_rehearsal_changes_nothing(scene: Scene) -> None:
    """`dry_run` answers what would happen and leaves every table as it was (5.5)."""
    sysop = scene.hall.sysop
    before = await scene.hall.dump()
    told = len(scene.ana.happened)
    asked = [(scene.ana, command) for command in _commands(scene)]
    opening = OpenBoard(board=new_id(), slug="kitchen", title="New", charter="New.", norms=NORMS)
    asked += [(sysop, opening), (sysop, Invite(invitation=new_id(), code="y" * 32))]
    for voice, command in asked:
        rehearsal = type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__ if name != "op"}
            | {"dry_run": True}
        )
        with suppress(CommandWaits):  # says that it would wait
            await voice.ask(rehearsal)
        after = await scene.hall.dump()
        changed = [table for table in after if after[table] != before[table]]
        assert not changed, command.method
    # Done in earnest, the first thing told is not a rehearsal's.
    await scene.ana.ask(Say(board=scene.board, line=new_id(), body="Real"))
    await scene.ana.until(lambda: len(scene.ana.happened) > told)
    assert scene.ana.happened[told].event.line.body == "Real"  # type: ignore[union-attr]  # known to be there


async def test_a_rehearsal_is_refused_like_the_act(scene: Scene) -> None:
    """A rehearsal runs the same checks, so that what it promises holds (5.5)."""
    assert isinstance(
        await scene.ana.refused(EditPost(post=scene.post, body="X", if_revision=9, dry_run=True)),
        Conflict,
    )
    op = new_id()
    await scene.ana.ask(EditPost(post=scene.post, body="X", dry_run=True, op=op))
    done = await scene.ana.ask(EditPost(post=scene.post, body="X", op=op))
    assert done.post.edits == 1
