"""An answer names no stream that its reader may not read, and leaves no word among kept answers."""

import sqlite3
from pathlib import Path

from bbs.errors import FolkmootError
from bbs.features.boards.messages import GetBoard, ListBoards, Visibility
from bbs.features.boards.seat_messages import ListSeats, OfferSeat
from bbs.features.community.messages import GetClosing
from bbs.features.members.messages import EndSession, GetAccount, IssueToken, ListMembers
from bbs.features.norms.messages import GetNorms
from bbs.features.reading.messages import GetInbox, GetRound, GetUnread, Resolve
from bbs.features.threads.messages import ListHeld, ListLines, ListThreads
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Query
from bbs.powers import Power
from bbs_server.store.sqlite.open import DATABASE
from tests.support.moot import Line, open_moot
from tests.support.people import secret
from tests.support.talk import seated, start


def questions(moot_boards: dict[str, BoardId]) -> list[Query[object]]:
    """Return what anybody may try to ask about some boards, known by their slugs."""
    asked: list[Query[object]] = [ListBoards(), ListMembers(), GetAccount(), GetClosing()]
    asked += [GetUnread(), GetRound(), GetInbox()]
    for slug, board in moot_boards.items():
        asked += [GetBoard(board=board), ListSeats(board=board), GetNorms(board=board)]
        asked += [Resolve(address=slug), GetUnread(board=board), ListThreads(board=board)]
        asked += [ListLines(board=board), ListHeld(board=board)]
    return asked


async def named_but_ended(line: Line, asked: list[Query[object]]) -> set[str]:
    """Return the streams that answers name and that a sync says are not the asker's to read."""
    named: set[str] = set()
    for question in asked:
        try:
            answer = await line.ask(question)
        except FolkmootError:
            continue
        assert answer.as_of.keys() >= answer.tags.keys()
        named |= answer.as_of.keys()
    return {name for name in named if (await line.listen(name))[name].state == "gone"}


async def test_answers_name_only_streams_the_asker_may_read(tmp_path: Path) -> None:
    """Where a stream stands tells how much is said there: that is for its readers (P11, 6.4)."""
    async with open_moot(tmp_path) as moot:
        garden = await moot.board(moot.sysop, "garden")
        cellar = await moot.board(moot.sysop, "cellar", visibility=Visibility.PRIVATE)
        ana, bo = await seated(moot, "ana", garden), await moot.join("bo")
        await start(ana, garden)
        await moot.sysop.ask(OfferSeat(board=cellar, member=bo.id))
        asked = questions({"commons": COMMONS, "garden": garden, "cellar": cellar})
        assert await named_but_ended(bo, asked) == set()
        assert f"board:{cellar}" not in (await bo.ask(ListBoards())).as_of
        assert f"board:{garden}" in (await bo.ask(ListBoards())).as_of
        narrow = await moot.with_token(ana, (Power.READ,), (garden,))
        assert await named_but_ended(narrow, asked) == set()
        wide = await moot.with_token(ana, (Power.READ,), None)
        assert await named_but_ended(wide, asked) == set()
        assert f"board:{garden}" in (await narrow.ask(ListThreads(board=garden))).as_of


async def test_a_tokens_label_stays_nowhere_once_it_is_ended(tmp_path: Path) -> None:
    """What an owner called a token goes with the token, from kept answers too (P10, 5.3)."""
    label, session = "the heron counts frogs", new_id()
    issue = IssueToken(
        op=new_id(), session=session, token=secret(session), label=label, powers=(Power.READ,)
    )
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        first = await ana.ask(issue)
        assert first.session.label == label
        again = await ana.ask(issue)
        assert (again.session.id, again.session.label) == (session, "")
        assert b'"label":""' in ana.answers[-1], "clients of before wait for the field"
        await ana.ask(EndSession(session=session))
    connection = sqlite3.connect(tmp_path / DATABASE)
    rows = connection.execute("SELECT * FROM ops").fetchall()
    connection.close()
    assert rows
    assert label not in repr(rows)
