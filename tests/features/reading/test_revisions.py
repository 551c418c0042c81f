"""Private commands sent again: done twice, they change nothing that another device changed since."""

from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.reading.messages import (
    ArrangeBoards,
    GetChoices,
    MarkPosts,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import Folder, Stance
from bbs.ids import BoardId
from bbs.messages import Command
from bbs.refusals import Conflict
from bbs.wire.messages import PRIVATE_REVISIONS, PROTOCOL, Hello
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def test_a_mark_sent_again_undoes_no_later_one(moot: Moot, ana: Line, board: BoardId) -> None:
    """After another device marked otherwise, a mark sent again is `conflict` with the revision that
    stands, and changes nothing; one that is contained already is done (P4, protocol 5.4)."""
    thread, _ = await start(moot.sysop, board)
    for _ in range(3):
        await write(moot.sysop, thread)
    phone = await moot.again(ana)
    sent = MarkPosts(thread=thread, first=1, last=3, if_revision=0)
    first = await ana.ask(sent)
    assert (await ana.ask(sent)) == first
    now = await phone.ask(MarkPosts(thread=thread, first=2, last=2, read=False))
    refused = await ana.refused(sent)
    assert isinstance(refused, Conflict)
    assert refused.revision == now.marks.revision == 2
    # What it names is read again by the other device's own mark: nothing is left to do.
    await phone.ask(MarkPosts(thread=thread, first=1, last=4))
    assert (await ana.ask(sent)).marks.revision == 3
    # Who has not been told of revisions is served as before.
    assert (
        await ana.ask(MarkPosts(thread=thread, first=1, last=1, read=False))
    ).marks.revision == 4


def _pairs(
    thread: str, post: str, board: BoardId, other: str
) -> list[tuple[Command[Any], Command[Any]]]:
    """Return every kind of choice, each with its opposite."""
    return [
        (
            SetThreadChoice(thread=thread, stance=Stance.MUTE),
            SetThreadChoice(thread=thread, stance=Stance.NONE),
        ),
        (
            SetBoardChoice(board=board, stance=Stance.MUTE),
            SetBoardChoice(board=board, stance=Stance.FOLLOW),
        ),
        (
            SetMemberChoice(member=other, stance=Stance.MUTE),
            SetMemberChoice(member=other, stance=Stance.NONE),
        ),
        (ArrangeBoards(folders=(Folder(boards=(board,)),)), ArrangeBoards(folders=())),
        (SavePost(post=post), SavePost(post=post, saved=False)),
    ]


@pytest.mark.parametrize("kind", range(5))
async def test_a_choice_sent_again_undoes_no_later_one(
    moot: Moot, ana: Line, board: BoardId, kind: int
) -> None:
    """A choice that another device undid or changed is not made again by a command that saw less
    (protocol 5.4, 7.10); what others of one's choices did meanwhile is no matter."""
    thread, post = await start(moot.sysop, board)
    pairs = _pairs(thread, post, board, moot.sysop.id)
    chosen, opposite = pairs[kind]
    for other, _ in pairs:
        if other is not chosen:
            await ana.ask(other)
    seen = (await ana.ask(GetChoices())).revision
    sent = replace(chosen, if_revision=seen)
    phone = await moot.again(ana)
    await phone.ask(
        pairs[1][1] if kind != 1 else SetThreadChoice(thread=thread, stance=Stance.FOLLOW)
    )
    first = await ana.ask(sent)
    await phone.ask(pairs[0 if kind else 4][1])
    assert (await ana.ask(sent)).choice == first.choice
    undone = await phone.ask(opposite)
    refused = await ana.refused(sent)
    assert isinstance(refused, Conflict)
    assert refused.revision == undone.revision
    assert (await ana.ask(replace(chosen, if_revision=undone.revision))).choice == first.choice


async def test_a_revision_of_another_history_conflicts(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """A revision that this server never gave, as after a restore, says nothing of what was seen."""
    thread, _ = await start(moot.sysop, board)
    for sent in (
        SetThreadChoice(thread=thread, stance=Stance.MUTE, if_revision=7),
        MarkPosts(thread=thread, first=1, last=1, if_revision=7),
    ):
        assert isinstance(await ana.refused(sent), Conflict)


async def test_revisions_leave_no_diary(moot: Moot, ana: Line, board: BoardId) -> None:
    """No op, no event and no time is kept of a guarded mark or choice either (P2, protocol 5.4)."""
    thread, _ = await start(moot.sysop, board)
    counts = "SELECT (SELECT count(*) FROM ops), (SELECT count(*) FROM events)"
    before = await moot.read(lambda tx: tx.fetch_all(counts))
    moot.clock.jump(seconds=1_000)
    now = str(moot.clock())[:9]
    await ana.ask(SetThreadChoice(thread=thread, stance=Stance.MUTE, if_revision=0))
    await ana.ask(MarkPosts(thread=thread, first=1, last=1, if_revision=0))
    assert await moot.read(lambda tx: tx.fetch_all(counts)) == before
    tables = await moot.dump()
    assert now not in str([tables[name] for name in ("marks", "choices", "choosing")])


async def test_the_ability_is_told(moot: Moot) -> None:
    """A client asks `hello` whether `if_revision` of private commands is taken (protocol 3.1)."""
    welcome = await moot.line().ask(Hello(versions=(PROTOCOL,)))
    assert PRIVATE_REVISIONS in welcome.features
