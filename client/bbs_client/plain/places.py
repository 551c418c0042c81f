"""Where a reader is in plain mode, and what an address names."""

from dataclasses import dataclass

from bbs import address
from bbs.features.members.views import Member
from bbs.features.threads.views import Line, Post
from bbs.refusals import NotFound
from bbs_client.session.addresses import PlaceKind, locate
from bbs_client.session.session import Session


@dataclass(frozen=True)
class Place:
    """What is here: what was shown last.

    Attributes:
        board: The id of the board that is open; None for nowhere yet.
        thread: The id of the thread that is open.
        post: The id of the post shown last.
        in_lounge: Whether the board's lounge is open.
        line: The line of the lounge that is meant.
    """

    board: str | None = None
    thread: str | None = None
    post: str | None = None
    in_lounge: bool = False
    line: Line | None = None

    def address(self, session: Session) -> str:
        """Return what people call it; empty for nowhere."""
        if self.board is None:
            return ""
        slug = session.slug(self.board)
        row = session.cache.thread(self.thread) if self.thread else None
        if row is not None:
            return f"{slug}/{row.thread.number}" if row.thread.number else f"{slug}/held"
        return f"{slug}/lounge" if self.in_lounge else slug


def place_of(post: Post) -> Place:
    """Return the place that a post is."""
    return Place(post.board, post.thread, post.id)


async def find_place(session: Session, text: str) -> Place | Member:
    """Return what an address names, from the mirror, or as the server says where it is not here.

    Raises:
        NotFound: If there is no such thing for the reader.
        Disconnected: If it is not on this device, and the server cannot be asked.
    """
    found = await locate(session, text)
    match found.kind:
        case PlaceKind.MEMBER if (member := session.members.get(found.id)) is not None:
            return member
        case PlaceKind.BOARD:
            return Place(found.id)
        case PlaceKind.LOUNGE:
            is_line = isinstance(address.parse(text), address.LineAddress)
            said = session.cache.said_at(text) if is_line else None
            return Place(found.id, in_lounge=True, line=said if isinstance(said, Line) else None)
        case PlaceKind.THREAD:
            if session.cache.thread(found.id) is None:
                await session.connection.open_thread(found.id)
            row = session.cache.thread(found.id)
            if row is not None:
                return Place(row.thread.board, found.id, found.post)
    raise NotFound("address")
