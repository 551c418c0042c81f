"""Follow a place (`bbs read --follow`): print its events as they come."""

from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbs.address import BoardAddress, LineAddress, LoungeAddress, parse
from bbs.cli.context import CliContext
from bbs.errors import BadParams
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Acted
from bbs.features.reading.messages import Noticed
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.messages import LineSaid, PostPublished, ThreadPublished
from bbs.ids import BoardId
from bbs.sdk import lookup
from bbs.streams import board_stream, board_streams, lounge_stream
from bbs.terminal.event_text import EventDescriber

if TYPE_CHECKING:
    from bbs.sdk.updates import EventHappened

_NEW_WORDS = (ThreadPublished, PostPublished, LineSaid)


@dataclass
class Follower:
    """Listens to a place. Make it before reading the place, so that no event falls in between.

    Attributes:
        caller: Connected. For JSON of either kind, each event is a line in its form of the wire.
        streams: The streams to follow; None for all that the connection listens to.
        thread: The thread to follow; None for everything in the streams.
        board: The board that it stands on; None for all boards.
    """

    caller: CliContext
    streams: set[str] | None = None
    thread: str | None = None
    board: BoardId | None = None

    @classmethod
    async def make(cls, caller: CliContext, address: str | None) -> "Follower":
        """Begin to listen.

        Args:
            caller: Connected with `listen`.
            address: A board, thread, post or lounge; None for every board with a seat.

        Raises:
            BadParams: If this is no address, or a member's.
            NotFound: If there is no such thing for the caller.
        """
        if address is None:
            return cls(caller)
        parsed = parse(address)
        found = await lookup.find_address(caller.community, address)
        if found.board is None:
            raise BadParams(
                "address", "name a board, a thread or a lounge to follow, like garden or garden/42"
            )
        streams = set(board_streams(found.board.id))
        if isinstance(parsed, LoungeAddress | LineAddress):
            streams = {lounge_stream(found.board.id)}
        elif not isinstance(parsed, BoardAddress):
            streams = {board_stream(found.board.id)}
        # A board without a seat can be followed too: every member may read it. A visit is told on the
        # board's stream, whatever of the board is followed.
        await caller.community.listen(dict.fromkeys(board_streams(found.board.id), -1))
        thread = found.thread.id if found.thread else None
        return cls(caller, streams, thread, found.board.id)

    async def follow(self, shown: Container[str]) -> None:
        """Print events until the caller interrupts, or the connection is lost for good.

        Args:
            shown: Ids of the posts, threads and lines that `bbs read` printed before.

        Raises:
            FolkmootError: The error that ended the connection for good.
        """
        from bbs.sdk.updates import EventHappened

        out = self.caller.out
        news = await EventDescriber.make(self.caller.community)
        out.say("Following; Ctrl-C ends.")
        async for happened in self.caller.community.events():
            if not isinstance(happened, EventHappened) or not self._is_wanted(happened):
                continue
            if isinstance(happened.event, _NEW_WORDS) and happened.subject in shown:
                continue
            if news.is_repeated(happened):
                continue
            if not out.human:
                out.item(await news.row(out.names, happened))
            elif message := await news.describe(happened):
                out.item(None, [message])

    def _is_wanted(self, happened: "EventHappened") -> bool:
        event = happened.event
        if isinstance(event, Noticed) and event.notice.kind is NoticeKind.URGENT:
            return True  # for everybody on some board, wherever they read
        if isinstance(event, Acted) and event.act.method == EnterBoard.method:
            return self.board in (None, event.act.board)  # whoever reads there is read, too
        if self.streams is not None and happened.stream not in self.streams:
            return False
        post = getattr(event, "post", None)
        thread = getattr(event, "thread", None)
        return self.thread in (None, getattr(post, "thread", ""), getattr(thread, "id", ""))
