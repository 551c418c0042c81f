"""Newcomers of a board with guards: who arrives, who invited them, and who sits at the desks."""

from dataclasses import dataclass
from typing import Any

from bbs.features.arriving.messages import ListHeldPosts
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.threads.messages import ListPosts, ListThreads
from bbs.ids import COMMONS, BoardId, PostId, new_id
from tests.support.moot import Line, Moot
from tests.support.people import Person, secret
from tests.support.talk import seated


@dataclass
class Place:
    """A board with guards and its people.

    Attributes:
        desk: Its only moderator.
        warden: Moderates the commons, and has no seat on the board.
        host: Sits there since before the guards, and invites the newcomers.
    """

    moot: Moot
    board: BoardId
    desk: Line
    warden: Line
    host: Line

    async def guard(self, **settings: Any) -> None:
        """Change the board's settings."""
        await self.desk.ask(ConfigureBoard(board=self.board, **settings))

    async def arrive(self, handle: str) -> Line:
        """Sign somebody up by an invitation of the host's, and seat them."""
        code = secret(f"to {handle}")
        await self.host.ask(Invite(invitation=new_id(), code=code))
        line = self.moot.line(Person(handle))
        await line.ask(line.person.sign_up(code))
        await line.ask(TakeSeat(board=self.board, norms_version=1))
        return line


async def open_place(moot: Moot, **settings: Any) -> Place:
    """Open a board whose moderators are not those of the commons."""
    board = await moot.board(moot.sysop, "garden")
    desk = await seated(moot, "vera", board)
    host = await seated(moot, "hal", board)
    warden = await moot.join("wim")
    await moot.sysop.ask(Appoint(board=board, member=desk.id))
    await moot.sysop.ask(Appoint(board=COMMONS, member=warden.id))
    await moot.sysop.ask(LeaveSeat(board=board))
    place = Place(moot, board, desk, warden, host)
    if settings:
        await place.guard(**settings)
    return place


async def waiting(line: Line) -> list[PostId]:
    """Return the posts about which somebody may decide."""
    return [held.post.id for held in (await line.ask(ListHeldPosts())).held]


async def published(place: Place) -> list[str | None]:
    """Return the bodies of all that readers of the board see."""
    threads = (await place.host.ask(ListThreads(board=place.board))).threads
    pages = [await place.host.ask(ListPosts(thread=thread.id)) for thread in threads]
    return [post.body for page in pages for post in page.posts]
