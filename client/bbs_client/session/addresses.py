"""Places that the reader can go to, and what an address names, by the mirror or else by the server."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from bbs import address
from bbs.errors import BadParams
from bbs.features.boards.messages import Board
from bbs.features.members.views import Member
from bbs.features.reading.messages import Resolve
from bbs.features.threads.views import Post, Thread
from bbs.letter_address import LetterAddress, LetterPostAddress, is_of_letter, parse_any
from bbs.refusals import NotFound
from bbs_client.mirror.file import BoardRow, ThreadRow
from bbs_client.safe_text import safe_line, thread_title
from bbs_client.session.letters import find_letter, name_people
from bbs_client.session.session import Session

PLACES_MAX = 5_000  # threads to look through; the newest of each board come first


class PlaceKind(StrEnum):
    """The kinds of places that the reader can go to."""

    BOARD = "board"
    LOUNGE = "lounge"
    THREAD = "thread"
    MEMBER = "member"
    ADDRESS = "address"  # not in the mirror: ask the server what it names


class Place(Struct, frozen=True):
    """A place that the reader can go to.

    Attributes:
        id: The board's, the thread's or the member's; of an address, the text.
        label: Its name, cleaned.
        about: A detail that distinguishes it from others of that name, cleaned.
        post: The id of a post of the thread, or of a line of the lounge; None for it as a whole.
    """

    kind: PlaceKind
    id: str
    label: str
    about: str
    post: str | None = None


def places(session: Session, *, members: bool = True) -> Iterator[Place]:
    """Yield the places in the mirror: boards, then letters, threads and members."""
    boards = session.cache.boards()
    for row in boards:
        yield place_of_board(row)
    for letter in session.cache.letters():
        if (place := place_of_letter(session, letter.letter.id)) is not None:
            yield place
    for row in boards:
        for one in session.cache.threads(row.board.id)[: PLACES_MAX // max(1, len(boards))]:
            if one.thread.title is not None and one.thread.number is not None:
                yield place_of_thread(row.board, one.thread)
    if members:
        for member in session.members.values():
            if not member.has_left:
                yield place_of_member(member)


def place_of_board(row: BoardRow) -> Place:
    """Return a board as a place."""
    slug = safe_line(row.board.slug, "?")
    return Place(PlaceKind.BOARD, row.board.id, safe_line(row.board.title, slug), slug)


def place_of_thread(board: Board, thread: Thread, post: str | None = None) -> Place:
    """Return a thread of a board as a place, or a post of it."""
    about = f"{safe_line(board.slug, '?')}/{thread.number}"
    return Place(PlaceKind.THREAD, thread.id, safe_line(thread.title, "This thread"), about, post)


def place_of_member(member: Member) -> Place:
    """Return a member as a place."""
    handle = safe_line(member.handle, "?")
    return Place(PlaceKind.MEMBER, member.id, f"@{handle}", safe_line(member.name))


async def locate(session: Session, text: str) -> Place:
    """Return the place that an address names. Cancelling is safe.

    Asks the server only for places that are not in the mirror, such as an unlisted board.

    Raises:
        Disconnected: If only the server could know, and it cannot be reached.
        FolkmootError: The server's error; `not_found` if the address names nothing.
    """
    return find(session, text) or await _ask(session, text)


def find(session: Session, text: str) -> Place | None:
    """Return the place of an address in the mirror; None if it is not there or is no address."""
    try:
        found = parse_any(text)
        if isinstance(found, LetterAddress | LetterPostAddress):
            return _in_letter(session, found)
    except BadParams:
        return None
    if isinstance(found, address.MemberAddress):
        known = (one for one in session.members.values() if one.handle == found.handle)
        member = next(known, None)
        return place_of_member(member) if member is not None else None
    board = session.cache.board_named(found.board)
    row = None if board is None else session.cache.board(board)
    if row is None:
        return None
    match found:
        case address.LoungeAddress():
            return _lounge(place_of_board(row))
        case address.ThreadAddress(thread=number):
            at = session.cache.thread_at(row.board.id, number)
            return _thread(session, row, at) if at is not None else None
        case address.PostAddress() | address.LineAddress():
            said = session.cache.said_at(text)
            if not isinstance(said, Post):
                return _lounge(place_of_board(row), said.id) if said is not None else None
            of = session.cache.thread(said.thread)
            return _thread(session, row, of, said.id) if of is not None else None
        case _:
            return place_of_board(row)


def place_of_letter(session: Session, letter: str, post: str | None = None) -> Place | None:
    """Return a letter's thread as a place, or a post of it; None before the letter opens."""
    row = session.cache.letter(letter)
    if row is None or row.letter.thread is None:
        return None
    thread = session.cache.thread(row.letter.thread)
    title = name_people(session, row)
    if thread is not None and thread.thread.title is not None:
        title = f"{title}: {thread_title(thread.thread)}"
    address = session.slug(letter)
    return Place(PlaceKind.THREAD, row.letter.thread, title, address, post)


def _in_letter(session: Session, named: LetterAddress | LetterPostAddress) -> Place | None:
    """Return the place of a letter's address; None if there is no such letter or post here.

    Raises:
        BadParams: If it names nobody but the reader, or fits several letters.
    """
    people = named.letter if isinstance(named, LetterPostAddress) else named
    letter = find_letter(session, people)
    if letter is None or letter.thread is None:
        return None
    if not isinstance(named, LetterPostAddress):
        return place_of_letter(session, letter.id)
    post = next(iter(session.cache.posts(letter.thread, (named.post,))), None)
    return None if post is None else place_of_letter(session, letter.id, post.id)


def _thread(session: Session, named: BoardRow, found: ThreadRow, post: str | None = None) -> Place:
    """Return a thread as a place; it may have gone to another board than the one that was named."""
    row = session.cache.board(found.thread.board) or named
    return place_of_thread(row.board, found.thread, post)


async def _ask(session: Session, text: str) -> Place:
    if is_of_letter(text):
        # Only this device knows who is in the reader's letters.
        named = parse_any(text)
        if isinstance(named, LetterAddress | LetterPostAddress):
            _in_letter(session, named)  # says so where it fits several
        raise NotFound(what="letter")
    found = await session.connection.call(Resolve(address=text))
    if found.member is not None:
        return place_of_member(found.member)
    if found.board is None:
        raise NotFound(what="address")
    await session.connection.open_board(found.board.id)
    if found.thread is not None:
        return place_of_thread(found.board, found.thread, found.post.id if found.post else None)
    board = place_of_board(BoardRow(found.board, None, 0))
    return _lounge(board) if "/lounge" in text else board


def _lounge(board: Place, line: str | None = None) -> Place:
    return Place(PlaceKind.LOUNGE, board.id, board.label, f"{board.about}/lounge", line)
