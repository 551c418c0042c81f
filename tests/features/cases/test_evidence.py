"""Copies of words end by time, by a law and with their case; who they are about reads them (P9, P10)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.cases.messages import AskPerson
from bbs.features.cases.own_messages import AnswerCase
from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.views import CaseState, CaseTold
from bbs.features.reading.messages import ListNotices
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import Say, Unsay, WithdrawPost
from bbs.ids import PostId, new_id
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import restore
from bbs_server.store.api import Tx
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.features.ownership.test_handlers import exported
from tests.support.founded import open_founded
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write

WORDS, SAID = "Zeppelin quartz", "Vermilion report"


class Reported(NamedTuple):
    """A post that is reported, and who wrote and who reported it."""

    moot: Moot
    folder: Path
    ana: Line
    ben: Line
    post: PostId


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Reported]:
    """A post of ana's, reported by ben."""
    async with open_founded(tmp_path / "data") as moot:
        board = await moot.board(moot.sysop, "garden")
        ana, ben = await seated(moot, "ana", board), await seated(moot, "ben", board)
        post = (await start(ana, board, WORDS)).post
        await ben.ask(ReportPost(post=post, report=new_id(), norm=1, words=SAID))
        yield Reported(moot, tmp_path / "data", ana, ben, post)


async def words_in_files(scene: Reported) -> bytes:
    """Return every byte of the files, after the store's housekeeping, as it does it by itself."""
    store = scene.moot.running.dispatcher.store
    await store.update_index()
    assert await store.run_maintenance()
    return bytes_in(scene.folder)


async def closed(moot: Moot) -> None:
    """Let all cases be over now."""

    def close(tx: Tx) -> None:
        tx.execute("UPDATE cases SET state = 'closed', ending = 'let_be', ended_at = ?", now)

    now = moot.clock()
    await moot.change(close)


async def test_a_copy_outlasts_its_words_and_no_longer(scene: Reported) -> None:
    """Withdrawn, the words are in the copy alone; 30 days after the case they are in no byte."""
    moot = scene.moot
    await scene.ana.ask(WithdrawPost(post=scene.post))
    await closed(moot)
    moot.clock.jump(days=limits.EVIDENCE_DAYS, seconds=-60)
    await moot.do_jobs()
    assert WORDS.encode() in await words_in_files(scene)
    moot.clock.jump(seconds=120)
    await moot.do_jobs()
    assert WORDS.encode() not in await words_in_files(scene)
    assert SAID.encode() in await words_in_files(scene)
    rows = await moot.read(lambda tx: tx.fetch_all("SELECT author, body_text FROM evidence"))
    assert rows == [(scene.ana.id, None)]


async def test_a_case_is_forgotten_after_a_year(scene: Reported) -> None:
    """With its reports and what was said in it; its number is never given again."""
    moot = scene.moot
    await closed(moot)
    assert (await scene.ben.ask(ListOwnReports())).reports[0].until is not None
    moot.clock.jump(days=limits.CASE_DAYS + 1)
    await moot.do_jobs()
    after = await moot.dump()
    for table in ("cases", "case_reports", "case_entries", "case_names", "evidence"):
        assert after[table] == [], table
    assert [row[1] for row in after["case_numbers"]] == [1]
    assert SAID.encode() not in await words_in_files(scene)


async def test_a_purge_reaches_copies(scene: Reported) -> None:
    """A law reaches words wherever they are kept (P10)."""
    moot = scene.moot
    await moot.do_by_delay(moot.sysop, Purge(post=scene.post, law="A law", reason="An order"))
    assert WORDS.encode() not in await words_in_files(scene)


@pytest.mark.parametrize("whole", [False, True])
async def test_a_purge_reaches_copies_of_words_that_are_gone(
    scene: Reported, *, whole: bool
) -> None:
    """Taken back, and in the copy alone: a law reaches that too, by the post and by its thread (P10)."""
    moot = scene.moot
    (thread,) = await moot.read(
        lambda tx: tx.fetch_one("SELECT thread FROM posts WHERE id = ?", scene.post) or ()
    )
    await write(scene.ben, thread, "An answer")
    await scene.ana.ask(WithdrawPost(post=scene.post))
    purge = Purge(
        law="A law", reason="An order", **({"thread": thread} if whole else {"post": scene.post})
    )
    await moot.do_by_delay(moot.sysop, purge)
    await moot.do_jobs()
    rows = await moot.read(lambda tx: tx.fetch_all("SELECT body_text FROM evidence"))
    assert rows == [(None,)]
    assert WORDS.encode() not in await words_in_files(scene)
    assert not (await moot.sysop.ask(purge)).posts


async def test_exports_tell_nothing_of_a_reporter(scene: Reported) -> None:
    """The reporter has the report; the person the case once it is over, without who began it (P9)."""
    (report,) = (await exported(scene.ben))["case_reports"]
    assert (report["words"], report["post"]) == (SAID, scene.post)
    before = await exported(scene.ana)
    assert not before["cases"]
    await closed(scene.moot)
    after = await exported(scene.ana)
    (case,) = after["cases"]
    assert case["ending"] == "let_be"
    assert [each["body"] for each in case["evidence"]] == [f"T\n\n{WORDS}"]
    for told in (str(before), str(after)):
        assert SAID not in told
        assert scene.ben.id not in told
    assert "entries" not in case


async def test_an_export_does_not_count_reports(scene: Reported) -> None:
    """The entries that the person gets are numbered anew: no gap says that somebody reported (P9)."""
    case = await scene.moot.read(lambda tx: tx.fetch_value("SELECT id FROM cases"))
    await scene.moot.sysop.ask(AskPerson(case=case, text="It is said to be unkind."))
    await scene.ana.ask(AnswerCase(case=case, text="I was tired."))
    gets = await exported(scene.ana)
    (found,) = gets["cases"]
    told = [(each["number"], each["kind"]) for each in found["entries"]]
    assert told == [(1, "asked"), (2, "answered")]
    assert not gets["case_entries"]
    assert [each["kind"] for each in (await exported(scene.moot.sysop))["case_entries"]] == [
        "asked"
    ]


async def test_who_takes_words_back_is_told_that_a_copy_stays(scene: Reported) -> None:
    """By the answer and by a notice, which names no case; once it is over, until which day (P10)."""
    moot, ana = scene.moot, scene.ana
    (board,) = await moot.read(lambda tx: tx.fetch_one("SELECT board FROM cases") or ())
    line = new_id()
    await ana.ask(Say(board=board, line=line, body="Said"))
    await scene.ben.ask(ReportLine(line=line, report=new_id(), norm=1))
    withdraw = WithdrawPost(op=new_id(), post=scene.post)
    told_once = await ana.ask(withdraw)
    assert told_once.copy_kept
    assert await ana.ask(withdraw) == told_once  # a resend says it again (P12)
    await closed(moot)
    await ana.ask(Unsay(line=line))
    notices = (await ana.ask(ListNotices())).notices
    told = [(each.case, each.until) for each in notices if each.case is not None]
    over = CaseTold(state=CaseState.CLOSED, keeps_copy=True)
    until = instant(moot.clock() + limits.EVIDENCE_DAYS * DAY_MS)
    assert sorted(told, key=str) == sorted(
        [(over, until), (CaseTold(state=CaseState.OPEN, keeps_copy=True), None)], key=str
    )
    other = (await start(ana, board)).post
    assert not (await ana.ask(WithdrawPost(post=other))).copy_kept


async def test_erased_copies_stay_erased_after_a_restore(scene: Reported, tmp_path: Path) -> None:
    """A backup of before knows the words; what is brought back from it does not (P10)."""
    moot, clock = scene.moot, scene.moot.clock
    await scene.ana.ask(WithdrawPost(post=scene.post))
    await closed(moot)
    backup, again = tmp_path / "backup", tmp_path / "again" / "data"
    await asyncio.to_thread(take_backup, SQLITE, scene.folder, backup, clock())
    assert WORDS.encode() in bytes_in(backup)
    clock.jump(days=limits.EVIDENCE_DAYS)
    await moot.do_jobs("erase evidence")
    record = scene.folder / REMOVALS
    await asyncio.to_thread(restore, SQLITE, backup, again, clock, record=record)
    assert WORDS.encode() not in bytes_in(again)
    assert SAID.encode() in bytes_in(again)
