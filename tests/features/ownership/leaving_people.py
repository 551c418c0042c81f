"""People who leave a board or the community, for the tests of leaving."""

from dataclasses import dataclass

from bbs.features.members.about_messages import SetProfile
from bbs.features.members.messages import ChangeName
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.messages import Say
from bbs.ids import BoardId, new_id
from tests.support.kept import bytes_in
from tests.support.moot import Line, Moot
from tests.support.talk import Begun, seated, start, write

TITLE, WORDS, MORE, SAID = "zephyrine", "obsidian", "gallimaufry", "quincunx"
HANDLE, NAME, ABOUT = "vespertine", "Wilhelmina", "palimpsest"


@dataclass
class Folk:
    """A garden where ana began a thread, wrote again and talked, and ben answered her."""

    moot: Moot
    board: BoardId
    ana: Line
    ben: Line
    begun: Begun

    async def leave(self, words: LeaveWords, *, board: bool = False) -> None:
        """Let ana leave the board, or the community."""
        await self.ana.ask(Leave(board=self.board if board else None, words=words))

    async def back(self) -> Line:
        """Sign ana in again."""
        line = self.moot.line(self.ana.person)
        await line.ask(self.ana.person.with_password(session=new_id()))
        return line

    async def found(self, *words: str) -> set[str]:
        """Return which of these words stand in the files of the database."""
        assert await self.moot.running.dispatcher.store.run_maintenance()
        kept = bytes_in(self.moot.folder)
        return {each for each in words if each.encode() in kept}

    async def days(self, days: float) -> None:
        """Let days pass, and the server do its work."""
        self.moot.clock.jump(days=days)
        await self.moot.do_jobs()


async def gather(moot: Moot) -> Folk:
    """Return the people of a garden."""
    board = await moot.board(moot.sysop, "garden")
    ana, ben = await seated(moot, HANDLE, board), await seated(moot, "ben", board)
    await ana.ask(ChangeName(name=NAME))
    await ana.ask(SetProfile(text=ABOUT))
    begun = await start(ana, board, WORDS, TITLE)
    await write(ben, begun.thread, "I answer")
    await write(ana, begun.thread, MORE)
    await ana.ask(Say(board=board, line=new_id(), body=SAID))
    return Folk(moot, board, ana, ben, begun)
