"""A board that is handed over: the receipt is checked, words are sealed, erased, and the address leads on."""

from typing import Any

import pytest

from bbs.features.boards.messages import ConfigureBoard, ListBoards
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.messages import Export
from bbs.features.packs import move_limits
from bbs.features.packs.move_messages import BringReceipt, CancelMove, GetMove, MoveChanged
from bbs.features.packs.move_views import MoveState
from bbs.features.reading.messages import (
    GetInbox,
    GetRound,
    GetUnread,
    ListMentions,
    ListNotices,
    ListSaved,
    Resolve,
    SavePost,
    Search,
)
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import GetThread, ListThreads, WithdrawPost, WritePost
from bbs.ids import BoardId, new_id
from bbs.limits import HOLD_SECONDS_MAX
from bbs.move_refusals import BoardMoved, PaperRefused
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from tests.features.packs.gardens import DIGEST, KEY, SEED, Garden, receipt
from tests.support.moot import Line
from tests.support.talk import write

OTHER = bytes([1] * 32)


def bringing(board: BoardId, seed: bytes = SEED, **fields: Any) -> BringReceipt:
    """Return the command that brings a receipt."""
    return BringReceipt(board=board, receipt=receipt(board, seed, **fields))


@pytest.mark.parametrize(
    ("seed", "fields", "why"),
    [
        (OTHER, {}, "another key"),
        (OTHER, {"key": KEY}, "signature is false"),
        (SEED, {"board": new_id()}, "another board"),
        (SEED, {"host": "else.example:7000"}, "new.example:7000 was announced"),
        (SEED, {"slug": "yard"}, "unpack it as garden"),
        (SEED, {"digest": "6" * 64}, "pack the board anew"),
        (SEED, {"signature": "A" * 86}, "signature is false"),
    ],
    ids=["another key", "key put in", "board", "host", "slug", "digest", "forged"],
)
async def test_a_receipt_that_is_not_it_is_refused(
    garden: Garden, seed: bytes, fields: dict[str, Any], why: str
) -> None:
    """Of another key, board, host or pack, or forged: one sentence, and nothing changes (protocol 30.6)."""
    await garden.ready()
    await garden.packed()
    error = await garden.moot.sysop.refused(
        BringReceipt(
            board=garden.board, receipt=receipt(**{"board": garden.board, "seed": seed, **fields})
        )
    )
    assert isinstance(error, PaperRefused)
    assert why in str(error)
    assert await garden.state() is MoveState.READY


async def test_a_receipt_comes_once(garden: Garden) -> None:
    """The same again changes nothing; a second one, or one too early, is refused (protocol 30.6)."""
    sysop = garden.moot.sysop
    assert isinstance(await sysop.refused(bringing(garden.board)), Conflict)
    await garden.packed()  # before it is ready: no such pack counts
    await garden.ready()
    sysop = garden.moot.sysop
    assert isinstance(await sysop.refused(bringing(garden.board)), PaperRefused)
    await garden.packed()
    await sysop.ask(bringing(garden.board))
    shown = await sysop.ask(bringing(garden.board))
    assert shown.move is not None
    assert (shown.move.state, shown.move.digest) == (MoveState.HANDED, DIGEST)
    second = await sysop.refused(bringing(garden.board, epoch="f"))
    assert isinstance(second, PaperRefused)
    assert "handed over before" in str(second)
    cancel = CancelMove(board=garden.board, reason="Too late.")
    assert isinstance(await sysop.refused(cancel), Conflict)


async def test_a_post_that_was_held_is_not_left_behind(garden: Garden) -> None:
    """A pack made before a held post was published hands nothing over: that post is not in it (30.6)."""
    held_days = HOLD_SECONDS_MAX / 86_400
    hold = ConfigureBoard(board=garden.board, hold_s=HOLD_SECONDS_MAX)
    await garden.moot.sysop.ask(hold)
    await garden.announce()
    await garden.pass_days(move_limits.MOVE_DAYS - held_days / 2)
    await garden.ana.ask(WritePost(thread=garden.of_ana.thread, post=new_id(), body="Late."))
    await garden.pass_days(held_days / 2)
    assert await garden.state() is MoveState.READY
    await garden.packed()
    await garden.pass_days(held_days)
    refused = await garden.moot.sysop.refused(bringing(garden.board))
    assert "posts that were held have been published since" in str(refused)
    await garden.packed()
    await garden.moot.sysop.ask(bringing(garden.board))


async def test_nobody_reads_there_any_more(garden: Garden) -> None:
    """Sealed: no reader, moderator or sysop gets a word by any request or stream, and each answer leads
    on; its authors take theirs back (protocol 30.7, P9)."""
    await garden.ready()
    await garden.packed()
    await garden.bo.listen(board_stream(garden.board))
    await garden.moot.sysop.ask(bringing(garden.board))
    told = await garden.bo.told(MoveChanged)
    assert told[-1].state is MoveState.HANDED
    await garden.moot.do_jobs()
    assert not garden.bo.caller.listener.streams
    for line in (garden.bo, garden.moot.sysop):
        await _is_sealed(line, garden)
    notices = (await garden.bo.ask(ListNotices())).notices
    [act] = [each.act for each in notices if each.kind is NoticeKind.MOVE and each.act is not None]
    assert act.changes[0].said_after == "garden at bbs://new.example:7000, visible to every member"
    move = (await garden.bo.ask(GetMove(board=garden.board))).move
    assert move is not None
    assert (move.host, move.slug) == ("new.example:7000", "garden")
    await garden.ana.ask(WithdrawPost(post=garden.of_ana.post))
    gone = "SELECT body_text FROM posts WHERE id = ?"
    assert await garden.moot.read(lambda tx: tx.fetch_one(gone, garden.of_ana.post)) == (None,)


async def _is_sealed(line: Line, garden: Garden) -> None:
    for request in (
        ListThreads(board=garden.board),
        GetThread(thread=garden.of_ana.thread),
        Resolve(address="garden/1"),
    ):
        error = await line.refused(request)
        assert isinstance(error, BoardMoved), request
        assert str(error) == "this board has moved: it is garden at bbs://new.example:7000 now"
    kinds = {each.kind for each in (await line.ask(ListBoards())).restrictions}
    assert kinds == {RestrictionKind.MOVED}
    assert not (await line.ask(Search(query="Peas"))).found
    assert not (await line.ask(GetUnread())).threads
    assert isinstance(await line.refused(Search(query="Peas", board=garden.board)), NotFound)


async def test_then_the_words_are_erased_and_the_address_rests(garden: Garden) -> None:
    """30 days after the receipt no byte of the words is left, 400 days after it nothing but the name
    (protocol 30.9, P10)."""
    await garden.handed()
    await garden.pass_days(move_limits.SEALED_DAYS - 1)
    assert await garden.state() is MoveState.HANDED
    assert await _bodies(garden) == {"Peas.", "Beans."}
    await garden.pass_days(1)
    await garden.moot.do_jobs()
    assert await garden.state() is MoveState.LEADS_ON
    assert await _bodies(garden) == set()
    assert isinstance(await garden.bo.refused(ListThreads(board=garden.board)), BoardMoved)
    await garden.pass_days(move_limits.LEADS_ON_DAYS - move_limits.SEALED_DAYS)
    await garden.moot.do_jobs()
    assert await garden.state() is None
    error = await garden.bo.refused(ListThreads(board=garden.board))
    assert str(error) == "this board has moved, and its old address leads on no more"
    left = "SELECT (SELECT count(*) FROM seats WHERE board = ?1), (SELECT count(*) FROM posts WHERE board = ?1 AND author <> ''), new_host, key FROM board_moves"
    assert await garden.moot.read(lambda tx: tx.fetch_one(left, garden.board)) == (0, 0, "", "")


async def test_a_clock_that_is_ahead_ends_no_move(garden: Garden) -> None:
    """By a jump of the wall clock alone no board opens again, and no word is erased (30.5, 30.9, P10)."""
    await garden.ready()
    await _a_while_ahead(garden, move_limits.RECEIPT_DAYS)
    assert await garden.state() is MoveState.READY
    await garden.packed()
    await garden.moot.sysop.ask(BringReceipt(board=garden.board, receipt=receipt(garden.board)))
    await _a_while_ahead(garden, move_limits.SEALED_DAYS)
    assert await garden.state() is MoveState.HANDED
    assert await _bodies(garden) == {"Peas.", "Beans."}


async def _a_while_ahead(garden: Garden, days: int) -> None:
    garden.moot.clock.step(days=days)
    await garden.moot.do_jobs()
    garden.moot.clock.step(days=-days)


async def _bodies(garden: Garden) -> set[str]:
    rows = await garden.moot.read(
        lambda tx: tx.fetch_all("SELECT body FROM texts WHERE body IN ('Peas.', 'Beans.')")
    )
    return {body for (body,) in rows}


async def test_no_page_of_a_reader_leads_in(garden: Garden) -> None:
    """Answers, mentions, saved posts, thanks and the round of somebody who read there show nothing of it;
    what they wrote themselves they take along (protocol 30.7, P9)."""
    ana, bo = garden.ana, garden.bo
    canary = await write(bo, garden.of_ana.thread, "Canary for @ana", garden.of_ana.post)
    await ana.ask(SavePost(post=canary, saved=True))
    await garden.handed()
    ana = garden.ana
    asked = (
        GetInbox(),
        ListMentions(),
        ListSaved(),
        GetRound(),
        GetUnread(),
        Search(query="Canary"),
    )
    for request in asked:
        ana.answers.clear()
        await ana.ask(request)
        assert b"Canary" not in ana.answers[-1], request
    await ana.ask(Export())
    assert b"Peas." in ana.answers[-1]
    assert b"Canary" not in ana.answers[-1]
