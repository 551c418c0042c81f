"""A matter for a desk: words that are reported on a board, and the people whom that concerns."""

from dataclasses import dataclass

from bbs.features.boards.seat_messages import Appoint, LeaveSeat
from bbs.features.cases.messages import CaseWaits
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, BoardId, CaseId, PostId, new_id
from bbs.streams import desk_stream
from tests.support.voices import Hall, Voice

WORDS = "Plants are for fools."
SAID = "It is said that you call people fools."


@dataclass
class Place:
    """A board, its desk, and the people of a matter.

    Attributes:
        vera, mo: Moderate the board.
        warden: Moderates the commons.
        tom: Wrote `post`.
        rita: Reports it.
    """

    board: BoardId
    vera: Voice
    mo: Voice
    warden: Voice
    tom: Voice
    rita: Voice
    post: PostId

    async def report(self) -> CaseId:
        """Report the words, and return the case as the desk hears of it."""
        await self.vera.community.listen({desk_stream(self.board): -1})
        await self.rita.ask(ReportPost(post=self.post, report=new_id(), norm=1, words="It hurts."))
        waits = await self.vera.told(CaseWaits)
        case: CaseId = waits[-1].case
        return case


async def open_matter(hall: Hall) -> Place:
    """Open a board with two moderators who do not moderate the commons."""
    board = await hall.board("garden")
    vera, mo = await hall.join("vera", board), await hall.join("mo", board)
    for voice in (vera, mo):
        await hall.sysop.ask(Appoint(board=board, member=voice.id))
    warden = await hall.join("wim")
    await hall.sysop.ask(Appoint(board=COMMONS, member=warden.id))
    await hall.sysop.ask(LeaveSeat(board=board))
    tom, rita = await hall.join("tom", board), await hall.join("rita", board)
    post = new_id()
    await tom.ask(StartThread(board=board, thread=new_id(), post=post, title="Hm", body=WORDS))
    return Place(board, vera, mo, warden, tom, rita, post)


async def pass_hours(hall: Hall, hours: float) -> None:
    """Let time pass, and do what is due."""
    hall.clock.jump(seconds=hours * 3_600)
    await hall.do_jobs()


async def again(hall: Hall, voice: Voice) -> Voice:
    """Return a member's new connection: a restart ends the old ones."""
    return await hall.voice(voice.handle, voice.token)
