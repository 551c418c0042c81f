"""Packed, unpacked, packed: the same lines, with one signature more, until the board changes there (29.7)."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.norms.messages import AmendNorms, Clause
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.packs.views import (
    Line as PackedLine,
)
from bbs.features.packs.views import (
    PackAct,
    PackAuthor,
    PackCheck,
    PackHeading,
    PackPost,
    PackSignature,
    PackState,
    PackThread,
)
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import EditPost, ImportPosts, WithdrawPost, WritePost
from bbs.features.threads.tending_messages import MergeThread, MoveThread, PinThread
from bbs.features.threads.views import Mail
from bbs.ids import BoardId, new_id
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot, open_moot
from tests.support.packing import body_of, pack_of, read, signers_of
from tests.support.packs import NOON, packed, small_board, tags_of, uuid
from tests.support.talk import seated, start, write
from tests.support.unpacked import unpack

WHY = "It keeps the board readable"
ENDS = [state for state in PackState if state is not PackState.PUBLISHED]


async def full_board(moot: Moot, board: BoardId, ana: Line) -> None:
    """Write words of every state on a board, by people of every consent."""
    ben, cid = await seated(moot, "ben", board), await seated(moot, "cid", board)
    await ana.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    await cid.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    begun = await start(ana, board, "They climb, @ben", "Beans")
    answer = await write(ben, begun.thread, "See garden/1/1", begun.post)
    await write(cid, begun.thread, "A secret", answer)
    await start(cid, board, "Another secret", "A secret title")
    withdrawn = await write(ana, begun.thread, "Gone")
    await ana.ask(WithdrawPost(post=withdrawn))
    hidden = await write(ana, begun.thread, "Hidden")
    await moot.sysop.ask(HidePost(post=hidden, norm=1, reason=WHY))
    edited = await write(ana, begun.thread, "Before")
    moot.clock.jump(seconds=60)
    await ana.ask(EditPost(post=edited, body="After"))
    reported = await write(ana, begun.thread, "Judged")
    await ben.ask(ReportPost(report=new_id(), post=reported, norm=1))
    one, two, gone = [await start(ben, board, title, title) for title in ("One", "Two", "Gone")]
    await moot.sysop.ask(PinThread(thread=two.thread, reason=WHY))
    await moot.sysop.ask(MergeThread(thread=one.thread, into=two.thread, reason=WHY))
    other = await moot.board(moot.sysop, "other")
    await moot.sysop.ask(
        MoveThread(thread=gone.thread, to_board=other, becomes=new_id(), reason=WHY)
    )
    there = await start(moot.sysop, other, "From there", "There")
    await moot.sysop.ask(
        MoveThread(thread=there.thread, to_board=board, becomes=new_id(), reason=WHY)
    )
    amended = (Clause(text="Be kinder.", why="We stay longer.", example="Say hello."),)
    amend = AmendNorms(board=board, norms=amended, reason="It was short")
    await moot.do_by_delay(moot.sysop, amend)
    thread, first = new_id(), new_id()
    mail = Mail(id=first, thread=thread, title="Peas", author="Old Bo", at=instant(9), body="Hm")
    await moot.sysop.ask(ImportPosts(board=board, posts=(mail,)))


@pytest.fixture
async def pack(moot: Moot, board: BoardId, ana: Line) -> bytes:
    """The pack of a board with words of every state."""
    await full_board(moot, board, ana)
    return await pack_of(moot.sysop, board)


async def test_the_same_lines_with_one_signature_more(
    pack: bytes, board: BoardId, tmp_path: Path
) -> None:
    """A board with every state of words is packed at its new home as it came (29.7)."""
    async with open_moot(tmp_path / "there") as there:  # with an epoch and a key of its own
        found = await unpack(there, pack, "beds", board=board)
        assert (found.state, found.why) == (UnpackState.OPEN, None)
        again = await pack_of(there.sysop, board)
        assert body_of(again) == body_of(pack)
        assert again.splitlines()[: len(pack.splitlines())] == pack.splitlines()
        assert len(signers_of(again)) == 2
        ben = await there.join("ben")
        await ben.ask(TakeSeat(board=board, norms_version=2))
        assert body_of(await pack_of(there.sysop, board)) == body_of(pack)


async def test_a_board_that_changed_there_has_another_home(
    pack: bytes, board: BoardId, tmp_path: Path
) -> None:
    """Once anything changes, the community is a home, signs alone, and what came stays as it was (29.7)."""
    async with open_founded(tmp_path / "there") as there:
        await unpack(there, pack, "beds", board=board)
        await there.sysop.ask(TakeSeat(board=board, norms_version=2))
        fan = await there.join("fan")
        await fan.ask(TakeSeat(board=board, norms_version=2))
        begun = await start(fan, board, "A new one", "New")
        first = next(line for line in read(pack) if isinstance(line, PackThread))
        await fan.ask(WritePost(thread=first.id, post=new_id(), body="And a late answer"))
        changed = await pack_of(there.sysop, board)
    lines, before = read(changed), read(pack)
    heading = lines[0]
    assert isinstance(heading, PackHeading)
    assert [home.slug for home in heading.homes] == ["garden", "beds"]
    assert len(signers_of(changed)) == 1
    kinds = (PackThread, PackPost, PackAct)
    after = [line for line in lines if isinstance(line, kinds)]
    assert [line for line in before if isinstance(line, kinds) and line not in after] == []
    new = [line for line in after if line not in before]
    assert [line.id for line in new if isinstance(line, PackThread)] == [begun.thread]
    authors = [line for line in lines if isinstance(line, PackAuthor)]
    assert [each for each in before if isinstance(each, PackAuthor) and each not in authors] == []
    assert {each.home for each in authors if each not in before} == {1}
    async with open_founded(tmp_path / "third") as third:
        found = await unpack(third, changed, "third", board=board)
        assert (found.state, found.why) == (UnpackState.OPEN, None)
        again = await pack_of(third.sysop, board)
        assert body_of(again) == body_of(changed)


def drawn_board(chance: Random, number: int) -> list[PackedLine]:
    """Return a board drawn by chance: any states, authors, parents, edits and ends of words."""
    lines: list[PackedLine] = [line for line in small_board()[:4]]
    heading = lines[0]
    assert isinstance(heading, PackHeading)
    lines[0] = replace(heading, board=uuid(50_000 + number))
    lines[1] = replace(lines[1], threads=9)  # type: ignore[type-var]  # the settings
    base = (number + 1) * 1_000
    for thread in range(1, 1 + chance.randrange(1, 5)):
        many = chance.randrange(1, 4)
        posts = chance.randrange(many, 9)
        state = chance.choice(
            [PackState.PUBLISHED, *ENDS[:3], PackState.HIDDEN, PackState.LEFT_OUT]
        )
        named = state is PackState.PUBLISHED
        lines.append(
            PackThread(
                id=uuid(base + thread),
                number=thread,
                author=0 if state is not PackState.LEFT_OUT and chance.random() < 0.8 else None,
                title=f"Thread {thread}" if named else None,
                at=NOON,
                state=state,
                pinned=chance.random() < 0.3,
                imported=chance.random() < 0.2,
            )
        )
        for author in range(many):
            kind = chance.randrange(3)
            lines.append(
                PackAuthor(
                    number=author,
                    tags=() if kind == 0 else tags_of(base + author),
                    handle=f"h{author}" if kind == 1 else None,
                    name=None if kind == 2 else f"Name {author}",
                )
            )
        lines.extend(
            drawn_post(chance, uuid(base + thread * 100 + place), place, many)
            for place in range(1, posts + 1)
        )
    return lines


def drawn_post(chance: Random, post: str, place: int, authors: int) -> PackPost:
    """Return a post drawn by chance; each of the thread's authors wrote one of the first."""
    state = chance.choice([PackState.PUBLISHED, PackState.PUBLISHED, *ENDS])
    shown = state is PackState.PUBLISHED
    left_out = state is PackState.LEFT_OUT
    by = place - 1 if place <= authors else chance.choice([None, *range(authors)])
    edits = chance.randrange(3) if shown else 0
    is_mail = chance.random() < 0.2
    at = NOON + timedelta(minutes=chance.randrange(900))
    return PackPost(
        id=post,
        number=place,
        parent=chance.choice([None, *range(1, place)]),
        author=None if left_out else by,
        at=at,
        visible_at=at,
        fades_at=NOON + timedelta(days=90_000) if shown and chance.random() < 0.2 else None,
        norms_version=chance.choice([None, 1, 2]),
        subject="A subject" if shown and is_mail and chance.random() < 0.5 else None,
        body=f"Words {place}" if shown else None,
        state=state,
        edits=edits,
        edited_at=at if edits else None,
        imported=is_mail,
    )


async def test_any_board_is_packed_as_it_came(moot: Moot) -> None:
    """Whatever states, authors and parents a pack has: it is packed again with the same lines (29.7)."""
    for number in range(12):
        lines = drawn_board(Random(number), number)
        data = packed(lines)
        board = uuid(50_000 + number)
        found = await unpack(moot, data, f"drawn{number}", board=board)
        assert (found.state, found.why) == (UnpackState.OPEN, None)
        again = read(await pack_of(moot.sysop, board))
        kinds = (PackCheck, PackSignature)
        assert [each for each in again if not isinstance(each, kinds)] == lines, number
