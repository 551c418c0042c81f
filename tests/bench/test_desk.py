"""Does a desk with 2,000 reports open as quickly as one with a page of them?"""

import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bbs.clock import MINUTE_MS, Ms
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.messages import GetCase, ListCases
from bbs.ids import BoardId, CaseId, MemberId, new_id
from bbs.messages import Query
from bbs_server.store.api import Tx
from tests.bench.measure import Table, interleaved
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import seated

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

REPORTS = 2_000
FEW = 50
TURNS = 40
TIMES = 10  # of what is measured, in a turn
MS_MAX = 50.0


def _write(
    tx: Tx, board: BoardId, cases: list[CaseId], author: MemberId, reporter: MemberId, at: Ms
) -> None:
    """Write cases as reports open them, one report and one copy each; every tenth is claimed."""
    for number, case in enumerate(cases, start=1):
        opened = at - number * MINUTE_MS
        post = new_id()
        tx.execute(
            "INSERT INTO cases (id, board, number, state, level, matter, is_letter, about, norm,"
            " norms_version, of_commons, opened_at, decide_by, held, revision)"
            " VALUES (?, ?, ?, 'open', 'board', ?, 0, ?, 1, 1, 0, ?, ?, '', 1)",
            *(case, board, number, post, author, opened, opened + 10**9),
        )
        tx.execute(
            "INSERT INTO case_reports (id, of_case, reporter, at, post, norm, norms_version,"
            " of_commons, revision) VALUES (?, ?, ?, ?, ?, 1, 1, 0, 1)",
            *(new_id(), case, reporter, opened, post),
        )
        tx.execute(
            "INSERT INTO evidence (of_case, place, post, author, written_at, norms_version,"
            " is_context) VALUES (?, 0, ?, ?, ?, 1, 0)",
            *(case, post, author, opened),
        )
        tx.execute(
            "INSERT INTO case_entries (of_case, number, kind, at, norm, of_commons, names_reporter)"
            " VALUES (?, 1, 'reported', ?, 1, 0, 0)",
            *(case, opened),
        )


async def _desk(moot: Moot, count: int) -> tuple[Line, list[CaseId]]:
    """Return the moderator of a board on which so many reports wait, and their cases."""
    board = await moot.board(moot.sysop, "garden")
    desk = await seated(moot, "vera", board)
    await moot.sysop.ask(Appoint(board=board, member=desk.id))
    tom, rita = await seated(moot, "tom", board), await seated(moot, "rita", board)
    cases = [new_id() for _ in range(count)]
    await moot.change(lambda tx: _write(tx, board, cases, tom.id, rita.id, moot.clock()))
    return desk, cases


async def _took_ms(moot: Moot, ask: Callable[[], Awaitable[object]]) -> float:
    """Return the processor time of a request, in ms."""
    took: list[float] = []
    for _ in range(TIMES):
        moot.clock.jump(seconds=5)  # whoever asks is never throttled
        began = time.process_time()
        await ask()
        took.append((time.process_time() - began) * 1e3)
    return statistics.median(took)


async def test_the_desk_with_2000_reports(tmp_path: Path, table: Table) -> None:
    """Its first page, its last one and a case take under 50 ms of the server's time (issue 18)."""
    async with open_moot(tmp_path / "many") as moot, open_moot(tmp_path / "few") as bare:
        desk, cases = await _desk(moot, REPORTS)
        small, few = await _desk(bare, FEW)
        page = await desk.ask(ListCases())
        assert page.next_before is not None
        assert len(page.cases) == len((await small.ask(ListCases())).cases) == FEW
        before = await _last_page(desk)
        ways: dict[str, tuple[Query[Any], Query[Any]]] = {
            "first page": (ListCases(), ListCases()),
            "last page": (ListCases(before=before), ListCases()),
            "a case": (GetCase(case=cases[-1]), GetCase(case=few[-1])),
        }
        for name, (ours, theirs) in ways.items():
            samples = await interleaved(
                partial(_took_ms, moot, partial(desk.ask, ours)),
                partial(_took_ms, bare, partial(small.ask, theirs)),
                TURNS,
            )
            row = f"desk of {REPORTS:,} reports: {name}"
            table.add(row, "ms", *samples, f"of {FEW}", MS_MAX, absolute=True)


async def _last_page(desk: Line) -> str | None:
    """Return where the last page begins."""
    last: str | None = None
    before: str | None = None
    while True:
        page = await desk.ask(ListCases(before=before))
        if page.next_before is None:
            return last
        last, before = page.next_before, page.next_before
