"""Verbs of reading: boards, places, threads, search, marks. What they show comes from the mirror."""

from collections.abc import Sequence

from bbs.clock import instant
from bbs.errors import BadParams, Disconnected
from bbs.features.members.author_text import author_name
from bbs.features.members.views import Member
from bbs.features.reading.messages import (
    GetInbox,
    ListSaved,
    PostInThread,
    Search,
)
from bbs.features.reading.rules import parse_search
from bbs.features.reading.views import InboxItem, InboxKind, SavedChoice
from bbs.features.threads.messages import GetHistory
from bbs.features.threads.views import Post
from bbs.terminal import render
from bbs.terminal.inbox_text import inbox_lines
from bbs.terminal.output import local_time
from bbs.text import sanitize
from bbs_client.mirror.file import BoardRow
from bbs_client.plain.people import member_line
from bbs_client.plain.places import Place, find_place
from bbs_client.plain.surface import PlainSurface
from bbs_client.session.arrangement import shelves
from bbs_client.session.session import Session
from bbs_client.session.unsent import UnsentItem

THREADS = 20
LINES = 20
FOUND = 20
SNIPPET_CHARS = 76


async def boards(plain: PlainSurface, _: str) -> None:
    """List the boards: unread counts in words, not columns, for ears as well as eyes."""
    cache = plain.session.cache
    rows = {row.board.id: row for row in cache.boards()}
    for folder in shelves(cache.folders(), tuple(rows)):
        if folder.name is not None:
            plain.lines.tell(f"In {folder.name}:")
        plain.lines.tell_all(_board_line(rows[board]) for board in folder.boards)
    if not any(row.unread for row in rows.values()):
        plain.lines.tell("All caught up.")


def _board_line(row: BoardRow) -> str:
    board, seat = row.board, row.seat
    notes = [
        f"{row.unread} unread" if row.unread else "",
        ("moderator" if seat.moderator else seat.state.value) if seat else "no seat",
        f"posts fade after {board.retention_days} days" if board.retention_days else "",
        "private" if board.visibility.value == "private" else "",
    ]
    return f"{board.label}: {board.title or ''} ({', '.join(note for note in notes if note)})"


async def open_place(plain: PlainSurface, argument: str) -> None:
    """Go where an address says and show what is there; without one, show again what is open."""
    if argument.isdecimal():
        await read(plain, argument)
        return
    if not argument:
        if plain.here.board is None:
            raise BadParams("address", "name a place, like garden or garden/42; boards lists them")
        here = plain.here
        plain.go(Place(here.board, here.thread, in_lounge=here.in_lounge))
        return
    found = await find_place(plain.session, argument)
    if isinstance(found, Member):
        plain.lines.tell(member_line(found))
        return
    plain.go(found)


async def show_place(plain: PlainSurface, place: Place) -> None:
    """Show what is at a place, brought up to date where the server answers."""
    session = plain.session
    if place.board is None:
        await boards(plain, "")
        return
    await session.connection.open_board(place.board)
    post = session.cache.post(place.post) if place.post else None
    if post is not None:
        show_post(plain, post)
    elif place.thread is not None:
        await _read(plain, place.thread)
    elif place.in_lounge:
        await lounge(plain, "")
        plain.here = place
    else:
        row = plain.board_here()
        plain.lines.tell(f"{row.board.label}: {row.board.title or ''}", row.board.charter or "", "")
        await threads(plain, "")


async def back(plain: PlainSurface, _: str) -> None:
    """Go from a thread or lounge to its board, from a board to nowhere."""
    here = plain.here
    plain.here = Place(here.board) if here.thread is not None or here.in_lounge else Place()
    where = plain.here.address(plain.session)
    plain.lines.tell(f"You are on {where}." if where else "No board is open; type a board's name.")


async def threads(plain: PlainSurface, _: str) -> None:
    """List the newest threads of the board that is open."""
    row, session = plain.board_here(), plain.session
    await session.connection.open_board(row.board.id)
    plain.here = Place(row.board.id)
    waiting = session.pending_threads(row.board.id)
    plain.lines.tell_all(f"{unsent_line(item)}: {item.title}" for item in waiting)
    listed = session.cache.threads(row.board.id)[:THREADS]
    for thread, unread_posts in listed:
        who = author_name(thread.author, session.members)
        unread_note = f", {unread_posts} unread" if unread_posts else ""
        posts = "1 post" if thread.posts == 1 else f"{thread.posts} posts"
        where = f"{row.board.label}/{thread.number}" if thread.number else "held"
        plain.lines.tell(f"{where}: {render.title_of(thread)} (by {who}, {posts}{unread_note})")
    if not listed and not waiting:
        plain.lines.tell("No threads yet; post TITLE starts one.")


async def read(plain: PlainSurface, argument: str) -> None:
    """Show the thread that is open, as a tree, from a number on."""
    if plain.in_lounge:
        await lounge(plain, "")
        return
    plain.board_here()
    thread = plain.thread_here()
    if thread is not None:
        await _read(plain, thread, first=int(argument) if argument.isdecimal() else 1)


async def flat(plain: PlainSurface, argument: str) -> None:
    """Show the thread that is open in the order of time, from a number on."""
    thread = plain.thread_here()
    if thread is not None:
        first = int(argument) if argument.isdecimal() else 1
        await _read(plain, thread, first=first, flat=True)


async def _read(plain: PlainSurface, thread: str, *, first: int = 1, flat: bool = False) -> None:
    session = plain.session
    await session.connection.open_thread(thread)
    row = session.cache.thread(thread)
    board = session.cache.board(row.thread.board) if row else None
    if row is None or board is None:
        raise Disconnected("this thread is not on this device")
    posts = session.cache.posts(
        thread, [n for n in session.cache.tree(thread).numbers if n >= first]
    )
    plain.lines.tell(render.title_of(row.thread), "")
    members, width = dict(session.members), plain.lines.width
    plain.lines.tell_all(
        render.tree_lines(board.board, row.thread, posts, members, flat=flat, width=width)
    )
    if session.cache.missing(thread):
        plain.lines.tell("", "Not all of this thread is on this device; it comes when online.")
    for item in session.pending_posts(thread):
        plain.lines.tell(
            "", f"{unsent_line(item)}:", *(f"  {line}" for line in item.body.split("\n"))
        )
    for post in posts:
        plain.note_shown(post)
    if not posts:
        plain.here = Place(row.thread.board, thread)


async def parent(plain: PlainSurface, _: str) -> None:
    """Show the post that the one shown last answers."""
    post = plain.post_here(held=True)
    if post is None:
        return
    answered = plain.session.cache.post(post.parent) if post.parent else None
    if answered is None and post.parent:
        await plain.session.connection.open_thread(post.thread)
        answered = plain.session.cache.post(post.parent)
    if answered is None:
        plain.lines.tell("It answers no other post.")
    else:
        show_post(plain, answered)


async def info(plain: PlainSurface, _: str) -> None:
    """Tell what is known of a post beside its words, its earlier wordings included."""
    post = plain.post_here(held=True)
    if post is None:
        return
    session = plain.session
    written = f"written {local_time(post.at)}, published {local_time(post.visible_at)}"
    plain.lines.tell(f"{session.address(post) or 'held'}: {written}")
    if post.fades_at is not None:
        plain.lines.tell(f"It fades on {post.fades_at.astimezone():%Y-%m-%d}.")
    if not post.edits:
        plain.lines.tell("It was never edited.")
        return
    for revision in (await plain.call(GetHistory(post=post.id))).revisions:
        plain.lines.tell(f"Wording of {local_time(revision.at)}:")
        plain.lines.tell_all(f"  {line}" for line in (revision.body or "").split("\n"))


async def lounge(plain: PlainSurface, _: str) -> None:
    """Show the newest lines of the lounge of the board that is open."""
    row, session = plain.board_here(), plain.session
    await session.connection.open_board(row.board.id)
    plain.here = Place(row.board.id, in_lounge=True)
    lines, waiting = session.cache.lines(row.board.id, LINES), session.pending_lines(row.board.id)
    plain.lines.tell_all(render.chat_line(line, dict(session.members)) for line in lines)
    plain.lines.tell_all(f"{unsent_line(item)}: {item.body}" for item in waiting)
    if not lines and not waiting:
        plain.lines.tell("It is quiet here; say WORDS says something.")


async def search(plain: PlainSurface, argument: str) -> None:
    """Search, newest first: on the server, or here where it does not answer."""
    if not argument:
        raise BadParams("query", "search takes words, like: search frost from:ana")
    try:
        page = await plain.call(Search(query=argument, limit=FOUND))
    except Disconnected:
        plain.lines.tell("You are offline; this is what is on this device.")
        tell_found(plain, plain.session.cache.find(parse_search(argument)), "Nothing was found.")
        return
    plain.lines.tell_all(page.notes)
    tell_found(plain, page.found, "Nothing was found.")


async def inbox(plain: PlainSurface, _: str) -> None:
    """List what answers or mentions the reader, thanks and notices, newest first. Marks nothing."""
    session = plain.session
    try:
        items: Sequence[InboxItem] = (await plain.call(GetInbox(limit=FOUND))).items
    except Disconnected:
        plain.lines.tell("You are offline; this is what is on this device.")
        items = _inbox_here(session)
    slugs = {row.board.id: row.board for row in session.cache.boards()}
    for item in items:
        plain.lines.tell_all(inbox_lines(item, slugs, dict(session.members)))
    if not items:
        plain.lines.tell("Nothing here yet.")


def _inbox_here(session: Session) -> list[InboxItem]:
    cache = session.cache
    return [
        InboxItem(
            kind=InboxKind(row.kind),
            at=instant(row.at),
            post=cache.post(row.post),
            thread=found.thread if (found := cache.thread(row.thread)) else None,
            by=row.who,
        )
        for row in cache.inbox(FOUND)
    ]


async def saved(plain: PlainSurface, _: str) -> None:
    """List what the reader saved, published last first."""
    session = plain.session
    found = _saved_here(session)
    try:
        page = await plain.call(ListSaved(limit=FOUND))
    except Disconnected:
        plain.lines.tell("You are offline; this is what is on this device.")
    else:
        # What was chosen just now stands in the mirror before the server hears of it.
        found |= {one.post.id: one for one in page.found if session.is_saved(one.post)}
    in_time = sorted(found.values(), key=lambda one: (one.post.at, one.post.id), reverse=True)
    tell_found(plain, in_time, "You saved nothing; save keeps the post shown last.")


def _saved_here(session: Session) -> dict[str, PostInThread]:
    cache = session.cache
    chosen = [one.post for one in cache.choices().values() if isinstance(one, SavedChoice)]
    posts = [post for one in chosen if (post := cache.post(one)) is not None]
    rows = [(post, cache.thread(post.thread)) for post in posts if session.is_saved(post)]
    return {post.id: PostInThread(post=post, thread=row.thread) for post, row in rows if row}


def show_post(plain: PlainSurface, post: Post) -> None:
    """Show one post, to be marked once it is passed."""
    session = plain.session
    parent = session.cache.post(post.parent) if post.parent else None
    plain.lines.tell_all(
        render.post_lines(
            post,
            session.address(post) or "held",
            dict(session.members),
            answers=session.address(parent) if parent else "",
            width=plain.lines.width,
        )
    )
    plain.note_shown(post)


def unsent_line(item: UnsentItem) -> str:
    """Return how something that is not sent yet stands."""
    return f"(refused: {item.reason})" if item.reason else "(waits for the connection)"


def tell_found(plain: PlainSurface, found: Sequence[PostInThread], nothing: str) -> None:
    """List posts that were found, or say that there is nothing."""
    for each in found:
        plain.lines.tell_all(_found_lines(plain.session, each))
    if not found:
        plain.lines.tell(nothing)


def _found_lines(session: Session, found: PostInThread) -> list[str]:
    post = found.post
    row = session.cache.board(post.board)
    place = f"{row.board.label if row else 'a board'}/{found.thread.number}/{post.number}"
    who = sanitize(author_name(post.author, session.members))
    first = next((line for line in render.text_of(post).split("\n") if line.strip()), "")
    return [
        f"{place}, {who}: {render.title_of(found.thread, post)}",
        f"  {first[:SNIPPET_CHARS]}",
    ]
