"""A board where clauses that are matters of judgement are cited against words."""

from typing import Any

from bbs import limits
from bbs.features.boards.seat_messages import Appoint
from bbs.features.norms.messages import Clause
from bbs.features.proposals.messages import Proposal
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import ListPosts
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, BoardId
from bbs.refusals import CommandWaits
from bbs.streams import board_stream, lounge_stream, member_stream
from tests.features.proposals.motions import back, friends, moved, sysop_again, waiting
from tests.support.moot import Line, Moot
from tests.support.talk import start

WHY = "It makes fun of beginners"
NORMS = (
    Clause(text="Be kind.", why="We meet.", judgement=True),
    Clause(text="Name nobody's employer.", why="It follows them home."),
)


class Court:
    """A board where the sysop hides what ana writes; bo may agree in office, cy only reads."""

    moot: Moot
    board: BoardId
    ana: Line
    bo: Line
    cy: Line

    @classmethod
    async def met(cls, moot: Moot, *, bo_on: BoardId | None = None, **settings: Any) -> "Court":
        """Let them meet; bo has been a moderator of the garden ("") or of a board for long."""
        court = cls()
        court.moot = moot
        court.board, lines = await friends(
            moot, "ana", "bo", "cy", norms=NORMS, lounge_hours=24, **settings
        )
        if bo_on is not None:
            await moot.sysop.ask(Appoint(board=bo_on or court.board, member=lines[1].id))
            moot.clock.jump(days=limits.KEY_SEATED_DAYS + 1)
            await sysop_again(moot)
            lines = [await back(moot, line) for line in lines]
        court.ana, court.bo, court.cy = lines
        return court

    async def post(self) -> str:
        """Let ana begin a thread; return its first post."""
        return (await start(self.ana, self.board, "Beginners ask silly things")).post

    async def hide(self, post: str, norm: int = 1) -> CommandWaits:
        """Let the sysop cite a clause against a post."""
        return await moved(self.moot.sysop, HidePost(post=post, norm=norm, reason=WHY))

    async def watch(self, line: Line) -> None:
        """Let somebody listen to all they may."""
        streams = (board_stream(self.board), lounge_stream(self.board), member_stream(line.id))
        await line.listen(*streams, board_stream(COMMONS), cursor=0)

    async def state(self, post: str) -> ContentState:
        """Return how a reader finds a post."""
        threads = await self.moot.read(
            lambda tx: tx.fetch_all("SELECT thread FROM posts WHERE id = ?", post)
        )
        page = await self.cy.ask(ListPosts(thread=threads[0][0]))
        return next(each.state for each in page.posts if each.id == post)

    async def ended(self, line: Line) -> Proposal:
        """Return the one command that waits no more, as a member reads it."""
        [proposal] = await waiting(line, self.board, ended=True)
        return proposal
