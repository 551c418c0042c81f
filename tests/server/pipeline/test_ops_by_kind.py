"""An op names one command of one kind, for whoever may have its answer and what they may read now."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec import structs
from msgspec.structs import replace

from bbs.clock import instant
from bbs.features.boards.messages import OpenBoard, Visibility
from bbs.features.boards.seat_messages import LeaveSeat
from bbs.features.community.messages import AnnounceClosing
from bbs.features.members.messages import EndSession, GetAccount, Invite, RevokeInvitation
from bbs.features.reading.messages import MarkPosts
from bbs.features.threads.messages import WithdrawPost, WritePost
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Command
from bbs.powers import Power
from bbs.refusals import CommunityClosing, NotAllowed, NotFound, OpConflict
from bbs.wire.registry import REQUESTS, result_type
from bbs_server.app import CONVERSATIONS
from bbs_server.composition import make_table
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.pipeline import execute, stored_answers
from bbs_server.standing import Actor
from bbs_server.store import texts
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.support.moments import in_order
from tests.support.moot import NORMS, Line, Moot, open_moot
from tests.support.people import secret
from tests.support.ready import make_file
from tests.support.talk import seated, start
from tests.wire.strategies import few, messages

NOW = 1_800_000_000_000
ME = Actor(new_id(), new_id(), seated=True)
TABLE = structs.replace(make_table(), actor_of=lambda tx, session, now: ME)
AT = Context(in_order(NOW), os.urandom, TABLE.readers)

# Who knocks, and what is true for its connection only, looks up no op (protocol 5.4).
KINDS: list[type[Command[Any]]] = [
    cls
    for cls in REQUESTS.values()
    if issubclass(cls, Command) and cls.needs.power is not Power.KNOCK and cls not in CONVERSATIONS
]
STORED = [cls for cls in KINDS if not cls.needs.private]


@cache
def _drawn(cls: type[Any]) -> list[Any]:
    """Return a few messages of a kind, as Hypothesis draws them."""
    found: list[Any] = []

    @few
    @given(messages(cls))
    def draw(message: Any) -> None:
        found.append(message)

    draw()
    return found


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database."""
    path = tmp_path_factory.mktemp("ops") / "folkmoot.db"
    make_file(path)
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def _send(database: sqlite3.Connection, command: Command[Any]) -> execute.Execution:
    return execute.execute_command(SqliteTx(database), TABLE, AT, AT.moment, ME.session, command)


@pytest.mark.parametrize("first", STORED, ids=lambda cls: cls.method)
def test_an_op_sent_with_another_kind_is_a_conflict(
    database: sqlite3.Connection, first: type[Command[Any]]
) -> None:
    """Over every pair of commands: the op of one, sent with another, is `op_conflict`, before and
    after the text it brought is gone, and never `internal` or an answer (P12, protocol 5.2)."""
    others = [command for cls in KINDS if cls is not first for command in _drawn(cls)]
    for done, result in zip(_drawn(first), cycle(_drawn(result_type(first))), strict=False):
        database.execute("BEGIN")
        try:
            done = replace(done, op=new_id())
            tx = SqliteTx(database)
            brought = texts.insert_text(tx, AT, "a text")
            stored_answers.store_answer(tx, AT, ME.member, done, Outcome(result))
            for _ in range(2):
                assert type(_send(database, done).result) is result_type(first)
                for other in others:
                    with pytest.raises(OpConflict):
                        _send(database, replace(other, op=done.op))
                texts.delete_texts(SqliteTx(database), [brought])
        finally:
            database.execute("ROLLBACK")


async def test_nothing_is_said_to_be_done_that_was_not(tmp_path: Path) -> None:
    """The op of a withdrawn post ends no session and marks nothing, and neither is told so (P12)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        thread, _ = await start(ana, board)
        write = WritePost(op=new_id(), thread=thread, post=new_id(), body="words")
        await ana.ask(write)
        await ana.ask(WithdrawPost(post=write.post))
        sessions = (await ana.ask(GetAccount())).sessions
        for other in (
            EndSession(op=write.op, session=sessions[0].id),
            MarkPosts(op=write.op, thread=thread, first=1, last=1),
        ):
            assert isinstance(await ana.refused(other), OpConflict)
        assert (await ana.ask(GetAccount())).sessions == sessions
        assert (await ana.ask(write)).post.id == write.post


async def test_an_op_of_before_proves_itself_by_its_content(tmp_path: Path) -> None:
    """A row without a method is answered while its hash can be compared; once its text is gone,
    nobody can tell what it was, and every command conflicts (protocol 5.2, 5.3)."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana = await seated(moot, "ana", board)
        thread, _ = await start(ana, board)
        write = WritePost(op=new_id(), thread=thread, post=new_id(), body="words")
        first = await ana.ask(write)
        await moot.change(lambda tx: tx.execute("UPDATE ops SET method = NULL"))
        assert await ana.ask(write) == first
        assert isinstance(await ana.refused(replace(write, body="other")), OpConflict)
        await ana.ask(WithdrawPost(post=write.post))
        assert isinstance(await ana.refused(write), OpConflict)


async def test_an_answer_whose_text_is_gone_can_be_read(tmp_path: Path) -> None:
    """An invitation sent again after its note ended is answered as made, not `internal` (P12)."""
    async with open_moot(tmp_path) as moot:
        invite = Invite(op=new_id(), invitation=new_id(), code=secret("x"), note="for Bo")
        assert (await moot.sysop.ask(invite)).invitation.note == "for Bo"
        await moot.sysop.ask(RevokeInvitation(invitation=invite.invitation))
        again = await moot.sysop.ask(invite)
        assert (again.invitation.id, again.invitation.note) == (invite.invitation, "")


async def _private(moot: Moot) -> tuple[BoardId, OpenBoard]:
    board = new_id()
    opening = OpenBoard(
        op=new_id(),
        board=board,
        slug="cellar",
        title="Cellar",
        charter="Under the house.",
        norms=NORMS,
        visibility=Visibility.PRIVATE,
        hold_s=0,
    )
    await moot.sysop.ask(opening)
    return board, opening


async def test_a_device_gets_its_answer_with_text_of_boards_it_reads(tmp_path: Path) -> None:
    """What was done is answered again after the seat is lost (P12); text of a board that one may
    not read any more is missing from it (protocol 5.3)."""
    async with open_moot(tmp_path) as moot:
        garden = await moot.board(moot.sysop, "garden")
        cellar, opening = await _private(moot)
        for board, body in ((garden, "words"), (cellar, None)):
            thread, _ = await start(moot.sysop, board)
            write = WritePost(op=new_id(), thread=thread, post=new_id(), body="words")
            first = await moot.sysop.ask(write)
            await moot.sysop.ask(LeaveSeat(board=board))
            again = await moot.sysop.ask(write)
            assert again == replace(first, post=replace(first.post, body=body))
        assert (await moot.sysop.ask(opening)).board.title is None


async def _token(
    moot: Moot, line: Line, *powers: Power, boards: tuple[BoardId, ...] | None
) -> Line:
    return await moot.with_token(line, powers, boards)


async def test_a_token_gets_an_answer_within_its_reach_only(tmp_path: Path) -> None:
    """A token that repeats what its owner did is refused as the gate refuses it, so that it is handed
    no word of a board it does not reach; one that could have sent it gets the answer (P12, 3.7)."""
    async with open_moot(tmp_path) as moot:
        garden, kitchen = [await moot.board(moot.sysop, slug) for slug in ("garden", "kitchen")]
        ana = await seated(moot, "ana", garden)
        thread, _ = await start(ana, garden)
        write = WritePost(op=new_id(), thread=thread, post=new_id(), body="words")
        first = await ana.ask(write)
        both = (Power.READ, Power.WRITE)
        reader = await _token(moot, ana, Power.READ, boards=None)
        elsewhere = await _token(moot, ana, *both, boards=(kitchen,))
        assert (await reader.refused(write)).facts() == NotAllowed(power="write").facts()
        assert (await elsewhere.refused(write)).facts() == NotFound(what="thread").facts()
        for boards in (None, (garden,)):
            assert await (await _token(moot, ana, *both, boards=boards)).ask(write) == first
        await ana.ask(WithdrawPost(post=write.post))
        assert isinstance(await reader.refused(write), NotAllowed)
        assert isinstance(await elsewhere.refused(write), NotFound)
        assert (await ana.ask(write)).post.body is None


async def test_what_was_opened_is_no_way_to_its_words(tmp_path: Path) -> None:
    """A token for other boards may repeat the opening of a board, without the board's text (3.7)."""
    async with open_moot(tmp_path) as moot:
        garden = await moot.board(moot.sysop, "garden")
        cellar, opening = await _private(moot)
        powers = (Power.OPEN_BOARD, Power.READ)
        there = await (await _token(moot, moot.sysop, *powers, boards=(cellar,))).ask(opening)
        assert there.board.title == "Cellar"
        away = await (await _token(moot, moot.sysop, *powers, boards=(garden,))).ask(opening)
        assert (away.board.id, away.board.title, away.board.charter) == (cellar, None, None)


async def test_a_community_that_ends_says_what_was_done(tmp_path: Path) -> None:
    """A lost answer is given again at a stage that would refuse the command (P12, protocol 5.2)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        thread, _ = await start(ana, COMMONS)
        write = WritePost(op=new_id(), thread=thread, post=new_id(), body="words")
        first = await ana.ask(write)
        ends = instant(moot.clock()) + timedelta(days=30)
        await moot.sysop.carry(AnnounceClosing(on=ends, reason="Nobody is left."))
        moot.clock.jump(days=31)
        later = await moot.again(ana, token=secret(ana.person.session))
        assert await later.ask(write) == first
        fresh = replace(write, op=new_id(), post=new_id())
        assert isinstance(await later.refused(fresh), CommunityClosing)
