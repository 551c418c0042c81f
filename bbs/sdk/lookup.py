"""Find things by address and read lists to their end; most commands begin with these calls."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from bbs import limits
from bbs.address import BoardAddress, LoungeAddress, parse
from bbs.errors import BadParams
from bbs.features.boards.messages import Board, BoardList, GetBoard, ListBoards
from bbs.features.members.author_text import author_id
from bbs.features.members.messages import ListMembers
from bbs.features.members.views import Member
from bbs.features.moderation.messages import Act, GetLog
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.reading.messages import AllMarks, GetChoices, GetMarks, GetUnread, Resolve, Unread
from bbs.features.reading.rounds import round_preferences
from bbs.features.reading.unread import Reader, is_post_unread
from bbs.features.reading.views import ResolveResult, Stop
from bbs.features.threads.messages import ListLines, ListPosts, ListThreads
from bbs.features.threads.views import Line, Post, PostPage, Thread
from bbs.ids import BoardId, ThreadId
from bbs.leave_words import LeaveWords
from bbs.messages import Query, Result
from bbs.refusals import NotAllowed, NotFound, OnWaitingList, Refused
from bbs.restricted import Restricted

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

R = TypeVar("R", bound=Result)
Members = dict[str, Member]
"""Members by id, in the order they joined."""


async def find_address(community: "Community", text: str) -> ResolveResult:
    """Return what an address names.

    Raises:
        BadParams: If `text` is no address.
        NotFound: If there is no such thing for the caller.
    """
    address = parse(text)
    if isinstance(address, LoungeAddress):
        address = BoardAddress(address.board)
    return await community.call(Resolve(address=str(address)))


async def find_board(community: "Community", slug: str) -> Board:
    """Return a board by its slug. Raises as `find_address` does."""
    if not isinstance(parse(slug), BoardAddress):
        raise BadParams("board", "this takes a board, like garden")
    found = await find_address(community, slug)
    if found.board is None:
        raise NotFound("board")
    return found.board


async def locate_board(community: "Community", named: str) -> tuple[BoardId, str]:
    """Return the id of a board that was named by its slug or its id, and what to call it.

    The doors stay open to who may not look a board up: it is sought among those they wrote on, and
    they can name any other by its id (P9, protocol 28.1).

    Raises:
        Restricted: If the caller is suspended, and wrote on no board of that slug; otherwise as
            `find_board`.
    """
    if _ID.fullmatch(named):
        return named, named
    try:
        found = await find_board(community, named)
    except (Restricted, OnWaitingList) as error:
        written = await _find_written_on(community, named.strip("/").casefold())
        if written is None:
            error.add_note("name the board by its id, as bbs export prints it")
            raise
        found = written
    return found.id, found.label


async def _find_written_on(community: "Community", slug: str) -> Board | None:
    """Return a board among those that the caller wrote on, which they may know of."""
    try:
        would = await community.call(Leave(board=None, words=LeaveWords.LEFT, dry_run=True))
    except Refused:
        return None
    for part in would.boards:
        with suppress(Refused):  # a board they may not know of, or a letter
            board = (await community.call(GetBoard(board=part.board))).board
            if board.slug == slug:
                return board
    return None


async def find_member(community: "Community", handle: str) -> Member:
    """Return a member by their handle, with or without its @. Raises as `find_address` does."""
    found = await find_address(community, handle if handle.startswith("@") else f"@{handle}")
    if found.member is None:
        raise NotFound("member")
    return found.member


async def find_post(community: "Community", address: str) -> Post:
    """Return the post an address names; a thread's address names its first.

    Raises:
        BadParams: If it is no address of either.
        NotFound: If there is no such post for the caller.
    """
    found = await find_address(community, address)
    if found.post is None and found.thread is not None:
        parsed = parse(address)
        found = await find_address(community, f"{parsed}/1")
    if found.post is None:
        raise BadParams("address", "name a post: garden/42/7")
    return found.post


async def pages(community: "Community", query: Query[R]) -> AsyncIterator[R]:
    """Yield the pages of a list, at least one: what `query` asks for, and all that follow it.

    Args:
        query: One whose pages name the next by `next_after` or `next_before`.
    """
    while True:
        page = await community.call(query)
        yield page
        following = {
            field: place
            for field in ("after", "before")
            if (place := getattr(page, f"next_{field}", None)) is not None
        }
        if all(place == getattr(query, field) for field, place in following.items()):
            return  # the end, or a page that a server says leads to itself
        query = replace(query, **following)


async def list_members(community: "Community") -> Members:
    """Return all members of the community."""
    listed = pages(community, ListMembers())
    return {member.id: member async for page in listed for member in page.members}


async def list_boards(community: "Community") -> BoardList:
    """Return the boards by number, and the member's own seats."""
    return await community.call(ListBoards())


async def list_marks(community: "Community") -> AllMarks:
    """Return all the member's marks and floors, as a single page."""
    listed = [page async for page in pages(community, GetMarks())]
    marks = tuple(marks for page in listed for marks in page.marks)
    return AllMarks(marks=marks, floors=listed[-1].floors)


async def list_threads(community: "Community", board: Board, count: int) -> list[Thread]:
    """Return the pinned threads of a board and its newest `count`, newest first among each (P1)."""
    pinned: dict[str, Thread] = {}
    threads: list[Thread] = []
    before: int | None = None
    while len(threads) < count:
        limit = min(limits.PAGE_ITEMS_MAX, count - len(threads))
        page = await community.call(ListThreads(board=board.id, before=before, limit=limit))
        threads += page.threads
        pinned |= {thread.id: thread for thread in page.pinned}
        if (before := page.next_before) is None:
            break
    return [*pinned.values(), *(thread for thread in threads if thread.id not in pinned)]


async def list_acts(community: "Community", query: GetLog) -> list[Act]:
    """Return all acts that a query asks for, oldest first (P8). Cancelling is safe."""
    acts = [act async for page in pages(community, query) for act in page.acts]
    return acts[::-1]


async def list_posts(community: "Community", thread: Thread, *, after: int = 0) -> list[Post]:
    """Return the posts of a thread with numbers above `after`, in their order."""
    pages = _pages_of_posts(community, thread.id, after=after)
    return [post async for page in pages for post in page.posts]


async def posts_of_stop(community: "Community", stop: Stop) -> tuple[Thread, list[Post]]:
    """Return a stop's thread and its posts in the order of the stop. Cancelling is safe.

    A post that was withdrawn meanwhile comes as its marker.

    Raises:
        NotFound: If the thread is gone.
    """
    found: dict[int | None, Post] = {}
    after, last = stop.numbers[0] - 1, max(stop.numbers)
    async for page in _pages_of_posts(community, stop.thread, after=after, last=last):
        thread = page.thread
        found |= {post.number: post for post in page.posts}
    return thread, [found[number] for number in stop.numbers if number in found]


async def _pages_of_posts(
    community: "Community", thread: ThreadId, *, after: int, last: int = 2**53 - 1
) -> AsyncIterator[PostPage]:
    """Yield the pages of a thread, at least one, with numbers above `after`, up to `last`."""
    more = True
    while more:
        limit = min(limits.PAGE_ITEMS_MAX, last - after)
        page = await community.call(ListPosts(thread=thread, after=after, limit=limit))
        yield page
        after = (page.posts[-1].number if page.posts else None) or last
        more = page.more_after and after < last


async def list_lines(
    community: "Community", board: Board, count: int, *, above: int = 0
) -> list[Line]:
    """Return the newest `count` lines of a lounge with numbers above `above`, in their order."""
    lines: list[Line] = []
    before: int | None = None
    while len(lines) < count:
        limit = min(limits.PAGE_ITEMS_MAX, count - len(lines))
        page = await community.call(ListLines(board=board.id, before=before, limit=limit))
        lines = [*page.lines, *lines]
        if not page.more_before or not page.lines or page.lines[0].number <= above:
            break
        before = page.lines[0].number
    return [line for line in lines if line.number > above]


async def unread_counts(
    community: "Community", board: Board | None = None, *, asked: bool
) -> tuple[Unread, ...] | None:
    """Return the member's unread posts by thread, in the order of boards and threads.

    Args:
        board: The board to count on; None for all boards where the member has a seat.
        asked: Whether the user named an option for it.

    Returns:
        None if `asked` is False and the session is a token, which may not read it (P2).

    Raises:
        NotAllowed: If `asked` is True and the session is a token.
    """
    try:
        return (await community.call(GetUnread(board=board.id if board else None))).threads
    except NotAllowed:
        if asked:
            raise
        return None


async def unread_posts(
    community: "Community", board: Board, thread: Thread, posts: Iterable[Post]
) -> list[Post]:
    """Return the posts of a thread that are unread for the member, in the order given (P4)."""
    kept = await list_marks(community)
    floors = {floor.board: floor.seq for floor in kept.floors}
    marks = {marks.thread: marks.read for marks in kept.marks}.get(thread.id, ())
    me = community.me.member.id if community.me else ""
    reader = Reader(me, floors.get(board.id), marks)
    preferences = round_preferences((await community.call(GetChoices())).choices, {})
    return [
        post
        for post in posts
        if is_post_unread(reader, preferences, board.id, thread.id, post, is_over=post.body is None)
    ]


def authors_of(items: Iterable[Post | Thread | Line], members: Members) -> list[Member]:
    """Return the members who wrote some of the items, in the order they joined."""
    ids = {author_id(item.author) for item in items}
    return [member for member in members.values() if member.id in ids]
