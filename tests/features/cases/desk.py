"""A board with a desk, and somebody whose words are reported there."""

from dataclasses import dataclass
from typing import Any

from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.cases.messages import GetCase, ListCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import Case
from bbs.features.threads.messages import WritePost
from bbs.ids import COMMONS, BoardId, CaseId, PostId, new_id
from tests.support.moot import Line, Moot
from tests.support.talk import Begun, seated, start

WORDS = "Plants are for fools, and so are you."


@dataclass
class Desk:
    """A board with two moderators, and people who sit there.

    Attributes:
        vera, mo: Moderate the board.
        warden: Moderates the commons, and has no seat on the board.
        tom: Wrote what is reported, in answer to `ann`.
        rita: Reports it.
        thread: Where it stands.
        post: What is reported.
    """

    moot: Moot
    board: BoardId
    vera: Line
    mo: Line
    warden: Line
    ann: Line
    tom: Line
    rita: Line
    thread: Begun
    post: PostId

    async def report(self, line: Line | None = None, **fields: Any) -> CaseId:
        """Report the words by the first clause, and return the case."""
        report = {"post": self.post, "report": new_id(), "norm": 1, "words": "This hurts."}
        await (line or self.rita).ask(ReportPost(**{**report, **fields}))
        return await self.case_of(fields.get("post", self.post))

    async def case_of(self, post: PostId) -> CaseId:
        """Return the latest case about a post."""
        sql = "SELECT id FROM cases WHERE matter = ? ORDER BY number DESC LIMIT 1"
        case: CaseId = await self.moot.read(lambda tx: tx.fetch_value(sql, post))
        return case

    async def seen(self, line: Line, case: CaseId) -> Case:
        """Return a case as somebody sees it who handles it."""
        return (await line.ask(GetCase(case=case))).case

    async def jump(self, hours: float) -> None:
        """Let time pass, and do what is due."""
        self.moot.clock.jump(seconds=hours * 3_600)
        await self.moot.do_jobs()


async def open_desk(moot: Moot) -> Desk:
    """Open a board whose moderators are not those of the commons, with an answer to report."""
    board = await moot.board(moot.sysop, "garden")
    vera, mo = await seated(moot, "vera", board), await seated(moot, "mo", board)
    for line in (vera, mo):
        await moot.sysop.ask(Appoint(board=board, member=line.id))
    warden = await moot.join("wim")
    await moot.sysop.ask(Appoint(board=COMMONS, member=warden.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    ann, tom = await seated(moot, "ann", board), await seated(moot, "tom", board)
    rita = await seated(moot, "rita", board)
    thread = await start(ann, board, "I love plants.")
    post = new_id()
    await tom.ask(WritePost(thread=thread.thread, post=post, parent=thread.post, body=WORDS))
    return Desk(moot, board, vera, mo, warden, ann, tom, rita, thread, post)


async def listed(line: Line, **fields: Any) -> list[CaseId]:
    """Return the cases that somebody handles, in their order."""
    return [head.id for head in (await line.ask(ListCases(**fields))).cases]
