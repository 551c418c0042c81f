"""Following a place as it happens (`bbs read --follow`): JSON lines, or lines for people."""

from collections.abc import Container
from typing import TYPE_CHECKING

from bbs.address import BoardAddress, LineAddress, LoungeAddress, parse
from bbs.errors import BadParams
from bbs.features.threads.messages import LineSaid, PostPublished, ThreadPublished
from bbs.sdk import lookup
from bbs.streams import board_stream, board_streams, lounge_stream
from bbs.terminal.event_text import EventDescriber
from bbs.terminal.output import Output

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.updates import EventHappened

_NEW_WORDS = (ThreadPublished, PostPublished, LineSaid)


class Follower:
    """Listens to a place from before it is read, so that nothing falls in between."""

    def __init__(
        self, out: Output, community: "Community", streams: set[str] | None, thread: str | None
    ) -> None:
        """See `make`."""
        self._out = out
        self._community = community
        self._streams = streams
        self._thread = thread

    @classmethod
    async def make(cls, out: Output, community: "Community", address: str | None) -> "Follower":
        """Begin to listen.

        Args:
            out: JSON of either kind prints events as the wire has them, one a line.
            community: Connected with `listen`.
            address: A board, thread, post or lounge; None for everything one listens to.

        Raises:
            BadParams: If the address is none, or a member's.
            NotFound: If there is no such thing for the caller.
        """
        if address is None:
            return cls(out, community, None, None)
        parsed = parse(address)
        found = await lookup.find_address(community, address)
        if found.board is None:
            raise BadParams(
                "address", "name a board, a thread or a lounge to follow, like garden or garden/42"
            )
        streams = set(board_streams(found.board.id))
        if isinstance(parsed, LoungeAddress | LineAddress):
            streams = {lounge_stream(found.board.id)}
        elif not isinstance(parsed, BoardAddress):
            streams = {board_stream(found.board.id)}
        # A board without a seat can be followed too: every member may read it.
        await community.listen(dict.fromkeys(streams, -1))
        return cls(out, community, streams, found.thread.id if found.thread else None)

    async def follow(self, shown: Container[str]) -> None:
        """Print events until interrupted, or until the community is lost for good.

        Args:
            shown: Ids of posts, threads and lines that were printed already.

        Raises:
            FolkmootError: What ended the connection for good.
        """
        from bbs.sdk.updates import EventHappened

        news = await EventDescriber.make(self._community)
        self._out.say("Following; Ctrl-C ends.")
        async for happened in self._community.events():
            if not isinstance(happened, EventHappened) or not self._is_wanted(happened):
                continue
            if isinstance(happened.event, _NEW_WORDS) and happened.subject in shown:
                continue
            if news.is_repeated(happened):
                continue
            if self._out.human:
                if told := await news.describe(happened):
                    self._out.item(None, [told])
            else:
                self._out.item(await news.row(self._out, happened))

    def _is_wanted(self, happened: "EventHappened") -> bool:
        if self._streams is not None and happened.stream not in self._streams:
            return False
        return self._thread is None or _is_about(happened, self._thread)


def _is_about(happened: "EventHappened", thread: str) -> bool:
    event = happened.event
    post = getattr(event, "post", None)
    inside = getattr(event, "thread", None)
    return getattr(post, "thread", None) == thread or getattr(inside, "id", None) == thread
